/* SPDX-License-Identifier: MIT */
#ifndef COMMON_AGGREGATE_H
#define COMMON_AGGREGATE_H

/*
 * How the events of one user become one value: for each aggregation a state,
 * which is all zeros before the first event, and what is done with it.  The
 * value does not depend on the order of the events.
 */

#include <stdint.h>

#include "common/decimal.h"
#include "common/metric.h"
#include "common/table.h"
#include "common/total.h"

struct aggregate_event {
	struct decimal value;
	int64_t time;
	uint64_t owner; /* another number for each state */
};

/* What some states have beside them.  All zeros before the first event. */
struct aggregate_rest {
	struct totals totals;
	struct table days;
};

struct aggregate {
	size_t size; /* of the state, which needs no alignment */
	void (*add)(void *state, const struct aggregate_event *,
	    struct aggregate_rest *);
	/* Write the value as num_format() does; 0 bytes if it is past the
	 * range of doubles. */
	size_t (*put)(
	    char *buf, const void *state, const struct aggregate_rest *);
	bool needs_value; /* an event without one does not count */
	bool needs_time;
};

extern const struct aggregate aggregates[]; /* by enum metric_aggregation */

/* When all states are zeros again. */
void aggregate_clear(struct aggregate_rest *);

#endif
