/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STATS_H
#define COMMON_STATS_H

/*
 * The sums of each metric in each arm.  They are exact, and come out sorted,
 * so that neither depends on the order in which they were added.  A zeroed
 * struct has none.
 *
 * Memory: about 130 bytes a cell, and all of them until the program ends.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/arm.h"
#include "common/metric.h"
#include "common/moments.h"

/* One metric in one arm. */
struct stats_cell {
	uint32_t metric, arm; /* numbers in metrics.ids and arms.list */
	struct moments *sums;
};

struct stats {
	struct metrics metrics; /* those of -m; without it only their ids */
	struct arms arms;
	struct stats_cell *cells;
	size_t n;

	/* The rest belongs to stats.c. */
	size_t room;
	uint32_t *slots; /* numbers of cells, from 1 */
	size_t n_slots;
	uint64_t multiplier;
	struct moments *spare;
	size_t n_spare;
};

/* Add to the cell of a metric and an arm a set that is then no longer the
 * caller's.  False, and nothing done, if there would be more than MOMENTS_MAX
 * numbers. */
bool stats_add(struct stats *, uint32_t metric, uint32_t arm, struct moments *);

/* Set off for the memory where the cell is found, which is to be added to
 * soon, so that many such accesses go on at once. */
void stats_fetch(const struct stats *, uint32_t metric, uint32_t arm);

/*
 * To be called when all is added.  Number the experiments, segments and
 * variants in the order of their bytes, the arms in that of their experiment,
 * segments and variant, and the metrics, unless -m has put them in order, in
 * that of their ids; then sort the cells by metric and arm.
 */
void stats_sort(struct stats *);

#endif
