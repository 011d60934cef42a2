#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib
set -o pipefail

WINDOWED='experiment_id|variant|user_id|metric_id|event_time|event_value'
ALL='binary count sum mean min max first last distinct_days'

# windowed 'experiment|variant|user|metric|time|value' ...: write them to
# windowed.tsv.
windowed() {
	rows "$WINDOWED" "$@" >windowed.tsv
}

# metrics 'id|aggregation' ...: write them to metrics.tsv.
metrics() {
	local definition
	rows 'metric_id|display_name|event_name|window_start|window_end|aggregation' \
		>metrics.tsv
	for definition; do
		rows "${definition%|*}||buy|0d|7d|${definition#*|}" >>metrics.tsv
	done
}

# events VALUE ...: a user, and a user's events with these values, a second
# apart.
events() {
	local time=1735689600 value
	rows "$WINDOWED" 'e|A|u||2025-01-01|'
	for value; do
		printf 'e\tA\tu\tm\t%s\t%s\n' $((time++)) "$value"
	done
}

# aggregate HOW VALUE ...: the value that the aggregation makes of these.
aggregate() {
	events "${@:2}" | abagg -a "$1" | tail -n 1 | cut -f 4
}

# timed HOW 'time|value' ...: the same for events at these times.
timed() {
	local how=$1
	shift
	rows "$WINDOWED" 'e|A|u||2025-01-01|' "${@/#/e|A|u|m|}" |
		abagg -a "$how" | tail -n 1 | cut -f 4
}

# shuffled SEED FILE: the lines of a file, shuffled.
shuffled() {
	shuf --random-source=<(yes "$1") "$2"
}

@test "one row an exposure, in their order, with one column a metric" {
	windowed 'e|B|u2||2025-01-01|' 'e|A|u1||2025-01-01|' \
		'e|A|u1|n|2025-01-02|5' 'e|B|u2|m|2025-01-02|1.5' \
		'e|B|u2|m|2025-01-02|2.5'
	metrics 'm|sum' 'n|count' 'none|binary'
	abagg -m metrics.tsv windowed.tsv |
		gives 'experiment_id|variant|user_id|m|n|none' \
			'e|B|u2|4|0|0' 'e|A|u1|0|1|0'
}

@test "binary is 1 with an event, also without a value" {
	aggregate binary 5 | gives 1
	aggregate binary '' | gives 1
	aggregate binary 0 | gives 1
	aggregate binary 1 2 3 | gives 1
}

@test "count counts events, also those without a value" {
	aggregate count 5 | gives 1
	aggregate count 5 '' 0 -1 '' | gives 5
}

@test "sum adds values and leaves out the events without one" {
	aggregate sum 12 25.5 | gives 37.5
	aggregate sum '' 3 '' 4 | gives 7
	aggregate sum -1 -2.5 | gives -3.5
	aggregate sum 1 -1 | gives 0
	aggregate sum -0 | gives 0
	aggregate sum .5 5. 1e2 1E-2 | gives 105.51
}

@test "mean is that of the events with a value" {
	aggregate mean 1 2 | gives 1.5
	aggregate mean '' 4 '' 0 | gives 2
	aggregate mean -1 -2 | gives -1.5
	aggregate mean 1 1 2 | gives 1.3333333333333333
}

@test "min is the least value" {
	aggregate min 3 1 2 | gives 1
	aggregate min '' 3 | gives 3
	aggregate min 2 -1 -3 '' | gives -3
	aggregate min 1e-300 1e300 | gives 1e-300
}

@test "max is the greatest value" {
	aggregate max 1 3 2 | gives 3
	aggregate max '' -3 | gives -3
	aggregate max -3 -1 '' -2 | gives -1
	aggregate max -0 | gives 0
}

@test "first is the value of the earliest event that has one" {
	timed first '2025-01-03|3' '2025-01-01|' '2025-01-02|-2' | gives -2
	timed first '2025-01-02 00:00:00.000001|1' '2025-01-02|2' | gives 2
	timed first '1969-12-31 23:59:59|1' '1970-01-01|2' | gives 1
}

@test "last is the value of the latest event that has one" {
	timed last '2025-01-03|3' '2025-01-04|' '2025-01-02|4' | gives 3
	timed last '2025-01-02 00:00:00.000001|1' '2025-01-02|2' | gives 1
	timed last '1969-12-31 23:59:59|-1' '1969-12-31|2' | gives -1
}

@test "of events at one instant the least is first, the greatest last" {
	for order in '2025-01-02|2 2025-01-02|3 2025-01-02|1' \
		'2025-01-02|1 2025-01-02|3 2025-01-02|2' \
		'2025-01-02T01:00:00+01:00|3 1735776000|1 2025-01-02|2'; do
		read -r -a events <<<"$order"
		timed first "${events[@]}" | gives 1
		timed last "${events[@]}" | gives 3
	done
}

@test "distinct_days counts days of UTC" {
	timed distinct_days '2025-01-02|1' '2025-01-02 23:59:59.999999|' \
		'2025-01-03|1' '2025-01-02T12:00:00Z|' | gives 2
	timed distinct_days '2025-01-03T00:30:00+01:00|' '2025-01-02|' |
		gives 1
	timed distinct_days '2025-01-02T23:30:00-01:00|' '2025-01-02|' |
		gives 2
	timed distinct_days '1969-12-31 23:59:59.999999|' '1969-12-31|' \
		'1970-01-01|' '1969-12-30 12:00:00|' | gives 3
}

@test "distinct_days keeps users and metrics apart" {
	windowed 'e|A|u||2025-01-01|' 'e|A|v||2025-01-01|' \
		'f|A|v||2025-01-01|' 'e|A|u|m|2025-01-02|' \
		'e|A|v|m|2025-01-02|' 'e|A|u|n|2025-01-02|' \
		'e|A|u|n|2025-01-03|' 'f|A|v|n|2025-01-02|'
	metrics 'm|distinct_days' 'n|distinct_days'
	abagg -m metrics.tsv windowed.tsv | tail -n +2 |
		gives 'e|A|u|1|2' 'e|A|v|1|0' 'f|A|v|0|1'
}

@test "a user without events has 0, whatever the aggregation" {
	for how in $ALL; do
		aggregate "$how" | gives 0
	done
}

@test "a user whose events have no value has 0 where values count" {
	for how in sum mean min max first last; do
		aggregate "$how" '' '' | gives 0
	done
}

@test "sums of decimals are exact" {
	aggregate sum 0.1 0.2 | gives 0.3
	aggregate sum 0.1 0.1 0.1 -0.3 | gives 0
	aggregate sum 1.1 2.2 3.3 | gives 6.6
	mapfile -t tenths < <(printf '0.1\n%.0s' {1..100})
	aggregate sum "${tenths[@]}" | gives 10
	aggregate mean 0.1 0.2 | gives 0.15
	aggregate mean "${tenths[@]}" | gives 0.1
}

@test "exponents that are far apart lose nothing" {
	aggregate sum 1e300 1 -1e300 | gives 1
	aggregate sum 1e308 1e-320 -1e308 | gives 1e-320
	aggregate sum 1e22 1e-22 -1e22 | gives 1e-22
	aggregate sum 5e-324 1e16 -1e16 5e-324 | gives 1e-323
	aggregate sum 1 1e-30 -1 | gives 1e-30
	aggregate sum 0e300 1e-300 | gives 1e-300
	aggregate mean 1e300 3 -1e300 | gives 1
}

@test "sums of long numbers are rounded once" {
	aggregate sum 9007199254740993 9007199254740993 |
		gives 1.8014398509481984e16
	aggregate sum 9999999999999999999 9999999999999999999 1 1 | gives 2e19
	aggregate sum 12345678901234567 0.12345678901234567 \
		-12345678901234566 98765.432109876543 -0.98765432109876543 \
		1e-5 -98765.4321 | gives 0.13582234445658023
	# More digits together than one integer holds, of either sign.
	for nines in 999999999999999999 -999999999999999999; do
		mapfile -t twenty < <(printf -- "$nines\\n%.0s" {1..20})
		aggregate sum 1e-19 "${twenty[@]}" | gives "${nines%%9*}2e19"
		aggregate sum 1e-19 "${twenty[@]}" -1e-19 | gives "${nines%%9*}2e19"
	done
	aggregate sum -999999999999999999 1e-21 999999999999999999 | gives 1e-21
	# Half way between two doubles, and just past it.
	aggregate sum 9007199254740992 1 | gives 9007199254740992
	aggregate sum 9007199254740992 1 1e-300 | gives 9007199254740994
	aggregate sum 9007199254740994 1 | gives 9007199254740996
	aggregate mean 9007199254740992 9007199254740994 9007199254740993 |
		gives 9007199254740992
}

@test "huge sums are right or refused" {
	aggregate sum 1.5e308 1.5e308 -1.5e308 -1e308 | gives 5e307
	aggregate mean 1.5e308 1.7e308 | gives 1.6e308
	aggregate sum 1.7976931348623157e308 | gives 1.7976931348623157e308
	for values in '1.5e308 1.5e308' '-1.7976931348623157e308 -1e300' \
		'1.79769313486231e308 1e294' \
		'1.797693134862315e308 1e303' \
		'1.511111111111111111e308 1.5111111111111111e308'; do
		read -r -a values <<<"$values"
		events "${values[@]}" >windowed.tsv
		refuses "metric 'm': the sum of user 'u' is past the range" \
			abagg -a sum windowed.tsv
		[ ! -s refused.out ]
	done
}

@test "the order of the events changes no byte" {
	local day=0
	rows 'e|A|u||2025-01-01|' 'e|A|v||2025-01-01|' >exposed
	for value in 12345678901234567 0.12345678901234567 '' 1e-5 -98765.4321 \
		-12345678901234566 98765.432109876543 -0.98765432109876543; do
		rows "e|A|u|m|2025-01-0$((++day % 3 + 1))|$value" \
			"e|A|v|m|2025-01-01|$value"
	done >events
	for how in $ALL; do
		cat <(rows "$WINDOWED") exposed events | abagg -a "$how" \
			>expected
		for seed in 1 2; do
			cat <(rows "$WINDOWED") exposed \
				<(shuffled $seed events) |
				abagg -a "$how" | same expected -
		done
	done
}

@test "users in pieces give the rows of the whole" {
	cp "$EXAMPLES"/*.tsv .
	abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
	abagg -m metrics.tsv windowed.tsv | LC_ALL=C sort >expected
	awk -F '\t' 'NR == 1 || $3 < "u4"' windowed.tsv |
		abagg -m metrics.tsv >values
	awk -F '\t' 'NR > 1 && $3 >= "u4"' windowed.tsv |
		abagg -m metrics.tsv --no-header --columns \
		"$(head -n 1 windowed.tsv | tr '\t' ,)" >>values
	LC_ALL=C sort values | same expected -
}

@test "without a header line it goes through sort and back" {
	cp "$EXAMPLES"/*.tsv .
	cut -f 1-4 exposures.tsv >bare.tsv
	abwindow -m metrics.tsv bare.tsv events.tsv |
		abagg -m metrics.tsv | tail -n +2 | LC_ALL=C sort >expected
	tail -n +2 events.tsv |
		abwindow -m metrics.tsv --no-header bare.tsv |
		LC_ALL=C sort | abagg -m metrics.tsv --no-header |
		LC_ALL=C sort | same expected -
}

@test "the columns may stand in any order" {
	cp "$EXAMPLES"/*.tsv .
	abwindow -m metrics.tsv exposures.tsv events.tsv >windowed.tsv
	abagg -m metrics.tsv windowed.tsv >expected
	for order in 7,6,5,4,3,2,1 3,1,2,4,7,5,6 2,3,4,1,5,6,7 4,1,2,3,7,6,5; do
		awk -F '\t' -v order=$order '{
			n = split(order, c, ",")
			for (i = 1; i <= n; i++)
				printf "%s%s", $c[i], i < n ? "\t" : "\n"
		}' windowed.tsv | abagg -m metrics.tsv | same expected -
	done
}

@test "other columns are segments and stand before the metrics" {
	rows "$WINDOWED|device|country" 'e|A|u||2025-01-01||ios|South Korea' \
		'e|B|v||2025-01-01|||' 'e|A|u|m|2025-01-01|5|ios|South Korea' |
		abagg -a m=sum | gives \
		'experiment_id|variant|user_id|device|country|m' \
		'e|A|u|ios|South Korea|5' 'e|B|v|||0'
}

@test "a segment's name may be empty" {
	rows "$WINDOWED|" 'e|A|u||2025-01-01||x' |
		abagg -a sum | gives 'experiment_id|variant|user_id||value' \
		'e|A|u|x|0'
}

@test "a user's experiments are kept apart" {
	windowed 'e1|A|u||2025-01-01|' 'e2|A|u||2025-01-01|' \
		'e1|B|v||2025-01-01|' 'e2|A|u|m|2025-01-01|5' \
		'e1|A|u|m|2025-01-01|3' 'e2|A|u|m|2025-01-01|1'
	abagg -a sum windowed.tsv | tail -n +2 |
		gives 'e1|A|u|3' 'e2|A|u|6' 'e1|B|v|0'
}

@test "ids are bytes" {
	local id=$'\xff\x80\xc3"\'\\n \\ %s $(x) #'
	windowed "$id|$id|$id||2025-01-01|" '1|A|07||2025-01-01|' \
		'1|A|7||2025-01-01|' "$id|$id|$id|$id|2025-01-01|2" \
		"1|A|7|$id|2025-01-01|3"
	abagg -a sum windowed.tsv |
		gives "experiment_id|variant|user_id|$id" "$id|$id|$id|2" \
			'1|A|07|0' '1|A|7|3'
}

@test "-a alone takes the metric's id from the events" {
	windowed 'e|A|u||2025-01-01|' 'e|A|u|m|2025-01-01|5'
	abagg -a sum windowed.tsv |
		gives 'experiment_id|variant|user_id|m' 'e|A|u|5'
	windowed 'e|A|u||2025-01-01|'
	abagg --aggregation sum windowed.tsv |
		gives 'experiment_id|variant|user_id|value' 'e|A|u|0'
}

@test "-a may name the metric" {
	windowed 'e|A|u||2025-01-01|' 'e|A|u|m=1|2025-01-01|5'
	abagg -a m=1=sum windowed.tsv |
		gives 'experiment_id|variant|user_id|m=1' 'e|A|u|5'
	windowed 'e|A|u||2025-01-01|'
	abagg -a m=sum windowed.tsv |
		gives 'experiment_id|variant|user_id|m' 'e|A|u|0'
}

@test "events of a metric that is not asked for are an error" {
	windowed 'e|A|u||2025-01-01|' 'e|A|u|m|2025-01-01|5' \
		'e|A|u|n|2025-01-01|5'
	refuses "windowed.tsv:4: metric_id: not the one metric of --aggregation: 'n'" \
		abagg -a sum windowed.tsv
	refuses "windowed.tsv:3: metric_id: not the one metric of --aggregation: 'm'" \
		abagg -a n=sum windowed.tsv
	metrics 'm|sum'
	refuses "windowed.tsv:4: metric_id: not in the metrics file: 'n'" \
		abagg -m metrics.tsv windowed.tsv
	[ ! -s refused.out ]
}

@test "the options say one metric or a file of them" {
	windowed
	metrics 'm|sum'
	refuses 'needs -m FILE or -a [ID=]HOW; usage: ' abagg windowed.tsv
	refuses 'needs -m FILE or -a [ID=]HOW; usage: ' \
		abagg -m metrics.tsv -a sum windowed.tsv
	for how in median SUM 'sum ' m= m=median; do
		refuses "--aggregation: '${how#m=}' is not one of: binary, " \
			abagg -a "$how" windowed.tsv
	done
	refuses '--aggregation: bad metric id' abagg -a =sum windowed.tsv
	refuses '--aggregation: bad metric id' \
		abagg -a $'a\tb=sum' windowed.tsv
	refuses "extra operand 'x'" abagg -a sum windowed.tsv x
	refuses 'no-such-file: ' abagg -m no-such-file windowed.tsv
}

@test "a metric with the name of another column is refused" {
	rows "$WINDOWED|device" 'e|A|u||2025-01-01||ios' \
		'e|A|u|device|2025-01-01|5|ios' >windowed.tsv
	metrics 'm|sum' 'device|sum'
	local text="windowed.tsv: the metric 'device' has the name of another"
	refuses "$text" abagg -m metrics.tsv windowed.tsv
	refuses "$text" abagg -a device=sum windowed.tsv
	refuses "$text" abagg -a sum windowed.tsv
	[ ! -s refused.out ]
	for id in experiment_id variant user_id; do
		refuses "the metric '$id' has the name of another column" \
			abagg -a $id=sum windowed.tsv
	done
	rows "$WINDOWED|value" 'e|A|u||2025-01-01||x' |
		refuses "the metric 'value' has the name" abagg -a sum
	abagg -a event_value=sum <(rows "$WINDOWED" 'e|A|u||2025-01-01|') |
		gives 'experiment_id|variant|user_id|event_value' 'e|A|u|0'
}

@test "a metrics file without metrics leaves the users" {
	windowed 'e|A|u||2025-01-01|'
	metrics
	abagg -m metrics.tsv windowed.tsv |
		gives 'experiment_id|variant|user_id' 'e|A|u'
}

@test "a bad number is an error with its place" {
	for value in 1x ' 1' '1 ' + . - 1e 0x10 1,5 1_000 nan NaN inf -inf 1e999 \
		+1 1e+ --1 1.2.3 5%; do
		events 1 "$value" >windowed.tsv
		refuses "windowed.tsv:4: event_value: bad number '$value'" \
			abagg -a sum windowed.tsv
	done
	for how in $ALL; do
		refuses "windowed.tsv:4: event_value: bad number '$value'" \
			abagg -a "$how" windowed.tsv
	done
}

@test "a bad time is an error with its place, where times matter" {
	for time in '' 2025-13-01 2024-02-30 2025-01-01T24:00:00 yesterday; do
		windowed 'e|A|u||2025-01-01|' "e|A|u|m|$time|5"
		for how in first last distinct_days; do
			refuses "windowed.tsv:3: event_time: bad time '$time'" \
				abagg -a $how windowed.tsv
		done
		abagg -a sum windowed.tsv | tail -n 1 | gives 'e|A|u|5'
	done
}

@test "an event before the exposure of its user is an error" {
	windowed 'e|A|v||2025-01-01|' 'e|A|u|m|2025-01-01|5' \
		'e|A|u||2025-01-01|'
	refuses 'windowed.tsv:3: an event before the exposure of its user' \
		abagg -a sum windowed.tsv
	windowed 'e|A|v||2025-01-01|' 'e|B|v|m|2025-01-01|5'
	refuses 'windowed.tsv:3: an event before the exposure of its user' \
		abagg -a sum windowed.tsv
}

@test "the value of an exposure is nothing" {
	windowed 'e|A|u||2025-01-01|7' 'e|A|u|m|2025-01-01|7'
	abagg -a sum windowed.tsv | gives \
		'experiment_id|variant|user_id|m' 'e|A|u|7'
}

@test "an exposure that is there twice is an error" {
	windowed 'e|A|v||2025-01-01|' 'e|A|u||2025-01-01|' \
		'e|B|v||2025-01-01|' 'e|A|u||2025-01-01|'
	refuses "windowed.tsv: the exposure of user 'u' to variant 'A' of experiment 'e' is there twice" \
		abagg -a sum windowed.tsv
	(cat windowed.tsv; printf 'e\tA\tu\tm\t2025-01-01\t1\n%.0s' {1..300}
	rows 'e|B|v||2025-01-01|') | sed 5d >later.tsv
	refuses "later.tsv: the exposure of user 'v' to variant 'B' of experiment 'e' is there twice" \
		abagg -a sum later.tsv
}

@test "an exposure that is there twice is an error, between others and with --sorted" {
	windowed 'e|A|u||2025-01-01|' 'f|A|u||2025-01-01|' \
		'e|B|u||2025-01-01|' 'f|A|u||2025-01-01|' 'g|A|u||2025-01-01|'
	refuses "user 'u' to variant 'A' of experiment 'f' is there twice" \
		abagg -a m=sum windowed.tsv
	refuses "user 'u' to variant 'A' of experiment 'f' is there twice" \
		abagg --sorted -a m=sum windowed.tsv
	rows 'e|A|v||2025-01-01|' >>windowed.tsv
	refuses "user 'u' to variant 'A' of experiment 'f' is there twice" \
		abagg --sorted -a m=sum windowed.tsv
	sed -i 5d windowed.tsv
	abagg --sorted -a m=sum windowed.tsv
}

@test "a segment does not tell exposures to a variant apart" {
	rows 'experiment_id|variant|user_id|metric_id|event_time|event_value|country' \
		'e|A|u||2025-01-01||de' 'e|A|u||2025-01-01||at' >windowed.tsv
	refuses "user 'u' to variant 'A' of experiment 'e' is there twice" \
		abagg -a sum windowed.tsv
}

@test "an empty id is an error with its place" {
	windowed 'e|A|u||2025-01-01|' '|A|u||2025-01-01|'
	refuses "windowed.tsv:3: experiment_id: empty ''" \
		abagg -a sum windowed.tsv
	windowed 'e|A|u||2025-01-01|' 'e||u||2025-01-01|'
	refuses "windowed.tsv:3: variant: empty ''" abagg -a sum windowed.tsv
	windowed 'e|A|u||2025-01-01|' 'e|A|||2025-01-01|'
	refuses "windowed.tsv:3: user_id: empty ''" abagg -a sum windowed.tsv
	windowed 'e|A|u||2025-01-01|' 'e|A||m|2025-01-01|1'
	refuses "windowed.tsv:3: user_id: empty ''" abagg -a sum windowed.tsv
}

@test "a missing column is named" {
	windowed 'e|A|u||2025-01-01|'
	for column in 1 2 3 4 5 6; do
		name=$(head -n 1 windowed.tsv | cut -f $column)
		cut --complement -f $column windowed.tsv >few
		refuses "few: no column $name; its columns are: " \
			abagg -a sum few
	done
}

@test "a fault anywhere leaves no output" {
	events 1 2 3 x >windowed.tsv
	refuses 'windowed.tsv:6: ' abagg -a sum windowed.tsv
	[ ! -s refused.out ]
}

@test "many users and metrics at once, against awk" {
	awk 'BEGIN { OFS = "\t"; srand(3); n = 3000
	     print "experiment_id", "variant", "user_id", "metric_id",
		"event_time", "event_value", "device"
	     for (u = 0; u < n; u++)
		print u % 2, "A", "user" u, "", 0, "", "d" u % 7
	     for (i = 0; i < 20000; i++) {
		u = int(rand() * n)
		print u % 2, "A", "user" u, rand() < .5 ? "m" : "n",
			int(rand() * 1e6), int(rand() * 1e4) - 5000, "d" u % 7
		if (i == 10000)
			print "0", "A", "late", "", 0, "", "d"
	     } }' >windowed.tsv
	metrics 'n|sum' 'm|max' 'o|count'
	awk -F '\t' -v OFS='\t' 'NR > 1 {
		row = $1 OFS $2 OFS $3
		if ($4 == "") {
			order[++rows] = row
			device[row] = $7
		} else if ($4 == "n") {
			sum[row] += $6
		} else if (!(row in max) || $6 > max[row]) {
			max[row] = $6
		}
	     } END {
		for (i = 1; i <= rows; i++)
			print order[i], device[order[i]], sum[order[i]] + 0,
				max[order[i]] + 0, 0
	     }' windowed.tsv >expected
	abagg -m metrics.tsv windowed.tsv | tail -n +2 | same expected -
}

# by_user FILE ...: the header of the first, and the rows of all in the order
# of users, those of one user as they were.
by_user() {
	local header column
	header=$(head -n 1 "$1")
	column=$(tr '\t' '\n' <<<"$header" | grep -n user_id | cut -d : -f 1)
	printf '%s\n' "$header"
	tail -q -n +2 "$@" | LC_ALL=C sort -s -t "$(printf '\t')" \
		-k "$column,$column"
}

@test "--sorted gives the same bytes, whatever the aggregation" {
	local how
	awk 'BEGIN { OFS = "\t"; srand(4); n = 2000
	     print "experiment_id", "variant", "user_id", "metric_id",
		"event_time", "event_value", "device"
	     for (u = 0; u < n; u++)
		for (e = 0; e <= u % 3; e++)
			print "e" e, u % 2, "user" u, "", 0, "", "d" u % 7
	     for (i = 0; i < 20000; i++) {
		u = int(rand() * n)
		e = int(rand() * (u % 3 + 1))
		print "e" e, u % 2, "user" u, rand() < .5 ? "m" : "n",
			int(rand() * 1e6), 1 / rand() "e" int(rand() * 40),
			"d" u % 7
	     } }' >unsorted.tsv
	by_user unsorted.tsv >windowed.tsv
	for how in $ALL; do
		metrics "n|$how" 'm|sum'
		abagg -m metrics.tsv windowed.tsv >expected
		[ "$(wc -l <expected)" -eq 4000 ]
		abagg --sorted -m metrics.tsv windowed.tsv | same expected -
	done
}

@test "--sorted takes what abwindow --sorted writes" {
	cp "$EXAMPLES"/*.tsv .
	by_user exposures.tsv >e.tsv
	by_user events.tsv >v.tsv
	abwindow -m metrics.tsv exposures.tsv events.tsv |
		abagg -m metrics.tsv >values.tsv
	by_user values.tsv >expected
	abwindow --sorted -m metrics.tsv e.tsv v.tsv |
		abagg --sorted -m metrics.tsv | same expected -
}

@test "--sorted of nothing is the header" {
	windowed
	abagg --sorted -a m=sum windowed.tsv | gives \
		'experiment_id|variant|user_id|m'
}

@test "--sorted refuses rows out of order, with the line" {
	windowed 'e|A|u1||2025-01-01|' 'e|A|u3||2025-01-01|' \
		'e|A|u3|m|2025-01-01|1' 'e|A|u2||2025-01-01|'
	refuses "windowed.tsv:5: user_id: 'u2' comes after 'u3', so this is not" \
		abagg --sorted -a m=sum windowed.tsv
	windowed 'e|A|é||2025-01-01|' 'e|A|f||2025-01-01|'
	refuses 'windowed.tsv:3: user_id: ' abagg --sorted -a m=sum windowed.tsv
	windowed 'e|A|u10||2025-01-01|' 'e|A|u1||2025-01-01|'
	refuses 'windowed.tsv:3: user_id: ' abagg --sorted -a m=sum windowed.tsv
}

@test "--sorted checks the order from one read to the next" {
	{
		rows "$WINDOWED"
		seq -f 'u%07g' 20000 | sed 's/.*/e\tA\t&\t\t2025-01-01\t/'
		rows 'e|A|u0019999||2025-01-01|'
	} >windowed.tsv
	refuses 'windowed.tsv:20002: user_id: ' \
		abagg --sorted -a m=sum windowed.tsv
	refuses '<stdin>:20002: user_id: ' \
		from <(dd bs=7 status=none <windowed.tsv) abagg --sorted -a m=sum
}

@test "--sorted refuses events before the exposure of their user" {
	windowed 'e|A|u1||2025-01-01|' 'e|A|u2|m|2025-01-01|1' \
		'e|A|u2||2025-01-01|'
	refuses 'windowed.tsv:3: an event before' \
		abagg --sorted -a m=sum windowed.tsv
}

@test "--sorted needs the metric's id at once" {
	windowed
	refuses '--aggregation=ID=sum' abagg --sorted -a sum windowed.tsv
}

# bats test_tags=memory
@test "more sums than fit in a few bytes are forgotten with their user" {
	awk -v header="$(rows "$WINDOWED")" 'BEGIN {
		OFS = "\t"
		print header
		for (user = 1000; user < 4000; user++) {
			print "e", "A", user, "", "2025-01-01", ""
			print "e", "A", user, "m", "2025-01-01", "1e300"
			print "e", "A", user, "m", "2025-01-01", "1." user
			print "e", "A", user, "m", "2025-01-01", "-1e300"
		}
	}' >windowed.tsv
	abagg -a m=sum windowed.tsv >expected
	tail -n 1 expected | gives 'e|A|3999|1.3999'
	(ulimit -v 8192 && abagg --sorted -a m=sum windowed.tsv) |
		same expected -
}
