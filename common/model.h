/* SPDX-License-Identifier: MIT */
#ifndef COMMON_MODEL_H
#define COMMON_MODEL_H

/*
 * What the users of a made-up experiment do: a table of kinds of events, each
 * with how often, for how many days and of what value, per variant.
 */

#include <stdint.h>

#include "common/out.h"
#include "common/rng.h"
#include "common/str.h"

#define MODEL_RATE_MAX 1e9 /* of a poisson process; a bernoulli's is 1 */
#define MODEL_DAYS_MAX 1000000

enum model_process {
	MODEL_POISSON,   /* rate events on average */
	MODEL_BERNOULLI, /* one event with probability rate, or none */
};

/* The distributions of values, as samplers in common/draw.h define them. */
enum model_shape {
	MODEL_NONE, /* no value */
	MODEL_CONSTANT,
	MODEL_UNIFORM,     /* a to b */
	MODEL_NORMAL,      /* mean, sd */
	MODEL_LOGNORMAL,   /* mu, sigma */
	MODEL_EXPONENTIAL, /* mean */
	MODEL_PARETO,      /* alpha, minimum */
};

struct model_value {
	enum model_shape shape;
	double x[2]; /* the parameters */
};

struct model_row {
	struct str event_name;
	struct str variant; /* "*" for those without a row of their own */
	enum model_process process;
	double rate;
	uint64_t days; /* events fall on days 0 to days - 1 alike */
	struct model_value value;
};

struct model {
	struct model_row *rows; /* owned */
	size_t n;
};

/*
 * Read a model TSV with the columns event_name, variant, process, rate, days
 * and value.  Exits with a message on a missing column, anything that is not
 * as above, or a second row for an event name and variant.
 */
struct model model_read(const char *path);

/* Write the model as such a TSV. */
void model_write(struct out *, const struct model *, bool header);

/* A value, which is finite for what model_read() accepts; not of MODEL_NONE. */
double model_draw(struct rng *, const struct model_value *);

#endif
