/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STATS_H
#define COMMON_STATS_H

/*
 * The sums of each metric in each arm.  They are exact, and come out sorted,
 * so that neither depends on the order in which they were added.  A zeroed
 * struct has none.
 *
 * Memory: about 150 bytes a cell, and all of them until the program ends.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/arm.h"
#include "common/metric.h"
#include "common/moments.h"
#include "common/table.h"

/* One metric in one arm. */
struct stats_cell {
	uint32_t metric, arm; /* numbers in metrics.ids and arms.list */
	struct stats_sums *sums;
};

struct stats {
	struct metrics metrics; /* those of -m; without it only their ids */
	struct arms arms;
	struct stats_cell *cells;
	size_t n;

	/* The rest belongs to stats.c. */
	size_t room;
	struct table keys; /* of the cells */
	char *chunk;
	size_t chunk_left;
};

/* Add to the cell of a metric and an arm.  False, and nothing done, if there
 * would be more than MOMENTS_MAX numbers. */
bool stats_add(
    struct stats *, uint32_t metric, uint32_t arm, const struct moments *);

/* The sums of a cell. */
struct moments stats_moments(const struct stats_cell *);

/*
 * To be called when all is added.  Number the experiments, segments and
 * variants in the order of their bytes, the arms in that of their experiment,
 * segments and variant, and the metrics, unless -m has put them in order, in
 * that of their ids; then sort the cells by metric and arm.
 */
void stats_sort(struct stats *);

#endif
