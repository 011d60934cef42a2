#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh BUILD SECONDS: libFuzzer on each target of targets.c, AFL++ on each
# program that reads a stream, and the twins of twins.py, each for SECONDS.
# Prints a line for each, and fails if one of them found something, which is
# then in BUILD/fuzz, or could not run.
set -u -o pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1/fuzz/found" && dir=$(cd "$1/fuzz" && pwd) || exit 2
seconds=$2
cd "$top" || exit 2
failed=0

# The program under AFL++, which reads the file @@, in a directory with the
# examples and what the pipeline makes of them; and the files to begin with.
programs='
abcsv              | quoted.csv index.csv     | abcsv --replace _ @@
abmetrics          | metrics.json metrics.tsv | abmetrics @@
abwindow-exposures | exposures.tsv            | abwindow -m metrics.tsv @@ events.tsv
abwindow-events    | events.tsv               | abwindow -m metrics.tsv exposures.tsv @@
abwindow-metrics   | metrics.tsv              | abwindow -m @@ exposures.tsv events.tsv
abwindow-sorted    | events.tsv               | abwindow --sorted -m metrics.tsv exposures.tsv @@
abagg              | windowed.tsv             | abagg -m metrics.tsv @@
abagg-sorted       | sorted.tsv               | abagg --sorted -m metrics.tsv @@
abstat-values      | values.tsv               | abstat --by device @@
abstat-stats       | stats.tsv                | abstat @@
abtest             | values.tsv stats.tsv     | abtest --by device --log10-p --means welch @@
abreport           | results.tsv              | abreport -f json @@
abgen-events       | model.tsv shapes.tsv     | abgen-events --print-model -m @@
'

# finish WHAT RUNS FOUND DIRECTORY: the line for it.
finish() {
	if [ "${2:-0}" -gt 0 ] && [ "$3" = 0 ]; then
		echo "$1: $2 runs, nothing found"
	elif [ "${3:-0}" -gt 0 ]; then
		echo "$1: FOUND $3, see $4"
		failed=1
	else
		echo "$1: DID NOT RUN, see $4.log"
		failed=1
	fi
}

# Both builds look at every read, write and overflow.
build_all() {
	local flags='-O1 -g -fno-sanitize-recover=all -fsanitize=address,undefined'
	local targets=() name
	for name in csv harness targets libfuzzer; do
		targets+=("$dir/libfuzzer/tests/fuzz/$name.o")
	done
	targets+=("$dir/libfuzzer/common.a")
	make CC=clang BUILD="$dir/libfuzzer" \
		CFLAGS="$flags,fuzzer-no-link" "${targets[@]}" &&
		clang -fsanitize=address,undefined,fuzzer \
			-o "$dir/libfuzzer/fuzz" "${targets[@]}" -lm &&
		make CC=afl-clang-fast BUILD="$dir/afl" CFLAGS="$flags" all \
			"$dir/afl/common.a" "$dir/afl/tests/fuzz/driver.o" &&
		afl-clang-fast -fsanitize=address,undefined \
			-o "$dir/afl/driver" "$dir/afl/tests/fuzz/driver.o" \
			"$dir/afl/common.a" -lm
}

# libFuzzer adds to the first directory what it comes upon.
run_target() {
	local found=$dir/found/$1 runs
	mkdir -p "$dir/corpus/$1" "$found"
	FUZZ_TARGET=$1 "$dir/libfuzzer/fuzz" -max_total_time="$seconds" \
		-timeout=10 -artifact_prefix="$found/" "$dir/corpus/$1" \
		"tests/fuzz/corpus/$1" >"$found.log" 2>&1
	runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$found.log")
	finish "libFuzzer $1" "$runs" "$(find "$found" -type f | wc -l)" \
		"$found"
}

# The files that the programs are given, in the working directory.
make_files() {
	local PATH=$dir/afl:$PATH
	cp "$top"/examples/*.* . &&
		abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv &&
		abwindow --sorted -m metrics.tsv exposures.tsv events.tsv \
			>sorted.tsv &&
		abagg -m metrics.tsv windowed.tsv >values.tsv &&
		abstat --by device values.tsv >stats.tsv &&
		abtest --by device --log10-p values.tsv >results.tsv &&
		abgen-events --print-model >model.tsv &&
		cp "$top/tests/fuzz/corpus/model/shapes" shapes.tsv &&
		printf 'a,b\r\n1,"x, ""y"""\r\n"2\t",\r\n' >quoted.csv &&
		printf ',a,b\n0,1,2\n1,"3",4\n' >index.csv
}

# run_program NAME FILES COMMAND
run_program() {
	local found=$dir/found/afl-$1 stats file program arguments runs
	stats=$found/default/fuzzer_stats
	rm -rf "$found" "$dir/seeds/$1" && mkdir -p "$dir/seeds/$1"
	for file in $2; do
		cp "$file" "$dir/seeds/$1"
	done
	read -r program arguments <<<"$3"
	# shellcheck disable=SC2086
	AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 \
		AFL_NO_UI=1 AFL_NO_AFFINITY=1 afl-fuzz -V "$seconds" \
		-m none -t 5000 -i "$dir/seeds/$1" -o "$found" -- \
		"$dir/afl/$program" $arguments >"$found.log" 2>&1
	runs=$(sed -n 's/^execs_done *: //p' "$stats" 2>/dev/null)
	finish "AFL++ $1" "$runs" "$(awk '/^saved_(crashes|hangs)/ { n += $3 }
		END { print n + 0 }' "$stats" 2>/dev/null)" "$found"
}

if ! build_all >"$dir/build.log" 2>&1; then
	tail -n 20 "$dir/build.log"
	echo "fuzz: needs clang, libclang-rt-14-dev (for libFuzzer) and afl++"
	exit 2
fi
for target in tests/fuzz/corpus/*; do
	run_target "$(basename "$target")"
done
mkdir -p "$dir/files" && cd "$dir/files" && make_files || exit 2
while IFS='|' read -r name files command; do
	run_program "$name" "$files" "$command"
done < <(sed -e '/^$/d' -e 's/ *| */|/g' <<<"$programs")
python3 "$top/tests/fuzz/twins.py" "$dir/afl" "$seconds" || failed=1
exit "$failed"
