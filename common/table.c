/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing.  A slot holds 32 bits of the hash and
 * the number of a string; where[] of that number is the place of its entry,
 * the length and the bytes.  So a lookup may cost three cache misses, and the
 * functions that take many strings let theirs overlap.
 *
 * A hash is scaled to the number of slots, not masked, and the slots are in
 * the order of their hashes, with free ones between (Amble and Knuth, Ordered
 * hash tables, The Computer Journal 17 (1974)).  So a search ends early also
 * for what is not there, and the table can grow where it is, by any factor, in
 * two passes from end to end.
 */
#include "common/table.h"

#include <stdlib.h>
#include <sys/random.h>

#include "common/die.h"
#include "common/xalloc.h"

struct table_slot {
	uint32_t hash, number; /* both FREE if there is none */
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
	h = fold(h, key[0]) >> 32;
	return (uint32_t)(h - (h == FREE));
}

static inline size_t
home(const struct table *t, uint32_t h)
{
	return (size_t)((uint64_t)h * t->n_slots >> 32);
}

/* The first slot whose hash is not less, which a free one's never is.  The
 * last slot of all is always free. */
static inline size_t
seek(const struct table *t, uint32_t h)
{
	size_t i = home(t, h);

	while (t->slots[i].hash < h)
		i++;
	return i;
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

static uint32_t
find(struct table *t, struct str s, uint32_t h)
{
	for (size_t i = seek(t, h); t->slots[i].hash == h; i++)
		if (str_eq(string_at(t, t->slots[i].number), s))
			return t->slots[i].number;
	return TABLE_NONE;
}

/*
 * Move all slots to the end, then each to its place, which never is after
 * where it has been moved to.  There are more slots than hashes are scaled to,
 * for those that the last of these push on.
 */
static void
grow(struct table *t)
{
	size_t old = t->slot_room, from, to = 0;

	draw_key();
	t->n_slots += t->n_slots * 2 / 5 + 16;
	t->slot_room = t->n_slots + t->n_slots / 128 + 64;
	t->slots = xrealloc(t->slots, t->slot_room, sizeof(*t->slots));
	from = t->slot_room;
	for (size_t i = old; i-- > 0;)
		if (t->slots[i].number != FREE)
			t->slots[--from] = t->slots[i];
	memset(t->slots, 0xff, from * sizeof(*t->slots));
	for (; from < t->slot_room; from++) {
		struct table_slot slot = t->slots[from];
		size_t i = home(t, slot.hash);

		t->slots[from] = (struct table_slot){FREE, FREE};
		to = i > to ? i : to;
		t->slots[to++] = slot;
	}
	if (to == t->slot_room)
		grow(t);
}

/* Put a slot at place i, and those that stand there on; false if there is no
 * room for that. */
static bool
insert(struct table *t, size_t i, struct table_slot slot)
{
	size_t end = i;

	while (t->slots[end].number != FREE)
		end++;
	if (end + 1 == t->slot_room)
		return false;
	memmove(t->slots + i + 1, t->slots + i, (end - i) * sizeof(slot));
	t->slots[i] = slot;
	return true;
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
	size_t i;

	/* At most four slots in five are taken. */
	if (t->n >= t->n_slots - t->n_slots / 5)
		grow(t);
	for (i = seek(t, h); t->slots[i].hash == h; i++)
		if (str_eq(string_at(t, t->slots[i].number), s))
			return t->slots[i].number;
	append(t, s);
	for (; !insert(t, i, (struct table_slot){h, t->n}); i = seek(t, h))
		grow(t);
	return t->n++;
}

/*
 * In a table of few strings, such as the names of events, one of up to 16
 * bytes that was looked up a short time ago is found without a hash, and most
 * of those that are not there are known by bits that no string has.
 */
struct brief {
	uint64_t first, last; /* all of its bytes; they may overlap */
	unsigned mix;         /* a few bits of these */
};

static inline struct brief
brief(struct str s)
{
	struct brief b = {.first = str_word(s.p, s.n < 8 ? s.n : 8)};

	if (s.n > 8)
		b.last = str_word(s.p + s.n - 8, 8);
	b.mix = (unsigned)((b.first ^ b.last * 3) * 0x9e3779b97f4a7c15u >> 58);
	return b;
}

/* Where the string is if it is a recent one. */
static inline struct table_recent *
recent(struct table *t, unsigned mix)
{
	return &t->recent[mix % (sizeof(t->recent) / sizeof(t->recent[0]))];
}

static inline bool
is_recent(const struct table_recent *r, struct str s, const struct brief *b)
{
	return r->size == s.n + 1 && r->first == b->first && r->last == b->last;
}

static uint32_t
remember(struct table *t, struct str s, const struct brief *b, uint32_t number)
{
	if (s.n <= 16)
		*recent(t, b->mix) = (struct table_recent){
		    b->first, b->last, (uint32_t)s.n + 1, number};
	t->mixes |= (uint64_t)1 << b->mix;
	return number;
}

uint32_t
table_add(struct table *t, struct str s)
{
	struct brief b = brief(s);
	const struct table_recent *r = recent(t, b.mix);

	if (is_recent(r, s, &b))
		return r->number;
	draw_key();
	return remember(t, s, &b, add(t, s, hash(s)));
}

uint32_t
table_find(struct table *t, struct str s)
{
	struct brief b = brief(s);
	const struct table_recent *r = recent(t, b.mix);
	uint32_t number;

	if (t->n == 0 || (t->mixes >> b.mix & 1) == 0)
		return TABLE_NONE;
	if (is_recent(r, s, &b))
		return r->number;
	number = find(t, s, hash(s));
	return number == TABLE_NONE ? TABLE_NONE : remember(t, s, &b, number);
}

/* A batch of strings on its way to its numbers. */
struct lookup {
	unsigned char of[BATCH]; /* which of the following each one is */
	size_t n;
	struct entry {
		struct str s;
		uint32_t h, number; /* found by the hash, not compared yet */
	} entry[BATCH];
	size_t k;                /* how many of these must be looked up */
	unsigned char at[BATCH]; /* which */
};

/*
 * Whether the string is one of the three after the one found last.  So two
 * streams that go through users in the same order, by which both are sorted or
 * as one was made from the other, meet without a hash.
 */
static inline bool
is_next(struct table *t, struct entry *e)
{
	for (uint32_t i = t->next; i < t->n && i < t->next + 3; i++)
		if (str_eq(string_at(t, i), e->s)) {
			e->number = i;
			t->next = i + 1;
			return true;
		}
	return false;
}

/* A search often goes on into the next line of the cache. */
static inline void
prefetch_slots(const struct table_slot *slot)
{
	__builtin_prefetch(slot);
	__builtin_prefetch(slot + 8);
}

/*
 * Set off for the memory that the lookups of n <= BATCH strings need: all the
 * slots first, then where the strings of these are, then the strings.
 */
static void
fetch(struct table *t, const struct str *strings, size_t n, struct lookup *l)
{
	struct entry *e;

	l->n = l->k = 0;
	for (size_t i = 0; i < n; i++) {
		if (l->n == 0 || !str_eq(strings[i], l->entry[l->n - 1].s)) {
			e = &l->entry[l->n++];
			e->s = strings[i];
			if (!is_next(t, e)) {
				e->h = hash(e->s);
				prefetch_slots(&t->slots[home(t, e->h)]);
				l->at[l->k++] = (unsigned char)(l->n - 1);
			}
		}
		l->of[i] = (unsigned char)(l->n - 1);
	}
	for (size_t i = 0; i < l->k; i++) {
		const struct table_slot *slot;

		e = &l->entry[l->at[i]];
		slot = &t->slots[seek(t, e->h)];
		e->number = slot->hash == e->h ? slot->number : FREE;
		if (e->number != FREE)
			__builtin_prefetch(&t->where[e->number]);
	}
	for (size_t i = 0; i < l->k; i++) {
		e = &l->entry[l->at[i]];
		if (e->number != FREE)
			__builtin_prefetch(entry_at(t, e->number));
	}
}

/* Whether the string is the one that its hash led to. */
static inline bool
arrived(const struct table *t, const struct entry *e)
{
	return e->number != FREE && str_eq(string_at(t, e->number), e->s);
}

static void
give(struct table *t, const struct lookup *l, uint32_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		numbers[i] = l->entry[l->of[i]].number;
	if (numbers[n - 1] != TABLE_NONE)
		t->next = numbers[n - 1] + 1;
}

/* Look all of them up, by look() those that the hash alone does not tell. */
static inline void
look_up_all(struct table *t, const struct str *strings, uint32_t *numbers,
    size_t n, uint32_t (*look)(struct table *, struct str, uint32_t))
{
	struct lookup l;

	for (size_t done = 0, m; done < n; done += m) {
		m = n - done < BATCH ? n - done : BATCH;
		fetch(t, strings + done, m, &l);
		for (size_t i = 0; i < l.k; i++) {
			struct entry *e = &l.entry[l.at[i]];

			if (!arrived(t, e))
				e->number = look(t, e->s, e->h);
		}
		give(t, &l, numbers + done, m);
	}
}

void
table_add_all(
    struct table *t, const struct str *strings, uint32_t *numbers, size_t n)
{
	if (t->n_slots == 0)
		grow(t);
	t->mixes = UINT64_MAX;
	look_up_all(t, strings, numbers, n, add);
}

void
table_find_all(
    struct table *t, const struct str *strings, uint32_t *numbers, size_t n)
{
	if (t->n > 0)
		look_up_all(t, strings, numbers, n, find);
	for (size_t i = 0; i < n && t->n == 0; i++)
		numbers[i] = TABLE_NONE;
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
	if (t->slot_room > KEEP || t->room > KEEP) {
		table_free(t);
		return;
	}
	if (t->n > 0)
		memset(t->slots, 0xff, t->slot_room * sizeof(*t->slots));
	memset(t->recent, 0, sizeof(t->recent));
	t->n = t->next = 0;
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
