/* SPDX-License-Identifier: MIT */
/*
 * While a file of values is read there is one struct value_sums a metric and
 * arm, so that adding a value does not look anything up; at the end of the file
 * they are merged into the cells as if they were rows of stats.  Most values
 * have one digit, and are only counted.  Rows of stats are taken some at a
 * time, so that their cells are on the way from memory while the numbers are
 * read.
 */
#include "common/stats_read.h"

#include <stdlib.h>

#include "common/die.h"
#include "common/num.h"
#include "common/out.h"
#include "common/xalloc.h"

#define TOO_MANY "more than 2^53 values"
#define BATCH 32

/* Where a values stream keeps what. */
struct values_layout {
	struct arm_columns arm;
	size_t user;
	bool named; /* the metrics, by -m */
	struct value_column {
		size_t column;
		uint32_t metric;
	} * list;
	size_t n;
};

/* The values of one metric in one arm. */
struct value_sums {
	struct moments sums;
	uint16_t digits[10]; /* how many are not in sums, of each of 0 to 9 */
};

/* Where a stats stream does.  A row of it is one cell. */
struct stats_layout {
	struct arm_columns arm;
	size_t metric, n, sum, squares, min, max;
};

static bool
is_segment(const struct arm_columns *c, size_t column)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->segments[i] == column)
			return true;
	return false;
}

static struct values_layout
find_values(struct stats *s, const struct tsv *t, const struct stats_input *in)
{
	struct values_layout c = {.arm = arm_columns_by(t, in->by),
	    .user = tsv_need(t, "user_id"),
	    .named = in->metrics != NULL};
	char quoted[DIE_QUOTE];

	c.list = xcalloc(t->columns + s->metrics.n, sizeof(*c.list));
	for (size_t i = 0; i < s->metrics.n; i++) {
		size_t column = tsv_find(t, s->metrics.list[i].id);

		if (column == TSV_NONE)
			die("%s: no column %s, a metric of %s", t->name,
			    die_quote(quoted, s->metrics.list[i].id),
			    in->metrics);
		c.list[c.n++] = (struct value_column){column, (uint32_t)i};
	}
	for (size_t i = 0; i < t->columns && in->metrics == NULL; i++) {
		if (i == c.arm.experiment || i == c.arm.variant ||
		    i == c.user || is_segment(&c.arm, i))
			continue;
		if (t->header[i].n == 0)
			die("%s: column %zu has no name", t->name, i + 1);
		c.list[c.n++] = (struct value_column){
		    i, table_add(&s->metrics.ids, t->header[i])};
	}
	if (c.n == 0 && in->metrics == NULL)
		die("%s: no column has the values of a metric", t->name);
	return c;
}

/* Add n times a digit to the sums; no file has 2^53 rows. */
static void
merge_digit(struct value_sums *v, unsigned digit, uint64_t n)
{
	struct moments same = moments_repeat(digit, n);

	(void)moments_merge(&v->sums, &same);
}

static inline void
count_digit(struct value_sums *v, unsigned digit)
{
	if (++v->digits[digit] < UINT16_MAX)
		return;
	merge_digit(v, digit, UINT16_MAX);
	v->digits[digit] = 0;
}

static void
add_values(struct value_sums *sums, const struct tsv *t, size_t row,
    const struct values_layout *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct str s = tsv_field(t, row, c->list[i].column);
		struct decimal d;

		if (s.n == 1 && '0' <= *s.p && *s.p <= '9') {
			count_digit(&sums[i], (unsigned)(*s.p - '0'));
			continue;
		}
		if (!num_parse(s, &d))
			tsv_bad_field(t, row, c->list[i].column,
			    c->named ? "bad number"
				     : "bad number; if that is no metric, "
				       "name those that are with -m:");
		/* Part by part: they were just stored so, and a processor
		 * waits if it has to load two stores as one. */
		moments_add(&sums[i].sums,
		    (struct decimal){d.mantissa, d.exponent, d.negative});
	}
}

/* Put an arm's sums, which are freed, into the cells. */
static void
add_arm(struct stats *s, const struct tsv *t, struct value_sums *sums,
    uint32_t arm, const struct values_layout *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct value_sums *v = &sums[i];

		for (unsigned digit = 0; digit < 10; digit++)
			merge_digit(v, digit, v->digits[digit]);
		if (!stats_add(s, c->list[i].metric, arm, &v->sums))
			die("%s: " TOO_MANY, t->name);
	}
	free(sums);
}

static bool
read_values(struct stats *s, struct tsv *t, const struct stats_input *in)
{
	struct values_layout c = find_values(s, t, in);
	struct value_sums **sums = NULL; /* sums[arm][i] */
	size_t room = 0, arms = 0;

	while (tsv_read(t))
		for (size_t row = 0; row < t->rows; row++) {
			size_t arm = arm_of_row(&s->arms, t, row, &c.arm);

			sums = xgrow(sums, &room, s->arms.n, sizeof(*sums));
			while (arms < s->arms.n)
				sums[arms++] = NULL;
			if (sums[arm] == NULL)
				sums[arm] = xcalloc(c.n, sizeof(**sums));
			tsv_id(t, row, c.user);
			add_values(sums[arm], t, row, &c);
		}
	for (size_t arm = 0; arm < arms; arm++)
		if (sums[arm] != NULL)
			add_arm(s, t, sums[arm], (uint32_t)arm, &c);
	free(sums);
	free(c.list);
	free(c.arm.segments);
	return arms > 0;
}

static struct stats_layout
find_stats(const struct tsv *t, const struct stats_input *in)
{
	return (struct stats_layout){.arm = arm_columns_by(t, in->by),
	    .metric = tsv_need(t, "metric_id"),
	    .n = tsv_need(t, "n"),
	    .sum = tsv_need(t, "sum"),
	    .squares = tsv_need(t, "sum_squares"),
	    .min = tsv_need(t, "min"),
	    .max = tsv_need(t, "max")};
}

static struct exact
exact_field(const struct tsv *t, size_t row, size_t column)
{
	struct exact x;

	if (!exact_parse(&x, tsv_field(t, row, column)))
		tsv_bad_field(t, row, column, "bad sum");
	return x;
}

/* One end of the range, which has none if there are no values. */
static struct decimal
range_field(const struct tsv *t, size_t row, size_t column, uint64_t n)
{
	struct decimal d = {.mantissa = 0};
	struct str s = tsv_field(t, row, column);

	if (n == 0 ? s.n > 0 : !num_parse(s, &d))
		tsv_bad_field(t, row, column,
		    n == 0 ? "should be empty for n = 0:" : "bad number");
	return d;
}

static struct moments
moments_of_row(const struct tsv *t, size_t row, const struct stats_layout *c)
{
	struct decimal min, max;
	struct exact sum, squares;
	struct moments m;
	uint64_t n;

	if (!num_count(tsv_field(t, row, c->n), &n) || n > MOMENTS_MAX)
		tsv_bad_field(
		    t, row, c->n, "not a whole number from 0 to 2^53:");
	min = range_field(t, row, c->min, n);
	max = range_field(t, row, c->max, n);
	if (moments_restore_text(&m, n, tsv_field(t, row, c->sum),
		tsv_field(t, row, c->squares), min, max))
		return m;
	sum = exact_field(t, row, c->sum);
	squares = exact_field(t, row, c->squares);
	if (!moments_restore(&m, n, &sum, &squares, min, max))
		tsv_bad_row(t, row,
		    "no values have this n, min, max, sum and sum_squares");
	return m;
}

/* The metric and arm of a row, the metric TABLE_NONE if it is not wanted. */
static struct stats_cell
cell_of_row(struct stats *s, const struct tsv *t, size_t row,
    const struct stats_layout *c, const struct stats_input *in)
{
	struct str id = tsv_id(t, row, c->metric);
	struct stats_cell cell = {
	    .metric = in->metrics != NULL ? table_find(&s->metrics.ids, id)
					  : table_add(&s->metrics.ids, id)};

	if (cell.metric != TABLE_NONE) {
		cell.arm = arm_of_row(&s->arms, t, row, &c->arm);
		stats_fetch(s, cell.metric, cell.arm);
	}
	return cell;
}

/* Add n <= BATCH rows. */
static void
add_rows(struct stats *s, const struct tsv *t, size_t first, size_t n,
    const struct stats_layout *c, const struct stats_input *in)
{
	struct stats_cell cells[BATCH];

	for (size_t i = 0; i < n; i++)
		cells[i] = cell_of_row(s, t, first + i, c, in);
	for (size_t i = 0; i < n; i++) {
		struct moments m;

		if (cells[i].metric == TABLE_NONE)
			continue;
		m = moments_of_row(t, first + i, c);
		if (!stats_add(s, cells[i].metric, cells[i].arm, &m))
			tsv_bad_row(t, first + i, TOO_MANY " in all");
	}
}

static bool
read_stats(struct stats *s, struct tsv *t, const struct stats_input *in)
{
	struct stats_layout c = find_stats(t, in);
	bool any = false;

	for (; tsv_read(t); any = true)
		for (size_t row = 0, n; row < t->rows; row += n) {
			n = t->rows - row < BATCH ? t->rows - row : BATCH;
			add_rows(s, t, row, n, &c, in);
		}
	free(c.arm.segments);
	return any;
}

static bool
is_stats(const struct tsv *t)
{
	static const char *const names[] = {
	    "metric_id", "n", "sum", "sum_squares"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (tsv_find(t, str_of(names[i])) == TSV_NONE)
			return false;
	return true;
}

static bool
read_file(struct stats *s, const struct stats_input *in, const char *path,
    const char *columns)
{
	struct tsv t;
	bool any;

	tsv_open(&t, path, columns);
	any = is_stats(&t) ? read_stats(s, &t, in) : read_values(s, &t, in);
	tsv_close(&t);
	return any;
}

/* The columns of values without a header: the first, then the metrics. */
static char *
value_columns(const struct metrics *metrics)
{
	static const char first[] = "experiment_id,variant,user_id";
	size_t n = sizeof(first);
	char *list, *p;

	for (size_t i = 0; i < metrics->n; i++)
		n += metrics->list[i].id.n + 1;
	list = p = xcalloc(n, 1);
	memcpy(p, first, sizeof(first) - 1);
	p += sizeof(first) - 1;
	for (size_t i = 0; i < metrics->n; i++) {
		struct str id = metrics->list[i].id;

		if (memchr(id.p, ',', id.n) != NULL)
			opt_die("--no-header: a metric's id has a comma, so "
				"that a header must tell the columns apart");
		*p++ = ',';
		memcpy(p, id.p, id.n);
		p += id.n;
	}
	return list;
}

static void
check_segments(const char *by, const char *const *reserved)
{
	struct str name;
	char quoted[DIE_QUOTE];

	while (opt_next_name("by", &by, &name))
		for (size_t i = 0; reserved[i] != NULL; i++)
			if (str_eq(name, str_of(reserved[i])))
				opt_die("--by: the output has a column %s of "
					"its own",
				    die_quote(quoted, name));
}

/* The cells are sorted by metric. */
static void
check_metrics(const struct stats *s, const struct stats_input *in)
{
	size_t cell = 0;
	char quoted[DIE_QUOTE];

	for (size_t i = 0; i < s->metrics.n; i++) {
		if (cell == s->n || s->cells[cell].metric != i)
			die("no row is of %s, a metric of %s",
			    die_quote(quoted, s->metrics.list[i].id),
			    in->metrics);
		while (cell < s->n && s->cells[cell].metric == i)
			cell++;
	}
}

void
stats_read(struct stats *s, const struct stats_input *in,
    const char *const *reserved, char **paths, int n)
{
	const char *columns;
	char *otherwise = NULL;
	bool any = false;

	*s = (struct stats){.n = 0};
	check_segments(in->by, reserved);
	if (in->metrics != NULL)
		s->metrics = metric_read(in->metrics);
	else if (in->no_header && in->columns == NULL)
		opt_die("--no-header needs --columns or -m");
	if (in->no_header && in->columns == NULL)
		otherwise = value_columns(&s->metrics);
	columns = opt_columns(in->no_header, in->columns, otherwise);
	for (int i = 0; i < n || i == 0; i++)
		any |= read_file(s, in, n > 0 ? paths[i] : NULL, columns);
	free(otherwise);
	stats_sort(s);
	if (any)
		check_metrics(s, in);
}

void
stats_segment_names(struct out *o, const struct stats_input *in)
{
	const char *by = in->by;
	struct str name;

	while (opt_next_name("by", &by, &name)) {
		out_byte(o, '\t');
		out_str(o, name);
	}
}
