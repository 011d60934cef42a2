/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/special.h"

static double
value(const struct special_sides *s)
{
	double e = s->scale * exp(s->exponent.hi);

	return e + e * s->exponent.lo;
}

static void
set_density(
    struct special_sides *out, double a, double b, struct dd x, struct dd y)
{
	struct dd n = dd_sum(a, b);
	struct dd lambda = dd_sub(dd_mul1(y, a), dd_mul1(x, b));
	struct dd u = dd_div(dd_neg(lambda), dd_of(a));
	struct dd v = dd_div(lambda, dd_of(b));
	struct dd p = dd_log1p_defect(u, dd_div(dd_mul(x, n), dd_of(a)));
	struct dd q = dd_log1p_defect(v, dd_div(dd_mul(y, n), dd_of(b)));

	out->exponent = dd_neg(dd_add(dd_mul1(p, a), dd_mul1(q, b)));
	out->scale = 0.3989422804014327 * sqrt(a / n.hi * b) *
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

/* u - log1p(u) */
static double
defect(double u)
{
	double s, z;

	if (u > 0.4 || u < -0.3)
		return u - log1p(u);
	s = u / (2 + u);
	z = s * s;
	u *= s;
	s *= 2 * z;
	return u -
	       s * (1. / 3 +
		       z * (1. / 5 +
			       z * (1. / 7 +
				       z * (1. / 9 +
					       z * (1. / 11 +
						       z * (1. / 13 +
							       z * (1. / 15 +
								       z * (1. / 17 +
									       z * (1. /
										       19)))))))));
}

/* e^s - 1 - s */
static double
exp_excess(double s)
{
	double e = 1;

	if (fabs(s) > 0.3)
		return expm1(s) - s;
	for (int k = 14; k > 2; k--)
		e = 1 + e * s / k;
	return s * s / 2 * e;
}

static double
lower_h(double s, const double c[], double *slope)
{
	double a = c[0], n = c[1], x = c[2], y = c[3], lambda = c[4];
	double e = expm1(-s), k;

	*slope = a - n * x * (1 + e) / (1 + x * e);
	if (x < 0.5)
		k = x * exp_excess(-s) - defect(x * e);
	else
		k = y * exp_excess(s) - defect(y * expm1(s));
	return lambda * s + n * k;
}

static double
tail(double a, double b, struct dd x, struct dd y)
{
	struct dd lambda = dd_sub(dd_mul1(y, a), dd_mul1(x, b));
	double c[5] = {a, a + b, x.hi, y.hi, lambda.hi};
	double curve;

	if (a < 10)
		return series(a, b, x.hi) / a;
	curve = 80 * (a + b) * x.hi * y.hi;
	return special_laplace(
	    lower_h, c, 80 / (c[4] + sqrt(c[4] * c[4] + curve)));
}

struct special_sides
special_betainc(double a, double b, struct dd x, struct dd y)
{
	struct special_sides out = {{0, 0}, 0, 1, false};

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
	set_density(&out, a, b, x, y);
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
	if (dd_sub(dd_mul1(y, a), dd_mul1(x, b)).hi >= 0) {
		out.scale *= tail(a, b, x, y);
	} else {
		out.near_is_upper = true;
		out.scale *= tail(b, a, y, x);
	}
	out.rest = 1 - value(&out);
	return out;
}
