#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Messages, whatever the text that they show.

load lib

values() {
	rows 'experiment_id|variant|user_id|m' "$@"
}

@test "a name in a message is harmless to a terminal, and one line" {
	name=$'no\033[31m\n\302\233file\377 \303\251'
	refuses 'abtest: no?[31m???file? é: ' abtest "$name"
	values | sed $'1s/variant/\033c/' >odd
	refuses 'its columns are: experiment_id	?c	user_id' abtest odd
	refuses "extra operand '?[2J'" abgen-users $'\033[2J'
}

@test "a long field, or a long name of a column, is cut off in its message" {
	values "e|A|u|$(printf '%0200dx' 1)" >long
	refuses "$(printf " -m: '%087d...'" 0)" abtest long
	values "e|A|u|1x" | sed "1s/m$/$(printf '%0200d' 0)/" >long
	refuses "$(printf "long:2: %095d: bad number" 0)" abtest long
}

@test "a message is one line of 2048 bytes at most" {
	refuses 'abtest: xxx' abtest "$(printf '%04000d' 0 | tr 0 x)"
	[ "$(wc -c <refused.err)" -le 2048 ]
}
