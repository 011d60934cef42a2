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
#include <stdint.h>
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

/*
 * All of up to eight bytes in one word, another for each text of n bytes.
 * Loads that overlap cost less than a loop or a call, here as in str_put():
 * most ids and names are so short.  Texts of 4 to 8 bytes go one way, for they
 * come mixed, and a branch on chance costs more than both loads.
 */
static inline uint64_t
str_word(const char *p, size_t n)
{
	uint32_t first, last;

	if (n >= 4) {
		memcpy(&first, p, 4);
		memcpy(&last, p + n - 4, 4);
		return first | (uint64_t)last << 32;
	}
	if (n == 0)
		return 0;
	return (uint64_t)(unsigned char)p[0] |
	       (uint64_t)(unsigned char)p[n / 2] << 8 |
	       (uint64_t)(unsigned char)p[n - 1] << 16;
}

/*
 * All of up to 16 bytes in two words, others for each text of n bytes; of more
 * bytes some.  Again without a branch from 4 bytes on.
 */
static inline void
str_words(struct str s, uint64_t *first, uint64_t *last)
{
	size_t part = s.n / 8 * 4; /* 0, 4, and 8 of 16 bytes */
	uint32_t a, b, c, d;

	if (s.n < 4) {
		*first = *last = str_word(s.p, s.n);
		return;
	}
	memcpy(&a, s.p, 4);
	memcpy(&b, s.p + part, 4);
	memcpy(&c, s.p + s.n - 4 - part, 4);
	memcpy(&d, s.p + s.n - 4, 4);
	*first = a | (uint64_t)b << 32;
	*last = c | (uint64_t)d << 32;
}

static inline __attribute__((always_inline)) bool
str_eq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	if (a.n <= 8)
		return str_word(a.p, a.n) == str_word(b.p, b.n);
	if (a.n <= 16)
		return str_word(a.p, 8) == str_word(b.p, 8) &&
		       str_word(a.p + a.n - 8, 8) == str_word(b.p + b.n - 8, 8);
	return memcmp(a.p, b.p, a.n) == 0;
}

/* Copy the bytes to p; the place after them. */
static inline __attribute__((always_inline)) char *
str_put(char *p, struct str s)
{
	char *end = p + s.n;

	if (s.n > 32) {
		memcpy(p, s.p, s.n);
	} else if (s.n > 16) {
		memcpy(p, s.p, 16);
		memcpy(end - 16, s.p + s.n - 16, 16);
	} else if (s.n > 8) {
		memcpy(p, s.p, 8);
		memcpy(end - 8, s.p + s.n - 8, 8);
	} else if (s.n >= 4) {
		memcpy(p, s.p, 4);
		memcpy(end - 4, s.p + s.n - 4, 4);
	} else if (s.n > 0) {
		p[0] = s.p[0];
		p[s.n / 2] = s.p[s.n / 2];
		end[-1] = s.p[s.n - 1];
	}
	return end;
}

/* Negative, zero or positive as a sorts before, with or after b. */
static inline int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

/*
 * The same for fields that are joined by tabs, of which the first that differs
 * decides: a tab, where a field ends, sorts before every other byte.
 */
static inline int
str_cmp_fields(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n, i = 0;

	while (i < n && a.p[i] == b.p[i])
		i++;
	if (i == n)
		return (a.n > b.n) - (a.n < b.n);
	if (a.p[i] == '\t' || b.p[i] == '\t')
		return a.p[i] == '\t' ? -1 : 1;
	return (unsigned char)a.p[i] < (unsigned char)b.p[i] ? -1 : 1;
}

#endif
