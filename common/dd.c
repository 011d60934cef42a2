/* SPDX-License-Identifier: MIT */

/*
 * For x = 2^k m, m times the short inverse of the nearest point of the table
 * of common/elementary.c is 1 + t, |t| < 2^-6, exactly as a sum of two
 * doubles.  In log(1 + t) = t - t^2 / 2 + t^3 / 3 - ... the square is needed as
 * an exact product, and the rest is small enough for plain doubles.  Close to
 * 1, where u - log(1 + u) begins with that square, the cube is needed too: of
 * the leading 17 bits of u, both are exact.
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/bits.h"
#include "common/dd.h"
#include "common/elementary.h"
#include "common/elementary_table.h"

/* x without its last bits. */
static inline double
without_bits(double x, int bits)
{
	return bits_double(bits_of(x) & UINT64_MAX << bits);
}

/* 1/4 - t/5 + t^2/6 - ..., |t| <= 2^-6, with an error below 2^-55. */
static inline double
log1p_rest(double t)
{
	double z = t * t, even = 1. / 12, odd = 1. / 11;

	even = 1. / 10 + z * even;
	odd = 1. / 9 + z * odd;
	even = 1. / 8 + z * even;
	odd = 1. / 7 + z * odd;
	even = 1. / 6 + z * even;
	odd = 1. / 5 + z * odd;
	even = 1. / 4 + z * even;
	return even - t * odd;
}

struct dd
dd_log(struct dd x)
{
	static const uint64_t one = 0x3ff0000000000000;
	/* The table's octave begins here. */
	static const uint64_t octave = 0x3fe6200000000000;
	/* Of 42 bits, so that its multiples are exact; the upper parts of the
	 * table end at the same place. */
	static const double ln2_high = 0x1.62e42fefa38p-1;
	static const double ln2_low = 0x1.ef35793c7673p-45;
	uint64_t bits = bits_of(x.hi), place = bits + (one - octave);
	uint64_t power = (place >> 52) - 1023;
	const struct elementary_point *point =
	    &elementary_points[place >> 46 & 63];
	double k = (double)(int)power, m = bits_double(bits - (power << 52));
	double high = without_bits(m, 32), rest;
	struct dd t, square, sum;

	if (!(x.hi >= 0x1p-1000 && x.hi <= 0x1p1000))
		return dd_of(elementary_log(x.hi));
	t = dd_sum(high * point->inverse - 1, (m - high) * point->inverse);
	t.lo += x.lo * bits_double(one - (power << 52)) * point->inverse;
	t = dd_sum_ordered(t.hi, t.lo);
	square = dd_product(t.hi, t.hi);
	rest = t.hi * square.hi * (1. / 3 - t.hi * log1p_rest(t.hi));
	rest += t.lo - t.lo * t.hi * (1 - t.hi) - square.lo / 2;
	rest += k * ln2_low + point->low;
	sum = dd_sum_ordered(k * ln2_high + point->high, t.hi);
	rest += sum.lo;
	sum = dd_sum_ordered(sum.hi, -square.hi / 2);
	return dd_sum_ordered(sum.hi, sum.lo + rest);
}

struct dd
dd_log1p_defect(struct dd u, struct dd w)
{
	double x, square, cube, third, left, rest, more;
	struct dd sum;

	if (fabs(u.hi) > 0x1p-6)
		return dd_sub(u, dd_log(w));
	x = without_bits(u.hi, 36);
	square = x * x;
	cube = square * x;
	third = cube * (1. / 3);
	left = (cube - 2 * third) - third;
	sum = dd_sum_ordered(square / 2, -third);
	rest = (u.hi - x) + u.lo;
	more = rest * (x + rest / 2 - (square + rest * (x + rest * (1. / 3))));
	square = u.hi * u.hi;
	more += square * square * log1p_rest(u.hi) - left * (1. / 3);
	return dd_sum_ordered(sum.hi, sum.lo + more);
}
