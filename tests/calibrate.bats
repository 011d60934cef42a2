#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A small calibration of the tests, with fixed seeds: see calibrate.sh.

load lib

setup_file() {
	FACTS=$BATS_FILE_TMPDIR/facts
	export FACTS
	bash "$BATS_TEST_DIRNAME/calibrate.sh" \
		"${BUILD:-$BATS_TEST_DIRNAME/../build}" 1 small >"$FACTS"
}

# select COLUMN=REGEXP ...: the facts whose columns match.
select_facts() {
	awk -F '\t' -v wanted="$*" '
		NR == 1 {
			for (i = 1; i <= NF; i++)
				column[$i] = i
			n = split(wanted, want, " ")
			next
		}
		{
			for (i = 1; i <= n; i++) {
				split(want[i], w, "=")
				if ($column[w[1]] !~ "^(" w[2] ")$")
					next
			}
			print
		}' "$FACTS"
}

# near NOMINAL < facts: all are within 4 standard errors of it; there are some.
near() {
	awk -F '\t' -v nominal="$1" '
		($8 - nominal) ^ 2 > 16 * nominal * (1 - nominal) / $7 {
			print
			bad = 1
		}
		END { exit bad || NR == 0 }'
}
# far NOMINAL < facts: all are further away.
far() {
	awk -F '\t' -v nominal="$1" '
		($8 - nominal) ^ 2 <= 16 * nominal * (1 - nominal) / $7 {
			print
			bad = 1
		}
		END { exit bad || NR == 0 }'
}

balanced='split=50/50 test=chi2|z|student|welch'

@test "without an effect tests reject as often as they say" {
	select_facts effect=none "$balanced" fact=rejects_5 | near 0.05
	select_facts effect=none "$balanced" fact=rejects_1 | near 0.01
}

@test "another level would be seen" {
	select_facts effect=none "$balanced" fact=rejects_5 | far 0.1
	select_facts effect=none "$balanced" fact=rejects_1 | far 0.03
}

@test "95 % of the intervals hold the difference, and the lift" {
	select_facts "$balanced" fact='(diff|lift)_holds' | near 0.95
}
@test "another confidence would be seen" {
	select_facts "$balanced" fact='(diff|lift)_holds' | far 0.9
}
