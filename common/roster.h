/* SPDX-License-Identifier: MIT */
#ifndef COMMON_ROSTER_H
#define COMMON_ROSTER_H

/*
 * Rows of users, such as their exposures, which are found by the user.  They
 * are numbered 0, 1, ... as they are added, and those of one user form a ring,
 * in which the first follows the last:
 *
 *	x = last;
 *	do {
 *		x = roster_at(r, x)->next;
 *		use(x);
 *	} while (x != last);
 *
 * So each row but the last is followed by a later one.  The caller may take
 * rows out of a ring, but not the last, if that is what follows them then.
 *
 * Memory: a row takes what the caller says, 16 bytes of that for what is here,
 * and a user 11 to 15 more.  An id of more than 7 bytes is kept beside, once a
 * user, in a byte more than it has, and from 255 bytes on in five.
 */

#include <stdint.h>

#include "common/slots.h"
#include "common/str.h"

#define ROSTER_NONE UINT32_MAX

/* Packed, for the size of a row may be any. */
struct roster_row {
	char user[8]; /* belongs to roster.c */
	uint32_t arm; /* the caller's */
	uint32_t next;
} __attribute__((packed));

/* A zeroed struct with the size set has no rows. */
struct roster {
	size_t size; /* of a row: a struct roster_row, and the caller's bytes */
	uint32_t n;  /* rows */

	/* The rest belongs to roster.c. */
	char *rows;
	struct slots slots; /* the last row of each user */
	char *texts;        /* long ids, one after the other */
	size_t rows_room, texts_used, texts_room;
	uint32_t next; /* the row that many at once may go on from */
};

static inline void *
roster_at(const struct roster *r, uint32_t row)
{
	return r->rows + row * r->size;
}

/* A user who is sought, which another thread may have made. */
struct roster_key {
	uint64_t user; /* as in a row, but not the place of a long id */
	const char *p; /* the id */
	uint32_t n, hash;
};

/* Eight bytes can be read at id.p, as of any field of common/tsv, however short
 * the id is. */
struct roster_key roster_key(struct str id);

/* Add a row for each of n users.  What is the caller's in it is not set. */
void roster_add(struct roster *, const struct roster_key *, size_t n);

/*
 * Find the last row of each of n users, or ROSTER_NONE.  Faster than one by
 * one, for the memory accesses of many go on at once, and where users come in
 * the order of the rows.
 */
void roster_find(
    struct roster *, const struct roster_key *, uint32_t *rows, size_t n);

/* The id of a row's user, until a row is added. */
struct str roster_id(const struct roster *, uint32_t row);

/* Set off for a long id, so that many such accesses go on at once. */
void roster_fetch_id(const struct roster *, uint32_t row);

/* Go on from *row, at first 0, to the last row of the next user who has more
 * than one; false if there is none. */
bool roster_next_ring(const struct roster *, uint32_t *row);

/* Forget all rows; the memory is kept for others, unless it is much. */
void roster_clear(struct roster *);

#endif
