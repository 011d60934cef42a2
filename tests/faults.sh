#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# faults.sh BUILD [WORD]: every program when the system fails it.  For each row
# of the table below, or those with WORD in them, each system call that the
# program makes fails, one at a time and in each of several ways; then each
# allocation; then each read and write once more, of two threads where there
# are two; then these move a byte at a time; and where the row has -o, a signal
# kills the program at each call.  Whatever fails, the program exits with 0 and
# has written the whole output, or with 2 and a message, the file of -o
# untouched.  It never dies otherwise, hangs or leaves a temporary file.  Prints
# a line a row; fails on a violation, with the command that repeats it.
set -u -o pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1/faults" && dir=$(cd "$1/faults" && pwd) || exit 2
word=${2:-}
cd "$top" || exit 2
PATH=$dir:$PATH
umask 022
shopt -s dotglob

# command | stdin | environment, see faults.c.  The files are those that
# make_files makes; -o file replaces one, -o new makes one.
rows='
abgen-users --help
abgen-users -n 50 -o file
abgen-users -n 10000
abgen-users --no-header --shard 2/3 -o new
abgen-exposures --version
abgen-exposures -n 50 -k 20 -o file
abgen-exposures -k 4000
abgen-exposures --no-header --shard 2/3 -o new
abgen-events -o file                                          | exposures.tsv
abgen-events -m model.tsv --no-header                         | exposures.cut
abgen-events exposures
abgen-events --print-model -o new
abcsv -o file                                                 | exposures.csv
abcsv --no-header --replace / --columns a,b                   | quoted.csv
abcsv -o new events.csv
abmetrics -o file                                             | metrics.json
abmetrics --strict --no-header all.tsv
abwindow -m metrics.tsv -o file exposures.tsv                 | events.tsv
abwindow -m metrics.tsv -o file exposures.tsv                 | events.tsv | FAULTS_NO_TMPFILE=1
abwindow -m metrics.tsv -o new exposures.tsv events.tsv       |            | FAULTS_NO_TMPFILE=1
abwindow -m metrics.tsv -o events.tsv exposures.tsv           | events.tsv
abwindow -e purchase -w 0d:7d --no-header exposures.tsv       | events.cut
abwindow -m all.tsv --mixed first mixed.tsv events.tsv
abwindow -m metrics.tsv -o new mixed.tsv events.tsv
abwindow --progress -m metrics.tsv exposures events
abwindow --sorted -m metrics.tsv -o file by-user/exposures.tsv | by-user/events.tsv
abwindow --sorted -m metrics.tsv by-user/exposures by-user/events
abagg -m metrics.tsv -o file                                  | windowed.tsv
abagg -m all.tsv windowed-all.tsv
abagg -a session_7d=count --no-header                         | windowed.cut
abagg -m metrics.tsv windowed
abagg --sorted -m metrics.tsv -o file                         | by-user/windowed.tsv
abagg --sorted -m metrics.tsv by-user/windowed
abstat -m metrics.tsv -o file                                 | values.tsv
abstat --no-header --columns experiment_id,variant,user_id,m  | values.cut
abstat stats-1 stats-2
abstat --by page -o new pages
abstat blocks
abtest -m metrics.tsv -o file                                 | values.tsv
abtest --no-header --columns experiment_id,variant,user_id,m  | values.cut
abtest -m metrics.tsv stats-1 stats-2
abtest --by page --binary z --means welch pages
abreport -m metrics.tsv -o file                               | results.tsv
abreport --no-header                                          | results.cut
abreport -f markdown results
abreport -f json -o new results.tsv
'

# strace counts the calls of each thread apart, so let there be one.
tracer=(strace -E FAULTS_NO_THREAD=1)

# system calls | what is injected into call number % of those of the name @,
# in strace's words; each word is a fault apart, which & makes of two.  umask
# cannot fail.
ways='
umask       |
brk         | @:retval=0:when=% @:retval=0:when=%+&mmap:error=ENOMEM
mmap mremap | @:error=ENOMEM:when=% @:error=ENOMEM:when=%+
others      | @:error=EIO:when=% @:error=ENOSPC:when=% @:error=EINTR:when=%
'

table() {
	sed -e '/^$/d' -e 's/ *| */|/g' -e 's/ *$//' <<<"$1"
}

# The programs in BUILD/faults, static, so that no loader fails before them.
build() {
	local wrap=malloc,calloc,realloc,read,write,open64,pthread_create
	rm -f "$dir"/ab*
	cc -std=c11 -O2 -D_GNU_SOURCE -c -o "$dir/faults.o" tests/faults.c &&
		make -j "$cores" BUILD="$dir" CFLAGS='-O2 -U_FORTIFY_SOURCE' \
			LDFLAGS="-static -Wl,--wrap=${wrap//,/,--wrap=} $dir/faults.o"
}

# That every program has a row, and one for each of its modes.
check_rows() {
	local source program mode missing=0
	for source in cmd/*.c; do
		program=$(basename "$source" .c)
		for mode in '' --output --no-header --shard --sorted; do
			[ -z "$mode" ] || "$program" --help | grep -q -e "$mode\b" || continue
			table "${rows//-o /--output }" | cut -d '|' -f 1 |
				grep -q "^$program .*$mode" && continue
			echo "faults.sh: no row for $program $mode" >&2
			missing=1
		done
	done
	return "$missing"
}

# by_user FILE COLUMN: the file in the order of --sorted, in by-user/FILE.
by_user() {
	{
		head -n 1 "$1"
		tail -n +2 "$1" | LC_ALL=C sort -s -t $'\t' -k "$2,$2"
	} >"by-user/$1"
}

# The files that the rows name.  Those without a suffix are longer than a
# buffer; those in .cut have no header.
make_files() {
	cp "$top"/examples/*.* .
	echo old >file
	chmod 640 file

	abgen-exposures >exposures
	abgen-events --scroll-rate 0 --session-rate 1 exposures >events
	abwindow -m metrics.tsv exposures events >windowed
	abagg -m metrics.tsv windowed >values
	awk 'NR == 1 || NR % 2' values | abstat >stats-1
	awk 'NR == 1 || NR % 2 == 0' values | abstat >stats-2
	awk -v OFS='\t' '{ print $0, NR == 1 ? "page" : NR % 140 }' values >pages
	abtest --by page pages >results
	# In lines of 64 bytes, so that a block read ends with a line, and a
	# read that fails after it looks like the end if nobody minds it.
	awk 'BEGIN {
		OFS = "\t"
		print "experiment_id", "variant", "user_id", sprintf("%033d", 0)
		for (i = 0; i < 4000; i++)
			print "e", i % 2 ? "A" : "B", sprintf("%057d", i), 1
	}' >blocks

	abgen-events --print-model >model.tsv
	head -n 1 metrics.tsv >all.tsv
	printf '%s\t\tpurchase\t0d\t7d\t%s\n' binary{,} count{,} sum{,} mean{,} \
		max{,} min{,} first{,} last{,} distinct_days{,} >>all.tsv
	{ cat exposures.tsv && sed -n '2s/A/B/p' exposures.tsv; } >mixed.tsv
	abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
	abwindow -m all.tsv exposures.tsv events.tsv >windowed-all.tsv
	abagg -m metrics.tsv windowed.tsv >values.tsv
	abtest -m metrics.tsv values.tsv >results.tsv

	mkdir by-user
	by_user exposures 1
	by_user events 1
	by_user windowed 3
	by_user exposures.tsv 1
	by_user events.tsv 1
	by_user windowed.tsv 3

	tr '\t' , <exposures.tsv >exposures.csv
	tr '\t' , <events >events.csv
	printf '%s\n' 'x,"1' '2"' '"","a ""b"""' >quoted.csv
	tail -n +2 exposures.tsv | cut -f 1-4 >exposures.cut
	awk -F '\t' '$4 == "" || $4 ~ /session/' windowed.tsv |
		cut -f 1-6 >windowed.cut
	tail -n +2 events.tsv >events.cut
	tail -n +2 values.tsv | cut -f 1-3,5 >values.cut
	tail -n +2 results.tsv >results.cut
}

# run COMMAND ...: run the row's command under COMMAND, which may be no word at
# all.  Sets status.
run() {
	runs=$((runs + 1)) status=0 under="$*"
	timeout -k 1 30 "$@" "${command[@]}" <"$input" \
		>../out 2>../err 9>../report || status=$?
} 2>/dev/null

# problem TEXT: there is one with the last run.
problem() {
	problems=$((problems + 1))
	echo "$name: $1"
	sed 's/^/    /' ../err
	echo "    repeat: (cd $PWD && PATH=$dir:\$PATH &&" \
		"${environment:+export $environment && }$under ${command[*]}" \
		"<$input)"
}

# Whether the file of -o is as it was before the run.
untouched() {
	if [ -e ../old ]; then
		cmp -s ../old "$file"
	else
		[ -z "$file" ] || [ ! -e "$file" ]
	fi
}

# Whether the output is whole, and the file of -o has the mode it should.
whole() {
	cmp -s ../good "$output" || return
	[ -z "$file" ] || [ "$(stat -c %a "$file")" = "$mode" ]
}

# says MESSAGES TEXT: whether stderr has so many messages, beside as many
# warnings as the good run gives, or fewer.  A message is the last, with TEXT.
says() {
	local -a said
	mapfile -t said <../err
	[ "${#said[@]}" -ge "$1" ] &&
		[ "${#said[@]}" -le $(($1 + warnings)) ] &&
		[[ $1 -eq 0 || ${said[-1]} = "$program: "*"$2"* ]]
}

# Put back the file of -o.  Fails if other files are there than before.
clean() {
	local -a left
	local other
	if [ "$status" -ne 2 ] && [ -n "$file" ]; then
		rm -f "$file"
		[ ! -e ../old ] || cp -p ../old "$file"
	fi
	left=(*)
	[ "${left[*]}" != "$names" ] || return 0
	for other in "${left[@]}"; do
		[[ " $names " = *" $other "* ]] || rm -f "$other"
	done
	return 1
}

# judge TEXT COMMAND ...: run under COMMAND.  The run must succeed, or be
# refused with TEXT.
judge() {
	local text=$1
	shift
	run "$@"
	case $status in
	0)
		whole || problem 'exit status 0 without the whole output'
		says 0 '' || problem 'exit status 0 with a message'
		;;
	2)
		refused=$((refused + 1))
		untouched || problem 'exit status 2, but the file is another'
		says 1 "$text" || problem 'exit status 2 without its message'
		;;
	124 | 137) problem 'it hangs' ;;
	*) problem "exit status $status" ;;
	esac
	clean || problem 'it leaves a temporary file'
}

met() {
	grep -q "$1" ../hit || problem 'the fault was not met'
}

# The calls in ../trace that come after the C library's own, which end where
# the program looks at its descriptors: the name of each, its number among
# those of that name, and what else is to be known of it.  That is "last" if it
# closes the output, "named" while there is a temporary file that cannot but
# have a name, and "chance" if it is about memory, for how many of those there
# are depends on where the heap happens to begin.  exit_group cannot fail, and
# how often mkstemp draws a name, without waiting for it, is chance as well.
calls() {
	awk '
	!match($0, /^[a-z0-9_]+\(/) { next }
	{ name = substr($0, 1, RLENGTH - 1); n[name]++ }
	/^fcntl\(0, F_GETFD/ { begun = 1 }
	!begun || name == "exit_group" || /^getrandom.*NONBLOCK/ { next }
	{ fd = substr($0, RLENGTH + 1) + 0 }
	name == "write" && fd != 2 { output = fd }
	{ last = name == "close" && fd == output ? "last" : "" }
	{ chance = name ~ /^(brk|mmap|mremap|munmap)$/ ? "chance" : "" }
	{ print name, n[name], last, chance, named }
	/O_TMPFILE.* = -1 / { refused = 1 }
	/O_EXCL.* = [0-9]+$/ && refused { named = "named" }
	/^linkat\(.* = 0$/ { named = "named" }
	/^rename\(.* = 0$/ { named = "" }
	END { exit !begun }' ../trace
}

# Each call fails, in each of its ways.
fail_calls() {
	local call n meaning way
	local -a how inject
	while read -r call n meaning; do
		read -ra how <<<"${ways_of[$call]-${ways_of[others]}}"
		for way in "${how[@]}"; do
			way="-e inject=${way//&/ -e inject=}"
			way=${way//@/$call}
			read -ra inject <<<"${way//%/$n}"
			judge '' "${tracer[@]}" -o ../hit -e "trace=$call" "${inject[@]}"
			[[ $meaning = *chance* ]] || met INJECTED
			[[ $meaning != *last* ]] || [ "$status" -eq 2 ] ||
				problem 'nobody sees that the output is not closed'
		done
	done <../calls
}

# Each call brings a signal, which the program dies of.  SIGKILL comes before
# the call is made, and may leave a temporary file that cannot but have a name;
# the others come after it, and may not.
kill_calls() {
	local call n meaning signal
	while read -r call n meaning; do
		[[ $meaning != *chance* ]] || continue
		for signal in TERM INT HUP KILL; do
			run "${tracer[@]}" -o ../hit -e "trace=$call" \
				-e "inject=$call:signal=SIG$signal:when=$n"
			[ "$status" -eq $((128 + $(kill -l "$signal"))) ] ||
				problem "exit status $status, not of SIG$signal"
			met "SIG$signal"
			untouched || whole || problem 'the file is another'
			clean || [[ $signal,$meaning = KILL,*named ]] ||
				problem 'it leaves a temporary file'
		done
	done <../calls
}

# Each allocation fails, and each read and write, on whatever thread it is.
fail_counted() {
	local allocations transfers n
	judge '' env FAULTS_ALLOCATION=0
	read -r allocations transfers <../report
	for ((n = 1; n <= allocations; n++)); do
		judge 'out of memory' env FAULTS_ALLOCATION="$n"
	done
	for ((n = 1; n <= transfers; n++)); do
		judge 'Input/output error' env FAULTS_TRANSFER="$n"
	done
}

move_bytes() {
	local transfers
	judge '' env FAULTS_PIECE=1
	read -r _ transfers <../report
	[ "$status" -eq 0 ] || problem 'a byte at a time does not do'
	[ "$transfers" -ge "$(stat -c %s ../good)" ] ||
		problem 'more than a byte was moved at a time'
}

# begin NUMBER COMMAND STDIN ENVIRONMENT: the row's directory, with the files
# in it and a good run beside it.
begin() {
	local -a all
	rm -rf "$dir/rows/$1" && mkdir -p "$dir/rows/$1/cwd" &&
		cd "$dir/rows/$1/cwd" && ln -s "$dir"/files/* . || return
	read -ra command <<<"$2"
	name="$2${3:+ <$3}${4:+ ($4)}"
	program=${command[0]} input=${3:-/dev/null} environment=$4
	[ -z "$environment" ] || export "${environment?}"
	runs=0 refused=0 problems=0 warnings=0 mode=644 file='' output=../out
	if [[ $2 =~ ' -o '([^ ]+) ]]; then
		file=${BASH_REMATCH[1]} output=$file
	fi
	if [ -e "$file" ]; then
		cp -pL "$file" ../old && rm "$file" && cp -p ../old "$file"
		mode=$(stat -c %a ../old)
	fi
	all=(*) names=${all[*]}

	run && cp "$output" ../good && warnings=$(wc -l <../err) && clean
	judge '' "${tracer[@]}" -o ../trace
	[ "$status" -eq 0 ] && calls >../calls && return
	problem 'it fails without a fault, or is not seen to begin'
	return 1
}

# row NUMBER COMMAND STDIN ENVIRONMENT: its line, and its part of the total.
row() {
	# Bash has commands in the background ignore it, and so would theirs.
	trap - INT
	if begin "$@"; then
		fail_calls
		fail_counted
		move_bytes
		[ -z "$file" ] || kill_calls
	fi
	echo "$name: $runs runs, $refused refused, $problems wrong"
	echo "$runs $problems" >../result
	[ "$problems" -eq 0 ]
}

cores=$(nproc)
declare -A ways_of
while IFS='|' read -r calls ways; do
	for call in $calls; do
		ways_of[$call]=$ways
	done
done < <(table "$ways")

command -v strace >/dev/null || {
	echo "faults.sh: needs strace: apt-get install strace" >&2
	exit 2
}
build >"$dir/make.log" 2>&1 || {
	tail "$dir/make.log"
	exit 2
}
check_rows || exit 1
rm -rf "$dir/files" "$dir/rows"
mkdir "$dir/files" && (cd "$dir/files" && make_files) || exit 2

number=0 running=0 failed=0
while IFS='|' read -r command input environment; do
	[[ "$command $environment" = *"$word"* ]] || continue
	if [ "$running" -eq "$cores" ]; then
		wait -n || failed=$((failed + 1))
		running=$((running - 1))
	fi
	number=$((number + 1)) running=$((running + 1))
	row "$number" "$command" "$input" "$environment" &
done < <(table "$rows")
for (( ; running > 0; running--)); do
	wait -n || failed=$((failed + 1))
done
cat "$dir"/rows/*/result | awk -v rows="$number" '
	{ runs += $1; wrong += $2 }
	END { print rows " commands, " runs " runs, " wrong " wrong" }'
[ "$failed" -eq 0 ]
