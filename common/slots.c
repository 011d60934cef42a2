/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing.  A hash is scaled to the number of
 * slots, not masked, and the slots are in the order of their hashes, with free
 * ones between (Amble and Knuth, Ordered hash tables, The Computer Journal 17
 * (1974)).  So a search ends early also for what is not there, and the slots
 * can grow where they are, by any factor, in two passes from end to end.
 */
#include "common/slots.h"

#include <stdlib.h>
#include <string.h>

#include "common/die.h"
#include "common/xalloc.h"

/* What slots_clear() lets be. */
#define KEEP ((size_t)4096)

/*
 * Move all slots to the end, then each to its place, which never is after
 * where it has been moved to.  There are more slots than hashes are scaled to,
 * for those that the last of these push on.
 */
void
slots_grow(struct slots *s)
{
	uint64_t homes = (uint64_t)s->homes * 11 / 8 + 16, *list;
	size_t old = s->room, from, to = 0;

	/* So many and a hash have a product of 64 bits. */
	if (s->homes == UINT32_MAX)
		die("more ids than this program can hold");
	s->homes = homes < UINT32_MAX ? (size_t)homes : UINT32_MAX;
	s->room = s->homes + s->homes / 128 + 64;
	list = s->list = xrealloc(s->list, s->room, sizeof(*list));
	from = s->room;
	/* Which are free is chance, so there is no branch on it. */
	for (size_t i = old; i-- > 0;) {
		uint64_t slot = list[i];

		list[from - 1] = slot;
		from -= slot != SLOTS_FREE;
	}
	memset(list, 0xff, from * sizeof(*list));
	for (; from < s->room; from++) {
		uint64_t slot = list[from];
		size_t i = (size_t)(slots_home(s, slots_hash(slot)) - list);

		list[from] = SLOTS_FREE;
		to = i > to ? i : to;
		list[to++] = slot;
	}
	if (to == s->room)
		slots_grow(s);
}

/* Each slot that is in the way moves one place on; these are few, so a loop
 * takes less than memmove(). */
void
slots_insert(struct slots *s, size_t at, uint32_t hash, uint32_t number)
{
	uint64_t slot = (uint64_t)hash << 32 | number;

	while (slot != SLOTS_FREE) {
		uint64_t next = s->list[at];

		s->list[at++] = slot;
		slot = next;
	}
	s->n++;
	if (at == s->room)
		slots_grow(s);
}

void
slots_clear(struct slots *s)
{
	if (s->room > KEEP) {
		slots_free(s);
		return;
	}
	if (s->n > 0)
		memset(s->list, 0xff, s->room * sizeof(*s->list));
	s->n = 0;
}

void
slots_free(struct slots *s)
{
	free(s->list);
	*s = (struct slots){.n = 0};
}
