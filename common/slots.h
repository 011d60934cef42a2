/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SLOTS_H
#define COMMON_SLOTS_H

/*
 * Numbers that are found by the hash of what they stand for, which the caller
 * holds and compares:
 *
 *	for (i = slots_seek(s, hash); slots_hash(s->list[i]) == hash; i++)
 *		if (is_it((uint32_t)s->list[i]))
 *			return (uint32_t)s->list[i];
 *	slots_insert(s, i, hash, number);
 *
 * A zeroed struct has none, and must grow before it is looked at.  Memory:
 * from 11 to 15 bytes a number.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slots {
	uint64_t *list; /* hash and number, or SLOTS_FREE */
	size_t n;       /* numbers in it */

	/* The rest belongs to slots.c. */
	size_t homes, room;
};

/* A slot without a number, which comes after each that has one. */
#define SLOTS_FREE UINT64_MAX

static inline uint32_t
slots_hash(uint64_t slot)
{
	return (uint32_t)(slot >> 32);
}

/* Where a search for the hash begins, and what it may read next. */
static inline const uint64_t *
slots_home(const struct slots *s, uint32_t hash)
{
	return &s->list[(uint64_t)hash * s->homes >> 32];
}

/* Set off for these, so that many such accesses go on at once: a search often
 * goes on into the next line of the cache. */
static inline void
slots_fetch(const struct slots *s, uint32_t hash)
{
	const uint64_t *slot = slots_home(s, hash);

	__builtin_prefetch(slot);
	__builtin_prefetch(slot + 4);
}

/*
 * The first slot whose hash is not less, which a free one's never is.  The
 * last slot of all is always free.  Mostly it is one of the first five, and
 * those before it are counted, for which it is no branch could predict; that
 * and the loop of slots_insert() take a sixth off an add.
 */
static inline size_t
slots_seek(const struct slots *s, uint32_t hash)
{
	uint64_t least = (uint64_t)hash << 32;
	const uint64_t *slot = slots_home(s, hash);

	slot += (slot[0] < least) + (slot[1] < least) + (slot[2] < least) +
		(slot[3] < least);
	while (*slot < least)
		slot++;
	return (size_t)(slot - s->list);
}

/* Make room for one more, before it is sought. */
void slots_grow(struct slots *);

static inline void
slots_reserve(struct slots *s)
{
	/* At most three slots in four are taken. */
	if (s->n >= s->homes - s->homes / 4)
		slots_grow(s);
}

/* Put a number at the place where slots_seek() and what follows it end; other
 * places then are elsewhere. */
void slots_insert(struct slots *, size_t at, uint32_t hash, uint32_t number);

/* Forget all numbers; the memory is kept for others, unless it is much. */
void slots_clear(struct slots *);

void slots_free(struct slots *);

#endif
