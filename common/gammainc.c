/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/special.h"

/* x^a e^-x / Gamma(a), as scale * exp(exponent), in out->... */
static void
set_density(struct special_sides *out, double a, double x)
{
	struct dd w = dd_div(dd_of(x), dd_of(a));
	struct dd u = dd_div(dd_sum(x, -a), dd_of(a));

	out->exponent = dd_mul1(dd_log1p_defect(u, w), -a);
	out->scale = sqrt(a) * 0.3989422804014327 / special_gamma_scaled(a);
}

static double
value(const struct special_sides *s)
{
	double e = s->scale * exp(s->exponent.hi);

	return e + e * s->exponent.lo;
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

static double
upper_h(double s, const double c[], double *slope)
{
	double a = c[0], x = c[1], e = expm1(s);

	*slope = (x - a) + x * e;
	if (s < 0.3) {
		e = 1;
		for (int k = 14; k > 2; k--)
			e = 1 + e * s / k;
		return (x - a) * s + x * (s * s / 2) * e;
	}
	return (x - a) * s + x * (e - s);
}

static double
lower_h(double s, const double c[], double *slope)
{
	double a = c[0], x = c[1], e = expm1(-s);

	*slope = (a - x) - x * e;
	if (s < 0.3) {
		e = 1;
		for (int k = 14; k > 2; k--)
			e = 1 - e * s / k;
		return (a - x) * s + x * (s * s / 2) * e;
	}
	return (a - x) * s + x * (e + s);
}

struct special_sides
special_gammainc(double a, double x)
{
	struct special_sides out = {{0, 0}, 0, 1, false};
	double c[2] = {a, x};

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
		out.scale *= series(a, x) / a * exp(-0.);
		out.rest = small_shape_upper(a, x);
		return out;
	}
	if (x <= a) {
		if (a < 20 || x < 0.5 * a)
			out.scale *= series(a, x) / a;
		else
			out.scale *= special_laplace(lower_h, c,
			    80 / ((a - x) + sqrt((a - x) * (a - x) + 80 * x)));
	} else {
		out.near_is_upper = true;
		out.scale *= special_laplace(upper_h, c,
		    80 / ((x - a) + sqrt((x - a) * (x - a) + 80 * x)));
	}
	out.rest = 1 - value(&out);
	return out;
}
