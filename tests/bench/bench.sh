#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bench.sh BUILD [USERS]: how fast the programs of a build are on data that
# the suite generates: two experiments of USERS users each (one million) and
# their events.  Every figure is the median of three runs, taken in turn, so
# that a slow moment of the machine falls on all; compare ratios, not times.
set -eu -o pipefail
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

users=${2:-1000000}
runs=3

generate "$users"
head -n 1 events.tsv >no-events.tsv
abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
abagg -m metrics.tsv windowed.tsv >values.tsv
tr '\t' , <events.tsv >events.csv

# name | file whose bytes are counted | command
table='
cat | cat          : events.tsv    : stage cat events.tsv | stage cat
wc -l              : events.tsv    : stage wc -l events.tsv
abgen-exposures    : exposures.tsv : gen_exposures
abgen-events       : events.tsv    : stage abgen-events exposures.tsv
abcsv              : events.csv    : stage abcsv events.csv
abwindow exposures : exposures.tsv : stage abwindow -m metrics.tsv exposures.tsv no-events.tsv
abwindow           : events.tsv    : stage abwindow -m metrics.tsv exposures.tsv events.tsv
abagg              : windowed.tsv  : stage abagg -m metrics.tsv windowed.tsv
abstat             : values.tsv    : stage abstat -m metrics.tsv values.tsv
abtest             : values.tsv    : stage abtest -m metrics.tsv values.tsv
the pipeline       : events.tsv    : pipeline
'

gen_exposures() {
	generate_exposures "$users"
}

rows() {
	sed -e '/^$/d' -e 's/ *: */:/g' <<<"$table"
}

for _ in $(seq "$runs"); do
	while IFS=: read -r name _ command; do
		measure "$name" "$command"
	done < <(rows)
done

printf '%s exposures, %s events, %s MB of events; median of %s runs\n\n' \
	"$(rows_of exposures.tsv)" "$(rows_of events.tsv)" \
	"$(($(bytes_of events.tsv) / 1000000))" "$runs"
printf '%-20s %8s %8s %8s %8s %8s\n' '' seconds 'CPU s' MB/s 'of cat' 'peak MB'
while IFS=: read -r name file _; do
	printf '%s\t' "$name" "$(bytes_of "$file")" "$(median "$name" 2)" \
		"$(median "$name" 3)" "$(median "$name" 4)"
	echo
done < <(rows) | awk -F '\t' '
	{
		rate = $2 / 1e6 / ($3 > 0 ? $3 : 0.001)
		if (NR == 1)
			cat = rate
		printf "%-20s %8.2f %8.2f %8.0f %8.2f %8s\n", $1, $3, $4, \
		    rate, rate / cat, $5 == "-" ? "-" : int($5 + 0.5)
	}'
