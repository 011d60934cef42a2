/* SPDX-License-Identifier: MIT */
#ifndef COMMON_METRIC_H
#define COMMON_METRIC_H

/*
 * Metric definitions: which events count, how long after the exposure, and
 * how the events of one user become one value.
 */

#include <stdint.h>

#include "common/str.h"

enum metric_aggregation {
	METRIC_BINARY,
	METRIC_COUNT,
	METRIC_SUM,
	METRIC_MEAN,
	METRIC_MIN,
	METRIC_MAX,
	METRIC_FIRST,
	METRIC_LAST,
	METRIC_DISTINCT_DAYS,
};

/* The names of the aggregations, in the order of the enum; ends with NULL. */
extern const char *const metric_aggregations[];

struct metric {
	struct str id, display_name, event_name;
	/* The event counts if first <= its time - the exposure's <= last, in
	 * microseconds.  A window that is open at an end begins or ends one
	 * microsecond further in. */
	int64_t first, last;
	enum metric_aggregation aggregation;
};

struct metrics {
	struct metric *list; /* owned, as are the bytes of the strings */
	size_t n;
};

/*
 * Read a metrics TSV; exits with a message on a missing column, an unknown
 * aggregation, a bad window or an id that is used twice or is the name of one
 * of the columns beside which the values will stand.
 */
struct metrics metric_read(const char *path);

/* The aggregation of that name; false if there is none. */
bool metric_aggregation(struct str name, enum metric_aggregation *);

/*
 * Narrow the window by its bounds, one of [] [) (] () or empty for []; false
 * for anything else.
 */
bool metric_bounds(struct metric *, struct str bounds);

#endif
