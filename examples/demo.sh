#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A whole A/B analysis: 8000 users, two experiments of 5000 users each, with
# their events, from nothing to a report.  Needs the programs in PATH.
set -eu -o pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

abmetrics "$(dirname "$0")/metrics.json" >"$dir/metrics.tsv"
abgen-exposures >"$dir/exposures.tsv"
abgen-events "$dir/exposures.tsv" >"$dir/events.tsv"

abwindow -m "$dir/metrics.tsv" "$dir/exposures.tsv" "$dir/events.tsv" |
	abagg -m "$dir/metrics.tsv" |
	abtest -m "$dir/metrics.tsv" |
	abreport -m "$dir/metrics.tsv"
