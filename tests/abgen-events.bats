#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

# One exposure of u1 to x, in variant A unless another is given.
one() {
	rows 'user_id|experiment_id|variant|exposure_time' \
		"u1|x|${1:-A}|2025-01-01 08:00:00"
}

# model 'row' ...: a model TSV in the file model.
model() {
	rows 'event_name|variant|process|rate|days|value' "$@" >model
}

# summary < events: for each event name how many there are, and the days on
# which they are, with the days from 2025-01-01 as numbers.
summary() {
	awk -F '\t' 'NR > 1 {
		n[$2]++
		day = substr($3, 9, 2) - 1
		if (!($2 in last) || day > last[$2])
			last[$2] = day
		if (!($2 in first) || day < first[$2])
			first[$2] = day
	}
	END {
		for (name in n)
			print name, n[name], first[name], last[name]
	}' | sort
}

# near WHAT COUNT EXPECTED VARIANCE: within 5 standard deviations.
near() {
	awk -v what="$1" -v n="$2" -v e="$3" -v v="$4" 'BEGIN {
		if ((n - e) ^ 2 <= 25 * v)
			exit 0
		print what ": " n ", expected " e
		exit 1
	}'
}

@test "every kind of event has the columns of an events stream" {
	abgen-exposures >exposures
	abgen-events exposures >events
	[ "$(head -n 1 events)" = \
		"$(rows 'user_id|event_name|event_time|event_value')" ]
	tail -n +2 events | awk -F '\t' '
		NF != 4 || ($2 == "purchase") != ($4 != "") { exit 1 }'
	tail -n +2 events | cut -f 2 | sort -u |
		gives error purchase scroll session_start
}

@test "a seed stands for the same bytes for ever" {
	abgen-events "$EXAMPLES/exposures.tsv" | grep -e user_id -e purchase |
		gives 'user_id|event_name|event_time|event_value' \
		'u1|purchase|2025-01-03 08:00:00|18.704638753910093'
	[ "$(abgen-exposures | abgen-events | cksum)" = '1648483568 1833905' ]
}

@test "the default model is the notebook's" {
	abgen-events --print-model | gives \
		'event_name|variant|process|rate|days|value' \
		'session_start|*|poisson|2|2|' \
		'purchase|A|bernoulli|0.1|10|lognormal(3.227,0.426)' \
		'purchase|*|bernoulli|0.12|10|lognormal(3.227,0.426)' \
		'error|A|bernoulli|0.01|7|' \
		'error|*|bernoulli|0.02|7|' \
		'scroll|*|poisson|3|2|'
}

@test "the rates are those of the model" {
	# 100000 users in each variant; all of them exposed on one day.
	abgen-exposures -e 1 -n 200000 -k 200000 --days 1 >exposures
	awk -F '\t' '$3 != "B"' exposures | abgen-events >a
	awk -F '\t' '$3 != "A"' exposures | abgen-events >b 2>err
	summary <a >a.summary
	summary <b >b.summary
	cut -d ' ' -f 1,3,4 a.summary | tr ' ' '|' | tr '|' '\t' |
		gives 'error|0|6' 'purchase|0|9' 'scroll|0|1' \
			'session_start|0|1'
	cut -d ' ' -f 1,3,4 b.summary | same - \
		<(cut -d ' ' -f 1,3,4 a.summary)
	while read -r name n _ _; do
		case $name in
		error) near "$name A" "$n" 1000 990 ;;
		purchase) near "$name A" "$n" 10000 9000 ;;
		scroll) near "$name A" "$n" 300000 300000 ;;
		session_start) near "$name A" "$n" 200000 200000 ;;
		esac
	done <a.summary
	while read -r name n _ _; do
		case $name in
		error) near "$name B" "$n" 2000 1960 ;;
		purchase) near "$name B" "$n" 12000 10560 ;;
		scroll) near "$name B" "$n" 300000 300000 ;;
		session_start) near "$name B" "$n" 200000 200000 ;;
		esac
	done <b.summary
	# Days are alike, and the log of a value is normal.
	for day in 01 04 10; do
		near "day $day" "$(grep -c "purchase	2025-01-$day" a)" 1000 1900
	done
	awk -F '\t' '$2 == "purchase" {
		x = log($4); n++; s += x; q += (x - 3.227) ^ 2
	}
	END {
		if ((s / n - 3.227) ^ 2 > 25 * 0.426 ^ 2 / n ||
		    (q / n - 0.426 ^ 2) ^ 2 > 25 * 2 * 0.426 ^ 4 / n) {
			print s / n, q / n
			exit 1
		}
	}' a
}

@test "poisson counts vary as they should" {
	# 100000 users: the variance of the counts is the mean, 2.
	abgen-exposures -e 1 -n 100000 -k 100000 >exposures
	model 's|*|poisson|2|1|'
	abgen-events -m model exposures | tail -n +2 | cut -f 1 | sort |
		uniq -c | awk '{ s += $1; q += $1 ^ 2 }
		END {
			n = 100000
			v = q / n - (s / n) ^ 2
			# The variance of the variance is (2 + 2 * 2^2) / n.
			if ((v - 2) ^ 2 > 25 * 10 / n) {
				print v
				exit 1
			}
		}'
}

@test "sorting the exposures leaves what a user does" {
	abgen-exposures >exposures
	abgen-events exposures | sort >events
	{
		head -n 1 exposures
		tail -n +2 exposures | LC_ALL=C sort -r
	} | abgen-events | sort | same events -
}

@test "pieces of the exposures give the pieces of the events" {
	abgen-exposures --no-header >exposures
	abgen-events --no-header <exposures >events
	for n in 1 2 3 7; do
		for k in $(seq $n); do
			abgen-exposures --shard "$k/$n" |
				abgen-events 2>err | tail -n +2
		done | same events -
	done
}

@test "a user in two experiments does two independent things" {
	abgen-exposures >exposures
	sed 's/\t0\t/\t9\t/' exposures >renamed
	abgen-events exposures >events
	abgen-events renamed >others
	[ "$(diff events others | grep -c '^<.*session')" -gt 5000 ]
	# The same experiment, whatever the variant and the time.
	one A | abgen-events -m <(rows \
		'event_name|variant|process|rate|days|value' \
		's|*|poisson|9|9|normal(0,1)') | cut -f 4 >a
	one Z | sed 's/2025/2024/' | abgen-events -m <(rows \
		'event_name|variant|process|rate|days|value' \
		's|*|poisson|9|9|normal(0,1)') | cut -f 4 | same a -
}

@test "a user's events of two kinds are independent" {
	abgen-exposures -e 1 -n 40000 -k 40000 >exposures
	model 'x|*|bernoulli|0.5|1|' 'y|*|bernoulli|0.5|1|'
	both=$(abgen-events -m model exposures | cut -f 1 | uniq -d | wc -l)
	near both "$both" 10000 7500
}

@test "ids are bytes, and ab,c is not a,bc" {
	model 's|*|bernoulli|1|1|uniform(0,1)'
	for ids in 'ab|c' 'a|bc' 'ab|C' '"ab|c' $'\xff|c' 'ab |c'; do
		rows 'user_id|experiment_id|variant|exposure_time' \
			"$ids|A|2025-01-01" | abgen-events -m model |
			tail -n 1 | cut -f 4
	done | sort -u >values
	[ "$(wc -l <values)" -eq 6 ]
}

@test "another row in the model leaves the other events" {
	abgen-exposures >exposures
	abgen-events --print-model >default
	abgen-events exposures | sort >events
	{
		rows 'event_name|variant|process|rate|days|value' \
			'view|*|poisson|1|3|'
		tail -n +2 default | sort -r
	} >larger
	abgen-events -m larger exposures >added
	[ "$(cut -f 2 added | sed -n 2p)" = view ]
	grep -v view added | sort | same events -
}

@test "a higher rate adds events and keeps those that were there" {
	abgen-exposures >exposures
	abgen-events exposures | sort >events
	abgen-events --baseline 0.2 --lift 0.1 --error-rate-control 0.5 \
		--error-rate-treatment 0.6 --session-rate 2.5 --scroll-rate 4 \
		exposures | sort >added
	comm -23 events added | cmp - /dev/null
	[ "$(wc -l <added)" -gt "$(($(wc -l <events) * 5 / 4))" ]
}

@test "another seed gives other events, and 1 is the default" {
	abgen-exposures >exposures
	abgen-events exposures >one
	abgen-events --seed 1 exposures | same one -
	abgen-events --seed 2 exposures >two
	[ "$(cut -f 4 one two | sort | uniq -d | wc -l)" -eq 2 ]
}

@test "the options make the model, and the model the same events" {
	abgen-exposures >exposures
	set -- --baseline 0.3 --lift -0.1 --error-rate-control 0 \
		--error-rate-treatment 1 --session-rate 0 --scroll-rate 0.5 \
		--control B
	abgen-events "$@" --print-model >model
	gives 'event_name|variant|process|rate|days|value' \
		'session_start|*|poisson|0|2|' \
		'purchase|B|bernoulli|0.3|10|lognormal(3.227,0.426)' \
		'purchase|*|bernoulli|0.2|10|lognormal(3.227,0.426)' \
		'error|B|bernoulli|0|7|' 'error|*|bernoulli|1|7|' \
		'scroll|*|poisson|0.5|2|' <model
	abgen-events "$@" exposures >events
	abgen-events --model model exposures | same events -
	abgen-events --model model --print-model | same model -
	abgen-events --model model --print-model --no-header |
		same <(tail -n +2 model) -
	# No error in the control, and one for each other user.
	grep -c error events | gives 5000
}

@test "the default model takes any variants" {
	abgen-exposures --variants old,new,newer -e 1 -k 3000 >exposures
	abgen-events --control old --error-rate-control 0 \
		--error-rate-treatment 1 exposures | grep -c error | gives 2000
}

@test "a variant's own row wins over the one for all, in any order" {
	rows 'user_id|experiment_id|variant|exposure_time' 'u1|x|A|2025-01-01' \
		'u2|x|B|2025-01-01' 'u3|x|C|2025-01-01' >exposures
	model 'e|*|bernoulli|1|1|constant(0)' 'e|B|bernoulli|1|1|constant(2)' \
		'f|A|bernoulli|1|1|constant(-1.50)' \
		'g|C|bernoulli|0|1|' 'g|*|bernoulli|1|1|'
	abgen-events -m model exposures | gives \
		'user_id|event_name|event_time|event_value' \
		'u1|e|2025-01-01 00:00:00|0' 'u1|f|2025-01-01 00:00:00|-1.5' \
		'u1|g|2025-01-01 00:00:00|' 'u2|e|2025-01-01 00:00:00|2' \
		'u2|g|2025-01-01 00:00:00|' 'u3|e|2025-01-01 00:00:00|0'
}

@test "events stand in the order in which the model first names them" {
	model 'b|B|bernoulli|1|1|' 'a|*|bernoulli|1|1|' 'b|*|bernoulli|1|1|'
	one | abgen-events -m model 2>err | tail -n +2 | cut -f 2 | gives b a
}

@test "a model of no rows, or with rate 0, gives a header alone" {
	model
	one | abgen-events -m model |
		gives 'user_id|event_name|event_time|event_value'
	model 'a|*|bernoulli|0|1|' 'b|*|poisson|0|1|'
	one | abgen-events -m model |
		gives 'user_id|event_name|event_time|event_value'
}

@test "each distribution has its mean and deviation" {
	abgen-exposures -e 1 -n 20000 -k 20000 >exposures
	while read -r value mean sd; do
		model "x|*|bernoulli|1|1|$value"
		abgen-events -m model exposures | awk -F '\t' -v m="$mean" \
			-v sd="$sd" -v what="$value" '
		NR > 1 { n++; s += $4; q += ($4 - m) ^ 2 }
		END {
			if (n != 20000 || (s / n - m) ^ 2 > 25 * sd ^ 2 / n ||
			    (q / n - sd ^ 2) ^ 2 > 0.01 * sd ^ 4) {
				print what, n, s / n, sqrt(q / n)
				exit 1
			}
		}'
	done <<-END
		constant(-2.5) -2.5 0
		uniform(-1,3) 1 1.1547005383792515
		uniform(7,7) 7 0
		normal(10,2) 10 2
		normal(1e3,0) 1000 0
		lognormal(0,0.25) 1.0317434074991028 0.2620178
		exponential(5) 5 5
		pareto(20,10) 10.526315789473685 0.554785554
	END
}

@test "a poisson rate may be large" {
	model 'x|*|poisson|1e5|1|'
	near rate "$(one | abgen-events -m model | wc -l)" 100001 100000
	model 'x|*|poisson|1000|1|'
	near rate "$(one | abgen-events -m model | wc -l)" 1001 1000
}

@test "the model's columns are found by name" {
	rows 'note|value|days|rate|process|variant|event_name' \
		'hello|constant(1)|1|1|bernoulli|*|x' >model
	one | abgen-events -m model | tail -n +2 |
		gives 'u1|x|2025-01-01 08:00:00|1'
}

@test "the exposures' columns are found by name, and others ignored" {
	one | abgen-events >events
	rows 'device|exposure_time|variant|experiment_id|user_id' \
		'ios|2025-01-01T09:00:00+01:00|A|x|u1' | abgen-events |
		same events -
	rows 'A|u1|1735718400|x' | abgen-events --no-header \
		--columns variant,user_id,exposure_time,experiment_id |
		same <(tail -n +2 events) -
}

@test "fractions of a second stay" {
	model 'x|*|bernoulli|1|1|'
	one | sed 's/08:00:00/23:59:59.25/' | abgen-events -m model |
		tail -n +2 | gives 'u1|x|2025-01-01 23:59:59.250000|'
}

@test "days go over the end of a month, a year and a leap day" {
	model 'x|*|poisson|2000|2|'
	for pair in 2024-02-28:2024-02-29 2025-02-28:2025-03-01 \
		2024-12-31:2025-01-01 1969-12-31:1970-01-01 \
		9999-12-30:9999-12-31 0001-01-01:0001-01-02; do
		one | sed "s/2025-01-01/${pair%:*}/" | abgen-events -m model |
			tail -n +2 | cut -f 3 | sort -u |
			gives "${pair%:*} 08:00:00" "${pair#*:} 08:00:00"
	done
}

@test "an event past the year 9999 is refused, with the line" {
	model 'x|*|poisson|2000|2|'
	one | sed 's/2025-01-01/9999-12-31/' >exposures
	refuses "exposures:2: exposure_time: events after it pass the year" \
		abgen-events -m model exposures
}

@test "only exposures in variants that the model does not name: a message" {
	one C | abgen-events 2>err | tail -n +2 | grep -q scroll
	gives "abgen-events: <stdin>: no exposure is in a variant that the model \
names, such as 'A'" <err
	one A | abgen-events 2>&1 >/dev/null | cmp - /dev/null
	one | head -n 1 | abgen-events 2>&1 >/dev/null | cmp - /dev/null
	model 'x|*|bernoulli|1|1|'
	one C | abgen-events -m model 2>&1 >/dev/null | cmp - /dev/null
}

@test "bad exposures are refused, with line and column" {
	refuses "<stdin>: no column variant" abgen-events < <(rows \
		'user_id|experiment_id|exposure_time' 'u|x|2025-01-01')
	one | sed 's/u1//' >bad
	refuses "bad:2: user_id: empty ''" abgen-events bad
	one | sed 's/\tx/\t/' >bad
	refuses "bad:2: experiment_id: empty ''" abgen-events bad
	one | sed 's/\tA/\t/' >bad
	refuses "bad:2: variant: empty ''" abgen-events bad
	for time in '' 2025-02-29 '2025-01-01 24:00:00' 10000-01-01 x; do
		one | sed "s/2025-01-01.*/$time/" >bad
		refuses "bad:2: exposure_time: bad time '$time'" \
			abgen-events bad
	done
}

@test "bad models are refused, with line and column" {
	while IFS=: read -r row message; do
		model 'x|B|bernoulli|1|1|' "$row"
		refuses "model:3: $message" abgen-events -m model
	done <<-'END'
		|*|poisson|1|1|:event_name: empty ''
		x||poisson|1|1|:variant: empty ''
		x|*|Poisson|1|1|:process: not poisson or bernoulli: 'Poisson'
		x|*||1|1|:process: not poisson or bernoulli: ''
		x|*|poisson||1|:rate: bad number ''
		x|*|poisson|1x|1|:rate: bad number '1x'
		x|*|poisson|nan|1|:rate: bad number 'nan'
		x|*|poisson|-1|1|:rate: not from 0 to 1e9, as a poisson rate is: '-1'
		x|*|poisson|1.1e9|1|:rate: not from 0 to 1e9, as a poisson rate is: '1.1e9'
		x|*|bernoulli|1.01|1|:rate: not from 0 to 1, as a probability is: '1.01'
		x|*|bernoulli|-0.1|1|:rate: not from 0 to 1, as a probability is: '-0.1'
		x|*|bernoulli|1|0|:days: not a whole number from 1 to 1000000: '0'
		x|*|bernoulli|1|1.5|:days: not a whole number from 1 to 1000000: '1.5'
		x|*|bernoulli|1|1000001|:days: not a whole number from 1 to 1000000: '1000001'
		x|*|bernoulli|1||:days: not a whole number from 1 to 1000000: ''
		x|B|poisson|1|1|:variant: a second row for this event and variant: 'B'
	END
	refuses 'no-such-model: ' abgen-events -m no-such-model
	rows 'event_name|variant|process|rate|days' >model
	refuses 'model: no column value' abgen-events -m model
}

@test "bad distributions are refused" {
	for value in 5 'constant' 'constant()' 'constant(1' 'constant(1]' \
		'constant(1,2)' 'constant(x)' 'constant( 1)' 'Normal(0,1)' 'normal(0)' \
		'normal(0,1,2)' 'normal(0,)' 'gamma(1,1)' 'xconstant(1)' \
		'constant(nan)' 'constant(1e999)'; do
		model "x|*|bernoulli|1|1|$value"
		refuses "model:2: value: not a distribution" abgen-events \
			-m model
	done
	for value in 'uniform(2,1)' 'uniform(-1e308,1e308)' 'normal(0,-1)' \
		'normal(1e308,1e307)' 'lognormal(0,-1)' 'lognormal(700,1)' \
		'exponential(-1)' 'exponential(1e307)' 'pareto(0,1)' \
		'pareto(-1,1)' 'pareto(1,0)' 'pareto(0.06,1)' \
		'pareto(1,1e300)'; do
		model "x|*|bernoulli|1|1|$value"
		refuses "value: parameters out of range: '$value'" abgen-events \
			-m model
	done
}

@test "bad options are refused" {
	refuses '--baseline: must be' abgen-events --baseline 1.1
	refuses '--baseline: bad number' abgen-events --baseline 10%
	refuses '--lift: must be' abgen-events --lift 2
	refuses '--lift: with --baseline' abgen-events --lift -0.2
	refuses '--lift: with --baseline' abgen-events --baseline 0.99
	refuses '--error-rate-control: must be' abgen-events \
		--error-rate-control -0.1
	refuses '--error-rate-treatment: must be' abgen-events \
		--error-rate-treatment 2
	refuses '--session-rate: must be' abgen-events --session-rate -1
	refuses '--scroll-rate: must be' abgen-events --scroll-rate 1e10
	refuses '--control: ' abgen-events --control '*'
	refuses '--control: ' abgen-events --control $'a\tb'
	refuses '--columns goes with --no-header' abgen-events --columns a
	refuses '--print-model reads no exposures' abgen-events --print-model x
	refuses 'extra operand' abgen-events x y
}

@test "--model stands alone" {
	model 'x|*|bernoulli|1|1|'
	for option in --baseline=0.1 --lift=0.02 --error-rate-control=0.01 \
		--error-rate-treatment=0.02 --session-rate=2 --scroll-rate=3 \
		--control=A; do
		refuses '--model stands for all rates' abgen-events -m model \
			"$option"
	done
	refuses 'it cannot be read as two files' abgen-events -m - < model
}
