# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the benchmarks share: a directory of their own, data that the suite
# makes, and commands that are timed.  Sourced with the build directory as $1.

PATH=$(cd "$1" && pwd):$PATH
# shellcheck disable=SC2034 # for those who source this
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/abpipe-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

# Debian's package time: the one of the shell knows nothing of memory.
gnu_time=$(type -P time || true)

# stage COMMAND ...: run it, and note how much memory it held at most.
stage() {
	if [ -n "$gnu_time" ]; then
		"$gnu_time" -q -a -o "$dir/peaks" -f %M "$@"
	else
		"$@"
	fi
}

# measure NAME COMMAND [OUTPUT]: run the command, and append to times.tsv its
# name, seconds, seconds of CPU and MB of memory: the sum of its stages.
measure() {
	local TIMEFORMAT='%R %U %S' real user system memory=-

	rm -f peaks
	{ time eval "$2" >"${3:-/dev/null}" 2>&3; } 3>&2 2>took
	read -r real user system <took
	[ ! -e peaks ] || memory=$(awk '{ n += $1 } END { print n * 1024 / 1e6 }' peaks)
	printf '%s\t%s\t%s\t%s\n' "$1" "$real" \
		"$(awk "BEGIN { print $user + $system }")" "$memory" >>times.tsv
}

# median NAME COLUMN: of what times.tsv has of that name.
median() {
	awk -F '\t' -v name="$1" -v i="$2" '$1 == name { print $i }' times.tsv |
		sort -g | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}

generate_exposures() { # USERS an experiment, EXPERIMENTS
	stage abgen-exposures --population $(($1 * 8 / 5)) --sample-size "$1" \
		--experiments "${2:-2}"
}

# Two experiments of USERS users each and their events, five a user.
generate() {
	abmetrics "$here/../../examples/metrics.json" >metrics.tsv
	generate_exposures "$1" >exposures.tsv
	stage abgen-events exposures.tsv >events.tsv
}

# From files to results.
pipeline() {
	stage abwindow -m metrics.tsv exposures.tsv events.tsv |
		stage abagg -m metrics.tsv | stage abtest -m metrics.tsv
}

rows_of() {
	echo $(($(wc -l <"$1") - 1))
}

bytes_of() {
	cat "$@" | wc -c
}
