/* SPDX-License-Identifier: MIT */
/*
 * abgen-events reads exposures and writes made-up events of the exposed users,
 * as a model says: a few rows that give for a kind of event and a variant how
 * often it happens, for how many days from the exposure, and of what value.
 * It holds the model and nothing else.  What a user does is a function of the
 * seed, the user, the experiment and the event's name, each of them as bytes.
 * So it stays the same when the exposures are sorted or split, when the model
 * gets more rows, and as far as it can when rates change: a higher rate adds
 * events and leaves those that were there.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/die.h"
#include "common/draw.h"
#include "common/model.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/rng.h"
#include "common/stream.h"
#include "common/table.h"
#include "common/tsv.h"
#include "common/when.h"
#include "common/xalloc.h"

#define EXPOSURE_COLUMNS "user_id,experiment_id,variant,exposure_time"

/* The rates of the default model: as given, NAN if not, and as they are. */
enum {
	BASELINE,
	LIFT,
	ERROR_CONTROL,
	ERROR_TREATMENT,
	SESSIONS,
	SCROLLS,
	RATES
};
static double given[RATES] = {NAN, NAN, NAN, NAN, NAN, NAN};
static const double usual[RATES] = {0.1, 0.02, 0.01, 0.02, 2, 3};

static const char *model_path, *control, *output, *columns;
static uint64_t seed = 1;
static bool print_model, no_header;

static const struct opt options[] = {
    {.name = "baseline",
	.arg = "P",
	.number = &given[BASELINE],
	.most = 1,
	.help = "chance of a purchase in the control (default 0.1)"},
    {.name = "lift",
	.arg = "P",
	.number = &given[LIFT],
	.least = -1,
	.most = 1,
	.help = "what other variants add to it (default 0.02)"},
    {.name = "error-rate-control",
	.arg = "P",
	.number = &given[ERROR_CONTROL],
	.most = 1,
	.help = "chance of an error in the control (default 0.01)"},
    {.name = "error-rate-treatment",
	.arg = "P",
	.number = &given[ERROR_TREATMENT],
	.most = 1,
	.help = "and in the other variants (default 0.02)"},
    {.name = "session-rate",
	.arg = "X",
	.number = &given[SESSIONS],
	.most = MODEL_RATE_MAX,
	.help = "sessions of a user on average (default 2)"},
    {.name = "scroll-rate",
	.arg = "X",
	.number = &given[SCROLLS],
	.most = MODEL_RATE_MAX,
	.help = "scrolls of a user on average (default 3)"},
    {.letter = 'c',
	.name = "control",
	.arg = "NAME",
	.text = &control,
	.help = "the variant that is the control (default A)"},
    {.letter = 'm',
	.name = "model",
	.arg = "FILE",
	.text = &model_path,
	.help = "a model TSV in place of all of the above"},
    {.name = "print-model",
	.flag = &print_model,
	.help = "write the model and do nothing else"},
    OPT_SEED(&seed),
    OPT_NO_HEADER(&no_header),
    OPT_COLUMNS(&columns),
    OPT_PROGRESS,
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abgen-events",
    .operands = "[EXPOSURES]",
    .purpose = "Generate the events of exposed users.",
    .options = options,
    .most_operands = 1,
};

static struct model model;

/* The rows of the model, made ready to draw from. */
struct source {
	const struct model_row *row;
	struct draw_poisson *poisson; /* NULL for bernoulli */
	uint64_t name; /* the event's, as a word of the key of its draws */
};

static struct source *sources;

/*
 * What the users of each variant do: for the variants that the model names,
 * and after them for all others, one source for each event name, or NULL where
 * there is none.
 */
static struct plans {
	struct table variants, names;
	const struct source **sources;
} plans;

struct columns {
	size_t user, experiment, variant, time;
};

struct exposure {
	struct str user;
	int64_t time;
	struct rng_row key; /* of the user's draws in the experiment */
};

static double
rate(int i)
{
	return isnan(given[i]) ? usual[i] : given[i];
}

/* 0.1 + 0.02 as people add it: 0.12, not 0.12000000000000001. */
static double
decimal_sum(double a, double b)
{
	char text[NUM_SIZE];
	int n = snprintf(text, sizeof(text), "%.15g", a + b);
	struct decimal d = {0};

	(void)num_parse((struct str){text, (size_t)n}, &d);
	return decimal_double(d);
}

/* The model of the options. */
static struct model
default_model(void)
{
	const struct str a = str_of(control != NULL ? control : "A");
	const struct str rest = str_of("*");
	const struct str purchase = str_of("purchase"), error = str_of("error");
	const struct model_value none = {.shape = MODEL_NONE};
	const struct model_value price = {MODEL_LOGNORMAL, {3.227, 0.426}};
	const double treated = decimal_sum(rate(BASELINE), rate(LIFT));
	const struct model_row rows[] = {
	    {str_of("session_start"), rest, MODEL_POISSON, rate(SESSIONS), 2,
		none},
	    {purchase, a, MODEL_BERNOULLI, rate(BASELINE), 10, price},
	    {purchase, rest, MODEL_BERNOULLI, treated, 10, price},
	    {error, a, MODEL_BERNOULLI, rate(ERROR_CONTROL), 7, none},
	    {error, rest, MODEL_BERNOULLI, rate(ERROR_TREATMENT), 7, none},
	    {str_of("scroll"), rest, MODEL_POISSON, rate(SCROLLS), 2, none},
	};
	struct model m = {.n = sizeof(rows) / sizeof(rows[0])};

	if (!(treated >= 0 && treated <= 1))
		opt_die("--lift: with --baseline it is not from 0 to 1");
	if (str_eq(a, rest) || strpbrk(a.p, "\t\n\r") != NULL)
		opt_die("--control: no variant can be called that");
	m.rows = xcalloc(m.n, sizeof(rows[0]));
	memcpy(m.rows, rows, sizeof(rows));
	return m;
}

static struct model
get_model(void)
{
	bool any = control != NULL;

	for (int i = 0; i < RATES; i++)
		any |= !isnan(given[i]);
	if (model_path != NULL && any)
		opt_die("--model stands for all rates and the control: give "
			"one or the other");
	return model_path != NULL ? model_read(model_path) : default_model();
}

static bool
is_for_all(const struct model_row *row)
{
	return str_eq(row->variant, str_of("*"));
}

static struct source
source_of(const struct model_row *row)
{
	struct source s = {.row = row};

	s.name = rng_row_of(row->event_name, str_of("")).word[0];
	if (row->process == MODEL_POISSON) {
		s.poisson = xcalloc(1, sizeof(*s.poisson));
		/* The model's rates are in range. */
		(void)draw_poisson_init(s.poisson, row->rate);
	}
	return s;
}

/* A variant's own row wins over one for all, whichever comes first. */
static void
plan(const struct source *s)
{
	const size_t variants = (size_t)plans.variants.n + 1;
	const size_t names = plans.names.n;
	const struct source **cell =
	    plans.sources + table_find(&plans.names, s->row->event_name);

	if (!is_for_all(s->row))
		cell[names * table_find(&plans.variants, s->row->variant)] = s;
	else
		for (size_t v = 0; v < variants; v++)
			if (cell[names * v] == NULL)
				cell[names * v] = s;
}

static void
make_plans(void)
{
	sources = xcalloc(model.n, sizeof(*sources));
	for (size_t i = 0; i < model.n; i++) {
		const struct model_row *row = &model.rows[i];

		sources[i] = source_of(row);
		table_add(&plans.names, row->event_name);
		if (!is_for_all(row))
			table_add(&plans.variants, row->variant);
	}
	plans.sources = xcalloc((size_t)plans.variants.n + 1,
	    plans.names.n * sizeof(*plans.sources));
	for (size_t i = 0; i < model.n; i++)
		plan(&sources[i]);
}

static void
put_event(struct out *o, const struct exposure *x, const struct source *s,
    struct rng *r, int64_t time)
{
	const struct model_row *row = s->row;
	struct str user = x->user, name = row->event_name;
	char *start =
	    out_reserve(o, user.n + name.n + WHEN_SIZE + NUM_SIZE + 4);
	char *p = start;

	memcpy(p, user.p, user.n);
	p += user.n;
	*p++ = '\t';
	memcpy(p, name.p, name.n);
	p += name.n;
	*p++ = '\t';
	p += when_format(p, time);
	*p++ = '\t';
	if (row->value.shape != MODEL_NONE)
		p += num_format(p, model_draw(r, &row->value));
	*p++ = '\n';
	o->n += (size_t)(p - start);
}

/* Write what one user did of one kind; false if it was past the year 9999. */
static bool
put_events(struct out *o, const struct exposure *x, const struct source *s)
{
	struct rng_row key = x->key;
	struct rng r;
	uint64_t n;

	key.word[2] = s->name;
	rng_start(&r, seed, STREAM_EVENT, key);
	n = s->poisson != NULL ? draw_poisson(&r, s->poisson)
			       : draw_bernoulli(&r, s->row->rate);
	for (; n > 0; n--) {
		int64_t day = (int64_t)draw_below(&r, s->row->days);
		int64_t time = x->time + day * WHEN_DAY;

		if (time > WHEN_MAX)
			return false;
		put_event(o, x, s, &r, time);
	}
	return true;
}

/* Write what the user of one exposure did; variant is an index into plans. */
static void
put_exposure(struct out *o, const struct tsv *t, size_t row,
    const struct columns *c, uint32_t variant)
{
	const struct source **todo =
	    plans.sources + (size_t)variant * plans.names.n;
	struct exposure x = {
	    .user = tsv_id(t, row, c->user), .time = tsv_time(t, row, c->time)};

	x.key = rng_row_of(x.user, tsv_id(t, row, c->experiment));
	for (size_t i = 0; i < plans.names.n; i++)
		if (todo[i] != NULL && !put_events(o, &x, todo[i]))
			tsv_bad_field(t, row, c->time,
			    "events after it pass the year 9999:");
}

static void
put_exposures(struct out *o, struct tsv *t, const struct columns *c)
{
	const uint32_t others = plans.variants.n;
	bool any = false, any_named = false;
	char quoted[DIE_QUOTE];

	while (tsv_read(t))
		for (size_t row = 0; row < t->rows; row++) {
			uint32_t v = table_find(
			    &plans.variants, tsv_id(t, row, c->variant));

			any_named |= v != TABLE_NONE;
			any = true;
			put_exposure(
			    o, t, row, c, v != TABLE_NONE ? v : others);
		}
	/* A misspelt variant, or a piece of a stream that has no other. */
	if (any && !any_named && others > 0)
		warn("%s: no exposure is in a variant that the model names, "
		     "such as %s",
		    t->name,
		    die_quote(quoted, table_string(&plans.variants, 0)));
}

static void
generate(struct out *o, const char *path)
{
	struct columns c;
	struct tsv t;

	make_plans();
	tsv_open(&t, path, opt_columns(no_header, columns, EXPOSURE_COLUMNS));
	c = (struct columns){
	    .user = tsv_need(&t, "user_id"),
	    .experiment = tsv_need(&t, "experiment_id"),
	    .variant = tsv_need(&t, "variant"),
	    .time = tsv_need(&t, "exposure_time"),
	};
	if (!no_header)
		out_text(o, "user_id\tevent_name\tevent_time\tevent_value\n");
	put_exposures(o, &t, &c);
	tsv_close(&t);
}

int
main(int argc, char **argv)
{
	int operands = opt_parse(&program, argc, argv);
	struct out o;

	if (print_model && operands > 0)
		opt_die("--print-model reads no exposures");
	model = get_model();
	out_open(&o, output);
	if (print_model)
		model_write(&o, &model, !no_header);
	else
		generate(&o, operands > 0 ? argv[0] : NULL);
	out_close(&o);
	return 0;
}
