#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

header='metric_id|experiment_id|variant|n|mean|sd|min|max|sum|sum_squares'
scipy=$TOP/tests/ref/scipy

# A metrics TSV of the names given, none of them binary.
metrics() {
	rows 'metric_id|display_name|event_name|window_start|window_end|aggregation'
	for id in "$@"; do
		rows "$id|$id|e|0d|7d|sum"
	done
}

# The values of one metric m in one arm.
one_metric() {
	rows 'experiment_id|variant|user_id|m'
	for value in "$@"; do
		rows "x|A|u|$value"
	done
}

# A stats row, from n on without mean and sd, under its header.
one_row() {
	rows 'metric_id|experiment_id|variant|n|min|max|sum|sum_squares' \
		"m|x|A|$1"
}

# The values of tests/ref/scipy without their header.
some_values() {
	tail -n +2 "$scipy/values.tsv" | cut -f 1-3,5-
}
columns=experiment_id,variant,user_id,bought,revenue,sessions

@test "counts, averages and sums each metric in each variant" {
	rows 'experiment_id|variant|user_id|m|k' \
		'x|A|u1|1|7' 'x|B|u2|0.5|7' 'x|A|u3|4|7' 'y|A|u1|2|-1.25' |
		abstat | gives "$header" \
		'k|x|A|2|7|0|7|7|14|98' \
		'k|x|B|1|7||7|7|7|49' \
		'k|y|A|1|-1.25||-1.25|-1.25|-1.25|1.5625' \
		'm|x|A|2|2.5|2.1213203435596424|1|4|5|17' \
		'm|x|B|1|0.5||0.5|0.5|0.5|0.25' \
		'm|y|A|1|2||2|2|2|4'
}

@test "agrees with pandas" {
	(cut -f 1-3,5- "$scipy/values.tsv" | abstat |
		awk -F '\t' -v OFS='\t' '{ $3 = "*" FS $3 } NR > 1' &&
		abstat --by device -m <(metrics bought revenue sessions) \
			"$scipy/values.tsv" |
		awk -F '\t' -v OFS='\t' 'NR > 1 { t = $3; $3 = $4; $4 = t
			print }') | cut -f 1-9 | LC_ALL=C sort >ours
	tail -n +2 "$scipy/stats.tsv" | LC_ALL=C sort | paste - ours | awk -F '\t' '
	function differ(a, b) {
		return a - b > 1e-14 * b || b - a > 1e-14 * b
	}
	{
		for (i = 1; i <= 9; i++)
			if (i < 6 ? $i "" != $(i + 9) "" : differ($i, $(i + 9)))
				exit bad = 1
		n++
	}
	END { exit bad || n != 54 }'
}

@test "-m says which columns are metrics, and their order" {
	rows 'device|experiment_id|z|variant|user_id|a' \
		'ios|x|1|A|u1|2' >values
	abstat -m <(metrics z a) values | cut -f 1,4,9 |
		gives 'metric_id|n|sum' 'z|1|1' 'a|1|2'
	refuses "values:2: device: bad number; if that is no metric" \
		abstat values
	refuses "values: no column 'b'" abstat -m <(metrics z b) values
	rows 'experiment_id|variant|user_id' >none
	refuses 'none: no column has the values of a metric' abstat none
}

@test "without -m metrics are sorted as bytes, whatever comes first" {
	rows 'experiment_id|variant|user_id|b|a|B|é' 'x|A|u|1|2|3|4' | abstat |
		cut -f 1,9 | gives 'metric_id|sum' 'B|3' 'a|2' 'b|1' 'é|4'
}

@test "rows are sorted by experiment, segments and variant, as bytes" {
	rows 'experiment_id|variant|user_id|s|t|m' '9|B|u|b|x|1' \
		'10|é|u||x|1' '10|B|u|b|x|1' '9|A|u|b|x|1' '9|A|u|a|y|1' \
		'10|Z|u|b|x|1' '10|a|u||x|1' '9|A|u|a|x|1' |
		abstat --by s,t | cut -f 2-6 |
		gives 'experiment_id|variant|s|t|n' '10|a||x|1' '10|é||x|1' \
			'10|B|b|x|1' '10|Z|b|x|1' '9|A|a|x|1' '9|A|a|y|1' \
			'9|A|b|x|1' '9|B|b|x|1'
}

@test "long names that begin alike sort by what follows" {
	rows 'experiment_id|variant|user_id|s|m' 'e|A|u|segment-2|1' \
		'e|A|u|segment-10|1' 'e|A|u|segment-1|1' 'e|A|u|segment-|1' |
		abstat --by s | cut -f 4 |
		gives s segment- segment-1 segment-10 segment-2
}

@test "segments sort column by column, also with a byte below tab" {
	rows 'experiment_id|variant|user_id|s|t|m' $'x|A|u|a\x01|x|1' \
		'x|A|u|a|y|2' 'x|A|u||z|3' |
		abstat --by s,t | cut -f 4,5,11 |
		gives 's|t|sum' '|z|3' 'a|y|2' $'a\x01|x|1'
}

@test "the order of rows and columns changes nothing" {
	(rows "${columns//,/|}" && some_values) >values
	abstat values >expected
	(rows "${columns//,/|}" && some_values | tac) | abstat | same expected -
	(rows "${columns//,/|}" && some_values | sort -t $'\t' -k 5) |
		abstat | same expected -
	awk -F '\t' -v OFS='\t' '{ print $6, $3, $2, $5, $1, $4 }' values |
		abstat | same expected -
}

@test "shards give the same bytes as the whole, merged in any way" {
	some_values >whole
	abstat --no-header --columns "$columns" whole >expected
	merge="abstat --no-header --columns ${header//|/,}"
	for n in 2 3 7 64; do
		rm -f part.*
		split -n "r/$n" whole part.
		for part in part.*; do
			abstat --no-header --columns "$columns" -o "$part.sums" \
				"$part"
		done
		sums=(part.*.sums)
		abstat --no-header --columns "$columns" part.?? |
			same expected -
		$merge "${sums[@]}" | same expected -
		cat "${sums[@]}" | tac | $merge | same expected -
		$merge "${sums[@]::n / 2}" >half
		$merge "${sums[@]:n / 2}" | $merge - half | same expected -
	done
}

@test "thousands of rows of stats may come in any order, and again" {
	awk 'BEGIN {
		OFS = "\t"
		print "metric_id", "experiment_id", "variant", "n", "min", "max", \
		    "sum", "sum_squares"
		for (m = 0; m < 40; m++)
			for (x = 0; x < 30; x++)
				for (v = 0; v < 2; v++)
					print "m" m, x, v, 2, m / 4, x + 10, \
					    m / 4 + x + 10, \
					    m * m / 16 + (x + 10) * (x + 10)
	}' >sums
	abstat sums >expected
	[ "$(wc -l <expected)" -eq 2401 ]
	(head -n 1 sums && tail -n +2 sums | sort -t $'\t' -k 7) | abstat |
		same expected -
	(head -n 1 sums && tail -n +2 sums | tac) >backwards
	abstat backwards | same expected -
	abstat sums expected >twice
	abstat backwards sums | same twice -
	[ "$(awk '{ n += $4 } END { print n }' twice)" -eq 9600 ]
}

@test "values and stats may be read together" {
	(rows "${columns//,/|}" && some_values) >values
	abstat values >expected
	(head -n 1 values && sed -n '2,100p' values) | abstat >first
	(head -n 1 values && sed -n '101,$p' values) | abstat first - |
		same expected -
}

@test "segments that are not named are merged" {
	abstat -m <(metrics revenue bought) "$scipy/values.tsv" >expected
	abstat -m <(metrics revenue bought) --by device "$scipy/values.tsv" \
		>segments
	abstat -m <(metrics revenue bought) segments | same expected -
	abstat -m <(metrics revenue bought) --by device segments |
		same segments -
}

@test "-m chooses among the metrics of stats, and each must be there" {
	(rows "${columns//,/|}" && some_values) | abstat >stats
	abstat -m <(metrics sessions bought) stats | cut -f 1 | uniq |
		gives metric_id sessions bought
	refuses "no row is of 'clicks'" abstat -m <(metrics clicks) stats
	refuses "no row is of 'bought'" abstat -m <(metrics bought) \
		<(grep -v bought stats)
	head -n 1 stats | abstat -m <(metrics clicks) | gives "$header"
}

@test "the mean and the sd of stats are not used, the sums are" {
	rows "$header" 'm|x|A|2|99|99|1|4|5|17' | abstat |
		gives "$header" 'm|x|A|2|2.5|2.1213203435596424|1|4|5|17'
}

@test "no values: empty fields, there and back" {
	rows "$header" 'm|x|A|0|||||0|0' >none
	abstat none | same none -
	abstat none none | same none -
	one_metric 3 | abstat none - | gives "$header" 'm|x|A|1|3||3|3|3|9'
	refuses ':2: max: should be empty' abstat <(one_row '0||0|0|0')
	refuses ':2: no values have' abstat <(one_row '0|||1|1')
	refuses ':2: no values have' abstat <(one_row '0|||0|1')
}

@test "sums that no values have are refused" {
	one_row '2|1|4|5|17' | abstat >/dev/null
	for bad in '2|1|4|5|12.4' '2|4|1|5|17' '2|1|4|5|17.1' '2|1|4|1.9|2.5' \
		'2|1|4|8.1|33' '1|1|4|4|17' '2|1|4|-5|17' '2|1|4|5|-17' \
		'9007199254740992|0|1|0|1'; do
		refuses ':2: no values have' abstat <(one_row "$bad")
	done
}

@test "fields of stats that are no numbers are refused" {
	for n in -1 1.0 1e3 '' x 9007199254740993 18446744073709551617; do
		refuses ":2: n: not a whole number from 0 to 2^53: '$n'" \
			abstat <(one_row "$n|1|4|5|17")
	done
	for sum in '' 5e0 +5 .5 5. nan 0x5 ' 5' 5,0; do
		refuses ":2: sum: bad sum '$sum'" \
			abstat <(one_row "2|1|4|$sum|17")
	done
	refuses ":2: sum_squares: bad sum '17x'" abstat <(one_row '2|1|4|5|17x')
	refuses ":2: min: bad number ''" abstat <(one_row '2||4|5|17')
	refuses ":2: max: bad number 'inf'" abstat <(one_row '2|1|inf|5|17')
}

@test "counts are exact up to 2^53 and an error beyond" {
	n=4503599627370496
	one_row "$n|1|1|$n|$n" >half
	abstat half half | tail -n 1 | cut -f 4,9 |
		gives '9007199254740992|9007199254740992'
	one_metric 1 >one
	refuses 'more than 2^53 values' abstat half half one
	refuses 'half:2: more than 2^53 values' abstat half one half
}

@test "sums lose nothing" {
	# The mean is 1e12 times the deviation; 19 digits; the ends of doubles.
	one_metric 1000000000000.1 1000000000000.2 1000000000000.3 | abstat |
		gives "$header" 'm|x|A|3|1000000000000.2|0.1|1000000000000.1|1000000000000.3|3000000000000.6|3000000000001200000000000.14'
	one_metric 1234567890123456789 -1234567890123456788 | abstat |
		cut -f 7-10 | gives 'min|max|sum|sum_squares' \
		'-1.234567890123456788e18|1.234567890123456789e18|1|3048315750647767347568968217253467465'
	one_metric 1e308 -1e308 1e-300 | abstat >wide
	abstat wide | same wide -
	[ "$(tail -n 1 wide | cut -f 5,6)" = "$(rows '3.3333333333333334e-301|1e308')" ]
	[ "$(tail -n 1 wide | cut -f 9 | tr -d '\n' | wc -c)" -eq 302 ]
}

@test "a value that very many users have counts for each of them" {
	(rows 'experiment_id|variant|user_id|m' &&
		awk 'BEGIN { for (i = 0; i < 200000; i++)
			printf "x\tA\t%d\t%d\n", i, i % 2 ? 3 : i % 4 }') |
		abstat | cut -f 1,4,7- | gives 'metric_id|n|min|max|sum|sum_squares' \
		'm|200000|0|3|400000|1100000'
}

@test "numbers may be written as people write them" {
	one_metric 1e2 -0 .5 5. 1E-1 007 -0.0 | abstat | cut -f 4,7-9 |
		gives 'n|min|max|sum' '7|0|100|112.6'
}

@test "what is no number is refused, never read in part" {
	for bad in '' 1x ' 1' '1 ' + - . 1e 0x10 1,5 1_000 nan inf -inf 1e999 \
		+1 --1 1e1.5 ١; do
		refuses ":3: m: bad number" abstat <(one_metric 1 "$bad" 2)
	done
	refuses ":3: m: bad number 'NaN'" abstat -m <(metrics m) \
		<(one_metric 1 NaN)
}

@test "ids may be any bytes, but not empty" {
	rows "experiment_id|variant|user_id|m" "\"a b\"|\\n'|\$u|1" | abstat |
		cut -f 2-4 | gives 'experiment_id|variant|n' "\"a b\"|\\n'|1"
	for bad in '|A|u|1' 'x||u|1' 'x|A||1'; do
		refuses ":2: " abstat \
			<(rows 'experiment_id|variant|user_id|m' "$bad")
	done
	refuses ':2: metric_id: empty' abstat <(rows "$header" '|x|A|1|||1|1|1|1')
}

@test "columns that must be there are named when missing" {
	for name in experiment_id variant user_id; do
		refuses "no column $name" abstat \
			<(rows 'experiment_id|variant|user_id|m' 'x|A|u|1' |
				sed "s/$name/y/")
	done
	for name in experiment_id variant min max; do
		refuses "no column $name" abstat \
			<(rows "$header" | sed "s/$name/y/")
	done
	refuses 'column 4 has no name' abstat \
		<(rows 'experiment_id|variant|user_id|' 'x|A|u|1')
}

@test "--by wants columns that are there, once, and no name of the output's" {
	rows 'experiment_id|variant|user_id|n|m' 'x|A|u|1|2' >values
	refuses "no column 's' to group by" abstat --by s values
	refuses "a column 'n' of its own" abstat --by n values
	refuses "a column 'variant' of its own" abstat --by variant values
	refuses 'twice' abstat --by m,m values
	refuses 'empty name' abstat --by m, values
	abstat --by m values | gives 'metric_id|experiment_id|variant|m|n|mean|sd|min|max|sum|sum_squares' \
		'n|x|A|2|1|1||1|1|1|1'
}

@test "--no-header needs to know the columns" {
	rows 'x|A|u|1|2' >values
	refuses '--no-header needs --columns or -m' abstat --no-header values
	refuses '--columns goes with --no-header' abstat --columns a values
	abstat --no-header -m <(metrics b a) values | cut -f 1,4,9 |
		gives 'b|1|1' 'a|1|2'
	abstat --no-header --columns experiment_id,variant,user_id,a,b values |
		cut -f 1,4,9 | gives 'a|1|1' 'b|1|2'
	refuses 'has a comma' abstat --no-header -m <(metrics a,b) values
	refuses ':1: expected 4 fields' abstat --no-header -m <(metrics a) values
}

@test "a metric may be called as a column of stats" {
	rows 'experiment_id|variant|user_id|n|sum' 'x|A|u|1|2' | abstat |
		cut -f 1,9 | gives 'metric_id|sum' 'n|1' 'sum|2'
}
