/* SPDX-License-Identifier: MIT */
#ifndef COMMON_EXPOSURE_H
#define COMMON_EXPOSURE_H

/*
 * Exposures held in memory: which users were exposed to which arms, and when.
 * They are numbered from 0 in the order of the rows, and those of one user
 * are linked in a list, which ends with the user's number, marked:
 *
 *	for (x = e->first[user]; !exposure_end(x); x = e->list[x].next)
 *
 * An exposure takes 16 bytes and a user 4 beside what the table takes.
 */

#include <stdint.h>

#include "common/arm.h"
#include "common/table.h"
#include "common/tsv.h"

#define EXPOSURE_END UINT32_C(0x80000000)

/* What becomes of a user seen in two variants of one experiment. */
enum exposure_mixed {
	EXPOSURE_EXCLUDE, /* no exposure of his to that experiment counts */
	EXPOSURE_FIRST,   /* the first one does */
	EXPOSURE_ERROR,   /* the program exits with a message */
};

/* A zeroed struct with the mode and the name set has no exposures. */
struct exposures {
	enum exposure_mixed mixed;
	const char *name; /* the file as messages show it */
	struct table users;
	struct arms arms;
	uint32_t n;
	struct exposure {
		int64_t time;
		uint32_t arm;  /* TABLE_NONE: it does not count */
		uint32_t next; /* of the same user, or the end */
	} * list;
	uint32_t *first; /* of each user, or the end */

	/* The rest belongs to exposure.c. */
	size_t list_room, first_room;
	struct verdict *verdicts;
	size_t verdicts_room;
	uint64_t repeated, users_mixed;
};

static inline bool
exposure_end(uint32_t x)
{
	return (x & EXPOSURE_END) != 0;
}

/* Set off for the one after it in its list, if there is one. */
static inline void
exposure_fetch_next(const struct exposures *e, uint32_t x)
{
	if (!exposure_end(e->list[x].next))
		__builtin_prefetch(&e->list[e->list[x].next]);
}

/* The number of the exposure's user. */
static inline uint32_t
exposure_user(const struct exposures *e, uint32_t x)
{
	while (!exposure_end(x))
		x = e->list[x].next;
	return x & ~EXPOSURE_END;
}

/* Where an exposures stream has what. */
struct exposure_columns {
	size_t user, time;
	struct arm_columns arms;
};

/* Rows of an exposures stream, taken apart.  A zeroed struct has none. */
struct exposure_rows {
	size_t n;
	struct str *users;     /* owned, but the bytes are the stream's */
	struct exposure *list; /* owned; times and arms */
	size_t users_room, list_room;
};

/* Take n of a batch's rows apart, from first on.  Of the exposures it changes
 * the arms and nothing else. */
void exposure_read(struct exposure_rows *, struct exposures *,
    const struct tsv *, const struct exposure_columns *, size_t first,
    size_t n);

/* Add the rows. */
void exposure_add(struct exposures *, const struct exposure_rows *);

/*
 * Decide which exposures count: of a user's exposures to an experiment the
 * first, unless they are to different variants, where mixed decides.  The
 * lists hold only what counts, in the order of the rows, afterwards.
 */
void exposure_judge(struct exposures *);

/* Say on stderr how many did not count, when it is not zero. */
void exposure_report(const struct exposures *);

/* Forget the users and their exposures, but not the arms and the counts. */
void exposure_clear(struct exposures *);

#endif
