# SPDX-License-Identifier: MIT
# metrics.awk: what the peers in awk share: times, and the metrics, whose file
# comes first.

BEGIN {
	FS = OFS = "\t"
	seconds["d"] = 86400
	seconds["h"] = 3600
	seconds["m"] = 60
	seconds["s"] = 1
}

# "7d" in seconds.
function duration(text) {
	return text * seconds[substr(text, length(text))]
}

# The days from the first of March of the year 0.
function days(date,   year, month) {
	year = substr(date, 1, 4)
	month = substr(date, 6, 2) - 3
	if (month < 0) {
		month += 12
		year--
	}
	return year * 365 + int(year / 4) - int(year / 100) + \
	    int(year / 400) + int((month * 153 + 2) / 5) + substr(date, 9, 2)
}

# A time in seconds.  There are few dates, so they are looked up.
function time(text,   date) {
	date = substr(text, 1, 10)
	if (!(date in day))
		day[date] = days(date)
	return day[date] * 86400 + substr(text, 12, 2) * 3600 + \
	    substr(text, 15, 2) * 60 + substr(text, 18, 2)
}

# The value of a metric after one more event.
function added(m, old, value) {
	if (how[m] == "sum")
		return old + value
	return how[m] == "count" ? old + 1 : 1
}

FNR == 1 {
	file++
}
file == 1 && FNR > 1 {
	metric[++metrics] = $1
	of_event[$3] = of_event[$3] " " metrics
	first[metrics] = duration($4)
	last[metrics] = duration($5)
	how[metrics] = $6
}
