/* SPDX-License-Identifier: MIT */
/*
 * Everything here is made of integers and of + - * / on doubles, which IEEE
 * 754 defines to the last bit.  The functions of libm are not: they differ
 * from one libc to the next, and one glibc differs between processors with
 * and without fused multiply-add.
 *
 * The method is P. Tang's, Table-driven implementation of the exponential
 * function, ACM TOMS 15 (1989), of the logarithm function, 16 (1990), of the
 * expm1 function, 18 (1992).  A table holds the function at points in two
 * parts, and what the argument has beyond the nearest point is so small that
 * the rounding of its polynomial, of Taylor's coefficients, hardly reaches the
 * last place of the result.  Other than there, the logarithm multiplies by a
 * short inverse of the point where it would divide, and as 1 is one of the
 * points its neighbourhood is no case of its own.
 */

#include "common/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/dd.h"
#include "common/elementary_table.h"

static inline uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static inline double
double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* 2^k, -1022 <= k <= 1023. */
static inline double
power_of_two(int k)
{
	return double_of((uint64_t)(k + 1023) << 52);
}

/* The leading 21 bits, which leave 32 in x - leading(x). */
static inline double
leading(double x)
{
	return double_of(bits_of(x) & 0xffffffff00000000);
}

/* e^t - 1 - t for |t| < 2^-7; the first term left out is below 2^-61. */
static inline double
exp_excess(double t)
{
	double t2 = t * t;
	double low = 1.0 / 2 + t * (1.0 / 6);
	double high = 1.0 / 24 + t * (1.0 / 120) + t2 * (1.0 / 720);

	return t2 * (low + t2 * high);
}

/* x = (64 power + j) ln(2)/64 + high - low, with j that of the point and
 * |high - low| <= ln(2)/128. */
struct reduced {
	int power;
	const struct elementary_power *point;
	double high, low;
};

/*
 * |x| < 760.  The upper part of ln(2)/64 has 36 bits, so that its product with
 * the number of steps is exact, and what that leaves of x is too.
 */
static inline struct reduced
reduce(double x)
{
	static const double steps_per_unit = 0x1.71547652b82fep+6;
	static const double step_high = 0x1.62e42fefap-7;
	static const double step_low = 0x1.cf79abc9e3b3ap-46;
	/* A sum with it has no digits after the point. */
	static const double rounder = 0x1.8p52;
	double steps = x * steps_per_unit + rounder - rounder;
	int n = (int)steps, j = n & 63;

	return (struct reduced){(n - j) / 64, &elementary_powers[j],
	    x - steps * step_high, steps * step_low};
}

/* (high + low) 2^k, where that may overflow or be subnormal. */
static double
scale(double high, double low, int k)
{
	double y = high + low, least, sum;

	if (k > 0)
		return y * power_of_two(k - 1) * 2;
	/* The least normal number, as it is before scaling.  A sum with it is
	 * rounded where a subnormal number will end. */
	least = power_of_two(-1022 - k);
	if (y < least) {
		sum = least + high;
		y = sum + (low + (least - sum + high)) - least;
	}
	return y * 0x1p-1000 * power_of_two(k + 1000);
}

double
elementary_exp(double x)
{
	struct reduced r;
	double high, low;

	if (isnan(x))
		return x;
	if (x > 710)
		return INFINITY;
	if (x < -746)
		return 0;
	r = reduce(x);
	high = r.point->high;
	low = r.high + (exp_excess(r.high - r.low) - r.low);
	low = r.point->low + (high + r.point->low) * low;
	if (fabs(x) > 708)
		return scale(high, low, r.power);
	return (high + low) * power_of_two(r.power);
}

/* e^x - 1 for |x| < 2^-6; the first term left out is below 2^-66 of it. */
static double
expm1_series(double x)
{
	double x2 = x * x;
	double a = 1.0 / 2 + x * (1.0 / 6);
	double b = 1.0 / 24 + x * (1.0 / 120);
	double c = 1.0 / 720 + x * (1.0 / 5040);

	return x + x2 * (a + x2 * (b + x2 * (c + x2 * (1.0 / 40320))));
}

/*
 * With P + p the point, and a + b the rest of x beyond it, e^(a+b) = 1 + a + b
 * + ..., the products 2^k P and 2^k P a are exact, for P and a are short, and
 * they and -1 are added as exactly as two doubles hold.
 */
double
elementary_expm1(double x)
{
	struct reduced r;
	struct dd start, sum;
	double scale, point, a, b;

	if (fabs(x) < 0x1p-6)
		return fabs(x) < 0x1p-54 ? x : expm1_series(x);
	if (!(x < 44))
		return elementary_exp(x);
	if (x < -44)
		return -1;
	r = reduce(x);
	scale = power_of_two(r.power);
	point = r.point->high;
	a = leading(r.high);
	b = r.high - a + (exp_excess(r.high - r.low) - r.low);
	start = dd_sum(scale * point, -1);
	sum = dd_sum(start.hi, scale * (point * a));
	b = point * b + r.point->low * (1 + (a + b));
	return sum.hi + (sum.lo + (start.lo + scale * b));
}

/* log(1 + t) - t for |t| < 2^-6; the first term left out is below 2^-60 of t
 * up to 2^-7. */
static inline double
log1p_excess(double t)
{
	double t2 = t * t;
	double a = -1.0 / 2 + t * (1.0 / 3);
	double b = -1.0 / 4 + t * (1.0 / 5);
	double c = -1.0 / 6 + t * (1.0 / 7);
	double d = -1.0 / 8 + t * (1.0 / 9);

	return t2 * ((a + t2 * b) + (t2 * t2) * (c + t2 * d));
}

/*
 * log(2^k x) + more, for a normal x and a small more.  x = 2^k m with m in the
 * octave of the table, whose inverse times m is 1 + t.  That inverse has up to
 * eight bits, so that its products with the halves of m are exact.  So are
 * multiples of the upper part of ln 2, of 42 bits, and their sum with that of
 * the table, being a multiple of 2^-43.
 */
static inline double
log_with(double x, int k, double more)
{
	static const uint64_t one = 0x3ff0000000000000;
	static const uint64_t octave = 0x3fe6200000000000;
	static const double ln2_high = 0x1.62e42fefa38p-1;
	static const double ln2_low = 0x1.ef35793c7673p-45;
	uint64_t bits = bits_of(x), place = bits + (one - octave);
	const struct elementary_point *point =
	    &elementary_points[place >> 46 & 63];
	uint64_t power = (place >> 52) - 1023;
	double m = double_of(bits - (power << 52)), m_high = leading(m), t;
	struct dd sum;

	k += (int)(place >> 52) - 1023;
	t = (m_high * point->inverse - 1) + (m - m_high) * point->inverse;
	sum = dd_sum_ordered(k * ln2_high + point->high, t);
	more += k * ln2_low + point->low;
	return sum.hi + (sum.lo + (more + log1p_excess(t)));
}

double
elementary_log(double x)
{
	if (x >= DBL_MIN && x <= DBL_MAX)
		return log_with(x, 0, 0);
	if (!(x > 0))
		return x == 0 ? -INFINITY : NAN;
	return x > DBL_MAX ? x : log_with(x * 0x1p54, -54, 0);
}

/* Where 1 + x is rounded, log(1 + x) is that of the sum plus what it lacks
 * over the sum. */
double
elementary_log1p(double x)
{
	struct dd sum;

	if (fabs(x) < 0x1p-7)
		return x + log1p_excess(x);
	if (!(x > -1 && x <= DBL_MAX)) {
		if (x > DBL_MAX)
			return x;
		return x == -1 ? -INFINITY : NAN;
	}
	sum = dd_sum(1, x);
	return log_with(sum.hi, 0, sum.lo / sum.hi);
}
