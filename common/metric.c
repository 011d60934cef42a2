/* SPDX-License-Identifier: MIT */
#include "common/metric.h"

#include <stdlib.h>

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

const char *const metric_columns[METRIC_PARTS] = {
    [METRIC_ID] = "metric_id",
    [METRIC_DISPLAY_NAME] = "display_name",
    [METRIC_EVENT_NAME] = "event_name",
    [METRIC_WINDOW_START] = "window_start",
    [METRIC_WINDOW_END] = "window_end",
    [METRIC_AGGREGATION] = "aggregation",
    [METRIC_WINDOW_BOUNDS] = "window_bounds",
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

/* Narrow the window by its bounds; false if they are not known. */
static bool
narrow(struct metric *m, struct str bounds)
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

static bool
is_reserved(struct str id)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (str_eq(id, str_of(reserved[i])))
			return true;
	return false;
}

/* Read the parts, and leave in *part which of them is wrong, if one is. */
static const char *
parse(struct metric *m, const struct str parts[METRIC_PARTS],
    enum metric_part *part)
{
	*part = METRIC_ID;
	m->id = m->display_name = parts[METRIC_ID];
	if (m->id.n == 0)
		return "empty";
	if (is_reserved(m->id))
		return "the name of another column";
	if (parts[METRIC_DISPLAY_NAME].n > 0)
		m->display_name = parts[METRIC_DISPLAY_NAME];
	*part = METRIC_EVENT_NAME;
	m->event_name = parts[*part];
	if (m->event_name.n == 0)
		return "empty";
	*part = METRIC_WINDOW_START;
	if (!when_parse_duration(parts[*part], &m->first))
		return "bad duration";
	*part = METRIC_WINDOW_END;
	if (!when_parse_duration(parts[*part], &m->last))
		return "bad duration";
	if (m->first > m->last)
		return "before window_start";
	*part = METRIC_AGGREGATION;
	if (!metric_aggregation(parts[*part], &m->aggregation))
		return "unknown aggregation";
	*part = METRIC_WINDOW_BOUNDS;
	if (!narrow(m, parts[*part]))
		return "not one of [] [) (] ():";
	if (m->first > m->last)
		return "leaves nothing of the window:";
	return NULL;
}

const char *
metric_add(struct metrics *all, const struct str parts[METRIC_PARTS],
    enum metric_part *fault)
{
	struct metric m;
	const char *what = parse(&m, parts, fault);

	if (what != NULL)
		return what;
	*fault = METRIC_ID;
	if (table_add(&all->ids, m.id) != all->n)
		return "defined twice";
	m.id = xcopy(m.id);
	m.display_name = xcopy(m.display_name);
	m.event_name = xcopy(m.event_name);
	all->list =
	    xgrow(all->list, &all->room, all->n + 1, sizeof(*all->list));
	all->list[all->n++] = m;
	return NULL;
}

void
metric_find_columns(const struct tsv *t, size_t columns[METRIC_PARTS])
{
	for (int i = 0; i < METRIC_WINDOW_BOUNDS; i++)
		columns[i] = tsv_need(t, metric_columns[i]);
	columns[METRIC_WINDOW_BOUNDS] =
	    tsv_find(t, str_of(metric_columns[METRIC_WINDOW_BOUNDS]));
}

void
metric_add_row(struct metrics *all, const struct tsv *t, size_t row,
    const size_t columns[METRIC_PARTS], struct str parts[METRIC_PARTS])
{
	enum metric_part fault;
	const char *what;

	parts[METRIC_WINDOW_BOUNDS] = str_of("");
	for (int i = 0; i < METRIC_PARTS; i++)
		if (columns[i] != TSV_NONE)
			parts[i] = tsv_field(t, row, columns[i]);
	what = metric_add(all, parts, &fault);
	if (what != NULL)
		tsv_bad_field(t, row, columns[fault], what);
}

struct metrics
metric_read(const char *path)
{
	struct metrics all = {.n = 0};
	struct str parts[METRIC_PARTS];
	size_t columns[METRIC_PARTS];
	struct tsv t;

	tsv_open(&t, path, NULL);
	metric_find_columns(&t, columns);
	while (tsv_read(&t))
		for (size_t row = 0; row < t.rows; row++)
			metric_add_row(&all, &t, row, columns, parts);
	tsv_close(&t);
	return all;
}
