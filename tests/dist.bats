#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The distributions against the certified values of tests/ref/dist, through
# the driver build/unit/dist_eval.

load lib

ref=$TOP/tests/ref/dist

evaluate() {
	"${BUILD:-$TOP/build}/unit/dist_eval"
}

# table FILE COLUMNS [CONDITION]: the arguments of the rows for which an awk
# condition holds, then "=", then the values after that many columns.
table() {
	awk -F '\t' -v n="$2" "NR > 1 && (${3:-1})"' {
		line = $1
		for (i = 2; i <= n; i++)
			line = line "\t" $i
		print line "\t=\t" $(n + 1) "\t" $(n + 2)
	}' "$ref/$1"
}

# errors < TABLE: the relative error of each value, where doubles have digits.
errors() {
	cat >table
	sed 's/\t=.*//' table | evaluate |
		paste - <(sed 's/.*=\t//' table) |
		awk -F '\t' '
		function error(got, want) {
			if (want + 0 < 1e-307 && want + 0 > -1e-307)
				return got + 0 > 1e-307
			if (got !~ /^-?[0-9]/)
				return 9
			return got > want ? (got - want) / want \
			    : (want - got) / want
		}
		{ print error($1, $3); print error($2, $4) }'
}

# within MAX [P999] < ERRORS: the largest, and all but one in a thousand.
within() {
	sort -g | awk -v most="$1" -v usual="${2:-$1}" '
		{ e[NR] = $1 }
		END {
			p999 = e[int(NR * 0.999)]
			print NR " values, error at most " e[NR] ", p99.9 " p999
			exit !(NR > 100 && e[NR] <= most && p999 <= usual)
		}'
}

@test "incomplete beta: 1e-14, and 3e-15 for 99.9 %" {
	table betainc.tsv 4 "\$2 >= 0.5 && \$3 >= 0.5" | errors |
		within 1e-14 3e-15
}

@test "incomplete beta with a small parameter: 1e-12" {
	table betainc.tsv 4 "\$2 < 0.5 || \$3 < 0.5" | errors | within 1e-12
}

@test "incomplete gamma: 1e-14, and 3e-15 for 99.9 %" {
	table gammainc.tsv 3 "\$2 >= 0.5" | errors | within 1e-14 3e-15
}

@test "incomplete gamma with a small shape: 1e-12" {
	table gammainc.tsv 3 "\$2 < 0.5" | errors | within 1e-12
}

@test "Student t: 8e-15" {
	table t.tsv 3 | errors | within 8e-15
}

@test "F: 8e-15" {
	table F.tsv 4 | errors | within 8e-15
}

@test "chi-square: 8e-15" {
	table chi2.tsv 3 | errors | within 8e-15
}

@test "normal: 5e-16" {
	table normal.tsv 2 | errors | within 5e-16
}

@test "noncentral t: 1e-11" {
	table nct.tsv 4 | errors | within 1e-11
}

@test "logarithms of tails that no double holds: 1e-15" {
	# How many parameters each has.
	awk -F '\t' 'BEGIN { n["N"] = 1; n["B"] = n["F"] = 3 } NR > 1 {
		line = "l" $1
		for (i = 1; i <= (n[$1] ? n[$1] : 2); i++)
			line = line "\t" $(i + 1)
		print line "\t" $5 > "arguments"
		print $6 > "values"
	}' "$ref/logp.tsv"
	evaluate <arguments | paste - values | awk -F '\t' '
		{ e = ($1 - $2) / $2; if (e < 0) e = -e; if (e > most) most = e }
		END { print NR, most; exit !(NR == 45 && most <= 1e-15) }'
}

@test "quantiles: 2e-15 for each unit of the condition number" {
	# The condition is that of the tail p(x): 1 / |d log p / d log x|, by
	# the tails at x (1 - h) and x (1 + h).  To round x, and to read the
	# value here, costs 2^-53 each.
	awk -F '\t' -v OFS='\t' 'NR > 1 && $5 != "NA" {
		print "q" $1, $2, $3, $4 > "arguments"
		print $1, $2, $5 > "values"
		for (side = -1; side <= 1; side += 2) {
			x = sprintf("%.17g", $5 * (1 + side * 1e-6))
			if ($1 == "B")
				print "B", $3, $4, x > "near"
			else if ($1 == "G")
				print "G", $3, x > "near"
			else if ($1 == "N")
				print "N", x > "near"
			else if ($1 == "F")
				print "F", x, $3, $4 > "near"
			else
				print $1, x, $3 > "near"
		}
	}' "$ref/quantile.tsv"
	evaluate <near | paste - - >tails
	evaluate <arguments | paste - values tails | awk -F '\t' '
		function abs(x) { return x < 0 ? -x : x }
		{
			slope = $2 == "B" ? ($7 - $5) / $5 : ($8 - $6) / $6
			condition = 2e-6 / (abs(slope) + 1e-300)
			if ($1 !~ /^-?[0-9]/ ||
			    abs(($1 - $4) / $4) > 2e-15 * condition + 2.3e-16) {
				print
				failed++
			}
		}
		END { print NR, failed + 0; exit !(NR > 800 && !failed) }'
}

@test "the functions are timed, each by its own lines" {
	printf 'N\t1\nqT\t0.1\t7\nN\t-3\n' |
		"${BUILD:-$TOP/build}/unit/dist_eval" --time | cut -f 1-2 >out
	printf 'N\t2\nqT\t1\n' | cmp - out
}

@test "a malformed line is refused" {
	for line in 'X\t1' 'N' 'N\tx' 'T\t1' 'qN' 'lN\t1' 'lN\t1\tM'; do
		if printf '%b\n' "$line" | evaluate >out 2>err; then
			echo "taken: $line"
			return 1
		fi
		[ -s err ]
	done
}
