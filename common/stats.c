/* SPDX-License-Identifier: MIT */
/*
 * A cell keeps only the digits that its sums have, a struct moments being
 * mostly room for those that they might have.
 *
 * For the sorting the strings are numbered again in the order of their bytes,
 * and the cells sorted by these numbers, one counting sort for each part of
 * the key, the last part first.
 */
#include "common/stats.h"

#include <stdlib.h>

#include "common/xalloc.h"

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

bool
stats_add(
    struct stats *s, uint32_t metric, uint32_t arm, const struct moments *m)
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

void
stats_sort(struct stats *s)
{
	uint32_t *metric = s->metrics.n > 0 ? numbers_from_0(s->metrics.ids.n)
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
