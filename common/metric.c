/* SPDX-License-Identifier: MIT */
#include "common/metric.h"

#include <stdlib.h>

#include "common/table.h"
#include "common/tsv.h"
#include "common/when.h"
#include "common/xalloc.h"

const char *const metric_aggregations[] = {
    [METRIC_BINARY] = "binary",
    [METRIC_COUNT] = "count",
    [METRIC_SUM] = "sum",
    [METRIC_MEAN] = "mean",
    [METRIC_MIN] = "min",
    [METRIC_MAX] = "max",
    [METRIC_FIRST] = "first",
    [METRIC_LAST] = "last",
    [METRIC_DISTINCT_DAYS] = "distinct_days",
    NULL,
};

/* The values stream has these columns beside one for each metric. */
static const char *const reserved[] = {"experiment_id", "variant", "user_id"};

bool
metric_aggregation(struct str name, enum metric_aggregation *aggregation)
{
	for (int i = 0; metric_aggregations[i] != NULL; i++)
		if (str_eq(name, str_of(metric_aggregations[i]))) {
			*aggregation = (enum metric_aggregation)i;
			return true;
		}
	return false;
}

bool
metric_bounds(struct metric *m, struct str bounds)
{
	static const struct {
		const char *name;
		bool open_start, open_end;
	} known[] = {{"[]", false, false}, {"[)", false, true},
	    {"(]", true, false}, {"()", true, true}, {"", false, false}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!str_eq(bounds, str_of(known[i].name)))
			continue;
		if (known[i].open_start && m->first < INT64_MAX)
			m->first++;
		if (known[i].open_end && m->last > INT64_MIN)
			m->last--;
		return true;
	}
	return false;
}

static struct str
copy(struct str s)
{
	char *p = xcalloc(s.n, 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct str){p, s.n};
}

static bool
is_reserved(struct str id)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (str_eq(id, str_of(reserved[i])))
			return true;
	return false;
}

static int64_t
duration(const struct tsv *t, size_t row, size_t column)
{
	int64_t us;

	if (!when_parse_duration(tsv_field(t, row, column), &us))
		tsv_bad_field(t, row, column, "bad duration");
	return us;
}

struct metrics
metric_read(const char *path)
{
	struct metrics all = {.n = 0};
	struct table ids = {.n = 0};
	size_t room = 0;
	struct tsv t;

	tsv_open(&t, path, NULL);
	size_t id = tsv_need(&t, "metric_id"),
	       display_name = tsv_need(&t, "display_name"),
	       event_name = tsv_need(&t, "event_name"),
	       start = tsv_need(&t, "window_start"),
	       end = tsv_need(&t, "window_end"),
	       aggregation = tsv_need(&t, "aggregation"),
	       bounds = tsv_find(&t, str_of("window_bounds"));

	while (tsv_read(&t))
		for (size_t row = 0; row < t.rows; row++) {
			struct metric m;

			m.id = copy(tsv_id(&t, row, id));
			m.display_name = copy(tsv_field(&t, row, display_name));
			m.event_name = copy(tsv_id(&t, row, event_name));
			m.first = duration(&t, row, start);
			m.last = duration(&t, row, end);
			if (is_reserved(m.id))
				tsv_bad_field(
				    &t, row, id, "the name of another column");
			if (table_add(&ids, m.id) != all.n)
				tsv_bad_field(&t, row, id, "defined twice");
			if (m.first > m.last)
				tsv_bad_field(
				    &t, row, end, "before window_start");
			if (bounds != TSV_NONE &&
			    !metric_bounds(&m, tsv_field(&t, row, bounds)))
				tsv_bad_field(
				    &t, row, bounds, "not one of [] [) (] ():");
			if (!metric_aggregation(tsv_field(&t, row, aggregation),
				&m.aggregation))
				tsv_bad_field(&t, row, aggregation,
				    "unknown aggregation");
			all.list = xgrow(
			    all.list, &room, all.n + 1, sizeof(*all.list));
			all.list[all.n++] = m;
		}
	tsv_close(&t);
	table_free(&ids);
	return all;
}
