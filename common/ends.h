/* SPDX-License-Identifier: MIT */
#ifndef COMMON_ENDS_H
#define COMMON_ENDS_H

/*
 * Where the fields of tab-separated text end: at its tabs and line ends.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ends {
	size_t n;     /* tabs and line ends */
	size_t lines; /* line ends */
	bool nul;     /* whether there is a NUL byte */
};

/* This far past what they are told, the functions read and write. */
#define ENDS_SLACK 64

/*
 * Finds the tabs and line ends of text[start..end), where end is less than
 * 2^32, and writes their positions in text to at[], rising.  The next
 * ENDS_SLACK bytes must be blanks; at[] has room for end - start positions and
 * ENDS_SLACK more.
 */
struct ends ends_find(const char *text, size_t start, size_t end, uint32_t *at);

/* The ways to do so, which differ in speed only; the last runs anywhere. */
struct ends_way {
	const char *name;
	bool (*runs)(void); /* whether this processor can */
	struct ends (*find)(
	    const char *text, size_t start, size_t end, uint32_t *at);
};
extern const struct ends_way ends_ways[];
extern const size_t ends_n_ways;

#endif
