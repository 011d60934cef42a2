/* SPDX-License-Identifier: MIT */
/*
 * abtest reads values, one row a user, or the sums that abstat makes of them,
 * and compares each variant of an experiment with its control: for each
 * metric, and each segment if asked, a row with the difference, the lift,
 * their intervals and the test's result.  It holds in memory the sums of each
 * metric in each variant, not the values.  The sums are exact and the rows
 * come out sorted, so that the output depends neither on the order of the
 * input nor on how it was cut into pieces.
 */
#include <math.h>
#include <stdlib.h>

#include "common/die.h"
#include "common/infer.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/result.h"
#include "common/stats_read.h"
#include "common/xalloc.h"

static struct stats_input input;
static const char *control_name, *output;
static double alpha = 0.05;
static int binary_test = INFER_CHI2_YATES;
static int means_test; /* from INFER_STUDENT */
static bool with_log10_p;

static const struct opt options[] = {
    STATS_OPTIONS(&input),
    {.letter = 'c',
	.name = "control",
	.arg = "VARIANT",
	.text = &control_name,
	.help = "compare with this one, not with the first in order"},
    {.letter = 'a',
	.name = "alpha",
	.arg = "A",
	.number = &alpha,
	.most = 1,
	.help = "significant is a p-value below A (default 0.05)"},
    {.name = "binary",
	.arg = "TEST",
	.choice = &binary_test,
	.choices = infer_tests,
	.help = "for binary metrics: chi2-yates (the default), chi2, z, "
		"student or welch"},
    {.name = "means",
	.arg = "TEST",
	.choice = &means_test,
	.choices = infer_tests + INFER_STUDENT,
	.help = "for the other metrics: student (the default) or welch"},
    {.name = "log10-p",
	.flag = &with_log10_p,
	.help = "add a column log10_p, which no p-value is too small for"},
    OPT_PROGRESS,
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abtest",
    .operands = "[FILE ...]",
    .purpose = "Test each variant of each experiment against its control.",
    .options = options,
    .most_operands = -1,
};

#define AHEAD 16 /* so many cells are on the way from memory at once */

static struct stats stats;
static struct infer_level level;
static bool *binary; /* of each metric */

/* The variants of each experiment in the order of their bytes. */
static struct variants {
	uint32_t *list;    /* of all experiments */
	uint32_t *first;   /* of each experiment: where it begins in list */
	uint32_t *control; /* of each experiment */
} variants;

/* What is known of one metric in one arm. */
struct side {
	const struct moments *sums; /* empty if there are no values */
	double mean, sd;
};

static int
compare_pairs(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The control among the variants of an experiment. */
static uint32_t
find_control(uint32_t experiment, const uint32_t *list, size_t n)
{
	char name[DIE_QUOTE], control[DIE_QUOTE];
	uint32_t wanted;

	if (control_name == NULL)
		return list[0];
	wanted = table_find(&stats.arms.variants, str_of(control_name));
	for (size_t i = 0; i < n; i++)
		if (list[i] == wanted)
			return wanted;
	die("--control: experiment %s has no variant %s",
	    die_quote(name, table_string(&stats.arms.experiments, experiment)),
	    die_quote(control, str_of(control_name)));
}

static void
find_variants(const struct arms *a)
{
	uint64_t *pairs = xcalloc(a->n, sizeof(*pairs));
	uint32_t *list = xcalloc(a->n, sizeof(*list)), n = 0;
	uint32_t *first = xcalloc(a->experiments.n + 1, sizeof(*first));
	uint32_t *control = xcalloc(a->experiments.n, sizeof(*control));

	for (size_t i = 0; i < a->n; i++)
		pairs[i] =
		    (uint64_t)a->list[i].experiment << 32 | a->list[i].variant;
	qsort(pairs, a->n, sizeof(*pairs), compare_pairs);
	for (size_t i = 0; i < a->n; i++)
		if (i == 0 || pairs[i] != pairs[i - 1]) {
			list[n++] = (uint32_t)pairs[i];
			first[(pairs[i] >> 32) + 1] = n;
		}
	free(pairs);
	for (uint32_t i = 0; i < a->experiments.n; i++)
		control[i] =
		    find_control(i, list + first[i], first[i + 1] - first[i]);
	variants = (struct variants){list, first, control};
}

static _Noreturn void
refuse_binary(const struct stats_cell *cell)
{
	uint32_t experiment = stats.arms.list[cell->arm].experiment;
	char metric[DIE_QUOTE], name[DIE_QUOTE];

	die("metric %s is binary, but in experiment %s has values that are "
	    "neither 0 nor 1",
	    die_quote(metric, table_string(&stats.metrics.ids, cell->metric)),
	    die_quote(name, table_string(&stats.arms.experiments, experiment)));
}

/* Which metrics are binary: those that -m calls so, else those that look so. */
static void
find_binary(void)
{
	binary = xcalloc(stats.metrics.ids.n, sizeof(*binary));
	for (uint32_t i = 0; i < stats.metrics.ids.n; i++)
		binary[i] = input.metrics == NULL ||
			    stats.metrics.list[i].aggregation == METRIC_BINARY;
	for (size_t i = 0; i < stats.n; i++) {
		const struct stats_cell *cell = &stats.cells[i];

		if (!binary[cell->metric] || moments_are_binary(cell->sums))
			continue;
		if (input.metrics != NULL)
			refuse_binary(cell);
		binary[cell->metric] = false;
	}
}

static struct side
side_of(const struct moments *sums, enum infer_test test)
{
	return (struct side){sums, moments_mean(sums),
	    test >= INFER_STUDENT ? moments_sd(sums) : NAN};
}

static struct infer_share
share_of(const struct side *side)
{
	return (struct infer_share){
	    side->sums->n, (uint64_t)moments_total(side->sums)};
}

static struct infer_sample
sample_of(const struct side *side)
{
	return (struct infer_sample){side->sums->n, side->mean, side->sd};
}

static struct infer
compare(enum infer_test test, const struct side *control,
    const struct side *treatment)
{
	if (test < INFER_STUDENT)
		return infer_shares(
		    test, share_of(control), share_of(treatment), level);
	return infer_means(test, sample_of(control), sample_of(treatment),
	    moments_difference(control->sums, treatment->sums), level);
}

static void
put_header(struct out *o)
{
	if (input.no_header)
		return;
	for (size_t i = 0; result_columns[i] != NULL; i++) {
		const char *name = result_columns[i];

		if (strcmp(name, "log10_p") == 0 && !with_log10_p)
			continue;
		if (strcmp(name, "control") == 0)
			stats_segment_names(o, &input);
		if (i > 0)
			out_byte(o, '\t');
		out_text(o, name);
	}
	out_byte(o, '\n');
}

static void
put_number(struct out *o, double x)
{
	out_byte(o, '\t');
	if (isfinite(x))
		out_number(o, x);
}

static void
put_variant(struct out *o, uint32_t variant)
{
	out_byte(o, '\t');
	if (variant != TABLE_NONE)
		out_str(o, table_string(&stats.arms.variants, variant));
}

static void
put_result(struct out *o, const struct side *control,
    const struct side *treatment, const struct infer *r)
{
	const double numbers[] = {control->mean, treatment->mean, r->diff,
	    r->diff_low, r->diff_high, r->lift, r->lift_low, r->lift_high,
	    r->statistic, r->df, r->p_value};

	out_byte(o, '\t');
	out_count(o, control->sums->n);
	out_byte(o, '\t');
	out_count(o, treatment->sums->n);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		put_number(o, numbers[i]);
	if (with_log10_p)
		put_number(o, r->log10_p);
	out_byte(o, '\t');
	if (!isnan(r->p_value))
		out_text(o, r->p_value < alpha ? "yes" : "no");
	out_byte(o, '\n');
}

static void
put_row(struct out *o, const struct stats_cell *cell, uint32_t control,
    uint32_t treatment, enum infer_test test, const struct side *c,
    const struct side *t)
{
	const struct arms *arms = &stats.arms;
	const struct arm *arm = &arms->list[cell->arm];
	struct infer r = compare(test, c, t);

	out_str(o, table_string(&stats.metrics.ids, cell->metric));
	out_byte(o, '\t');
	out_str(o, table_string(&arms->experiments, arm->experiment));
	out_str(o, table_string(&arms->segments, arm->segments));
	put_variant(o, control);
	put_variant(o, treatment);
	out_byte(o, '\t');
	out_text(o, infer_tests[test]);
	put_result(o, c, t, &r);
}

static uint32_t
variant_of(const struct stats_cell *cell)
{
	return stats.arms.list[cell->arm].variant;
}

/*
 * Compare the variants of an experiment by the cells of one metric and one
 * segment.  Not every variant need have one; all are in one order.
 */
static void
put_group(struct out *o, const struct stats_cell *cells, size_t n)
{
	enum infer_test test =
	    binary[cells->metric]
		? (enum infer_test)binary_test
		: (enum infer_test)(INFER_STUDENT + means_test);
	uint32_t experiment = stats.arms.list[cells->arm].experiment;
	uint32_t control = variants.control[experiment];
	const uint32_t *list = variants.list + variants.first[experiment];
	const uint32_t *end = variants.list + variants.first[experiment + 1];
	const struct moments none = {0};
	struct side c = side_of(&none, test), t = c;
	size_t next = 0;

	for (size_t i = 0; i < n; i++)
		if (variant_of(&cells[i]) == control)
			c = side_of(cells[i].sums, test);
	if (end - list == 1)
		put_row(o, cells, control, TABLE_NONE, test, &c, &t);
	for (; list < end; list++) {
		const struct moments *sums = &none;

		if (next < n && variant_of(&cells[next]) == *list)
			sums = cells[next++].sums;
		if (*list == control)
			continue;
		t = side_of(sums, test);
		put_row(o, cells, control, *list, test, &c, &t);
	}
}

/* Whether two cells differ at most in the variant. */
static bool
is_one_group(const struct stats_cell *a, const struct stats_cell *b)
{
	const struct arm *x = &stats.arms.list[a->arm];
	const struct arm *y = &stats.arms.list[b->arm];

	return a->metric == b->metric && x->experiment == y->experiment &&
	       x->segments == y->segments;
}

/* How many of the cells, which are the last so many, are of the first one's
 * group.  Those that come soon set off from memory on the way. */
static size_t
group_size(const struct stats_cell *cells, size_t left)
{
	size_t n = 0;

	for (; n < left && is_one_group(cells, &cells[n]); n++)
		if (left - n > AHEAD)
			__builtin_prefetch(cells[n + AHEAD].sums);
	return n;
}

int
main(int argc, char **argv)
{
	int operands = opt_parse(&program, argc, argv);
	struct out o;

	if (!(alpha > 0 && alpha < 1))
		opt_die("--alpha: must be between 0 and 1");
	out_open(&o, output);
	stats_read(&stats, &input, result_columns, argv, operands);
	find_variants(&stats.arms);
	find_binary();

	level = infer_level(alpha);
	put_header(&o);
	for (size_t i = 0, n; i < stats.n; i += n) {
		const struct stats_cell *cells = &stats.cells[i];

		n = group_size(cells, stats.n - i);
		put_group(&o, cells, n);
	}
	out_close(&o);
	return 0;
}
