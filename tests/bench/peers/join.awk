# SPDX-License-Identifier: MIT
# mawk -f metrics.awk -f join.awk metrics.tsv exposures.tsv events.tsv: the
# pipeline's result from awk alone, with the exposures and one value a metric
# and exposure in memory.

file == 2 && FNR > 1 {
	of_user[$1] = of_user[$1] " " ++exposures
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
				value[cell] = added(m[j], value[cell], $4)
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
