/* SPDX-License-Identifier: MIT */
#include "common/aggregate.h"

#include <math.h>

#include "common/num.h"
#include "common/table.h"
#include "common/total.h"
#include "common/when.h"

struct mean {
	struct total sum;
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

static void
add_binary(void *state, const struct aggregate_event *e)
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
add_count(void *state, const struct aggregate_event *e)
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
add_sum(void *state, const struct aggregate_event *e)
{
	total_add(state, e->value);
}

static bool
put_sum(struct out *o, const void *state)
{
	const struct total *sum = state;
	struct decimal d;
	struct exact e;
	double x;

	/* Few digits are the shortest text of their double as they are. */
	if (total_decimal(sum, &d) && d.mantissa < 1000000000000000 &&
	    -290 < d.exponent) {
		o->n += num_format_decimal(out_reserve(o, NUM_SIZE), d);
		return true;
	}
	if (total_decimal(sum, &d)) {
		x = decimal_double(d);
	} else {
		e = total_exact(sum);
		x = exact_double(&e);
	}
	if (!isfinite(x))
		return false;
	out_number(o, x);
	return true;
}

static void
add_mean(void *state, const struct aggregate_event *e)
{
	struct mean *m = state;

	total_add(&m->sum, e->value);
	m->n++;
}

static bool
put_mean(struct out *o, const void *state)
{
	const struct mean *m = state;
	struct exact x = total_exact(&m->sum);

	out_number(o, m->n > 0 ? exact_ratio(&x, m->n, 1) : 0);
	return true;
}

static void
add_min(void *state, const struct aggregate_event *e)
{
	struct extreme *x = state;
	double value = decimal_double(e->value);

	if (!x->any || value < x->value)
		*x = (struct extreme){value, true};
}

static void
add_max(void *state, const struct aggregate_event *e)
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
add_first(void *state, const struct aggregate_event *e)
{
	struct moment *m = state;
	double value = decimal_double(e->value);

	if (!m->any || e->time < m->time ||
	    (e->time == m->time && value < m->value))
		*m = (struct moment){e->time, value, true};
}

static void
add_last(void *state, const struct aggregate_event *e)
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
add_day(void *state, const struct aggregate_event *e)
{
	static struct table days;
	int64_t day = e->time / WHEN_DAY - (e->time % WHEN_DAY < 0);
	struct {
		int64_t day;
		uint64_t owner;
	} key = {day, e->owner};
	uint32_t known = days.n;

	if (table_add(&days, (struct str){(const char *)&key, sizeof(key)}) ==
	    known)
		++*(uint64_t *)state;
}

const struct aggregate aggregates[] = {
    [METRIC_BINARY] = {sizeof(uint8_t), add_binary, put_binary, false, false},
    [METRIC_COUNT] = {sizeof(uint64_t), add_count, put_count, false, false},
    [METRIC_SUM] = {sizeof(struct total), add_sum, put_sum, true, false},
    [METRIC_MEAN] = {sizeof(struct mean), add_mean, put_mean, true, false},
    [METRIC_MIN] = {sizeof(struct extreme), add_min, put_extreme, true, false},
    [METRIC_MAX] = {sizeof(struct extreme), add_max, put_extreme, true, false},
    [METRIC_FIRST] = {sizeof(struct moment), add_first, put_moment, true, true},
    [METRIC_LAST] = {sizeof(struct moment), add_last, put_moment, true, true},
    [METRIC_DISTINCT_DAYS] = {sizeof(uint64_t), add_day, put_count, false,
	true},
};
