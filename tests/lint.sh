#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# lint.sh BUILD PURE FILE ...: what the compiler does not say about the
# sources, scripts and pages named.  Prints each fault and fails at the end.
set -u -o pipefail

build=$1 pure=$2
shift 2
faults=0

fault() {
	printf 'lint: %s\n' "$*" >&2
	faults=$((faults + 1))
}

# A function of the pure half may call these and what is beside it.  Of the
# maths library they are those that are exact or rounded correctly: the others
# differ in the last digit from one C library or processor to the next.
exact='sqrt|fabs|fmax|fmin|frexp|ldexp|copysign|nextafter|floor|ceil|trunc|rint'
libc="$exact|mem(cpy|set|move|cmp)|__mem(cpy|set)_chk|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_"

check_pure() {
	local object beside symbols
	beside=$(for name in $pure; do
		nm -g --defined-only "$build/common/$name.o"
	done | awk 'NF == 3 { print $3 }' | paste -sd '|')
	for name in $pure; do
		object=$build/common/$name.o
		symbols=$(nm -u "$object" | awk '{ print $2 }' |
			grep -Evx "$libc|$beside" | paste -sd ' ')
		[ -z "$symbols" ] ||
			fault "common/$name.c is not pure, for it calls: $symbols"
		size -A "$object" | awk '/^\.(data|bss) / { n += $2 }
			END { exit n > 0 }' ||
			fault "common/$name.c has data that can change"
	done
}

# Where mandoc looks for the pages that the pages refer to.
export MANPATH=$build/manpath
for file in man/*.[1-9]; do
	section=$MANPATH/man${file##*.}
	mkdir -p "$section" && cp "$file" "$section"
done
for other in awk bash cmp cut join paste sort uniq; do
	printf '.Dd x\n.Dt X 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd x\n' "$other" \
		>"$MANPATH/man1/$other.1"
done
makewhatis "$MANPATH" 2>/dev/null

for file in "$@"; do
	case $file in
	*.h)
		cc -std=c11 -I. -D_GNU_SOURCE -Wall -Wextra -fsyntax-only \
			-x c "$file" || fault "$file does not compile alone"
		;;&
	*.[ch])
		clang-format --dry-run -Werror "$file" ||
			fault "$file is not formatted: clang-format -i $file"
		;;&
	*.[ch] | *.sh | *.bats | *.bash | .ci/run | *.[1-9])
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
			fault "$file has no SPDX line"
		;;&
	*.sh | *.bats | *.bash | .ci/run)
		shellcheck -x "$file" || fault "$file: shellcheck"
		;;&
	*.[1-9])
		mandoc -Tlint -Wstyle "$file" || fault "$file: mandoc"
		;;
	esac
done
check_pure
[ "$faults" -eq 0 ] || exit 1
echo "lint: no faults"
