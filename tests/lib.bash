# SPDX-License-Identifier: MIT
# What every test file loads.  The programs of the build under test come first
# in PATH, and each test begins in an empty directory of its own.  Tests with
# the tag "memory" bound that of the programs, to which a sanitizer or an
# emulator adds its own; those with the tag "build" make their own build.

bats_require_minimum_version 1.5.0

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
PATH=${BUILD:-$TOP/build}:$PATH
EXAMPLES=$TOP/examples
export PATH TOP EXAMPLES

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# rows 'user_id|variant' 'u1|A': TSV lines with a tab for each bar.
rows() {
	printf '%s\n' "$@" | tr '|' '\t'
}

# same EXPECTED_FILE ACTUAL_FILE: fail with the difference.
same() {
	diff -u "$1" "$2"
}

# gives 'line' 'line' ... < output: the input is just these lines, with a bar
# for each tab.
gives() {
	diff -u <(rows "$@") -
}

# refuses TEXT COMMAND ARG ...: the command exits with 2 and writes one line on
# stderr, "program: ...", with TEXT in it.
refuses() {
	local text=$1 status=0
	shift
	"$@" >refused.out 2>refused.err || status=$?
	if [ "$status" -ne 2 ]; then
		echo "exit status $status, not 2: $*"
		cat refused.err
		return 1
	fi
	if [ "$(wc -l <refused.err)" -ne 1 ] ||
		! grep -q '^ab[a-z-]*: ' refused.err ||
		! grep -qF -- "$text" refused.err; then
		echo "expected one line with: $text"
		cat refused.err
		return 1
	fi
}

# Redirections as commands, for refuses: to FILE COMMAND ..., from FILE
# COMMAND ..., without_stdin COMMAND ..., without_stdout COMMAND ...
to() {
	"${@:2}" >"$1"
}
from() {
	"${@:2}" <"$1"
}
without_stdin() {
	"$@" <&-
}
without_stdout() {
	"$@" >&-
}
