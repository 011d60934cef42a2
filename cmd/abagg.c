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
#include "common/roster.h"
#include "common/table.h"
#include "common/tsv.h"
#include "common/xalloc.h"

/* So many rows ahead their ids are fetched. */
#define AHEAD 16
/* So many users are looked up before their rows are used, which then still are
 * in the first cache. */
#define BATCH 64
#define COLUMNS "experiment_id,variant,user_id,metric_id,event_time,event_value"

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

/* One column of the values: a metric, and where a row has its state. */
struct column {
	struct str id; /* empty until an event tells it, with -a HOW */
	const struct aggregate *how;
	size_t place;
};

struct values {
	struct roster rows; /* one an exposure; behind it are its states */
	struct arms groups; /* experiment and variant */
	struct arms arms;   /* and segments, if there are any */
	uint32_t *group_of; /* each arm */
	uint64_t *seen;     /* in each group, the last user who was */
	size_t group_of_room, seen_room, n_seen;
	uint64_t n_users; /* whose exposures were looked at */
	struct aggregate_rest rest;
	struct table ids;
	struct column *columns;
	size_t n;
	bool needs_time; /* one of them does */
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
	v->columns[v->n++] = (struct column){id, a, v->rows.size};
	v->rows.size += a->size;
	v->needs_time |= a->needs_time;
	if (id.n > 0)
		table_add(&v->ids, id);
}

static void
add_columns(struct values *v)
{
	static struct metrics all; /* owns the ids */
	enum metric_aggregation how;
	const char *equals;

	v->rows.size = sizeof(struct roster_row);
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

/* A row of the input, taken apart. */
struct entry {
	uint32_t user; /* in the struct entries */
	uint32_t group;
	uint32_t column; /* of its metric; TABLE_NONE if it is an exposure */
	uint32_t arm;    /* of an exposure */
	bool has_value;  /* of an event */
};

/* Those of a batch, and their users, each of them once for events that follow
 * each other. */
struct entries {
	struct entry *list;             /* owned, as are the others */
	struct aggregate_event *events; /* in the places of those that are */
	struct roster_key *users;
	size_t n_users, used; /* users, and those of the runs so far */
	size_t list_room, events_room, users_room;
};

struct input {
	struct values *values;
	struct layout layout;
	struct tsv stream;
};

/* The column of a metric.  With -a HOW the first event names it. */
static uint32_t
column_of(struct values *v, const struct tsv *t, size_t row, struct str id,
    const struct layout *l)
{
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
 * Read the value of an event.  One that counts for many metrics comes once for
 * each of them, one after the other, and its number is read once for all.
 */
static void
take_value(struct entries *to, const struct tsv *t, size_t row,
    struct str value, const struct layout *l)
{
	struct aggregate_event *e = &to->events[row];

	if (row > 0 && to->list[row - 1].has_value &&
	    str_eq(value, tsv_field(t, row - 1, l->value)))
		e->value = e[-1].value;
	else if (!num_parse(value, &e->value))
		tsv_bad_field(t, row, l->value, "bad number");
}

static void
take_event(struct entries *to, struct values *v, const struct tsv *t,
    size_t row, const struct layout *l)
{
	struct tsv_row fields = tsv_row(t, row);
	struct str value = tsv_part(fields, l->value);
	struct entry *e = &to->list[row];

	e->column = column_of(v, t, row, tsv_part(fields, l->metric), l);
	e->has_value = value.n > 0;
	if (e->has_value)
		take_value(to, t, row, value, l);
	if (v->needs_time && v->columns[e->column].how->needs_time)
		to->events[row].time = tsv_time(t, row, l->time);
}

static void
take_exposure(struct entry *e, struct values *v, const struct tsv *t,
    size_t row, const struct layout *l)
{
	e->column = TABLE_NONE;
	e->has_value = false;
	e->arm = e->group;
	if (l->arm.n > 0)
		e->arm = arm_of_row(&v->arms, t, row, &l->arm);
}

static void
make_room(struct entries *to, size_t n)
{
	to->list = xgrow(to->list, &to->list_room, n, sizeof(*to->list));
	to->events =
	    xgrow(to->events, &to->events_room, n, sizeof(*to->events));
	to->users = xgrow(to->users, &to->users_room, n, sizeof(*to->users));
	to->n_users = to->used = 0;
}

/* Take a batch apart. */
static void
take_rows(void *input, const struct tsv *t, void *entries)
{
	static const struct str nobody = {"", 0};
	struct input *in = input;
	const struct layout *l = &in->layout;
	struct values *v = in->values;
	struct entries *to = entries;
	struct str last = nobody;

	make_room(to, t->rows);
	for (size_t row = 0; row < t->rows; row++) {
		struct str user = tsv_id(t, row, l->user);
		bool is_event = tsv_field(t, row, l->metric).n > 0;
		struct entry *e = &to->list[row];

		if (!is_event || !str_eq(user, last))
			to->users[to->n_users++] = roster_key(user);
		last = is_event ? user : nobody;
		e->user = (uint32_t)to->n_users - 1;
		e->group = arm_of_row(&v->groups, t, row, &l->group);
		if (is_event)
			take_event(to, v, t, row, l);
		else
			take_exposure(e, v, t, row, l);
	}
}

static struct roster_row *
row_at(const struct values *v, uint32_t row)
{
	return roster_at(&v->rows, row);
}

static uint32_t
group_at(const struct values *v, uint32_t row)
{
	return v->group_of[row_at(v, row)->arm];
}

static void
set_group(struct values *v, uint32_t arm, uint32_t group)
{
	v->group_of = xgrow(v->group_of, &v->group_of_room, (size_t)arm + 1,
	    sizeof(*v->group_of));
	v->group_of[arm] = group;
}

/* Entries that follow each other and are all exposures or all events, and the
 * users who come with them. */
struct run {
	size_t first, end;
	size_t user, user_end;
};

static void
add_exposures(
    struct values *v, const struct entries *from, const struct run *run)
{
	uint32_t x = v->rows.n;

	roster_add(
	    &v->rows, from->users + run->user, run->user_end - run->user);
	for (size_t i = run->first; i < run->end; i++, x++) {
		const struct entry *e = &from->list[i];
		struct roster_row *row = row_at(v, x);

		row->arm = e->arm;
		memset(row + 1, 0, v->rows.size - sizeof(*row));
		set_group(v, e->arm, e->group);
	}
}

/* The row of that group in the ring that x is in, or ROSTER_NONE. */
static uint32_t
find_group(const struct values *v, uint32_t x, uint32_t group)
{
	uint32_t first = x;

	if (x == ROSTER_NONE)
		return ROSTER_NONE;
	do {
		if (group_at(v, x) == group)
			return x;
		x = row_at(v, x)->next;
	} while (x != first);
	return ROSTER_NONE;
}

static void
add_event(struct values *v, const struct entry *e,
    struct aggregate_event *event, uint32_t row)
{
	const struct column *c = &v->columns[e->column];

	if (!e->has_value && c->how->needs_value)
		return;
	event->owner = (uint64_t)e->column << 32 | row;
	c->how->add((char *)row_at(v, row) + c->place, event, &v->rest);
}

static void
add_events(struct values *v, const struct tsv *t, const struct entries *from,
    const struct run *run)
{
	uint32_t found[BATCH];
	size_t i = run->first;

	for (size_t user = run->user, n; user < run->user_end; user += n) {
		n = run->user_end - user < BATCH ? run->user_end - user : BATCH;
		roster_find(&v->rows, from->users + user, found, n);
		for (; i < run->end && from->list[i].user < user + n; i++) {
			const struct entry *e = &from->list[i];
			uint32_t *x = &found[e->user - user];

			/* The next one looked for will be near. */
			*x = find_group(v, *x, e->group);
			if (*x == ROSTER_NONE)
				tsv_bad_row(t, i,
				    "an event before the exposure of its user; "
				    "abagg reads what abwindow writes");
			add_event(v, e, &from->events[i], *x);
		}
	}
}

static bool
is_exposure(const struct entry *e)
{
	return e->column == TABLE_NONE;
}

/* The run that begins with entry first, and ends before entry end. */
static struct run
find_run(struct entries *from, size_t first, size_t end)
{
	const struct entry *list = from->list;
	struct run run = {.first = first, .end = first, .user = from->used};

	while (run.end < end &&
	       is_exposure(&list[run.end]) == is_exposure(&list[first]))
		from->used = (size_t)list[run.end++].user + 1;
	run.user_end = from->used;
	return run;
}

/* Add the entries from first on and before end, exposures and events in
 * turn. */
static void
add_entries(struct values *v, const struct tsv *t, struct entries *from,
    size_t first, size_t end)
{
	while (first < end) {
		struct run run = find_run(from, first, end);

		if (is_exposure(&from->list[first]))
			add_exposures(v, from, &run);
		else
			add_events(v, t, from, &run);
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
    const struct roster_row *row, struct str user)
{
	size_t n;

	*p++ = '\t';
	n = c->how->put(p, (const char *)row + c->place, &v->rest);
	if (n == 0)
		refuse_sum(c, user);
	return p + n;
}

static _Noreturn void
refuse_again(const struct values *v, const struct tsv *t, uint32_t row)
{
	const struct arm *arm = &v->groups.list[group_at(v, row)];
	char user[DIE_QUOTE], variant[DIE_QUOTE], experiment[DIE_QUOTE];

	die("%s: the exposure of user %s to variant %s of experiment %s is "
	    "there twice; abagg reads what one abwindow writes",
	    t->name, die_quote(user, roster_id(&v->rows, row)),
	    die_quote(variant, table_string(&v->groups.variants, arm->variant)),
	    die_quote(experiment,
		table_string(&v->groups.experiments, arm->experiment)));
}

/* Note that the user whose turn it is is in the row's group. */
static void
see(struct values *v, const struct tsv *t, uint32_t row)
{
	uint32_t group = group_at(v, row);

	v->seen =
	    xgrow(v->seen, &v->seen_room, (size_t)group + 1, sizeof(*v->seen));
	while (v->n_seen <= group)
		v->seen[v->n_seen++] = 0;
	if (v->seen[group] == v->n_users)
		refuse_again(v, t, row);
	v->seen[group] = v->n_users;
}

/* Exit if a user has two exposures in one group.  That is looked for when all
 * are there, by going once round each ring, so that the time is linear. */
static void
check_exposures(struct values *v, const struct tsv *t)
{
	uint32_t last = 0, x;

	while (roster_next_ring(&v->rows, &last)) {
		v->n_users++;
		x = last;
		do {
			x = row_at(v, x)->next;
			see(v, t, x);
		} while (x != last);
	}
}

static void
put_values(struct out *o, const struct values *v, const struct layout *l)
{
	const struct arms *arms = l->arm.n > 0 ? &v->arms : &v->groups;

	for (uint32_t row = 0; row < v->rows.n; row++) {
		const struct roster_row *r = row_at(v, row);
		struct str user = roster_id(&v->rows, row);
		struct str names = arm_group(arms, r->arm);
		struct str segments = arm_segments(arms, r->arm);
		char *start, *p;

		if (v->rows.n - row > AHEAD)
			roster_fetch_id(&v->rows, row + AHEAD);
		start = p = out_reserve(o,
		    names.n + user.n + segments.n + 2 + v->n * (1 + NUM_SIZE));
		p = str_put(p, names);
		*p++ = '\t';
		p = str_put(p, user);
		p = str_put(p, segments);
		for (size_t i = 0; i < v->n; i++)
			p = put_value(p, v, &v->columns[i], r, user);
		*p++ = '\n';
		o->n += (size_t)(p - start);
	}
}

static void
aggregate(struct input *in)
{
	static struct ahead ahead;
	const struct ahead_batch *b;

	ahead_start(&ahead, &in->stream, take_rows, in, sizeof(struct entries));
	while ((b = ahead_next(&ahead)) != NULL)
		add_entries(in->values, &b->rows, b->parts, 0, b->rows.rows);
	check_exposures(in->values, &in->stream);
}

/* Nothing more comes of the users so far. */
static void
end_user(struct out *o, const struct input *in)
{
	check_exposures(in->values, &in->stream);
	put_values(o, in->values, &in->layout);
	roster_clear(&in->values->rows);
	aggregate_clear(&in->values->rest);
}

static void
aggregate_sorted(struct out *o, struct input *in)
{
	static struct entries entries;
	struct order users = {.room = 0};
	const struct tsv *t = &in->stream;

	while (tsv_read(&in->stream)) {
		size_t done = 0;

		take_rows(in, t, &entries);
		for (size_t row = 0; row < t->rows; row++) {
			if (!order_next(&users, t, row, in->layout.user))
				continue;
			add_entries(in->values, t, &entries, done, row);
			end_user(o, in);
			done = row;
		}
		add_entries(in->values, t, &entries, done, t->rows);
	}
	check_exposures(in->values, t);
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
