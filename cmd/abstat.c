/* SPDX-License-Identifier: MIT */
/*
 * abstat reads values, one row a user with one column a metric, and writes
 * how many there are of each metric in each variant, their mean, deviation
 * and range, and their sums.  It reads such rows too, so that what was counted
 * apart is put together.  Only the sums are held in memory, not the values.
 * They are exact, and the rows come out sorted, so that the output depends
 * neither on the order of the input nor on how it was cut into pieces.
 */
#include <math.h>

#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/stats_read.h"

static struct stats_input input;
static const char *output;

static const struct opt options[] = {
    STATS_OPTIONS(&input),
    OPT_PROGRESS,
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abstat",
    .operands = "[FILE ...]",
    .purpose = "Count, sum and average the values of each metric and variant.",
    .options = options,
    .most_operands = -1,
};

static const char *const columns[] = {"metric_id", "experiment_id", "variant",
    "n", "mean", "sd", "min", "max", "sum", "sum_squares", NULL};

static struct stats stats;

static void
put_header(struct out *o)
{
	if (input.no_header)
		return;
	for (size_t i = 0; columns[i] != NULL; i++) {
		if (i == 3)
			stats_segment_names(o, &input);
		if (i > 0)
			out_byte(o, '\t');
		out_text(o, columns[i]);
	}
	out_byte(o, '\n');
}

/* A tab, and the number if it is one. */
static void
put_number(struct out *o, double x)
{
	out_byte(o, '\t');
	if (isfinite(x))
		out_number(o, x);
}

static void
put_decimal(struct out *o, const struct moments *m, struct decimal d)
{
	out_byte(o, '\t');
	if (m->n > 0)
		o->n += num_format_decimal(out_reserve(o, NUM_SIZE), d);
}

static void
put_exact(struct out *o, const struct exact *x)
{
	out_byte(o, '\t');
	o->n += exact_format(x, out_reserve(o, EXACT_TEXT));
}

static void
put_cell(struct out *o, const struct stats_cell *cell)
{
	const struct arms *arms = &stats.arms;
	const struct arm *arm = &arms->list[cell->arm];
	const struct moments *m = cell->sums;
	struct exact sum, squares;

	moments_sum(m, &sum);
	moments_squares(m, &squares);
	out_str(o, table_string(&stats.metrics.ids, cell->metric));
	out_byte(o, '\t');
	out_str(o, table_string(&arms->experiments, arm->experiment));
	out_byte(o, '\t');
	out_str(o, table_string(&arms->variants, arm->variant));
	out_str(o, table_string(&arms->segments, arm->segments));
	out_byte(o, '\t');
	out_count(o, m->n);
	put_number(o, moments_mean(m));
	put_number(o, moments_sd(m));
	put_decimal(o, m, moments_min(m));
	put_decimal(o, m, moments_max(m));
	put_exact(o, &sum);
	put_exact(o, &squares);
	out_byte(o, '\n');
}

int
main(int argc, char **argv)
{
	int operands = opt_parse(&program, argc, argv);
	struct out o;

	out_open(&o, output);
	stats_read(&stats, &input, columns, argv, operands);
	put_header(&o);
	for (size_t i = 0; i < stats.n; i++)
		put_cell(&o, &stats.cells[i]);
	out_close(&o);
	return 0;
}
