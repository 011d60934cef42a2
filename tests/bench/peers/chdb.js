// SPDX-License-Identifier: MIT
// chdb.js: the pipeline's result from ClickHouse, which chdb has as a
// library.  One pass over the events: those that some metric counts are joined
// to the exposures, and aggregated by user and experiment, conditionally for
// each metric.
'use strict';
const { query } = require('chdb');
const os = require('os');
const { readMetrics, eventNames, printResults } = require('./metrics.js');

const metrics = readMetrics();
const names = eventNames(metrics).map(name => `'${name}'`).join(', ');

// Plain strings are faster here than LowCardinality.
const exposures = `file('${process.cwd()}/exposures.tsv', TSVWithNames,
	'user_id UInt32, experiment_id UInt32, variant String,
	exposure_time DateTime')`;
const events = `file('${process.cwd()}/events.tsv', TSVWithNames,
	'user_id UInt32, event_name String, event_time DateTime,
	event_value Float64')`;

function valueOf(metric, i) {
	const counts = `v.name = indexOf([${names}], '${metric.event}')
		and v.t - e.t between ${metric.first} and ${metric.last}`;

	switch (metric.aggregation) {
	case 'binary': return `max(${counts}) m${i}`;
	case 'count': return `countIf(${counts}) m${i}`;
	case 'sum': return `sumIf(v.value, ${counts}) m${i}`;
	default: throw new Error(`no query for ${metric.aggregation}`);
	}
}

const settings = `settings max_threads = ${os.cpus().length},
	input_format_tsv_empty_as_default = 1, session_timezone = 'UTC'`;

// Users without events are only in the counts.
const counts = `
	select experiment_id, variant, count()
	from ${exposures} group by 1, 2 ${settings}`;
const sums = `
	select experiment_id, variant,
		[${metrics.map((_, i) => `sum(m${i})`).join(', ')}],
		[${metrics.map((_, i) => `sum(m${i} * m${i})`).join(', ')}]
	from (
		select e.experiment_id experiment_id, any(e.variant) variant,
			${metrics.map(valueOf).join(', ')}
		from (
			select user_id, indexOf([${names}], event_name) name,
				event_time::Int64 t, event_value value
			from ${events} where event_name in (${names})) v
		join (
			select user_id, experiment_id, variant,
				exposure_time::Int64 t
			from ${exposures}) e
		on v.user_id = e.user_id
		group by e.user_id, e.experiment_id)
	group by 1, 2 ${settings}`;

const rows = text => query(text, 'JSONCompactEachRow').trimEnd().split('\n')
	.map(line => JSON.parse(line));
const n = new Map(rows(counts).map(([experiment, variant, count]) =>
	[`${experiment}\t${variant}`, Number(count)]));

printResults(metrics, rows(sums).map(([experiment, variant, sum, squares]) => ({
	experiment,
	variant,
	n: n.get(`${experiment}\t${variant}`),
	sums: sum.map(Number),
	squares: squares.map(Number),
})));
