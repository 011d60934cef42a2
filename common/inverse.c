/* SPDX-License-Identifier: MIT */

/*
 * All solve log side(x) = log p for the smaller side.  In log x, for the
 * gamma, or the log odds, for the beta distribution, both densities are
 * log-concave, hence so are their sides, and Newton's steps towards a root on
 * the flat side never pass it.  Halley's steps, with the second derivative
 * from the density, triple the digits: two or three are enough from
 * textbook starts.  Should a step leave the bracket all the same, the
 * bracket's (geometric) middle takes its place.
 */

#include <math.h>

#include "common/elementary.h"
#include "common/inverse.h"
#include "common/special.h"

/* Roots beyond these are taken for 0 and infinity; the starts are exact
 * there. */
#define LEAST 0x1p-1074
#define MOST 0x1p960

/* bend is the derivative of the log density by log x. */
struct problem {
	struct special_sides (*sides)(const struct problem *, double x);
	double (*bend)(const struct problem *, double x);
	double a, b;
	double p;
	bool upper;
};

/* log(side / p) */
static double
log_ratio(const struct problem *problem, const struct special_sides *s)
{
	double p = problem->p;
	double excess = (special_side(s, problem->upper) - p) / p;

	if (p > 0x1p-1000 && fabs(excess) < 0.5)
		return elementary_log1p(excess);
	return special_side_log(s, problem->upper) - elementary_log(p);
}

/* An error of size e in log x is, after a step, of size e^3. */
static struct dd
solve(const struct problem *problem, double x)
{
	double low = LEAST, high = MOST;

	if (isnan(x))
		x = 1;
	while (x > low && x < high) {
		struct special_sides s;
		double error, slope, bend, step;

		s = problem->sides(problem, x);
		error = log_ratio(problem, &s);
		slope = special_side_slope(&s, problem->upper);
		bend = problem->bend(problem, x) - slope;
		step = -error / slope;
		step /= fmax(1 + bend * step / 2, 0.25);
		if ((fabs(bend) + fabs(slope)) * fabs(step) < 1e-5)
			return dd_sum_ordered(x, x * elementary_expm1(step));
		if ((error > 0) == problem->upper)
			low = x;
		else
			high = x;
		x *= elementary_exp(step);
		if (!(x > low && x < high))
			x = sqrt(low) * sqrt(high);
	}
	return dd_of(x <= LEAST ? 0 : x >= MOST ? INFINITY : x);
}

/* The z with the upper tail p <= 1/2, with an error below 4.5e-4 (Hastings;
 * Abramowitz and Stegun 26.2.23). */
static double
normal_start(double p)
{
	double t = sqrt(-2 * elementary_log(p));

	return t - (2.515517 + t * (0.802853 + t * 0.010328)) /
		       (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

/* A step for z < 1, where 1/2 - p, which is exact, keeps more digits. */
static double
centre_step(double z, double p)
{
	double error = special_erf(z * SPECIAL_SQRT_HALF) / 2 - (0.5 - p);
	double step =
	    -error / (SPECIAL_INV_SQRT_2PI * elementary_exp(-z * z / 2));

	return step / (1 - z * step / 2);
}

static double
tail_step(double z, double p)
{
	struct dd square = dd_product(z, z), m = special_mills(z);
	double slope = -SPECIAL_INV_SQRT_2PI / m.hi, tail, error, step;

	tail = elementary_exp(-square.hi / 2);
	tail = tail * m.hi + tail * (m.lo - m.hi * square.lo / 2);
	error = p > 0x1p-1000
		    ? elementary_log1p((tail - p) / p)
		    : elementary_log(m.hi) - square.hi / 2 - elementary_log(p);
	step = -error / slope;
	return step / (1 - (z + slope) * step / 2);
}

double
inverse_normal(double p)
{
	double z = normal_start(p);

	for (int i = 0; i < 2; i++)
		z += z < 1 ? centre_step(z, p) : tail_step(z, p);
	return z;
}

static struct special_sides
gamma_sides(const struct problem *problem, double x)
{
	return special_gammainc(problem->a, x);
}

static double
gamma_bend(const struct problem *problem, double x)
{
	return problem->a - x;
}

/* Wilson and Hilferty's cube (DLMF 8.12 has better, this is enough); for
 * a < 1, or far below it, the first term of the series of P, which P does
 * not pass; for a < 1, above, that of the asymptotic series of Q. */
static double
gamma_start(double a, double lower, double upper)
{
	double c = 1 / (9 * a);
	double z = lower < upper ? -normal_start(lower) : normal_start(upper);
	double root = fmax(1 - c + z * sqrt(c), 0);
	double cube = a * root * root * root, first, l;

	if (a >= 1 && root > 0.5)
		return cube;
	l = -elementary_log(upper) - special_log_gamma(a);
	if (a < 1 && upper < 0.5 && l > 1)
		return l - (1 - a) * elementary_log(l);
	l = upper < 0.5 ? elementary_log1p(-upper) : elementary_log(lower);
	first = elementary_exp((l + special_log_gamma(a + 1)) / a);
	return a < 1 ? first : fmax(first, cube);
}

struct dd
inverse_gammainc(double a, double lower, double upper)
{
	bool use_upper = upper < lower;
	struct problem problem = {gamma_sides, gamma_bend, special_shape(a), 0,
	    use_upper ? upper : lower, use_upper};

	return solve(&problem, gamma_start(problem.a, lower, upper));
}

static struct special_sides
beta_sides(const struct problem *problem, double odds)
{
	struct dd sum = dd_sum(1, odds);

	return special_betainc(problem->a, problem->b, dd_div(dd_of(odds), sum),
	    dd_div(dd_of(1), sum));
}

static double
beta_bend(const struct problem *problem, double odds)
{
	return (problem->a - problem->b * odds) / (1 + odds);
}

/* The normal approximation of Abramowitz and Stegun 26.5.22, a, b >= 1. */
static double
beta_normal_start(double a, double b, double lower)
{
	double z = normal_start(lower), l = (z * z - 3) / 6;
	double p = 1 / (2 * a - 1), q = 1 / (2 * b - 1), h = 2 / (p + q);
	double w = z * sqrt(h + l) / h - (q - p) * (l + 5. / 6 - 2 / (3 * h));

	return a / b * elementary_exp(-2 * w);
}

/* For lower <= 1/2.  The first term of the series never passes I_x; where
 * one shape is small and the other is not, -log x or -log(1 - x) is nearly a
 * gamma variable. */
static double
beta_start(double a, double b, double lower)
{
	double log_beta = special_log_gamma(a) + special_log_gamma(b) -
			  special_log_gamma(a + b);
	double log_power = elementary_log(lower) + elementary_log(a) + log_beta;
	double first = elementary_exp(log_power / a), other;

	if (a >= 1 && b >= 1)
		other = beta_normal_start(a, b, lower);
	else if (a >= 1)
		other = 1 / elementary_expm1(gamma_start(b, 1 - lower, lower) /
					     (a + (b - 1) / 2));
	else if (b >= 1)
		return elementary_expm1(
		    gamma_start(a, lower, 1 - lower) / (b + (a - 1) / 2));
	else if (first < 0.5)
		return first / (1 - first);
	else {
		log_power = elementary_log1p(-lower) + elementary_log(b);
		return fmax(1, elementary_exp(-(log_power + log_beta) / b));
	}
	return other > first ? other : first;
}

struct dd
inverse_betainc(double a, double b, double lower, double upper)
{
	struct problem problem = {beta_sides, beta_bend, special_shape(a),
	    special_shape(b), lower, false};
	struct dd odds;

	if (lower <= upper)
		return solve(&problem, beta_start(problem.a, problem.b, lower));
	problem.a = special_shape(b);
	problem.b = special_shape(a);
	problem.p = upper;
	odds = solve(&problem, beta_start(problem.a, problem.b, upper));
	if (odds.hi > 0x1p-960 && odds.hi < 0x1p960)
		return dd_div(dd_of(1), odds);
	return dd_of(1 / odds.hi);
}
