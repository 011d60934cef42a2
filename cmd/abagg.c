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
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/arm.h"
#include "common/decimal.h"
#include "common/die.h"
#include "common/exact.h"
#include "common/metric.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/table.h"
#include "common/tsv.h"
#include "common/when.h"
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

/*
 * An exact sum: a whole number times a power of ten while that fits, else the
 * number from 1 of one of the wide sums.
 */
#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 whole;
#else
typedef int64_t whole;
#endif
#define WHOLE_LIMIT ((whole)1 << (8 * sizeof(whole) - 3))

struct sum {
	uint64_t whole[sizeof(whole) / 8];
	int32_t exponent;
	uint32_t wide;
};

static struct exact *wide_sums;
static size_t n_wide, wide_room;

/* The states of the aggregations; all zeros is that of no event. */
struct mean {
	struct sum sum;
	uint64_t n;
};

struct extreme {
	double value;
	bool any;
};

struct moment {
	int64_t time;
	double value;
	bool any;
};

/* What an aggregation may look at. */
struct event {
	struct decimal value;
	bool has_value;
	int64_t time;
	uint32_t metric, row;
};

static whole
get_whole(const struct sum *s)
{
	whole w;

	memcpy(&w, s->whole, sizeof(w));
	return w;
}

static uint64_t
magnitude_low(whole w)
{
	return w < 0 ? 0 - (uint64_t)w : (uint64_t)w;
}

/* The sum as an accumulator that holds any. */
static struct exact
get_exact(const struct sum *s)
{
	struct exact x = {.low = 0};
	whole w = get_whole(s);
	/* Two shifts, for one by all bits is undefined where whole is small. */
	whole size = w < 0 ? -w : w;
	uint64_t words[2] = {(uint64_t)size, (uint64_t)(size >> 32 >> 32)};

	if (s->wide > 0)
		return wide_sums[s->wide - 1];
	exact_add_words(&x, words, 2, s->exponent, w < 0);
	return x;
}

static void
widen(struct sum *s)
{
	struct exact x = get_exact(s);

	if (s->wide > 0)
		return;
	wide_sums =
	    xgrow(wide_sums, &wide_room, n_wide + 1, sizeof(*wide_sums));
	wide_sums[n_wide++] = x;
	s->wide = (uint32_t)n_wide;
}

/* Within the limit two numbers can be added without a thought. */
static bool
in_limit(whole w)
{
	return -WHOLE_LIMIT <= w && w <= WHOLE_LIMIT;
}

/* Multiply a number within the limit by 10^k; false if that passes it. */
static bool
scale(whole *w, int k)
{
	for (; k > 0 && *w != 0; k--) {
		if (*w > WHOLE_LIMIT / 10 || *w < -(WHOLE_LIMIT / 10))
			return false;
		*w *= 10;
	}
	return true;
}

static void
sum_add(struct sum *s, struct decimal d)
{
	whole a = get_whole(s), b = (whole)d.mantissa;
	int exponent = d.exponent;

	if (a != 0 && s->exponent < exponent)
		exponent = s->exponent;
	if (s->wide > 0 || !in_limit(a) || d.mantissa >> 60 != 0 ||
	    !scale(&a, s->exponent - exponent) ||
	    !scale(&b, d.exponent - exponent)) {
		widen(s);
		exact_add(&wide_sums[s->wide - 1], d);
		return;
	}
	a = d.negative ? a - b : a + b;
	s->exponent = exponent;
	memcpy(s->whole, &a, sizeof(a));
}

static void
add_binary(void *state, const struct event *e)
{
	(void)e;
	*(uint8_t *)state = 1;
}

static bool
put_binary(struct out *o, const void *state)
{
	out_byte(o, (char)('0' + *(const uint8_t *)state));
	return true;
}

static void
add_count(void *state, const struct event *e)
{
	(void)e;
	++*(uint64_t *)state;
}

static bool
put_count(struct out *o, const void *state)
{
	out_count(o, *(const uint64_t *)state);
	return true;
}

static void
add_sum(void *state, const struct event *e)
{
	sum_add(state, e->value);
}

/* Most sums have few digits and are written as they are, the others as the
 * nearest double: that is the same text where both can be. */
static bool
put_sum(struct out *o, const void *state)
{
	const struct sum *s = state;
	const whole fifteen_digits = (whole)1000000000000000;
	whole w = get_whole(s);
	struct exact e;
	double x;

	if (s->wide == 0 && -290 < s->exponent && s->exponent < 290 &&
	    -fifteen_digits < w && w < fifteen_digits) {
		struct decimal d = {magnitude_low(w), s->exponent, w < 0};

		o->n += num_format_decimal(out_reserve(o, NUM_SIZE), d);
		return true;
	}
	e = get_exact(s);
	x = exact_double(&e);
	if (!isfinite(x))
		return false;
	out_number(o, x);
	return true;
}

static void
add_mean(void *state, const struct event *e)
{
	struct mean *m = state;

	sum_add(&m->sum, e->value);
	m->n++;
}

static bool
put_mean(struct out *o, const void *state)
{
	const struct mean *m = state;
	struct exact x = get_exact(&m->sum);

	out_number(o, m->n > 0 ? exact_ratio(&x, m->n, 1) : 0);
	return true;
}

static void
add_min(void *state, const struct event *e)
{
	struct extreme *x = state;
	double value = decimal_double(e->value);

	if (!x->any || value < x->value)
		*x = (struct extreme){value, true};
}

static void
add_max(void *state, const struct event *e)
{
	struct extreme *x = state;
	double value = decimal_double(e->value);

	if (!x->any || value > x->value)
		*x = (struct extreme){value, true};
}

static bool
put_extreme(struct out *o, const void *state)
{
	out_number(o, ((const struct extreme *)state)->value);
	return true;
}

/* Of events at the same time it is the value that decides, not the order of
 * the rows: the smallest is the first and the largest the last. */
static void
add_first(void *state, const struct event *e)
{
	struct moment *m = state;
	double value = decimal_double(e->value);

	if (!m->any || e->time < m->time ||
	    (e->time == m->time && value < m->value))
		*m = (struct moment){e->time, value, true};
}

static void
add_last(void *state, const struct event *e)
{
	struct moment *m = state;
	double value = decimal_double(e->value);

	if (!m->any || e->time > m->time ||
	    (e->time == m->time && value > m->value))
		*m = (struct moment){e->time, value, true};
}

static bool
put_moment(struct out *o, const void *state)
{
	out_number(o, ((const struct moment *)state)->value);
	return true;
}

/* Count the UTC days that the table does not have yet. */
static void
add_day(void *state, const struct event *e)
{
	static struct table days;
	int64_t day = e->time / WHEN_DAY - (e->time % WHEN_DAY < 0);
	struct {
		int64_t day;
		uint32_t metric, row;
	} key = {day, e->metric, e->row};
	uint32_t known = days.n;

	if (table_add(&days, (struct str){(const char *)&key, sizeof(key)}) ==
	    known)
		++*(uint64_t *)state;
}

static const struct aggregator {
	size_t size; /* of the state */
	void (*add)(void *state, const struct event *);
	/* False if the value is past the range of doubles. */
	bool (*put)(struct out *, const void *state);
	bool needs_value; /* events without one do not count */
	bool needs_time;
} aggregators[] = {
    [METRIC_BINARY] = {sizeof(uint8_t), add_binary, put_binary, false, false},
    [METRIC_COUNT] = {sizeof(uint64_t), add_count, put_count, false, false},
    [METRIC_SUM] = {sizeof(struct sum), add_sum, put_sum, true, false},
    [METRIC_MEAN] = {sizeof(struct mean), add_mean, put_mean, true, false},
    [METRIC_MIN] = {sizeof(struct extreme), add_min, put_extreme, true, false},
    [METRIC_MAX] = {sizeof(struct extreme), add_max, put_extreme, true, false},
    [METRIC_FIRST] = {sizeof(struct moment), add_first, put_moment, true, true},
    [METRIC_LAST] = {sizeof(struct moment), add_last, put_moment, true, true},
    [METRIC_DISTINCT_DAYS] = {sizeof(uint64_t), add_day, put_count, false,
	true},
};

/* One column of the values: a metric, and its state for each row. */
struct column {
	struct str id; /* empty until an event tells it, with -a HOW */
	const struct aggregator *how;
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
	v->columns[v->n++] =
	    (struct column){.id = id, .how = &aggregators[how]};
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
		struct event e = {.metric = metric, .row = found[i]};

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
