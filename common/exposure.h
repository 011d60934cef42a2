/* SPDX-License-Identifier: MIT */
#ifndef COMMON_EXPOSURE_H
#define COMMON_EXPOSURE_H

/*
 * Exposures held in memory: which users were exposed to which arms, and when.
 * They are rows of a roster, in the order in which they came; one takes 24
 * bytes beside what the roster takes for a user.
 */

#include <stdint.h>

#include "common/arm.h"
#include "common/roster.h"
#include "common/tsv.h"

/* What becomes of a user seen in two variants of one experiment. */
enum exposure_mixed {
	EXPOSURE_EXCLUDE, /* no exposure of his to that experiment counts */
	EXPOSURE_FIRST,   /* the first one does */
	EXPOSURE_ERROR,   /* the program exits with a message */
};

/* A zeroed struct with the mode, the name and the size set has no exposures. */
struct exposures {
	enum exposure_mixed mixed;
	const char *name;    /* the file as messages show it */
	struct roster users; /* its rows are struct exposure */
	struct arms arms;

	/* The rest belongs to exposure.c. */
	struct verdict *verdicts;
	size_t verdicts_room;
	uint64_t repeated, users_mixed;
};

struct exposure {
	struct roster_row row; /* the arm is TABLE_NONE if it does not count */
	int64_t time;
};

static inline struct exposure *
exposure_at(const struct exposures *e, uint32_t x)
{
	return roster_at(&e->users, x);
}

/* Where an exposures stream has what. */
struct exposure_columns {
	size_t user, time;
	struct arm_columns arms;
};

/* Rows of an exposures stream, taken apart.  A zeroed struct has none. */
struct exposure_rows {
	size_t n;
	struct roster_key *users; /* owned, but the bytes are the stream's */
	struct exposure_of {
		int64_t time;
		uint32_t arm;
	} * list; /* owned */
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
 * Decide which exposures count, when all are added: of a user's exposures to
 * an experiment the first, unless they are to different variants, where mixed
 * decides.
 */
void exposure_judge(struct exposures *);

/* Say on stderr how many did not count, when it is not zero. */
void exposure_report(const struct exposures *);

/* Forget the users and their exposures, but not the arms and the counts. */
void exposure_clear(struct exposures *);

#endif
