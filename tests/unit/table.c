/* SPDX-License-Identifier: MIT */

/* The numbers that a table gives to strings, one by one and many at once. */

#include <stdlib.h>

#include "common/table.h"
#include "tests/unit/check.h"

#define LONGEST 20
#define MANY 1000000

/*
 * A copy of s[0..n) that ends where the memory does, so that the sanitizers
 * and valgrind see a read beyond.
 */
static struct str
exactly(const char *s, size_t n)
{
	char *p = malloc(n > 0 ? n : 1);

	if (p == NULL)
		abort();
	memcpy(p, s, n);
	return (struct str){p, n};
}

static void
release(struct str s)
{
	free((char *)(uintptr_t)s.p);
}

static uint32_t
add(struct table *t, const char *s, size_t n)
{
	struct str copy = exactly(s, n);
	uint32_t number = table_add(t, copy);

	release(copy);
	return number;
}

static uint32_t
find(struct table *t, const char *s, size_t n)
{
	struct str copy = exactly(s, n);
	uint32_t number = table_find(t, copy);

	release(copy);
	return number;
}

static void
test_empty_table(void)
{
	struct table t = {.n = 0};
	struct str strings[] = {str_of("a"), str_of("")};
	uint32_t numbers[] = {7, 7};

	CHECK(find(&t, "a", 1) == TABLE_NONE);
	CHECK(find(&t, "", 0) == TABLE_NONE);
	table_find_all(&t, strings, numbers, 2);
	CHECK(numbers[0] == TABLE_NONE && numbers[1] == TABLE_NONE);
	table_add_all(&t, strings, numbers, 0);
	table_find_all(&t, strings, numbers, 0);
	CHECK(t.n == 0);
	table_free(&t);
}

static void
test_numbers_are_dense(void)
{
	struct table t = {.n = 0};

	CHECK(add(&t, "b", 1) == 0);
	CHECK(add(&t, "a", 1) == 1);
	CHECK(add(&t, "b", 1) == 0);
	CHECK(add(&t, "", 0) == 2);
	CHECK(add(&t, "c", 1) == 3);
	CHECK(add(&t, "", 0) == 2);
	CHECK(t.n == 4);
	CHECK(find(&t, "a", 1) == 1);
	CHECK(find(&t, "", 0) == 2);
	CHECK(find(&t, "ab", 2) == TABLE_NONE);
	CHECK(str_eq(table_string(&t, 0), str_of("b")));
	CHECK(str_eq(table_string(&t, 2), str_of("")));
	table_free(&t);
	CHECK(t.n == 0 && find(&t, "b", 1) == TABLE_NONE);
	CHECK(add(&t, "c", 1) == 0);
	table_free(&t);
}

/* Strings of each length that are alike but for one byte are apart, wherever
 * that byte is and whatever the others are: NUL, text or 0xff. */
static void
test_every_byte_counts(void)
{
	static const char fill[] = {'\0', 'x', '\xff'};
	struct table t = {.n = 0};
	char s[LONGEST];
	uint32_t n = 0;

	for (size_t f = 0; f < sizeof(fill); f++)
		for (size_t size = 0; size <= LONGEST; size++)
			for (size_t at = 0; at <= size; at++) {
				memset(s, fill[f], sizeof(s));
				/* At the end nothing is changed. */
				if (at < size)
					s[at] ^= 0x20;
				if (size == 0 && f > 0)
					continue;
				CHECK_MSG(find(&t, s, size) == TABLE_NONE,
				    "fill %zu size %zu at %zu: known", f, size,
				    at);
				CHECK_MSG(add(&t, s, size) == n,
				    "fill %zu size %zu at %zu: not new", f,
				    size, at);
				CHECK(str_eq(table_string(&t, n),
				    (struct str){s, size}));
				CHECK(find(&t, s, size) == n++);
			}
	CHECK(t.n == n);
	table_free(&t);
}

/* The number i as text, of which many are repeated; NUL for every tenth. */
static struct str
some_string(char buf[16], uint32_t i)
{
	int n = snprintf(buf, 16, "%u", (unsigned)(i * i % 1009));

	if (i % 10 == 0)
		buf[n - 1] = '\0';
	return (struct str){buf, (size_t)n};
}

static void
test_all_is_as_one_by_one(void)
{
	enum { MOST = 200 };
	static char text[2 * MOST][16];
	struct str strings[2 * MOST];

	for (uint32_t i = 0; i < 2 * MOST; i++)
		strings[i] = some_string(text[i], i);
	for (size_t n = 0; n <= MOST; n++) {
		struct table all = {.n = 0}, one = {.n = 0};
		uint32_t added[MOST], found[2 * MOST];

		table_add_all(&all, strings, added, n);
		for (size_t i = 0; i < n; i++)
			CHECK(added[i] == table_add(&one, strings[i]));
		CHECK(all.n == one.n);
		table_find_all(&all, strings, found, 2 * n);
		for (size_t i = 0; i < 2 * n; i++)
			CHECK(found[i] == table_find(&one, strings[i]));
		table_free(&all);
		table_free(&one);
	}
}

/*
 * Many at once, of which each comes up to five times running: in the order in
 * which they were added and from the last to the first, a third, two thirds or
 * all of them known, and from any of them on, for the sake of all ways in which
 * a run can lie across batches.
 */
static void
test_many_in_runs(void)
{
	enum { KINDS = 300, MOST = 3 * KINDS, STARTS = 100 };
	static char text[KINDS][16];
	static struct str strings[2][MOST];
	static uint32_t numbers[MOST];

	for (uint32_t i = 0, n = 0; n < MOST; i++)
		for (uint32_t k = 0; k <= i * i % 5 && n < MOST; k++, n++) {
			strings[0][n].p = text[i % KINDS];
			strings[0][n].n = (size_t)sprintf(
			    text[i % KINDS], "%u", (unsigned)(i % KINDS));
			strings[1][MOST - 1 - n] = strings[0][n];
		}
	for (uint32_t known = 1; known <= 3; known++)
		for (size_t start = 0; start < STARTS; start++) {
			const struct str *s = strings[start % 2] + start;
			struct table all = {.n = 0}, one = {.n = 0};
			size_t n = MOST - start, wrong = 0;

			for (size_t i = 0; i < n; i++)
				if (s[i].p[0] % 3 < (int)known)
					table_add(&one, s[i]);
			for (uint32_t i = 0; i < one.n; i++)
				table_add(&all, table_string(&one, i));
			table_find_all(&all, s, numbers, n);
			for (size_t i = 0; i < n; i++)
				wrong += numbers[i] != table_find(&one, s[i]);
			table_add_all(&all, s, numbers, n);
			for (size_t i = 0; i < n; i++)
				wrong += numbers[i] != table_add(&one, s[i]);
			CHECK_MSG(wrong == 0 && all.n == one.n,
			    "known %u start %zu: %zu wrong", (unsigned)known,
			    start, wrong);
			table_free(&all);
			table_free(&one);
		}
}

/* Whenever a table has grown it still has all strings, also those whose slots
 * are at the ends: many small tables, for each has few of these. */
static void
test_growing_loses_nothing(void)
{
	size_t wrong = 0;
	uint32_t found;
	char text[32];

	for (unsigned k = 0; k < 1000; k++) {
		struct table t = {.n = 0};

		for (uint32_t n = 0; n < 100; n++) {
			size_t slots = t.n_slots;
			struct str s = {text,
			    (size_t)sprintf(text, "%u %u", k, (unsigned)n)};

			table_add(&t, s);
			for (uint32_t i = 0; t.n_slots != slots && i <= n;
			     i++) {
				s.n = (size_t)sprintf(
				    text, "%u %u", k, (unsigned)i);
				table_find_all(&t, &s, &found, 1);
				wrong += found != i;
			}
		}
		table_free(&t);
	}
	CHECK(wrong == 0);
}

static void
test_a_cleared_table_is_empty(void)
{
	struct table t = {.n = 0};
	char text[16];

	for (unsigned size = 1; size < 10000; size *= 10) {
		for (unsigned i = 0; i < size; i++)
			CHECK(
			    add(&t, text, (size_t)sprintf(text, "%u", i)) == i);
		table_clear(&t);
		CHECK(t.n == 0 && find(&t, "0", 1) == TABLE_NONE);
	}
	table_free(&t);
}

/* Of "0", "1", ... each is found again and nothing else is, in as much memory
 * as table.h says; a slot has 8 bytes. */
static void
test_a_million(void)
{
	struct table t = {.n = 0};
	size_t bytes = 0, room, wrong = 0;
	char text[16];

	for (uint32_t i = 0; i < MANY; i++) {
		size_t n = (size_t)snprintf(text, sizeof(text), "%u", i);

		bytes += n;
		wrong += table_add(&t, (struct str){text, n}) != i;
	}
	CHECK(wrong == 0 && t.n == MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		struct str s = table_string(&t, i);

		wrong += table_add(&t, s) != i;
		wrong += table_find(&t, (struct str){s.p, s.n - 1}) == i;
		text[0] = '0';
		memcpy(text + 1, s.p, s.n);
		wrong +=
		    table_find(&t, (struct str){text, s.n + 1}) != TABLE_NONE;
	}
	CHECK(wrong == 0 && t.n == MANY);
	room = t.used + MANY * sizeof(*t.where) + t.n_slots * 8;
	CHECK_MSG(room >= bytes + 15ul * MANY && room <= bytes + 20ul * MANY,
	    "%zu bytes for strings of %zu", room, bytes);
	table_free(&t);
}

int
main(void)
{
	test_empty_table();
	test_numbers_are_dense();
	test_every_byte_counts();
	test_all_is_as_one_by_one();
	test_many_in_runs();
	test_growing_loses_nothing();
	test_a_cleared_table_is_empty();
	test_a_million();
	return check_end();
}
