#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The programs of tests/unit, which test common/ directly.

load lib

@test "the unit tests of common/" {
	cd "$TOP"
	failed=0
	for source in tests/unit/*.c; do
		name=$(basename "$source" .c)
		"${BUILD:-build}/unit/$name" </dev/null \
			>"$BATS_TEST_TMPDIR/$name" 2>&1 &
		running[$!]=$name
	done
	for process in "${!running[@]}"; do
		wait "$process" || {
			echo "${running[$process]}:"
			cat "$BATS_TEST_TMPDIR/${running[$process]}"
			failed=1
		}
	done
	[ "$failed" -eq 0 ]
}
