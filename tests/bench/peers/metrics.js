// SPDX-License-Identifier: MIT
// metrics.js: what the peers in JavaScript share: the definitions of the
// metrics, and the result from the sums over users.
'use strict';
const fs = require('fs');

const seconds = { d: 86400, h: 3600, m: 60, s: 1 };

// "7d" in seconds.
function duration(text) {
	return parseInt(text, 10) * seconds[text.slice(-1)];
}

// The metrics of metrics.tsv, in a list.
function readMetrics() {
	const [header, ...rows] = fs.readFileSync('metrics.tsv', 'utf8')
		.trimEnd().split('\n').map(line => line.split('\t'));
	return rows.map(row => {
		const field = name => row[header.indexOf(name)];
		return {
			id: field('metric_id'),
			event: field('event_name'),
			first: duration(field('window_start')),
			last: duration(field('window_end')),
			aggregation: field('aggregation'),
		};
	});
}

// Write mean and deviation of each metric in each group: { experiment,
// variant, n, sums, squares }, with a sum and a sum of squares a metric.  A
// user without events adds nothing to these, but is one of the n.
function printResults(metrics, groups) {
	console.log('metric_id\texperiment_id\tvariant\tn\tmean\tsd');
	for (const g of groups)
		metrics.forEach(({ id }, i) => {
			const mean = g.sums[i] / g.n;
			const sd = Math.sqrt(
				(g.squares[i] - g.sums[i] * mean) / (g.n - 1));
			console.log([id, g.experiment, g.variant, g.n, mean, sd]
				.join('\t'));
		});
}

// The event names that some metric counts.
function eventNames(metrics) {
	return [...new Set(metrics.map(m => m.event))];
}

module.exports = { readMetrics, eventNames, printResults };
