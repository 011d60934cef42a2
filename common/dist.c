/* SPDX-License-Identifier: MIT */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/dist.h"
#include "common/special.h"

static double
near_side(const struct special_sides *s)
{
	double e = s->scale * exp(s->exponent.hi);

	return e + e * s->exponent.lo;
}

static struct dist_tails
values(struct special_sides s)
{
	double near = near_side(&s);

	return s.near_is_upper ? (struct dist_tails){s.rest, near}
			       : (struct dist_tails){near, s.rest};
}

static struct dist_tails
logs(struct special_sides s)
{
	double near = near_side(&s) < 0.5
			  ? s.exponent.hi + (log(s.scale) + s.exponent.lo)
			  : log1p(-s.rest);
	double rest = s.rest < 0.5 ? log(s.rest) : log1p(-near_side(&s));

	return s.near_is_upper ? (struct dist_tails){rest, near}
			       : (struct dist_tails){near, rest};
}

static struct special_sides
sides_normal(const double p[], double z)
{
	struct special_sides s = {{0, 0}, 0, 1, z > 0};
	struct dd square;

	(void)p;
	if (isnan(z)) {
		s.scale = s.rest = z;
		return s;
	}
	if (isinf(z))
		return s;
	if (fabs(z) > 1e150) {
		s.exponent.hi = -INFINITY;
		return s;
	}
	square = dd_product(z, z);
	s.exponent = (struct dd){-square.hi / 2, -square.lo / 2};
	s.scale = special_mills(fabs(z));
	s.rest = 1 - near_side(&s);
	return s;
}

static struct special_sides
sides_gamma(const double p[], double x)
{
	return special_gammainc(p[0], fmax(x, 0));
}

static struct special_sides
sides_chi2(const double p[], double x)
{
	return special_gammainc(p[0] / 2, fmax(x, 0) / 2);
}

static struct special_sides
sides_beta(const double p[], double x)
{
	if (!(x > 0))
		x = 0;
	if (x > 1)
		x = 1;
	return special_betainc(p[0], p[1], dd_of(x), dd_sum(1, -x));
}

static struct special_sides
sides_f(const double p[], double f)
{
	struct dd u = dd_product(f > 0 ? f : 0, p[0]);
	struct dd sum = dd_add1(u, p[1]);

	return special_betainc(
	    p[0] / 2, p[1] / 2, dd_div(u, sum), dd_div(dd_of(p[1]), sum));
}

static struct special_sides
sides_t(const double p[], double t)
{
	struct special_sides s;
	struct dd square, sum;

	if (isinf(p[0]))
		return sides_normal(p, t);
	square = dd_product(t, t);
	sum = dd_add1(square, p[0]);
	s = special_betainc(
	    p[0] / 2, 0.5, dd_div(dd_of(p[0]), sum), dd_div(square, sum));
	if (s.near_is_upper) {
		s.scale = s.rest / 2;
		s.exponent = dd_of(0);
	} else {
		s.scale /= 2;
	}
	s.near_is_upper = t > 0;
	s.rest = 1 - near_side(&s);
	return s;
}

static struct special_sides
sides_binomial(const double p[], double k)
{
	double n = p[0];

	k = floor(k);
	if (k < 0)
		return (struct special_sides){{0, 0}, 0, 1, false};
	if (k >= n)
		return (struct special_sides){{0, 0}, 0, 1, true};
	return special_betainc(n - k, k + 1, dd_sum(1, -p[1]), dd_of(p[1]));
}

/* trapezoid in u = log(s), s = chi/sqrt(df) */
static struct special_sides
sides_nct(const double p[], double t)
{
	double df = p[0], ncp = p[1], h = 0.01, lo = 0, up = 0;
	struct special_sides s = {{0, 0}, 0, 1, true};

	for (int i = -6000; i < 600; i++) {
		double u = i * h / sqrt(1 + df / 10);
		double d = df * (u - (expm1(2 * u)) / 2);
		struct dist_tails n = dist_normal(t * exp(u) - ncp);

		lo += n.lower * exp(d);
		up += n.upper * exp(d);
	}
	s.scale = up / (lo + up);
	s.rest = lo / (lo + up);
	return s;
}

static double
from_order(int64_t i)
{
	double x;
	uint64_t u = i < 0 ? (uint64_t)INT64_MIN - (uint64_t)i : (uint64_t)i;

	memcpy(&x, &u, sizeof(x));
	return x;
}

static double
quantile(struct special_sides (*sides)(const double p[], double x),
    const double p[], double q, bool upper, bool positive)
{
	int64_t lo = positive ? 0 : -0x7fefffffffffffff,
		hi = 0x7fefffffffffffff;

	if (!(q >= 0 && q <= 1))
		return NAN;
	while (hi - lo > 1) {
		int64_t mid = lo / 2 + hi / 2 + ((lo & 1) + (hi & 1)) / 2;
		struct dist_tails t = values(sides(p, from_order(mid)));

		if (upper ? (q <= 0.5 ? t.upper > q : t.lower < 1 - q)
			  : (q <= 0.5 ? t.lower < q : t.upper > 1 - q))
			lo = mid;
		else
			hi = mid;
	}
	return from_order(hi);
}

struct dist_tails
dist_normal(double z)
{
	return values(sides_normal((double[]){0}, z));
}

struct dist_tails
dist_normal_log(double z)
{
	return logs(sides_normal((double[]){0}, z));
}

double
dist_normal_lower_quantile(double p)
{
	return quantile(sides_normal, (double[]){0}, p, false, false);
}

double
dist_normal_upper_quantile(double p)
{
	return quantile(sides_normal, (double[]){0}, p, true, false);
}

struct dist_tails
dist_t(double t, double df)
{
	return values(sides_t((double[]){df}, t));
}

struct dist_tails
dist_t_log(double t, double df)
{
	return logs(sides_t((double[]){df}, t));
}

double
dist_t_lower_quantile(double p, double df)
{
	return quantile(sides_t, (double[]){df}, p, false, false);
}

double
dist_t_upper_quantile(double p, double df)
{
	return quantile(sides_t, (double[]){df}, p, true, false);
}

struct dist_tails
dist_chi2(double x, double df)
{
	return values(sides_chi2((double[]){df}, x));
}

struct dist_tails
dist_chi2_log(double x, double df)
{
	return logs(sides_chi2((double[]){df}, x));
}

double
dist_chi2_lower_quantile(double p, double df)
{
	return quantile(sides_chi2, (double[]){df}, p, false, true);
}

double
dist_chi2_upper_quantile(double p, double df)
{
	return quantile(sides_chi2, (double[]){df}, p, true, true);
}

struct dist_tails
dist_gamma(double x, double shape)
{
	return values(sides_gamma((double[]){shape}, x));
}

struct dist_tails
dist_gamma_log(double x, double shape)
{
	return logs(sides_gamma((double[]){shape}, x));
}

double
dist_gamma_lower_quantile(double p, double shape)
{
	return quantile(sides_gamma, (double[]){shape}, p, false, true);
}

double
dist_gamma_upper_quantile(double p, double shape)
{
	return quantile(sides_gamma, (double[]){shape}, p, true, true);
}

struct dist_tails
dist_f(double f, double d1, double d2)
{
	return values(sides_f((double[]){d1, d2}, f));
}

struct dist_tails
dist_f_log(double f, double d1, double d2)
{
	return logs(sides_f((double[]){d1, d2}, f));
}

double
dist_f_lower_quantile(double p, double d1, double d2)
{
	return quantile(sides_f, (double[]){d1, d2}, p, false, true);
}

double
dist_f_upper_quantile(double p, double d1, double d2)
{
	return quantile(sides_f, (double[]){d1, d2}, p, true, true);
}

struct dist_tails
dist_beta(double x, double a, double b)
{
	return values(sides_beta((double[]){a, b}, x));
}

struct dist_tails
dist_beta_log(double x, double a, double b)
{
	return logs(sides_beta((double[]){a, b}, x));
}

double
dist_beta_lower_quantile(double p, double a, double b)
{
	return quantile(sides_beta, (double[]){a, b}, p, false, true);
}

double
dist_beta_upper_quantile(double p, double a, double b)
{
	return quantile(sides_beta, (double[]){a, b}, p, true, true);
}

struct dist_tails
dist_binomial(double k, double n, double p)
{
	return values(sides_binomial((double[]){n, p}, k));
}

struct dist_tails
dist_binomial_log(double k, double n, double p)
{
	return logs(sides_binomial((double[]){n, p}, k));
}

double
dist_binomial_lower_quantile(double q, double n, double p)
{
	return quantile(sides_binomial, (double[]){n, p}, q, false, true);
}

double
dist_binomial_upper_quantile(double q, double n, double p)
{
	return quantile(sides_binomial, (double[]){n, p}, q, true, true);
}

struct dist_tails
dist_nct(double t, double df, double ncp)
{
	return values(sides_nct((double[]){df, ncp}, t));
}

struct dist_tails
dist_nct_log(double t, double df, double ncp)
{
	return logs(sides_nct((double[]){df, ncp}, t));
}

double
dist_nct_lower_quantile(double p, double df, double ncp)
{
	return quantile(sides_nct, (double[]){df, ncp}, p, false, false);
}

double
dist_nct_upper_quantile(double p, double df, double ncp)
{
	return quantile(sides_nct, (double[]){df, ncp}, p, true, false);
}
