/* SPDX-License-Identifier: MIT */
/*
 * abgen-exposures writes made-up exposures: for each experiment it takes users
 * from the population at random, none twice, and divides them among the
 * variants in just the proportions asked for.  It reads nothing and holds
 * nothing but the list of variants: the users come from a permutation that
 * gives its n-th element at once, the first of them for the first variant, and
 * so on.  A row is a function of the seed and its place in the stream, so that
 * any piece can be made alone; its time depends on the user and the
 * experiment only.
 */
#include <stdint.h>
#include <stdlib.h>

#include "common/draw.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/rng.h"
#include "common/share.h"
#include "common/stream.h"
#include "common/when.h"
#include "common/xalloc.h"

static uint64_t experiments = 2, population = 8000, sample_size = 5000;
static uint64_t days = 14, seed = 1;
static int64_t start = 1735689600 * WHEN_SECOND; /* 2025-01-01 */
static const char *variant_list = "A,B", *shard, *output;
static bool no_header;

static const struct opt options[] = {
    {.letter = 'e',
	.name = "experiments",
	.arg = "N",
	.count = &experiments,
	.least = 1,
	.most = 1e6,
	.help = "how many experiments (default 2)"},
    {.letter = 'n',
	.name = "population",
	.arg = "N",
	.count = &population,
	.most = 1e12,
	.help = "users to choose from (default 8000)"},
    {.letter = 'k',
	.name = "sample-size",
	.arg = "N",
	.count = &sample_size,
	.most = 1e12,
	.help = "users in each experiment (default 5000)"},
    {.name = "variants",
	.arg = "LIST",
	.text = &variant_list,
	.help = "NAME[:WEIGHT],... (default A,B)"},
    {.name = "start",
	.arg = "TIME",
	.time = &start,
	.help = "the first moment of exposure (default 2025-01-01)"},
    {.name = "days",
	.arg = "N",
	.count = &days,
	.least = 1,
	.most = 1e6,
	.help = "for how long (default 14)"},
    OPT_SEED(&seed),
    {.name = "shard",
	.arg = "K/N",
	.text = &shard,
	.help = "piece K of N of the rows, which are in order"},
    OPT_NO_HEADER(&no_header),
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abgen-exposures",
    .operands = "",
    .purpose = "Generate exposures of random users to experiments.",
    .options = options,
};

static struct shares variants;

static void
check_options(void)
{
	if (sample_size > population)
		opt_die("--sample-size: %llu of a population of %llu",
		    (unsigned long long)sample_size,
		    (unsigned long long)population);
	if (start > WHEN_MAX - ((int64_t)days * WHEN_DAY - WHEN_SECOND))
		opt_die("--days: %llu from --start go past the year 9999",
		    (unsigned long long)days);
}

/* What stands between the user and the time in all rows of one variant of one
 * experiment, which the caller frees. */
static char *
middle_of(uint64_t experiment, struct str variant)
{
	char *text = xcalloc(NUM_SIZE + variant.n + 3, 1), *p = text;

	*p++ = '\t';
	p += num_format_count(p, experiment);
	*p++ = '\t';
	p = str_put(p, variant);
	*p++ = '\t';
	return text;
}

/* Write a row: middle is all between the user and the time. */
static void
put_row(struct out *o, uint64_t user, uint64_t experiment, struct str middle)
{
	char *row = out_reserve(o, NUM_SIZE + middle.n + WHEN_SIZE + 1);
	char *p = row;
	int64_t second;
	struct rng r;

	rng_start(&r, seed, STREAM_EXPOSURE_TIME,
	    (struct rng_row){{user, experiment, 0}});
	/* The day and the second of the day, in one draw. */
	second = (int64_t)draw_below(&r, days * 86400);
	p += num_format_count(p, user);
	p = str_put(p, middle);
	p += when_format(p, start + second * WHEN_SECOND);
	*p++ = '\n';
	o->n += (size_t)(p - row);
}

/* Write the participants first to end - 1, who are all of one variant. */
static void
put_variant(struct out *o, const struct draw_perm *users, uint64_t experiment,
    struct str variant, uint64_t first, uint64_t end)
{
	char *text = middle_of(experiment, variant);
	struct str middle = str_of(text);
	uint64_t user[DRAW_PERM_BATCH];
	size_t n;

	for (; first < end; first += n) {
		n = end - first < DRAW_PERM_BATCH ? (size_t)(end - first)
						  : DRAW_PERM_BATCH;
		draw_perm_run(users, first, n, user);
		for (size_t i = 0; i < n; i++)
			put_row(o, user[i], experiment, middle);
	}
	free(text);
}

/* Write the rows of one experiment that are in range, counted from its first;
 * sizes are those of its variants. */
static void
put_experiment(struct out *o, uint64_t experiment, const uint64_t *sizes,
    struct share_range range)
{
	struct draw_perm users;
	uint64_t from = 0, to;
	struct rng r;

	rng_start(&r, seed, STREAM_PARTICIPANTS,
	    (struct rng_row){{experiment, 0, 0}});
	/* The population is in the permutation's range. */
	(void)draw_perm_init(&users, &r, population);
	for (size_t v = 0; v < variants.n; v++, from = to) {
		uint64_t first, end;

		to = from + sizes[v];
		first = from > range.first ? from : range.first;
		end = to < range.end ? to : range.end;
		if (first < end)
			put_variant(o, &users, experiment, variants.names[v],
			    first, end);
	}
}

static void
put_rows(struct out *o, struct share_range rows)
{
	uint64_t *sizes = xcalloc(variants.n, sizeof(*sizes));

	share_divide(&variants, sample_size, sizes);
	while (rows.first < rows.end) {
		uint64_t experiment = rows.first / sample_size;
		uint64_t from = experiment * sample_size;
		uint64_t end = rows.end - from;
		struct share_range range = {
		    rows.first - from, end < sample_size ? end : sample_size};

		put_experiment(o, experiment, sizes, range);
		rows.first = from + range.end;
	}
	free(sizes);
}

int
main(int argc, char **argv)
{
	struct share_range rows;
	struct out o;

	opt_parse(&program, argc, argv);
	check_options();
	variants = share_parse("variants", variant_list);
	rows = share_range("shard", shard, experiments * sample_size);

	out_open(&o, output);
	if (!no_header)
		out_text(
		    &o, "user_id\texperiment_id\tvariant\texposure_time\n");
	put_rows(&o, rows);
	out_close(&o);
	return 0;
}
