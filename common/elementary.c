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
 * points its neighbourhood is no case of its own.  The largest errors in twenty
 * million arguments from each range in the unit test, in units of the last
 * place: exp 0.512, log 0.516, expm1 0.519, log1p 0.516, sinh 2.2, asinh 1.5.
 */

#include "common/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/bits.h"
#include "common/dd.h"
#include "common/elementary_table.h"

/* 2^k, -1022 <= k <= 1023. */
static inline double
power_of_two(int k)
{
	return bits_double((uint64_t)(k + 1023) << 52);
}

/* The leading 21 bits, which leave 32 in x - leading(x). */
static inline double
leading(double x)
{
	return bits_double(bits_of(x) & 0xffffffff00000000);
}

/* x = (128 power + j) ln(2)/128 + high - low, with j that of the point and
 * |high - low| <= ln(2)/256. */
struct reduced {
	int power;
	const struct elementary_power *point;
	double high, low;
};

/*
 * |x| < 760.  The upper part of ln(2)/128 has 35 bits, so that its product with
 * the number of steps is exact, and what that leaves of x is too.
 */
static inline struct reduced
reduce(double x)
{
	static const double steps_per_unit = 0x1.71547652b82fep+7;
	static const double step_high = 0x1.62e42fefcp-8;
	static const double step_low = -0x1.c610ca86c3899p-44;
	/* A sum with it has no digits after the point, and ends in the number
	 * of steps plus 128 times 2048. */
	static const double rounder = 0x10000000040000p0;
	double sum = x * steps_per_unit + rounder, steps = sum - rounder;
	uint32_t n = (uint32_t)bits_of(sum);

	return (struct reduced){(int)(n / 128) - 2048,
	    &elementary_powers[n % 128], x - steps * step_high,
	    steps * step_low};
}

/* (e^t - 1 - t) / t^2 for |t| < 2^-8; the first term left out is below 2^-60
 * of 1 / t^2. */
static inline double
exp_curve(double t)
{
	return 1.0 / 2 + t * (1.0 / 6) + t * t * (1.0 / 24 + t * (1.0 / 120));
}

/* scale e^x / 2^power. */
static inline struct dd
exp_of(struct reduced r, double scale)
{
	double high = scale * r.point->high, low = scale * r.point->low;
	double point = high + low, t = r.high - r.low;

	low += point * t;
	low += point * (t * t) * exp_curve(t);
	return (struct dd){high, low};
}

/* x 2^k, where that may overflow or be subnormal. */
static double
shift(struct dd x, int k)
{
	double y = x.hi + x.lo, least;
	struct dd sum;

	if (k > 0)
		return y * power_of_two(k - 1) * 2;
	/* The least normal number, as it is before the shift.  A sum with it is
	 * rounded where a subnormal number will end. */
	least = power_of_two(-1022 - k);
	if (y < least) {
		sum = dd_sum_ordered(least, x.hi);
		y = sum.hi + (sum.lo + x.lo) - least;
	}
	return y * 0x1p-1000 * power_of_two(k + 1000);
}

double
elementary_exp(double x)
{
	struct reduced r;
	struct dd y;

	if (fabs(x) < 680) {
		r = reduce(x);
		y = exp_of(r, power_of_two(r.power));
		return y.hi + y.lo;
	}
	if (isnan(x))
		return x;
	if (x > 710)
		return INFINITY;
	if (x < -746)
		return 0;
	r = reduce(x);
	return shift(exp_of(r, 1), r.power);
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
 * With P the upper part of the point, and a the upper part of the rest of x,
 * 2^k P and 2^k P a are exact, for both are short; they and -1 are added as
 * exactly as two doubles hold.
 */
double
elementary_expm1(double x)
{
	struct reduced r;
	struct dd start, sum;
	double scale, high, low, point, t, a;

	if (fabs(x) < 0x1p-6)
		return fabs(x) < 0x1p-54 ? x : expm1_series(x);
	if (!(x < 44))
		return elementary_exp(x);
	if (x < -44)
		return -1;
	r = reduce(x);
	scale = power_of_two(r.power);
	high = scale * r.point->high;
	low = scale * r.point->low;
	point = high + low;
	t = r.high - r.low;
	a = leading(r.high);
	start = dd_sum(high, -1);
	sum = dd_sum(start.hi, high * a);
	low += high * (r.high - a) + low * r.high - point * r.low;
	low += start.lo + sum.lo;
	/* Near 0, where the -1 takes the first digits away, one more term
	 * counts. */
	low += point * (t * t) * (exp_curve(t) + t * t * (t * t) * (1.0 / 720));
	return sum.hi + low;
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

	return t2 * (a + t2 * b) + t2 * t2 * t2 * (c + t2 * d);
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
	double m = bits_double(bits - (power << 52)), m_high = leading(m), t;
	struct dd sum;

	k += (int)(place >> 52) - 1023;
	t = (m_high * point->inverse - 1) + (m - m_high) * point->inverse;
	sum = dd_sum_ordered(k * ln2_high + point->high, t);
	more += k * ln2_low + point->low + sum.lo;
	return sum.hi + (more + log1p_excess(t));
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

/* For a large x the square of e^(x/2), halved before it can overflow. */
double
elementary_sinh(double x)
{
	double size = fabs(x), e;

	if (size > 44) {
		e = elementary_exp(size / 2);
		return copysign(e / 2 * e, x);
	}
	e = elementary_expm1(size);
	return copysign((e + e / (e + 1)) / 2, x);
}

/* log(x + sqrt(x^2 + 1)), of which a large x is half. */
double
elementary_asinh(double x)
{
	static const double ln2 = 0x1.62e42fefa39efp-1;
	double size = fabs(x), y;

	if (size > 0x1p28)
		y = elementary_log(size) + ln2;
	else
		y = elementary_log1p(
		    size + size * (size / (1 + sqrt(size * size + 1))));
	return copysign(y, x);
}
