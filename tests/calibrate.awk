# SPDX-License-Identifier: MIT
# calibrate.awk < facts of calibrate.sh: a Markdown table, one row for each
# metric, split and test.  Shares in percent, with their Monte Carlo standard
# errors; in bold what is more than three of them from where it should be, and
# distances beyond Kolmogorov and Smirnov's critical value of 1 %.  Intervals
# and p-values that there are not, for want of any variation, are left out of
# the shares, and their own share is given after a comma.

BEGIN {
	FS = "\t"
	columns = split("none rejects_5|none rejects_1|none ks|" \
	    "none diff_holds|none lift_holds|some rejects_5|" \
	    "some diff_holds|some lift_holds", column, "|")
	print "| metric | users | split | test | A/A: p < 0.05 | p < 0.01 " \
	    "| KS distance | holds diff | holds lift | A/B: p < 0.05 " \
	    "| holds diff | holds lift |"
	line = "|"
	for (i = 1; i <= columns + 4; i++)
		line = line " --- |"
	print line
}

function percent(rate, n, nominal, likely, error, text)
{
	likely = nominal == "" ? rate : nominal
	error = sqrt(likely * (1 - likely) / n)
	text = sprintf("%.2f ± %.2f", 100 * rate, 100 * error)
	if (nominal != "" && (rate - nominal) ^ 2 > 9 * error ^ 2)
		text = "**" text "**"
	return text
}

function distance(d, n, text)
{
	text = sprintf("%.4f", d)
	return d > 1.628 / sqrt(n) ? "**" text "**" : text
}

FNR == 1 {
	for (i = 1; i <= NF; i++)
		c[$i] = i
	next
}
{
	row = $c["metric"] " | " $c["users"] " | " $c["split"] " | " $c["test"]
	fact = $c["effect"] " " $c["fact"]
	n = $c["n"]
	if (!(row in seen)) {
		seen[row]
		if (!($c["metric"] in rows))
			metrics[++n_metrics] = $c["metric"]
		rows[$c["metric"]] = rows[$c["metric"]] row "\n"
	}
	text = fact ~ /ks$/ ? distance($c["value"], n) : \
	    percent($c["value"], n, $c["nominal"])
	none = 100 * (1 - n / $c["experiments"])
	if (none >= 0.1)
		text = text sprintf(", %.1f none", none)
	cell[row, fact] = text
}
END {
	for (m = 1; m <= n_metrics; m++) {
		n = split(rows[metrics[m]], list, "\n") - 1
		for (i = 1; i <= n; i++) {
			line = "| " list[i]
			for (j = 1; j <= columns; j++)
				line = line " | " cell[list[i], column[j]]
			print line " |"
		}
	}
}
