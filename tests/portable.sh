#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# portable.sh BUILD [NAME ...]: one seed gives the same bytes, and every
# program the same output, whatever compiler, C library and machine.  Makes
# the builds of the table below, or those named besides the first, in
# BUILD/portable/NAME, runs the unit tests or the whole suite on each, and
# compares what its programs write with what those of the first write.  A line
# a build; fails on a difference.
set -u -o pipefail

bats=${BATS:-bats}
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1/portable" && dir=$(cd "$1/portable" && pwd) || exit 2
shift
cd "$top" || exit 2

# name | compiler | flags | tests | its Debian packages | what runs its
# programs, if this machine does not.  The slowest come first.
builds='
gcc-O2   | gcc                 | -O2                             | unit.bats | gcc                                       |
s390x    | s390x-linux-gnu-gcc | -O2 -static                     | .         | gcc-s390x-linux-gnu libc6-dev-s390x-cross | qemu-s390x
i686     | i686-linux-gnu-gcc  | -O2 -static -msse2 -mfpmath=sse | .         | gcc-i686-linux-gnu libc6-dev-i386-cross   | qemu-i386
musl     | musl-gcc            | -O2 -static                     | .         | musl-tools                                |
clang-O2 | clang               | -O2                             | .         | clang                                     |
clang-O0 | clang               | -O0                             | unit.bats | clang                                     |
clang-O3 | clang               | -O3 -march=native               | unit.bats | clang                                     |
gcc-O0   | gcc                 | -O0                             | unit.bats | gcc                                       |
gcc-O3   | gcc                 | -O3 -march=native               | unit.bats | gcc                                       |
'

# name of the output | command.  Later commands read the outputs of earlier
# ones, by name, and the files of setup_data.
commands='
users           | abgen-users
users-few       | abgen-users -n 5001 --seed 18446744073709551615 --devices "x:0.1,y:7,z:0.2" --countries "a,b:2" --shard 2/3
exposures       | abgen-exposures
exposures-many  | abgen-exposures -e 3 -n 1000000000000 -k 3001 --seed 3 --variants "new:1,old:9,other:0.5" --start 9998-12-31T23:59:58.5
exposures-small | abgen-exposures -e 300 -n 100000 -k 60 --no-header --shard 1/1
model           | abgen-events --baseline 0.1 --lift 0.2 --print-model
events          | abgen-events exposures
events-model    | abgen-events -m shapes --seed 9 exposures
events-no-head  | abgen-events --no-header --columns experiment_id,variant,user_id,exposure_time < swapped
csv             | abcsv quoted.csv
csv-bad         | abcsv bad.csv
csv-replace     | abcsv --replace " / " bad.csv
csv-events      | abcsv events.csv
metrics         | abmetrics metrics.json
windowed        | abwindow -m metrics.tsv exposures events
windowed-bounds | abwindow -m bounds exposures events-model
windowed-mixed  | abwindow -m metrics.tsv --mixed first mixed events
windowed-ex     | abwindow -m metrics.tsv exposures.tsv events.tsv
values          | abagg -m metrics.tsv windowed
values-bounds   | abagg -m bounds windowed-bounds
values-ex       | abagg -m metrics.tsv windowed-ex
values-small    | abwindow -m bounds -o w small events-small && abagg -m bounds w
stats           | abstat -m metrics.tsv values
stats-bounds    | abstat -m bounds values-bounds
stats-by        | abstat --by device scipy.tsv
results-bounds  | abtest -m bounds stats-bounds --binary z --means welch
results         | abtest -m metrics.tsv values
results-yates   | abtest -m bounds values-small --log10-p
results-chi2    | abtest -m bounds values-small --binary chi2 --means welch --log10-p --alpha 1e-12
results-z       | abtest -m bounds values-small --binary z
results-welch   | abtest -m bounds values-small --binary welch --means welch
results-by      | abtest --by device --binary student scipy.tsv
report          | abreport -m metrics.tsv results
report-markdown | abreport -f markdown results-by
report-json     | abreport -f json results-by
refused         | abwindow -m metrics.tsv exposures.tsv nowhere.tsv
refused-number  | abtest comma.tsv
refused-option  | abagg --aggregate
'

table() {
	sed -e '/^$/d' -e 's/ *| */|/g' -e 's/ *$//' <<<"$1"
}

rows() {
	printf '%s\n' "$@" | tr '|' '\t'
}

setup_data() {
	local shape
	cp "$top"/examples/*.* .
	cp "$top/tests/ref/scipy/values.tsv" scipy.tsv
	{
		rows 'event_name|variant|process|rate|days|value'
		for shape in 'constant(-0.1)' 'uniform(-2,6)' 'normal(10,2)' \
			'lognormal(3.227,0.426)' 'exponential(2.5)' \
			'pareto(2.5,10)'; do
			rows "${shape%(*}|*|poisson|0.7|20|$shape" \
				"${shape%(*}|B|bernoulli|0.9|3|$shape"
		done
	} >shapes
	{
		rows 'metric_id|display_name|event_name|window_start|window_end|aggregation|window_bounds'
		rows 'any||constant|0d|7d|binary|[)' \
			'n||uniform|0d|1d12h|count|(]' \
			'sum||pareto|-1d|2w|sum|()' \
			'mean||normal|0d|3d|mean|[]' \
			'max||lognormal|0d|3d|max|[]' \
			'min||exponential|0d|300h|min|' \
			'first||normal|0d|20d|first|' \
			'last||normal|0d|20d|last|' \
			'days||lognormal|0d|20d|distinct_days|'
	} >bounds
	rows 'experiment_id|variant|user_id|m' 'e|A|u1|1.5' 'e|A|u2|1,5' \
		>comma.tsv
	printf '%s\r\n' 'user_id,text' '1,"a ""b"", c"' '2,é' '3,' >quoted.csv
	printf '%s\n' 'user_id,text' '1,"a' 'b"' >bad.csv
}

# What awk makes of the outputs so far, for the commands that come after NAME.
after() {
	case $1 in
	exposures)
		awk -F '\t' -v OFS='\t' 'NR > 1 { print $2, $3, $1, $4 }' \
			exposures >swapped
		awk '1; NR % 50 == 0 { sub(/A/, "B"); print }' exposures >mixed
		;;
	exposures-small)
		rows 'user_id|experiment_id|variant|exposure_time' >small
		awk -F '\t' -v OFS='\t' '{ $1 = NR } 1' exposures-small >>small
		abgen-events -m shapes small >events-small
		;;
	events) tr '\t' , <events >events.csv ;;
	esac
}

# Run the commands in this directory, with the programs of PATH, and print a
# checksum of each output, the messages and the exit status included.
run_commands() {
	local name command
	while IFS='|' read -r name command; do
		eval "$command" >"$name" 2>"$name.err" </dev/null
		echo "exit status $?" >>"$name.err"
		after "$name"
		printf '%s %s\n' "$name" "$(cat "$name" "$name.err" | sha256sum)"
	done < <(table "$commands")
}

# That the commands leave out no program.
check_commands() {
	local program name
	for program in cmd/*.c; do
		name=$(basename "$program" .c)
		grep -q "| $name\b" <<<"$commands" && continue
		echo "portable.sh: no command runs $name" >&2
		return 1
	done
}

# check_compiler COMPILER FLAGS PACKAGES: that it is there, with its C library.
check_compiler() {
	local -a flags
	read -ra flags <<<"$2"
	"$1" "${flags[@]}" -x c -o "$dir/probe.$1" - \
		<<<'int main(void) { return 0; }' >/dev/null 2>&1 && return
	echo "$1 ${flags[*]} does not work: apt-get install $3"
	return 1
}

build() {
	make -j "$jobs" all units BUILD="$1" CC="$2" CFLAGS="$3 -Werror" \
		>"$1/make.log" 2>&1 && return
	echo "does not build:"
	grep -E -m 5 ' error: |undefined' "$1/make.log" || tail -n 5 "$1/make.log"
	return 1
}

# check_emulator BUILT EMULATOR: whether one is needed, and is there.  Then
# BUILT/bin is full of scripts that run the programs in it.
check_emulator() {
	rm -rf "${1:?}/bin"
	"$1/abgen-users" --version >/dev/null 2>&1 && return
	if ! command -v "$2" >/dev/null; then
		echo "needs ${2:-another machine}: apt-get install qemu-user"
		return 1
	fi
	bash tests/wrap.sh "$1" "$1/bin" "$2"
}

# run_tests BUILT PROGRAMS TESTS TAGS: the number of tests, if all of them
# pass.
run_tests() {
	local log=$1/tests.log
	if ! BUILD=$2 "$bats" --tap --filter-tags "$4" "tests/$3" \
		>"$log" 2>&1; then
		echo "fails, see $log:"
		grep -A 10 '^not ok' "$log" || tail -n 5 "$log"
		return 1
	fi
	grep -c '^ok' "$log"
}

# check NAME COMPILER FLAGS TESTS PACKAGES EMULATOR: what is wrong with a
# build, or what was seen of it.
check() {
	local built=$dir/$1 emulator='' tags='!build' tests programs
	mkdir -p "$built"
	check_compiler "$2" "$3" "$5" && build "$built" "$2" "$3" || return
	programs=$built
	check_emulator "$built" "$6" || return
	if [ -d "$built/bin" ]; then
		emulator=$6 programs=$built/bin tags='!build,!memory'
	fi
	tests=$(run_tests "$built" "$programs" "$4" "$tags") || {
		echo "$tests"
		return 1
	}
	rm -rf "$built/out" && mkdir "$built/out"
	(cd "$built/out" && setup_data && PATH=$programs:$PATH run_commands) \
		>"$built/sha256" || return
	if ! diff "$dir/$first/sha256" "$built/sha256" >"$built/diff"; then
		echo "other outputs than $first, in $built/out:"
		awk '/^>/ { print "    " $2 }' "$built/diff"
		return 1
	fi
	echo "$tests tests pass," \
		"$(wc -l <"$built/sha256") outputs are those of" \
		"$first${emulator:+ (in $emulator)}"
}

# The line of a build.
report() {
	local said status=0
	said=$(check "$@") || status=1
	printf '%-10s %s %s: %s\n' "$1" "$2" "$3" "$said"
	return "$status"
}

check_commands || exit 1
cores=$(nproc) faults=0 running=0
# The first alone, then the others side by side, each with one core.
first=$(table "$builds" | head -n 1 | cut -d '|' -f 1)
jobs=$cores
while IFS='|' read -r name compiler flags tests packages emulator; do
	if [ "$name" = "$first" ]; then
		report "$name" "$compiler" "$flags" "$tests" "$packages" '' ||
			exit 1
		jobs=1
		continue
	fi
	[ "$#" -eq 0 ] || [[ " $* " = *" $name "* ]] || continue
	if [ "$running" -eq "$cores" ]; then
		wait -n || faults=$((faults + 1))
		running=$((running - 1))
	fi
	report "$name" "$compiler" "$flags" "$tests" "$packages" "$emulator" &
	running=$((running + 1))
done < <(table "$builds")
for ((; running > 0; running--)); do
	wait -n || faults=$((faults + 1))
done
[ "$faults" -eq 0 ]
