# SPDX-License-Identifier: MIT
# join.awk metrics.tsv exposures.tsv events.tsv: the pipeline's result from
# awk, with the exposures and one value a metric and exposure in memory.

function duration(text) {
	return text * seconds[substr(text, length(text))]
}

# A date is looked up, for there are few; its number is that of the days since
# the first of March of the year 0.
function time(text,   date, year, month) {
	date = substr(text, 1, 10)
	if (!(date in day)) {
		year = substr(date, 1, 4)
		month = substr(date, 6, 2) - 3
		if (month < 0) {
			month += 12
			year--
		}
		day[date] = year * 365 + int(year / 4) - int(year / 100) + \
		    int(year / 400) + int((month * 153 + 2) / 5) + \
		    substr(date, 9, 2)
	}
	return day[date] * 86400 + substr(text, 12, 2) * 3600 + \
	    substr(text, 15, 2) * 60 + substr(text, 18, 2)
}

BEGIN {
	FS = OFS = "\t"
	seconds["d"] = 86400
	seconds["h"] = 3600
	seconds["m"] = 60
	seconds["s"] = 1
}
FNR == 1 {
	file++
	next
}
file == 1 {
	metric[++metrics] = $1
	of_event[$3] = of_event[$3] " " metrics
	first[metrics] = duration($4)
	last[metrics] = duration($5)
	how[metrics] = $6
}
file == 2 {
	exposures++
	of_user[$1] = of_user[$1] " " exposures
	exposed[exposures] = time($4)
	arm[exposures] = $2 "\t" $3
	users[$2 "\t" $3]++
}
file == 3 && ($2 in of_event) && ($1 in of_user) {
	at = time($3)
	n = split(of_user[$1], x, " ")
	k = split(of_event[$2], m, " ")
	for (i = 1; i <= n; i++) {
		since = at - exposed[x[i]]
		for (j = 1; j <= k; j++)
			if (first[m[j]] <= since && since <= last[m[j]]) {
				cell = x[i] * metrics + m[j] - 1
				if (how[m[j]] == "sum")
					value[cell] += $4
				else if (how[m[j]] == "count")
					value[cell]++
				else
					value[cell] = 1
			}
	}
}
END {
	for (cell in value) {
		exposure = int(cell / metrics)
		group = cell - exposure * metrics + 1 "\t" arm[exposure]
		sum[group] += value[cell]
		squares[group] += value[cell] * value[cell]
	}
	print "metric_id", "experiment_id", "variant", "n", "mean", "sd"
	for (j = 1; j <= metrics; j++)
		for (a in users) {
			n = users[a]
			mean = sum[j "\t" a] / n
			sd = sqrt((squares[j "\t" a] - n * mean * mean) / (n - 1))
			printf "%s\t%s\t%d\t%.17g\t%.17g\n", metric[j], a, n, mean, sd
		}
}
