/* SPDX-License-Identifier: MIT */
#ifndef COMMON_EXPOSED_H
#define COMMON_EXPOSED_H

/*
 * The exposures of users to arms: numbered from 0 in the order in which they
 * are added, and for each user linked in a list.  What else is known of an
 * exposure the program keeps in arrays of its own, by the same number.
 */

#include <stdint.h>

#include "common/table.h"

#define EXPOSED_NONE UINT32_MAX

struct exposed {
	struct table users;
	uint32_t *first; /* of each user: its list, or EXPOSED_NONE */
	struct exposed_link {
		uint32_t arm;
		uint32_t next; /* or EXPOSED_NONE */
	} *link;	       /* of each exposure */
	uint32_t *user;	       /* of each exposure: its user */
	uint32_t n;	       /* exposures */

	/* The rest belongs to exposed.c. */
	size_t first_room, link_room, user_room;
};

/* Add an exposure at the front of its user's list; returns its number. */
uint32_t exposed_add(struct exposed *, struct str user, uint32_t arm);

#endif
