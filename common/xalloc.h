/* SPDX-License-Identifier: MIT */
#ifndef COMMON_XALLOC_H
#define COMMON_XALLOC_H

/*
 * Allocation that does not return without memory: each of these exits with
 * "out of memory" instead.  The caller owns what it gets and frees it with
 * free(); what a program needs to its end it need not free.
 */

#include <stddef.h>

#include "common/str.h"

/* n objects of size bytes each, zeroed. */
void *xcalloc(size_t n, size_t size);

/* p resized to n objects of size bytes; p may be NULL.  n * size may not
 * overflow: that too is out of memory. */
void *xrealloc(void *p, size_t n, size_t size);

/*
 * p with room for at least need objects, where it has room for *room now, and
 * never NULL.
 * Grows by half, or an eighth of what is large, so that growing one by one
 * stays linear.
 */
void *xgrow_now(void *p, size_t *room, size_t need, size_t size);

static inline void *
xgrow(void *p, size_t *room, size_t need, size_t size)
{
	return p != NULL && need <= *room ? p : xgrow_now(p, room, need, size);
}

/* A copy of s, whose bytes the caller then owns. */
struct str xcopy(struct str s);

#endif
