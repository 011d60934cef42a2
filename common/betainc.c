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
 * What is left of the side beyond the mean is their continued fraction where
 * it needs few terms; else, near the mean, the integral over the distance s
 * of the log odds from those of x, or, for a small shape, the series with
 * positive terms (DLMF 8.17.8).  Where
 * a small shape puts nearly everything beyond the mean, both sides are
 * computed separately, the other as a distance from 1 without cancellation.
 */

#include <math.h>

#include "common/elementary.h"
#include "common/laplace.h"
#include "common/special.h"

enum { SERIES_BELOW = 8, TERMS = 5000 };

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
	struct dd u = dd_div(dd_neg(f->lambda), dd_of(f->a));
	struct dd w = dd_mul(f->x, dd_div(n, dd_of(f->a)));

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
		sum = dd_add1(sum, term);
	}
	return sum.hi / a;
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

	for (int k = terms; k > 0; k--) {
		double c = a + 2 * k, d = k * (b - k) * x / (c - 1);

		sum += k + d + (a + k) * (lambda + 1 + k * (1 + y)) / (c + 1);
		sum = (a + k - 1) * (a + b + k - 1) * x / (c - 1) * d / sum;
	}
	return 1 / (sum + a * (lambda + 1) / (a + 1));
}

/* At s the log odds are log(x / y) - s.  h->x is the smaller of x and y, with
 * s turned round for y: with the larger the difference would cancel. */
static double
curve_value(const struct laplace_curve *h, double s)
{
	double r = h->side * s, excess = laplace_exp_excess(r);
	double defect = laplace_log_defect(h->x * (excess + r));

	return h->lambda * s + h->n * (h->x * excess - defect);
}

static double
curve_slope(const struct laplace_curve *h, double s)
{
	double u = h->x * elementary_expm1(h->side * s);

	return h->lambda + h->n * (1 - h->x) * h->side * u / (1 + u);
}

/* I_x(a, b) over the density, lambda >= 0. */
static double
tail(const struct family *f)
{
	double lambda = f->lambda.hi, n = f->a + f->b;
	double variance = n * f->x.hi * f->y.hi;
	double terms = laplace_terms(lambda / sqrt(variance), f->b);
	struct laplace_curve h = {.value = curve_value,
	    .slope = curve_slope,
	    .lambda = lambda,
	    .variance = variance,
	    .n = n,
	    .x = fmin(f->x.hi, f->y.hi),
	    .side = f->x.hi < f->y.hi ? -1 : 1};

	if (terms <= LAPLACE_TERMS)
		return fraction(f, (int)terms);
	return f->a < SERIES_BELOW ? series(f) : laplace_integral(&h);
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
		s.rest = small_shape_other(&f);
		return s;
	}
	s.near_is_upper = f.lambda.hi < 0;
	s.scale = s.density * tail(s.near_is_upper ? &g : &f);
	special_set_rest(&s);
	return s;
}
