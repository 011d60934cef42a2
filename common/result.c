/* SPDX-License-Identifier: MIT */
#include "common/result.h"

#include <math.h>
#include <stdlib.h>

#include "common/infer.h"
#include "common/num.h"
#include "common/utf8.h"
#include "common/xalloc.h"

#define COUNT_MAX ((uint64_t)1 << 53) /* a double holds every count to here */

const char *const result_columns[] = {"metric_id", "experiment_id", "control",
    "treatment", "test", "n_control", "n_treatment", "mean_control",
    "mean_treatment", "diff", "diff_low", "diff_high", "lift", "lift_low",
    "lift_high", "statistic", "df", "p_value", "log10_p", "significant", NULL};

/* Those that hold numbers, in the order of enum result_number. */
static const char *const *const numbers = result_columns + 5;

static const char *const answers[] = {
    [RESULT_UNKNOWN] = "", [RESULT_NO] = "no", [RESULT_YES] = "yes"};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

const char *
result_list(void)
{
	static char list[LENGTH(result_columns) * sizeof("mean_treatment,")];
	char *p = list;

	for (size_t i = 0; result_columns[i] != NULL; i++) {
		size_t n = strlen(result_columns[i]);

		if (result_columns[i] == numbers[RESULT_LOG10_P])
			continue;
		if (p > list)
			*p++ = ',';
		memcpy(p, result_columns[i], n);
		p += n;
	}
	return list;
}

static bool
is_segment(struct str column)
{
	for (size_t i = 0; result_columns[i] != NULL; i++)
		if (str_eq(column, str_of(result_columns[i])))
			return false;
	return true;
}

static size_t
add_level(struct results *r, const struct tsv *t, size_t column)
{
	r->levels = xrealloc(r->levels, r->n_levels + 1, sizeof(*r->levels));
	r->levels[r->n_levels] =
	    (struct result_level){.column = column, .title = t->header[column]};
	return r->n_levels++;
}

void
result_open(struct results *r, const struct tsv *t)
{
	*r = (struct results){.name = t->name};
	add_level(r, t, tsv_need(t, "experiment_id"));
	add_level(r, t, tsv_need(t, "treatment"));
	for (size_t i = 0; i < t->columns; i++)
		if (is_segment(t->header[i]))
			add_level(r, t, i);
	r->control = add_level(r, t, tsv_need(t, "control"));
	r->metric = add_level(r, t, tsv_need(t, "metric_id"));
	table_add(&r->levels[RESULT_TREATMENT].names, str_of(""));
}

void
result_place(struct results *r, struct str metric)
{
	table_add(&r->levels[r->metric].names, metric);
}

/* Only a treatment or a segment may be empty. */
static struct str
read_name(const struct results *r, const struct tsv *t, size_t row,
    size_t level, bool utf8)
{
	size_t column = r->levels[level].column;
	struct str s = level != RESULT_EXPERIMENT && level < r->control
			   ? tsv_field(t, row, column)
			   : tsv_id(t, row, column);

	if (utf8 && !utf8_valid(s))
		tsv_bad_field(t, row, column, "not UTF-8, as JSON has to be:");
	return s;
}

static void
read_key(struct results *r, const struct tsv *t, size_t row, bool utf8,
    uint32_t *key)
{
	size_t control = r->levels[r->control].column;
	size_t treatment = r->levels[RESULT_TREATMENT].column;

	for (size_t i = 0; i < r->n_levels; i++)
		key[i] = table_add(
		    &r->levels[i].names, read_name(r, t, row, i, utf8));
	key[r->n_levels] = (uint32_t)r->n;
	if (str_eq(tsv_field(t, row, control), tsv_field(t, row, treatment)))
		tsv_bad_field(t, row, treatment, "the control again:");
}

static double
read_number(const struct tsv *t, size_t row, size_t column)
{
	struct str s = tsv_field(t, row, column);
	struct decimal d;

	if (s.n == 0)
		return NAN;
	if (!num_parse(s, &d))
		tsv_bad_field(t, row, column, "bad number");
	return decimal_double(d);
}

static void
check_count(const struct tsv *t, size_t row, size_t column)
{
	struct str s = tsv_field(t, row, column);
	uint64_t n;

	if (s.n > 0 && (!num_count(s, &n) || n > COUNT_MAX))
		tsv_bad_field(t, row, column, "bad count");
}

static void
read_numbers(const struct tsv *t, size_t row, const size_t *columns, double *x)
{
	for (size_t i = 0; i < RESULT_NUMBERS; i++)
		x[i] = columns[i] == TSV_NONE ? NAN
					      : read_number(t, row, columns[i]);
	check_count(t, row, columns[RESULT_N_CONTROL]);
	check_count(t, row, columns[RESULT_N_TREATMENT]);
	if (x[RESULT_P_VALUE] < 0 || x[RESULT_P_VALUE] > 1)
		tsv_bad_field(
		    t, row, columns[RESULT_P_VALUE], "not from 0 to 1:");
	if (x[RESULT_LOG10_P] > 0)
		tsv_bad_field(t, row, columns[RESULT_LOG10_P], "above 0:");
}

/* A control alone may go without a test. */
static int
read_test(const struct tsv *t, size_t row, size_t column, bool alone)
{
	struct str s = tsv_field(t, row, column);

	for (int i = 0; infer_tests[i] != NULL; i++)
		if (str_eq(s, str_of(infer_tests[i])))
			return i;
	if (s.n > 0 || !alone)
		tsv_bad_field(t, row, column, "unknown test");
	return RESULT_NO_TEST;
}

static enum result_answer
read_answer(const struct tsv *t, size_t row, size_t column)
{
	struct str s = tsv_field(t, row, column);

	for (size_t i = 0; i < LENGTH(answers); i++)
		if (str_eq(s, str_of(answers[i])))
			return (enum result_answer)i;
	tsv_bad_field(t, row, column, "not yes, no or empty:");
}

/* A key ends with the result's own number: no two are alike. */
static int
compare(const void *a, const void *b)
{
	const uint32_t *x = ((const struct result *)a)->key;
	const uint32_t *y = ((const struct result *)b)->key;

	if (x == y)
		return 0;
	while (*x == *y) {
		x++;
		y++;
	}
	return *x < *y ? -1 : 1;
}

static void
sort(struct results *r)
{
	/* The keys moved whenever there came to be more of them. */
	for (size_t i = 0; i < r->n; i++)
		r->list[i].key = &r->keys[i * (r->n_levels + 1)];
	if (r->n > 0)
		qsort(r->list, r->n, sizeof(*r->list), compare);
}

void
result_load(struct results *r, struct tsv *t, bool utf8)
{
	size_t test = tsv_need(t, "test"), answer = tsv_need(t, "significant");
	size_t key_size = r->n_levels + 1;
	size_t columns[RESULT_NUMBERS];

	for (size_t i = 0; i < RESULT_NUMBERS; i++)
		columns[i] = i == RESULT_LOG10_P
				 ? tsv_find(t, str_of(numbers[i]))
				 : tsv_need(t, numbers[i]);
	while (tsv_read(t))
		for (size_t row = 0; row < t->rows; row++, r->n++) {
			struct result *x;
			uint32_t *key;

			r->list = xgrow(
			    r->list, &r->room, r->n + 1, sizeof(*r->list));
			r->keys = xgrow(r->keys, &r->key_room,
			    (r->n + 1) * key_size, sizeof(*r->keys));
			x = &r->list[r->n];
			key = &r->keys[r->n * key_size];
			read_key(r, t, row, utf8, key);
			read_numbers(t, row, columns, x->x);
			x->test =
			    read_test(t, row, test, key[RESULT_TREATMENT] == 0);
			x->significant = read_answer(t, row, answer);
			x->line = t->line + row;
		}
	sort(r);
}
