/* SPDX-License-Identifier: MIT */
/*
 * abwindow reads exposures and metric definitions, then events, and writes
 * every exposure followed by every event that falls in a metric's window
 * after an exposure of its user.  The exposures are held in memory, because
 * an event may belong to any of them; the events are not, and pass through in
 * their order, so there may be any number of them.  With --sorted both come
 * in the order of users, and only one user's exposures are held.  Of a user's
 * exposures to an experiment the first counts, and a user seen in two variants
 * of one experiment is left out, unless --mixed says otherwise.  An exposure
 * is written as a row without a metric, so that users without events are
 * counted by whoever reads the stream.
 */
#include <stdint.h>

#include "common/ahead.h"
#include "common/die.h"
#include "common/exposure.h"
#include "common/metric.h"
#include "common/opt.h"
#include "common/order.h"
#include "common/out.h"
#include "common/tsv.h"
#include "common/when.h"
#include "common/xalloc.h"

#define EVENT_COLUMNS "user_id,event_name,event_time,event_value"
/* So many users are looked up before their exposures are used, which then
 * still are in the first cache. */
#define BATCH 64
/* So many exposures ahead their ids are fetched. */
#define AHEAD 16

static const char *metrics_path, *event_name, *window, *output, *columns;
static bool no_header, sorted;
static int mixed = EXPOSURE_EXCLUDE;

static const char *const mixed_words[] = {
    [EXPOSURE_EXCLUDE] = "exclude",
    [EXPOSURE_FIRST] = "first",
    [EXPOSURE_ERROR] = "error",
    NULL,
};

static const struct opt options[] = {
    OPT_METRICS(&metrics_path),
    {.letter = 'e',
	.name = "event",
	.arg = "NAME",
	.text = &event_name,
	.help = "one metric without a file: the events that count"},
    {.letter = 'w',
	.name = "window",
	.arg = "START:END",
	.text = &window,
	.help = "and when they count, e.g. 0d:7d"},
    {.name = "mixed",
	.arg = "HOW",
	.choice = &mixed,
	.choices = mixed_words,
	.help = "users in two variants: exclude, first or error"},
    OPT_SORTED(&sorted),
    OPT_NO_HEADER(&no_header),
    OPT_COLUMNS(&columns),
    OPT_PROGRESS,
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abwindow",
    .operands = "EXPOSURES [EVENTS]",
    .purpose = "Join events to exposures in the time windows of metrics.",
    .options = options,
    .least_operands = 1,
    .most_operands = 2,
};

/* A metric's window: from first on, and so much longer. */
struct window {
	int64_t first;
	uint64_t length;
	struct str metric;
};

/* The windows of the metrics that count the events of one name. */
struct interest {
	struct window *list;
	size_t n;
};

struct interests {
	struct table names;
	struct interest *list;
};

/* Where the events stream has what. */
struct event_columns {
	size_t user, name, time, value;
};

struct inputs {
	struct tsv exposures, events;
	struct exposure_columns exposure_columns;
	struct event_columns event_columns;
	struct interests interests;
};

/* An event that some metric counts. */
struct event {
	int64_t time;
	uint32_t name; /* in the struct interests */
	uint32_t row;  /* of its batch */
	uint32_t user; /* in the struct events */
};

/* Those of a batch of rows, and their users, each of them once for events that
 * follow each other.  Owned, but not the bytes of ids. */
struct events {
	struct event *list;
	struct roster_key *users;
	size_t n, n_users;
	size_t list_room, users_room;
};

/* Take -w START:END apart; a duration may itself hold a colon. */
static void
parse_window(const char *text, struct metric *m)
{
	for (const char *p = strchr(text, ':'); p; p = strchr(p + 1, ':'))
		if (when_parse_duration(
			(struct str){text, (size_t)(p - text)}, &m->first) &&
		    when_parse_duration(str_of(p + 1), &m->last)) {
			if (m->first > m->last)
				opt_die("--window: '%s' ends before it starts",
				    text);
			return;
		}
	opt_die("--window: '%s' is not two durations, START:END", text);
}

static struct metrics
get_metrics(void)
{
	struct metrics all = {.n = 1};

	if ((metrics_path != NULL) == (event_name != NULL) ||
	    (event_name != NULL) != (window != NULL))
		opt_die("needs -m FILE, or -e NAME and -w START:END");
	if (metrics_path != NULL)
		return metric_read(metrics_path);
	all.list = xcalloc(1, sizeof(*all.list));
	all.list->id = all.list->event_name = str_of(event_name);
	parse_window(window, all.list);
	return all;
}

static struct interests
interests_of(const struct metrics *all)
{
	struct interests in = {.list = xcalloc(all->n, sizeof(*in.list))};

	for (size_t i = 0; i < all->n; i++) {
		const struct metric *m = &all->list[i];
		struct interest *x =
		    &in.list[table_add(&in.names, m->event_name)];

		x->list = xrealloc(x->list, x->n + 1, sizeof(*x->list));
		x->list[x->n++] = (struct window){
		    m->first, (uint64_t)m->last - (uint64_t)m->first, m->id};
	}
	return in;
}

/* What all rows of an event have. */
struct texts {
	struct str user, time, value;
};

static inline void
put_row(struct out *o, const struct exposures *e, uint32_t arm,
    struct str metric, const struct texts *t)
{
	/* "experiment<TAB>variant", then a tab and a segment for each. */
	struct str names = table_string(&e->arms.keys, arm);
	size_t group = e->arms.list[arm].group_size;
	char *p = out_reserve(
	    o, names.n + t->user.n + metric.n + t->time.n + t->value.n + 6);
	char *start = p;

	p = str_put(p, (struct str){names.p, group});
	*p++ = '\t';
	p = str_put(p, t->user);
	*p++ = '\t';
	p = str_put(p, metric);
	*p++ = '\t';
	p = str_put(p, t->time);
	*p++ = '\t';
	p = str_put(p, t->value);
	p = str_put(p, (struct str){names.p + group, names.n - group});
	*p++ = '\n';
	o->n += (size_t)(p - start);
}

static void
put_header(struct out *o, const struct inputs *in)
{
	if (no_header)
		return;
	out_text(o, "experiment_id\tvariant\tuser_id\tmetric_id\t"
		    "event_time\tevent_value");
	arm_segment_names(o, &in->exposures, &in->exposure_columns.arms);
	out_byte(o, '\n');
}

static void
put_exposures(struct out *o, const struct exposures *e)
{
	static const struct str none = {"", 0};

	for (uint32_t x = 0; x < e->users.n; x++) {
		const struct exposure *exposure = exposure_at(e, x);
		char time[WHEN_SIZE];
		struct texts t = {roster_id(&e->users, x), {time, 0}, none};

		if (e->users.n - x > AHEAD)
			roster_fetch_id(&e->users, x + AHEAD);
		if (exposure->row.arm == TABLE_NONE)
			continue;
		t.time.n = when_format(time, exposure->time);
		put_row(o, e, exposure->row.arm, none, &t);
	}
}

/* What the events that are written are taken from. */
struct source {
	const struct inputs *in;
	const struct tsv *rows;
	struct exposures *exposures;
};

/*
 * Write the event for each of its user's exposures, of which this is the last,
 * and for each metric in whose window it falls.  One comparison says whether:
 * what is before the window wraps to more than the window's length, for no two
 * times are as far apart.
 */
static void
put_event(struct out *o, const struct source *from, const struct event *v,
    uint32_t last)
{
	const struct event_columns *c = &from->in->event_columns;
	const struct interest *interest = &from->in->interests.list[v->name];
	const struct window *end = interest->list + interest->n;
	const struct exposures *e = from->exposures;
	struct tsv_row row = tsv_row(from->rows, v->row);
	struct texts t = {roster_id(&e->users, last), tsv_part(row, c->time),
	    tsv_part(row, c->value)};
	uint32_t x = last;

	do {
		const struct exposure *exposure;
		uint64_t since;

		x = exposure_at(e, x)->row.next;
		exposure = exposure_at(e, x);
		if (exposure->row.arm == TABLE_NONE)
			continue;
		since = (uint64_t)v->time - (uint64_t)exposure->time;
		for (const struct window *w = interest->list; w < end; w++)
			if (since - (uint64_t)w->first <= w->length)
				put_row(o, e, exposure->row.arm, w->metric, &t);
	} while (x != last);
}

/* Write the events that fall in a window of one of their user's exposures. */
static void
join(struct out *o, const struct source *from, const struct events *events)
{
	struct roster *users = &from->exposures->users;
	const struct event *v = events->list, *end = v + events->n;
	uint32_t found[BATCH];

	for (size_t done = 0, n; done < events->n_users; done += n) {
		n = events->n_users - done;
		n = n < BATCH ? n : BATCH;
		roster_find(users, events->users + done, found, n);
		for (; v < end && v->user < done + n; v++)
			if (found[v->user - done] != ROSTER_NONE)
				put_event(o, from, v, found[v->user - done]);
	}
}

static struct event_columns
find_event_columns(const struct tsv *t)
{
	return (struct event_columns){.user = tsv_need(t, "user_id"),
	    .name = tsv_need(t, "event_name"),
	    .time = tsv_need(t, "event_time"),
	    .value = tsv_need(t, "event_value")};
}

/* Check a row of the events, and take what of it counts. */
static inline void
take_event(struct event *v, struct inputs *in, const struct tsv *t, size_t row)
{
	const struct event_columns *c = &in->event_columns;

	tsv_id(t, row, c->user);
	v->name = table_find(&in->interests.names, tsv_id(t, row, c->name));
	v->time = tsv_time(t, row, c->time);
	v->row = (uint32_t)row;
}

/*
 * Take a batch of events apart, on the thread that reads ahead.  Which events
 * some metric counts is chance, so there is no branch on it; that takes a
 * quarter off the time.
 */
static void
take_events(void *inputs, const struct tsv *t, void *events)
{
	struct inputs *in = inputs;
	struct events *v = events;
	struct str last = {"", 0}, user;

	v->list = xgrow(v->list, &v->list_room, t->rows, sizeof(*v->list));
	v->users = xgrow(v->users, &v->users_room, t->rows, sizeof(*v->users));
	v->n = v->n_users = 0;
	for (size_t row = 0; row < t->rows; row++) {
		take_event(&v->list[v->n], in, t, row);
		v->n += v->list[v->n].name != TABLE_NONE;
	}
	for (size_t i = 0; i < v->n; i++) {
		user = tsv_field(t, v->list[i].row, in->event_columns.user);
		if (!str_eq(user, last))
			v->users[v->n_users++] = roster_key(last = user);
		v->list[i].user = (uint32_t)v->n_users - 1;
	}
}

static void
put_events(struct out *o, struct exposures *e, struct inputs *in)
{
	static struct ahead ahead;
	const struct ahead_batch *b;

	ahead_start(
	    &ahead, &in->events, take_events, in, sizeof(struct events));
	while ((b = ahead_next(&ahead)) != NULL)
		join(o, &(struct source){in, &b->rows, e}, b->parts);
}

/* What the thread that reads exposures ahead works with. */
struct reading {
	struct exposures *exposures;
	const struct exposure_columns *columns;
};

static void
take_exposures(void *reading, const struct tsv *t, void *rows)
{
	struct reading *r = reading;

	exposure_read(rows, r->exposures, t, r->columns, 0, t->rows);
}

static void
add_exposures(struct exposures *e, struct inputs *in)
{
	static struct ahead ahead;
	struct reading reading = {e, &in->exposure_columns};
	const struct ahead_batch *b;

	ahead_start(&ahead, &in->exposures, take_exposures, &reading,
	    sizeof(struct exposure_rows));
	while ((b = ahead_next(&ahead)) != NULL)
		exposure_add(e, b->parts);
	exposure_judge(e);
}

static void
join_in_memory(struct out *o, struct exposures *e, struct inputs *in)
{
	add_exposures(e, in);
	/* Only now, so that no part of the exposures passes for all. */
	put_header(o, in);
	put_exposures(o, e);
	put_events(o, e, in);
}

/* A row of a sorted stream, and the user in it. */
struct cursor {
	struct tsv *t;
	size_t user_column, row;
	struct order order;
	struct str user;
	bool is_new, at_end; /* another user than the row before; no row */
};

static void
advance(struct cursor *c)
{
	if (++c->row >= c->t->rows) {
		c->at_end = !tsv_read(c->t);
		c->row = 0;
	}
	if (c->at_end)
		return;
	c->is_new = order_next(&c->order, c->t, c->row, c->user_column);
	c->user = tsv_field(c->t, c->row, c->user_column);
}

/* Go to the first row; at the end of a stream there are no rows. */
static struct cursor
start(struct tsv *t)
{
	struct cursor c = {.t = t, .user_column = tsv_need(t, "user_id")};

	advance(&c);
	return c;
}

/* Take all exposures of the user at the cursor. */
static void
take_user(
    struct exposures *e, struct cursor *c, const struct exposure_columns *where)
{
	static struct exposure_rows row;

	do {
		exposure_read(&row, e, c->t, where, c->row, 1);
		exposure_add(e, &row);
		advance(c);
	} while (!c->at_end && !c->is_new);
	exposure_judge(e);
}

/*
 * The join of two sorted streams: the exposures of one user, then that user's
 * events, which lie next among the events.
 */
static void
join_sorted(struct out *o, struct exposures *e, struct inputs *in)
{
	struct cursor x = start(&in->exposures), v = start(&in->events);
	struct source from = {in, v.t, e};
	struct event event;

	put_header(o, in);
	while (!x.at_end || !v.at_end) {
		struct str user = {"", 0};
		bool taken = !x.at_end;
		int order = 1;

		if (taken) {
			take_user(e, &x, &in->exposure_columns);
			put_exposures(o, e);
			user = roster_id(&e->users, 0);
		}
		for (; !v.at_end; advance(&v)) {
			if (taken && (order = str_cmp(v.user, user)) > 0)
				break;
			take_event(&event, in, v.t, v.row);
			if (event.name != TABLE_NONE && order == 0)
				put_event(o, &from, &event, e->users.n - 1);
		}
		exposure_clear(e);
	}
	order_free(&x.order);
	order_free(&v.order);
}

/* The segments are all columns that have no other meaning. */
static struct exposure_columns
find_exposure_columns(const struct tsv *exposures)
{
	static const char *const known[] = {"user_id", "exposure_time", NULL};
	static const char *const written[] = {
	    "metric_id", "event_time", "event_value"};
	struct exposure_columns c = {
	    .arms = arm_columns_beside(exposures, known)};

	c.user = tsv_need(exposures, "user_id");
	c.time = tsv_need(exposures, "exposure_time");
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++)
		if (tsv_find(exposures, str_of(written[i])) != TSV_NONE)
			die("%s: a column %s, which is the name of one that "
			    "abwindow writes: rename it or leave it out",
			    exposures->name, written[i]);
	return c;
}

int
main(int argc, char **argv)
{
	/* Static, for what these own is needed to the end and never freed. */
	static struct exposures exposures;
	static struct metrics metrics;
	static struct inputs in;
	int operands = opt_parse(&program, argc, argv);
	struct out o;

	metrics = get_metrics();
	in.interests = interests_of(&metrics);
	tsv_open(&in.exposures, argv[0], NULL);
	tsv_open(&in.events, operands > 1 ? argv[1] : NULL,
	    opt_columns(no_header, columns, EVENT_COLUMNS));
	in.exposure_columns = find_exposure_columns(&in.exposures);
	in.event_columns = find_event_columns(&in.events);

	exposures.name = in.exposures.name;
	exposures.mixed = (enum exposure_mixed)mixed;
	exposures.users.size = sizeof(struct exposure);
	out_open(&o, output);
	(sorted ? join_sorted : join_in_memory)(&o, &exposures, &in);
	exposure_report(&exposures);
	out_close(&o);
	return 0;
}
