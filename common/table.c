/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing.  A slot holds 32 bits of the hash and
 * the number of a string; where[] of that number is the place of its entry,
 * the length and the bytes.  So a lookup may cost three cache misses, and the
 * functions that take many strings let theirs overlap.
 *
 * The slot where a probe starts is the hash scaled to the number of slots, not
 * masked, so that the table can grow by a quarter instead of doubling, and
 * that growing goes through the old and the new slots in the same order.
 */
#include "common/table.h"

#include <stdlib.h>
#include <sys/random.h>

#include "common/die.h"
#include "common/xalloc.h"

struct table_slot {
	uint32_t hash, number; /* FREE if there is none */
};

#define FREE UINT32_MAX
#define BATCH 256
/* An entry begins with its length in one byte, or with this and then the
 * length in four. */
#define LONG 255
#define UNIT 2
/* What table_clear() lets be. */
#define KEEP ((size_t)4096)

static uint64_t key[2];

/* Drawn once a process; the order of anything never depends on it. */
static void
draw_key(void)
{
	if (key[0] != 0)
		return;
	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		key[0] = (uint64_t)(uintptr_t)&key ^ 0x9e3779b97f4a7c15u;
	key[0] |= 1;
	key[1] |= 1;
}

/* The product of a and b, its two halves folded into one. */
static inline uint64_t
fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 u128;
	u128 p = (u128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
#else
	uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
	uint64_t mid = ah * bl + (al * bl >> 32), mid2 = al * bh;

	mid2 += (uint32_t)mid;
	return a * b ^ (ah * bh + (mid >> 32) + (mid2 >> 32));
#endif
}

/* A keyed hash: eight bytes at a time, each step a folded multiplication. */
static inline uint32_t
hash(struct str s)
{
	uint64_t h = key[0] ^ s.n;

	for (; s.n > 8; s.n -= 8, s.p += 8)
		h = fold(h ^ str_word(s.p, 8), key[1]);
	h = fold(h ^ str_word(s.p, s.n), key[1]);
	return (uint32_t)(fold(h, key[0]) >> 32);
}

static inline size_t
home(const struct table *t, uint32_t h)
{
	return (size_t)((uint64_t)h * t->n_slots >> 32);
}

static inline size_t
after(const struct table *t, size_t slot)
{
	return slot + 1 < t->n_slots ? slot + 1 : 0;
}

static inline const char *
entry_at(const struct table *t, uint32_t number)
{
	return t->bytes + (size_t)t->where[number] * UNIT;
}

static inline struct str
string_at(const struct table *t, uint32_t number)
{
	const char *p = entry_at(t, number);
	uint32_t n = (unsigned char)*p++;

	if (n == LONG) {
		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
	}
	return (struct str){p, n};
}

/* The slot that holds the string, or the free one where it would go. */
static struct table_slot *
probe(const struct table *t, struct str s, uint32_t h)
{
	size_t i = home(t, h);

	for (;; i = after(t, i)) {
		struct table_slot *slot = &t->slots[i];

		if (slot->number == FREE ||
		    (slot->hash == h && str_eq(string_at(t, slot->number), s)))
			return slot;
	}
}

static size_t
free_slot(const struct table *t, size_t i)
{
	while (t->slots[i].number != FREE)
		i = after(t, i);
	return i;
}

/*
 * Make room where the slots are, from the last one down.  Nearly all move up,
 * for their hash is scaled to more.  Those that would move down, or past the
 * end, are set aside: they would come to stand behind slots yet to move.
 */
static void
grow(struct table *t)
{
	size_t old = t->n_slots, n_aside = 0, room = 0;
	struct table_slot *aside = NULL;

	draw_key();
	t->n_slots = old + old / 4 + 16;
	t->slots = xrealloc(t->slots, t->n_slots, sizeof(*t->slots));
	memset(t->slots + old, 0xff, (t->n_slots - old) * sizeof(*t->slots));
	for (size_t i = old; i-- > 0;) {
		struct table_slot slot = t->slots[i];
		size_t j = home(t, slot.hash);

		if (slot.number == FREE)
			continue;
		t->slots[i].number = FREE;
		while (i <= j && j < t->n_slots && t->slots[j].number != FREE)
			j++;
		if (i <= j && j < t->n_slots) {
			t->slots[j] = slot;
			continue;
		}
		aside = xgrow(aside, &room, n_aside + 1, sizeof(*aside));
		aside[n_aside++] = slot;
	}
	while (n_aside-- > 0)
		t->slots[free_slot(t, home(t, aside[n_aside].hash))] =
		    aside[n_aside];
	free(aside);
}

/* Append an entry, that of the number t->n. */
static void
append(struct table *t, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	size_t size = 1 + (n < LONG ? 0 : sizeof(n)) + s.n;
	char *p;

	size = (size + UNIT - 1) & ~(size_t)(UNIT - 1);
	if (s.n >= UINT32_MAX || t->n == FREE - 1 ||
	    t->used / UNIT >= UINT32_MAX - size / UNIT)
		die("more ids than this program can hold");
	t->bytes = xgrow(t->bytes, &t->room, t->used + size, 1);
	t->where = xgrow(
	    t->where, &t->where_room, (size_t)t->n + 1, sizeof(*t->where));
	t->where[t->n] = (uint32_t)(t->used / UNIT);
	p = t->bytes + t->used;
	*p++ = (char)(unsigned char)(n < LONG ? n : LONG);
	if (n >= LONG) {
		memcpy(p, &n, sizeof(n));
		p += sizeof(n);
	}
	str_put(p, s);
	t->used += size;
}

static uint32_t
add(struct table *t, struct str s, uint32_t h)
{
	struct table_slot *slot;

	/* At most four slots in five are taken. */
	if (t->n >= t->n_slots - t->n_slots / 5)
		grow(t);
	slot = probe(t, s, h);
	if (slot->number == FREE) {
		append(t, s);
		*slot = (struct table_slot){h, t->n++};
	}
	return slot->number;
}

/* A few bits of a string that cost little: its length and ends. */
static inline unsigned
mix(struct str s)
{
	unsigned m = (unsigned)s.n;

	if (s.n > 0)
		m += (unsigned char)s.p[0] * 7u + (unsigned char)s.p[s.n - 1];
	return m % 64;
}

/*
 * In a table of few strings, such as the names of events, one that was looked
 * up a short time ago is found without a hash, and most of those that are not
 * there are known by bits that no string has.
 */
static inline uint32_t *
recent(struct table *t, unsigned m)
{
	return &t->recent[m % (sizeof(t->recent) / sizeof(t->recent[0]))];
}

uint32_t
table_add(struct table *t, struct str s)
{
	unsigned m = mix(s);
	uint32_t *number = recent(t, m);

	if (*number >= t->n || !str_eq(string_at(t, *number), s)) {
		draw_key();
		*number = add(t, s, hash(s));
		t->mixes |= (uint64_t)1 << m;
	}
	return *number;
}

uint32_t
table_find(struct table *t, struct str s)
{
	unsigned m = mix(s);
	uint32_t *number = recent(t, m), found;

	if (t->n == 0 || (t->mixes >> m & 1) == 0)
		return TABLE_NONE;
	if (*number < t->n && str_eq(string_at(t, *number), s))
		return *number;
	found = probe(t, s, hash(s))->number;
	if (found != TABLE_NONE)
		*number = found;
	return found;
}

/* Strings on their way to their numbers. */
struct lookup {
	size_t k;                /* how many are left of the batch */
	struct str s[BATCH];     /* those that are not the same as the last */
	uint32_t h[BATCH];       /* their hashes */
	uint32_t number[BATCH];  /* what they are if the hash is enough */
	unsigned char of[BATCH]; /* which of these each of the batch is */
};

/*
 * Set off for the memory that the lookups of n <= BATCH strings need: all the
 * slots first, then where the strings of these are, then the strings.
 */
static void
fetch(const struct table *t, const struct str *strings, size_t n,
    struct lookup *l)
{
	l->k = 0;
	for (size_t i = 0; i < n; i++) {
		if (l->k == 0 || !str_eq(strings[i], l->s[l->k - 1])) {
			l->s[l->k] = strings[i];
			l->h[l->k] = hash(strings[i]);
			__builtin_prefetch(&t->slots[home(t, l->h[l->k])]);
			l->k++;
		}
		l->of[i] = (unsigned char)(l->k - 1);
	}
	for (size_t i = 0; i < l->k; i++) {
		size_t j = home(t, l->h[i]);

		while (
		    t->slots[j].number != FREE && t->slots[j].hash != l->h[i])
			j = after(t, j);
		l->number[i] = t->slots[j].number;
		if (l->number[i] != FREE)
			__builtin_prefetch(&t->where[l->number[i]]);
	}
	for (size_t i = 0; i < l->k; i++)
		if (l->number[i] != FREE)
			__builtin_prefetch(entry_at(t, l->number[i]));
}

/* Whether the string is the one that its hash led to. */
static inline bool
arrived(const struct table *t, const struct lookup *l, size_t i)
{
	return l->number[i] != FREE &&
	       str_eq(string_at(t, l->number[i]), l->s[i]);
}

void
table_add_all(
    struct table *t, const struct str *strings, uint32_t *numbers, size_t n)
{
	struct lookup l;

	if (t->n_slots == 0)
		grow(t);
	t->mixes = UINT64_MAX;
	for (size_t done = 0, m; done < n; done += m) {
		m = n - done < BATCH ? n - done : BATCH;
		fetch(t, strings + done, m, &l);
		for (size_t i = 0; i < l.k; i++)
			if (!arrived(t, &l, i))
				l.number[i] = add(t, l.s[i], l.h[i]);
		for (size_t i = 0; i < m; i++)
			numbers[done + i] = l.number[l.of[i]];
	}
}

void
table_find_all(const struct table *t, const struct str *strings,
    uint32_t *numbers, size_t n)
{
	struct lookup l;

	for (size_t i = 0; i < n && t->n == 0; i++)
		numbers[i] = TABLE_NONE;
	for (size_t done = 0, m; t->n > 0 && done < n; done += m) {
		m = n - done < BATCH ? n - done : BATCH;
		fetch(t, strings + done, m, &l);
		for (size_t i = 0; i < l.k; i++)
			if (!arrived(t, &l, i))
				l.number[i] = probe(t, l.s[i], l.h[i])->number;
		for (size_t i = 0; i < m; i++)
			numbers[done + i] = l.number[l.of[i]];
	}
}

struct str
table_string(const struct table *t, uint32_t number)
{
	return string_at(t, number);
}

void
table_string_all(const struct table *t, const uint32_t *numbers,
    struct str *strings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&t->where[numbers[i]]);
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(entry_at(t, numbers[i]));
	for (size_t i = 0; i < n; i++)
		strings[i] = string_at(t, numbers[i]);
}

void
table_clear(struct table *t)
{
	if (t->n_slots > KEEP || t->room > KEEP) {
		table_free(t);
		return;
	}
	if (t->n > 0)
		memset(t->slots, 0xff, t->n_slots * sizeof(*t->slots));
	t->n = 0;
	t->used = 0;
	t->mixes = 0;
}

void
table_free(struct table *t)
{
	free(t->slots);
	free(t->bytes);
	free(t->where);
	*t = (struct table){.n = 0};
}
