/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/laplace.h"
#include "common/special.h"

/* x^a e^-x / Gamma(a), as scale * exp(exponent), in out->... */
static void
set_density(struct special_sides *out, double a, double x)
{
	struct dd w = dd_div(dd_of(x), dd_of(a));
	struct dd u = dd_div(dd_sum(x, -a), dd_of(a));

	out->exponent = dd_mul1(dd_log1p_defect(u, w), -a);
	out->density = out->scale =
	    sqrt(a) * 0.3989422804014327 / special_gamma_scaled(a);
}

/* sum of x^k / (a+1)_k */
static double
series(double a, double x)
{
	double sum = 1, carry = 0, term = 1;

	for (int k = 1; term > 1e-18 * sum && k < 20000; k++) {
		struct dd s;

		term *= x / (a + k);
		s = dd_sum_ordered(sum, term);
		sum = s.hi;
		carry += s.lo;
	}
	return sum + carry;
}

/* DLMF 8.7.1 */
static double
small_shape_upper(double a, double x)
{
	double t = a * (log(x) - special_log_gamma_slope(a, 1));
	double sum = 0, term = 1;

	for (int k = 1; k < 30; k++) {
		term *= -x / k;
		sum += term / (a + k);
	}
	return -expm1(t) - exp(t) * a * sum;
}

static struct laplace_point
curve(double s, const double c[])
{
	double lambda = c[0], x = c[1], side = c[2];
	double excess = laplace_exp_excess(side * s);

	return (struct laplace_point){
	    lambda * s + x * excess, lambda + x * (side * excess + s)};
}

static double
fraction(double a, double x, int terms)
{
	double f = x + 2 * terms + 1 - a;

	for (int k = terms; k > 0; k--)
		f = x - a + (2 * k - 1) - k * (k - a) / f;
	return 1 / f;
}

struct special_sides
special_gammainc(double a, double x)
{
	struct special_sides out = {{0, 0}, 0, 0, 1, false};
	double z = (x - a) / sqrt(x);

	if (!(a > 0) || !(x >= 0)) {
		out.scale = out.rest = NAN;
		return out;
	}
	if (x == 0)
		return out;
	if (isinf(x)) {
		out.near_is_upper = true;
		return out;
	}
	set_density(&out, a, x);
	if (a < 0.5 && x < 0.5) {
		out.scale *= series(a, x) / a;
		out.rest = small_shape_upper(a, x);
		return out;
	}
	out.near_is_upper = x > a;
	if (z > 3)
		out.scale *= fraction(a, x, 5 + (60 + 270 / z) / z);
	else if (x <= a && (a < 20 || x < 0.5 * a))
		out.scale *= series(a, x) / a;
	else
		out.scale *= laplace_integral(curve, (double[]){fabs(x - a), x, x > a ? 1 : -1}, fabs(x - a), x);
	out.rest = 1 - special_side(&out, out.near_is_upper);
	return out;
}
