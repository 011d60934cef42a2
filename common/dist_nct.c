/* SPDX-License-Identifier: MIT */

/*
 * The upper tail at t is the mean of the normal tail Q(t s - ncp) over s =
 * sqrt(chi2 / df), and the lower tail is the upper tail at -t for -ncp.  All
 * that is added up is positive, so small tails keep their digits, which the
 * usual mixture of beta functions (AS 243) loses.
 *
 * With u = log s the integrand is analytic and falls off on both sides, and
 * the trapezoid rule converges exponentially (Trefethen and Weideman, The
 * exponentially convergent trapezoidal rule, SIAM Review 56 (2014)).  Its
 * logarithm is, but for a constant,
 *
 *	df (u - (e^2u - 1) / 2) + log Q(t e^u - ncp),
 *
 * which has one maximum, as it is a concave function of s.  There the steps
 * are as narrow as the normal tail needs, which can be a step function next
 * to the chi density; away from it they widen to what that density needs:
 *
 *	u = centre + wide asinh(ratio sinh v), v = 0, +-STEP, +-2 STEP, ...
 *
 * The ratio is 1, and v in proportion to u, where the normal tail is the wider.
 * Where to the left only the factor e^(df u) still changes, the rest of the
 * sum is a geometric series.
 */

#include <math.h>

#include "common/dist.h"
#include "common/elementary.h"
#include "common/special.h"

#define STEP 0.1
#define EXP_STEP 1.1051709180756477

/* A step in u, in standard deviations of the chi density, and what can be left
 * out of the sum: together good for 1e-12. */
#define WIDTH 0.65
#define CUT 0x1p-47

/* Beyond this t a tail is proportional to t^-df, if it is not 0. */
#define T_MAX 0x1p330

/* As in the contract. */
#define DF_MIN 0x1p-30
#define DF_MAX 0x1p70
#define NCP_MAX 0x1p40

/* Beyond this a term's logarithm is rounded to more than 1, and the sum's adds
 * nothing to it. */
#define EXPONENT_MAX 0x1p52

struct nct {
	double t, df, ncp;
};

/* A normal tail, as rest * exp(-square). */
struct normal_tail {
	double square, rest;
};

static struct normal_tail
normal_tail(double z)
{
	if (z >= 0)
		return (struct normal_tail){z * z / 2, special_mills_plain(z)};
	if (z < -8)
		return (struct normal_tail){0, 1};
	return (struct normal_tail){
	    0, 1 - elementary_exp(-z * z / 2) * special_mills_plain(-z)};
}

/* The normal density at z over the tail above z. */
static double
hazard(double z)
{
	struct normal_tail q = normal_tail(z);

	return SPECIAL_INV_SQRT_2PI * elementary_exp(q.square - z * z / 2) /
	       q.rest;
}

/* The s at which the integrand is largest, within a fraction of its width:
 * Newton's steps in a bracket.  They start from the maximum for Q(z) =
 * exp(-z^2 / 2), or for Q = 1 where z < 0. */
static double
find_peak(const struct nct *p)
{
	double t = p->t, df = p->df, shift = t * p->ncp, low = 0,
	       high = 0x1p200;
	double root = sqrt(shift * shift + 4 * df * (df + t * t));
	double s = shift > 0 ? (shift + root) / (2 * (df + t * t))
			     : 2 * df / (root - shift);

	if (t * s < p->ncp)
		s = t < p->ncp ? 1 : p->ncp / t;
	for (int i = 0; i < 60; i++) {
		double z = t * s - p->ncp, h = hazard(z);
		double slope = df / s - df * s - t * h;
		double curve = z > 0x1p20 ? 1 : h * (h - z);
		double bend = df / (s * s) + df + t * t * curve;
		double next = s + slope / bend;

		if (fabs(next - s) * sqrt(bend) < 0.1)
			break;
		*(slope > 0 ? &low : &high) = s;
		s = next > low && next < high ? next : (low + high) / 2;
	}
	return s;
}

/* (e^2u - 1) / 2 - u, given e^u; near 0 by the series, the even and the odd
 * powers apart, as the processor can work on both at once. */
static double
excess(double u, double e)
{
	double x = 2 * u, z = x * x, even = 1. / 479001600;
	double odd = 1. / 6227020800;

	if (fabs(x) > 0.3)
		return (e * e - 1 - x) / 2;
	even = 1. / 3628800 + z * even;
	odd = 1. / 39916800 + z * odd;
	even = 1. / 40320 + z * even;
	odd = 1. / 362880 + z * odd;
	even = 1. / 720 + z * even;
	odd = 1. / 5040 + z * odd;
	even = 1. / 24 + z * even;
	odd = 1. / 120 + z * odd;
	return z * (1. / 2 + (z * even + x * (1. / 6 + z * odd))) / 2;
}

/* Minus the logarithm of the integrand, but for a factor that is stored. */
static double
exponent(const struct nct *p, double u, double *factor)
{
	double s = elementary_exp(u);
	struct normal_tail q = normal_tail(p->t * s - p->ncp);

	*factor = q.rest;
	return p->df * excess(u, s) + q.square;
}

/* The trapezoid rule's points: their spacing in u where they are widest, and
 * the ratio of that at the centre to it. */
struct grid {
	double centre, wide, ratio;
};

static struct grid
make_grid(const struct nct *p)
{
	double s = find_peak(p), bulk = 2 * p->df + 26, all, ratio = 1;

	if (p->t * s < p->ncp && p->t * p->t > p->df && p->ncp / p->t > 0)
		s = p->ncp / p->t;
	all = p->df * (1 + s * s) + p->t * s * p->t * s + 26;
	if (all > 2 * bulk)
		ratio = sqrt(bulk / all);
	else if (all > bulk)
		bulk = all;
	return (struct grid){elementary_log(s), WIDTH / sqrt(bulk), ratio};
}

/* The point after n steps of v, by e^v; its weight is stored. */
static double
grid_point(const struct grid *g, int n, double power, double *weight)
{
	double x, y, root;

	*weight = 1;
	if (g->ratio == 1)
		return g->wide * n;
	x = g->ratio * (power - 1 / power) / 2;
	y = g->ratio * (power + 1 / power) / 2;
	root = sqrt(1 + x * x);
	*weight = y / root;
	return g->wide / STEP * elementary_log(x + root);
}

static struct special_sides
upper_tail(const struct nct *p)
{
	struct grid g = make_grid(p);
	double decay = p->df * g.wide, factor, sum;
	double top = exponent(p, g.centre, &factor);
	/* There and below, t s ncp < 2^-53. */
	double flat = -40 - elementary_log1p(fabs(p->t) * (1 + fabs(p->ncp)));

	if (top > EXPONENT_MAX)
		return (struct special_sides){
		    .near_is_upper = true, .exponent = dd_of(-top), .scale = 1};
	sum = g.ratio * factor;
	for (int side = -1; side <= 1; side += 2) {
		double term = sum, power = EXP_STEP, u = g.centre;

		for (int n = 1; term > CUT * sum && u > flat; n++) {
			double weight;

			u = g.centre + side * grid_point(&g, n, power, &weight);
			term = elementary_exp(top - exponent(p, u, &factor)) *
			       factor * weight;
			sum += term;
			power *= EXP_STEP;
		}
		if (u <= flat)
			sum += term * elementary_exp(-decay) /
			       -elementary_expm1(-decay);
	}
	return (struct special_sides){.near_is_upper = true,
	    .exponent = dd_of(-top),
	    .scale = 2 * SPECIAL_INV_SQRT_2PI * sqrt(p->df / 2) /
		     special_gamma_scaled(p->df / 2) * g.wide * sum};
}

static struct special_sides
nct_sides(double t, double df, double ncp)
{
	struct nct p = {
	    fmin(fmax(t, -T_MAX), T_MAX), fmin(fmax(df, DF_MIN), DF_MAX), ncp};
	struct special_sides s;
	bool upper;

	if (!(df > 0) || isnan(t) || !(fabs(ncp) <= NCP_MAX))
		return special_sides_nan();
	if (isinf(t))
		return special_sides_all(t < 0);
	upper = p.t * (1 - 1 / (4 * p.df + 1)) > ncp;
	if (!upper) {
		p.t = -p.t;
		p.ncp = -p.ncp;
	}
	s = upper_tail(&p);
	if (fabs(t) > T_MAX)
		s.exponent = dd_sum(s.exponent.hi,
		    -p.df * (elementary_log(fabs(t)) - elementary_log(T_MAX)));
	s.near_is_upper = upper;
	special_set_both(&s);
	return s;
}

struct dist_tails
dist_nct(double t, double df, double ncp)
{
	struct special_sides s = nct_sides(t, df, ncp);

	return (struct dist_tails){
	    special_side(&s, false), special_side(&s, true)};
}

struct dist_tails
dist_nct_log(double t, double df, double ncp)
{
	struct special_sides s = nct_sides(t, df, ncp);

	return (struct dist_tails){
	    special_side_log(&s, false), special_side_log(&s, true)};
}

/* The normal variable with these tails. */
static double
score(struct dist_tails tails)
{
	return tails.lower < tails.upper
		   ? dist_normal_lower_quantile(tails.lower)
		   : dist_normal_upper_quantile(tails.upper);
}

/* The score is a smooth function of y = asinh(t), often nearly a straight
 * line: secants in a bracket, or the middle where they leave it. */
static double
nct_quantile(double lower, double upper, double df, double ncp)
{
	double want = score((struct dist_tails){lower, upper});
	double low = -711, high = 711, y = elementary_asinh(ncp + want);
	double before = 0, error_before = INFINITY;

	if (!(df > 0) || !(fabs(ncp) <= NCP_MAX))
		return NAN;
	if (!(fabs(want) < INFINITY))
		return want;
	for (int i = 0; i < 200; i++) {
		double error, next;

		if (!(y > low && y < high))
			y = low + (high - low) / 2;
		if (!(y > low && y < high))
			break;
		error = score(dist_nct(elementary_sinh(y), df, ncp)) - want;
		*(error > 0 ? &high : &low) = y;
		next = isinf(error_before)
			   ? y - error / 2
			   : y - error * (y - before) / (error - error_before);
		if (fabs(next - y) <= 1e-15 * fabs(y))
			return elementary_sinh(next);
		before = y;
		error_before = error;
		y = next;
	}
	return elementary_sinh(low + (high - low) / 2);
}

double
dist_nct_lower_quantile(double p, double df, double ncp)
{
	return nct_quantile(p, 1 - p, df, ncp);
}

double
dist_nct_upper_quantile(double p, double df, double ncp)
{
	return nct_quantile(1 - p, p, df, ncp);
}
