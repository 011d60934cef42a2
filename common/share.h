/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SHARE_H
#define COMMON_SHARE_H

/*
 * Parts of a whole as options give them: by weights, "A:9,B:1", or as one
 * of equal pieces, "3/8".  Everything is exact, in integers.
 */

#include <stddef.h>
#include <stdint.h>

#include "common/str.h"

/* Names and their weights, whole numbers in the proportions of the list. */
struct shares {
	struct str *names; /* owned; the bytes are the list's */
	uint64_t *weights; /* owned; their sum is from 1 to 2^60 */
	size_t n;
};

/*
 * Read NAME[:WEIGHT],... where a weight is a number >= 0, by default 1.
 * Anything else is a fault of the option called option: a name that is empty,
 * given twice or has a control character; weights that are all zero, or whose
 * sum takes more digits than 2^60 has.
 */
struct shares share_parse(const char *option, const char *list);

/*
 * Divide whole in proportion to the weights, into parts[0..n): each its exact
 * part rounded down, and one more for those that lose most by this until all
 * is given.  Of those that lose the same the later come first.
 */
void share_divide(const struct shares *, uint64_t whole, uint64_t *parts);

/* The rows first, first + 1, ..., end - 1. */
struct share_range {
	uint64_t first, end;
};

/*
 * The rows that piece K of N has of a stream of rows rows, text being "K/N".
 * The pieces 1 to N, one after the other, are the whole, and their sizes
 * differ by one at most.  NULL is the whole.  Another text, or not
 * 1 <= K <= N <= 2^60, is a fault of the option called option.
 */
struct share_range share_range(
    const char *option, const char *text, uint64_t rows);

#endif
