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
#include "common/out.h"

struct aggregate_event {
	struct decimal value;
	int64_t time;
	uint64_t owner; /* another number for each state */
};

struct aggregate {
	size_t size; /* of the state */
	void (*add)(void *state, const struct aggregate_event *);
	/* Write the value; false if it is past the range of doubles. */
	bool (*put)(struct out *, const void *state);
	bool needs_value; /* an event without one does not count */
	bool needs_time;
};

extern const struct aggregate aggregates[]; /* by enum metric_aggregation */

#endif
