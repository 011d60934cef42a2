/* SPDX-License-Identifier: MIT */

/* The numbers that a table gives to strings. */

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

	CHECK(find(&t, "a", 1) == TABLE_NONE);
	CHECK(find(&t, "", 0) == TABLE_NONE);
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

/* What was looked up in vain is found when it has been added, though it was
 * remembered that it was not there. */
static void
test_added_after_it_was_sought(void)
{
	struct table t = {.n = 0};
	char text[16];

	for (uint32_t i = 0; i < 1000; i++) {
		size_t n = (size_t)sprintf(text, "%u", (unsigned)i);

		CHECK(find(&t, text, n) == TABLE_NONE);
		CHECK(find(&t, text, n) == TABLE_NONE);
		CHECK(add(&t, text, n) == i);
		CHECK(find(&t, text, n) == i);
		CHECK(add(&t, text, n) == i);
	}
	CHECK(t.n == 1000);
	table_free(&t);
}

/* Whenever a table has grown it still has all strings, also those whose slots
 * are at the ends: many small tables, for each has few of these. */
static void
test_growing_loses_nothing(void)
{
	size_t wrong = 0;
	char text[32];

	for (unsigned k = 0; k < 1000; k++) {
		struct table t = {.n = 0};

		for (uint32_t n = 0; n < 100; n++) {
			size_t slots = t.slots.homes;
			struct str s = {text,
			    (size_t)sprintf(text, "%u %u", k, (unsigned)n)};

			table_add(&t, s);
			for (uint32_t i = 0; t.slots.homes != slots && i <= n;
			     i++) {
				s.n = (size_t)sprintf(
				    text, "%u %u", k, (unsigned)i);
				wrong += table_find_other(&t, s) != i;
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
	room = t.used + MANY * sizeof(*t.where) + t.slots.homes * 8;
	CHECK_MSG(room >= bytes + 16ul * MANY && room <= bytes + 21ul * MANY,
	    "%zu bytes for strings of %zu", room, bytes);
	table_free(&t);
}

int
main(void)
{
	test_empty_table();
	test_numbers_are_dense();
	test_every_byte_counts();
	test_added_after_it_was_sought();
	test_growing_loses_nothing();
	test_a_cleared_table_is_empty();
	test_a_million();
	return check_end();
}
