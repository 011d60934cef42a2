// SPDX-License-Identifier: MIT
// polars.js: the pipeline's result from polars.  One pass over the events:
// those that some metric counts are joined to the exposures, and aggregated
// by user and experiment, with one column a metric.
'use strict';
const { default: pl } = require('nodejs-polars');
const { readMetrics, eventNames, printResults } = require('./metrics.js');

const metrics = readMetrics();
const names = eventNames(metrics);

const read = (file, schema) =>
	pl.scanCSV(file, { sep: '\t', schema, rechunk: false, cache: false });

// A time column of the type Datetime would be four times as slow.
const seconds = name => pl.col(name)
	.str.strptime(pl.Datetime('ms'), '%Y-%m-%d %H:%M:%S')
	.cast(pl.Int64).div(pl.lit(1e6)).cast(pl.Int64);

const exposures = read('exposures.tsv', {
	user_id: pl.UInt32, experiment_id: pl.UInt32, variant: pl.Utf8,
	exposure_time: pl.Utf8,
}).withColumn(seconds('exposure_time').alias('from'));

const events = read('events.tsv', {
	user_id: pl.UInt32, event_name: pl.Utf8, event_time: pl.Utf8,
	event_value: pl.Float64,
}).filter(pl.col('event_name').isIn(names)).select(
	pl.col('user_id'), seconds('event_time').alias('at'),
	pl.col('event_value').alias('value'),
	...names.map(name => pl.col('event_name').eq(pl.lit(name)).alias(name)));

function valueOf({ id, event, first, last, aggregation }) {
	const since = pl.col('at').sub(pl.col('from'));
	const counts = pl.col(event).and(since.gtEq(pl.lit(first)))
		.and(since.ltEq(pl.lit(last)));

	switch (aggregation) {
	case 'binary': case 'count': return counts.cast(pl.UInt32).alias(id);
	case 'sum': return pl.when(counts).then(pl.col('value'))
		.otherwise(pl.lit(0)).alias(id);
	default: throw new Error(`no query for ${aggregation}`);
	}
}

const aggregate = ({ id, aggregation }) => (aggregation === 'binary'
	? pl.col(id).max() : pl.col(id).sum()).cast(pl.Float64);

const sums = events.join(exposures, { on: 'user_id', how: 'inner' })
	.withColumns(...metrics.map(valueOf))
	.groupBy(['user_id', 'experiment_id'])
	.agg(pl.col('variant').first(), ...metrics.map(aggregate))
	.groupBy(['experiment_id', 'variant'])
	.agg(...metrics.map(({ id }) => pl.col(id).sum()),
		...metrics.map(({ id }) =>
			pl.col(id).mul(pl.col(id)).sum().alias(`${id} squared`)));

const rows = exposures.groupBy(['experiment_id', 'variant'])
	.agg(pl.count('user_id').alias('n'))
	.join(sums, { on: ['experiment_id', 'variant'], how: 'inner' })
	.collectSync({ streaming: true }).toRecords();

printResults(metrics, rows.map(row => ({
	experiment: row.experiment_id,
	variant: row.variant,
	n: row.n,
	sums: metrics.map(({ id }) => row[id]),
	squares: metrics.map(({ id }) => row[`${id} squared`]),
})));
