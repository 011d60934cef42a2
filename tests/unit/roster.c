/* SPDX-License-Identifier: MIT */

/* The rows of a roster: that each user's are found, in their order. */

#include <stdlib.h>

#include "common/roster.h"
#include "tests/unit/check.h"

/* A size that leaves rows without alignment. */
struct row {
	struct roster_row row;
	char more[15];
} __attribute__((packed));

static struct roster
empty(void)
{
	return (struct roster){.size = sizeof(struct row)};
}

static void
release(struct roster *r)
{
	slots_free(&r->slots);
	free(r->rows);
	free(r->texts);
}

static struct row *
at(const struct roster *r, uint32_t row)
{
	return roster_at(r, row);
}

/* The key of s[0..n), before bytes that must not matter and the end of the
 * memory, so that the sanitizers and valgrind see a read beyond. */
static struct roster_key
key(const char *s, size_t n, char after)
{
	size_t room = n < 8 ? 8 : n;
	char *p = malloc(room);

	if (p == NULL)
		abort();
	memset(p, after, room);
	memcpy(p, s, n);
	return roster_key((struct str){p, n});
}

static void
drop(struct roster_key k)
{
	free((char *)(uintptr_t)k.p);
}

static uint32_t
find(struct roster *r, const char *s, size_t n)
{
	struct roster_key k = key(s, n, 'x');
	uint32_t row = 7;

	roster_find(r, &k, &row, 1);
	drop(k);
	return row;
}

/* Add a row; its number. */
static uint32_t
add(struct roster *r, const char *s, size_t n)
{
	struct roster_key k = key(s, n, '\0');

	roster_add(r, &k, 1);
	drop(k);
	return r->n - 1;
}

static void
test_empty_roster(void)
{
	struct roster r = empty();
	uint32_t row = 0;

	CHECK(!roster_next_ring(&r, &row));
	CHECK(find(&r, "a", 1) == ROSTER_NONE);
	roster_find(&r, NULL, NULL, 0);
	roster_add(&r, NULL, 0);
	CHECK(r.n == 0 && find(&r, "a", 1) == ROSTER_NONE);
	release(&r);
}

static void
test_rings(void)
{
	struct roster r = empty();
	uint32_t row = 0;

	CHECK(add(&r, "a", 1) == 0);
	CHECK(at(&r, 0)->row.next == 0);
	CHECK(add(&r, "b", 1) == 1);
	CHECK(add(&r, "a", 1) == 2);
	CHECK(add(&r, "a", 1) == 3);
	CHECK(find(&r, "a", 1) == 3);
	CHECK(find(&r, "b", 1) == 1);
	CHECK(at(&r, 3)->row.next == 0);
	CHECK(at(&r, 0)->row.next == 2);
	CHECK(at(&r, 2)->row.next == 3);
	CHECK(at(&r, 1)->row.next == 1);
	CHECK(str_eq(roster_id(&r, 2), str_of("a")));
	CHECK(add(&r, "c", 1) == 4 && add(&r, "b", 1) == 5);
	CHECK(roster_next_ring(&r, &row) && row == 3);
	CHECK(roster_next_ring(&r, &row) && row == 5);
	CHECK(!roster_next_ring(&r, &row));
	CHECK(find(&r, "ab", 2) == ROSTER_NONE);
	CHECK(find(&r, "", 0) == ROSTER_NONE);
	release(&r);
}

/* Ids of each length that are alike but for one byte are apart, wherever that
 * byte is and whatever the others are: NUL, text or 0xff. */
static void
test_every_byte_counts(void)
{
	static const char fill[] = {'\0', 'x', '\xff'};
	static const size_t sizes[] = {
	    1, 2, 3, 4, 6, 7, 8, 9, 15, 16, 17, 254, 255, 256, 300};
	struct roster r = empty();
	char s[300];
	uint32_t n = 0;

	for (size_t f = 0; f < sizeof(fill); f++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
			for (size_t k = 0; k <= sizes[i]; k++, n++) {
				memset(s, fill[f], sizeof(s));
				/* At the end nothing is changed. */
				if (k < sizes[i])
					s[k] ^= 0x20;
				CHECK_MSG(find(&r, s, sizes[i]) == ROSTER_NONE,
				    "fill %zu size %zu at %zu: known", f,
				    sizes[i], k);
				CHECK(add(&r, s, sizes[i]) == n);
				CHECK(find(&r, s, sizes[i]) == n);
				CHECK(str_eq(roster_id(&r, n),
				    (struct str){s, sizes[i]}));
			}
	CHECK(r.n == n && r.slots.n == n);
	release(&r);
}

/* Users 0 to KINDS, short ids and long ones. */
enum { KINDS = 300, MOST = 3 * KINDS };
static char text[KINDS][32];

static struct roster_key
some_key(uint32_t user)
{
	int n = sprintf(
	    text[user], user % 3 ? "%u" : "user-number-%u", (unsigned)user);

	return roster_key((struct str){text[user], (size_t)n});
}

/* Whether rows[i] is the last row of each of n users, as a search from the end
 * finds it, and the ring has all rows of the user and no others. */
static size_t
count_wrong(const struct roster *r, const uint32_t *owner,
    const uint32_t *users, const uint32_t *rows, size_t n)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t x = r->n, found = rows[i];

		while (x > 0 && owner[x - 1] != users[i])
			x--;
		if (x == 0) {
			wrong += found != ROSTER_NONE;
			continue;
		}
		wrong += found != x - 1;
		for (uint32_t row = 0; row < x; row++)
			if (owner[row] == users[i]) {
				found = at(r, found)->row.next;
				wrong += found != row;
			}
		wrong += found != x - 1;
	}
	return wrong;
}

/*
 * Many at once, of which each user comes up to five times running: in the order
 * in which they were added and from the last to the first, a third, two thirds
 * or all of them known, and from any of them on, for the sake of all ways in
 * which a run can lie across batches.
 */
static void
test_many_in_runs(void)
{
	static uint32_t users[2][MOST], owner[2 * MOST], rows[MOST];
	static struct roster_key keys[MOST];

	for (uint32_t i = 0, n = 0; n < MOST; i++)
		for (uint32_t k = 0; k <= i * i % 5 && n < MOST; k++, n++)
			users[0][n] = users[1][MOST - 1 - n] = i % KINDS;
	for (uint32_t known = 1; known <= 3; known++)
		for (size_t start = 0; start < 100; start++) {
			const uint32_t *u = users[start % 2] + start;
			struct roster r = empty();
			size_t n = MOST - start, m = 0;

			for (size_t i = 0; i < n; i++)
				if (u[i] % 3 < known) {
					owner[m] = u[i];
					keys[m++] = some_key(u[i]);
				}
			roster_add(&r, keys, m / 2);
			roster_add(&r, keys + m / 2, m - m / 2);
			for (size_t i = 0; i < n; i++)
				keys[i] = some_key(u[i]);
			roster_find(&r, keys, rows, n);
			CHECK_MSG(count_wrong(&r, owner, u, rows, n) == 0,
			    "known %u start %zu", (unsigned)known, start);
			release(&r);
		}
}

/* Of many with long ids each is found and nothing else is, in as much memory as
 * roster.h says. */
static void
test_a_million(void)
{
	enum { MANY = 1000000 };
	struct roster r = empty();
	size_t bytes = 0, room, wrong = 0;
	char id[32];

	for (uint32_t i = 0; i < MANY; i++) {
		int n = sprintf(id, "%08u", (unsigned)i);
		struct roster_key k = roster_key((struct str){id, (size_t)n});

		roster_add(&r, &k, 1);
		at(&r, i)->row.arm = i;
		memset(at(&r, i)->more, (int)(i % 100), 15);
		bytes += (size_t)n;
	}
	for (uint32_t i = 0, row; i < MANY; i++) {
		int n = sprintf(id, "%08u", (unsigned)i);
		struct roster_key k = roster_key((struct str){id, (size_t)n});

		roster_find(&r, &k, &row, 1);
		wrong += row != i || at(&r, i)->row.arm != i ||
			 at(&r, i)->more[14] != (char)(i % 100) ||
			 !str_eq(roster_id(&r, i), (struct str){id, (size_t)n});
		k = roster_key((struct str){id, (size_t)n - 1});
		roster_find(&r, &k, &row, 1);
		wrong += row != ROSTER_NONE;
	}
	CHECK(wrong == 0 && r.n == MANY);
	room = r.texts_used + r.slots.homes * 8 + r.n * r.size;
	CHECK_MSG(room >= bytes + (11ul + r.size + 1) * MANY &&
		      room <= bytes + (15ul + r.size + 2) * MANY,
	    "%zu bytes for ids of %zu", room, bytes);
	roster_clear(&r);
	CHECK(r.n == 0 && r.rows == NULL && r.slots.list == NULL &&
	      r.texts == NULL);
	CHECK(find(&r, "00000001", 8) == ROSTER_NONE);
	release(&r);
}

static void
test_a_cleared_roster_is_empty(void)
{
	struct roster r = empty();

	for (unsigned size = 1; size < 100000; size *= 10) {
		char id[16];

		for (unsigned i = 0; i < size; i++)
			CHECK(
			    add(&r, id, (size_t)sprintf(id, "user%u", i)) == i);
		CHECK(find(&r, "user0", 5) == 0);
		roster_clear(&r);
		CHECK(r.n == 0 && find(&r, "user0", 5) == ROSTER_NONE);
	}
	release(&r);
}

int
main(void)
{
	test_empty_roster();
	test_rings();
	test_every_byte_counts();
	test_many_in_runs();
	test_a_million();
	test_a_cleared_roster_is_empty();
	return check_end();
}
