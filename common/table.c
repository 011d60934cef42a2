/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing.  A slot holds 32 bits of the hash and,
 * below these, the number of a string; where[] of that number is the place of
 * its entry, the length and the bytes.  So a lookup may cost three cache
 * misses, and the functions that take many strings let theirs overlap.
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

/* A slot without a string, which comes after each that has one. */
#define FREE UINT64_MAX
/* So many that the lines of memory they need stay in the first cache; 256
 * took a tenth longer. */
#define BATCH 64
/* Not a number: that of the string before. */
#define SAME (TABLE_NONE - 1)
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
	return (uint32_t)(h - (h == UINT32_MAX));
}

static inline size_t
home(const struct table *t, uint32_t h)
{
	return (size_t)((uint64_t)h * t->n_slots >> 32);
}

static inline uint32_t
hash_of(uint64_t slot)
{
	return (uint32_t)(slot >> 32);
}

/*
 * The first slot whose hash is not less, which a free one's never is.  The
 * last slot of all is always free.  Mostly it is one of the first five, and
 * those before it are counted, for which it is no branch could predict; that
 * and the loop of insert() take a sixth off an add.
 */
static inline size_t
seek(const struct table *t, uint32_t h)
{
	uint64_t least = (uint64_t)h << 32;
	const uint64_t *slot = &t->slots[home(t, h)];

	slot += (slot[0] < least) + (slot[1] < least) + (slot[2] < least) +
		(slot[3] < least);
	while (*slot < least)
		slot++;
	return (size_t)(slot - t->slots);
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
	for (size_t i = seek(t, h); hash_of(t->slots[i]) == h; i++) {
		uint32_t number = (uint32_t)t->slots[i];

		if (str_eq(string_at(t, number), s))
			return number;
	}
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
	uint64_t *slots;

	draw_key();
	t->n_slots += t->n_slots * 2 / 5 + 16;
	t->slot_room = t->n_slots + t->n_slots / 128 + 64;
	slots = t->slots = xrealloc(t->slots, t->slot_room, sizeof(*t->slots));
	from = t->slot_room;
	/* Which are free is chance, so there is no branch on it. */
	for (size_t i = old; i-- > 0;) {
		uint64_t slot = slots[i];

		slots[from - 1] = slot;
		from -= slot != FREE;
	}
	memset(slots, 0xff, from * sizeof(*slots));
	for (; from < t->slot_room; from++) {
		uint64_t slot = slots[from];
		size_t i = home(t, hash_of(slot));

		slots[from] = FREE;
		to = i > to ? i : to;
		slots[to++] = slot;
	}
	if (to == t->slot_room)
		grow(t);
}

/* Put a slot at place i and move each that is in the way one place on; these
 * are few, so a loop takes less than memmove(). */
static void
insert(struct table *t, size_t i, uint64_t slot)
{
	while (slot != FREE) {
		uint64_t next = t->slots[i];

		t->slots[i++] = slot;
		slot = next;
	}
	if (i == t->slot_room)
		grow(t);
}

/* Append an entry, that of the number t->n. */
static void
append(struct table *t, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	size_t size = 1 + (n < LONG ? 0 : sizeof(n)) + s.n;
	char *p;

	size = (size + UNIT - 1) & ~(size_t)(UNIT - 1);
	if (s.n >= UINT32_MAX || t->n == SAME ||
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
	for (i = seek(t, h); hash_of(t->slots[i]) == h; i++) {
		uint32_t number = (uint32_t)t->slots[i];

		if (str_eq(string_at(t, number), s))
			return number;
	}
	append(t, s);
	insert(t, i, (uint64_t)h << 32 | t->n);
	return t->n++;
}

/*
 * In a table of few strings, such as the names of events, one of up to 16
 * bytes that was looked up a short time ago is found without a hash, and most
 * of those that are not there are known by bits that no string has.
 */
struct brief {
	uint64_t first, last; /* all of its bytes, some of them twice */
	unsigned mix;         /* a few bits of these */
};

static inline struct brief
brief(struct str s)
{
	struct brief b;

	if (s.n < 8) {
		b.first = b.last = str_word(s.p, s.n);
	} else {
		b.first = str_word(s.p, 8);
		b.last = str_word(s.p + s.n - 8, 8);
	}
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

/* The number of a string that is there, from now on a recent one. */
static uint32_t
remember(struct table *t, struct str s, uint32_t number)
{
	struct brief b = brief(s);

	if (number == TABLE_NONE)
		return TABLE_NONE;
	if (s.n <= 16)
		*recent(t, b.mix) = (struct table_recent){
		    b.first, b.last, (uint32_t)s.n + 1, number};
	t->mixes |= (uint64_t)1 << b.mix;
	return number;
}

/* What is not a recent string is apart, so that what is has no registers to
 * save; that takes a fifth off its time. */
static __attribute__((noinline)) uint32_t
add_other(struct table *t, struct str s)
{
	draw_key();
	return remember(t, s, add(t, s, hash(s)));
}

static __attribute__((noinline)) uint32_t
find_other(struct table *t, struct str s)
{
	return t->n == 0 ? TABLE_NONE : remember(t, s, find(t, s, hash(s)));
}

uint32_t
table_add(struct table *t, struct str s)
{
	struct brief b = brief(s);
	const struct table_recent *r = recent(t, b.mix);

	return is_recent(r, s, &b) ? r->number : add_other(t, s);
}

uint32_t
table_find(struct table *t, struct str s)
{
	struct brief b = brief(s);
	const struct table_recent *r = recent(t, b.mix);

	if ((t->mixes >> b.mix & 1) == 0)
		return TABLE_NONE;
	return is_recent(r, s, &b) ? r->number : find_other(t, s);
}

/*
 * Whether the string is one of the three after the last one of which that was
 * so.  So two streams that go through users in the same order, by which both
 * are sorted or as one was made from the other, meet without a hash.
 */
static inline bool
is_next(struct table *t, struct str s, uint32_t *number)
{
	for (uint32_t i = t->next; i < t->n && i < t->next + 3; i++)
		if (str_eq(string_at(t, i), s)) {
			*number = i;
			t->next = i + 1;
			return true;
		}
	return false;
}

/* What is looked up at once, of many strings. */
struct batch {
	size_t n;
	struct sought {
		size_t at;          /* which string */
		uint32_t h, number; /* that its hash alone leads to */
	} sought[BATCH];
};

/* A search often goes on into the next line of the cache. */
static inline void
prefetch_slots(const uint64_t *slot)
{
	__builtin_prefetch(slot);
	__builtin_prefetch(slot + 4);
}

/*
 * Gather a batch from strings[i] on, of those that are neither the same as the
 * one before nor the next in order; where the next batch begins.
 */
static inline size_t
gather(struct table *t, const struct str *strings, uint32_t *numbers, size_t i,
    size_t n, struct batch *b)
{
	for (b->n = 0; i < n && b->n < BATCH; i++) {
		if (i > 0 && str_eq(strings[i], strings[i - 1])) {
			numbers[i] = SAME;
		} else if (!is_next(t, strings[i], &numbers[i])) {
			uint32_t h = hash(strings[i]);

			prefetch_slots(&t->slots[home(t, h)]);
			b->sought[b->n++] = (struct sought){.at = i, .h = h};
		}
	}
	return i;
}

/* The slots are on their way: set off for where the strings of these are, and
 * then for the strings. */
static inline void
fetch(const struct table *t, struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct sought *x = &b->sought[i];
		uint64_t slot = t->slots[seek(t, x->h)];

		x->number = hash_of(slot) == x->h ? (uint32_t)slot : TABLE_NONE;
		if (x->number != TABLE_NONE)
			__builtin_prefetch(&t->where[x->number]);
	}
	for (size_t i = 0; i < b->n; i++)
		if (b->sought[i].number != TABLE_NONE)
			__builtin_prefetch(entry_at(t, b->sought[i].number));
}

/* Look up each of the batch.  A hash that was not there before may be now,
 * where strings are added. */
static inline void
settle(struct table *t, const struct str *strings, uint32_t *numbers,
    const struct batch *b, bool adds)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct sought *x = &b->sought[i];
		struct str s = strings[x->at];
		uint32_t number = x->number;

		if (number == TABLE_NONE ? adds
					 : !str_eq(string_at(t, number), s))
			number = adds ? add(t, s, x->h) : find(t, s, x->h);
		numbers[x->at] = number;
	}
}

static inline void
look_up_all(struct table *t, const struct str *strings, uint32_t *numbers,
    size_t n, bool adds)
{
	uint32_t last = TABLE_NONE, next;
	struct batch b;

	for (size_t i = 0, end; i < n;) {
		next = t->next;
		end = gather(t, strings, numbers, i, n, &b);
		fetch(t, &b);
		settle(t, strings, numbers, &b, adds);
		for (; i < end; i++)
			last = numbers[i] =
			    numbers[i] == SAME ? last : numbers[i];
		/* None was next: perhaps what comes goes on from here. */
		if (t->next == next && last != TABLE_NONE)
			t->next = last + 1;
	}
}

void
table_add_all(
    struct table *t, const struct str *strings, uint32_t *numbers, size_t n)
{
	if (t->n_slots == 0)
		grow(t);
	t->mixes = UINT64_MAX;
	look_up_all(t, strings, numbers, n, true);
}

void
table_find_all(
    struct table *t, const struct str *strings, uint32_t *numbers, size_t n)
{
	if (t->n > 0)
		look_up_all(t, strings, numbers, n, false);
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
