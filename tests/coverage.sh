#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# coverage.sh BUILD: how much of cmd/ and common/ the suite has run, in a build
# with --coverage.  Prints the share of each file's lines, then each run of
# lines that no test runs and no row of the table below explains.  Fails if
# there is one, if a row has no such lines any more, or if the share of all is
# less than 95 %.
set -u -o pipefail

least=95

# file | how the first of the lines begins | why no test runs them
known='
common/ahead.c     | fill(a, b);                | tests/faults.sh
common/aggregate.c | die("more events of one user | takes 2^32 events
common/cell.c      | return;                    | no cell is empty so far
common/draw.c      | return false;              | takes 2^32 weights
common/hash.c      | hash_key[0]                | tests/faults.sh
common/moments.c   | return false;              | takes a whole_int of 64 bits
common/moments.c   | return false;              | as above
common/opt.c       | exit(DIE_STATUS);          | a system without /dev/null
common/out.c       | remove_and_reraise(int sig) | counts are lost with the process
common/out.c       | signal(signals[i], SIG_IGN); | as above
common/out.c       | nameless[0]                | a system without /proc
common/out.c       | continue;                  | tests/faults.sh
common/out.c       | pending = 0;               | tests/faults.sh
common/out.c       | die("%s: %s", shown(o)     | tests/faults.sh
common/out.c       | die("%s: %s", o->path      | tests/faults.sh
common/result.c    | return 0;                  | qsort compares no row with itself here
common/roster.c    | die("more exposures        | takes 2^32 exposures
common/slots.c     | die("more ids              | takes 2^32 ids
common/slots.c     | slots_grow(s);             | takes a run of 64 slots at the end, by chance
common/slots.c     | slots_grow(s);             | as above
common/stats.c     | s->multiplier              | tests/faults.sh
common/stats.c     | die("more metrics          | takes 2^32 arms
common/table.c     | die("more ids              | takes 2^32 ids
common/xalloc.c    | die("out of memory");      | tests/faults.sh
common/xalloc.c    | die("out of memory");      | takes more than a size_t counts
common/xalloc.c    | die("out of memory");      | tests/faults.sh
'

# What depends on the processor.
if grep -qs avx512_vbmi2 /proc/cpuinfo; then
	known+='common/ends.c | way++; | the first way does'
else
	known+='common/ends.c | return __builtin_cpu_supports | takes AVX-512
common/ends.c | put16(uint32_t | takes AVX-512'
fi

table() {
	sed -e '/^$/d' -e 's/ *| */|/g' -e 's/ *$//' <<<"$known"
}

# gcov writes "count:line:text" for each line of each source; "-" counts no
# code, "#####" or "=====" code that was not run.  Line 0 is about the file.
gcov -t "$1"/c*/*.gcno "$1"/tests/unit/*.gcno 2>/dev/null |
	awk -F '|' -v least="$least" '
	NR == FNR {
		of[NR] = $1
		begins[NR] = $2
		next
	}
	{
		count = text = $0
		sub(/:.*/, "", count)
		sub(/^[^:]*:/, "", text)
		line = text + 0
		sub(/^[^:]*:[\t ]*/, "", text)
	}
	line == 0 {
		if (sub(/^Source:/, "", text))
			file = text
		next
	}
	file !~ /^(cmd|common)\// || count ~ /-$/ { next }
	!((file, line) in code) {
		code[file, line] = text
		lines[file]++
	}
	line > last[file] { last[file] = line }
	count !~ /[#=]/ { run[file, line] }

	# Whether a row is about that place; each serves once.
	function has_reason(file, text,    i) {
		for (i in of)
			if (!(i in served) && of[i] == file &&
			    index(text, begins[i]) == 1) {
				served[i]
				return 1
			}
		return 0
	}
	# Go through the lines of a file, and count those that were run.
	function look(file,    n, ran, before) {
		for (n = 1; n <= last[file]; n++) {
			if (!((file, n) in code))
				continue
			if ((file, n) in run)
				ran++
			else if (before != "no" && !has_reason(file, code[file, n]))
				faults[++n_faults] = file ":" n \
				    ": not run: " code[file, n]
			before = (file, n) in run ? "yes" : "no"
		}
		return ran + 0
	}
	function share(what, ran, all) {
		return sprintf("%-22s %5.1f %% of %5d lines", what,
		    all > 0 ? 100 * ran / all : 0, all)
	}
	END {
		for (file in lines) {
			ran = look(file)
			print share(file, ran, lines[file]) | "sort"
			total += ran
			all += lines[file]
		}
		close("sort")
		print share("all", total, all)
		for (i in of)
			if (!(i in served))
				faults[++n_faults] = of[i] \
				    ": run by now, or gone: " begins[i]
		for (i in faults)
			print faults[i] | "sort -t : -k 1,1 -k 2n"
		exit n_faults > 0 || total < all * least / 100
	}' <(table) -
