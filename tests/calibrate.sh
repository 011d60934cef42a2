#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# calibrate.sh BUILD SEED SET ...: whether the tests of abtest keep what they
# promise.  Thousands of made-up experiments, without an effect and with a
# known one, go through the whole suite, from abgen-exposures to abtest.  What
# comes out is counted: how often a test rejects, how often an interval holds
# the truth, and how far the p-values are from uniform.  Writes one row for
# each such fact, which calibrate.awk makes a table of.
set -eu -o pipefail

PATH=$(cd "$1" && pwd):$PATH
seed=$2
shift 2

# set | experiments | and in one shard | users of each | metrics
sets='
ordinary | 20000 | 500 | 1500 | conversion counts revenue heavy spread
rare     | 20000 | 200 | 8000 | rare
small    | 1000  | 500 | 400  | conversion counts spread
'

# split | its variants
splits='
50/50 | A,B
90/10 | A:9,B:1
'

# metric | aggregation | process | rate and value of events: in the control |
# in the treatment without an effect | and with one.  Without an effect means
# that the means are equal: those of spread are, but not its deviations.
metrics='
conversion | binary | bernoulli | 0.1                        | 0.1                        | 0.14
rare       | binary | bernoulli | 0.001                      | 0.001                      | 0.003
counts     | count  | poisson   | 0.5                        | 0.5                        | 0.6
revenue    | sum    | bernoulli | 0.1 lognormal(3.227,0.426) | 0.1 lognormal(3.227,0.426) | 0.14 lognormal(3.227,0.426)
heavy      | sum    | bernoulli | 0.1 pareto(2.5,10)         | 0.1 pareto(2.5,10)         | 0.16 pareto(2.5,10)
spread     | sum    | bernoulli | 1 normal(10,5)             | 1 normal(10,10)            | 1 normal(11,10)
'

# test | options of abtest
tests='
chi2-yates | --binary chi2-yates
chi2       | --binary chi2
z          | --binary z
student    | --binary student --means student
welch      | --binary welch --means welch
'

# A user in two experiments has the events of both in the windows of both,
# which would make the experiments alike.  Of so many users hardly one in a
# million is drawn twice in a shard.
population=1000000000000

table() {
	sed -e '/^$/d' -e 's/ *| */|/g' -e 's/ *$//' <<<"$1"
}

# definitions EFFECT METRIC ...: the files model, metrics and truth.
definitions() {
	table "$metrics" | awk -F '|' -v OFS='\t' -v effect="$1" \
		-v wanted=" ${*:2} " '
		function mean(rate, value, p) {
			split(value, p, /[(,)]/)
			if (p[1] == "normal")
				return rate * p[2]
			if (p[1] == "lognormal")
				return rate * exp(p[2] + p[3] ^ 2 / 2)
			if (p[1] == "pareto")
				return rate * p[2] * p[3] / (p[2] - 1)
			return rate
		}
		BEGIN {
			print "event_name", "variant", "process", "rate", \
			    "days", "value" >"model"
			print "metric_id", "display_name", "event_name", \
			    "window_start", "window_end", "aggregation" \
			    >"metrics"
		}
		index(wanted, " " $1 " ") {
			split($4, a, " ")
			split(effect == "none" ? $5 : $6, b, " ")
			print $1, "A", $3, a[1], 7, a[2] >"model"
			print $1, "B", $3, b[1], 7, b[2] >"model"
			print $1, "", $1, "0d", "7d", $2 >"metrics"
			control = mean(a[1], a[2])
			diff = mean(b[1], b[2]) - control
			print $1, diff, diff / control >"truth"
		}'
}

# count TEST < results: for each metric that was tested by TEST a row "metric
# test fact hits chances" for each fact; the p-values go into the file p.
count() {
	awk -F '\t' -v OFS='\t' -v test="$1" '
		function hit(fact, metric, yes, key) {
			key = metric OFS test OFS fact
			if (!(key in chances))
				keys[++n] = key
			hits[key] += yes
			chances[key]++
		}
		function holds(fact, metric, low, high, truth) {
			if (low != "")
				hit(fact, metric, low + 0 <= truth && \
				    truth <= high + 0)
		}
		FILENAME == "truth" {
			diff[$1] = $2
			lift[$1] = $3
			next
		}
		FNR == 1 {
			for (i = 1; i <= NF; i++)
				c[$i] = i
			next
		}
		$c["test"] == test {
			m = $c["metric_id"]
			p = $c["p_value"]
			hit("rejects_5", m, p != "" && p < 0.05)
			hit("rejects_1", m, p != "" && p < 0.01)
			holds("diff_holds", m, $c["diff_low"], \
			    $c["diff_high"], diff[m])
			holds("lift_holds", m, $c["lift_low"], \
			    $c["lift_high"], lift[m])
			if (p != "")
				printf "%s\t%s\t%.15f\n", m, test, p >>"p"
		}
		END {
			for (i = 1; i <= n; i++)
				print keys[i], hits[keys[i]], chances[keys[i]]
		}' truth -
}

# shard K N EXPERIMENTS USERS VARIANTS SEED: piece K of N of a run, in a
# directory of its own, by the definitions in this one.
shard() {
	local test options
	local -a option
	mkdir "$1" && cp model metrics truth "$1" && cd "$1"
	abgen-exposures -n "$population" -e "$3" -k "$4" --variants "$5" \
		--seed "$6" --shard "$1/$2" >exposures
	abgen-events -m model --seed "$6" exposures |
		abwindow -m metrics exposures - | abagg -m metrics |
		abstat -m metrics >stats
	while IFS='|' read -r test options; do
		read -ra option <<<"$options"
		abtest -m metrics "${option[@]}" stats | count "$test"
	done < <(table "$tests") >facts
	rm exposures
}

# rates EFFECT < facts of all shards: "metric test fact chances rate nominal",
# where nominal is empty if nothing is promised.
rates() {
	awk -F '\t' -v OFS='\t' -v effect="$1" '
		BEGIN {
			nominal["diff_holds"] = nominal["lift_holds"] = 0.95
			if (effect == "none") {
				nominal["rejects_5"] = 0.05
				nominal["rejects_1"] = 0.01
			}
		}
		{
			key = $1 OFS $2 OFS $3
			if (!(key in chances)) {
				keys[++n] = key
				fact[n] = $3
			}
			hits[key] += $4
			chances[key] += $5
		}
		END {
			for (i = 1; i <= n; i++) {
				key = keys[i]
				print key, chances[key], \
				    hits[key] / chances[key], nominal[fact[i]]
			}
		}'
}

# distances < p-values, sorted: "metric test ks n D", Kolmogorov and Smirnov's
# distance from the uniform distribution.
distances() {
	awk -F '\t' -v OFS='\t' '
		function put(i, d) {
			for (i = 1; i <= n; i++) {
				if (i / n - p[i] > d)
					d = i / n - p[i]
				if (p[i] - (i - 1) / n > d)
					d = p[i] - (i - 1) / n
			}
			if (n > 0)
				print key, "ks", n, d, ""
			n = 0
		}
		$1 OFS $2 != key {
			put()
			key = $1 OFS $2
		}
		{ p[++n] = $3 }
		END { put() }'
}

# run SET SPLIT EFFECT VARIANTS SEED: the facts of one run, without a header.
run() {
	local experiments each users names k n running=0
	IFS='|' read -r _ experiments each users names < <(table "$sets" |
		grep "^$1|")
	n=$((experiments / each))
	mkdir "$5" && cd "$5"
	# shellcheck disable=SC2086 # a list of words
	definitions "$3" $names
	for ((k = 1; k <= n; k++)); do
		if [ "$running" -eq "$(nproc)" ]; then
			wait -n
			running=$((running - 1))
		fi
		(shard "$k" "$n" "$experiments" "$users" "$4" "$5") &
		running=$((running + 1))
	done
	for ((; running > 0; running--)); do
		wait -n
	done
	{
		cat ./*/facts | rates "$3"
		[ "$3" != none ] || LC_ALL=C sort ./*/p | distances
	} | sed "s|^|$experiments\t$users\t$2\t$3\t|"
	cd .. && rm -r "$5"
}

dir=$(mktemp -d "${TMPDIR:-/tmp}/abpipe-calibrate.XXXXXX")
trap 'wait; rm -rf "$dir"' EXIT
cd "$dir"

printf '%s\t' experiments users split effect metric test fact n value
printf 'nominal\n'
for set in "$@"; do
	grep -q "^$set|" < <(table "$sets") || {
		echo "calibrate.sh: there is no set '$set'" >&2
		exit 2
	}
	while IFS='|' read -r split variants; do
		for effect in none some; do
			run "$set" "$split" "$effect" "$variants" "$seed"
			seed=$((seed + 1))
		done
	done < <(table "$splits")
done
