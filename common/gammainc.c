/* SPDX-License-Identifier: MIT */

/*
 * The density x^a e^-x / Gamma(a), times the integral that is left of each
 * side when it is taken out.  The exponent of the density, up to 700 where a
 * double can hold the result, is where the digits are lost; as
 *
 *	sqrt(a / 2 pi) / G(a) exp(-a (u - log(1 + u))),  u = x / a - 1,
 *
 * with G the scaled gamma function, nothing in it cancels, and it is formed
 * as a sum of two doubles.  (The split is that of DiDonato and Morris,
 * Computation of the incomplete gamma function ratios and their inverse, ACM
 * TOMS 12 (1986).)
 *
 * What is left is found by Laplace's method for a large shape near the mean,
 * and else by Legendre's continued fraction (DLMF 8.9.2) above the mean and
 * the series with positive terms (DLMF 8.11.4) below it.  Each is of the side
 * that lies beyond the mean, the smaller one or nearly so, and the other is 1
 * minus that.  Only a small shape puts nearly everything below the mean: there
 * P and Q are computed separately, Q as P's distance from 1 without
 * cancellation.
 */

#include <math.h>

#include "common/elementary.h"
#include "common/laplace.h"
#include "common/special.h"

enum { TERMS = 1000 };

static struct special_sides
density(double a, double x)
{
	struct dd u = dd_div1(dd_sum(x, -a), a);
	struct dd w = u.hi < -0.5 ? dd_div1(dd_of(x), a) : dd_add1(u, 1);

	return (struct special_sides){
	    .exponent = dd_mul1(dd_log1p_defect(u, w), -a),
	    .density = SPECIAL_INV_SQRT_2PI * sqrt(a) / special_gamma_scaled(a),
	};
}

/* P over the density: the sum of x^k / (a (a + 1) ... (a + k)). */
static double
lower_series(double a, double x)
{
	double term = 1;
	struct dd sum = {1, 0};

	for (int k = 1; k < TERMS && term > 0x1p-60 * sum.hi; k++) {
		term *= x / (a + k);
		sum = dd_gather(sum, term);
	}
	return (sum.hi + sum.lo) / a;
}

/* Q for small a and x by DLMF 8.7.1: P is x^a / Gamma(a + 1), a number close
 * to 1, times 1 + a sum of the (-x)^k / (k! (a + k)), k >= 1. */
static double
small_shape_upper(double a, double x)
{
	double log_factor =
	    a * (elementary_log(x) - special_log_gamma_slope(a, 1, 1));
	double sum = 0, term = 1;

	for (int k = 1; k < TERMS && fabs(term) > 0x1p-60 * x; k++) {
		term *= -x / k;
		sum += term / (a + k);
	}
	return -elementary_expm1(log_factor) -
	       elementary_exp(log_factor) * a * sum;
}

/* Q over the density, from the last term to the first. */
static double
upper_fraction(double a, double x)
{
	int terms = (int)laplace_terms((x - a) / sqrt(x), a);
	double f = x - a + (2 * terms + 1);

	for (int k = terms; k > 0; k--)
		f = x - a + (2 * k - 1) + k * (a - k) / f;
	return 1 / f;
}

static struct special_sides
sides(double a, double x)
{
	struct special_sides s = density(a, x);

	if (a < 0.5 && x < 0.5) {
		s.scale = s.density * lower_series(a, x);
		special_set_near(&s);
		s.rest = small_shape_upper(a, x);
		return s;
	}
	s.near_is_upper = x > a;
	if (laplace_is_good(a, -s.exponent.hi))
		s.scale = s.density *
			  laplace_integral(a, x > a ? 1 : -1, -s.exponent.hi);
	else
		s.scale = s.density *
			  (x > a ? upper_fraction(a, x) : lower_series(a, x));
	special_set_both(&s);
	return s;
}

struct special_sides
special_gammainc(double a, double x)
{
	struct special_sides s;

	if (!(a > 0 && x >= 0))
		return special_sides_nan();
	if (x == 0)
		return special_sides_all(true);
	if (x > 0x1p450)
		return (struct special_sides){.near_is_upper = true,
		    .exponent = {-x, 0},
		    .scale = 1,
		    .density = x,
		    .rest = 1};
	a = special_shape(a);
	if (x > 0x1p-600)
		return sides(a, x);
	s = sides(a, x * 0x1p500);
	special_divide_argument(&s, a, 500);
	return s;
}
