#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rng.sh BUILD: the random numbers at length: the generator's words
# through dieharder, in three layouts, and the unit tests' statistics over ten
# million draws.  Prints what was run, with which result, and fails if a test
# does, or if dieharder calls more p-values WEAK, which by chance one in a
# hundred is, than chance explains.
set -u -o pipefail

unit=$(cd "$1" && pwd)/unit
seed=1 draws=10000000

command -v dieharder >/dev/null || {
	echo "rng.sh: there is no dieharder: apt-get install dieharder" >&2
	exit 2
}

# layout | further arguments of rng_words
layouts='
one stream          |
256 streams in turn | streams 256
4 words of each row | rows 4
'

# dieharder's number of the test | sizes of its tuples | layouts.  All that it
# calls good, with tuples that leave the whole within ten minutes.
tests='
0   | 0       | all # birthdays
1   | 0       | all # overlapping permutations
2   | 0       | all # ranks of 32x32 matrices
3   | 0       | all # ranks of 6x8 matrices
4   | 0       | all # bitstream
8   | 0       | all # count of ones, stream
9   | 0       | all # count of ones, bytes
10  | 0       | all # parking lot
11  | 2       | all # minimum distance in the plane
12  | 3       | all # minimum distance in space
13  | 0       | all # squeeze
15  | 0       | all # runs
16  | 0       | all # craps
17  | 0       | one # greatest common divisors
100 | 0       | all # single bits
101 | 0       | all # runs of bits
102 | 0       | all # serial, 1 to 16 bits
200 | 1 2 4   | all # distribution of bits
201 | 2 3     | all # minimum distance, generalised
202 | 2 3 4 5 | all # permutations
203 | 0 3 7   | all # lagged sums
204 | 0       | all # Kolmogorov and Smirnov
205 | 0       | all # bytes
206 | 0       | all # discrete cosine transform
207 | 0       | all # trees that fill
208 | 0       | all # trees that fill, by bits
209 | 12      | all # patterns of bits
'

table() {
	sed -e '/^$/d' -e 's/ *#.*//' -e 's/ *| */|/g' -e 's/ *$//' <<<"$1"
}

# dieharder_of LAYOUT TEST TUPLE: "test|tuple|size|samples|p|assessment", a row
# for each p-value.
dieharder_of() {
	local -a layout
	read -ra layout <<<"$1"
	# It reads as many words as it needs; the rest die of SIGPIPE.
	{ "$unit/rng_words" "$seed" 0 1000000000000 "${layout[@]}" || :; } |
		dieharder -g 200 -d "$2" -n "$3" -D test_name -D ntuple \
			-D tsamples -D psamples -D pvalues -D assessment |
		sed -n -e 's/ //g' -e '/^[a-z0-9_]*|[0-9]*|/p'
}

# all_tests: "layout|test|tuple|size|samples|p|assessment" of everything.
all_tests() {
	local number tuples where tuple layout arguments
	while IFS='|' read -r number tuples where; do
		while IFS='|' read -r layout arguments; do
			for tuple in $tuples; do
				dieharder_of "$arguments" "$number" "$tuple" |
					sed "s/^/$layout|/"
			done
			[ "$where" = all ] || break
		done < <(table "$layouts")
	done < <(table "$tests")
}

# summary < all_tests: a Markdown table, with the p-value of each test in each
# layout, or their number, the least and the greatest.  Fails if a test does,
# or if more are weak than chance explains.
summary() {
	awk -F '|' '
		function note(x, list, n) {
			if (x in seen)
				return n
			seen[x]
			list[++n] = x
			return n
		}
		{
			n_layouts = note($1, layouts, n_layouts)
			test = $2 " | " $3 " | " $4 " × " $5
			n_tests = note(test, tests, n_tests)
			key = test SUBSEP $1
			n[key]++
			if (!(key in low) || $6 < low[key])
				low[key] = $6
			if (!(key in high) || $6 > high[key])
				high[key] = $6
			if ($7 != "PASSED")
				bad[key] = bad[key] " " $7
			weak += $7 == "WEAK"
			failed += $7 == "FAILED"
		}
		END {
			line = "| test | tuple | samples |"
			rule = "| --- | --- | --- |"
			for (j = 1; j <= n_layouts; j++) {
				line = line " " layouts[j] " |"
				rule = rule " --- |"
			}
			print line "\n" rule
			for (i = 1; i <= n_tests; i++) {
				line = "| " tests[i] " |"
				for (j = 1; j <= n_layouts; j++) {
					key = tests[i] SUBSEP layouts[j]
					if (n[key] == 1)
						line = line " " low[key]
					else if (n[key] > 1)
						line = line " " n[key] ": " \
						    low[key] " to " high[key]
					line = line bad[key] " |"
				}
				print line
			}
			print ""
			print NR " p-values: " failed + 0 " failed, " \
			    weak + 0 " weak, " NR / 100 " expected."
			exit NR == 0 || failed > 0 || \
			    weak > NR / 100 + 4 * sqrt(NR / 100)
		}'
}

faults=0
all_tests | summary || faults=1
for test in rng draw; do
	printf 'tests/unit/%s.c, %s draws: ' "$test" "$draws"
	"$unit/$test" "$draws" || faults=1
done
exit "$faults"
