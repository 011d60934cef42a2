#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib
set -o pipefail

METRICS='metric_id|display_name|event_name|window_start|window_end|aggregation'
METRICS+='|window_bounds'

# exposures 'user|experiment|variant|time' ...: write them to exposures.tsv.
exposures() {
	rows 'user_id|experiment_id|variant|exposure_time' "$@" >exposures.tsv
}

# events 'user|name|time|value' ...: write them to events.tsv.
events() {
	rows 'user_id|event_name|event_time|event_value' "$@" >events.tsv
}

# metrics 'id|event|start|end[|bounds]' ...: write them to metrics.tsv.
metrics() {
	local definition id event start end bounds
	rows "$METRICS" >metrics.tsv
	for definition; do
		IFS='|' read -r id event start end bounds <<<"$definition"
		rows "$id||$event|$start|$end|count|$bounds" >>metrics.tsv
	done
}

# window OPTION ...: what the program makes of these files.
window() {
	abwindow -m metrics.tsv "$@" exposures.tsv events.tsv
}

# in_window 'value' ...: the events in a window are just those with these
# values, in their order.
in_window() {
	window | awk -F '\t' 'NR > 1 && $4 != "" { values = values " " $6 }
			      END { print substr(values, 2) }' | gives "$*"
}

# exposed 'experiment|variant|user|time' ... < windowed: the exposures are
# just these.
exposed() {
	awk -F '\t' -v OFS='\t' 'NR > 1 && $4 == "" { print $1, $2, $3, $5 }' |
		gives "$@"
}

# sorted: the rows after the header, sorted.
sorted() {
	tail -n +2 | LC_ALL=C sort
}

@test "every exposure comes first, then the events in their order" {
	exposures 'u2|e|B|2025-01-02' 'u1|e|A|2025-01-01'
	events 'u1|buy|2025-01-04|7' 'u2|buy|2025-01-03|5' 'u1|buy|2025-01-02|3'
	metrics 'm|buy|0d|7d'
	window | gives \
		'experiment_id|variant|user_id|metric_id|event_time|event_value' \
		'e|B|u2||2025-01-02 00:00:00|' \
		'e|A|u1||2025-01-01 00:00:00|' \
		'e|A|u1|m|2025-01-04|7' \
		'e|B|u2|m|2025-01-03|5' \
		'e|A|u1|m|2025-01-02|3'
}

# Events around both ends of a window from 0d to 7d, and the exposure.
around() {
	exposures 'u|e|A|2025-01-01 12:00:00.5'
	events 'u|buy|2025-01-01 12:00:00.499999|1' \
		'u|buy|2025-01-01 12:00:00.500000|2' \
		'u|buy|2025-01-01 12:00:00.500001|3' \
		'u|buy|2025-01-08 12:00:00.499999|4' \
		'u|buy|2025-01-08 12:00:00.5|5' \
		'u|buy|2025-01-08 12:00:00.500001|6'
}

@test "a window has both its ends, to the microsecond" {
	around
	metrics 'm|buy|0d|7d'
	in_window 2 3 4 5
}

@test "window_bounds [] has both ends" {
	around
	metrics 'm|buy|0d|7d|[]'
	in_window 2 3 4 5
}

@test "window_bounds [) has the start alone" {
	around
	metrics 'm|buy|0d|7d|[)'
	in_window 2 3 4
}

@test "window_bounds (] has the end alone" {
	around
	metrics 'm|buy|0d|7d|(]'
	in_window 3 4 5
}

@test "window_bounds () has neither" {
	around
	metrics 'm|buy|0d|7d|()'
	in_window 3 4
}

@test "each metric has its own bounds" {
	around
	metrics 'a|buy|0d|7d|()' 'b|buy|0d|7d|(]'
	window | awk -F '\t' '$4 != "" && NR > 1 { print $4 $6 }' |
		paste -sd ' ' | gives 'a3 b3 a4 b4 b5'
}

@test "window_bounds need not be there" {
	around
	metrics 'm|buy|0d|7d'
	cut -f 1-6 metrics.tsv >m && mv m metrics.tsv
	in_window 2 3 4 5
}

@test "a window of one moment" {
	around
	metrics 'm|buy|0d|0d'
	in_window 2
}

@test "a window that its bounds leave empty is refused" {
	around
	for window in '0d|0d|[)' '0d|0d|(]' '0d|0d|()' '1s|1.000001s|()'; do
		metrics "m|buy|$window"
		refuses "metrics.tsv:2: window_bounds: leaves nothing" window
	done
	metrics 'm|buy|0s|0.000002s|()'
	in_window 3
}

@test "events before the exposure are in negative windows only" {
	exposures 'u|e|A|2025-01-15'
	events 'u|buy|2024-12-31 23:59:59.999999|1' 'u|buy|2025-01-01|2' \
		'u|buy|2025-01-14|3' 'u|buy|2025-01-14 00:00:00.000001|4' \
		'u|buy|2025-01-15|5'
	metrics 'm|buy|-14d|-1d'
	in_window 2 3
	metrics 'm|buy|-14d|0d'
	in_window 2 3 4 5
	metrics 'm|buy|-14d|0d|[)'
	in_window 2 3 4
	metrics 'm|buy|0d|7d'
	in_window 5
}

@test "the longest windows there are hold everything" {
	exposures 'u|e|A|0001-01-01' 'v|e|A|9999-12-31 23:59:59.999999'
	events 'u|buy|0001-01-01 00:00:00|1' \
		'u|buy|9999-12-31T23:59:59.999999Z|2' \
		'v|buy|0001-01-01 00:00:00|3' \
		'v|buy|9999-12-31T23:59:59.999999Z|4'
	metrics 'm|buy|-106751991d|106751991d'
	in_window 1 2 3 4
	metrics 'm|buy|-106751991d|-106751991d'
	in_window
	for day in -106751992d 106751992d 99999999999999999999d; do
		metrics "m|buy|$day|106751991d"
		refuses "metrics.tsv:2: window_start: bad duration '$day'" \
			window
	done
}

@test "durations have the spellings of pandas" {
	around
	for end in 7d 1w '7 days' 168h '168 hours' 6d24h '7 days 00:00:00' \
		10080m 604800s; do
		metrics "m|buy|0 days|$end"
		in_window 2 3 4 5
	done
	metrics 'm|buy|0|1 days 12:00:00'
	in_window 2 3
}

@test "-e and -w stand for a metric" {
	around
	metrics 'buy|buy|0d|7d'
	abwindow -e buy -w 0d:7d exposures.tsv events.tsv | same <(window) -
	abwindow --event buy --window '0 days 00:00:00:7 days 00:00:00' \
		exposures.tsv events.tsv | same <(window) -
	metrics 'buy|buy|-1d|-0.000001s'
	abwindow -e buy -w -1d:-0.000001s exposures.tsv events.tsv |
		same <(window) -
}

@test "an event is there once for each metric, in the order of the metrics" {
	exposures 'u|e|A|2025-01-01'
	events 'u|buy|2025-01-02|5' 'u|view|2025-01-02|'
	metrics 'z|buy|0d|7d' 'a|buy|0d|1d' 'v|view|0d|7d' 'n|buy|2d|7d'
	window | tail -n +3 | gives 'e|A|u|z|2025-01-02|5' \
		'e|A|u|a|2025-01-02|5' 'e|A|u|v|2025-01-02|'
}

@test "users without events are there" {
	exposures 'u|e|A|2025-01-01' 'v|e|B|2025-01-01'
	events
	metrics 'm|buy|0d|7d'
	window | exposed 'e|A|u|2025-01-01 00:00:00' \
		'e|B|v|2025-01-01 00:00:00'
}

@test "events of users never exposed are left out" {
	exposures 'u1|e|A|2025-01-01'
	events 'u|buy|2025-01-02|1' 'u11|buy|2025-01-02|2' 'u1|buy|2025-01-02|3'
	metrics 'm|buy|0d|7d'
	in_window 3
}

@test "an event counts for each experiment whose window it falls into" {
	exposures 'u|e1|A|2025-01-01' 'u|e2|B|2025-01-05' 'u|e3|A|2025-01-20'
	events 'u|buy|2025-01-02|1' 'u|buy|2025-01-06|2' 'u|buy|2025-01-11|3'
	metrics 'm|buy|0d|7d'
	window | tail -n +5 | gives 'e1|A|u|m|2025-01-02|1' \
		'e1|A|u|m|2025-01-06|2' 'e2|B|u|m|2025-01-06|2' \
		'e2|B|u|m|2025-01-11|3'
}

@test "three variants" {
	exposures 'u|e|A|2025-01-01' 'v|e|B|2025-01-01' 'w|e|C|2025-01-01'
	events 'w|buy|2025-01-02|1' 'v|buy|2025-01-02|2' 'u|buy|2025-01-02|3'
	metrics 'm|buy|0d|7d'
	window | tail -n +5 | gives 'e|C|w|m|2025-01-02|1' \
		'e|B|v|m|2025-01-02|2' 'e|A|u|m|2025-01-02|3'
}

# A user in two variants of e1, the later row the earlier in time, one in
# three of it, and both in one variant of e2.
mixed() {
	exposures 'u|e1|A|2025-01-03' 'u|e1|B|2025-01-01' 'u|e2|A|2025-01-01' \
		'v|e2|B|2025-01-01' 'v|e1|C|2025-01-05' 'v|e1|A|2025-01-04' \
		'v|e1|B|2025-01-06' 'w|e1|A|2025-01-01'
	events 'u|buy|2025-01-02|1' 'u|buy|2025-01-09|2' 'w|buy|2025-01-02|3'
	metrics 'm|buy|0d|7d'
}

@test "a user in two variants of an experiment is excluded from it" {
	mixed
	for option in --mixed=exclude ''; do
		window ${option:+"$option"} 2>err | tail -n +2 | gives \
			'e2|A|u||2025-01-01 00:00:00|' \
			'e2|B|v||2025-01-01 00:00:00|' \
			'e1|A|w||2025-01-01 00:00:00|' \
			'e2|A|u|m|2025-01-02|1' \
			'e1|A|w|m|2025-01-02|3'
		gives 'abwindow: exposures.tsv: repeated exposures ignored: 0; users in two variants of an experiment excluded: 2' <err
	done
}

@test "--mixed=first takes the first of two variants, by time" {
	mixed
	window --mixed=first 2>err | tail -n +2 | gives \
		'e1|B|u||2025-01-01 00:00:00|' 'e2|A|u||2025-01-01 00:00:00|' \
		'e2|B|v||2025-01-01 00:00:00|' 'e1|A|v||2025-01-04 00:00:00|' \
		'e1|A|w||2025-01-01 00:00:00|' \
		'e1|B|u|m|2025-01-02|1' 'e2|A|u|m|2025-01-02|1' \
		'e1|A|w|m|2025-01-02|3'
	gives 'abwindow: exposures.tsv: repeated exposures ignored: 0; users in two variants of an experiment counted in the first: 2' <err
}

@test "--mixed=first, at the same instant, takes the variant that sorts first" {
	events
	metrics 'm|buy|0d|7d'
	exposures 'u|e|B|2025-01-01' 'u|e|A|2025-01-01'
	window --mixed=first 2>/dev/null | exposed 'e|A|u|2025-01-01 00:00:00'
	exposures 'u|e|A|2025-01-01' 'u|e|B|2025-01-01T02:00:00+02:00'
	window --mixed=first 2>/dev/null | exposed 'e|A|u|2025-01-01 00:00:00'
}

@test "a variant sorts before those that it begins, also with a byte below tab" {
	events
	metrics 'm|buy|0d|7d'
	rows 'user_id|experiment_id|variant|exposure_time|s' \
		$'u|e|A\x01|2025-01-01|x' 'u|e|A|2025-01-01|x' >exposures.tsv
	window --mixed=first 2>/dev/null | tail -n +2 |
		gives 'e|A|u||2025-01-01 00:00:00||x'
}

@test "--mixed=error refuses a user in two variants" {
	mixed
	refuses "exposures.tsv: user 'u' is in two variants of experiment 'e1'" \
		window --mixed=error
	[ ! -s refused.out ]
	exposures 'u|e1|A|2025-01-01' 'u|e2|B|2025-01-01'
	window --mixed=error >out 2>err
	[ ! -s err ]
}

@test "the first of a user's exposures counts, by time and not by row" {
	exposures 'u|e|A|2025-01-09' 'v|e|A|2025-01-01' \
		'u|e|A|2025-01-01T01:00:00+01:00' 'u|e|A|2025-01-05'
	events 'u|buy|2025-01-08|1' 'u|buy|2025-01-08 00:00:01|2' \
		'u|buy|2025-01-10|3' 'v|buy|2025-01-02|4'
	metrics 'm|buy|0d|7d'
	window 2>err | exposed 'e|A|v|2025-01-01 00:00:00' \
		'e|A|u|2025-01-01 00:00:00'
	in_window 1 4 2>/dev/null
	gives 'abwindow: exposures.tsv: repeated exposures ignored: 2; users in two variants of an experiment excluded: 0' <err
}

@test "an exposure that is there twice counts once, where it came first" {
	exposures 'u|e|A|2025-01-01' 'v|e|A|2025-01-01' \
		'u|e|A|2025-01-01T00:00:00Z'
	events 'u|buy|2025-01-02|1'
	metrics 'm|buy|0d|7d'
	window 2>err | exposed 'e|A|u|2025-01-01 00:00:00' \
		'e|A|v|2025-01-01 00:00:00'
	in_window 1 2>/dev/null
	grep -q 'repeated exposures ignored: 1;' err
}

@test "events of a user who is exposed over and over take no longer" {
	metrics 'm|x|0d|1d'
	{
		rows 'user_id|experiment_id|variant|exposure_time'
		seq 200000 | awk -v OFS='\t' '{ print "u", "e", "A", $1 }'
		rows 'v|e|B|7'
		seq 200000 | awk -v OFS='\t' '{ print "u", "e", "A", $1 - 100000 }'
	} >exposures.tsv
	{
		rows 'user_id|event_name|event_time|event_value'
		seq 100000 | awk -v OFS='\t' '{
			print "u", "x", -99999, $1
			print "v", "x", 7, $1
		}'
	} >events.tsv
	timeout 20 abwindow -m metrics.tsv exposures.tsv events.tsv \
		>windowed.tsv 2>err
	grep -q 'repeated exposures ignored: 399999;' err
	[ "$(wc -l <windowed.tsv)" -eq 200003 ]
	sed -n '2,3p' windowed.tsv |
		gives 'e|B|v||1970-01-01 00:00:07|' 'e|A|u||1969-12-30 20:13:21|'
	sed 1,3d windowed.tsv | cut -f 3 | sort | uniq -c |
		awk -v OFS='\t' '{ print $1, $2 }' | gives '100000|u' '100000|v'
}

@test "nothing is said where there is nothing to count" {
	exposures 'u|e1|A|2025-01-01' 'u|e2|B|2025-01-01' 'v|e1|B|2025-01-01'
	events 'w|buy|2025-01-02|1'
	metrics 'm|buy|0d|7d'
	window 2>&1 >out | cmp - /dev/null
}

@test "equal instants in different zones are equal" {
	exposures 'u|e|A|2025-01-01T00:00:00+09:00'
	events 'u|buy|2024-12-31 14:59:59.999999|1' 'u|buy|2024-12-31 15:00:00|2' \
		'u|buy|2024-12-31T10:00:00-05:00|3' \
		'u|buy|2024-12-31T09:59:59.999999-05:00|4' \
		'u|buy|2025-01-01 15:00:00Z|5' \
		'u|buy|2025-01-01T15:00:00.000001Z|6' \
		'u|buy|2025-01-01T20:30:00+05:30|7'
	metrics 'm|buy|0d|1d'
	in_window 2 3 5 7
	window | exposed 'e|A|u|2024-12-31 15:00:00'
}

@test "times are dates, times of day or seconds since 1970" {
	exposures 'a|e|A|2025-01-01' 'b|e|A|2025-01-01T06:07:08.25' \
		'c|e|A|1735689600' 'd|e|A|-1' 'f|e|A|1969-12-31 23:59:59.5Z'
	events 'a|buy|1735689600|1' 'b|buy|2025-01-01 06:07:08.250000|2' \
		'c|buy|2025-01-01|3' 'd|buy|1969-12-31T23:59:59|4' \
		'f|buy|0|5'
	metrics 'm|buy|0s|0.5s'
	in_window 1 2 3 4 5
	window | exposed 'e|A|a|2025-01-01 00:00:00' \
		'e|A|b|2025-01-01 06:07:08.250000' \
		'e|A|c|2025-01-01 00:00:00' 'e|A|d|1969-12-31 23:59:59' \
		'e|A|f|1969-12-31 23:59:59.500000'
}

@test "the time and the value of an event pass through as they are" {
	exposures 'u|e|A|2025-01-01'
	events 'u|buy|2025-01-02T00:00:00+01:00|1.50' 'u|buy|2025-01-02|' \
		'u|buy|1735776000|+"\x'
	metrics 'm|buy|0d|7d'
	window | tail -n +3 | gives 'e|A|u|m|2025-01-02T00:00:00+01:00|1.50' \
		'e|A|u|m|2025-01-02|' 'e|A|u|m|1735776000|+"\x'
}

@test "other columns of the exposures are segments and are carried along" {
	rows 'device|user_id|exposure_time|experiment_id|country|variant' \
		'ios|u|2025-01-01|e|South Korea|A' \
		'|v|2025-01-02|e||B' >exposures.tsv
	events 'v|buy|2025-01-02|1' 'u|buy|2025-01-02|2'
	metrics 'm|buy|0d|7d'
	window | gives \
		'experiment_id|variant|user_id|metric_id|event_time|event_value|device|country' \
		'e|A|u||2025-01-01 00:00:00||ios|South Korea' \
		'e|B|v||2025-01-02 00:00:00|||' \
		'e|B|v|m|2025-01-02|1||' \
		'e|A|u|m|2025-01-02|2|ios|South Korea'
}

@test "the segments are those of the exposure that counts" {
	rows 'user_id|experiment_id|variant|exposure_time|device' \
		'u|e|A|2025-01-02|ios' 'u|e|A|2025-01-01|web' >exposures.tsv
	events
	metrics 'm|buy|0d|7d'
	window 2>/dev/null | tail -n +2 |
		gives 'e|A|u||2025-01-01 00:00:00||web'
}

@test "of segments at the same instant those that sort first, in any order" {
	events
	metrics 'm|buy|0d|7d'
	for order in -s -r; do
		rows 'user_id|experiment_id|variant|exposure_time|device' \
			>exposures.tsv
		rows 'u|e|A|2025-01-01|web' 'u|e|A|2025-01-01|ios' |
			sort $order >>exposures.tsv
		window 2>/dev/null | tail -n +2 |
			gives 'e|A|u||2025-01-01 00:00:00||ios'
	done
}

@test "a segment with the name of a column of the output is refused" {
	events
	metrics 'm|buy|0d|7d'
	for name in metric_id event_time event_value; do
		rows "user_id|experiment_id|variant|exposure_time|$name" \
			'u|e|A|2025-01-01|x' >exposures.tsv
		refuses "exposures.tsv: a column $name" window
		[ ! -s refused.out ]
	done
}

@test "ids are bytes" {
	local id=$'\xff\x80\xc3"\'\\n \\ %s $(x) #'
	exposures "$id|1|A|2025-01-01" \
		'6f9619ff-8b86-d011-b42d-00c04fc964ff|1|A|2025-01-01' \
		'007|1|A|2025-01-01' '7| 1|a|2025-01-01'
	events "$id|buy|2025-01-02|1" \
		'6F9619FF-8B86-D011-B42D-00C04FC964FF|buy|2025-01-02|2' \
		'6f9619ff-8b86-d011-b42d-00c04fc964ff|buy|2025-01-02|3' \
		'7|buy|2025-01-02|4' '7 |buy|2025-01-02|5'
	metrics 'm|buy|0d|7d'
	window | tail -n +6 | gives "1|A|$id|m|2025-01-02|1" \
		'1|A|6f9619ff-8b86-d011-b42d-00c04fc964ff|m|2025-01-02|3' \
		' 1|a|7|m|2025-01-02|4'
}

@test "events without a header line give rows without one" {
	cp "$EXAMPLES"/*.tsv .
	window | tail -n +2 >expected
	tail -n +2 events.tsv | abwindow -m metrics.tsv --no-header \
		exposures.tsv | same expected -
}

@test "--columns names the columns of events without a header line" {
	cp "$EXAMPLES"/*.tsv .
	window | tail -n +2 >expected
	awk -F '\t' -v OFS='\t' 'NR > 1 { print $4, "x", $3, $1, $2 }' \
		events.tsv >bare
	abwindow -m metrics.tsv --no-header --columns \
		event_value,more,event_time,user_id,event_name \
		exposures.tsv bare | same expected -
	refuses 'no column event_value' abwindow -m metrics.tsv --no-header \
		--columns a,user_id,event_time,b,event_name exposures.tsv bare
	refuses '--columns goes with --no-header' \
		abwindow -m metrics.tsv --columns a exposures.tsv bare
}

@test "events in pieces give the rows of the whole" {
	cp "$EXAMPLES"/*.tsv .
	window | awk -F '\t' '$4 != ""' >expected
	(head -n 8 events.tsv | abwindow -m metrics.tsv exposures.tsv
	tail -n +9 events.tsv |
		abwindow -m metrics.tsv --no-header exposures.tsv) |
		awk -F '\t' '$4 != ""' | same expected -
}

@test "the order of exposures, events and metrics changes no row" {
	mixed
	events 'u|buy|2025-01-02|1' 'u|buy|2025-01-09|2' 'w|buy|2025-01-02|3' \
		'w|view|2025-01-02|' 'v|buy|2025-01-05|4'
	for mixed in exclude first; do
		metrics 'n|view|0d|9d|()' 'm|buy|0d|7d'
		window --mixed=$mixed 2>/dev/null | sorted >expected
		for seed in 1 2 3; do
			for file in exposures events metrics; do
				(head -n 1 $file.tsv; tail -n +2 $file.tsv |
					shuf --random-source=<(yes $seed)) >x
				mv x $file.tsv
			done
			window --mixed=$mixed 2>/dev/null | sorted |
				same expected -
		done
	done
}

@test "a metrics file without metrics leaves the exposures" {
	exposures 'u|e|A|2025-01-01'
	events 'u|buy|2025-01-02|5'
	metrics
	window | exposed 'e|A|u|2025-01-01 00:00:00'
}

@test "a bad time is an error with its place" {
	exposures 'u|e|A|2025-01-01'
	metrics 'm|buy|0d|7d'
	for time in '' 2025-13-01 2024-02-30 2025-01-01T24:00:00 '2025-01-01 ' \
		'2025-01-01 00:00:60' 0000-01-01 10000-01-01 2025-01-01T00:00 \
		'2025-01-01 00:00:00+1' 1735689600.5 1e9 yesterday; do
		events 'u|buy|2025-01-02|1' "u|buy|$time|1"
		refuses "events.tsv:3: event_time: bad time '$time'" window
	done
	events
	exposures 'u|e|A|2025-01-01' "v|e|A|$time"
	refuses "exposures.tsv:3: exposure_time: bad time '$time'" window
}

@test "every event is checked, also one that counts for nobody" {
	exposures 'u|e|A|2025-01-01'
	metrics 'm|buy|0d|7d'
	events 'u|other|2025-01-02|1' 'u|other|never|1'
	refuses "events.tsv:3: event_time: bad time 'never'" window
	events 'nobody|buy|never|1'
	refuses "events.tsv:2: event_time: bad time 'never'" window
}

@test "an empty id is an error with its place" {
	metrics 'm|buy|0d|7d'
	exposures 'u|e|A|2025-01-01'
	events '|other|2025-01-02|1'
	refuses "events.tsv:2: user_id: empty ''" window
	events 'u||2025-01-02|1'
	refuses "events.tsv:2: event_name: empty ''" window
	events
	exposures 'u|e|A|2025-01-01' '|e|A|2025-01-01'
	refuses "exposures.tsv:3: user_id: empty ''" window
	exposures 'u||A|2025-01-01'
	refuses "exposures.tsv:2: experiment_id: empty ''" window
	exposures 'u|e||2025-01-01'
	refuses "exposures.tsv:2: variant: empty ''" window
}

@test "a missing column is named, before anything is written" {
	cp "$EXAMPLES"/*.tsv .
	for column in 1 2 3 4; do
		name=$(head -n 1 events.tsv | cut -f $column)
		cut --complement -f $column events.tsv >few
		refuses "few: no column $name" \
			abwindow -m metrics.tsv exposures.tsv few
		[ ! -s refused.out ]
		name=$(head -n 1 exposures.tsv | cut -f $column)
		cut --complement -f $column exposures.tsv >few
		refuses "few: no column $name" \
			abwindow -m metrics.tsv few events.tsv
		[ ! -s refused.out ]
	done
	for column in 1 2 3 4 5 6; do
		name=$(head -n 1 metrics.tsv | cut -f $column)
		cut --complement -f $column metrics.tsv >few
		refuses "few: no column $name" \
			abwindow -m few exposures.tsv events.tsv
	done
}

@test "a fault in the exposures or in the first events leaves no output" {
	exposures 'u|e|A|2025-01-01' 'v|e|A|2025-01-32'
	events 'u|buy|2025-01-02|1'
	metrics 'm|buy|0d|7d'
	refuses 'exposures.tsv:3: ' window
	[ ! -s refused.out ]
	exposures 'u|e|A|2025-01-01'
	events 'u|buy|2025-01-02|1' 'u|buy|2025-01-32|1'
	refuses 'events.tsv:3: ' window
	[ ! -s refused.out ]
}

# refuses_metric TEXT id display event start end aggregation bounds
refuses_metric() {
	local IFS='|'
	rows "$METRICS" 'good||buy|0d|7d|sum|' "${*:2}" >metrics.tsv
	refuses "metrics.tsv:3: $1" window
}

@test "a wrong metric is an error with its place" {
	exposures 'u|e|A|2025-01-01'
	events 'u|buy|2025-01-02|5'
	refuses_metric "metric_id: empty ''" '' '' buy 0d 7d sum ''
	refuses_metric "metric_id: defined twice 'good'" good '' buy 0d 1d sum ''
	for id in experiment_id variant user_id; do
		refuses_metric "metric_id: the name of another column '$id'" \
			$id '' buy 0d 7d sum ''
	done
	refuses_metric "event_name: empty ''" m '' '' 0d 7d sum ''
	refuses_metric "window_start: bad duration ''" m '' buy '' 7d sum ''
	refuses_metric "window_start: bad duration '1x'" m '' buy 1x 7d sum ''
	refuses_metric "window_end: bad duration '7'" m '' buy 0d 7 sum ''
	refuses_metric "window_end: before window_start '6d'" \
		m '' buy 7d 6d sum ''
	refuses_metric "window_end: before window_start '-2d'" \
		m '' buy -1d -2d sum ''
	refuses_metric "aggregation: unknown aggregation 'median'" \
		m '' buy 0d 7d median ''
	refuses_metric "aggregation: unknown aggregation 'Sum'" \
		m '' buy 0d 7d Sum ''
	refuses_metric "window_bounds: not one of [] [) (] (): '[['" \
		m '' buy 0d 7d sum '[['
}

@test "the options say one metric or a file of them" {
	cp "$EXAMPLES"/*.tsv .
	local needs='needs -m FILE, or -e NAME and -w START:END; usage: '
	refuses "$needs" abwindow exposures.tsv events.tsv
	refuses "$needs" abwindow -e buy exposures.tsv events.tsv
	refuses "$needs" abwindow -w 0d:7d exposures.tsv events.tsv
	refuses "$needs" window -w 0d:7d
	refuses "$needs" window -e buy
	refuses "$needs" window -e buy -w 0d:7d
	refuses 'missing operand' abwindow -m metrics.tsv
	refuses "extra operand 'x'" abwindow -m metrics.tsv a b x
	refuses "--mixed: 'both' is none of: exclude, first, error" \
		window --mixed both
}

@test "a wrong -w is an error" {
	cp "$EXAMPLES"/*.tsv .
	for window in 7d : 0d: :7d 0d:7d: ::0d:7d 0d,7d 0:7 0d:7d:8d \
		0d:106751992d; do
		refuses "--window: '$window' is not two durations" \
			abwindow -e buy -w "$window" exposures.tsv events.tsv
	done
	refuses "--window: '1d:-1d' ends before it starts" \
		abwindow -e buy -w 1d:-1d exposures.tsv events.tsv
}

@test "stdin is one file only" {
	cp "$EXAMPLES"/*.tsv .
	refuses '<stdin>: it cannot be read as two files' \
		from exposures.tsv abwindow -m metrics.tsv -
	refuses '<stdin>: it cannot be read as two files' \
		from metrics.tsv abwindow -m - exposures.tsv
	window >expected
	abwindow -m - exposures.tsv events.tsv <metrics.tsv | same expected -
	abwindow -m metrics.tsv - events.tsv <exposures.tsv | same expected -
}

@test "more exposures and events than a batch, against awk" {
	awk 'BEGIN { OFS = "\t"; srand(1)
	     print "user_id", "experiment_id", "variant", "exposure_time"
	     for (u = 0; u < 3000; u++)
		for (e = u % 3; e < 2; e++)
			print u, e, u % 5, 1735689600 + int(rand() * 1e6)
	}' >exposures.tsv
	awk 'BEGIN { OFS = "\t"; srand(2)
	     print "user_id", "event_name", "event_time", "event_value"
	     for (i = 0; i < 20000; i++)
		print int(rand() * 4000), rand() < .5 ? "buy" : "view",
			1735689600 + int(rand() * 2e6), i
	}' >events.tsv
	metrics 'm|buy|0d|7d' 'n|view|-1h|86400s|()'
	awk -F '\t' -v OFS='\t' 'FNR == 1 { next }
	     NR == FNR { n[$1]++; e[$1, n[$1]] = $2; v[$1, n[$1]] = $3
		t[$1, n[$1]] = $4; next }
	     { for (i = 1; i <= n[$1]; i++) {
		s = $3 - t[$1, i]
		if ($2 == "buy" && s >= 0 && s <= 604800)
			print e[$1, i], v[$1, i], $1, "m", $3, $4
		if ($2 == "view" && s > -3600 && s < 86400)
			print e[$1, i], v[$1, i], $1, "n", $3, $4
	     } }' exposures.tsv events.tsv >expected
	[ "$(wc -l <expected)" -gt 1000 ]
	window | awk -F '\t' 'NR > 1 && $4 != ""' | same expected -
	window | awk -F '\t' 'NR > 1 && $4 == ""' | cut -f 1-3 |
		same <(tail -n +2 exposures.tsv |
			awk -v OFS='\t' '{ print $2, $3, $1 }') -
}

# by_user FILE: its header, and its rows in the order of users, who stand
# first; those of one user as they were.
by_user() {
	head -n 1 "$1"
	tail -n +2 "$1" | LC_ALL=C sort -s -t "$(printf '\t')" -k 1,1
}

@test "--sorted gives the same rows, those of a user together" {
	awk 'BEGIN { OFS = "\t"; srand(5)
	     print "user_id", "experiment_id", "variant", "exposure_time", "os"
	     for (i = 0; i < 9000; i++) {
		u = int(rand() * 3000)
		print "u" u, int(rand() * 3), rand() < .02 ? "C" : u % 2 "A",
			1735689600 + int(rand() * 100), "os" int(rand() * 3)
	     } }' >unsorted.tsv
	by_user unsorted.tsv >exposures.tsv
	awk 'BEGIN { OFS = "\t"; srand(6)
	     print "user_id", "event_name", "event_time", "event_value"
	     for (i = 0; i < 20000; i++)
		print "u" int(rand() * 4000), rand() < .5 ? "buy" : "view",
			1735689600 + int(rand() * 1e6), i
	}' >events
	by_user events >events.tsv
	metrics 'm|buy|0d|7d' 'n|view|-1h|86400s|()'
	for mixed in exclude first; do
		window --mixed "$mixed" >all.tsv 2>said
		window --sorted --mixed "$mixed" >out.tsv 2>said.sorted
		same said said.sorted
		grep -q 'ignored: [1-9].*: [1-9]' said
		same <(sorted <all.tsv) <(sorted <out.tsv)
		# Sorted by user they are equal, each exposure before events.
		same <(tail -n +2 all.tsv |
			LC_ALL=C sort -s -t "$(printf '\t')" -k 3,3) \
			<(tail -n +2 out.tsv)
	done
	refuses 'is in two variants' window --sorted --mixed error
}

@test "--sorted of no exposures or no events" {
	exposures
	events 'u|buy|2025-01-01|'
	metrics 'm|buy|0d|7d'
	window --sorted | gives \
		'experiment_id|variant|user_id|metric_id|event_time|event_value'
	exposures 'u|e|A|2025-01-01'
	events
	window --sorted | tail -n +2 | gives 'e|A|u||2025-01-01 00:00:00|'
}

@test "--sorted passes by users without exposures, at both ends too" {
	exposures 'u2|e|A|2025-01-01' 'u4|e|B|2025-01-01'
	events 'u1|buy|2025-01-02|1' 'u2|buy|2025-01-02|2' 'u3|buy|2025-01-02|3' \
		'u4|buy|2025-01-02|4' 'u5|buy|2025-01-02|5'
	metrics 'm|buy|0d|7d'
	window --sorted | tail -n +2 | cut -f 3,6 |
		gives 'u2|' 'u2|2' 'u4|' 'u4|4'
}

@test "--sorted refuses exposures or events out of order, with the line" {
	exposures 'u2|e|A|2025-01-01' 'u1|e|B|2025-01-01'
	events 'u1|buy|2025-01-02|1' 'u2|buy|2025-01-02|2'
	metrics 'm|buy|0d|7d'
	refuses "exposures.tsv:3: user_id: 'u1' comes after 'u2', so this is not" \
		window --sorted
	exposures 'u1|e|A|2025-01-01'
	events 'u1|buy|2025-01-02|1' 'u3|buy|2025-01-02|2' 'u2|buy|2025-01-02|2'
	refuses 'events.tsv:4: user_id: ' window --sorted
}

@test "--sorted checks every event, also one that counts for nobody" {
	exposures 'u1|e|A|2025-01-01'
	events 'u0|view|2025-01-02|1' 'u3|view|2025-01-32|2'
	metrics 'm|buy|0d|7d'
	refuses 'events.tsv:3: event_time: ' window --sorted
	events 'u0|view|2025-01-02|1' '|view|2025-01-02|2'
	refuses 'events.tsv:3: user_id: empty' window --sorted
}
