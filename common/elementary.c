/* SPDX-License-Identifier: MIT */
/*
 * Everything here is made of + - * / on doubles, which IEEE 754 defines to the
 * last bit, and of integers.  The functions of libm are not: they differ from
 * one libc to the next, and one glibc differs between processors with and
 * without fused multiply-add.
 *
 * P. Tang's table-driven method: Table-driven implementation of the
 * exponential function, ACM TOMS 15 (1989); of the logarithm function, 16
 * (1990); of the expm1 function, 18 (1992).  The argument is reduced to a
 * point of a table, which holds its function in two parts, and a rest so small
 * that its polynomial (of Taylor's coefficients) only touches the last bits of
 * the result.  Unlike his, the logarithm multiplies by a short inverse instead
 * of dividing, and one of its points is 1, so that its neighbourhood needs no
 * case of its own.
 */

#include "common/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/dd.h"
#include "common/elementary_table.h"

static uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double
double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* 2^k, -1022 <= k <= 1023. */
static double
power_of_two(int k)
{
	return double_of((uint64_t)(k + 1023) << 52);
}

/* The leading 21 bits of a double; the rest has 32. */
static double
leading(double x)
{
	return double_of(bits_of(x) & 0xffffffff00000000);
}

/* x = (64 power + index) ln(2)/64 + high - low, |high - low| <= ln(2)/128. */
struct reduced {
	int power;
	const struct elementary_power *point;
	double high, low;
};

/*
 * |x| < 760.  What is added and taken away again rounds to an integer.  The
 * upper part of ln(2)/64 has 36 bits, so that its product with that integer
 * is exact, and so is high.
 */
static inline struct reduced
reduce(double x)
{
	static const double per_step = 0x1.71547652b82fep+6;
	static const double step = 0x1.62e42fefap-7;
	static const double step_rest = 0x1.cf79abc9e3b3ap-46;
	static const double rounder = 0x1.8p52;
	double steps = x * per_step + rounder - rounder;
	int n = (int)steps, index = n & 63;

	return (struct reduced){(n - index) / 64, &elementary_powers[index],
	    x - steps * step, steps * step_rest};
}

/* e^t - 1 - t for |t| < 2^-7; the first term left out is below 2^-60. */
static inline double
exp_excess(double t)
{
	double t2 = t * t;

	return t2 * ((1.0 / 2 + t * (1.0 / 6)) +
			t2 * ((1.0 / 24 + t * (1.0 / 120)) +
				 t2 * (1.0 / 720)));
}

/* (high + low) 2^k, for a result that may overflow or be subnormal. */
static double
scale(double high, double low, int k)
{
	double y = high + low, last = 0x1p1023, sum;

	if (k >= -1021)
		return y * power_of_two(k - 1) * 2;
	/* The sum with the least normal number, times 2^-k, is rounded where a
	 * subnormal number ends. */
	last = power_of_two(-1022 - k);
	if (y < last) {
		sum = last + high;
		y = sum + (low + (last - sum + high)) - last;
	}
	return y * power_of_two(-1000) * power_of_two(k + 1000);
}

double
elementary_exp(double x)
{
	struct reduced r;
	double t, high, low;

	if (!(fabs(x) < 746)) {
		if (isnan(x))
			return x;
		return x > 0 ? INFINITY : 0;
	}
	r = reduce(x);
	t = r.high - r.low;
	high = r.point->high;
	low = r.point->low;
	low += (high + low) * (r.high + (exp_excess(t) - r.low));
	if (!(fabs(x) < 708))
		return scale(high, low, r.power);
	return (high + low) * power_of_two(r.power);
}

/*
 * With T + T' the point of the table and a the upper half of the rest,
 *
 *	2^k (T + T') e^(a + b) - 1 = (2^k T - 1) + 2^k T a + ...
 *
 * of which the first two are exact, being short, and are added exactly.
 */
double
elementary_expm1(double x)
{
	struct reduced r;
	double t, a, b, power;
	struct dd one, sum;

	if (isnan(x) || fabs(x) < 0x1p-54)
		return x;
	if (fabs(x) < 0x1p-5)
		return x;
	if (x > 44)
		return elementary_exp(x);
	if (x < -44)
		return -1;
	r = reduce(x);
	t = r.high - r.low;
	a = leading(r.high);
	b = r.high - a + (exp_excess(t) - r.low);
	power = power_of_two(r.power);
	one = dd_sum(power * r.point->high, -1);
	sum = dd_sum(one.hi, power * (r.point->high * a));
	return sum.hi +
	       (sum.lo + (one.lo +
			     power * (r.point->high * b +
					 r.point->low * (1 + (a + b)))));
}
