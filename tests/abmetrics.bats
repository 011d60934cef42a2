#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

header='metric_id|display_name|event_name|window_start|window_end|aggregation'
header+='|window_bounds'

# metric 'KEY=VALUE' ...: a metric in JSON, {"a": ...} with the values of keys
# such as window.end changed, each a JSON value or nothing for no such key.
metric() {
	local -A part=([metric_id]='"a"' [display_name]='"A"'
		[event]='{"name":"e"}' [start]='"0d"' [end]='"7d"'
		[bounds]='' [aggregation]='"sum"')
	local change key members='' window=''
	for change in "$@"; do
		part[${change%%=*}]=${change#*=}
	done
	for key in start end bounds; do
		[ -z "${part[$key]}" ] || window+=",\"$key\":${part[$key]}"
		unset "part[$key]"
	done
	part[window]=${part[window]-"{${window#,}}"}
	for key in "${!part[@]}"; do
		[ -z "${part[$key]}" ] || members+=",\"$key\":${part[$key]}"
	done
	printf '{%s}' "${members#,}"
}

# metrics 'CHANGE' ...: a file with the one metric that metric() makes.
metrics() {
	printf '{"m":%s}\n' "$(metric "$@")"
}

@test "the notebook's definitions" {
	abmetrics "$EXAMPLES/metrics.json" | gives "$header" \
		'conversion_7d|7-day Conversion Rate|purchase|0d|7d|binary|[]' \
		'revenue_14d|14-day Revenue|purchase|0d|14d|sum|[]' \
		'session_7d|7-day Sessions|session_start|0d|7d|count|[]'
}

@test "an array of metrics, and none" {
	printf '\n [%s,%s]' "$(metric)" "$(metric 'metric_id="b"')" |
		abmetrics | gives "$header" 'a|A|e|0d|7d|sum|[]' \
		'b|A|e|0d|7d|sum|[]'
	abmetrics <<<'{}' | gives "$header"
	abmetrics <<<' []' | gives "$header"
}

@test "a metrics TSV gets all of its columns, in their order" {
	rows 'window_end|metric_id|display_name|event_name|aggregation|window_start' \
		'7d|a|A|e|min|-1d' '1 days|b||e|max|0d' | abmetrics |
		gives "$header" 'a|A|e|-1d|7d|min|[]' 'b|b|e|0d|1 days|max|[]'
	abmetrics "$EXAMPLES/metrics.json" >out.tsv
	abmetrics out.tsv | same out.tsv -
}

@test "the metrics of JSON are those of the TSV" {
	abmetrics "$EXAMPLES/metrics.json" >metrics.tsv
	abwindow -m metrics.tsv "$EXAMPLES"/{exposures,events}.tsv >got
	abwindow -m "$EXAMPLES/metrics.tsv" \
		"$EXAMPLES"/{exposures,events}.tsv | same got -
}

@test "durations and bounds pass through as they are written" {
	metrics 'start="-14 days"' 'end="1d12h"' 'bounds="[)"' | abmetrics |
		gives "$header" 'a|A|e|-14 days|1d12h|sum|[)'
}

@test "every aggregation" {
	for how in binary count sum mean min max first last distinct_days; do
		metrics "aggregation=\"$how\"" | abmetrics --no-header |
			gives "a|A|e|0d|7d|$how|[]"
	done
}

@test "a display_name that is missing or empty is the metric_id" {
	metrics 'display_name=' | abmetrics --no-header |
		gives 'a|a|e|0d|7d|sum|[]'
	metrics 'display_name=""' | abmetrics --no-header |
		gives 'a|a|e|0d|7d|sum|[]'
}

@test "strings hold any character" {
	metrics 'display_name="\u00e9\ud83d\ude00 \"\\\/ é"' |
		abmetrics --no-header | gives 'a|é😀 "\/ é|e|0d|7d|sum|[]'
}

@test "but none that TSV cannot hold" {
	for escape in '\t' '\n' '\r' '\u0000' '\u000a'; do
		refuses "event.name of 'm': a tab, line end or NUL in" abmetrics \
			< <(metrics "event={\"name\":\"a${escape}b\"}")
	done
}

@test "what is missing is named, with the place of the metric" {
	refuses "<stdin>:1:6: metric_id of 'm': is missing" abmetrics \
		< <(metrics 'metric_id=')
	refuses "event.name of 'm': is missing" abmetrics \
		< <(metrics 'event=')
	refuses "event.name of 'm': is missing" abmetrics \
		< <(metrics 'event={}')
	refuses "window.start of 'm': is missing" abmetrics \
		< <(metrics 'start=')
	refuses "window.end of 'm': is missing" abmetrics < <(metrics 'end=')
	refuses "aggregation of 'm': is missing" abmetrics \
		< <(metrics 'aggregation=')
	refuses "metric_id of metric 2: is missing" abmetrics \
		< <(echo "[$(metric),{}]")
}

@test "a value of another kind is an error" {
	refuses "metric_id of 'm': must be a string, is a number" abmetrics \
		< <(metrics 'metric_id=7')
	refuses "window.end of 'm': must be a string, is null" abmetrics \
		< <(metrics 'end=null')
	refuses "event must be an object, is a string" abmetrics \
		< <(metrics 'event="e"')
	refuses "window must be an object, is an array" abmetrics \
		< <(metrics 'window=["0d","7d"]')
	refuses "'metric_id' must be an object, is a string" abmetrics \
		< <(metric)
	refuses "metric 1 must be an object, is true" abmetrics <<<'[true]'
}

@test "a definition that the other programs would refuse is refused" {
	refuses "window.end of 'm': bad duration '7x'" abmetrics \
		< <(metrics 'end="7x"')
	refuses "window.start of 'm': bad duration ''" abmetrics \
		< <(metrics 'start=""')
	refuses "window.end of 'm': before window_start '-1d'" abmetrics \
		< <(metrics 'end="-1d"')
	refuses "window.bounds of 'm': not one of [] [) (] (): ']['" abmetrics \
		< <(metrics 'bounds="]["')
	refuses "aggregation of 'm': unknown aggregation 'distinct days'" \
		abmetrics < <(metrics 'aggregation="distinct days"')
	refuses "metric_id of 'm': empty" abmetrics < <(metrics 'metric_id=""')
	refuses "event.name of 'm': empty" abmetrics \
		< <(metrics 'event={"name":""}')
	for id in experiment_id variant user_id; do
		refuses "metric_id of 'm': the name of another column '$id'" \
			abmetrics < <(metrics "metric_id=\"$id\"")
	done
	refuses "metric_id of metric 2: defined twice 'a'" abmetrics \
		< <(echo "[$(metric),$(metric)]")
}

@test "faults of a metrics TSV have their line and column" {
	abmetrics "$EXAMPLES/metrics.json" >good.tsv
	refuses "<stdin>:3: window_end: bad duration '14'" abmetrics \
		< <(sed 's/\t14d/\t14/' good.tsv)
	refuses "<stdin>:4: metric_id: defined twice 'revenue_14d'" abmetrics \
		< <(sed 's/^session_7d/revenue_14d/' good.tsv)
	refuses "<stdin>:2: metric_id: empty ''" abmetrics \
		< <(sed 's/^conversion_7d//' good.tsv)
	refuses "<stdin>:2: window_bounds: not one of [] [) (] (): '['" \
		abmetrics < <(sed '2s/\[\]/[/' good.tsv)
	refuses 'no column aggregation' abmetrics < <(cut -f 1-5 good.tsv)
}

@test "a fault has its line and its column in characters" {
	refuses '<stdin>:3:11: window.end' abmetrics <<'END'
[{"metric_id": "a", "event": {"name": "é"}, "aggregation": "sum", "window":
 {"start":"0d",
  "end" : "x"}}]
END
	refuses '<stdin>:1:26: window.start' abmetrics \
		<<<'{"é😀":{"window":{"start":"x","end":"0d"},
		"metric_id":"a","event":{"name":"e"},"aggregation":"sum"}}'
}

@test "an unknown key gives a warning with its place and is left out" {
	cat >unknown.json <<'END'
{"m": {"metric_id": "a", "event": {"name": "e"}, "aggregation": "sum",
	"window": {"start": "0d", "end": "7d"}, "owner":
	"me"}}
END
	abmetrics unknown.json 2>warning | gives "$header" 'a|a|e|0d|7d|sum|[]'
	echo "abmetrics: unknown.json:2:42: unknown key 'owner' in 'm', ignored" |
		same warning -
}

@test "a key is known in its own place only" {
	metrics 'event={"name":"e","x":{"name":[]}}' | abmetrics 2>warning |
		gives "$header" 'a|A|e|0d|7d|sum|[]'
	grep -q "unknown key 'x' in event of 'm', ignored$" warning
	metrics 'event={"name":"e","event":{"name":"x"}}' |
		abmetrics 2>warning | gives "$header" 'a|A|e|0d|7d|sum|[]'
	grep -q "unknown key 'event' in event of 'm', ignored$" warning
	printf '[%s}' "$(metric)" | sed 's/}}$/,"":{"metric_id":"b"}}]/' |
		abmetrics 2>warning | gives "$header" 'a|A|e|0d|7d|sum|[]'
	grep -q "unknown key '' in metric 1, ignored$" warning
	metrics 'name="x"' 'end="1d"' | abmetrics 2>warning |
		gives "$header" 'a|A|e|0d|1d|sum|[]'
	grep -q "unknown key 'name' in 'm', ignored$" warning
}

@test "an unknown column gives a warning and is left out" {
	abmetrics "$EXAMPLES/metrics.json" >good.tsv
	sed 's/$/\tx/; 1s/x$/owner/' good.tsv >unknown.tsv
	abmetrics unknown.tsv 2>warning | same good.tsv -
	echo "abmetrics: unknown.tsv:1: unknown column 'owner', ignored" |
		same warning -
}

@test "with --strict it is an error" {
	refuses "unknown key 'owner' in 'm'" abmetrics --strict \
		< <(metrics 'owner="me"')
	refuses "unknown column 'owner'" abmetrics --strict \
		< <(sed 's/$/\tx/; 1s/x$/owner/' "$EXAMPLES/metrics.tsv")
	abmetrics --strict "$EXAMPLES/metrics.json" >out
}

@test "JSON that RFC 8259 does not have is an error with its place" {
	refuses ':1:2: expected a key' abmetrics <<<"{'a':1}"
	refuses ':1:8: nothing after a comma' abmetrics <<<'{"a":1,}'
	refuses ':1:5: text after' abmetrics <<<'[1] []'
	refuses ':1:2: expected a value' abmetrics <<<'[NaN]'
	refuses ':1:4: half of a surrogate' abmetrics <<<'["a\ud83d"]'
	refuses ':1:4: a byte that is not UTF-8' abmetrics \
		< <(printf '["a\xff"]')
	refuses ':2:1: the object has this key already' abmetrics \
		<<<$'{"a":1,\n"a":2}'
	refuses 'a byte order mark' abmetrics < <(printf '\xef\xbb\xbf{}\n')
}

@test "JSON that is cut off anywhere is an error" {
	size=$(wc -c <"$EXAMPLES/metrics.json")
	for n in 1 2 30 100 $((size - 2)); do
		head -c "$n" "$EXAMPLES/metrics.json" >cut.json
		refuses 'cut.json:' abmetrics cut.json
		grep -q 'is it cut off' refused.err
	done
}

@test "nesting ends at 512" {
	nested() {
		printf '{"m":%s}' "$(metric "x=$(printf "%$1s" | tr ' ' '[')$(
			printf "%$1s" | tr ' ' ']')")"
	}
	nested 510 | abmetrics 2>warning | gives "$header" 'a|A|e|0d|7d|sum|[]'
	refuses 'nested too deeply' abmetrics < <(nested 511)
	refuses 'nested too deeply' abmetrics < <(nested 10000)
	refuses 'nested too deeply' abmetrics \
		< <(head -c 10000000 /dev/zero | tr '\0' '[')
}

@test "a megabyte works, and more than 16 MiB is an error" {
	name=$(head -c 100000 /dev/zero | tr '\0' n)
	metrics "display_name=\"$name\"" | abmetrics --no-header |
		gives "a|$name|e|0d|7d|sum|[]"
	refuses 'more than 16777216 bytes' abmetrics \
		< <(head -c 17000000 /dev/zero | tr '\0' ' ')
}

@test "an empty input is an error" {
	refuses '<stdin>: empty' abmetrics </dev/null
}
