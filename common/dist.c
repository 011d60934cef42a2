/* SPDX-License-Identifier: MIT */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/dist.h"
#include "common/inverse.h"
#include "common/special.h"

static struct dist_tails
values(struct special_sides s)
{
	return (struct dist_tails){
	    special_side(&s, false), special_side(&s, true)};
}

static struct dist_tails
logs(struct special_sides s)
{
	return (struct dist_tails){
	    special_side_log(&s, false), special_side_log(&s, true)};
}

static struct special_sides
sides_normal(const double p[], double z)
{
	struct special_sides s = {{0, 0}, 0, 0, 1, z > 0};
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
	s.rest = 1 - special_side(&s, s.near_is_upper);
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
	s.rest = 1 - special_side(&s, s.near_is_upper);
	return s;
}

static struct special_sides
sides_binomial(const double p[], double k)
{
	double n = p[0];

	k = floor(k);
	if (k < 0)
		return (struct special_sides){{0, 0}, 0, 0, 1, false};
	if (k >= n)
		return (struct special_sides){{0, 0}, 0, 0, 1, true};
	return special_betainc(n - k, k + 1, dd_sum(1, -p[1]), dd_of(p[1]));
}

static bool
is_probability(double p)
{
	return p >= 0 && p <= 1;
}

static double
quantile_normal(const double par[], double lower, double upper)
{
	(void)par;
	return lower < upper ? -inverse_normal(lower) : inverse_normal(upper);
}

static double
quantile_gamma(const double par[], double lower, double upper)
{
	return inverse_gammainc(par[0], lower, upper).hi;
}

static double
quantile_chi2(const double par[], double lower, double upper)
{
	return 2 * inverse_gammainc(par[0] / 2, lower, upper).hi;
}

static double
quantile_beta(const double par[], double lower, double upper)
{
	struct dd odds = inverse_betainc(par[0], par[1], lower, upper);

	return dd_div(odds, dd_add1(odds, 1)).hi;
}

static double
quantile_f(const double par[], double lower, double upper)
{
	struct dd odds = inverse_betainc(par[0] / 2, par[1] / 2, lower, upper);

	return dd_mul(odds, dd_div(dd_of(par[1]), dd_of(par[0]))).hi;
}

static double
quantile_t(const double par[], double lower, double upper)
{
	double tail = 2 * fmin(lower, upper), root;
	struct dd square;

	if (isinf(par[0]))
		return quantile_normal(par, lower, upper);
	square = dd_mul1(inverse_betainc(0.5, par[0] / 2, 1 - tail, tail), par[0]);
	root = sqrt(square.hi);
	root += (dd_add1(dd_neg(dd_product(root, root)), square.hi).hi + square.lo) / (2 * root);
	return lower < upper ? -root : root;
}

static double
quantile(double (*q)(const double par[], double lower, double upper),
    const double par[], double lower, double upper, double least, double most)
{
	if (!is_probability(lower))
		return NAN;
	if (lower == 0)
		return least;
	if (upper == 0)
		return most;
	return q(par, lower, upper);
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
	return quantile(quantile_normal, (double[]){0}, p, 1 - p, -INFINITY, INFINITY);
}

double
dist_normal_upper_quantile(double p)
{
	return quantile(quantile_normal, (double[]){0}, 1 - p, p, -INFINITY, INFINITY);
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
	return quantile(quantile_t, (double[]){df}, p, 1 - p, -INFINITY, INFINITY);
}

double
dist_t_upper_quantile(double p, double df)
{
	return quantile(quantile_t, (double[]){df}, 1 - p, p, -INFINITY, INFINITY);
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
	return quantile(quantile_chi2, (double[]){df}, p, 1 - p, 0, INFINITY);
}

double
dist_chi2_upper_quantile(double p, double df)
{
	return quantile(quantile_chi2, (double[]){df}, 1 - p, p, 0, INFINITY);
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
	return quantile(quantile_gamma, (double[]){shape}, p, 1 - p, 0, INFINITY);
}

double
dist_gamma_upper_quantile(double p, double shape)
{
	return quantile(quantile_gamma, (double[]){shape}, 1 - p, p, 0, INFINITY);
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
	return quantile(quantile_f, (double[]){d1, d2}, p, 1 - p, 0, INFINITY);
}

double
dist_f_upper_quantile(double p, double d1, double d2)
{
	return quantile(quantile_f, (double[]){d1, d2}, 1 - p, p, 0, INFINITY);
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
	return quantile(quantile_beta, (double[]){a, b}, p, 1 - p, 0, 1);
}

double
dist_beta_upper_quantile(double p, double a, double b)
{
	return quantile(quantile_beta, (double[]){a, b}, 1 - p, p, 0, 1);
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

