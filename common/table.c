/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing.  A slot holds 32 bits of the hash and
 * the place of an entry; an entry is the string's number, its length and its
 * bytes.  So a lookup costs two cache misses, one for the slot and one for the
 * entry, and the functions that take many strings let theirs overlap.
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

/* All of up to eight bytes in one word; the loads may overlap. */
static inline uint64_t
tail(const char *p, size_t n)
{
	uint32_t first, last;

	if (n >= 4) {
		memcpy(&first, p, 4);
		memcpy(&last, p + n - 4, 4);
		return first | (uint64_t)last << 32;
	}
	if (n == 0)
		return 0;
	return (uint64_t)(unsigned char)p[0] |
	       (uint64_t)(unsigned char)p[n / 2] << 8 |
	       (uint64_t)(unsigned char)p[n - 1] << 16;
}

/* A keyed hash: eight bytes at a time, each step a folded multiplication. */
static inline uint32_t
hash(struct str s)
{
	uint64_t h = key[0] ^ s.n, w;

	for (; s.n > 8; s.n -= 8, s.p += 8) {
		memcpy(&w, s.p, 8);
		h = fold(h ^ w, key[1]);
	}
	h = fold(h ^ tail(s.p, s.n), key[1]);
	return (uint32_t)(fold(h, key[0]) >> 32);
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

static uint32_t
add(struct table *t, struct str s, uint32_t h)
{
	struct table_slot *slot;

	/* At most four slots in five are taken. */
	if (t->n >= t->n_slots - t->n_slots / 5)
		grow(t);
	slot = probe(t, s, h);
	if (slot->entry != FREE)
		return entry_at(t, slot->entry)->number;
	*slot = (struct table_slot){h, append(t, s)};
	t->where = xgrow(
	    t->where, &t->where_room, (size_t)t->n + 1, sizeof(*t->where));
	t->where[t->n] = slot->entry;
	return t->n++;
}

static uint32_t
find(const struct table *t, struct str s, uint32_t h)
{
	const struct table_slot *slot = probe(t, s, h);

	return slot->entry == FREE ? TABLE_NONE
				   : entry_at(t, slot->entry)->number;
}

uint32_t
table_add(struct table *t, struct str s)
{
	draw_key();
	return add(t, s, hash(s));
}

uint32_t
table_find(const struct table *t, struct str s)
{
	return t->n > 0 ? find(t, s, hash(s)) : TABLE_NONE;
}

/*
 * Hash n <= BATCH strings, and set off for the memory that their lookups
 * need: all the slots first, then the entries that these name.
 */
static void
fetch(const struct table *t, const struct str *strings, uint32_t *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		h[i] = hash(strings[i]);
		__builtin_prefetch(&t->slots[home(t, h[i])]);
	}
	for (size_t i = 0; i < n; i++) {
		size_t j = home(t, h[i]);

		while (t->slots[j].entry != FREE && t->slots[j].hash != h[i])
			j = j + 1 < t->n_slots ? j + 1 : 0;
		if (t->slots[j].entry != FREE)
			__builtin_prefetch(entry_at(t, t->slots[j].entry));
	}
}

void
table_add_all(
    struct table *t, const struct str *strings, uint32_t *numbers, size_t n)
{
	uint32_t h[BATCH];

	if (t->n_slots == 0)
		grow(t);
	for (size_t done = 0, k; done < n; done += k) {
		k = n - done < BATCH ? n - done : BATCH;
		fetch(t, strings + done, h, k);
		for (size_t i = 0; i < k; i++)
			numbers[done + i] = add(t, strings[done + i], h[i]);
	}
}

void
table_find_all(const struct table *t, const struct str *strings,
    uint32_t *numbers, size_t n)
{
	uint32_t h[BATCH];

	for (size_t i = 0; i < n && t->n == 0; i++)
		numbers[i] = TABLE_NONE;
	for (size_t done = 0, k; t->n > 0 && done < n; done += k) {
		k = n - done < BATCH ? n - done : BATCH;
		fetch(t, strings + done, h, k);
		for (size_t i = 0; i < k; i++)
			numbers[done + i] = find(t, strings[done + i], h[i]);
	}
}

struct str
table_string(const struct table *t, uint32_t number)
{
	const struct entry *e = entry_at(t, t->where[number]);

	return (struct str){(const char *)(e + 1), e->size};
}

void
table_string_all(const struct table *t, const uint32_t *numbers,
    struct str *strings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&t->where[numbers[i]]);
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(entry_at(t, t->where[numbers[i]]));
	for (size_t i = 0; i < n; i++)
		strings[i] = table_string(t, numbers[i]);
}

void
table_free(struct table *t)
{
	free(t->slots);
	free(t->bytes);
	free(t->where);
	*t = (struct table){.n = 0};
}
