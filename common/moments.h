/* SPDX-License-Identifier: MIT */
#ifndef COMMON_MOMENTS_H
#define COMMON_MOMENTS_H

/*
 * Mean and standard deviation of numbers read as decimal text.  The sums are
 * exact and rounding comes last, so results are the same bits for any order
 * of the numbers and however they were split and merged.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/decimal.h"
#include "common/exact.h"
#include "common/whole.h"

#define MOMENTS_MAX (UINT64_C(1) << 53) /* numbers in one set */

/*
 * A set of numbers, known by its sums; {0} is the empty one.  Its parts are
 * private but for n, how many numbers there are.  It takes 96 bytes, and 1.3
 * KB more for the few that do not fit these, which moments_free() gives back;
 * so = moves a set.  Where there is no memory the functions exit.
 */
struct moments {
	uint64_t n;
	struct moments_wide *wide; /* if not NULL, has all of what follows */
	whole_int sum, min, max;   /* in units of 10^exponent */
	whole_size squares;        /* the low part; in units of its square */
	whole_half squares_high;
	int exponent;
};

void moments_free(struct moments *);

/* Adds a number; the caller sees to it that there are at most MOMENTS_MAX. */
void moments_add(struct moments *, struct decimal);

/* The set of n times the same whole number x, n x^2 < 2^61. */
struct moments moments_repeat(unsigned x, uint64_t n);

/* Adds all numbers of another set.  False, and nothing done, if there would
 * be more than MOMENTS_MAX. */
bool moments_merge(struct moments *into, const struct moments *from);

/* The sum, the mean, and the variance with divisor n - 1, to the nearest
 * double; the standard deviation, within one unit in the last place, also
 * where the variance is out of range.  NaN for n < 1 but for the sum, the
 * latter two for n < 2. */
double moments_total(const struct moments *);
double moments_mean(const struct moments *);
double moments_variance(const struct moments *);
double moments_sd(const struct moments *);

/* The mean of b minus the mean of a, rounded once; NaN if either has none. */
double moments_difference(const struct moments *a, const struct moments *b);

/* Whether all numbers are 0 or 1. */
bool moments_are_binary(const struct moments *);

/* What a stats row keeps, besides n, to be merged without loss: the text of
 * the sums by exact_format.  min and max are reduced; 0 for n = 0. */
void moments_sum(const struct moments *, struct exact *);
void moments_squares(const struct moments *, struct exact *);
struct decimal moments_min(const struct moments *);
struct decimal moments_max(const struct moments *);

/* The set that has these.  False, and m left alone, if no numbers have them:
 * n > MOMENTS_MAX, more decimal places than any sum of numbers, a mean outside
 * the range, a variance below zero or above what range and mean allow. */
bool moments_restore(struct moments *m, uint64_t n, const struct exact *sum,
    const struct exact *squares, struct decimal min, struct decimal max);

/* The same of the text of the sums, and faster.  False, and m left alone, also
 * where numbers are so many or so long that only the other can tell. */
bool moments_restore_text(struct moments *m, uint64_t n, struct str sum,
    struct str squares, struct decimal min, struct decimal max);

#endif
