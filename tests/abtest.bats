#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

header='metric_id|experiment_id|control|treatment|test|n_control|n_treatment|mean_control|mean_treatment|diff|diff_low|diff_high|lift|lift_low|lift_high|statistic|df|p_value|significant'
scipy=$TOP/tests/ref/scipy

# A metrics TSV, each argument ID:AGGREGATION.
metrics() {
	rows 'metric_id|display_name|event_name|window_start|window_end|aggregation'
	for metric in "$@"; do
		rows "${metric%:*}|-|e|0d|7d|${metric#*:}"
	done
}

# The values of metric m in experiment x, each argument VARIANT:VALUE,...
values() {
	rows 'experiment_id|variant|user_id|m'
	for arm in "$@"; do
		for value in $(tr , ' ' <<<"${arm#*:}"); do
			rows "x|${arm%%:*}|u|$value"
		done
	done
}

# The counts of metric m in experiment x, each argument VARIANT:YES/N.
counts() {
	rows 'metric_id|experiment_id|variant|n|min|max|sum|sum_squares'
	for arm in "$@"; do
		yes=${arm#*:} n=${arm#*/}
		yes=${yes%/*}
		rows "m|x|${arm%%:*}|$n|$((yes == n && n > 0))|$((yes > 0))|$yes|$yes"
	done
}

# close LIMIT < "a b" lines: the numbers of each differ by LIMIT at most, of
# the second.
close() {
	awk -v limit="$1" '
	$1 - $2 > limit * ($2 < 0 ? -$2 : $2) ||
	$2 - $1 > limit * ($2 < 0 ? -$2 : $2) { print; bad = 1 }
	END { exit bad || NR == 0 }'
}

# column NAME < results: that column, without its name.
column() {
	awk -F '\t' -v name="$1" '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
	{ print $c }'
}

@test "the notebook's numbers" {
	counts A:272/2500 B:303/2500 | abtest >first
	[ "$(column test <first)" = chi2-yates ]
	[ "$(column statistic <first)" = 1.7686072218128224 ]
	[ "$(column mean_control <first)" = 0.1088 ]
	[ "$(column mean_treatment <first)" = 0.1212 ]
	[ "$(column significant <first)" = no ]
	echo "$(column lift <first) 0.11397058823529416" | close 1e-15
	echo "$(column p_value <first) 0.1835545402643722702" | close 1e-15
	# What scipy prints differs from this by 2e-14.
	echo "$(column p_value <first) 0.18355454026436843" | close 3e-14
	counts A:531/5000 B:635/5000 | abtest >second
	echo "$(column p_value <second) 0.0013306221953144962" | close 1e-15
	[ "$(column significant <second)" = yes ]
}

# All tests on the values of tests/ref/scipy, with the columns of its results.
all_tests() {
	metrics bought:binary revenue:sum sessions:count >metrics.tsv
	for test in chi2-yates chi2 z student welch; do
		means=student
		[ "$test" != welch ] || means=welch
		abtest -m metrics.tsv --log10-p --binary "$test" \
			--means "$means" --by device "$scipy/values.tsv"
		abtest -m metrics.tsv --log10-p --binary "$test" \
			--means "$means" "$scipy/values.tsv" |
			awk -F '\t' -v OFS='\t' '{ $2 = $2 OFS "*" } NR > 1'
	done | awk -F '\t' -v OFS='\t' '$1 != "metric_id" { print $1, $2, $3,
		$4, $5, $6, $17, $18, $19, $20, $11, $12, $13, $14, $15, $16 }'
}

@test "agrees with pandas and scipy, test by test" {
	all_tests | LC_ALL=C sort -u >ours
	tail -n +2 "$scipy/results.tsv" | LC_ALL=C sort |
		paste - ours | awk -F '\t' '
	# An interval is as exact as its width.
	function differ(a, b, scale) {
		scale = 1e-12 * (scale < 0 ? -scale : scale)
		return (a == "") != (b == "") || a - b > scale || b - a > scale
	}
	{
		for (i = 1; i <= 16; i++) {
			scale = $(i + 16)
			if (i == 12 || i == 13)
				scale -= $(11 + 16)
			if (i == 15 || i == 16)
				scale -= $(14 + 16)
			if (i <= 6 ? $i "" != $(i + 16) "" \
				: differ($i, $(i + 16), scale)) {
				print i, $0
				exit bad = 1
			}
		}
		n++
	}
	END { exit bad || n != 108 }'
}

@test "values and stats give the same bytes, in any order and any shards" {
	cut -f 1-3,5- "$scipy/values.tsv" >values
	abtest values >expected
	(head -n 1 values && tail -n +2 values | tac) | abtest |
		same expected -
	abstat values | abtest | same expected -
	tail -n +2 values | split -n r/5 - part.
	for part in part.*; do
		(head -n 1 values && cat "$part") >"$part.tsv"
	done
	abtest part.*.tsv | same expected -
	for part in part.*.tsv; do
		abstat -o "$part" "$part"
	done
	abtest part.*.tsv | same expected -
	abstat part.*.tsv | abtest | same expected -
	(head -n 1 part.aa.tsv && tail -q -n +2 part.*.tsv | tac) | abtest |
		same expected -
}

@test "all variants are compared with the control, in the order of bytes" {
	values b:1,2 A:1,3 B:1,4 é:1,5 | abtest |
		cut -f 3,4,10 | gives 'control|treatment|diff' \
		'A|B|0.5' 'A|b|-0.5' 'A|é|1'
	values b:1,2 A:1,3 B:1,4 | abtest --control b |
		cut -f 3,4,10 | gives 'control|treatment|diff' \
		'b|A|0.5' 'b|B|1'
}

@test "a control that an experiment does not have is an error" {
	rows 'experiment_id|variant|user_id|m' 'x|A|u|1' 'x|B|u|1' 'y|B|u|1' \
		'y|C|u|1' >values
	abtest values | cut -f 2-4 |
		gives 'experiment_id|control|treatment' 'x|A|B' 'y|B|C'
	abtest --control B values | cut -f 2-4 |
		gives 'experiment_id|control|treatment' 'x|B|A' 'y|B|C'
	refuses "experiment 'y' has no variant 'A'" abtest --control A values
	refuses "experiment 'x' has no variant 'D'" abtest --control D values
	[ ! -s refused.out ]
}

@test "results are sorted by metric, experiment and segments" {
	rows 'experiment_id|variant|user_id|s|b|a' '9|A|u|z|1|1' \
		'9|B|u|z|1|1' '10|B|u||1|1' '10|A|u||1|1' '10|B|u|y|1|1' >values
	abtest -m <(metrics b:sum a:sum) --by s values | cut -f 1-5 |
		gives 'metric_id|experiment_id|s|control|treatment' \
		'b|10||A|B' 'b|10|y|A|B' 'b|9|z|A|B' \
		'a|10||A|B' 'a|10|y|A|B' 'a|9|z|A|B'
	abtest --by s values | cut -f 1-3 | gives 'metric_id|experiment_id|s' \
		'a|10|' 'a|10|y' 'a|9|z' 'b|10|' 'b|10|y' 'b|9|z'
}

@test "a variant without users in a segment has a row, and is empty" {
	rows 'experiment_id|variant|user_id|s|m' 'x|A|1|i|5' 'x|A|2|i|6' \
		'x|B|3|j|7' 'x|C|4|i|7' 'x|C|5|j|8' |
		abtest --by s >results
	cut -f 3-10 results | gives \
		's|control|treatment|test|n_control|n_treatment|mean_control|mean_treatment' \
		'i|A|B|student|2|0|5.5|' 'i|A|C|student|2|1|5.5|7' \
		'j|A|B|student|0|1||7' 'j|A|C|student|0|1||8'
	sed -n '2p;4p;5p' results | cut -f 11- | sort -u | gives '|||||||||'
}

@test "one variant only: a row without a treatment" {
	values A:1,2,3 | abtest |
		gives "$header" 'm|x|A||student|3|0|2|||||||||||'
	counts A:1/3 | abtest | tail -n 1 |
		gives 'm|x|A||chi2-yates|3|0|0.3333333333333333|||||||||||'
}

@test "one value in an arm: Student's test, but no Welch's" {
	values A:2 B:3,4,5 | abtest >results
	cut -f 6-10,13,17,19 results | tail -n 1 | gives '1|3|2|4|2|1|2|no'
	echo "$(column statistic <results) -1.7320508075688773" | close 1e-15
	echo "$(column p_value <results) 0.22540333075851662" | close 1e-15
	echo "$(column diff_low <results) -2.9682754235006623" | close 1e-14
	values A:2 B:3,4,5 | abtest | cut -f 14,15 | tail -n 1 | gives '|'
	values A:2 B:3,4,5 | abtest --means welch | tail -n 1 |
		gives 'm|x|A|B|welch|1|3|2|4|2|||1||||||'
	values A:2 B:3 | abtest | tail -n 1 |
		gives 'm|x|A|B|student|1|1|2|3|1|||0.5||||||'
}

@test "values that do not vary: no test and no interval" {
	for test in student welch; do
		values A:2,2,2 B:3,3 | abtest --means "$test" | tail -n 1 |
			gives "m|x|A|B|$test|3|2|2|3|1|||0.5||||||"
		values A:2,2,2 B:2,2 | abtest --means "$test" | tail -n 1 |
			gives "m|x|A|B|$test|3|2|2|2|0|||0||||||"
	done
	values A:2,2 B:3,4 | abtest | column p_value | grep -q '^0\.'
}

@test "rates of 0 or 1" {
	for test in chi2-yates chi2 z; do
		counts A:0/9 B:0/8 | abtest --binary "$test" | tail -n 1 |
			gives "m|x|A|B|$test|9|8|0|0|0|||||||||"
		counts A:9/9 B:8/8 | abtest --binary "$test" | tail -n 1 |
			gives "m|x|A|B|$test|9|8|1|1|0|||0||||||"
	done
	counts A:0/9 B:3/8 | abtest >results
	[ "$(column lift <results)$(column lift_low <results)" = '' ]
	column p_value <results | grep -q '^0\.'
	counts A:0/9 B:8/8 | abtest | cut -f 10-12,19 | tail -n 1 |
		gives '1|||yes'
	counts A:0/0 B:3/8 | sed 's/0\t0\t0\t0\t0$/0\t\t\t0\t0/' | abtest |
		tail -n 1 | gives 'm|x|A|B|chi2-yates|0|8||0.375||||||||||'
}

@test "no lift over a control mean that is 0 or negative" {
	values A:-1,1 B:3,4 | abtest | cut -f 8,10,13-15 | tail -n 1 |
		gives '0|3.5|||'
	values A:-1,-3 B:3,4 | abtest | cut -f 8,10,13-15 | tail -n 1 |
		gives '-2|5.5|||'
	values A:-1,-3 B:3,4 | abtest | column p_value | grep -q '^0\.'
}

@test "a difference of large means keeps its digits" {
	values A:1000000000000.1,1000000000000.3 \
		B:1000000000000.2,1000000000000.6 | abtest | column diff |
		gives 0.2
	counts A:1/3 B:2/6 | abtest --binary z | cut -f 10,16,18 | tail -n 1 |
		gives '0|0|1'
}

@test "numbers far apart lose nothing" {
	values A:1e25,1e-25,3 B:2e25,5,1e-30 >far
	abtest far >expected
	column diff <expected | gives 3.3333333333333333e24
	abstat far | abtest | same expected -
	values B:5 A:3 B:1e-30 A:1e-25,1e25 B:2e25 | abtest | same expected -
}

@test "no infinity is written" {
	for test in student welch; do
		values A:1e308,-1e308 B:1e-300,1e308 A:1.7e308 |
			abtest --means "$test" >results
		values A:1e-308,2e-308 B:1e308,1e308 |
			abtest --means "$test" >>results
	done
	run ! grep -E 'inf|nan' results
}

@test "a metric of zeros and ones is binary, as is what -m calls so" {
	values A:0,1 B:1.0,0e5 | abtest | column test | gives chi2-yates
	values A:0,1 B:1,0.5 | abtest | column test | gives student
	values A:0,1 B:1,-1 | abtest | column test | gives student
	values A:0,1 B:1,2 | abtest | column test | gives student
	values A:0,1 B:0,1 | abtest -m <(metrics m:count) | column test |
		gives student
	# One experiment is enough to make the metric none.
	rows 'experiment_id|variant|user_id|m' 'x|A|u|1' 'x|B|u|1' 'y|A|u|2' \
		'y|B|u|1' | abtest | column test | gives student student
	refuses "metric 'm' is binary, but in experiment 'x'" \
		abtest -m <(metrics m:binary) <(values A:0,1 B:1,2)
	[ ! -s refused.out ]
	refuses 'is binary' abtest -m <(metrics m:binary) <(values A:0.5)
	refuses 'is binary' abtest -m <(metrics m:binary) <(values A:-1,0,1)
}

@test "the test is chosen apart for binary metrics and for others" {
	rows 'experiment_id|variant|user_id|b|k' 'x|A|u|0|3' 'x|A|u|1|4' \
		'x|B|u|1|5' 'x|B|u|1|7' >both
	abtest both | column test | gives chi2-yates student
	abtest --binary z --means welch both | column test | gives z welch
	abtest --binary welch both | column test | gives welch student
	refuses 'is none of: student, welch' abtest --means z both
	refuses 'is none of: chi2-yates, chi2, z, student, welch' \
		abtest --binary t both
}

@test "a statistic has the sign of control - treatment, unlike diff" {
	values A:1,2,3 B:5,6,8 | abtest | cut -f 10,16 | grep -q $'^4.*\t-'
	counts A:20/100 B:30/100 | abtest --binary z | cut -f 10,16 |
		grep -q $'^0.1\t-'
}

@test "--alpha sets the level and the intervals" {
	counts A:272/2500 B:303/2500 >stats
	abtest stats | column significant | gives no
	abtest --alpha 0.2 stats | column significant | gives yes
	# Significant is below alpha, not at it.
	p=$(abtest stats | column p_value)
	abtest --alpha "$p" stats | column significant | gives no
	wide=$(abtest --alpha 0.01 --binary z stats | column diff_low)
	echo "$wide -0.010838098995289454" | close 1e-14
	for bad in 0 1 -0.1 1.5 x '' nan 5% 0,05; do
		refuses '--alpha' abtest --alpha "$bad" stats
	done
}

@test "--log10-p tells what no p-value can" {
	counts A:1000000/900000000 B:130000/100000000 >stats
	abtest --binary z --log10-p stats >results
	[ "$(column p_value <results)" = 0 ]
	echo "$(column log10_p <results) -619.5887334688661165" | close 1e-14
	[ "$(column significant <results)" = yes ]
	head -n 1 results | tr '\t' '\n' | grep -n . | grep -A1 p_value |
		gives '18:p_value' '19:log10_p'
	# The smallest p-values are not 0.
	p=$(counts A:5000/20000 B:8500/20000 | abtest | column p_value)
	echo "$p 1.2105133700465627442e-299" | close 1e-14
}

@test "--no-header is for the input and for the results" {
	values A:1,2,4 B:2,3,9 >users
	abtest users | tail -n +2 >expected
	tail -n +2 users | abtest --no-header -m <(metrics m:sum) |
		same expected -
	tail -n +2 users | sort | abtest --no-header \
		--columns experiment_id,variant,user_id,m | same expected -
	abstat users >stats
	tail -n +2 stats | abtest --no-header \
		--columns "$(head -n 1 stats | tr '\t' ,)" | same expected -
	refuses '--no-header needs' abtest --no-header users
}

@test "a header alone gives a header" {
	rows 'experiment_id|variant|user_id|m' | abtest | gives "$header"
	rows 'experiment_id|variant|user_id|m' | abstat | abtest |
		gives "$header"
	rows 'experiment_id|variant|user_id|m|s' | abtest --by s --log10-p |
		head -n 1 | tr '\t' '\n' | sed -n '3p;20p' | gives s log10_p
}

@test "--by wants no name of the output's" {
	rows 'experiment_id|variant|user_id|lift|m' 'x|A|u|1|2' >values
	refuses "a column 'lift' of its own" abtest --by lift values
	refuses "no column 'device'" abtest --by device values
	refuses "'variant': results are apart by that" abtest --by variant values
}
