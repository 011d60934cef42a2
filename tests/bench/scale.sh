#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# scale.sh BUILD: how the pipeline's cost grows with the events, the metrics
# and the experiments, and how many results abtest writes a second.  Every
# figure is the median of three runs.
set -eu -o pipefail
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

runs=3

header() {
	printf '\n%12s %10s %10s %10s %8s %8s %8s %8s   %s\n' "$1" metrics \
		exposures events seconds 'CPU s' us/row 'peak MB' "${2:-}"
}

# point LABEL: run the pipeline on what is there, and print a line: the size,
# the time and the CPU time, and that for each row of the two inputs.
point() {
	local exposures events
	: >times.tsv
	for _ in $(seq "$runs"); do
		measure pipeline pipeline
	done
	exposures=$(rows_of exposures.tsv)
	events=$(rows_of events.tsv)
	printf '%12s %10d %10d %10d %8.2f %8.2f %8.2f %8.0f' "$1" \
		"$(rows_of metrics.tsv)" "$exposures" "$events" \
		"$(median pipeline 2)" "$(median pipeline 3)" \
		"$(per "$(median pipeline 3)" $((exposures + events)))" \
		"$(median pipeline 4)"
}

# per SECONDS N: microseconds a piece.
per() {
	awk "BEGIN { print $1 * 1e6 / $2 }"
}

# share_of_passes M: the CPU time of M metrics in one pass, against that of as
# many passes with the one metric that came first.
share_of_passes() {
	local took
	took=$(median pipeline 3)
	[ "$1" -gt 1 ] || one=$took
	awk "BEGIN { printf \"   %.3f\n\", $took / ($1 * $one) }"
}

# metrics N EVENTS: N metrics that count the events 1 to EVENTS in turn.
metrics() {
	awk -v n="$1" -v events="$2" 'BEGIN {
		OFS = "\t"
		split("binary count sum mean", how, " ")
		print "metric_id", "display_name", "event_name", "window_start", \
		    "window_end", "aggregation"
		for (i = 0; i < n; i++)
			print "metric_" i + 1, "", "event_" i % events + 1, "0d", \
			    i % 14 + 1 "d", how[i % 4 + 1]
	}' >metrics.tsv
}

# events N RATE: so many kinds of events, RATE events a user in all.
events() {
	awk -v n="$1" -v rate="$2" 'BEGIN {
		OFS = "\t"
		print "event_name", "variant", "process", "rate", "days", "value"
		for (i = 1; i <= n; i++)
			print "event_" i, "*", "poisson", rate / n, 14, \
			    "lognormal(3,0.5)"
	}' >model.tsv
	stage abgen-events -m model.tsv exposures.tsv >events.tsv
}

header events
for million in 1 3 10 30; do
	generate $((million * 97500))
	point "$million million"
	echo
done

# What each metric adds is its values, one for each of the exposures.
header metrics 'of as many passes'
generate_exposures 10000 >exposures.tsv
events 1000 50
for n in 1 10 100 1000; do
	metrics "$n" 1000
	point 'own events'
	share_of_passes "$n"
done

# Here each event counts for all metrics, so that the work is their product.
header metrics 'of as many passes'
events 1 5
for n in 1 10 100; do
	metrics "$n" 1
	point 'same events'
	share_of_passes "$n"
done

header experiments
for n in 1 10 100 1000; do
	stage abgen-exposures --population 320000 --experiments "$n" \
		--sample-size $((200000 / n)) >exposures.tsv
	abmetrics "$here/../../examples/metrics.json" >metrics.tsv
	stage abgen-events exposures.tsv >events.tsv
	point "$n"
	echo
done

# Two rows of sums, of the variants A and B, as those of a thousand metrics in
# a thousand experiments.
generate 1000
abwindow -m metrics.tsv exposures.tsv events.tsv | abagg -m metrics.tsv |
	abstat -m metrics.tsv | awk -F '\t' -v OFS='\t' '
		NR == 1
		$1 == "revenue_14d" && $2 == 0 { row[++n] = $0 }
		END {
			for (i = 0; i < 1000000; i++)
				for (v = 1; v <= n; v++) {
					$0 = row[v]
					$1 = "metric_" i % 1000
					$2 = int(i / 1000)
					print
				}
		}' >stats.tsv
: >times.tsv
for _ in $(seq "$runs"); do
	measure abtest 'stage abtest stats.tsv' results.tsv
done
n=$(rows_of results.tsv)
printf '\nabtest: %d results, %.2f s, %.0f of them a second; peak %.0f MB\n' \
	"$n" "$(median abtest 2)" \
	"$(awk "BEGIN { print $n / $(median abtest 2) }")" \
	"$(median abtest 4)"
