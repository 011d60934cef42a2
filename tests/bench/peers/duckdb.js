// SPDX-License-Identifier: MIT
// duckdb.js: the pipeline's result from DuckDB.  One pass over the events:
// those that some metric counts are joined to the exposures, and aggregated
// by user and experiment, conditionally for each metric.
'use strict';
const { DuckDBInstance } = require('@duckdb/node-api');
const os = require('os');
const { readMetrics, eventNames, printResults } = require('./metrics.js');

const metrics = readMetrics();
const names = eventNames(metrics).map(name => `'${name}'`).join(', ');

const read = (file, columns) => `read_csv('${file}', delim = '\t',
	header = true, auto_detect = false, quote = '', escape = '',
	new_line = '\\n', columns = {${columns}})`;

function valueOf(metric, i) {
	const counts = `v.name = list_position([${names}], '${metric.event}')
		and v.t - e.t between ${metric.first}::bigint * 1000000
			and ${metric.last}::bigint * 1000000`;

	switch (metric.aggregation) {
	case 'binary': return `max((${counts})::int) m${i}`;
	case 'count': return `sum((${counts})::int) m${i}`;
	case 'sum': return `sum(case when ${counts} then v.value else 0 end) m${i}`;
	default: throw new Error(`no query for ${metric.aggregation}`);
	}
}

const query = `
	with e as materialized (
		select user_id, experiment_id, variant, epoch_us(exposure_time) t
		from ${read('exposures.tsv', `user_id: 'uinteger',
			experiment_id: 'uinteger', variant: 'varchar',
			exposure_time: 'timestamp'`)}),
	v as (
		select user_id, list_position([${names}], event_name) as name,
			epoch_us(event_time) t, event_value as value
		from ${read('events.tsv', `user_id: 'uinteger',
			event_name: 'varchar', event_time: 'timestamp',
			event_value: 'double'`)}
		where event_name in (${names})),
	n as (
		select experiment_id, variant, count(*)::double n
		from e group by all),
	u as (
		select e.experiment_id, any_value(e.variant) variant,
			${metrics.map(valueOf).join(', ')}
		from v join e using (user_id)
		group by e.user_id, e.experiment_id)
	select experiment_id, variant, n,
		[${metrics.map((_, i) => `sum(m${i})::double`).join(', ')}],
		[${metrics.map((_, i) => `sum(m${i} * m${i})::double`).join(', ')}]
	from n join u using (experiment_id, variant)
	group by all`;

async function main() {
	const instance = await DuckDBInstance.create(':memory:', {
		threads: String(os.cpus().length),
		preserve_insertion_order: 'false',
	});
	const connection = await instance.connect();
	const rows = (await connection.runAndReadAll(query)).getRowsJS();

	printResults(metrics, rows.map(([experiment, variant, n, sums, squares]) =>
		({ experiment, variant, n, sums, squares })));
}

main();
