/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing.  A slot holds 32 bits of the hash and
 * the place of an entry; an entry is the string's number, its length and its
 * bytes.  So a lookup costs two cache misses, one for the slot and one for the
 * entry, and table_find_all() lets those of many strings overlap.
 *
 * The slot where a probe starts is the hash scaled to the number of slots, not
 * masked, so that the table can grow by half instead of doubling.
 */
#include "common/table.h"

#include <stdlib.h>
#include <sys/random.h>

#include "common/die.h"
#include "common/xalloc.h"

struct table_slot {
	uint32_t hash;
	uint32_t entry; /* place in bytes, in units of 8; FREE if none */
};

struct entry {
	uint32_t number, size; /* followed by the bytes, padded to 8 */
};

#define FREE UINT32_MAX
#define BATCH 64

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
	uint64_t h = key[0] ^ s.n, w;
	size_t n = s.n;
	const char *p = s.p;

	for (; n > 8; n -= 8, p += 8) {
		memcpy(&w, p, 8);
		h = fold(h ^ w, key[1]);
	}
	w = 0;
	if (n == 8)
		memcpy(&w, p, 8);
	else
		for (size_t i = 0; i < n; i++)
			w |= (uint64_t)(unsigned char)p[i] << (8 * i);
	h = fold(h ^ w, key[1]);
	h = fold(h, key[0]);
	return (uint32_t)(h >> 32);
}

static inline size_t
home(const struct table *t, uint32_t h)
{
	return (size_t)((uint64_t)h * t->n_slots >> 32);
}

static inline const struct entry *
entry_at(const struct table *t, uint32_t place)
{
	return (
	    const struct entry *)(const void *)(t->bytes + (size_t)place * 8);
}

static inline bool
is(const struct entry *e, struct str s)
{
	return e->size == s.n && memcmp(e + 1, s.p, s.n) == 0;
}

/* The slot that holds the string, or the free one where it would go. */
static struct table_slot *
probe(const struct table *t, struct str s, uint32_t h)
{
	size_t i = home(t, h);

	for (;; i = i + 1 < t->n_slots ? i + 1 : 0) {
		struct table_slot *slot = &t->slots[i];

		if (slot->entry == FREE ||
		    (slot->hash == h && is(entry_at(t, slot->entry), s)))
			return slot;
	}
}

static void
grow(struct table *t)
{
	struct table_slot *old = t->slots;
	size_t n_old = t->n_slots;

	if (n_old == 0)
		draw_key();
	t->n_slots = n_old + n_old / 2 + 16;
	t->slots = xrealloc(NULL, t->n_slots, sizeof(*t->slots));
	memset(t->slots, 0xff, t->n_slots * sizeof(*t->slots));
	for (size_t i = 0; i < n_old; i++) {
		size_t j = home(t, old[i].hash);

		if (old[i].entry == FREE)
			continue;
		while (t->slots[j].entry != FREE)
			j = j + 1 < t->n_slots ? j + 1 : 0;
		t->slots[j] = old[i];
	}
	free(old);
}

/* Append an entry; its place in units of 8. */
static uint32_t
append(struct table *t, struct str s)
{
	struct entry e = {t->n, (uint32_t)s.n};
	size_t size = (sizeof(e) + s.n + 7) & ~(size_t)7;
	uint32_t place = (uint32_t)(t->used / 8);

	if (s.n >= UINT32_MAX || t->n == TABLE_NONE - 1 ||
	    t->used / 8 >= FREE - size / 8)
		die("more ids than this program can hold");
	t->bytes = xgrow(t->bytes, &t->room, t->used + size, 1);
	memcpy(t->bytes + t->used, &e, sizeof(e));
	if (s.n > 0)
		memcpy(t->bytes + t->used + sizeof(e), s.p, s.n);
	t->used += size;
	return place;
}

uint32_t
table_add(struct table *t, struct str s)
{
	struct table_slot *slot;
	uint32_t h;

	/* At most four slots in five are taken. */
	if (t->n >= t->n_slots - t->n_slots / 5)
		grow(t);
	h = hash(s);
	slot = probe(t, s, h);
	if (slot->entry != FREE)
		return entry_at(t, slot->entry)->number;
	*slot = (struct table_slot){h, append(t, s)};
	t->where = xgrow(
	    t->where, &t->where_room, (size_t)t->n + 1, sizeof(*t->where));
	t->where[t->n] = slot->entry;
	return t->n++;
}

uint32_t
table_find(const struct table *t, struct str s)
{
	const struct table_slot *slot;

	if (t->n == 0)
		return TABLE_NONE;
	slot = probe(t, s, hash(s));
	return slot->entry == FREE ? TABLE_NONE
				   : entry_at(t, slot->entry)->number;
}

void
table_find_all(const struct table *t, const struct str *strings,
    uint32_t *numbers, size_t n)
{
	uint32_t h[BATCH];

	for (; n > 0 && t->n > 0; n -= n < BATCH ? n : BATCH) {
		size_t k = n < BATCH ? n : BATCH;

		for (size_t i = 0; i < k; i++) {
			h[i] = hash(strings[i]);
			__builtin_prefetch(&t->slots[home(t, h[i])]);
		}
		for (size_t i = 0; i < k; i++) {
			uint32_t place = t->slots[home(t, h[i])].entry;

			if (place != FREE)
				__builtin_prefetch(entry_at(t, place));
		}
		for (size_t i = 0; i < k; i++) {
			const struct table_slot *s = probe(t, strings[i], h[i]);

			numbers[i] = s->entry == FREE
					 ? TABLE_NONE
					 : entry_at(t, s->entry)->number;
		}
		strings += k;
		numbers += k;
	}
	for (size_t i = 0; i < n; i++)
		numbers[i] = TABLE_NONE;
}

struct str
table_string(const struct table *t, uint32_t number)
{
	const struct entry *e = entry_at(t, t->where[number]);

	return (struct str){(const char *)(e + 1), e->size};
}

void
table_free(struct table *t)
{
	free(t->slots);
	free(t->bytes);
	free(t->where);
	*t = (struct table){.n = 0};
}
