# SPDX-License-Identifier: MIT
# mawk -f metrics.awk -f values.awk metrics.tsv -: from the exposures joined
# with their events (user, experiment, variant, time; name, time, value), those
# of an exposure together, to experiment, variant and one value a metric.

function put(   m) {
	if (arm == "")
		return
	printf "%s", arm
	for (m = 1; m <= metrics; m++) {
		printf "\t%s", value[m] + 0
		value[m] = 0
	}
	printf "\n"
}

BEGIN {
	CONVFMT = OFMT = "%.17g"
}

file == 2 {
	if ($1 != user || $2 "\t" $3 != arm) {
		put()
		user = $1
		arm = $2 "\t" $3
		exposed = time($4)
	}
	if ($5 in of_event) {
		since = time($6) - exposed
		k = split(of_event[$5], m, " ")
		for (j = 1; j <= k; j++)
			if (first[m[j]] <= since && since <= last[m[j]])
				value[m[j]] = added(m[j], value[m[j]], $7)
	}
}

END {
	put()
}
