/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/laplace.h"
#include "common/special.h"

static void
set_density(struct special_sides *out, double a, double b, struct dd x,
    struct dd y, struct dd lambda)
{
	struct dd n = dd_sum(a, b);
	struct dd u = dd_div(dd_neg(lambda), dd_of(a));
	struct dd v = dd_div(lambda, dd_of(b));
	struct dd p = dd_log1p_defect(u, dd_div(dd_mul(x, n), dd_of(a)));
	struct dd q = dd_log1p_defect(v, dd_div(dd_mul(y, n), dd_of(b)));

	out->exponent = dd_neg(dd_add(dd_mul1(p, a), dd_mul1(q, b)));
	out->density = out->scale = 0.3989422804014327 * sqrt(a / n.hi * b) *
	    special_gamma_scaled(n.hi) /
	    (special_gamma_scaled(a) * special_gamma_scaled(b));
}

static double
series(double a, double b, double x)
{
	double sum = 1, carry = 0, term = 1;

	for (int k = 0; term > 1e-18 * sum && k < 20000; k++) {
		struct dd s;

		term *= x * (a + b + k) / (a + 1 + k);
		s = dd_sum_ordered(sum, term);
		sum = s.hi;
		carry += s.lo;
	}
	return sum + carry;
}

static double
small_shape_upper(double a, double b, double x)
{
	double t = a * (log(x) + special_log_gamma_slope(a, b) -
	    special_log_gamma_slope(a, 1));
	double sum = 0, term = 1;

	for (int k = 1; k < 2000; k++) {
		term *= (k - b) / k * x;
		sum += term / (a + k);
		if (fabs(term) < 1e-17)
			break;
	}
	return -expm1(t) - exp(t) * a * sum;
}

static struct laplace_point
curve(double s, const double c[])
{
	double lambda = c[0], n = c[1], x = c[2], side = c[3];
	double excess = laplace_exp_excess(side * s);
	double u = x * (excess + side * s);

	return (struct laplace_point){
	    lambda * s + n * (x * excess - laplace_log_defect(u)),
	    lambda + n * (1 - x) * side * u / (1 + u)};
}

static double
fraction(double a, double b, double x, double y, double lambda, int terms)
{
	double f = 0;

	for (int k = terms; k > 0; k--) {
		double c = a + 2 * k, d = k * (b - k) * x / (c - 1);

		f += k + d + (a + k) * (lambda + 1 + k * (1 + y)) / (c + 1);
		f = (a + k - 1) * (a + b + k - 1) * x / (c - 1) * d / f;
	}
	return 1 / (f + a * (lambda + 1) / (a + 1));
}

static double
tail(double a, double b, struct dd x, struct dd y, double lambda)
{
	double n = a + b, variance = n * x.hi * y.hi, z = lambda / sqrt(variance);

	if (z > 3)
		return fraction(a, b, x.hi, y.hi, lambda, 5 + (60 + 270 / z) / z);
	if (a < 10)
		return series(a, b, x.hi) / a;
	if (x.hi < 0.5)
		return laplace_integral(curve, (double[]){lambda, n, x.hi, -1}, lambda, variance);
	return laplace_integral(curve, (double[]){lambda, n, y.hi, 1}, lambda, variance);
}

struct special_sides
special_betainc(double a, double b, struct dd x, struct dd y)
{
	struct special_sides out = {{0, 0}, 0, 0, 1, false};
	struct dd lambda;

	if (!(a > 0) || !(b > 0) || !(x.hi >= 0) || !(y.hi >= 0)) {
		out.scale = out.rest = NAN;
		return out;
	}
	if (x.hi == 0)
		return out;
	if (y.hi == 0) {
		out.near_is_upper = true;
		return out;
	}
	lambda = dd_sub(dd_mul1(y, a), dd_mul1(x, b));
	set_density(&out, a, b, x, y, lambda);
	if (a < 0.5 && x.hi <= 0.5 && b * x.hi <= 1) {
		out.scale *= series(a, b, x.hi) / a;
		out.rest = small_shape_upper(a, b, x.hi);
		return out;
	}
	if (b < 0.5 && y.hi <= 0.5 && a * y.hi <= 1) {
		out.near_is_upper = true;
		out.scale *= series(b, a, y.hi) / b;
		out.rest = small_shape_upper(b, a, y.hi);
		return out;
	}
	if (lambda.hi >= 0) {
		out.scale *= tail(a, b, x, y, lambda.hi);
	} else {
		out.near_is_upper = true;
		out.scale *= tail(b, a, y, x, -lambda.hi);
	}
	out.rest = 1 - special_side(&out, out.near_is_upper);
	return out;
}
