#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The programs of tests/unit, which test common/ directly.

load lib

@test "the unit tests of common/" {
	cd "$TOP"
	failed=0
	for source in tests/unit/*.c; do
		name=$(basename "$source" .c)
		echo "$name:"
		"${BUILD:-build}/unit/$name" </dev/null || failed=1
	done
	[ "$failed" -eq 0 ]
}
