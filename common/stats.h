/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STATS_H
#define COMMON_STATS_H

/*
 * The sums of each metric in each arm, from streams of values and of stats,
 * merged.  They are exact, and come out sorted, so that neither depends on
 * the order of the rows or on how these were split into files.
 *
 * Memory: about 120 bytes a cell, and while values are read 1.5 KB.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/arm.h"
#include "common/metric.h"
#include "common/moments.h"
#include "common/table.h"

/* The options that say what to read. */
struct stats_input {
	const char *metrics; /* -m FILE, or NULL */
	const char *by;      /* --by LIST, or NULL */
	const char *columns; /* --columns LIST, or NULL */
	bool no_header;
};

#define STATS_OPTIONS(input)                                                 \
	OPT_METRICS(&(input)->metrics),                                      \
	    {.letter = 'b',                                                  \
		.name = "by",                                                \
		.arg = "LIST",                                               \
		.text = &(input)->by,                                        \
		.help = "keep apart by these columns, e.g. device,country"}, \
	    OPT_NO_HEADER(&(input)->no_header), OPT_COLUMNS(&(input)->columns)

/* One metric in one arm. */
struct stats_cell {
	uint32_t metric, arm; /* numbers in metrics.ids and arms.list */
	struct stats_sums *sums;
};

struct stats {
	/* Those of -m.  Without it there are only their ids. */
	struct metrics metrics;
	/* Sorted by experiment, segments and variant, which are numbered in
	 * the order of their bytes.  There are no keys any more. */
	struct arms arms;
	/* Sorted by metric, in the order of -m, else of the bytes; then by
	 * experiment, segments and variant. */
	struct stats_cell *cells;
	size_t n;

	/* The rest belongs to stats.c. */
	size_t room;
	struct table keys; /* of the cells */
	char *chunk;
	size_t chunk_left;
	bool any_rows;
};

/*
 * Read the files, each with values or with stats, or stdin if there is none.
 * reserved, which ends with NULL, has the names of the output's own columns,
 * which no segment may have.
 */
void stats_read(struct stats *, const struct stats_input *,
    const char *const *reserved, char **paths, int n);

/* The sums of a cell. */
struct moments stats_moments(const struct stats_cell *);

/* Write the names of the segments, a tab before each. */
struct out;
void stats_segment_names(struct out *, const struct stats_input *);

#endif
