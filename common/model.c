/* SPDX-License-Identifier: MIT */
#include "common/model.h"

#include <float.h>

#include "common/draw.h"
#include "common/elementary.h"
#include "common/num.h"
#include "common/tsv.h"
#include "common/xalloc.h"

static const char *const processes[] = {
    [MODEL_POISSON] = "poisson",
    [MODEL_BERNOULLI] = "bernoulli",
};

static const struct {
	const char *name;
	size_t parameters;
} shapes[] = {
    [MODEL_NONE] = {"", 0},
    [MODEL_CONSTANT] = {"constant", 1},
    [MODEL_UNIFORM] = {"uniform", 2},
    [MODEL_NORMAL] = {"normal", 2},
    [MODEL_LOGNORMAL] = {"lognormal", 2},
    [MODEL_EXPONENTIAL] = {"exponential", 1},
    [MODEL_PARETO] = {"pareto", 2},
};

/* The words of "a,b", or "a" alone if n is 1. */
static bool
parse_parameters(struct str s, size_t n, double *x)
{
	for (size_t i = 0; i < n; i++) {
		const char *end = i + 1 < n ? memchr(s.p, ',', s.n) : s.p + s.n;
		struct decimal d;
		size_t size;

		if (end == NULL)
			return false;
		size = (size_t)(end - s.p);
		if (!num_parse((struct str){s.p, size}, &d))
			return false;
		x[i] = decimal_double(d);
		if (i + 1 < n)
			s = (struct str){end + 1, s.n - size - 1};
	}
	return true;
}

/* Empty, or the name of a distribution with its parameters: normal(10,2). */
static bool
parse_value(struct str s, struct model_value *v)
{
	*v = (struct model_value){.shape = MODEL_NONE};
	if (s.n == 0)
		return true;
	for (int i = MODEL_CONSTANT; i <= MODEL_PARETO; i++) {
		size_t n = strlen(shapes[i].name);

		v->shape = (enum model_shape)i;
		if (s.n >= n + 2 && memcmp(s.p, shapes[i].name, n) == 0 &&
		    s.p[n] == '(' && s.p[s.n - 1] == ')')
			return parse_parameters(
			    (struct str){s.p + n + 1, s.n - n - 2},
			    shapes[i].parameters, v->x);
	}
	return false;
}

/*
 * Whether the parameters are the distribution's and no draw can overflow: the
 * samplers reach less than 10 standard deviations and 45 times the mean.
 */
static bool
is_drawable(const struct model_value *v)
{
	const double log_max = 709;
	double a = v->x[0], b = v->x[1];

	switch (v->shape) {
	case MODEL_UNIFORM:
		return a <= b && b - a <= DBL_MAX;
	case MODEL_NORMAL:
		return b >= 0 && (a < 0 ? -a : a) <= DBL_MAX - 10 * b;
	case MODEL_LOGNORMAL:
		return b >= 0 && a + 10 * b <= log_max;
	case MODEL_EXPONENTIAL:
		return a >= 0 && a <= DBL_MAX / 45;
	case MODEL_PARETO:
		return a > 0 && b > 0 && elementary_log(b) + 45 / a <= log_max;
	default:
		return true;
	}
}

double
model_draw(struct rng *r, const struct model_value *v)
{
	double a = v->x[0], b = v->x[1];

	switch (v->shape) {
	case MODEL_UNIFORM:
		return draw_uniform(r, a, b);
	case MODEL_NORMAL:
		return draw_normal(r, a, b);
	case MODEL_LOGNORMAL:
		return draw_lognormal(r, a, b);
	case MODEL_EXPONENTIAL:
		return draw_exponential(r, a);
	case MODEL_PARETO:
		return draw_pareto(r, a, b);
	default:
		return a;
	}
}

struct columns {
	size_t event_name, variant, process, rate, days, value;
};

static enum model_process
read_process(const struct tsv *t, size_t row, size_t column)
{
	struct str s = tsv_field(t, row, column);

	if (str_eq(s, str_of(processes[MODEL_POISSON])))
		return MODEL_POISSON;
	if (!str_eq(s, str_of(processes[MODEL_BERNOULLI])))
		tsv_bad_field(t, row, column, "not poisson or bernoulli:");
	return MODEL_BERNOULLI;
}

static double
read_rate(
    const struct tsv *t, size_t row, size_t column, enum model_process process)
{
	bool poisson = process == MODEL_POISSON;
	struct decimal d;
	double rate;

	if (!num_parse(tsv_field(t, row, column), &d))
		tsv_bad_field(t, row, column, "bad number");
	rate = decimal_double(d);
	if (!(rate >= 0 && rate <= (poisson ? MODEL_RATE_MAX : 1)))
		tsv_bad_field(t, row, column,
		    poisson ? "not from 0 to 1e9, as a poisson rate is:"
			    : "not from 0 to 1, as a probability is:");
	return rate;
}

static struct model_row
read_row(const struct tsv *t, size_t row, const struct columns *c)
{
	struct model_row m;

	m.event_name = xcopy(tsv_id(t, row, c->event_name));
	m.variant = xcopy(tsv_id(t, row, c->variant));
	m.process = read_process(t, row, c->process);
	m.rate = read_rate(t, row, c->rate, m.process);
	if (!num_count(tsv_field(t, row, c->days), &m.days) || m.days < 1 ||
	    m.days > MODEL_DAYS_MAX)
		tsv_bad_field(
		    t, row, c->days, "not a whole number from 1 to 1000000:");
	if (!parse_value(tsv_field(t, row, c->value), &m.value))
		tsv_bad_field(t, row, c->value,
		    "not a distribution such as normal(10,2):");
	if (!is_drawable(&m.value))
		tsv_bad_field(t, row, c->value, "parameters out of range:");
	return m;
}

/* A model is short, so the rows so far are looked through for each. */
static void
add_row(struct model *m, size_t *room, const struct tsv *t, size_t row,
    const struct columns *c)
{
	struct model_row next = read_row(t, row, c);

	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->rows[i].event_name, next.event_name) &&
		    str_eq(m->rows[i].variant, next.variant))
			tsv_bad_field(t, row, c->variant,
			    "a second row for this event and variant:");
	m->rows = xgrow(m->rows, room, m->n + 1, sizeof(*m->rows));
	m->rows[m->n++] = next;
}

struct model
model_read(const char *path)
{
	struct model m = {.n = 0};
	struct columns c;
	size_t room = 0;
	struct tsv t;

	tsv_open(&t, path, NULL);
	c = (struct columns){
	    .event_name = tsv_need(&t, "event_name"),
	    .variant = tsv_need(&t, "variant"),
	    .process = tsv_need(&t, "process"),
	    .rate = tsv_need(&t, "rate"),
	    .days = tsv_need(&t, "days"),
	    .value = tsv_need(&t, "value"),
	};
	while (tsv_read(&t))
		for (size_t row = 0; row < t.rows; row++)
			add_row(&m, &room, &t, row, &c);
	tsv_close(&t);
	return m;
}

static void
write_value(struct out *o, const struct model_value *v)
{
	out_text(o, shapes[v->shape].name);
	for (size_t i = 0; i < shapes[v->shape].parameters; i++) {
		out_byte(o, i == 0 ? '(' : ',');
		out_number(o, v->x[i]);
	}
	if (v->shape != MODEL_NONE)
		out_byte(o, ')');
}

void
model_write(struct out *o, const struct model *m, bool header)
{
	if (header)
		out_text(
		    o, "event_name\tvariant\tprocess\trate\tdays\tvalue\n");
	for (size_t i = 0; i < m->n; i++) {
		const struct model_row *row = &m->rows[i];

		out_str(o, row->event_name);
		out_byte(o, '\t');
		out_str(o, row->variant);
		out_byte(o, '\t');
		out_text(o, processes[row->process]);
		out_byte(o, '\t');
		out_number(o, row->rate);
		out_byte(o, '\t');
		out_count(o, row->days);
		out_byte(o, '\t');
		write_value(o, &row->value);
		out_byte(o, '\n');
	}
}
