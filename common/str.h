/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STR_H
#define COMMON_STR_H

/*
 * A run of bytes that somebody else owns.  There is no terminator and any
 * byte may occur in it.  Order is that of the bytes as unsigned numbers, the
 * order of LC_ALL=C sort.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

static inline struct str
str_of(const char *s)
{
	return (struct str){s, strlen(s)};
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Negative, zero or positive as a sorts before, with or after b. */
static inline int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

#endif
