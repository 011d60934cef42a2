#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Pipes and Makefiles in which a program fails: what comes after it must not
# take what there is for the whole.

load lib

# producer | what reads its output; data.tsv and the files of setup are there.
stages='
abcsv exposures.csv                         | abgen-events
abgen-exposures -n 40000 -k 40000           | abgen-events
abgen-events exposures.tsv                  | abwindow -m metrics.tsv exposures.tsv
abwindow -m metrics.tsv exposures.tsv events.tsv | abagg -m metrics.tsv
abwindow --sorted -m metrics.tsv exposures.tsv events.tsv | abagg --sorted -m metrics.tsv
abagg -m metrics.tsv windowed.tsv           | abtest -m metrics.tsv
abagg -m metrics.tsv windowed.tsv           | abstat -m metrics.tsv
abstat values.tsv                           | abtest
abtest -m metrics.tsv values.tsv            | abreport -m metrics.tsv
'

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$EXAMPLES"/metrics.* .
	abgen-exposures -n 40000 -k 40000 |
		(sed -u 1q && LC_ALL=C sort) >exposures.tsv
	tr '\t' , <exposures.tsv >exposures.csv
	abgen-events exposures.tsv >events.tsv
	abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
	abagg -m metrics.tsv windowed.tsv >values.tsv
}

# each_stage COMMAND: call COMMAND 'PRODUCER' 'CONSUMER' for each row.
each_stage() {
	local producer consumer
	while IFS='|' read -r producer consumer; do
		[ -n "$producer" ] || continue
		"$1" "$producer" "$consumer" || {
			echo "failed: $producer |$consumer"
			return 1
		}
	done <<<"$stages"
}

# is_part FILE: it ends within a line, or is empty.
is_part() {
	[ ! -s "$1" ] || [ "$(tail -c 1 "$1")" != '' ]
}

# Cut off at five places at random that are not the end of a line.
is_refused_where_cut() {
	local at size
	$1 >whole
	size=$(stat -c %s whole)
	for at in $(shuf --random-source=<(yes) -i "1-$((size - 1))" -n 5); do
		head -c "$at" whole >part.tsv
		is_part part.tsv || continue
		# shellcheck disable=SC2086 # it has arguments
		refuses '' from part.tsv $2
		is_part refused.out
	done
}
@test "a stream that was cut off is refused by what reads it" {
	each_stage is_refused_where_cut
}

# A producer that has more to write than a pipe holds is killed: what it has
# written ends within a line.  The stats and results are less, and whole.
is_refused_when_killed() {
	local producer status=0
	rm -f pipe && mkfifo pipe
	$1 >pipe &
	producer=$!
	(
		head -c 70000
		kill -KILL "$producer"
		cat
	) <pipe >killed 2>err
	wait "$producer" || status=$?
	[ "$status" -eq 0 ] && return
	[ "$status" -eq 137 ] && is_part killed
	# shellcheck disable=SC2086 # it has arguments
	refuses '' from killed $2
	echo "$1" >>were_killed
}
@test "what a killed program has written is refused by what reads it" {
	each_stage is_refused_when_killed
	[ "$(wc -l <were_killed)" -ge 7 ]
}

@test "the Makefile of the examples makes a report" {
	cp "$EXAMPLES"/* .
	make -s
	abwindow -m metrics.tsv exposures.tsv events.tsv |
		abagg -m metrics.tsv | abtest -m metrics.tsv |
		abreport -f markdown -m metrics.tsv | same report.md -
	make -q
	touch events.tsv
	run ! make -q
}

@test "the Makefile of the examples leaves nothing of a pipe that failed" {
	cp "$EXAMPLES"/* .
	printf 'u1\tpurchase\t2025-13-01\t1\n' >>events.tsv
	run ! make -s
	[ ! -e values.tsv ] && [ ! -e results.tsv ] && [ ! -e report.md ]
	sed -i '$d' events.tsv
	make -s
	cp report.md good.md
	printf 'u1\tpurchase\t2025-13-01\t1\n' >>events.tsv
	run ! make -s
	same good.md report.md
}
