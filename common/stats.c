/* SPDX-License-Identifier: MIT */
/*
 * A cell is found by a hash of its two numbers, which is that of Dietzfelbinger
 * et al. (A reliable randomized algorithm for the closest-pair problem,
 * J. Algorithms 25, 1997): the first bits of the product with a random number.
 * A slot has only the number of a cell, whose metric and arm are looked at.
 *
 * For the sorting the strings are numbered again in the order of their bytes,
 * and the cells sorted by these numbers, one counting sort for each part of
 * the key, the last part first.
 */
#include "common/stats.h"

#include <stdlib.h>
#include <sys/random.h>

#include "common/die.h"
#include "common/xalloc.h"

#define CHUNK 2048
#define AHEAD 16 /* so many slots are on the way from memory at once */

/* Room for one more, which does not move and is never given back. */
static struct moments *
keep(struct stats *s)
{
	if (s->n_spare == 0) {
		s->spare = xcalloc(CHUNK, sizeof(*s->spare));
		s->n_spare = CHUNK;
	}
	return &s->spare[--s->n_spare];
}

/* Where the search for a cell begins, which is random enough as it is scaled
 * from the first bits. */
static size_t
home(const struct stats *s, uint32_t metric, uint32_t arm)
{
	uint64_t key = (uint64_t)metric << 32 | arm;

	return (size_t)((key * s->multiplier >> 32) * s->n_slots >> 32);
}

void
stats_fetch(const struct stats *s, uint32_t metric, uint32_t arm)
{
	if (s->n_slots > 0)
		__builtin_prefetch(&s->slots[home(s, metric, arm)]);
}

/* The slot that has the number of the cell, or the free one, 0, where it would
 * go. */
static uint32_t *
probe(const struct stats *s, uint32_t metric, uint32_t arm)
{
	size_t i = home(s, metric, arm);

	for (;; i = i + 1 < s->n_slots ? i + 1 : 0) {
		uint32_t *slot = &s->slots[i];
		const struct stats_cell *cell;

		if (*slot == 0)
			return slot;
		cell = &s->cells[*slot - 1];
		if (cell->metric == metric && cell->arm == arm)
			return slot;
	}
}

/* At most every second slot is taken, so that few cells are looked at. */
static void
grow(struct stats *s)
{
	if (s->multiplier == 0 &&
	    getrandom(&s->multiplier, sizeof(s->multiplier), 0) < 0)
		s->multiplier = 0x9e3779b97f4a7c15;
	s->multiplier |= 1;
	s->n_slots += s->n_slots / 2 + 64;
	if (s->n_slots > UINT32_MAX)
		die("more metrics and variants than this program can hold");
	free(s->slots);
	s->slots = xcalloc(s->n_slots, sizeof(*s->slots));
	for (size_t i = 0; i < s->n; i++) {
		const struct stats_cell *cell = &s->cells[i];

		if (s->n - i > AHEAD)
			stats_fetch(s, cell[AHEAD].metric, cell[AHEAD].arm);
		*probe(s, cell->metric, cell->arm) = (uint32_t)i + 1;
	}
}

bool
stats_add(struct stats *s, uint32_t metric, uint32_t arm, struct moments *m)
{
	struct stats_cell *cell;
	uint32_t *slot;
	bool added = true;

	if (s->n >= s->n_slots / 2)
		grow(s);
	slot = probe(s, metric, arm);
	if (*slot == 0) {
		s->cells =
		    xgrow(s->cells, &s->room, s->n + 1, sizeof(*s->cells));
		cell = &s->cells[s->n++];
		*cell = (struct stats_cell){metric, arm, keep(s)};
		*cell->sums = *m;
		*slot = (uint32_t)s->n;
	} else {
		added = moments_merge(s->cells[*slot - 1].sums, m);
		moments_free(m);
	}
	return added;
}

/* A string of a table, and its first bytes as a number that sorts as they do:
 * segments are joined by tabs, which sort as an end. */
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
	return str_cmp_fields(x->s, y->s);
}

static struct entry
entry_of(const struct table *t, uint32_t number)
{
	struct entry e = {.s = table_string(t, number), .number = number};

	for (size_t i = 0; i < sizeof(e.first); i++) {
		unsigned char c = i < e.s.n ? (unsigned char)e.s.p[i] : '\0';

		e.first = e.first << 8 | (c == '\t' ? '\0' : c);
	}
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

static bool
is_sorted(const struct stats *s)
{
	for (size_t i = 1; i < s->n; i++) {
		const struct stats_cell *a = &s->cells[i - 1], *b = a + 1;

		if (a->metric > b->metric ||
		    (a->metric == b->metric && a->arm > b->arm))
			return false;
	}
	return true;
}

static void
sort_cells(struct stats *s)
{
	uint32_t *order = numbers_from_0(s->n), *key = numbers_from_0(s->n);
	struct stats_cell *sorted = xcalloc(s->n, sizeof(*sorted));

	for (size_t i = 0; i < s->n; i++)
		key[i] = s->cells[i].arm;
	sort_by(order, s->n, key, s->arms.n);
	for (size_t i = 0; i < s->n; i++)
		key[i] = s->cells[i].metric;
	sort_by(order, s->n, key, s->metrics.ids.n);
	for (size_t i = 0; i < s->n; i++)
		sorted[i] = s->cells[order[i]];
	free(order);
	free(key);
	free(s->cells);
	s->cells = sorted;
}

void
stats_sort(struct stats *s)
{
	uint32_t *metric = s->metrics.n > 0 ? numbers_from_0(s->metrics.ids.n)
					    : sort_table(&s->metrics.ids);
	uint32_t *arm = sort_arms(&s->arms);

	free(s->slots);
	s->slots = NULL;
	for (size_t i = 0; i < s->n; i++) {
		s->cells[i].metric = metric[s->cells[i].metric];
		s->cells[i].arm = arm[s->cells[i].arm];
	}
	free(metric);
	free(arm);
	if (!is_sorted(s))
		sort_cells(s);
}
