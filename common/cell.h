/* SPDX-License-Identifier: MIT */
#ifndef COMMON_CELL_H
#define COMMON_CELL_H

/*
 * A piece of a line for people to read, such as a cell of a table, that grows
 * at its end and knows its width.  A zeroed struct is an empty cell.
 */

#include <stdbool.h>
#include <stddef.h>

#include "common/str.h"

struct cell {
	char *text; /* owned */
	size_t n, room;
	size_t width; /* in characters, one column each */
};

void cell_clear(struct cell *);
void cell_free(struct cell *);

/* The text, until the cell changes. */
static inline struct str
cell_str(const struct cell *c)
{
	return (struct str){c->text, c->n};
}

void cell_copy(struct cell *, const struct cell *from);

/* n times a byte, each a column wide. */
void cell_repeat(struct cell *, char byte, size_t n);

/* As printf, for ASCII and fewer than 512 bytes. */
void cell_printf(struct cell *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Data that may be any bytes.  What a terminal could obey (control characters,
 * of Latin-1 too) and what is not UTF-8 becomes \xHH for each byte.  A
 * backslash goes before each of the ASCII characters in special.
 */
void cell_name(struct cell *, struct str name, const char *special);

/* How a kind of number is shown. */
struct cell_style {
	int digits;       /* significant ones */
	bool signs;       /* a plus sign too */
	bool hundredfold; /* 100 times the number, as in per cent */
	const char *unit;
};

/*
 * A number, "-" for NaN.  Numbers that are read together get the same
 * decimals, as many as suit size, the greatest of their sizes; just 0 has none.
 * What is rounded to zero has no sign.
 */
void cell_number(
    struct cell *, double x, double size, const struct cell_style *);

/* "low to high", or "-" if both are undefined. */
void cell_interval(struct cell *, double low, double high, double size,
    const struct cell_style *);

/* The greatest size among n numbers, without the NaNs; NaN if there is none. */
double cell_size(const double *, size_t n);

/*
 * A p-value from 0 to 1: to three decimals, more for small ones, never 0.
 * Where it is below the smallest double, log10_p, unless NaN, says what it is.
 */
void cell_p_value(struct cell *, double p, double log10_p);

#endif
