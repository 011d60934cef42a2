/* SPDX-License-Identifier: MIT */
#ifndef COMMON_EXPOSURE_H
#define COMMON_EXPOSURE_H

/*
 * Exposures held in memory: which users were exposed to which arms, and when.
 * They are numbered from 0 in the order of the rows, and those of one user
 * are linked in a list.
 */

#include <stdint.h>

#include "common/arm.h"
#include "common/table.h"
#include "common/tsv.h"

#define EXPOSURE_NONE UINT32_MAX

/* What becomes of a user seen in two variants of one experiment. */
enum exposure_mixed {
	EXPOSURE_EXCLUDE, /* no exposure of his to that experiment counts */
	EXPOSURE_FIRST,   /* the first one does */
	EXPOSURE_ERROR,   /* the program exits with a message */
};

struct exposures {
	const char *name; /* the file as messages show it */
	struct table users;
	struct arms arms;
	uint32_t n;
	struct exposure {
		int64_t time;
		uint32_t arm;  /* EXPOSURE_NONE: it does not count */
		uint32_t next; /* of the same user, or EXPOSURE_NONE */
	} * list;
	uint32_t *user;  /* of each exposure */
	uint32_t *first; /* of each user, or EXPOSURE_NONE */

	/* The rest belongs to exposure.c. */
	size_t list_room, user_room, first_room;
};

/* Add every row of an exposures stream. */
void exposure_load(
    struct exposures *, struct tsv *, const struct arm_columns *);

/*
 * Decide which exposures count: of a user's exposures to an experiment the
 * first, unless they are to different variants, where mixed decides.  The
 * lists hold only what counts, in the order of the rows, afterwards.  How
 * many do not count is said on stderr when it is not zero.
 */
void exposure_judge(struct exposures *, enum exposure_mixed mixed);

#endif
