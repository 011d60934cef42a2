#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A small calibration of the tests of abtest, with fixed seeds: calibrate.sh
# says what its facts are.

load lib

setup_file() {
	facts=$BATS_FILE_TMPDIR/facts
	export facts
	bash "$BATS_TEST_DIRNAME/calibrate.sh" \
		"${BUILD:-$BATS_TEST_DIRNAME/../build}" 1 small >"$facts"
}

# those 'COLUMN=REGEXP' ...: "test n value" of the facts that match.
those() {
	awk -F '\t' -v wanted="$*" '
		BEGIN { n = split(wanted, want, " ") }
		NR == 1 {
			for (i = 1; i <= NF; i++)
				column[$i] = i
			next
		}
		{
			for (i = 1; i <= n; i++) {
				split(want[i], w, "=")
				if ($column[w[1]] !~ "^(" w[2] ")$")
					next
			}
			print $column["test"], $column["n"], $column["value"]
		}' "$facts"
}

# errors_from NOMINAL < facts: the distance in standard errors.
errors_from() {
	awk -v p="$1" '{ print $0, ($3 - p) / sqrt(p * (1 - p) / $2) }'
}

# all CONDITION < lines: an awk condition that holds for every line.
all() {
	awk "!($1) { print; bad = 1 } END { exit bad || NR == 0 }"
}
near() {
	errors_from "$1" | all "\$4 ^ 2 <= 16"
}
far() {
	errors_from "$1" | all "\$4 ^ 2 > 16"
}

rejects='split=50/50 effect=none test=chi2|z|student|welch fact=rejects'

@test "without an effect tests reject as often as they say" {
	those "${rejects}_5" | near 0.05
	those "${rejects}_1" | near 0.01
}

@test "another level would be seen" {
	those "${rejects}_5" | far 0.1
	those "${rejects}_1" | far 0.05
}

holds='split=50/50 fact=diff_holds|lift_holds'

@test "95 % of the intervals hold the truth" {
	those "$holds" | near 0.95
}

@test "another confidence would be seen" {
	those "$holds" | far 0.99
}

@test "p-values of means are uniform without an effect" {
	those split=50/50 effect=none 'metric=counts|spread' fact=ks |
		all "\$3 < 1.628 / sqrt(\$2)"
}

@test "an effect makes all tests reject more often" {
	those split=50/50 effect=some fact=rejects_5 | all "\$3 > 0.15"
}

@test "Yates' correction rejects less often than the others" {
	those metric=conversion effect=none fact=rejects_5 split=50/50 |
		sort -n -k 3 | head -n 1 | all "\$1 == \"chi2-yates\""
}

@test "a small arm that varies more takes Welch's test, not Student's" {
	local case='metric=spread split=90/10 effect=none fact=rejects_5'
	those "$case" test=welch | near 0.05
	those "$case" test=student | far 0.05
}
