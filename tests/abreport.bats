#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

columns='metric_id|experiment_id|control|treatment|test|n_control|n_treatment'
columns+='|mean_control|mean_treatment|diff|diff_low|diff_high|lift|lift_low'
columns+='|lift_high|statistic|df|p_value|significant'

# The experiment of the notebook, whose own output is in $notebook below.
conversion='conversion_7d|0|A|B|chi2-yates|2500|2500|0.1088|0.1212|0.0124'
conversion+='|-0.0053|0.0301|0.11397058823529416|-0.0576|0.2856'
conversion+='|1.7686072218128224|1|0.18355454026436843|no'
revenue='revenue_14d|0|A|B|student|2500|2500|3.8653730663865162'
revenue+='|4.716658362094035|0.8512852957075188|0.21|1.49|0.2202336698391003'
revenue+='|0.0471|0.3934|-2.609630450232982|4998|0.009091034202106147|yes'
sessions='session_7d|0|A|B|student|2500|2500|2.5208|2.4912|-0.0296|-0.13|0.07'
sessions+='|-0.0117423040304665|-0.0516|0.0281|0.5843800176605515|4998'
sessions+='|0.5589910430721731|no'

notebook='{
  "conversion_7d": {
    "test": "chi-square",
    "statistic": 1.7686072218128224,
    "p-value": 0.18355454026436843,
    "variant_a_rate": 0.1088,
    "variant_b_rate": 0.1212,
    "lift": 0.11397058823529416
  },
  "revenue_14d": {
    "test": "t-test",
    "statistic": -2.609630450232982,
    "p-value": 0.009091034202106147,
    "variant_a_mean": 3.8653730663865162,
    "variant_b_mean": 4.716658362094035,
    "lift": 0.2202336698391003
  },
  "session_7d": {
    "test": "t-test",
    "statistic": 0.5843800176605515,
    "p-value": 0.5589910430721731,
    "variant_a_mean": 2.5208,
    "variant_b_mean": 2.4912,
    "lift": -0.0117423040304665
  }
}'

# results ROW ...: a stream of these rows.
results() {
	rows "$columns" "$@"
}

# row METRIC EXPERIMENT CONTROL TREATMENT [TEST]: a row of no matter what
# numbers.
row() {
	echo "$1|$2|$3|$4|${5-welch}|9|8|0.2|0.3|0.1|0|0.2|0.5|0|1|-2.5|15|0.04|yes"
}

# with COLUMN=VALUE ...: the rows of $conversion with other fields.
with() {
	results "$conversion" | awk -F '\t' -v OFS='\t' '
	BEGIN {
		for (i = 1; i < ARGC; i++) {
			at = index(ARGV[i], "=")
			value[substr(ARGV[i], 1, at - 1)] = \
			    substr(ARGV[i], at + 1)
		}
		ARGC = 1
	}
	NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i }
	NR > 1 { for (i = 1; i <= NF; i++) if (name[i] in value) $i = value[name[i]] }
	{ print }' "$@"
}

# cells TITLE: what stands in that column of the tables, in Markdown.
cells() {
	awk -F ' *[|] *' -v title="$1" '
	/^[|] metric/ { for (i = 2; i < NF; i++) if ($i == title) column = i }
	/^[|]/ && !/^[|] (metric|---)/ { print $column }'
}

@test "the notebook's JSON, byte for byte but for the key significant" {
	results "$conversion" "$revenue" "$sessions" | abreport -f json >out
	grep -v '^    "significant": ' out | same <(echo "$notebook") -
	grep significant out | gives '    "significant": false,' \
		'    "significant": true,' '    "significant": false,'
}

@test "text: the summary as a table" {
	results "$conversion" "$revenue" "$sessions" |
		abreport -m "$EXAMPLES/metrics.tsv" >out
	same - out <<'END'
Experiment 0: B (2500 users) against A (2500 users), the control

metric                      A       B    lift          interval  p-value  significant  test
7-day Conversion Rate  10.88%  12.12%  +11.4%   -5.8% to +28.6%    0.184  no           chi2 (Yates)
14-day Revenue          3.865   4.717  +22.0%   +4.7% to +39.3%   0.0091  yes          Student t
7-day Sessions          2.521   2.491  -1.17%  -5.16% to +2.81%    0.559  no           Student t

Significant: 1 of 3 tests.  The more tests there are, the likelier
some are significant by chance.
END
}

@test "text: no line is longer than 100 characters or ends in a blank" {
	results "$conversion" "$revenue" "$sessions" |
		abreport -m "$EXAMPLES/metrics.tsv" >out
	[ -s out ]
	run ! grep -E '.{101}| $' out
}

@test "Markdown: the same as a table of GitHub's" {
	results "$conversion" "$revenue" | abreport -f markdown >out
	same - out <<'END'
### Experiment 0: B (2500 users) against A (2500 users), the control

| metric         |      A |      B |   lift |        interval | p-value | significant | test         |
| -------------- | -----: | -----: | -----: | --------------: | ------: | ----------- | ------------ |
| conversion\_7d | 10.88% | 12.12% | +11.4% | -5.8% to +28.6% |   0.184 | no          | chi2 (Yates) |
| revenue\_14d   |  3.865 |  4.717 | +22.0% | +4.7% to +39.3% |  0.0091 | yes         | Student t    |

Significant: 1 of 2 tests.  The more tests there are, the likelier
some are significant by chance.
END
}

@test "each test has its names, and rates are percentages" {
	results "$(row m1 0 A B chi2-yates)" "$(row m2 0 A B chi2)" \
		"$(row m3 0 A B z)" "$(row m4 0 A B student)" \
		"$(row m5 0 A B welch)" >results.tsv
	abreport -f markdown results.tsv | cells test |
		gives 'chi2 (Yates)' chi2 z 'Student t' 'Welch t'
	abreport -f markdown results.tsv | cells A |
		gives 20.00% 20.00% 20.00% 0.2000 0.2000
	abreport -f json results.tsv | grep -E '"(test|variant_a_.*)"' |
		gives '    "test": "chi-square",' '    "variant_a_rate": 0.2,' \
		'    "test": "chi-square (no correction)",' \
		'    "variant_a_rate": 0.2,' \
		'    "test": "z-test",' '    "variant_a_rate": 0.2,' \
		'    "test": "t-test",' '    "variant_a_mean": 0.2,' \
		'    "test": "Welch t-test",' '    "variant_a_mean": 0.2,'
}

@test "results are regrouped by experiment, in order of appearance" {
	results "$(row m1 e2 A B)" "$(row m1 e1 A B)" "$(row m2 e2 A B)" \
		"$(row m2 e1 A B)" >results.tsv
	abreport results.tsv | grep -E '^(Exp|m[12])' | cut -d ' ' -f 1,2 |
		tr -s ' ' | gives 'Experiment e2:' 'm1 ' 'm2 ' \
		'Experiment e1:' 'm1 ' 'm2 '
	abreport -f json results.tsv | grep '{$' |
		gives '{' '  "e2": {' '    "m1": {' '    "m2": {' \
			'  "e1": {' '    "m1": {' '    "m2": {'
}

@test "several treatments: a block each, and a level of the JSON" {
	results "$(row m1 0 A B)" "$(row m1 0 A C)" "$(row m2 0 A B)" \
		"$(row m2 0 A C)" >results.tsv
	abreport results.tsv | grep ^Exp | gives \
		'Experiment 0: B (8 users) against A (9 users), the control' \
		'Experiment 0: C (8 users) against A (9 users), the control'
	abreport -f json results.tsv | grep '{$' |
		gives '{' '  "B": {' '    "m1": {' '    "m2": {' \
			'  "C": {' '    "m1": {' '    "m2": {'
}

@test "different treatments of different experiments are no level" {
	results "$(row m1 0 A B)" "$(row m1 1 A C)" | abreport -f json |
		grep '{$' | gives '{' '  "0": {' '    "m1": {' \
		'  "1": {' '    "m1": {'
}

@test "other columns are segments: a block for each, and a level of the JSON" {
	rows "$columns|device|country" "$(row m1 0 A B)|ios|USA" \
		"$(row m1 0 A B)|web|USA" "$(row m1 0 A B)|ios|" >results.tsv
	abreport results.tsv | grep -o '^Exp.*:' | gives \
		'Experiment 0, device=ios, country=USA:' \
		'Experiment 0, device=ios, country=:' \
		'Experiment 0, device=web, country=USA:'
	abreport -f json results.tsv | grep '{$' |
		gives '{' '  "ios": {' '    "USA": {' '      "m1": {' \
			'    "": {' '      "m1": {' \
			'  "web": {' '    "USA": {' '      "m1": {'
}

@test "one variant only: its mean, and nothing that needs two" {
	with treatment= n_treatment=0 mean_treatment= diff= diff_low= \
		diff_high= lift= lift_low= lift_high= statistic= df= \
		p_value= significant= >results.tsv
	abreport results.tsv | same - <(
		echo 'Experiment 0: A (2500 users) alone, with nothing to compare'
		echo
		echo 'metric              A'
		echo 'conversion_7d  10.88%'
	)
	abreport -f json results.tsv | gives '{' '  "conversion_7d": {' \
		'    "test": "chi-square",' '    "statistic": null,' \
		'    "p-value": null,' '    "significant": null,' \
		'    "variant_a_rate": 0.1088,' '    "lift": null' '  }' '}'
}

@test "one variant only may go without a test" {
	with treatment= test= significant= >results.tsv
	abreport results.tsv | grep -q '^conversion_7d  0.1088$'
	abreport -f json results.tsv | grep -q '"test": null,'
	refuses '<stdin>:2: test: unknown test '"''" \
		abreport < <(with test=)
}

@test "what is undefined is - and null" {
	with lift= lift_low= lift_high= p_value= significant= >results.tsv
	for title in lift interval p-value significant; do
		abreport -f markdown results.tsv | cells "$title" | gives -
	done
	abreport -f json results.tsv | grep -c ': null,\?$' | gives 3
	with diff= diff_low= diff_high= lift= mean_treatment= |
		abreport -f markdown | cells difference | gives -
}

@test "the difference is shown where a lift is undefined" {
	abreport -f markdown < <(with lift=) | cells difference |
		gives '+1.24pp (-0.53pp to +3.01pp)'
	abreport -f markdown < <(with lift= test=welch) | cells difference |
		gives '+0.0124 (-0.0053 to +0.0301)'
	abreport -f markdown < <(with lift= diff_low= diff_high=) |
		cells difference | gives +1.24pp
	with | abreport >out
	run ! grep difference out
}

@test "numbers of users that vary by metric are a range" {
	results "$(row m1 0 A B)" "$(row m2 0 A B | sed 's/|9|8|/|1|8|/')" |
		abreport | head -n 1 | gives \
		'Experiment 0: B (8 users) against A (1 to 9 users), the control'
	abreport < <(with n_control=1 n_treatment=) | head -n 1 | gives \
		'Experiment 0: B against A (1 user), the control'
}

@test "p-values are short and never 0" {
	for p in 1 0.0496 0.00043 1e-5 2.3456e-12 5e-324 0; do
		with p_value=$p | abreport -f markdown | cells p-value
	done | gives 1.000 0.0496 0.00043 1.0e-05 2.3e-12 4.9e-324 '<1e-300'
}

@test "log10_p says what a p-value of 0 is, and is no segment" {
	rows "$columns|log10_p" "${conversion/0.18355454026436843/0}|-456.78" |
		abreport >out
	grep -q '^Experiment 0: ' out
	grep -q ' 1.7e-457 ' out
}

@test "a rate of 0 or 1, and numbers of any size, have a text" {
	with mean_control=0 mean_treatment=1 >results.tsv
	abreport -f markdown results.tsv | cells A | gives 0%
	abreport -f markdown results.tsv | cells B | gives 100.0%
	with test=welch mean_control=-12345678901 mean_treatment=1e308 |
		abreport -f markdown | cells A | gives -1.235e+10
	with lift=1.7e308 lift_low=-1.7e308 lift_high= |
		abreport -f markdown | cells interval | gives '-1.70e+310% to -'
	with lift=-0.0004 | abreport -f markdown | cells lift | gives 0.0%
}

@test "-m gives the names and the order; others follow in theirs" {
	results "$(row other 0 A B)" "$sessions" "$conversion" >results.tsv
	abreport -m "$EXAMPLES/metrics.tsv" -f markdown results.tsv |
		cells metric |
		gives '7-day Conversion Rate' '7-day Sessions' other
	abreport -m "$EXAMPLES/metrics.tsv" -f json results.tsv |
		grep '^  "' | gives '  "conversion_7d": {' '  "session_7d": {' \
		'  "other": {'
}

@test "an empty display name is the metric's id" {
	sed 's/7-day Conversion Rate//' "$EXAMPLES/metrics.tsv" >metrics.tsv
	abreport -m metrics.tsv -f markdown < <(with) | cells metric |
		gives 'conversion\_7d'
}

@test "columns are aligned by characters, not bytes" {
	results "$(row größe 0 A B)" "$(row groesse 0 A B)" | abreport |
		grep ^gr | gives \
		'größe    0.2000  0.3000  +50%  0% to +100%   0.0400  yes          Welch t' \
		'groesse  0.2000  0.3000  +50%  0% to +100%   0.0400  yes          Welch t'
}

@test "no control character of a name reaches the terminal" {
	results "$(row $'m\033[2J' $'0\r' A $'B\302\233\377')" >results.tsv
	abreport results.tsv >out
	run ! grep -qP '[\x00-\x09\x0b-\x1f\x7f]' out
	run ! grep -qa $'\302\233' out
	grep -q '^m\\x1b\[2J  ' out
	grep -qF 'Experiment 0\x0d: B\xc2\x9b\xff (8 users)' out
}

@test "Markdown: what has a meaning there is escaped" {
	results "$(row 'aBAR\b*_<' "\`0\`" A '[B]')" | sed 's/BAR/|/' |
		abreport -f markdown >out
	grep -qF "### Experiment \\\`0\\\`: \[B\] (8 users)" out
	grep -qF '| a\|\\b\*\_\< |' out
	grep -qF ' \[B\] |' out
}

@test "Markdown: the rule of a narrow column is one" {
	with treatment= mean_control= | abreport -f markdown >out
	grep -qxF '| -------------- | -: |' out
}

@test "JSON: strings are escaped" {
	results "$(row $'say "\\\001é\177' 0 A B)" | abreport -f json |
		grep -qxF $'  "say \\"\\\\\\u0001é\177": {'
}

@test "JSON: a name that is not UTF-8 is an error" {
	for name in $'\377' $'\303' $'\300\200' $'\355\240\200' \
		$'\364\220\200\200'; do
		results "$(row m 0 A B)" "$(row "$name" 0 A B)" >results.tsv
		refuses 'results.tsv:3: metric_id: not UTF-8' \
			abreport -f json results.tsv
		abreport results.tsv >out
	done
}

@test "JSON: variants are in lower case unless that makes them the same" {
	results "$(row m 0 Old NEW)" | abreport -f json | grep variant |
		gives '    "variant_old_mean": 0.2,' \
		'    "variant_new_mean": 0.3,'
	results "$(row m 0 B b)" | abreport -f json | grep variant |
		gives '    "variant_B_mean": 0.2,' \
		'    "variant_b_mean": 0.3,'
}

@test "JSON: numbers are in their shortest form, and -0 is 0" {
	results "$(row m 0 A B | sed 's/|0.2|0.3|/|-0.0|5.|/; s/0.04/4.0E-07/')" |
		abreport -f json | grep -E 'p-value|variant' |
		gives '    "p-value": 4e-7,' '    "variant_a_mean": 0,' \
			'    "variant_b_mean": 5,'
}

@test "JSON has no room for a metric tested twice, text has" {
	results "$conversion" "$revenue" "$conversion" >results.tsv
	refuses 'results.tsv:4: ' abreport -f json results.tsv
	abreport -f markdown results.tsv | cells metric |
		gives 'conversion\_7d' 'conversion\_7d' 'revenue\_14d'
	results "$(row m 0 A C)" "$(row m 0 B C)" >results.tsv
	refuses 'results.tsv:3: ' abreport -f json results.tsv
}

@test "no results are said so, and an empty object" {
	results >results.tsv
	abreport results.tsv | gives 'No results.'
	abreport -f markdown results.tsv | gives 'No results.'
	abreport -f json results.tsv | gives '{}'
}

@test "a single test, or none that is significant, needs no caveat" {
	results "$revenue" | abreport >out
	run ! grep Significant out
	results "$conversion" "$sessions" | abreport >out
	run ! grep Significant out
}

@test "columns are found by name" {
	results "$conversion" "$revenue" >results.tsv
	abreport results.tsv >expected
	awk -F '\t' -v OFS='\t' '{ for (i = NF; i > 1; i--) printf "%s\t", $i
		print $1 }' results.tsv | abreport | same expected -
}

@test "a missing column is named" {
	for column in metric_id treatment df lift_low significant; do
		refuses "no column $column" \
			abreport < <(with | sed "1s/\<$column\>/x/")
	done
}

@test "--no-header takes the columns in their order, or as --columns says" {
	results "$conversion" "$revenue" | abreport >expected
	results "$conversion" "$revenue" | tail -n +2 >rows.tsv
	abreport --no-header rows.tsv | same expected -
	abreport --no-header --columns "$(tr '|' , <<<"$columns"),device" \
		< <(sed 's/$/\tios/' rows.tsv) | grep -q ', device=ios: '
	refuses 'goes with --no-header' abreport --columns a,b rows.tsv
}

@test "what is no number is an error" {
	for x in 1x ' 1' + . 1e 0x10 1,5 1_000 nan inf 1e999; do
		refuses "<stdin>:2: lift: bad number '$x'" \
			abreport < <(with "lift=$x")
	done
	for column in mean_control mean_treatment diff diff_low diff_high \
		lift_low lift_high statistic df p_value; do
		refuses "<stdin>:2: $column: bad number 'x'" \
			abreport < <(with "$column=x")
	done
}

@test "what is no count, or too large to be exact, is an error" {
	for x in -1 1.5 1e3 9007199254740993 18446744073709551616; do
		refuses "<stdin>:2: n_control: bad count '$x'" \
			abreport < <(with "n_control=$x")
		refuses "<stdin>:2: n_treatment: bad count '$x'" \
			abreport < <(with "n_treatment=$x")
	done
	abreport < <(with n_control=9007199254740992) |
		grep -q 'A (9007199254740992 users)'
}

@test "what is no probability is an error" {
	refuses "<stdin>:2: p_value: not from 0 to 1: '1.5'" \
		abreport < <(with p_value=1.5)
	refuses "<stdin>:2: p_value: not from 0 to 1: '-0.1'" \
		abreport < <(with p_value=-0.1)
	refuses "<stdin>:2: log10_p: above 0: '2'" \
		abreport < <(rows "$columns|log10_p" "$conversion|2")
}

@test "unknown words and empty ids are errors" {
	refuses "<stdin>:2: test: unknown test 'anova'" \
		abreport < <(with test=anova)
	refuses "<stdin>:2: significant: not yes, no or empty: 'YES'" \
		abreport < <(with significant=YES)
	for column in metric_id experiment_id control; do
		refuses "<stdin>:2: $column: empty" abreport < <(with "$column=")
	done
	refuses "<stdin>:2: treatment: the control again: 'A'" \
		abreport < <(with treatment=A)
}

@test "an unknown format is an error" {
	refuses "'yaml' is none of: text, markdown, json" \
		abreport -f yaml < <(with)
}

@test "a name of a megabyte works" {
	results "$(row m 0 A B)" | tail -n 1 | cut -f 2- >rest
	{
		results
		head -c 1000000 /dev/zero | tr '\0' m
		printf '\t'
		cat rest
	} | abreport >out
	[ "$(sed -n 4p out | cut -c 999999-1000010)" = 'mm  0.2000  ' ]
}
