/* SPDX-License-Identifier: MIT */
#include "common/exposed.h"

#include "common/die.h"
#include "common/xalloc.h"

uint32_t
exposed_add(struct exposed *e, struct str user, uint32_t arm)
{
	uint32_t known = e->users.n, u = table_add(&e->users, user);

	if (e->n == EXPOSED_NONE)
		die("more exposures than this program can hold");
	if (u == known) {
		e->first = xgrow(e->first, &e->first_room, (size_t)u + 1,
		    sizeof(*e->first));
		e->first[u] = EXPOSED_NONE;
	}
	e->link = xgrow(e->link, &e->link_room, (size_t)e->n + 1,
	    sizeof(*e->link));
	e->user = xgrow(e->user, &e->user_room, (size_t)e->n + 1,
	    sizeof(*e->user));
	e->link[e->n] = (struct exposed_link) {arm, e->first[u]};
	e->user[e->n] = u;
	e->first[u] = e->n;
	return e->n++;
}
