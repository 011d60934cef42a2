#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --progress, which needs a terminal: script(1) makes one.  The runs are as long
# as it takes to show something, and go on side by side, each in a directory.

load lib

# on_terminal COMMAND: what the command shows on a terminal, in shown.
on_terminal() {
	script -qec "$1" /dev/null </dev/null >shown
}

# slowly FILE: make a pipe, rows, which gives its lines, the last one after the
# time when a run counts as long.  That begins when the pipe is opened.
slowly() {
	mkfifo rows
	(
		head -n -1 "$1"
		sleep 2.3
		tail -n 1 "$1"
	) >rows &
}

run_long() {
	slowly ../windowed.tsv
	on_terminal "abagg --progress -m ../metrics.tsv rows >values.tsv"
}

# More than a pipe holds, so that reading has to wait.
run_share() {
	tail -n +2 ../events.tsv >rows
	seq 6000 | sed 's/.*/rows/' | xargs cat | cat ../events.tsv - \
		>$'m\033any.tsv'
	on_terminal "abwindow --progress -m ../metrics.tsv ../exposures.tsv \
		m*any.tsv | (head -c 1; sleep 2.3; cat) >out"
}

run_fault() {
	echo 'cut off' | cat ../windowed.tsv - >fault.tsv
	slowly fault.tsv
	on_terminal "abagg --progress -m ../metrics.tsv rows >values.tsv"
}

run_piped() {
	slowly ../windowed.tsv
	abagg --progress -m ../metrics.tsv rows 2>said >values.tsv
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	cp "$EXAMPLES"/*.tsv .
	abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
	abagg -m metrics.tsv windowed.tsv >expected
	for run in long share fault piped; do
		mkdir "$run"
		(cd "$run" && status=0 && { run_$run || status=$?; } &&
			echo "$status" >status) &
	done
	wait
}

# in_run NAME STATUS: go to where that run was, which ended with this.
in_run() {
	cd "$BATS_FILE_TMPDIR/$1" && [ "$(cat status)" = "$2" ]
}

@test "--progress shows rows and rate of a long run, and then clears them" {
	in_run long 0
	grep -q 'abagg: rows: 0.0 M rows, 0.0 M/s' shown
	tail -c 4 shown | grep -q "$(printf '\r\033\\[K')"
	same ../expected values.tsv
}

@test "--progress shows the share of a file, whatever its name" {
	in_run share 0
	grep -q 'abwindow: m?any.tsv: 0.[01] M rows, 0.0 M/s, [1-9][0-9]* %' shown
	abwindow -m ../metrics.tsv ../exposures.tsv m*any.tsv | same out -
}

@test "a message takes the place of the progress" {
	in_run fault 2
	grep -q "$(printf '\033\\[Kabagg: rows:')" shown
}

@test "--progress shows nothing of a short run" {
	cd "$BATS_FILE_TMPDIR"
	on_terminal "abagg --progress -m metrics.tsv windowed.tsv >values.tsv"
	[ ! -s shown ]
	same expected values.tsv
}

@test "--progress shows nothing where stderr is not a terminal" {
	in_run piped 0
	[ ! -s said ]
	same ../expected values.tsv
}
