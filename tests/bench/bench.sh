#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bench.sh BUILD [USERS]: how fast the programs of a build are on data that
# the suite generates: two experiments of USERS users each (one million) and
# their events.  Every figure is the median of five runs, taken in turn, so
# that a slow moment of the machine falls on all; compare ratios, not times.
set -eu -o pipefail

PATH=$(cd "$1" && pwd):$PATH
here=$(cd "$(dirname "$0")" && pwd)
users=${2:-1000000}
runs=5

dir=$(mktemp -d "${TMPDIR:-/tmp}/abpipe-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"

gen_exposures() {
	abgen-exposures --population $((users * 8 / 5)) --sample-size "$users"
}

abmetrics "$here/../../examples/metrics.json" >metrics.tsv
gen_exposures >exposures.tsv
abgen-events exposures.tsv >events.tsv
head -n 1 events.tsv >no-events.tsv
abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
abagg -m metrics.tsv windowed.tsv >values.tsv
tr '\t' , <events.tsv >events.csv

# name | file whose bytes are counted | command
table='
cat                | events.tsv    | cat events.tsv
wc -l              | events.tsv    | wc -l events.tsv
abgen-exposures    | exposures.tsv | gen_exposures
abgen-events       | events.tsv    | abgen-events exposures.tsv
abcsv              | events.csv    | abcsv events.csv
abwindow exposures | exposures.tsv | abwindow -m metrics.tsv exposures.tsv no-events.tsv
abwindow           | events.tsv    | abwindow -m metrics.tsv exposures.tsv events.tsv
abagg              | windowed.tsv  | abagg -m metrics.tsv windowed.tsv
abtest             | values.tsv    | abtest -m metrics.tsv values.tsv
pipeline           | events.tsv    | pipeline
'
pipeline() {
	abwindow -m metrics.tsv exposures.tsv events.tsv |
		abagg -m metrics.tsv | abtest -m metrics.tsv
}

rows() {
	sed -e '/^$/d' -e 's/ *| */|/g' <<<"$table"
}

TIMEFORMAT='%R %U %S'
for _ in $(seq "$runs"); do
	while IFS='|' read -r name _ command; do
		{ time eval "$command" >/dev/null; } 2>took.txt
		printf '%s\t%s\n' "$name" "$(cat took.txt)" >>times.tsv
	done < <(rows)
done

printf '%s exposures, %s events, %s MB of events; median of %s runs\n\n' \
	"$(($(wc -l <exposures.tsv) - 1))" "$(($(wc -l <events.tsv) - 1))" \
	"$(($(stat -c %s events.tsv) / 1000000))" "$runs"
printf '%-20s %8s %8s %8s\n' '' seconds 'CPU s' MB/s
while IFS='|' read -r name file _; do
	awk -F '\t' -v name="$name" '$1 == name { print $2 }' times.tsv |
		sort -n | awk -v name="$name" -v size="$(stat -c %s "$file")" '
			{ real[NR] = $1; cpu[NR] = $2 + $3 }
			END {
				m = int((NR + 1) / 2)
				printf "%-20s %8.2f %8.2f %8.0f\n", name, real[m], \
				    cpu[m], size / 1e6 / (real[m] > 0 ? real[m] : 0.001)
			}'
done < <(rows)
