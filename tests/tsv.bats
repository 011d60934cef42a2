#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What abpipe-tsv(5) says of every stream, as abwindow and abagg show it;
# suite.bats drives the simplest faults through every program.

load lib
set -o pipefail

LINE_MAX=67108864

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$EXAMPLES"/*.tsv .
}

# window [EXPOSURES [EVENTS]]
window() {
	abwindow -m metrics.tsv "${1:-exposures.tsv}" "${2:-events.tsv}"
}

# many N: N events of a user in no window, 36 bytes each, with a header line.
many() {
	head -n 1 events.tsv
	yes "$(rows 'u1|purchase|1999-01-01 00:00:00|1.5')" | head -n "$1" ||
		[ $? -eq 141 ]
}

# permuted FILE: the columns in the opposite order.
permuted() {
	awk -F '\t' '{ for (i = NF; i > 0; i--)
		printf "%s%s", $i, (i > 1 ? "\t" : "\n") }' "$1"
}

# padded FILE: with columns that no program knows.
padded() {
	awk -F '\t' -v OFS='\t' '{ print NR == 1 ? "x" : "", $0,
		NR == 1 ? "y" : "a \"b\" \\" }' "$1"
}

@test "the columns of every file may stand in any order" {
	window >expected
	for file in exposures events metrics; do
		cp $file.tsv saved
		permuted saved >$file.tsv
		window | same expected -
		mv saved $file.tsv
	done
}

@test "unknown columns of events and metrics do not matter" {
	window >expected
	window exposures.tsv <(padded events.tsv) | same expected -
	abwindow -m <(padded metrics.tsv) exposures.tsv events.tsv |
		same expected -
}

@test "a missing column is named, and those that are there" {
	local columns
	columns=$(head -n 1 events.tsv)
	refuses "events.tsv: no column experiment_id; its columns are: $columns" \
		window events.tsv exposures.tsv
}

@test "the name of a column is taken to the byte" {
	for name in user_ids User_id ' user_id' 'user_id ' user; do
		sed "1s/user_id/$name/" events.tsv >e
		refuses 'e: no column user_id;' window exposures.tsv e
	done
}

@test "two columns of one name are refused, known or not" {
	for name in user_id event_name x ''; do
		awk -F '\t' -v OFS='\t' -v name="$name" '
			{ print $0, NR == 1 ? name : 1, NR == 1 ? name : 2 }' \
			events.tsv >e
		refuses "e:1: two columns are called '$name'" \
			window exposures.tsv e
	done
}

@test "a hundred thousand columns take no time" {
	(seq 100000 | paste -sd '\t'; seq 100000 | paste -sd '\t') |
		sed 1s/^/x/ >wide
	awk 'NR == FNR { wide[NR] = $0; next } FNR < 3 { print $0 "\t" wide[FNR] }' \
		wide events.tsv >e
	window exposures.tsv e | tail -n 1 | cut -f 3,4 | gives 'u1|session_7d'
}

@test "a field of a megabyte is a field" {
	head -c 1000000 /dev/zero | tr '\0' x >id
	for file in exposures.tsv events.tsv; do
		awk -F '\t' -v OFS='\t' 'NR == FNR { id = $0; next }
			$1 == "u2" { $1 = id } { print }' id $file >long
		mv long $file
	done
	window | abagg -m metrics.tsv >values
	[ "$(cut -f 3 values | sed -n 3p)" = "$(<id)" ]
	cut -f 1,2,4- values | sed -n 3p | gives 'checkout|B|web|1|31.25|2'
}

# line N: the header of events and a line of N bytes.
line() {
	local event
	event=$(rows '|other|2025-01-01|')
	head -n 1 events.tsv
	head -c $(($1 - ${#event} - 1)) /dev/zero | tr '\0' x
	printf '%s\n' "$event"
}

@test "a line of the greatest length is read, and not a byte more" {
	line $LINE_MAX | abwindow -m metrics.tsv exposures.tsv |
		same <(window exposures.tsv <(head -n 1 events.tsv)) -
	line $((LINE_MAX + 1)) | refuses \
		"<stdin>:2: a line of more than $LINE_MAX bytes" \
		abwindow -m metrics.tsv exposures.tsv
}

# within_memory COMMAND ...: run it in 250 MB.
within_memory() (
	ulimit -v 250000
	"$@"
)

# bats test_tags=memory
@test "a line without an end is refused, in bounded memory" {
	for start in '' "$(head -n 1 events.tsv)"$'\n'; do
		(printf '%s' "$start" && tr '\0' x </dev/zero || true) |
			within_memory refuses 'a line of more than' \
				abwindow -m metrics.tsv exposures.tsv
	done
}

@test "a fault far into the stream has its line" {
	many 10000 >e
	window exposures.tsv e | same <(window exposures.tsv \
		<(head -n 1 events.tsv)) -
	for line in 2 3641 10001; do
		sed "${line}s/1999/19x9/" e >bad
		refuses "bad:$line: event_time: bad time '19x9-01-01 00:00:00'" \
			window exposures.tsv bad
		sed "${line}s/\$/\r/" e >bad
		refuses "bad:$line: the line ends in CR LF" \
			window exposures.tsv bad
		sed "${line}s/1.5/\x00/" e >bad
		refuses "bad:$line: a NUL byte" window exposures.tsv bad
		sed "${line}s/\t1.5//" e >bad
		refuses "bad:$line: expected 4 fields, found 3" \
			window exposures.tsv bad
		sed "${line}s/\$/\tx/" e >bad
		refuses "bad:$line: expected 4 fields, found 5" \
			window exposures.tsv bad
		sed "${line}s/.*//" e >bad
		refuses "bad:$line: expected 4 fields, found 1: a blank line" \
			window exposures.tsv bad
		sed "${line}r"<(head -n 1 e) e >bad
		refuses "bad:$((line + 1)): the header line again" \
			window exposures.tsv bad
	done
}

@test "a fault in the exposures or the metrics names that file" {
	for file in exposures metrics; do
		cp $file.tsv saved
		for fault in '2s/$/\r/' '2s/$/\tx/' '2s/\t[^\t]*$//' \
			'2s/./\x0&/' '2s/.*//'; do
			sed "$fault" saved >$file.tsv
			refuses "$file.tsv:2: " window
		done
		cat saved saved >$file.tsv
		refuses 'the header line again' window
		printf '\xef\xbb\xbf' | cat - saved >$file.tsv
		refuses "$file.tsv:1: a byte order mark" window
		head -c -1 saved >$file.tsv
		refuses "$file.tsv:$(wc -l <saved): the last line has no line end" \
			window
		: >$file.tsv
		refuses "$file.tsv: empty: not even a header line" window
		head -n 1 saved >$file.tsv
		window >/dev/null
		mv saved $file.tsv
	done
}

@test "a line that begins with an empty field is not a blank one" {
	rows "$(head -n 1 events.tsv)" '|purchase' >e
	refuses 'e:2: expected 4 fields, found 2' window exposures.tsv e
	run ! grep 'blank' refused.err
	rows "$(head -n 1 events.tsv)" '|' >e
	refuses 'e:2: expected 4 fields, found 2' window exposures.tsv e
	run ! grep 'blank' refused.err
}

@test "fields may be empty, at both ends of the line too" {
	rows '|user_id|event_name|event_time|event_value' \
		'|u1|purchase|2025-01-03|' >e
	window exposures.tsv e | tail -n 1 | cut -f 1-6 |
		gives 'checkout|A|u1|revenue_14d|2025-01-03|'
}

@test "a CR that does not end the line is data" {
	rows 'event_value|user_id|event_name|event_time' \
		$'\r1\r|u1|purchase|2025-01-03' >e
	window exposures.tsv e | tail -n 1 | cut -f 6 | gives $'\r1\r'
}

@test "a last line without its end is refused, and the hint mends it" {
	window >expected
	head -c -1 events.tsv >e
	refuses "e:18: the last line has no line end" window exposures.tsv e
	[[ $(<refused.err) == *": sed '\$a\\'" ]]
	window exposures.tsv <(sed "\$a\\" e) | same expected -
	head -n 1 events.tsv | head -c -1 >e
	refuses 'e:1: the last line has no line end' window exposures.tsv e
}

@test "the other hints mend what they are given for" {
	window >expected
	sed 's/$/\r/' events.tsv >e
	refuses "convert the file with: tr -d '\\r'" window exposures.tsv e
	window exposures.tsv <(tr -d '\r' <e) | same expected -
	printf '\xef\xbb\xbf' | cat - events.tsv >e
	refuses 'remove it with: tail -c +4' window exposures.tsv e
	window exposures.tsv <(tail -c +4 e) | same expected -
	head -n 1 events.tsv >e
	cat e events.tsv >both
	refuses 'both:2: the header line again; join files with: tail -q -n +2' \
		window exposures.tsv both
	tail -q -n +2 e events.tsv |
		abwindow -m metrics.tsv --no-header exposures.tsv |
		same <(tail -n +2 expected) -
}

@test "a row may be as long as the header, and end as it does" {
	rows 'user_id|experiment_id|variant|exposure_time|device' \
		'123456789012|e|A|2025-01-01 10:00:00|a large phone' >long
	awk '{ print length, substr($0, length) }' long | uniq | gives '50 e'
	head -n 1 events.tsv >none
	window long none | gives \
		'experiment_id|variant|user_id|metric_id|event_time|event_value|device' \
		'e|A|123456789012||2025-01-01 10:00:00||a large phone'
}

@test "a header alone is a stream without rows" {
	head -n 1 exposures.tsv >none
	window none | gives \
		'experiment_id|variant|user_id|metric_id|event_time|event_value|device'
	window none | abagg -m metrics.tsv | gives \
		'experiment_id|variant|user_id|device|conversion_7d|revenue_14d|session_7d'
}

@test "a stream without a header line may be empty" {
	abwindow -m metrics.tsv --no-header exposures.tsv /dev/null |
		cut -f 1-6 | same <(window | grep -v _id | head -n 8 |
			cut -f 1-6) -
	abagg -m metrics.tsv --no-header </dev/null | cmp - /dev/null
}

@test "without a header line the first line counts as line 1" {
	rows 'u1|purchase|never|1' >e
	refuses "e:1: event_time: bad time 'never'" \
		abwindow -m metrics.tsv --no-header exposures.tsv e
	refuses 'e:1: expected 6 fields, found 4' \
		abagg -m metrics.tsv --no-header e
}

@test "a header line where none should be is refused" {
	refuses 'events.tsv:1: the header line again' \
		abwindow -m metrics.tsv --no-header exposures.tsv events.tsv
}

# columns STREAM: those that abpipe-tsv(5) gives a stream, but the segments.
columns() {
	awk -v stream="$1" '/^\.S[sh]/ { on = $0 == ".Ss " stream }
		on && /^\.It Cm/ { print $3 }' "$TOP/man/abpipe-tsv.5" |
		paste -s
}

@test "the page has the columns of every stream, in their order" {
	abwindow -m metrics.tsv <(cut -f 1-4 exposures.tsv) events.tsv >windowed
	abagg -m metrics.tsv windowed >values
	same <(columns Users) <(abgen-users | sed 1q)
	same <(columns Exposures) <(abgen-exposures | sed 1q)
	same <(columns Events) <(abgen-events exposures.tsv | sed 1q)
	same <(columns Metrics) <(abmetrics "$EXAMPLES/metrics.json" | sed 1q)
	same <(columns Windowed) <(sed 1q windowed)
	same <(columns Values) <(sed 1q values | cut -f 1-3)
	same <(columns Stats) <(abstat -m metrics.tsv values | sed 1q)
	same <(columns Results) \
		<(abtest -m metrics.tsv --log10-p values | sed 1q)
}
