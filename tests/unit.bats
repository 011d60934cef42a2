#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Each program of tests/unit is a test, named by its file.

load lib

unit() {
	cd "$top" && "${BUILD:-$top/build}/unit/$1" </dev/null
}

for source in "$BATS_TEST_DIRNAME"/unit/*.c; do
	name=$(basename "$source" .c)
	bats_test_function --description "unit: $name" -- unit "$name"
done
