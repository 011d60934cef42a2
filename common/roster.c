/* SPDX-License-Identifier: MIT */
/*
 * A slot leads to the last row of a user, and in the row itself is the id, or
 * where a long one is.  So what a lookup touches, but for the slot, is what the
 * caller needs next anyway.
 */
#include "common/roster.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "common/die.h"
#include "common/hash.h"
#include "common/swar.h"
#include "common/xalloc.h"

/* So many that the lines of memory they need stay in the first cache. */
#define BATCH 64
/* So many rows ahead what follows the row is fetched. */
#define AHEAD 16
/* In the last byte of a row's user is the length, or this. */
#define SHORT 7
#define LONG 255
/* A long id begins with its length in one byte, or with this and then the
 * length in four. */
#define LONGER 255
#define PAGE ((size_t)4096)
/* So many bytes are worth a system call. */
#define MANY ((size_t)65536)
/* What roster_clear() lets be. */
#define KEEP ((size_t)65536)

static inline struct roster_row *
row_at(const struct roster *r, uint32_t row)
{
	return roster_at(r, row);
}

/* The user of a row as a word, the first byte the lowest. */
static inline uint64_t
user_at(const struct roster *r, uint32_t row)
{
	return swar_load(row_at(r, row)->user);
}

static inline bool
is_long(uint64_t user)
{
	return user >> 56 == LONG;
}

struct roster_key
roster_key(struct str id)
{
	struct roster_key k = {.user = UINT64_MAX,
	    .p = id.p,
	    .n = (uint32_t)id.n,
	    .hash = hash_bytes(id)};
	uint64_t bytes = ((uint64_t)1 << id.n % 8 * 8) - 1;

	if (id.n <= SHORT)
		k.user = (swar_load(id.p) & bytes) | (uint64_t)id.n << 56;
	return k;
}

/* Where a long id is. */
static inline const char *
text_of(const struct roster *r, uint64_t user)
{
	return r->texts + (size_t)(user & ~((uint64_t)LONG << 56));
}

static struct str
long_id(const struct roster *r, uint64_t user)
{
	const char *p = text_of(r, user);
	uint32_t n = (unsigned char)*p++;

	if (n == LONGER) {
		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
	}
	return (struct str){p, n};
}

struct str
roster_id(const struct roster *r, uint32_t row)
{
	uint64_t user = user_at(r, row);

	return is_long(user) ? long_id(r, user)
			     : (struct str){row_at(r, row)->user, user >> 56};
}

void
roster_fetch_id(const struct roster *r, uint32_t row)
{
	uint64_t user = user_at(r, row);

	if (is_long(user))
		__builtin_prefetch(text_of(r, user));
}

static inline bool
is_user(const struct roster *r, uint32_t row, const struct roster_key *k)
{
	uint64_t user = user_at(r, row);

	if (!is_long(k->user))
		return user == k->user;
	return is_long(user) &&
	       str_eq(long_id(r, user), (struct str){k->p, k->n});
}

/* Keep a long id; what a row says of it. */
static uint64_t
keep(struct roster *r, const struct roster_key *k)
{
	size_t at = r->texts_used;
	char *p;

	r->texts =
	    xgrow(r->texts, &r->texts_room, at + 1 + sizeof(k->n) + k->n, 1);
	p = r->texts + at;
	*p++ = (char)(unsigned char)(k->n < LONGER ? k->n : LONGER);
	if (k->n >= LONGER) {
		memcpy(p, &k->n, sizeof(k->n));
		p += sizeof(k->n);
	}
	p = str_put(p, (struct str){k->p, k->n});
	r->texts_used = (size_t)(p - r->texts);
	return (uint64_t)LONG << 56 | at;
}

/* The place of the user's slot, or where it would go. */
static inline bool
find(const struct roster *r, const struct roster_key *k, size_t *at)
{
	const uint64_t *list = r->slots.list;
	size_t i = slots_seek(&r->slots, k->hash);

	while (
	    slots_hash(list[i]) == k->hash && !is_user(r, (uint32_t)list[i], k))
		i++;
	*at = i;
	return slots_hash(list[i]) == k->hash;
}

/* Add a row at the end of its user's ring. */
static void
add(struct roster *r, const struct roster_key *k)
{
	uint32_t x = r->n++;
	struct roster_row *row = row_at(r, x), *last;
	size_t at;

	slots_reserve(&r->slots);
	if (!find(r, k, &at)) {
		swar_store(row->user, is_long(k->user) ? keep(r, k) : k->user);
		row->next = x;
		slots_insert(&r->slots, at, k->hash, x);
		return;
	}
	last = row_at(r, (uint32_t)r->slots.list[at]);
	memcpy(row->user, last->user, sizeof(row->user));
	row->next = last->next;
	last->next = x;
	r->slots.list[at] = (uint64_t)k->hash << 32 | x;
}

static inline void
fetch(const struct roster *r, uint32_t row)
{
	__builtin_prefetch(row_at(r, row));
}

/* The row that the hash leads to, which mostly is the user's, is on its way
 * then. */
static inline uint32_t
guess(const struct roster *r, uint32_t hash)
{
	uint64_t slot = r->slots.list[slots_seek(&r->slots, hash)];

	if (slots_hash(slot) != hash)
		return ROSTER_NONE;
	fetch(r, (uint32_t)slot);
	return (uint32_t)slot;
}

/*
 * Add m of the n users.  The slots of these are on their way from memory, and
 * those of the next m then are, which takes a fifth off the time.
 */
static void
add_batch(struct roster *r, const struct roster_key *k, size_t m, size_t n)
{
	uint32_t rows[BATCH];

	for (size_t i = 0; i < m; i++)
		rows[i] = guess(r, k[i].hash);
	for (size_t i = 0; i < m; i++)
		if (rows[i] != ROSTER_NONE)
			roster_fetch_id(r, rows[i]);
	for (size_t i = 0; i < m; i++) {
		if (i + BATCH < n)
			slots_fetch(&r->slots, k[i + BATCH].hash);
		add(r, &k[i]);
	}
}

/*
 * Have the whole pages of p[0..n) made at once, which takes a twentieth off the
 * time that one by one, when they are touched, they take.  Where that is
 * refused they are made then.
 */
static void
make_pages(char *p, size_t n)
{
#ifdef MADV_POPULATE_WRITE
	size_t skip = -(uintptr_t)p % PAGE;

	if (n > MANY)
		madvise(
		    p + skip, (n - skip) & ~(PAGE - 1), MADV_POPULATE_WRITE);
#else
	(void)p, (void)n;
#endif
}

void
roster_add(struct roster *r, const struct roster_key *k, size_t n)
{
	if (n >= ROSTER_NONE - r->n)
		die("more exposures than 32 bits count");
	r->rows = xgrow(r->rows, &r->rows_room, r->n + n, r->size);
	make_pages(roster_at(r, r->n), n * r->size);
	slots_reserve(&r->slots);
	for (size_t i = 0; i < n && i < BATCH; i++)
		slots_fetch(&r->slots, k[i].hash);
	for (size_t m; n > 0; k += m, n -= m) {
		m = n < BATCH ? n : BATCH;
		add_batch(r, k, m, n);
	}
}

/*
 * Whether the user is that of one of the three rows after the last one of which
 * that was so.  So two streams that go through users in the same order, by
 * which both are sorted or as one was made from the other, meet without a
 * slot.
 */
static inline bool
is_next(struct roster *r, const struct roster_key *k, uint32_t *row)
{
	for (uint32_t i = r->next; i < r->n && i < r->next + 3; i++)
		if (is_user(r, i, k)) {
			*row = i;
			r->next = i + 1;
			return true;
		}
	return false;
}

/* A row of the user, given the one that the hash leads to. */
static inline uint32_t
check(const struct roster *r, const struct roster_key *k, uint32_t row)
{
	size_t at;

	if (row == ROSTER_NONE || is_user(r, row, k))
		return row;
	return find(r, k, &at) ? (uint32_t)r->slots.list[at] : ROSTER_NONE;
}

/* Find a row of each user. */
static void
find_batch(
    struct roster *r, const struct roster_key *k, uint32_t *rows, size_t n)
{
	uint32_t sought[BATCH]; /* those that are not next */
	size_t n_sought = 0;

	for (uint32_t i = 0; i < n; i++)
		if (!is_next(r, &k[i], &rows[i])) {
			slots_fetch(&r->slots, k[i].hash);
			sought[n_sought++] = i;
		}
	for (size_t i = 0; i < n_sought; i++)
		rows[sought[i]] = guess(r, k[sought[i]].hash);
	for (size_t i = 0; i < n_sought; i++)
		if (rows[sought[i]] != ROSTER_NONE)
			roster_fetch_id(r, rows[sought[i]]);
	for (size_t i = 0; i < n_sought; i++)
		rows[sought[i]] = check(r, &k[sought[i]], rows[sought[i]]);
	/* None was next: perhaps what comes goes on from here. */
	if (n_sought == n && rows[n - 1] != ROSTER_NONE)
		r->next = rows[n - 1] + 1;
}

/* Go on to the last row in the ring, whose next is not after it. */
static inline uint32_t
last_of(const struct roster *r, uint32_t row)
{
	uint32_t next = row_at(r, row)->next;

	while (next > row) {
		row = next;
		next = row_at(r, row)->next;
	}
	return row;
}

void
roster_find(
    struct roster *r, const struct roster_key *k, uint32_t *rows, size_t n)
{
	for (size_t i = 0; i < n && r->n == 0; i++)
		rows[i] = ROSTER_NONE;
	for (size_t m; n > 0 && r->n > 0; k += m, rows += m, n -= m) {
		m = n < BATCH ? n : BATCH;
		find_batch(r, k, rows, m);
		for (size_t i = 0; i < m; i++)
			if (rows[i] != ROSTER_NONE)
				fetch(r, row_at(r, rows[i])->next);
		for (size_t i = 0; i < m; i++)
			if (rows[i] != ROSTER_NONE)
				rows[i] = last_of(r, rows[i]);
	}
}

bool
roster_next_ring(const struct roster *r, uint32_t *row)
{
	for (uint32_t x = *row + 1; x < r->n; x++) {
		if (r->n - x > AHEAD)
			fetch(r, row_at(r, x + AHEAD)->next);
		if (row_at(r, x)->next < x) {
			*row = x;
			return true;
		}
	}
	return false;
}

void
roster_clear(struct roster *r)
{
	slots_clear(&r->slots);
	if (r->rows_room * r->size > KEEP) {
		free(r->rows);
		r->rows = NULL;
		r->rows_room = 0;
	}
	if (r->texts_room > KEEP) {
		free(r->texts);
		r->texts = NULL;
		r->texts_room = 0;
	}
	r->n = r->next = 0;
	r->texts_used = 0;
}
