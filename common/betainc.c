/* SPDX-License-Identifier: MIT */

/*
 * The density x^a y^b / B(a, b), times the integral that is left of each side
 * when it is taken out, as in common/gammainc.c.  With n = a + b and lambda =
 * a y - b x it is
 *
 *	sqrt(a b / 2 pi n) G(n) / (G(a) G(b)) exp(-a phi(-lambda / a)
 *	    - b phi(lambda / b)),  phi(u) = u - log(1 + u) >= 0,
 *
 * so that nothing cancels; the exponent is formed as a sum of two doubles.
 * (DiDonato and Morris, Significant digit computation of the incomplete beta
 * function ratios, ACM TOMS 18 (1992), section 4.)
 *
 * What is left of the side beyond the mean is found by Laplace's method for
 * large shapes near the mean, and else by their continued fraction or by the
 * series with positive terms (DLMF 8.17.8), whichever is shorter.  Where a
 * small shape puts nearly everything beyond the mean, both sides are computed
 * separately, the other as a distance from 1 without cancellation.
 */

#include <math.h>

#include "common/elementary.h"
#include "common/laplace.h"
#include "common/special.h"

enum { TERMS = 5000 };

struct family {
	double a, b;
	struct dd x, y, lambda;
};

static struct family
mirror(const struct family *f)
{
	return (struct family){f->b, f->a, f->y, f->x, dd_neg(f->lambda)};
}

/* a phi(-lambda / a) */
static struct dd
half_exponent(const struct family *f, struct dd n)
{
	struct dd u = dd_div1(dd_neg(f->lambda), f->a);
	struct dd w =
	    u.hi < -0.5 ? dd_mul(f->x, dd_div1(n, f->a)) : dd_add1(u, 1);

	return dd_mul1(dd_log1p_defect(u, w), f->a);
}

static struct special_sides
density(const struct family *f)
{
	struct family g = mirror(f);
	struct dd n = dd_sum(f->a, f->b);
	double scaled = special_gamma_scaled(f->a) * special_gamma_scaled(f->b);

	return (struct special_sides){
	    .exponent =
		dd_neg(dd_add(half_exponent(f, n), half_exponent(&g, n))),
	    .density = SPECIAL_INV_SQRT_2PI * sqrt(f->a / n.hi * f->b) *
		       special_gamma_scaled(n.hi) / scaled,
	};
}

/* I_x(a, b) over the density: the sum of (n)_k x^k / (a)_(k+1). */
static double
series(const struct family *f)
{
	double a = f->a, n = f->a + f->b, x = f->x.hi, term = 1;
	struct dd sum = {1, 0};

	for (int k = 0; k < TERMS && term > 0x1p-60 * sum.hi; k++) {
		term *= x * ((n + k) / (a + 1 + k));
		sum = dd_gather(sum, term);
	}
	return (sum.hi + sum.lo) / a;
}

/* I_y(b, a) for small a and b x, by DLMF 8.17.7: I_x(a, b) is x^a / (a B),
 * a number close to 1, times 1 + a sum of the (1 - b)_k x^k / (k! (a + k)),
 * k >= 1. */
static double
small_shape_other(const struct family *f)
{
	double a = f->a, b = f->b, x = f->x.hi, sum = 0, term = 1;
	double log_factor = a * (special_log_gamma_slope(a, b, x) -
				    special_log_gamma_slope(a, 1, 1));

	for (int k = 1; k < TERMS && fabs(term) > 0x1p-60; k++) {
		term *= x * ((k - b) / k);
		sum += term / (a + k);
	}
	return -elementary_expm1(log_factor) -
	       elementary_exp(log_factor) * a * sum;
}

/* I_x(a, b) over the density, lambda > 0, from the last term to the first. */
static double
fraction(const struct family *f, int terms)
{
	double a = f->a, b = f->b, x = f->x.hi, y = f->y.hi;
	double lambda = f->lambda.hi, sum = 0;
	double above = 1 / (a + 2 * terms + 1);

	for (int k = terms; k > 0; k--) {
		double below = 1 / (a + 2 * k - 1);
		double d = k * (b - k) * x * below;

		sum += k + d + (a + k) * (lambda + 1 + k * (1 + y)) * above;
		sum = (a + k - 1) * (a + b + k - 1) * x * below * d / sum;
		above = below;
	}
	return 1 / (sum + a * (lambda + 1) / (a + 1));
}

/* For b = 1/2, by I_x(a, 1/2) = 2 I_z(a, a), where x = 4 z (1 - z) (DLMF
 * 8.17.6): z is well below the x that would need many terms. */
static struct family
doubled(const struct family *f)
{
	double a = f->a, root = sqrt(f->y.hi);

	return (struct family){.a = a,
	    .b = a,
	    .x = dd_of(f->x.hi / (2 + 2 * root)),
	    .y = dd_of((1 + root) / 2),
	    .lambda = dd_of(a * root)};
}

/* I_x(a, b) over the density, lambda >= 0, by the shorter of the two: a term
 * of the series costs a third of one of the fraction, and soon the terms fall
 * by the ratio. */
static double
far_tail(const struct family *f)
{
	double a = f->a, b = f->b, n = a + b, x = f->x.hi;
	double z = f->lambda.hi / sqrt(n * x * f->y.hi);
	double terms = laplace_terms(z, b), ratio = x * (n + 20) / (a + 21);

	return terms * (1 - ratio) > 15 ? series(f) : fraction(f, (int)terms);
}

/* The same, where the density is exp(-exponent) of its maximum. */
static double
tail(const struct family *f, double exponent)
{
	double a = f->a, b = f->b, n = a + b, size = a / n * b;

	if (laplace_is_good(size, exponent))
		return laplace_integral(size, (a - b) / n, exponent);
	if (b == 0.5 && f->x.hi > 0.5) {
		struct family g = doubled(f);

		exponent = -a * elementary_log1p(-f->y.hi);
		return tail(&g, exponent) / sqrt(f->y.hi);
	}
	return far_tail(f);
}

static bool
is_small(const struct family *f)
{
	return f->a < 0.5 && f->x.hi <= 0.5 && f->b * f->x.hi <= 1;
}

struct special_sides
special_betainc(double a, double b, struct dd x, struct dd y)
{
	struct special_sides s;
	struct family f = {special_shape(a), special_shape(b), x, y, {0, 0}}, g;

	if (!(a > 0 && b > 0 && x.hi >= 0 && y.hi >= 0))
		return special_sides_nan();
	if (x.hi == 0 || y.hi == 0)
		return special_sides_all(x.hi == 0);
	if (x.hi < 0x1p-800) {
		f.x = (struct dd){x.hi * 0x1p300, x.lo * 0x1p300};
		s = special_betainc(f.a, f.b, f.x, y);
		special_divide_argument(&s, f.a, 300);
		return s;
	}
	f.lambda = dd_sub(dd_mul1(y, f.a), dd_mul1(x, f.b));
	g = mirror(&f);
	s = density(&f);
	if (is_small(&f) || is_small(&g)) {
		s.near_is_upper = !is_small(&f);
		if (s.near_is_upper)
			f = g;
		s.scale = s.density * series(&f);
		special_set_near(&s);
		s.rest = small_shape_other(&f);
		return s;
	}
	s.near_is_upper = f.lambda.hi < 0;
	s.scale = s.density * tail(s.near_is_upper ? &g : &f, -s.exponent.hi);
	special_set_both(&s);
	return s;
}
