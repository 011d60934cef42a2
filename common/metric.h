/* SPDX-License-Identifier: MIT */
#ifndef COMMON_METRIC_H
#define COMMON_METRIC_H

/*
 * Metric definitions: which events count, how long after the exposure, and
 * how the events of one user become one value.
 */

#include <stdint.h>

#include "common/table.h"
#include "common/tsv.h"

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
	size_t n, room;
	struct table ids; /* list[i].id has the number i */
};

/* What a definition consists of, in the order of a metrics TSV. */
enum metric_part {
	METRIC_ID,
	METRIC_DISPLAY_NAME,
	METRIC_EVENT_NAME,
	METRIC_WINDOW_START,
	METRIC_WINDOW_END,
	METRIC_AGGREGATION,
	METRIC_WINDOW_BOUNDS,
	METRIC_PARTS,
};

/* The names of these columns. */
extern const char *const metric_columns[METRIC_PARTS];

/*
 * Read a metrics TSV; exits with a message on a missing column, and on a row
 * that metric_add() refuses.
 */
struct metrics metric_read(const char *path);

/*
 * Add a definition given as text.  An empty display_name stands for the id,
 * and empty bounds for [].  Refused are an unknown aggregation, a window that
 * is bad or that no event can fall in, an empty event name, and an id that is
 * empty, used twice or the name of one of the columns beside which the values
 * will stand: then the result is what is wrong with the part *fault.  NULL
 * when all is well.
 */
const char *metric_add(struct metrics *, const struct str parts[METRIC_PARTS],
    enum metric_part *fault);

/*
 * metric_read() row by row: where the parts are in a metrics TSV, of which
 * only window_bounds may be missing, and one row, whose texts are left in
 * parts.  Both exit with a message as metric_read() does.
 */
void metric_find_columns(const struct tsv *, size_t columns[METRIC_PARTS]);
void metric_add_row(struct metrics *, const struct tsv *, size_t row,
    const size_t columns[METRIC_PARTS], struct str parts[METRIC_PARTS]);

/* The aggregation of that name; false if there is none. */
bool metric_aggregation(struct str name, enum metric_aggregation *);

#endif
