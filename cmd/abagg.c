/* SPDX-License-Identifier: MIT */
/*
 * abagg reads what abwindow writes, exposures and the events that count for a
 * metric, and writes one row a user and experiment with one value a metric.
 * It holds in memory the exposed users and, for each metric, one state a
 * user, such as a count or an exact sum, because the events of a user may
 * come anywhere in the stream; the events themselves are not kept.  A user
 * without events has the value 0, for each exposed user is part of the
 * denominator of each metric.  The rows come out in the order of the
 * exposures, and the values do not depend on the order of the events.  With
 * --sorted a user's rows all stand together, and memory holds one user.
 */
#include <stdint.h>
#include <stdlib.h>

#include "common/aggregate.h"
#include "common/ahead.h"
#include "common/arm.h"
#include "common/die.h"
#include "common/metric.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/order.h"
#include "common/out.h"
#include "common/table.h"
#include "common/tsv.h"
#include "common/xalloc.h"

#define COLUMNS "experiment_id,variant,user_id,metric_id,event_time,event_value"
/* So many events ahead their records are fetched. */
#define AHEAD 16

static const char *metrics_path, *aggregation, *output, *columns;
static bool no_header, sorted;

static const struct opt options[] = {
    OPT_METRICS(&metrics_path),
    {.letter = 'a',
	.name = "aggregation",
	.arg = "[ID=]HOW",
	.text = &aggregation,
	.help = "one metric without a file: its id and aggregation"},
    OPT_SORTED(&sorted),
    OPT_NO_HEADER(&no_header),
    OPT_COLUMNS(&columns),
    OPT_PROGRESS,
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

/* One column of the values: a metric, and where a record has its state. */
struct column {
	struct str id; /* empty until an event tells it, with -a HOW */
	const struct aggregate *how;
	size_t place;
};

struct values {
	struct table rows;  /* one an exposure: see put_key() */
	struct arms groups; /* experiment and variant */
	struct arms arms;   /* and segments, if there are any */
	char *records;      /* of each row the number of its arm, then states */
	size_t room, size;  /* records for which there is room, bytes of one */
	struct aggregate_rest rest;
	struct table ids;
	struct column *columns;
	size_t n;
};

/* Where the input has what. */
struct layout {
	struct arm_columns group, arm;
	size_t user, metric, time, value;
};

static void
add_column(struct values *v, struct str id, enum metric_aggregation how)
{
	const struct aggregate *a = &aggregates[how];

	v->columns = xrealloc(v->columns, v->n + 1, sizeof(*v->columns));
	v->columns[v->n++] = (struct column){id, a, v->size};
	v->size += a->size;
	if (id.n > 0)
		table_add(&v->ids, id);
}

static void
add_columns(struct values *v)
{
	static struct metrics all; /* owns the ids */
	enum metric_aggregation how;
	const char *equals;

	v->size = sizeof(uint32_t);
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
	if (sorted && equals == NULL)
		opt_die("--sorted writes the header first, so it needs the "
			"metric's id: --aggregation=ID=%s",
		    aggregation);
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

	return (struct layout){.group = arm_columns_by(t, NULL),
	    .arm = arm_columns_beside(t, known),
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
 * Write the key of a row at *p, which moves on: the number of its group, seven
 * bits a byte and the last one marked, and then the user.  It takes less
 * memory than the group's names would.
 */
static struct str
put_key(char **p, uint32_t group, struct str user)
{
	struct str key = {*p, 0};

	for (; group > 0x7f; group >>= 7)
		*(*p)++ = (char)(group & 0x7f);
	*(*p)++ = (char)(group | 0x80);
	*p = str_put(*p, user);
	key.n = (size_t)(*p - key.p);
	return key;
}

/* Take a key apart again: the user, and the number of the group. */
static struct str
read_key(struct str key, uint32_t *group)
{
	int shift = 0;

	for (*group = 0; (*key.p & 0x80) == 0; key.p++, key.n--, shift += 7)
		*group |= (uint32_t)*key.p << shift;
	*group |= (uint32_t)(*key.p & 0x7f) << shift;
	return (struct str){key.p + 1, key.n - 1};
}

/* A row of the input, taken apart. */
struct row {
	uint32_t key;    /* in the struct rows */
	uint32_t column; /* of its metric; TABLE_NONE if it is an exposure */
	uint32_t arm;    /* of an exposure */
	bool has_value;  /* of an event, as are what is apart: */
};
struct event {
	int64_t time;
	struct decimal value;
};

/* Those of a batch, and their keys, most of them once. */
struct rows {
	struct row *list; /* owned, as are the others */
	struct event *events;
	struct str *keys;
	uint32_t *records; /* of the keys, as far as they are known */
	size_t n_keys, known;
	char *text, *next; /* where the keys are, and the next one goes */
	size_t list_room, events_room, keys_room, records_room, text_room;
};

/* The key that came last in a group, and of whom it is. */
struct latest {
	uint64_t batch; /* it is of this one, counted from 1 */
	struct str user;
	uint32_t key;
};

struct input {
	struct values *values;
	struct layout layout;
	struct tsv stream;
	uint64_t batches;      /* so far */
	struct latest *latest; /* of each group; owned */
	size_t n_latest, latest_room;
};

static struct latest *
latest_of(struct input *in, uint32_t group)
{
	in->latest = xgrow(in->latest, &in->latest_room, (size_t)group + 1,
	    sizeof(*in->latest));
	while (in->n_latest <= group)
		in->latest[in->n_latest++].batch = 0;
	return &in->latest[group];
}

/*
 * Find the key of a row, or make it.  The events of a user come one after the
 * other, in turn for each of his experiments; so it mostly is the one that
 * came last in its group.
 */
static void
take_key(struct row *r, struct rows *rows, struct input *in,
    const struct tsv *t, size_t row)
{
	const struct layout *l = &in->layout;
	uint32_t group = arm_of_row(&in->values->groups, t, row, &l->group);
	struct latest *latest = latest_of(in, group);
	struct str user = tsv_id(t, row, l->user);

	if (latest->batch != in->batches || !str_eq(latest->user, user)) {
		latest->batch = in->batches;
		latest->user = user;
		latest->key = (uint32_t)rows->n_keys;
		rows->keys[rows->n_keys++] = put_key(&rows->next, group, user);
	}
	r->key = latest->key;
	r->arm = group;
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

/*
 * Take an event apart.  One that counts for many metrics comes once for each
 * of them, one after the other, and its number is read once for all.
 */
static void
take_event(struct rows *rows, struct values *v, const struct tsv *t, size_t row,
    const struct layout *l)
{
	struct row *r = &rows->list[row];
	struct event *e = &rows->events[row];
	struct str value = tsv_field(t, row, l->value);

	r->column = column_of_row(v, t, row, l);
	r->has_value = value.n > 0;
	if (row > 0 && r[-1].column != TABLE_NONE &&
	    str_eq(value, tsv_field(t, row - 1, l->value)))
		e->value = e[-1].value;
	else if (r->has_value && !num_parse(value, &e->value))
		tsv_bad_field(t, row, l->value, "bad number");
	if (v->columns[r->column].how->needs_time)
		e->time = tsv_time(t, row, l->time);
}

/* Room for the rows of a batch: beside the user a key has five bytes at most,
 * and a row has as many tabs. */
static void
make_room(struct rows *rows, const struct tsv *t)
{
	struct str first = tsv_row(t, 0), last = tsv_row(t, t->rows - 1);
	size_t size = (size_t)(last.p + last.n - first.p);

	rows->list =
	    xgrow(rows->list, &rows->list_room, t->rows, sizeof(*rows->list));
	rows->events = xgrow(
	    rows->events, &rows->events_room, t->rows, sizeof(*rows->events));
	rows->keys =
	    xgrow(rows->keys, &rows->keys_room, t->rows, sizeof(*rows->keys));
	rows->records = xgrow(rows->records, &rows->records_room, t->rows,
	    sizeof(*rows->records));
	rows->text = xgrow(rows->text, &rows->text_room, size, 1);
	rows->next = rows->text;
	rows->n_keys = rows->known = 0;
}

/* Take a batch apart. */
static void
take_rows(void *input, const struct tsv *t, void *parts)
{
	struct input *in = input;
	const struct layout *l = &in->layout;
	struct values *v = in->values;
	struct rows *rows = parts;

	make_room(rows, t);
	in->batches++;
	for (size_t row = 0; row < t->rows; row++) {
		struct row *r = &rows->list[row];

		take_key(r, rows, in, t, row);
		r->column = TABLE_NONE;
		if (tsv_field(t, row, l->metric).n > 0)
			take_event(rows, v, t, row, l);
		else if (l->arm.n > 0)
			r->arm = arm_of_row(&v->arms, t, row, &l->arm);
	}
}

static char *
record_of(const struct values *v, uint32_t row)
{
	return v->records + row * v->size;
}

static void
fetch_record(const struct values *v, uint32_t row)
{
	if (row != TABLE_NONE)
		__builtin_prefetch(record_of(v, row));
}

/* Rows that follow each other and are all exposures or all events, and which
 * keys come with them. */
struct run {
	size_t first, end;
	size_t key, n_keys;
};

static void
add_exposures(struct values *v, const struct tsv *t, const struct rows *rows,
    const struct run *run)
{
	uint32_t next = v->rows.n;

	table_add_all(&v->rows, rows->keys + run->key, rows->records + run->key,
	    run->n_keys);
	v->records = xgrow(v->records, &v->room, v->rows.n, v->size);
	for (size_t row = run->first; row < run->end; row++) {
		const struct row *r = &rows->list[row];

		if (rows->records[r->key] != next++)
			tsv_bad_row(t, row,
			    "the exposure of this user to this variant again; "
			    "abagg reads what one abwindow writes");
		memset(record_of(v, rows->records[r->key]), 0, v->size);
		memcpy(record_of(v, rows->records[r->key]), &r->arm,
		    sizeof(r->arm));
	}
}

static void
add_events(struct values *v, const struct tsv *t, const struct rows *rows,
    const struct run *run)
{
	struct aggregate_event e;

	table_find_all(&v->rows, rows->keys + run->key,
	    rows->records + run->key, run->n_keys);
	for (size_t row = run->first; row < run->end; row++) {
		const struct row *r = &rows->list[row];
		const struct column *c = &v->columns[r->column];
		uint32_t record = rows->records[r->key];

		if (run->end - row > AHEAD)
			fetch_record(v, rows->records[r[AHEAD].key]);
		if (record == TABLE_NONE)
			tsv_bad_row(t, row,
			    "an event before the exposure of its user; abagg "
			    "reads what abwindow writes");
		if (!r->has_value && c->how->needs_value)
			continue;
		e.value = rows->events[row].value;
		e.time = rows->events[row].time;
		e.owner = (uint64_t)r->column << 32 | record;
		c->how->add(record_of(v, record) + c->place, &e, &v->rest);
	}
}

static bool
is_exposure(const struct row *r)
{
	return r->column == TABLE_NONE;
}

/* The run that begins with row first, and ends before row end. */
static struct run
find_run(struct rows *rows, size_t first, size_t end)
{
	const struct row *r = &rows->list[first];
	const bool exposures = is_exposure(r);
	struct run run = {.first = first, .end = first, .key = rows->known};
	size_t keys = run.key;

	for (; run.end < end && is_exposure(r) == exposures; run.end++, r++)
		keys = r->key < keys ? keys : (size_t)r->key + 1;
	run.n_keys = keys - run.key;
	rows->known = keys;
	return run;
}

/* Add the rows from first on and before end, exposures and events in turn. */
static void
add_rows(struct values *v, const struct tsv *t, struct rows *rows, size_t first,
    size_t end)
{
	while (first < end) {
		struct run run = find_run(rows, first, end);

		(is_exposure(&rows->list[first]) ? add_exposures : add_events)(
		    v, t, rows, &run);
		first = run.end;
	}
}

static _Noreturn void
refuse_sum(const struct column *c, struct str user)
{
	char metric[DIE_QUOTE], name[DIE_QUOTE];

	die("metric %s: the sum of user %s is past the range of numbers",
	    die_quote(metric, c->id), die_quote(name, user));
}

/* Write the value of a column, with a tab before it; the place after it. */
static char *
put_value(char *p, const struct values *v, const struct column *c,
    const char *record, struct str user)
{
	size_t n;

	*p++ = '\t';
	n = c->how->put(p, record + c->place, &v->rest);
	if (n == 0)
		refuse_sum(c, user);
	return p + n;
}

static void
put_values(struct out *o, const struct values *v, const struct layout *l)
{
	const struct arms *arms = l->arm.n > 0 ? &v->arms : &v->groups;

	for (uint32_t row = 0; row < v->rows.n; row++) {
		const char *record = record_of(v, row);
		uint32_t arm, group;
		struct str user = read_key(table_string(&v->rows, row), &group);
		struct str names = arm_group(&v->groups, group), segments;
		char *start, *p;

		memcpy(&arm, record, sizeof(arm));
		segments = arm_segments(arms, arm);
		start = p = out_reserve(o,
		    names.n + user.n + segments.n + 2 + v->n * (1 + NUM_SIZE));
		p = str_put(p, names);
		*p++ = '\t';
		p = str_put(p, user);
		p = str_put(p, segments);
		for (size_t i = 0; i < v->n; i++)
			p = put_value(p, v, &v->columns[i], record, user);
		*p++ = '\n';
		o->n += (size_t)(p - start);
	}
}

static void
aggregate(struct input *in)
{
	static struct ahead ahead;
	const struct ahead_batch *b;

	ahead_start(&ahead, &in->stream, take_rows, in, sizeof(struct rows));
	while ((b = ahead_next(&ahead)) != NULL)
		add_rows(in->values, &b->rows, b->parts, 0, b->rows.rows);
}

/* Nothing more comes of the users so far. */
static void
end_user(struct out *o, const struct input *in)
{
	put_values(o, in->values, &in->layout);
	table_clear(&in->values->rows);
	aggregate_clear(&in->values->rest);
}

static void
aggregate_sorted(struct out *o, struct input *in)
{
	static struct rows rows;
	struct order users = {.room = 0};
	const struct tsv *t = &in->stream;

	while (tsv_read(&in->stream)) {
		size_t done = 0;

		take_rows(in, t, &rows);
		for (size_t row = 0; row < t->rows; row++) {
			if (!order_next(&users, t, row, in->layout.user))
				continue;
			add_rows(in->values, t, &rows, done, row);
			end_user(o, in);
			done = row;
		}
		add_rows(in->values, t, &rows, done, t->rows);
	}
	order_free(&users);
}

int
main(int argc, char **argv)
{
	/* Static, for what these own is needed to the end and never freed. */
	static struct values values;
	static struct input in = {.values = &values};
	int operands = opt_parse(&program, argc, argv);
	struct out o;

	add_columns(&values);
	tsv_open(&in.stream, operands > 0 ? argv[0] : NULL,
	    opt_columns(no_header, columns, COLUMNS));
	in.layout = find_columns(&in.stream);
	check_ids(&values, &in.stream, &in.layout);

	out_open(&o, output);
	if (sorted) {
		put_header(&o, &values, &in.stream, &in.layout);
		aggregate_sorted(&o, &in);
	} else {
		aggregate(&in);
		if (aggregation != NULL && values.ids.n == 0)
			values.columns[0].id = str_of("value");
		check_ids(&values, &in.stream, &in.layout);
		put_header(&o, &values, &in.stream, &in.layout);
	}
	put_values(&o, &values, &in.layout);
	out_close(&o);
	return 0;
}
