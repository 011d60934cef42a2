/* SPDX-License-Identifier: MIT */
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

/*
 * Byte strings numbered 0, 1, 2, ... in the order in which they were added.
 * The table keeps its own copy of each.  The numbers depend only on what is
 * added, while where a string lies depends on the key of common/hash.
 *
 * A zeroed struct is an empty table.  Memory: a string takes its own bytes
 * and 16 to 21 more.
 */

#include <stdint.h>

#include "common/slots.h"
#include "common/str.h"

#define TABLE_NONE UINT32_MAX

/* An entry begins with its length in one byte, or with this and then the
 * length in four. */
#define TABLE_LONG 255
#define TABLE_UNIT 2

struct table {
	uint32_t n; /* strings in the table */

	/* The rest belongs to table.c and to what is inline here. */
	struct slots slots;
	char *bytes; /* the entries, one after the other */
	size_t used, room;
	uint32_t *where; /* of each entry in bytes, in TABLE_UNIT */
	size_t where_room;
	/* Strings of up to 16 bytes that were looked up a short time ago,
	 * whether or not they are in the table. */
	struct table_recent {
		uint64_t first, last;  /* its bytes */
		uint32_t size, number; /* one byte more than it has; 0: none */
	} recent[64];
};

/* table_add() and table_find() of what is not a recent one. */
uint32_t table_add_other(struct table *, struct str);
uint32_t table_find_other(struct table *, struct str);

/* Where the string is if it is a recent one; all of its bytes are in r, some of
 * them twice. */
static inline struct table_recent *
table_recent(struct table *t, struct str s, struct table_recent *r)
{
	uint64_t mix;

	r->size = (uint32_t)s.n + 1;
	str_words(s, &r->first, &r->last);
	mix = (r->first ^ r->last * 3) * 0x9e3779b97f4a7c15u;
	return &t->recent[mix >> 58];
}

static inline bool
table_is_recent(
    const struct table_recent *at, struct str s, const struct table_recent *r)
{
	/* The words are of all bytes only where these are 16 at most. */
	return at->size == r->size && at->first == r->first &&
	       at->last == r->last && s.n <= 16;
}

/* The number of a string if it is a recent one that is in the table, or else
 * TABLE_NONE. */
static inline uint32_t
table_recall(struct table *t, struct str s)
{
	struct table_recent r, *at = table_recent(t, s, &r);

	return table_is_recent(at, s, &r) ? at->number : TABLE_NONE;
}

/*
 * The number of a string, which is added if it is new.  In a stream most names
 * are among a few, such as those of events, and are found without a hash.
 */
static inline uint32_t
table_add(struct table *t, struct str s)
{
	uint32_t number = table_recall(t, s);

	return number != TABLE_NONE ? number : table_add_other(t, s);
}

/* The number of a string, or TABLE_NONE. */
static inline uint32_t
table_find(struct table *t, struct str s)
{
	struct table_recent r, *at = table_recent(t, s, &r);

	return table_is_recent(at, s, &r) ? at->number : table_find_other(t, s);
}

/* The string of a number; valid until the next one is added. */
static inline struct str
table_string(const struct table *t, uint32_t number)
{
	const char *p = t->bytes + (size_t)t->where[number] * TABLE_UNIT;
	uint32_t n = (unsigned char)*p++;

	if (n == TABLE_LONG) {
		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
	}
	return (struct str){p, n};
}

/* Forget all strings; the memory is kept for others, unless it is much. */
void table_clear(struct table *);

void table_free(struct table *);

#endif
