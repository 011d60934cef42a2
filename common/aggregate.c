/* SPDX-License-Identifier: MIT */
/*
 * The states of a user's metrics lie side by side without gaps, so that an
 * event touches few lines of memory and a user with few events takes little
 * of it.  They are copied out and back, which compiles to plain loads and
 * stores where those need no alignment.
 */
#include "common/aggregate.h"

#include <math.h>

#include "common/die.h"
#include "common/num.h"
#include "common/when.h"

struct mean {
	struct total sum;
	uint64_t n;
} __attribute__((packed));

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
add_binary(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	(void)e, (void)rest;
	*(uint8_t *)state = 1;
}

static size_t
put_binary(char *buf, const void *state, const struct aggregate_rest *rest)
{
	(void)rest;
	*buf = (char)('0' + *(const uint8_t *)state);
	return 1;
}

/* 32 bits save more memory than anybody will miss. */
static void
add_count(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	uint32_t n;

	(void)e, (void)rest;
	memcpy(&n, state, sizeof(n));
	if (++n == 0)
		die("more events of one user for one metric than 32 bits "
		    "count");
	memcpy(state, &n, sizeof(n));
}

static size_t
put_count(char *buf, const void *state, const struct aggregate_rest *rest)
{
	uint32_t n;

	(void)rest;
	memcpy(&n, state, sizeof(n));
	if (n >= 10)
		return num_format_count(buf, n);
	*buf = (char)('0' + n);
	return 1;
}

static void
add_sum(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	struct total sum;

	memcpy(&sum, state, sizeof(sum));
	sum = total_add(&rest->totals, sum, e->value);
	memcpy(state, &sum, sizeof(sum));
}

static size_t
put_sum(char *buf, const void *state, const struct aggregate_rest *rest)
{
	struct total sum;
	struct decimal d;
	struct exact e;
	double x;

	memcpy(&sum, state, sizeof(sum));
	if (total_is_nothing(sum)) {
		*buf = '0';
		return 1;
	}
	if (!total_decimal(&rest->totals, sum, &d)) {
		e = total_exact(&rest->totals, sum);
		x = exact_double(&e);
	} else if (d.mantissa < 1000000000000000 && -290 < d.exponent) {
		/* Few digits are the shortest text of their double. */
		return num_format_decimal(buf, d);
	} else {
		x = decimal_double(d);
	}
	return isfinite(x) ? num_format(buf, x) : 0;
}

static void
add_mean(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	struct mean m;

	memcpy(&m, state, sizeof(m));
	m.sum = total_add(&rest->totals, m.sum, e->value);
	m.n++;
	memcpy(state, &m, sizeof(m));
}

static size_t
put_mean(char *buf, const void *state, const struct aggregate_rest *rest)
{
	struct exact x;
	struct mean m;

	memcpy(&m, state, sizeof(m));
	x = total_exact(&rest->totals, m.sum);
	return num_format(buf, m.n > 0 ? exact_ratio(&x, m.n, 1) : 0);
}

static void
add_min(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	double value = decimal_double(e->value);
	struct extreme x;

	(void)rest;
	memcpy(&x, state, sizeof(x));
	if (!x.any || value < x.value)
		x = (struct extreme){value, true};
	memcpy(state, &x, sizeof(x));
}

static void
add_max(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	double value = decimal_double(e->value);
	struct extreme x;

	(void)rest;
	memcpy(&x, state, sizeof(x));
	if (!x.any || value > x.value)
		x = (struct extreme){value, true};
	memcpy(state, &x, sizeof(x));
}

static size_t
put_extreme(char *buf, const void *state, const struct aggregate_rest *rest)
{
	struct extreme x;

	(void)rest;
	memcpy(&x, state, sizeof(x));
	return num_format(buf, x.value);
}

/* Of events at the same time it is the value that decides, not the order of
 * the rows: the smallest is the first and the largest the last. */
static void
add_first(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	double value = decimal_double(e->value);
	struct moment m;

	(void)rest;
	memcpy(&m, state, sizeof(m));
	if (!m.any || e->time < m.time ||
	    (e->time == m.time && value < m.value))
		m = (struct moment){e->time, value, true};
	memcpy(state, &m, sizeof(m));
}

static void
add_last(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	double value = decimal_double(e->value);
	struct moment m;

	(void)rest;
	memcpy(&m, state, sizeof(m));
	if (!m.any || e->time > m.time ||
	    (e->time == m.time && value > m.value))
		m = (struct moment){e->time, value, true};
	memcpy(state, &m, sizeof(m));
}

static size_t
put_moment(char *buf, const void *state, const struct aggregate_rest *rest)
{
	struct moment m;

	(void)rest;
	memcpy(&m, state, sizeof(m));
	return num_format(buf, m.value);
}

/* Count the UTC days that the table does not have yet. */
static void
add_day(
    void *state, const struct aggregate_event *e, struct aggregate_rest *rest)
{
	int64_t day = e->time / WHEN_DAY - (e->time % WHEN_DAY < 0);
	struct {
		int64_t day;
		uint64_t owner;
	} key = {day, e->owner};
	uint32_t known = rest->days.n;

	if (table_add(&rest->days,
		(struct str){(const char *)&key, sizeof(key)}) == known)
		add_count(state, e, rest);
}

const struct aggregate aggregates[] = {
    [METRIC_BINARY] = {sizeof(uint8_t), add_binary, put_binary, false, false},
    [METRIC_COUNT] = {sizeof(uint32_t), add_count, put_count, false, false},
    [METRIC_SUM] = {sizeof(struct total), add_sum, put_sum, true, false},
    [METRIC_MEAN] = {sizeof(struct mean), add_mean, put_mean, true, false},
    [METRIC_MIN] = {sizeof(struct extreme), add_min, put_extreme, true, false},
    [METRIC_MAX] = {sizeof(struct extreme), add_max, put_extreme, true, false},
    [METRIC_FIRST] = {sizeof(struct moment), add_first, put_moment, true, true},
    [METRIC_LAST] = {sizeof(struct moment), add_last, put_moment, true, true},
    [METRIC_DISTINCT_DAYS] = {sizeof(uint32_t), add_day, put_count, false,
	true},
};

void
aggregate_clear(struct aggregate_rest *rest)
{
	total_clear(&rest->totals);
	table_clear(&rest->days);
}
