/* SPDX-License-Identifier: MIT */

/*
 * Every distribution is reduced to the normal, the incomplete gamma or the
 * incomplete beta function, with arguments that are exact or sums of two
 * doubles: t by t^2 / df and F by f d1 / d2 as the odds of a beta variable,
 * without forming 1 - x.  (Abramowitz and Stegun 26.4.19, 26.5.24, 26.5.27,
 * 26.6.2.)
 */

#include <math.h>

#include "common/dist.h"
#include "common/elementary.h"
#include "common/inverse.h"
#include "common/special.h"

/* Odds are formed for exponents up to this; below, only the first term of
 * the beta distribution's series counts. */
enum { ODDS_EXPONENT = 700 };

/* Whole numbers are dense up to here. */
#define TRIALS_MAX 0x1p53

static struct dist_tails
tails(struct special_sides s)
{
	return (struct dist_tails){
	    special_side(&s, false), special_side(&s, true)};
}

static struct dist_tails
log_tails(struct special_sides s)
{
	return (struct dist_tails){
	    special_side_log(&s, false), special_side_log(&s, true)};
}

static bool
is_probability(double p)
{
	return p >= 0 && p <= 1;
}

static struct special_sides
normal_sides(double z)
{
	struct special_sides s = {.near_is_upper = z > 0};
	struct dd square, m;

	if (isnan(z))
		return special_sides_nan();
	if (fabs(z) > 0x1p490)
		return special_sides_all(z < 0);
	square = dd_product(z, z);
	m = special_mills(fabs(z));
	s.exponent =
	    dd_sum_ordered(-square.hi / 2, -square.lo / 2 + m.lo / m.hi);
	s.scale = m.hi;
	special_set_both(&s);
	return s;
}

/* The beta distribution with shapes a and b at the odds x / y 2^e, x and y in
 * [1/8, 8], or one of them 0.  Where the odds would underflow, a larger value
 * 2^k times the odds stands for them: I_x is 2^-ka times as large there. */
static struct special_sides
beta_sides_at_odds(double a, double b, struct dd x, struct dd y, int e)
{
	struct special_sides s;
	struct dd sum;
	double scale;

	if (e > ODDS_EXPONENT) {
		s = beta_sides_at_odds(b, a, y, x, -e);
		s.near_is_upper = !s.near_is_upper;
		return s;
	}
	if (e < -ODDS_EXPONENT) {
		s = beta_sides_at_odds(a, b, x, y, -ODDS_EXPONENT);
		special_divide_argument(
		    &s, special_shape(a), -ODDS_EXPONENT - e);
		return s;
	}
	scale = ldexp(1, e);
	x = (struct dd){x.hi * scale, x.lo * scale};
	sum = dd_add(x, y);
	return special_betainc(a, b, dd_div(x, sum), dd_div(y, sum));
}

static struct special_sides
t_sides(double t, double df)
{
	struct special_sides s;
	int t_exponent, df_exponent;
	double shape = special_shape(df) / 2;
	double df_part = frexp(2 * shape, &df_exponent);
	double t_part = frexp(t, &t_exponent);

	if (!(df > 0) || isnan(t))
		return special_sides_nan();
	if (isinf(t))
		return special_sides_all(t < 0);
	s = beta_sides_at_odds(shape, 0.5, dd_of(df_part),
	    dd_product(t_part, t_part), df_exponent - 2 * t_exponent);
	if (s.near_is_upper)
		s = (struct special_sides){.scale = s.rest, .near = s.rest};
	s.near_is_upper = t > 0;
	s.scale /= 2;
	s.near /= 2;
	s.rest = 1 - s.near;
	return s;
}

static struct special_sides
f_sides(double f, double d1, double d2)
{
	double a = special_shape(d1) / 2, b = special_shape(d2) / 2;
	int f_exponent, a_exponent, b_exponent;
	double f_part = frexp(f, &f_exponent);
	double a_part = frexp(a, &a_exponent);
	double b_part = frexp(b, &b_exponent);

	if (!(d1 > 0 && d2 > 0) || isnan(f))
		return special_sides_nan();
	if (f <= 0 || isinf(f))
		return special_sides_all(f <= 0);
	return beta_sides_at_odds(a, b, dd_product(f_part, a_part),
	    dd_of(b_part), f_exponent + a_exponent - b_exponent);
}

static struct special_sides
gamma_sides(double x, double shape)
{
	return special_gammainc(shape, x < 0 ? 0 : x);
}

static struct special_sides
beta_sides(double x, double a, double b)
{
	if (x < 0 || x > 1)
		x = x > 1;
	return special_betainc(a, b, dd_of(x), dd_sum(1, -x));
}

static struct special_sides
binomial_sides(double k, double n, double p)
{
	k = floor(k);
	if (!(n >= 0 && n <= TRIALS_MAX && n == floor(n)) ||
	    !is_probability(p) || isnan(k))
		return special_sides_nan();
	if (k < 0 || k >= n)
		return special_sides_all(k < 0);
	return special_betainc(n - k, k + 1, dd_sum(1, -p), dd_of(p));
}

/* In the quantiles lower and upper are the tails wanted; their sum is 1 but
 * for rounding, and the smaller is exact. */

static double
normal_quantile(double lower, double upper)
{
	if (!is_probability(lower))
		return NAN;
	if (lower == 0 || upper == 0)
		return lower == 0 ? -INFINITY : INFINITY;
	return lower < upper ? -inverse_normal(lower) : inverse_normal(upper);
}

static double
gamma_quantile(double lower, double upper, double shape)
{
	if (!is_probability(lower) || !(shape > 0))
		return NAN;
	if (lower == 0 || upper == 0)
		return lower == 0 ? 0 : INFINITY;
	return inverse_gammainc(shape, lower, upper).hi;
}

static double
beta_quantile(double lower, double upper, double a, double b)
{
	struct dd odds;

	if (!is_probability(lower) || !(a > 0 && b > 0))
		return NAN;
	if (lower == 0 || upper == 0)
		return upper == 0;
	odds = inverse_betainc(a, b, lower, upper);
	return odds.hi > 0x1p60 ? 1 : dd_div(odds, dd_add1(odds, 1)).hi;
}

static double
f_quantile(double lower, double upper, double d1, double d2)
{
	double a = special_shape(d1) / 2, b = special_shape(d2) / 2;
	struct dd odds;

	if (!is_probability(lower) || !(d1 > 0 && d2 > 0))
		return NAN;
	if (lower == 0 || upper == 0)
		return lower == 0 ? 0 : INFINITY;
	odds = inverse_betainc(a, b, lower, upper);
	if (odds.hi > 0x1p500 || odds.hi < 0x1p-500)
		return odds.hi / a * b;
	return dd_mul(odds, dd_div(dd_of(b), dd_of(a))).hi;
}

/* The root of x, x >= 0: one Newton step from that of x.hi. */
static double
square_root(struct dd x)
{
	double root = sqrt(x.hi);
	struct dd rest = dd_sub(x, dd_product(root, root));

	return root > 0 ? root + rest.hi / (2 * root) : 0;
}

/* Where t^2 could overflow, the tail p 2^k at some t stands for p at
 * t 2^(k/df): far out the tail is a power of t. */
static double
t_quantile(double lower, double upper, double df)
{
	double p = 2 * fmin(lower, upper), shape = special_shape(df) / 2, k, t;
	struct dd odds, power;
	int exponent;

	if (!is_probability(lower) || !(df > 0))
		return NAN;
	if (p == 0)
		return lower == 0 ? -INFINITY : INFINITY;
	frexp(p, &exponent);
	k = fmax(0, 1 - exponent - fmax(4, ceil(200 * shape)));
	p = ldexp(p, (int)k);
	odds = inverse_betainc(0.5, shape, 1 - p, p);
	if (isinf(odds.hi))
		return lower < upper ? -INFINITY : INFINITY;
	t = square_root(dd_mul1(odds, 2 * shape));
	if (k > 0) {
		power = dd_mul1(dd_log(dd_of(2)), k);
		power = dd_div1(power, 2 * shape);
		t *= elementary_exp(power.hi) * (1 + power.lo);
	}
	return lower < upper ? -t : t;
}

static bool
binomial_reaches(double k, double lower, double upper, double n, double p)
{
	struct dist_tails t = dist_binomial(k, n, p);

	return lower < upper ? t.lower >= lower : t.upper <= upper;
}

/* Doubling steps from the normal approximation until k is bracketed, then
 * bisection: low is not enough, high is. */
static double
binomial_quantile(double lower, double upper, double n, double p)
{
	double low = -1, high = n, deviation = sqrt(n * p * (1 - p)), k;
	double z = normal_quantile(lower, upper);

	if (isnan(dist_binomial(0, n, p).lower) || isnan(z))
		return NAN;
	k = floor(fmin(fmax(n * p + fmin(fmax(z, -40), 40) * deviation, 0), n));
	for (double step = 1 + deviation / 8; k > low && k < high; step *= 2) {
		bool reached = binomial_reaches(k, lower, upper, n, p);

		*(reached ? &high : &low) = k;
		k += reached ? -ceil(step) : ceil(step);
	}
	while (high - low > 1) {
		k = floor(low + (high - low) / 2);
		*(binomial_reaches(k, lower, upper, n, p) ? &high : &low) = k;
	}
	return high;
}

struct dist_tails
dist_normal(double z)
{
	return tails(normal_sides(z));
}

struct dist_tails
dist_normal_log(double z)
{
	return log_tails(normal_sides(z));
}

double
dist_normal_lower_quantile(double p)
{
	return normal_quantile(p, 1 - p);
}

double
dist_normal_upper_quantile(double p)
{
	return normal_quantile(1 - p, p);
}

struct dist_tails
dist_t(double t, double df)
{
	return tails(t_sides(t, df));
}

struct dist_tails
dist_t_log(double t, double df)
{
	return log_tails(t_sides(t, df));
}

double
dist_t_lower_quantile(double p, double df)
{
	return t_quantile(p, 1 - p, df);
}

double
dist_t_upper_quantile(double p, double df)
{
	return t_quantile(1 - p, p, df);
}

struct dist_tails
dist_chi2(double x, double df)
{
	return tails(gamma_sides(x / 2, special_shape(df) / 2));
}

struct dist_tails
dist_chi2_log(double x, double df)
{
	return log_tails(gamma_sides(x / 2, special_shape(df) / 2));
}

double
dist_chi2_lower_quantile(double p, double df)
{
	return 2 * gamma_quantile(p, 1 - p, special_shape(df) / 2);
}

double
dist_chi2_upper_quantile(double p, double df)
{
	return 2 * gamma_quantile(1 - p, p, special_shape(df) / 2);
}

struct dist_tails
dist_gamma(double x, double shape)
{
	return tails(gamma_sides(x, shape));
}

struct dist_tails
dist_gamma_log(double x, double shape)
{
	return log_tails(gamma_sides(x, shape));
}

double
dist_gamma_lower_quantile(double p, double shape)
{
	return gamma_quantile(p, 1 - p, shape);
}

double
dist_gamma_upper_quantile(double p, double shape)
{
	return gamma_quantile(1 - p, p, shape);
}

struct dist_tails
dist_f(double f, double d1, double d2)
{
	return tails(f_sides(f, d1, d2));
}

struct dist_tails
dist_f_log(double f, double d1, double d2)
{
	return log_tails(f_sides(f, d1, d2));
}

double
dist_f_lower_quantile(double p, double d1, double d2)
{
	return f_quantile(p, 1 - p, d1, d2);
}

double
dist_f_upper_quantile(double p, double d1, double d2)
{
	return f_quantile(1 - p, p, d1, d2);
}

struct dist_tails
dist_beta(double x, double a, double b)
{
	return tails(beta_sides(x, a, b));
}

struct dist_tails
dist_beta_log(double x, double a, double b)
{
	return log_tails(beta_sides(x, a, b));
}

double
dist_beta_lower_quantile(double p, double a, double b)
{
	return beta_quantile(p, 1 - p, a, b);
}

double
dist_beta_upper_quantile(double p, double a, double b)
{
	return beta_quantile(1 - p, p, a, b);
}

struct dist_tails
dist_binomial(double k, double n, double p)
{
	return tails(binomial_sides(k, n, p));
}

struct dist_tails
dist_binomial_log(double k, double n, double p)
{
	return log_tails(binomial_sides(k, n, p));
}

double
dist_binomial_lower_quantile(double q, double n, double p)
{
	return binomial_quantile(q, 1 - q, n, p);
}

double
dist_binomial_upper_quantile(double q, double n, double p)
{
	return binomial_quantile(1 - q, q, n, p);
}
