/* SPDX-License-Identifier: MIT */
#ifndef COMMON_ARM_H
#define COMMON_ARM_H

/*
 * Arms: the combinations of experiment, variant and segments that occur in a
 * stream, numbered in the order in which they come.  A user's row then needs
 * to hold only a number.
 */

#include <stdint.h>

#include "common/table.h"
#include "common/tsv.h"

struct arm {
	uint32_t experiment, variant, segments; /* numbers in the tables */
	uint32_t group_size;                    /* of "experiment\tvariant" */
};

struct arms {
	struct table experiments, variants;
	struct table segments; /* each segment's text begins with a tab */
	struct table keys;     /* "experiment\tvariant\tsegment..." */
	struct arm *list;      /* owned */
	size_t n;

	/* The rest belongs to arm.c. */
	size_t room;
	char *text;
	size_t text_room;
};

/* Where a stream keeps what makes an arm. */
struct arm_columns {
	size_t experiment, variant;
	size_t *segments; /* owned, in the order in which they are shown */
	size_t n;
	bool adjacent; /* experiment and variant are all, and side by side */
};

/*
 * The columns experiment_id and variant, which must be there, and as segments
 * every column but these and those in known, which ends with NULL.
 */
struct arm_columns arm_columns_beside(
    const struct tsv *, const char *const *known);

/* The same with the segments that a comma-separated list names. */
struct arm_columns arm_columns_by(const struct tsv *, const char *list);

/* arm_of_row() of what is not a recent arm. */
uint32_t arm_of_other_row(
    struct arms *, const struct tsv *, size_t row, const struct arm_columns *);

/* The number of the row's arm.  An empty experiment or variant is a fault. */
static inline uint32_t
arm_of_row(struct arms *a, const struct tsv *t, size_t row,
    const struct arm_columns *c)
{
	uint32_t arm = TABLE_NONE;

	if (c->adjacent)
		arm = table_recall(&a->keys,
		    tsv_span(tsv_row(t, row), c->experiment, c->variant));
	return arm != TABLE_NONE ? arm : arm_of_other_row(a, t, row, c);
}

/* An arm's "experiment<TAB>variant", until the next arm is added. */
static inline struct str
arm_group(const struct arms *a, uint32_t arm)
{
	struct str key = table_string(&a->keys, arm);

	return (struct str){key.p, a->list[arm].group_size};
}

/* An arm's segments, a tab before each, until the next arm is added. */
static inline struct str
arm_segments(const struct arms *a, uint32_t arm)
{
	struct str key = table_string(&a->keys, arm);
	size_t skip = a->list[arm].group_size;

	return (struct str){key.p + skip, key.n - skip};
}

/* Write the names of the segments, a tab before each. */
struct out;
void arm_segment_names(
    struct out *, const struct tsv *, const struct arm_columns *);

#endif
