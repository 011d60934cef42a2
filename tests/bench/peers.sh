#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# peers.sh BUILD PEERS [USERS]: the pipeline beside other ways to the same
# result, on two experiments of USERS users each (one million) and their
# events.  PEERS is where fetch.sh put those that npm has.  All must agree with
# the pipeline on n, mean and deviation to 1e-9.  They run in turn, and the
# figures are medians of five runs; who takes more than twenty seconds runs once.
set -eu -o pipefail
peers=$(mkdir -p "$2" && cd "$2" && pwd)
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

users=${3:-1000000}
runs=5

[ -n "$gnu_time" ] || {
	echo "peers.sh: needs GNU time: apt-get install time" >&2
	exit 2
}
export NODE_PATH=$peers/duckdb/node_modules:$peers/chdb/node_modules
NODE_PATH+=:$peers/polars/node_modules

# Debian's python3 has Debian's pandas; another may come first in PATH.
python=python3
"$python" -c 'import pandas' 2>/dev/null || python=/usr/bin/python3

has_node() {
	node -e "require('$1')" 2>/dev/null
}
has_pandas() {
	"$python" -c 'import pandas' 2>/dev/null
}
has() {
	type "$@" >/dev/null 2>&1
}

with_node() {
	stage node "$here/peers/$1.js"
}
with_pandas() {
	stage "$python" "$here/peers/notebook.py"
}
with_sort() {
	stage bash "$here/peers/unix.sh" sorted
}
with_mawk() {
	stage mawk -f "$here/peers/metrics.awk" -f "$here/peers/join.awk" \
		metrics.tsv exposures.tsv events.tsv
}

# name : whether it is there : how to get it : command
table='
abpipe     : true                      :                         : pipeline
DuckDB     : has_node @duckdb/node-api : make bench-peers        : with_node duckdb
ClickHouse : has_node chdb             : make bench-peers        : with_node chdb
polars     : has_node nodejs-polars    : make bench-peers        : with_node polars
pandas     : has_pandas                : apt-get install python3-pandas : with_pandas
sort, join : has mawk datamash         : apt-get install mawk datamash  : with_sort
mawk       : has mawk                  : apt-get install mawk    : with_mawk
cat | cat  : true : : stage cat exposures.tsv events.tsv | stage cat
wc -l      : true : : stage wc -l exposures.tsv events.tsv
'
rows() {
	sed -e '/^$/d' -e 's/ *: */:/g' <<<"$table"
}

# agrees FILE: whether it has the lines of expected.tsv, in any order, with
# the same n, and the same mean and deviation to 1e-9.
agrees() {
	awk -F '\t' '
		function near(x, y) {
			return (x - y) ^ 2 <= (1e-9 * y) ^ 2
		}
		FNR == 1 { next }
		{ key = $1 FS $2 FS $3 }
		NR == FNR {
			n[key] = $4
			mean[key] = $5
			sd[key] = $6
			left++
			next
		}
		!(key in n) || $4 != n[key] || !near($5, mean[key]) ||
		    !near($6, sd[key]) { wrong = 1 }
		{
			delete n[key]
			left--
		}
		END { exit wrong || left != 0 }' expected.tsv "$1"
}

# The peers, whose output is a line a metric, experiment and variant.
is_peer() {
	[ "$1" != abpipe ] && [ "$1" != 'cat | cat' ] && [ "$1" != 'wc -l' ]
}

# Whether the last run of that name took long.
is_slow() {
	awk -F '\t' -v name="$1" '$1 == name { slow = $2 > 20 }
		END { exit !slow }' times.tsv
}

generate "$users"
abwindow -m metrics.tsv exposures.tsv events.tsv | abagg -m metrics.tsv |
	abstat -m metrics.tsv | cut -f 1-6 >expected.tsv
mkdir sorted small numpy
: >times.tsv
while IFS=: read -r name there _ command; do
	if eval "$there"; then
		printf '%s:%s\n' "$name" "$command"
	fi
done < <(rows) >present

for _ in $(seq "$runs"); do
	while IFS=: read -r name command; do
		! is_slow "$name" || continue
		measure "$name" "$command" result.tsv
		! is_peer "$name" || agrees result.tsv || {
			echo "peers.sh: $name has another result" >&2
			exit 1
		}
	done <present
done

printf '%s exposures, %s events, %s MB; %s metrics; %s cores\n\n' \
	"$(rows_of exposures.tsv)" "$(rows_of events.tsv)" \
	"$(($(bytes_of exposures.tsv events.tsv) / 1000000))" \
	"$(rows_of metrics.tsv)" "$(nproc)"
printf '%-20s %4s %8s %8s %8s   %s\n' '' runs seconds 'CPU s' 'peak MB' \
	'times those of abpipe'
while IFS=: read -r name _ how _; do
	if grep -q "^$name:" present; then
		printf '%s\t%s\t%s\t%s\t%s\n' "$name" \
			"$(grep -c "^$name	" times.tsv)" "$(median "$name" 2)" \
			"$(median "$name" 3)" "$(median "$name" 4)"
	else
		printf '%s\tnot installed (%s)\n' "$name" "$how"
	fi
done < <(rows) | awk -F '\t' '
	NF == 2 {
		printf "%-20s %s\n", $1, $2
		next
	}
	NR == 1 {
		seconds = $3
		cpu = $4
		memory = $5
	}
	{
		printf "%-20s %4d %8.2f %8.2f %8.0f %8.2f %8.2f %8.2f\n", $1, $2, \
		    $3, $4, $5, $3 / seconds, $4 / cpu, $5 / memory
	}'

# What makes such data: the suite, and numpy with to_csv, a tenth as much.
measure small "(cd small && generate $((users / 10)))"
! has_pandas || measure numpy \
	"(cd numpy && stage $python $here/peers/generate.py $((users / 10)))"
printf '\n%-20s %8s\n' 'generating' MB/s
for name in small numpy; do
	grep -q "^$name	" times.tsv || continue
	printf '%s\t%s\t%s\n' "$name" "$(median "$name" 2)" \
		"$(bytes_of "$name"/*.tsv)"
done | awk -F '\t' '{
	printf "%-20s %8.0f\n", $1 == "small" ? "abgen-*" : "numpy, pandas", \
	    $3 / 1e6 / $2
}'
