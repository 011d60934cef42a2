#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The examples of README.md and of every page, run as they stand, and the
# options of every page against those of --help.

load lib

# The literal blocks of a page, or the fenced ones of README.md, each ended by
# a line "%%".
blocks() {
	case $1 in
	*.md) awk '/^```/ { if (on) print "%%"; on = !on; next } on' "$1" ;;
	*) awk '/^\.Bd/ { on = 1; next } /^\.Ed/ { on = 0; print "%%" } on' \
		"$1" | sed -e 's/\\e/\\/g; s/\\&//g; s/\\-/-/g; s/\\(aq/'\''/g' ;;
	esac
}

# run_examples FILE: run each "$ " command, continued by "> ", in a copy of
# examples/, and compare what it writes with the lines that follow it.
run_examples() {
	local n=0 command='' expected='' line
	cp -R "$EXAMPLES"/. .
	while IFS= read -r line; do
		case $line in
		'> '*)
			command+=$'\n'${line#> }
			;;
		'$ '* | '%%')
			if [ -n "$command" ]; then
				diff -u --label "$command" --label actual \
					<(printf '%s' "$expected") \
					<(bash -o pipefail -c "$command" 2>&1) ||
					return 1
				n=$((n + 1))
			fi
			command=${line#'$ '} expected=''
			[ "$line" = '%%' ] && command=''
			;;
		*) expected+=$line$'\n' ;;
		esac
	done < <(blocks "$1")
	echo "$n examples"
	[ "$n" -gt 0 ]
}

@test "the examples of README.md" {
	run_examples "$TOP/README.md"
}

@test "the examples of every page" {
	for page in "$TOP"/man/*.[1-9]; do
		echo "$page"
		(mkdir "${page##*/}" && cd "${page##*/}" && run_examples "$page")
	done
}

@test "every page lists the options of --help, and no others" {
	for page in "$TOP"/man/*.1; do
		diff -u --label "$page" --label --help \
			<(grep -oE '^\.It .*Fl Fl [a-z0-9-]+' "$page" |
				sed 's/.*Fl Fl //' | sort) \
			<("$(basename "$page" .1)" --help |
				grep -oE '^ +(-[a-zA-Z], )?--[a-z0-9-]+' |
				sed 's/.*--//' | sort)
	done
}

@test "every program has a page and tests" {
	for source in "$TOP"/cmd/*.c; do
		name=$(basename "$source" .c)
		[ -f "$TOP/man/$name.1" ] && [ -f "$TOP/tests/$name.bats" ]
	done
}
