#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The contract that every program obeys, whatever it does.  One table drives
# it; a program in cmd/ without a row in it fails.

load lib

# program | arguments, beside the files of examples/ | what stands on stdin
table='
abgen-users     | --population 50                          |
abgen-exposures | --population 50 --sample-size 20         |
abgen-events    |                                          | exposures.tsv
abcsv           |                                          | exposures.csv
abmetrics       |                                          | metrics.json
abwindow        | -m metrics.tsv exposures.tsv             | events.tsv
abagg           | -m metrics.tsv                           | windowed.tsv
abstat          | -m metrics.tsv                           | values.tsv
abtest          | -m metrics.tsv                           | values.tsv
abreport        | -m metrics.tsv                           | results.tsv
'

# The rows, or those of programs that read stdin.
all_rows() {
	sed -e '/^$/d' -e 's/ *| */|/g' <<<"$table"
}
filters() {
	all_rows | grep -v '|$'
}
tsv_filters() {
	filters | grep '\.tsv$'
}

# The examples, and what the programs before the one under test make of them.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$EXAMPLES"/*.* .
	tr '\t' , <exposures.tsv >exposures.csv
	abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
	abagg -m metrics.tsv windowed.tsv >values.tsv
	abtest -m metrics.tsv values.tsv >results.tsv
}

# with ROWS COMMAND: call COMMAND PROGRAM STDIN ARGUMENT ... for each row.
with() {
	local rows=$1 command=$2 program arguments input
	while IFS='|' read -r program arguments input; do
		local -a words
		read -r -a words <<<"$arguments"
		"$command" "$program" "${input:-/dev/null}" "${words[@]}" || {
			echo "failed for: $program $arguments <$input"
			return 1
		}
	done < <("$rows")
}

@test "the table has every program, and no others" {
	diff <(all_rows | cut -d '|' -f 1 | sort) \
		<(cd "$TOP/cmd" && printf '%s\n' *.c | sed 's/\.c$//' | sort)
}

works() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >out 2>err && [ -s out ] && [ ! -s err ] &&
		[ "$(tail -c 1 out)" = "" ]
}
@test "works, silently, and ends its last line" {
	with all_rows works
}

helps() {
	"$1" --help >out && grep -q "^usage: $1 " out &&
		"$1" --version | grep -q "^$1 (abpipe) [0-9.]*$" &&
		refuses '<stdout>' to /dev/full "$1" --help &&
		refuses '<stdout>' to /dev/full "$1" --version
}
@test "--help and --version work, and not to a full disk" {
	with all_rows helps
}

helps_shortly() {
	"$1" --help | same - <("$1" -h) && "$1" --version | same - <("$1" -V) &&
		"$1" --help | same - <("$1" -Vh no-such-file)
}
@test "-h and -V do the same, alone and in one word" {
	with all_rows helps_shortly
}

needs_stdout() {
	local input=$2
	set -- "$1" "${@:3}"
	refuses '<stdout>: ' from "$input" to /dev/full "$@" &&
		refuses '<stdout>: ' from "$input" without_stdout "$@"
}
@test "a full disk or a closed stdout is an error" {
	with all_rows needs_stdout
}

needs_no_stderr() {
	local input=$2
	set -- "$1" "${@:3}"
	"$@" <"$input" >out &&
		"$@" <"$input" 2>&- | same out - &&
		"$@" <"$input" 2>/dev/full | same out -
}
@test "whether stderr can be written does not matter" {
	with all_rows needs_no_stderr
}

closed_reader() {
	local input=$2
	set -- "$1" "${@:3}"
	# The fifo's reader is gone before the program writes.
	rm -f fifo && mkfifo fifo
	: <fifo &
	exec 4>fifo
	wait $!
	status=0
	(trap - PIPE && exec "$@" <"$input" >&4 2>err) || status=$?
	exec 4>&-
	[ "$status" -eq 141 ] && [ ! -s err ]
}
@test "a reader that is gone is no message" {
	with all_rows closed_reader
}

checks_options() {
	local program=$1
	refuses 'unknown option' "$program" --no-such-option &&
		refuses 'usage: ' "$program" --no-such-option &&
		refuses 'unknown option' "$program" -Z &&
		refuses 'unknown option' "$program" --hel &&
		refuses 'takes no value' "$program" --help=yes &&
		refuses 'needs a value' "$program" --output &&
		refuses 'needs a value' "$program" -o &&
		refuses 'is empty' "$program" --output=
}
@test "wrong options are errors with the usage line" {
	with all_rows checks_options
}

checks_stdin() {
	local program=$1
	shift 2
	refuses '<stdin>: ' without_stdin "$program" "$@" &&
		refuses '<stdin>: ' from . "$program" "$@"
}
@test "stdin closed, or a directory, is an error" {
	with filters checks_stdin
}

checks_operand() {
	local program=$1
	shift 2
	refuses 'no-such-file: ' "$program" "$@" no-such-file &&
		[ ! -s refused.out ]
}
@test "a missing file is named, before any output" {
	with filters checks_operand
}

takes_dashes() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >expected
	cp "$input" ./-x
	"$program" "$@" - <"$input" | same expected - &&
		"$program" "$@" -- -x | same expected -
}
@test "- is stdin, and a file named -x comes after --" {
	with filters takes_dashes
}

ignores_environment() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >expected
	TZ=Asia/Kathmandu LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 \
		POSIXLY_CORRECT=1 "$program" "$@" <"$input" | same expected -
}
@test "zone, locale and POSIXLY_CORRECT change nothing" {
	with all_rows ignores_environment
}

slow() {
	while IFS= read -r -N 7 piece || [ -n "$piece" ]; do
		printf '%s' "$piece"
	done
}
reads_pieces() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >expected
	slow <"$input" | "$program" "$@" | same expected -
}
@test "input in small pieces gives the same bytes" {
	with filters reads_pieces
}

writes_file() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >expected
	echo old >file
	"$program" "$@" -o file <"$input" && same expected file || return 1
	refuses 'no-such-directory/file: ' "$program" "$@" \
		-o no-such-directory/file
}
@test "-o writes the same bytes to a file" {
	with all_rows writes_file
}

replaces_link() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >expected
	echo old >target && ln -sf target link
	"$program" "$@" -o link <"$input" && [ ! -L link ] &&
		same expected link && [ "$(cat target)" = old ]
}
@test "-o replaces a symbolic link, and not what it points to" {
	with all_rows replaces_link
}

writes_device() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >expected
	"$program" "$@" -o /dev/stdout <"$input" | same expected - || return 1
	refuses '/dev/full: ' from "$input" "$program" "$@" -o /dev/full &&
		refuses '.: ' from "$input" "$program" "$@" -o .
}
@test "-o writes to a pipe or a device as it is, and not to a directory" {
	with all_rows writes_device
}

keeps_file() {
	local program=$1 input=$2
	shift 2
	echo old >file
	head -c -1 "$input" >cut.tsv
	refuses 'cut off' from cut.tsv "$program" "$@" -o file || return 1
	[ "$(cat file)" = old ] && [ -z "$(compgen -G 'file.*')" ]
}
@test "-o leaves the old file, and no litter, when the input is bad" {
	with tsv_filters keeps_file
}

# Signals come when the program has read all of its input, and waits for more.
# SIGKILL gives it no time to remove a file that has a name.
is_killed() {
	local program=$1 input=$2 signal status tries=200 opened
	shift 2
	for signal in TERM KILL; do
		echo old >file
		rm -f fifo && mkfifo fifo
		"$program" "$@" -o file <fifo 3>&- &
		exec 4>fifo
		cat "$input" >&4
		until opened=$(readlink "/proc/$!/fd/"* |
			grep -e '(deleted)' -e '/file\.'); do
			((tries--)) || return 1
			sleep 0.01
		done
		kill "-$signal" "$!"
		status=0
		wait "$!" || status=$?
		exec 4>&-
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ] &&
			[ "$(cat file)" = old ] || return 1
		[ -z "$(compgen -G 'file.*')" ] ||
			[[ $signal = KILL && $opened != *deleted* ]] || return 1
	done
}
@test "-o leaves the old file, and no litter, when a signal ends it" {
	with tsv_filters is_killed
}

checks_place() {
	local input=$2
	set -- "$1" "${@:3}"
	ln -sf loop loop
	refuses 'loop: ' from "$input" "$@" -o loop && [ -L loop ] || return 1
	echo old >file
	chmod 604 file
	"$@" -o file <"$input" && [ "$(stat -c %a file)" = 604 ] || return 1
	(umask 027 && "$@" -o new <"$input") &&
		[ "$(stat -c %a new)" = 640 ] && rm new
}
@test "-o keeps the mode of a file, and refuses what cannot be looked at" {
	with all_rows checks_place
}

keeps_limit() {
	local input=$2 status=0 said
	set -- "$1" "${@:3}"
	# The message goes through a pipe, which has no limit.
	said=$(ulimit -f 0 && exec "$@" <"$input" 2>&1 >out) || status=$?
	[ "$status" -eq 2 ] && [[ $said = "$1: <stdout>: "* ]]
}
@test "a file that grows past its limit is an error" {
	with all_rows keeps_limit
}

replaces_input() {
	local program=$1 input=$2
	shift 2
	"$program" "$@" <"$input" >expected
	cp "$input" file
	"$program" "$@" -o file file && same expected file
}
@test "-o may name the input" {
	with filters replaces_input
}

checks_format() {
	local program=$1 input=$2
	shift 2
	refuses 'empty' from /dev/null "$program" "$@" &&
		refuses ':2: ' from <(sed '2s/$/\r/' "$input") "$program" "$@" &&
		refuses ':1: ' from <(sed '1s/$/\r/' "$input") "$program" "$@" &&
		refuses ':3: ' from <(sed '3s/./\x0&/' "$input") "$program" "$@" &&
		refuses ':3: expected' from <(sed '3s/\t[^\t]*$//' "$input") \
			"$program" "$@" &&
		refuses ':3: expected' from <(sed '3s/$/\tx/' "$input") \
			"$program" "$@" &&
		refuses 'found more' from <(sed '3s/$/\tx\ty/' "$input") \
			"$program" "$@" &&
		refuses ':3: expected' from <(sed '2s/$/\n/' "$input") \
			"$program" "$@" &&
		refuses 'header line again' from <(cat "$input" "$input") \
			"$program" "$@" &&
		refuses 'byte order mark' from \
			<(printf '\xef\xbb\xbf' | cat - "$input") "$program" "$@" &&
		refuses 'two columns' from <(sed 's/$/\tx\tx/' "$input") \
			"$program" "$@"
}
@test "what the dialect forbids is an error with its line" {
	with tsv_filters checks_format
}

takes_header_alone() {
	local program=$1 input=$2
	shift 2
	head -n 1 "$input" | "$program" "$@" >out && [ -s out ]
}
@test "a header alone gives a header" {
	with tsv_filters takes_header_alone
}
