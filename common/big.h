/* SPDX-License-Identifier: MIT */
#ifndef COMMON_BIG_H
#define COMMON_BIG_H

/*
 * Arrays that may grow to a good part of the memory.  From some megabytes on
 * they move without being copied, and consist of pages of 2 MB where the
 * system has such, of which fewer have to be made; that takes a quarter off
 * the time for exposures.
 *
 * The caller owns an array, remembers how many objects of which size it has
 * room for, and frees it with big_free().  Where there is no memory, or an
 * array would be larger than any, the functions exit with "out of memory".
 */

#include <stddef.h>

/* p with room for want objects of size bytes, where it had room for n; NULL
 * has room for none.  What is new is not set. */
void *big_resize(void *p, size_t n, size_t want, size_t size);

/* p with room for at least need objects, where it has room for *room now.
 * Grows by half, or an eighth of what is large. */
void *big_grow_now(void *p, size_t *room, size_t need, size_t size);

static inline void *
big_grow(void *p, size_t *room, size_t need, size_t size)
{
	return p != NULL && need <= *room ? p
					  : big_grow_now(p, room, need, size);
}

void big_free(void *p, size_t n, size_t size);

#endif
