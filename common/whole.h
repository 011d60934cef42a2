/* SPDX-License-Identifier: MIT */
#ifndef COMMON_WHOLE_H
#define COMMON_WHOLE_H

/*
 * Whole numbers of 128 bits and products of 256, or of 64 and 128 where the
 * compiler has no wider integers.  So what fits differs between machines, and
 * callers need another way for what does not; what fits is exact.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/str.h"

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 whole_int;
__extension__ typedef unsigned __int128 whole_size;
typedef uint64_t whole_half;
#else
typedef int64_t whole_int;
typedef uint64_t whole_size;
typedef uint32_t whole_half;
#endif

enum { WHOLE_HALF = 4 * sizeof(whole_int) }; /* the bits of a half */

/* Two numbers of up to this size can be added without a thought. */
#define WHOLE_MAX ((whole_int)1 << (2 * WHOLE_HALF - 3))

/* In two's complement. */
struct whole_pair {
	whole_size low, high;
};

static inline whole_size
whole_abs(whole_int x)
{
	return x < 0 ? -(whole_size)x : (whole_size)x;
}

static inline struct whole_pair
whole_extend(whole_int x)
{
	return (struct whole_pair){(whole_size)x, x < 0 ? -(whole_size)1 : 0};
}

static inline bool
whole_is_negative(struct whole_pair x)
{
	return x.high >> (2 * WHOLE_HALF - 1);
}

static inline struct whole_pair
whole_add(struct whole_pair x, struct whole_pair y)
{
	x.low += y.low;
	x.high += y.high + (x.low < y.low);
	return x;
}

static inline struct whole_pair
whole_negate(struct whole_pair x)
{
	return (struct whole_pair){-x.low, ~x.high + (x.low == 0)};
}

static inline struct whole_pair
whole_subtract(struct whole_pair x, struct whole_pair y)
{
	return whole_add(x, whole_negate(y));
}

/* x * y, neither negative. */
static inline struct whole_pair
whole_product(whole_size x, whole_size y)
{
	whole_size xl = (whole_half)x, xh = x >> WHOLE_HALF;
	whole_size yl = (whole_half)y, yh = y >> WHOLE_HALF;
	whole_size low = xl * yl, mid, mid2;

	if ((xh | yh) == 0)
		return (struct whole_pair){low, 0};
	mid = xh * yl + (low >> WHOLE_HALF);
	mid2 = xl * yh + (whole_half)mid;
	return (struct whole_pair){mid2 << WHOLE_HALF | (whole_half)low,
	    xh * yh + (mid >> WHOLE_HALF) + (mid2 >> WHOLE_HALF)};
}

static inline struct whole_pair
whole_multiply(whole_int x, whole_int y)
{
	struct whole_pair p = whole_product(whole_abs(x), whole_abs(y));

	return (x < 0) != (y < 0) ? whole_negate(p) : p;
}

/* x * n, which has to fit, x not negative. */
static inline struct whole_pair
whole_times(struct whole_pair x, whole_half n)
{
	whole_size low = (whole_size)(whole_half)x.low * n;
	whole_size mid = (x.low >> WHOLE_HALF) * n + (low >> WHOLE_HALF);

	return (struct whole_pair){mid << WHOLE_HALF | (whole_half)low,
	    x.high * n + (mid >> WHOLE_HALF)};
}

/* Multiply by 10^places, places >= 0.  False, and nothing done, if that is
 * more than WHOLE_MAX in size. */
bool whole_scale(whole_int *, int places);

/* The same where x is not negative and three halves have to hold the result. */
bool whole_scale_pair(struct whole_pair *x, int places);

/*
 * Read -?[0-9]+(\.[0-9]+)? as size * 10^exponent, exponent <= 0.  False if the
 * text is another, or three halves do not hold the size.
 */
bool whole_parse(
    struct str text, bool *negative, struct whole_pair *size, int *exponent);

/*
 * The double nearest to x 10^exponent / (a b), for a and b from 1 to 2^53.
 * False if that is in doubt: very seldom, but where the quotient is all but
 * halfway between two doubles, and where |exponent| > 44.
 */
bool whole_ratio(
    struct whole_pair x, int exponent, uint64_t a, uint64_t b, double *y);

#endif
