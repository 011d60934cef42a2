#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# unix.sh DIRECTORY: the pipeline's result from sort, join, mawk and datamash,
# with what is sorted in the directory and hardly anything in memory.
set -eu -o pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
tab=$'\t'

by_user() {
	sort -t "$tab" -k 1,1 --parallel="$(nproc)" --buffer-size=2G \
		--temporary-directory="$1"
}
tail -n +2 exposures.tsv | by_user "$1" >"$1/exposures"
mawk -F '\t' 'NR == FNR { names[$3]; next } $2 in names' \
	metrics.tsv events.tsv | by_user "$1" >"$1/events"

mapfile -t metrics < <(tail -n +2 metrics.tsv | cut -f 1)
operations=(count 1)
for i in "${!metrics[@]}"; do
	operations+=(mean $((i + 3)) sstdev $((i + 3)))
done
join -t "$tab" -a 1 -o 0,1.2,1.3,1.4,2.2,2.3,2.4 "$1/exposures" "$1/events" |
	mawk -f "$here/metrics.awk" -f "$here/values.awk" metrics.tsv - |
	datamash --format %.17g --sort --group 1,2 "${operations[@]}" |
	mawk -F '\t' -v OFS='\t' -v ids="${metrics[*]}" '
		BEGIN {
			n = split(ids, id, " ")
			print "metric_id", "experiment_id", "variant", "n", "mean", "sd"
		}
		{
			for (i = 1; i <= n; i++)
				print id[i], $1, $2, $3, $(2 * i + 2), $(2 * i + 3)
		}'
