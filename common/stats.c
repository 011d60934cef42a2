/* SPDX-License-Identifier: MIT */
/*
 * A cell keeps only the digits that its sums have, a struct moments being
 * mostly room for those that they might have.  While a file of values is read
 * there is one struct moments a metric and arm, so that adding a value does
 * not look anything up; at the end of the file they are merged into the cells
 * as if they were rows of stats.
 *
 * In the end the strings are numbered again in the order of their bytes, and
 * the cells sorted by these numbers, one counting sort for each part of the
 * key, the last part first.
 */
#include "common/stats.h"

#include <stdlib.h>

#include "common/die.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/xalloc.h"

#define TOO_MANY "more than 2^53 values"
#define CHUNK ((size_t)256 << 10)

/* Which limbs a struct exact uses. */
struct span {
	int16_t low, high;
};

struct stats_sums {
	uint64_t n;
	struct decimal min, max;
	struct span sum, squares;
	size_t room;    /* limbs */
	int32_t limb[]; /* of the sum, then of the squares */
};

/* Where a values stream keeps what. */
struct value_columns {
	struct arm_columns arm;
	size_t user;
	bool named; /* the metrics, by -m */
	struct value_column {
		size_t column;
		uint32_t metric;
	} * list;
	size_t n;
};

/* Where a stats stream does. */
struct stats_columns {
	struct arm_columns arm;
	size_t metric, n, sum, squares, min, max;
};

/* Memory that is never given back. */
static void *
keep(struct stats *s, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	if (size > s->chunk_left) {
		s->chunk = xcalloc(CHUNK, 1);
		s->chunk_left = CHUNK;
	}
	s->chunk_left -= size;
	return s->chunk + s->chunk_left;
}

static size_t
span_size(struct span span)
{
	return (size_t)(span.high - span.low);
}

static int32_t *
pack(int32_t *to, const struct exact *x)
{
	size_t n = span_size((struct span){x->low, x->high});

	memcpy(to, x->limb + x->low, n * sizeof(*to));
	return to + n;
}

static const int32_t *
unpack(struct exact *x, struct span span, const int32_t *from)
{
	size_t n = span_size(span);

	*x = (struct exact){.low = span.low, .high = span.high};
	memcpy(x->limb + x->low, from, n * sizeof(*from));
	return from + n;
}

static void
set_sums(struct stats *s, struct stats_cell *cell, const struct moments *m)
{
	struct exact sum, squares;
	struct span a, b;
	size_t need;

	moments_sum(m, &sum);
	moments_squares(m, &squares);
	a = (struct span){sum.low, sum.high};
	b = (struct span){squares.low, squares.high};
	need = span_size(a) + span_size(b);
	if (cell->sums == NULL || cell->sums->room < need) {
		cell->sums =
		    keep(s, sizeof(*cell->sums) + need * sizeof(int32_t));
		cell->sums->room = need;
	}
	cell->sums->n = m->n;
	cell->sums->min = moments_min(m);
	cell->sums->max = moments_max(m);
	cell->sums->sum = a;
	cell->sums->squares = b;
	pack(pack(cell->sums->limb, &sum), &squares);
}

struct moments
stats_moments(const struct stats_cell *cell)
{
	const struct stats_sums *sums = cell->sums;
	struct exact sum, squares;
	struct moments m;

	unpack(&squares, sums->squares, unpack(&sum, sums->sum, sums->limb));
	moments_restore(&m, sums->n, &sum, &squares, sums->min, sums->max);
	return m;
}

/* Merge into the cell of the metric and arm; false if it would be too many. */
static bool
add(struct stats *s, uint32_t metric, uint32_t arm, const struct moments *m)
{
	uint32_t pair[2] = {metric, arm};
	struct str key = {(const char *)pair, sizeof(pair)};
	uint32_t i = table_add(&s->keys, key);
	struct moments whole;

	if (i == s->n) {
		s->cells =
		    xgrow(s->cells, &s->room, s->n + 1, sizeof(*s->cells));
		s->cells[s->n++] =
		    (struct stats_cell){.metric = metric, .arm = arm};
		set_sums(s, &s->cells[i], m);
		return true;
	}
	whole = stats_moments(&s->cells[i]);
	if (!moments_merge(&whole, m))
		return false;
	set_sums(s, &s->cells[i], &whole);
	return true;
}

static bool
is_segment(const struct arm_columns *c, size_t column)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->segments[i] == column)
			return true;
	return false;
}

static struct value_columns
find_values(struct stats *s, const struct tsv *t, const struct stats_input *in)
{
	struct value_columns c = {.arm = arm_columns_by(t, in->by),
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

static void
add_values(struct moments *sums, const struct tsv *t, size_t row,
    const struct value_columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct decimal d;

		if (!num_parse(tsv_field(t, row, c->list[i].column), &d))
			tsv_bad_field(t, row, c->list[i].column,
			    c->named ? "bad number"
				     : "bad number; if that is no metric, "
				       "name those that are with -m:");
		moments_add(&sums[i], d);
	}
}

static void
read_values(struct stats *s, struct tsv *t, const struct stats_input *in)
{
	struct value_columns c = find_values(s, t, in);
	struct moments *sums = NULL; /* sums[arm * c.n + i] */
	size_t room = 0, arms = 0;

	while (tsv_read(t))
		for (size_t row = 0; row < t->rows; row++) {
			size_t arm = arm_of_row(&s->arms, t, row, &c.arm);

			if (arm >= arms) {
				sums = xgrow(sums, &room, s->arms.n,
				    c.n * sizeof(*sums));
				memset(sums + arms * c.n, 0,
				    (s->arms.n - arms) * c.n * sizeof(*sums));
				arms = s->arms.n;
			}
			tsv_id(t, row, c.user);
			add_values(sums + arm * c.n, t, row, &c);
		}
	for (size_t i = 0; i < arms * c.n; i++)
		if (sums[i].n > 0 && !add(s, c.list[i % c.n].metric,
					 (uint32_t)(i / c.n), &sums[i]))
			die("%s: " TOO_MANY, t->name);
	free(sums);
	free(c.list);
	free(c.arm.segments);
}

static struct stats_columns
find_stats(const struct tsv *t, const struct stats_input *in)
{
	return (struct stats_columns){.arm = arm_columns_by(t, in->by),
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
moments_of_row(const struct tsv *t, size_t row, const struct stats_columns *c)
{
	struct exact sum = exact_field(t, row, c->sum);
	struct exact squares = exact_field(t, row, c->squares);
	struct moments m;
	uint64_t n;

	if (!num_count(tsv_field(t, row, c->n), &n) || n > MOMENTS_MAX)
		tsv_bad_field(
		    t, row, c->n, "not a whole number from 0 to 2^53:");
	if (!moments_restore(&m, n, &sum, &squares,
		range_field(t, row, c->min, n), range_field(t, row, c->max, n)))
		tsv_bad_row(t, row,
		    "no values have this n, min, max, sum and sum_squares");
	return m;
}

static void
read_stats(struct stats *s, struct tsv *t, const struct stats_input *in)
{
	struct stats_columns c = find_stats(t, in);

	while (tsv_read(t))
		for (size_t row = 0; row < t->rows; row++) {
			struct str id = tsv_id(t, row, c.metric);
			uint32_t metric = in->metrics != NULL
					      ? table_find(&s->metrics.ids, id)
					      : table_add(&s->metrics.ids, id);
			struct moments m;

			s->any_rows = true;
			if (metric == TABLE_NONE)
				continue;
			m = moments_of_row(t, row, &c);
			if (!add(s, metric,
				arm_of_row(&s->arms, t, row, &c.arm), &m))
				tsv_bad_row(t, row, TOO_MANY " in all");
		}
	free(c.arm.segments);
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

static void
read_file(struct stats *s, const struct stats_input *in, const char *path,
    const char *columns)
{
	struct tsv t;

	tsv_open(&t, path, columns);
	if (is_stats(&t))
		read_stats(s, &t, in);
	else
		read_values(s, &t, in);
	tsv_close(&t);
}

/* A string of a table, and its first bytes as a number that sorts as they. */
struct entry {
	uint64_t first;
	struct str s;
	uint32_t number;
};

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return str_cmp(x->s, y->s);
}

static struct entry
entry_of(const struct table *t, uint32_t number)
{
	struct entry e = {.s = table_string(t, number), .number = number};

	for (size_t i = 0; i < sizeof(e.first); i++)
		e.first =
		    e.first << 8 | (i < e.s.n ? (unsigned char)e.s.p[i] : 0);
	return e;
}

/* Number the strings in the order of their bytes; the result is the new
 * number of each old one, which the caller frees. */
static uint32_t *
sort_table(struct table *t)
{
	struct entry *entries = xcalloc(t->n, sizeof(*entries));
	uint32_t *renumber = xcalloc(t->n, sizeof(*renumber));
	struct table sorted = {.n = 0};

	for (uint32_t i = 0; i < t->n; i++)
		entries[i] = entry_of(t, i);
	qsort(entries, t->n, sizeof(*entries), compare_entries);
	for (uint32_t i = 0; i < t->n; i++)
		renumber[entries[i].number] = table_add(&sorted, entries[i].s);
	free(entries);
	table_free(t);
	*t = sorted;
	return renumber;
}

/* Sort what order numbers by its key, which is less than n_keys.  Those that
 * have the same key stay as they are. */
static void
sort_by(uint32_t *order, size_t n, const uint32_t *key, size_t n_keys)
{
	size_t *place = xcalloc(n_keys + 1, sizeof(*place));
	uint32_t *from = xcalloc(n, sizeof(*from));

	memcpy(from, order, n * sizeof(*from));
	for (size_t i = 0; i < n; i++)
		place[key[i] + 1]++;
	for (size_t k = 0; k < n_keys; k++)
		place[k + 1] += place[k];
	for (size_t i = 0; i < n; i++)
		order[place[key[from[i]]]++] = from[i];
	free(place);
	free(from);
}

static uint32_t *
numbers_from_0(size_t n)
{
	uint32_t *numbers = xcalloc(n, sizeof(*numbers));

	for (size_t i = 0; i < n; i++)
		numbers[i] = (uint32_t)i;
	return numbers;
}

/* Sort the arms by experiment, segments and variant; as sort_table(). */
static uint32_t *
sort_arms(struct arms *a)
{
	uint32_t *experiment = sort_table(&a->experiments),
		 *segments = sort_table(&a->segments),
		 *variant = sort_table(&a->variants);
	uint32_t *order = numbers_from_0(a->n), *key = numbers_from_0(a->n);
	struct arm *sorted = xcalloc(a->n, sizeof(*sorted));

	for (size_t i = 0; i < a->n; i++)
		key[i] = variant[a->list[i].variant];
	sort_by(order, a->n, key, a->variants.n);
	for (size_t i = 0; i < a->n; i++)
		key[i] = segments[a->list[i].segments];
	sort_by(order, a->n, key, a->segments.n);
	for (size_t i = 0; i < a->n; i++)
		key[i] = experiment[a->list[i].experiment];
	sort_by(order, a->n, key, a->experiments.n);
	for (size_t i = 0; i < a->n; i++) {
		struct arm arm = a->list[order[i]];

		arm.experiment = experiment[arm.experiment];
		arm.segments = segments[arm.segments];
		arm.variant = variant[arm.variant];
		sorted[i] = arm;
		key[order[i]] = (uint32_t)i;
	}
	free(experiment);
	free(segments);
	free(variant);
	free(order);
	free(a->list);
	a->list = sorted;
	table_free(&a->keys);
	return key;
}

static void
sort_cells(struct stats *s, bool keep_metrics)
{
	uint32_t *metric = keep_metrics ? numbers_from_0(s->metrics.ids.n)
					: sort_table(&s->metrics.ids);
	uint32_t *arm = sort_arms(&s->arms);
	uint32_t *order = numbers_from_0(s->n), *key = numbers_from_0(s->n);
	struct stats_cell *sorted = xcalloc(s->n, sizeof(*sorted));

	for (size_t i = 0; i < s->n; i++)
		key[i] = s->cells[i].arm = arm[s->cells[i].arm];
	sort_by(order, s->n, key, s->arms.n);
	for (size_t i = 0; i < s->n; i++)
		key[i] = s->cells[i].metric = metric[s->cells[i].metric];
	sort_by(order, s->n, key, s->metrics.ids.n);
	for (size_t i = 0; i < s->n; i++)
		sorted[i] = s->cells[order[i]];
	free(metric);
	free(arm);
	free(order);
	free(key);
	free(s->cells);
	s->cells = sorted;
	table_free(&s->keys);
}

/* The columns of values without a header: the first, then the metrics. */
static const char *
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

	*s = (struct stats){.n = 0};
	check_segments(in->by, reserved);
	if (in->metrics != NULL)
		s->metrics = metric_read(in->metrics);
	else if (in->no_header && in->columns == NULL)
		opt_die("--no-header needs --columns or -m");
	columns = opt_columns(in->no_header, in->columns,
	    in->no_header ? value_columns(&s->metrics) : NULL);
	for (int i = 0; i < n || i == 0; i++)
		read_file(s, in, n > 0 ? paths[i] : NULL, columns);
	sort_cells(s, in->metrics != NULL);
	if (s->any_rows)
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
