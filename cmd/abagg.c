/* SPDX-License-Identifier: MIT */
/*
 * abagg reads what abwindow writes, exposures and the events that count for a
 * metric, and writes one row a user and experiment with one value a metric.
 * It holds in memory the exposed users and, for each metric, one state a
 * user, such as a count or an exact sum, because the events of a user may
 * come anywhere in the stream; the events themselves are not kept.  A user
 * without events has the value 0, for each exposed user is part of the
 * denominator of each metric.  The rows come out in the order of the
 * exposures, and the values do not depend on the order of the events.
 */
#include <stdint.h>
#include <stdlib.h>

#include "common/aggregate.h"
#include "common/arm.h"
#include "common/die.h"
#include "common/metric.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/table.h"
#include "common/tsv.h"
#include "common/xalloc.h"

#define COLUMNS "experiment_id,variant,user_id,metric_id,event_time,event_value"
#define BATCH 256

static const char *metrics_path, *aggregation, *output, *columns;
static bool no_header;

static const struct opt options[] = {
    OPT_METRICS(&metrics_path),
    {.letter = 'a',
	.name = "aggregation",
	.arg = "[ID=]HOW",
	.text = &aggregation,
	.help = "one metric without a file: its id and aggregation"},
    OPT_NO_HEADER(&no_header),
    OPT_COLUMNS(&columns),
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abagg",
    .operands = "[WINDOWED]",
    .purpose = "Aggregate the events of each exposed user to one value a "
	       "metric.",
    .options = options,
    .most_operands = 1,
};

/* One column of the values: a metric, and its state for each row. */
struct column {
	struct str id; /* empty until an event tells it, with -a HOW */
	const struct aggregate *how;
	char *states;
};

struct values {
	struct table rows; /* "experiment\tvariant\tuser", one an exposure */
	struct arms arms;
	uint32_t *arm; /* of each row */
	size_t room;   /* rows for which there are arms and states */
	struct table ids;
	struct column *columns;
	size_t n;
};

/* Where the input has what. */
struct layout {
	struct arm_columns arm;
	size_t user, metric, time, value;
};

static void
add_column(struct values *v, struct str id, enum metric_aggregation how)
{
	v->columns = xrealloc(v->columns, v->n + 1, sizeof(*v->columns));
	v->columns[v->n++] = (struct column){.id = id, .how = &aggregates[how]};
	if (id.n > 0)
		table_add(&v->ids, id);
}

static void
add_columns(struct values *v)
{
	static struct metrics all; /* owns the ids */
	enum metric_aggregation how;
	const char *equals;

	if ((metrics_path != NULL) == (aggregation != NULL))
		opt_die("needs -m FILE or -a [ID=]HOW");
	if (metrics_path != NULL) {
		all = metric_read(metrics_path);
		for (size_t i = 0; i < all.n; i++)
			add_column(v, all.list[i].id, all.list[i].aggregation);
		return;
	}
	equals = strrchr(aggregation, '=');
	if (!metric_aggregation(
		str_of(equals != NULL ? equals + 1 : aggregation), &how))
		opt_die("--aggregation: '%s' is not one of: binary, count, "
			"sum, mean, min, max, first, last, distinct_days",
		    equals != NULL ? equals + 1 : aggregation);
	if (equals == aggregation || strpbrk(aggregation, "\t\n") != NULL)
		opt_die("--aggregation: bad metric id");
	add_column(v,
	    (struct str){aggregation,
		equals != NULL ? (size_t)(equals - aggregation) : 0},
	    how);
}

static struct layout
find_columns(const struct tsv *t)
{
	static const char *const known[] = {
	    "user_id", "metric_id", "event_time", "event_value", NULL};

	return (struct layout){.arm = arm_columns_beside(t, known),
	    .user = tsv_need(t, "user_id"),
	    .metric = tsv_need(t, "metric_id"),
	    .time = tsv_need(t, "event_time"),
	    .value = tsv_need(t, "event_value")};
}

/* Exit if a metric has the name of a column that will stand beside it. */
static void
check_ids(const struct values *v, const struct tsv *t, const struct layout *l)
{
	for (size_t i = 0; i < v->n; i++) {
		struct str id = v->columns[i].id;
		size_t column = tsv_find(t, id);
		char quoted[DIE_QUOTE];

		if (id.n > 0 && column != TSV_NONE && column != l->metric &&
		    column != l->time && column != l->value)
			die("%s: the metric %s has the name of another column",
			    t->name, die_quote(quoted, id));
	}
}

static void
put_header(struct out *o, const struct values *v, const struct tsv *t,
    const struct layout *l)
{
	if (no_header)
		return;
	out_text(o, "experiment_id\tvariant\tuser_id");
	arm_segment_names(o, t, &l->arm);
	for (size_t i = 0; i < v->n; i++) {
		out_byte(o, '\t');
		out_str(o, v->columns[i].id);
	}
	out_byte(o, '\n');
}

/*
 * The row's experiment, variant and user, joined by tabs.  They mostly stand
 * side by side, and are then taken where they are; else they are put together
 * at *text, which moves on.
 */
static struct str
key_of_row(const struct tsv *t, size_t row, const struct layout *l, char **text)
{
	struct str field[3] = {tsv_field(t, row, l->arm.experiment),
	    tsv_field(t, row, l->arm.variant), tsv_field(t, row, l->user)};
	struct str key = {*text, 0};

	if (l->arm.variant == l->arm.experiment + 1 &&
	    l->user == l->arm.variant + 1)
		return (struct str){
		    field[0].p, (size_t)(field[2].p + field[2].n - field[0].p)};
	for (int i = 0; i < 3; i++) {
		memcpy(*text, field[i].p, field[i].n);
		*text += field[i].n;
		*(*text)++ = '\t';
	}
	key.n = (size_t)(*text - key.p) - 1;
	return key;
}

/* Room for the keys of a batch, none of which is longer than its row. */
static char *
room_for_keys(const struct tsv *t, char *text, size_t *room)
{
	struct str first = tsv_row(t, 0), last = tsv_row(t, t->rows - 1);

	return xgrow(text, room, (size_t)(last.p + last.n + 1 - first.p), 1);
}

static void
make_room(struct values *v)
{
	size_t old = v->room;

	v->arm = xgrow(v->arm, &v->room, old + 1, sizeof(*v->arm));
	for (size_t i = 0; i < v->n; i++) {
		struct column *c = &v->columns[i];
		size_t size = c->how->size;

		c->states = xrealloc(c->states, v->room, size);
		memset(c->states + old * size, 0, (v->room - old) * size);
	}
}

/* Add the batch's rows from[0..n), which are exposures. */
static void
add_exposures(struct values *v, const struct tsv *t, const struct layout *l,
    const size_t *from, const struct str *keys, size_t n)
{
	uint32_t row[BATCH], next = v->rows.n;

	table_add_all(&v->rows, keys, row, n);
	for (size_t i = 0; i < n; i++) {
		tsv_id(t, from[i], l->user);
		if (row[i] != next++)
			tsv_bad_row(t, from[i],
			    "the exposure of this user to this variant again; "
			    "abagg reads what one abwindow writes");
		if (row[i] == v->room)
			make_room(v);
		v->arm[row[i]] = arm_of_row(&v->arms, t, from[i], &l->arm);
	}
}

/* The column of the row's metric.  With -a HOW the first event names it. */
static uint32_t
column_of_row(
    struct values *v, const struct tsv *t, size_t row, const struct layout *l)
{
	struct str id = tsv_field(t, row, l->metric);
	uint32_t i = table_find(&v->ids, id);

	if (i == TABLE_NONE && v->ids.n == 0 && aggregation != NULL) {
		i = table_add(&v->ids, id);
		v->columns[0].id = table_string(&v->ids, i);
	}
	if (i == TABLE_NONE)
		tsv_bad_field(t, row, l->metric,
		    aggregation != NULL ? "not the one metric of --aggregation:"
					: "not in the metrics file:");
	return i;
}

/* Add the batch's rows from[0..n), which are events, to their states. */
static void
add_events(struct values *v, const struct tsv *t, const struct layout *l,
    const size_t *from, const struct str *keys, size_t n)
{
	uint32_t found[BATCH];

	table_find_all(&v->rows, keys, found, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t metric = column_of_row(v, t, from[i], l);
		const struct column *c = &v->columns[metric];
		struct str value = tsv_field(t, from[i], l->value);
		struct aggregate_event e = {
		    .owner = (uint64_t)metric << 32 | found[i]};

		if (found[i] == TABLE_NONE)
			tsv_bad_row(t, from[i],
			    "an event before the exposure of its user; abagg "
			    "reads what abwindow writes");
		if (value.n > 0 && !num_parse(value, &e.value))
			tsv_bad_field(t, from[i], l->value, "bad number");
		if (value.n == 0 && c->how->needs_value)
			continue;
		if (c->how->needs_time)
			e.time = tsv_time(t, from[i], l->time);
		c->how->add(c->states + found[i] * c->how->size, &e);
	}
}

static void
aggregate(struct values *v, struct tsv *t, const struct layout *l)
{
	struct str keys[BATCH];
	size_t from[BATCH];
	char *text = NULL;
	size_t room = 0;

	while (tsv_read(t)) {
		char *p = text = room_for_keys(t, text, &room);
		size_t row = 0;

		/* Runs of exposures and runs of events, in their order. */
		while (row < t->rows) {
			bool events = tsv_field(t, row, l->metric).n > 0;
			size_t n = 0;

			for (; row < t->rows && n < BATCH &&
			       (tsv_field(t, row, l->metric).n > 0) == events;
			     row++, n++) {
				from[n] = row;
				keys[n] = key_of_row(t, row, l, &p);
			}
			(events ? add_events : add_exposures)(
			    v, t, l, from, keys, n);
		}
	}
	free(text);
}

static _Noreturn void
refuse_sum(const struct values *v, uint32_t row, const struct column *c)
{
	struct str key = table_string(&v->rows, row);
	const char *user = (const char *)memrchr(key.p, '\t', key.n) + 1;
	char metric[DIE_QUOTE], name[DIE_QUOTE];

	die("metric %s: the sum of user %s is past the range of numbers",
	    die_quote(metric, c->id),
	    die_quote(
		name, (struct str){user, (size_t)(key.p + key.n - user)}));
}

static void
put_values(struct out *o, const struct values *v)
{
	for (uint32_t row = 0; row < v->rows.n; row++) {
		out_str(o, table_string(&v->rows, row));
		out_str(o, arm_segments(&v->arms, v->arm[row]));
		for (size_t i = 0; i < v->n; i++) {
			const struct column *c = &v->columns[i];

			out_byte(o, '\t');
			if (!c->how->put(o, c->states + row * c->how->size))
				refuse_sum(v, row, c);
		}
		out_byte(o, '\n');
	}
}

int
main(int argc, char **argv)
{
	/* Static, for what these own is needed to the end and never freed. */
	static struct values values;
	static struct layout layout;
	static struct tsv rows;
	int operands = opt_parse(&program, argc, argv);
	struct out o;

	add_columns(&values);
	tsv_open(&rows, operands > 0 ? argv[0] : NULL,
	    opt_columns(no_header, columns, COLUMNS));
	layout = find_columns(&rows);
	check_ids(&values, &rows, &layout);

	out_open(&o, output);
	aggregate(&values, &rows, &layout);
	if (aggregation != NULL && values.ids.n == 0)
		values.columns[0].id = str_of("value");
	check_ids(&values, &rows, &layout);
	put_header(&o, &values, &rows, &layout);
	put_values(&o, &values);
	out_close(&o);
	return 0;
}
