#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Streams that are too large for memory, or made to be: what a program takes
# is bounded, and where that is not enough it says so.

load ../lib
set -o pipefail

# within KIB COMMAND ...: the command with so much address space.
within() {
	(ulimit -v "$1" && "${@:2}")
}

# The programs that read TSV from stdin, each with its arguments, and the
# columns that it reads.
filters='
abwindow -e buy -w 0d:7d e.tsv | user_id event_name event_time event_value
abwindow -e buy -w 0d:7d --sorted e.tsv | user_id event_name event_time event_value
abwindow -e buy -w 0d:7d - v.tsv | user_id experiment_id variant exposure_time
abagg -a m=sum | experiment_id variant user_id metric_id event_time event_value
abagg -a m=sum --sorted | experiment_id variant user_id metric_id event_time event_value
abgen-events | user_id experiment_id variant exposure_time
abstat | experiment_id variant user_id m
abtest | experiment_id variant user_id m
abtest | metric_id experiment_id variant n mean sd min max sum sum_squares
abwindow -m - e.tsv v.tsv | metric_id display_name event_name window_start window_end aggregation
'

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	rows 'user_id|experiment_id|variant|exposure_time' 'u|e|A|0' 'v|e|B|0' \
		>e.tsv
	rows 'user_id|event_name|event_time|event_value' >v.tsv
}

# each_filter COMMAND: call COMMAND HEADER PROGRAM ARGUMENT ... for each.
each_filter() {
	local line
	while read -r line; do
		[ -n "$line" ] || continue
		local -a words
		read -r -a words <<<"${line%%|*}"
		"$1" "$(tr ' ' '\t' <<<"${line##*| }")" "${words[@]}" || {
			echo "failed: $line"
			return 1
		}
	done <<<"$filters"
}

# A gigabyte in one line, after the text.
long_line() {
	printf '%s' "$1"
	head -c 1000000000 /dev/zero | tr '\0' x
}
refuses_long_line() {
	refuses ':2: a line of more than 67108864 bytes' \
		from <(long_line "$1
") within 300000 "${@:2}"
}
@test "a line of a gigabyte is refused, in 300 MB" {
	each_filter refuses_long_line
	refuses ':1: a record of more than 67108864 bytes' \
		from <(long_line '') within 300000 abcsv
	refuses 'more than 67108864 bytes' \
		from <(long_line '"') within 300000 abcsv
}

refuses_zeros() {
	shift
	refuses 'a NUL byte' from /dev/zero within 100000 "$@"
}
@test "an endless file of zeros is refused" {
	each_filter refuses_zeros
	refuses 'a NUL byte' from /dev/zero within 100000 abcsv
	refuses '' from /dev/zero within 100000 abmetrics
	refuses 'a NUL byte' from /dev/zero within 100000 abreport
}

@test "a hundred thousand columns are carried, or refused with a reason" {
	local columns fields
	columns=$(seq -f 's%.0f' -s '	' 100000)
	fields=$(seq -f '%.0f' -s '	' 100000)
	printf 'experiment_id\tvariant\tuser_id\t%s\ne\tA\tu\t%s\ne\tB\tv\t%s\n' \
		"$columns" "$fields" "$fields" >values.tsv
	within 400000 abstat values.tsv >stats.tsv
	[ "$(wc -l <stats.tsv)" -eq 200001 ]
	within 600000 abtest values.tsv >results.tsv
	[ "$(wc -l <results.tsv)" -eq 100001 ]
	abtest stats.tsv | same results.tsv -
	printf 'user_id\texperiment_id\tvariant\texposure_time\t%s\nu\te\tA\t0\t%s\n' \
		"$columns" "$fields" >many.tsv
	within 100000 abwindow -e buy -w 0d:7d many.tsv v.tsv |
		within 100000 abagg -a m=sum >values.tsv
	[ "$(tail -n 1 values.tsv | cut -f 4-100003)" = "$fields" ]
	tr '\t' , <many.tsv >many.csv
	within 100000 abcsv many.csv | same many.tsv -
}

# numbered FROM TO: exposures of users with these numbers.
numbered() {
	printf 'user_id\texperiment_id\tvariant\texposure_time\n'
	seq -f 'u%08.0f' "$1" "$2" | sed 's/$/\te\tA\t2025-01-01/'
}

@test "ten million users fit in what the pages say, or there is a message" {
	numbered 1 10000000 >e.tsv
	# An exposure of 24 bytes, a user of 15, 10 for an id of 9.
	within 500000 abwindow -e buy -w 0d:7d e.tsv v.tsv >windowed.tsv
	[ "$(wc -l <windowed.tsv)" -eq 10000001 ]
	refuses 'out of memory' within 100000 \
		abwindow -e buy -w 0d:7d e.tsv v.tsv
	[ ! -s refused.out ]
	# The same with 16 and the sum's 10 in place of the 24, and some blocks.
	within 510000 abagg -a m=sum windowed.tsv | tail -n 1 |
		gives 'e|A|u10000000|0'
	refuses 'out of memory' within 100000 abagg -a m=sum windowed.tsv
	[ ! -s refused.out ]
	within 16384 abwindow --sorted -e buy -w 0d:7d e.tsv v.tsv |
		within 16384 abagg --sorted -a m=sum | wc -l | gives 10000001
}

@test "what is read ahead is bounded, however long the stream" {
	{ yes "$(rows 'u|buy|0|1')" || :; } | head -n 9000000 | cat v.tsv - |
		within 20000 abwindow -e buy -w 0d:7d e.tsv >windowed.tsv
	[ "$(wc -l <windowed.tsv)" -eq 9000003 ]
	within 20000 abagg -a sum windowed.tsv |
		gives 'experiment_id|variant|user_id|buy' \
			'e|A|u|9000000' 'e|B|v|0'
}

@test "twenty million events are joined and tested in 16 MB" {
	rows 'metric_id|display_name|event_name|window_start|window_end|aggregation' \
		'conversion||purchase|0d|7d|binary' 'revenue||purchase|0d|14d|sum' \
		'sessions||session_start|0d|7d|count' >metrics.tsv
	abgen-exposures --population 5000000 --sample-size 2000000 |
		(sed -u 1q && LC_ALL=C sort) >e.tsv
	abgen-events e.tsv >events.tsv
	[ "$(wc -l <events.tsv)" -gt 20000000 ]
	within 16384 abwindow --sorted -m metrics.tsv e.tsv events.tsv |
		within 16384 abagg --sorted -m metrics.tsv |
		within 16384 abtest -m metrics.tsv >results.tsv
	abwindow -m metrics.tsv e.tsv events.tsv | abagg -m metrics.tsv |
		abtest -m metrics.tsv | same results.tsv -
	[ "$(wc -l <results.tsv)" -eq 7 ]
}

# seconds IDS: the least user time of three runs with the exposures of these.
seconds() {
	local TIMEFORMAT=%U
	awk -v OFS='\t' 'BEGIN { print "user_id", "experiment_id", "variant",
		"exposure_time" } { print $1, "e", "A", "2025-01-01" }' "$1" \
		>"$1.tsv"
	for _ in 1 2 3; do
		{ time abwindow -e buy -w 0d:7d "$1.tsv" v.tsv >/dev/null; } 2>&1
	done | sort -n | head -n 1
}

# The hash has a key of its own in each run, so nobody can choose ids for it;
# these are such as bring down hashes without one.
@test "ids that are made to collide cost no more than twice random ones" {
	local kind random made
	# As long as those they are compared to: 16 hexadecimal digits.
	awk 'BEGIN { srand(1)
	     for (i = 0; i < 1000000; i++)
		printf "%08x%08x\n", rand() * 2 ^ 32, rand() * 2 ^ 32 }' >random
	awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "%016x\n", i }' >low
	awk 'BEGIN { for (i = 0; i < 1000000; i++)
		printf "%08x00000000\n", i }' >high
	# Sums and products of bytes are equal: digits and their complements.
	awk 'BEGIN { for (i = 0; i < 1000000; i++)
		printf "%08x%08x\n", i, 4294967295 - i }' >mirrored
	# "Aa" and "BB" are alike to hashes that multiply by 31.
	awk 'BEGIN { for (i = 0; i < 65536 * 15; i++) {
		id = sprintf("%x", i / 65536)
		for (bit = i % 65536 + 65536; bit > 1; bit = int(bit / 2))
			id = id (bit % 2 ? "Aa" : "BB")
		print substr(id, 1, 33) } }' >pairs
	random=$(seconds random)
	for kind in low high mirrored pairs; do
		made=$(seconds $kind)
		echo "$kind: $made s, random ids: $random s"
		awk -v m="$made" -v r="$random" 'BEGIN { exit !(m <= 2 * r) }'
	done
}
