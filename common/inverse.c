/* SPDX-License-Identifier: MIT */

/*
 * All solve log side(x) = log p for the smaller side.  In log x, for the
 * gamma, or the log odds, for the beta distribution, the derivatives of the
 * density are polynomials in the first, so that at any x the inverse function
 * has a power series at the cost of a few products.  From starts by Laplace's
 * method, mostly good to three digits, the first series usually ends the
 * search.  Where it does not converge, Halley's steps go on: both densities
 * are log-concave, hence so are their sides, and the steps towards a root on
 * the flat side hardly pass it.  Should a step leave the bracket all the
 * same, the bracket's (geometric) middle takes its place.
 *
 * The normal quantile starts from M. Wichura, Algorithm AS 241: the percentage
 * points of the normal distribution, Appl. Statist. 37 (1988), PPND7.
 */

#include <math.h>

#include "common/elementary.h"
#include "common/inverse.h"
#include "common/laplace.h"
#include "common/special.h"

/* Roots beyond these are taken for 0 and infinity; the starts are exact
 * there. */
#define LEAST 0x1p-1074
#define MOST 0x1p960

enum { SERIES_TERMS = 12 };

/*
 * What is known at some x: log(p / side), and by log x, or by the log odds,
 * the derivatives of the log side, slope, and of the log density, bend.  That
 * of bend is -d e, where d is x and e is 1 for the gamma distribution, and d
 * is (a + b) x and e is 1 - x for the beta distribution; share is -de / dd.
 */
struct place {
	double w, slope, bend, d, e, share;
};

struct problem {
	struct place (*look)(const struct problem *, double x);
	double a, b;
	double p;
	bool upper;
};

/* The side, as log(p / side) and its slope. */
static void
compare(const struct problem *problem, struct special_sides s, struct place *at)
{
	double p = problem->p;
	double excess = (special_side(&s, problem->upper) - p) / p;

	if (p > 0x1p-1000 && fabs(excess) < 0.5)
		at->w = -elementary_log1p(excess);
	else
		at->w =
		    elementary_log(p) - special_side_log(&s, problem->upper);
	at->slope = special_side_slope(&s, problem->upper);
}

static struct place
gamma_look(const struct problem *problem, double x)
{
	struct place at = {.bend = problem->a - x, .d = x, .e = 1};

	compare(problem, special_gammainc(problem->a, x), &at);
	return at;
}

static struct place
beta_look(const struct problem *problem, double odds)
{
	double a = problem->a, b = problem->b;
	struct dd sum = dd_sum(1, odds), y = dd_div(dd_of(1), sum);
	struct dd x = dd_mul1(y, odds);
	struct place at = {.bend = (a - b * odds) / sum.hi,
	    .d = (a + b) * x.hi,
	    .e = y.hi,
	    .share = 1 / (a + b)};

	compare(problem, special_betainc(a, b, x, y), &at);
	return at;
}

/*
 * The step in log x that adds w to the log side, as a power series in w: its
 * derivative k by w has k' = k - bend k^2, and d' = d e k.  NaN if the terms
 * are too few.
 */
static double
series_step(const struct place *at)
{
	double k[SERIES_TERMS] = {1 / at->slope}, square[SERIES_TERMS];
	double d[SERIES_TERMS] = {at->d}, rate[SERIES_TERMS];
	double scale = 1 / (fabs(at->slope) + fabs(at->bend));
	double step = at->w / at->slope, before = step;

	for (int i = 0; i < SERIES_TERMS - 1; i++) {
		double next_k, next_d, term;

		square[i] = k[0] * k[i];
		rate[i] = d[i] * at->e;
		for (int j = 1; j <= i; j++) {
			square[i] += k[j] * k[i - j];
			rate[i] -= at->share * d[j] * d[i - j];
		}
		next_k = k[i] - at->bend * square[i];
		next_d = rate[i] * k[0];
		for (int j = 1; j <= i; j++) {
			next_k += d[j] * square[i - j];
			next_d += rate[i - j] * k[j];
		}
		k[i + 1] = next_k * (at->w / (i + 1));
		d[i + 1] = next_d * (at->w / (i + 1));
		term = k[i + 1] * (at->w / (i + 2));
		step += term;
		if (fabs(term) + fabs(at->w * before) < 0x1p-57 * (1 + scale))
			return step;
		before = term;
	}
	return NAN;
}

static double
halley_step(const struct place *at)
{
	double step = at->w / at->slope;

	return step / fmax(1 + (at->bend - at->slope) * step / 2, 0.25);
}

static struct dd
solve(const struct problem *problem, double x)
{
	double low = LEAST, high = MOST;

	if (isnan(x))
		x = 1;
	while (x > low && x < high) {
		struct place at = problem->look(problem, x);
		double step = series_step(&at);

		if (fabs(step) < 0.5)
			return dd_sum_ordered(x, x * elementary_expm1(step));
		if ((at.w < 0) == problem->upper)
			low = x;
		else
			high = x;
		x *= elementary_exp(isnan(step) ? halley_step(&at) : step);
		if (!(x > low && x < high))
			x = sqrt(low) * sqrt(high);
	}
	return dd_of(x <= LEAST ? 0 : x >= MOST ? INFINITY : x);
}

static double
cubic(const double c[4], double x)
{
	return c[0] + x * (c[1] + x * (c[2] + x * c[3]));
}

/* The z with the upper tail p = 1/2 - centre, with a relative error of 1e-7,
 * 1e-6 far out. */
static double
normal_start(double p, double centre)
{
	static const struct {
		double above[4], below[4];
	} middle = {{3.3871327179, 50.434271938, 159.29113202, 59.109374720},
	    {1, 17.895169469, 78.757757664, 67.187563600}},
	  near = {{1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103},
	      {1, 0.73700164250, 0.12021132975, 0}},
	  far = {{6.6579051150, 3.0812263860, 0.42868294337, 0.017337203997},
	      {1, 0.24197894225, 0.012258202635, 0}};
	double r;

	if (centre <= 0.425) {
		r = 0.180625 - centre * centre;
		return centre * cubic(middle.above, r) / cubic(middle.below, r);
	}
	r = sqrt(-elementary_log(p));
	return r <= 5 ? cubic(near.above, r - 1.6) / cubic(near.below, r - 1.6)
		      : cubic(far.above, r - 5) / cubic(far.below, r - 5);
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
	double z = normal_start(p, 0.5 - p);

	return z + (z < 1 ? centre_step(z, p) : tail_step(z, p));
}

/* The normal variable with these sides. */
static double
score(double lower, double upper)
{
	return lower < upper ? -normal_start(lower, 0.5 - lower)
			     : normal_start(upper, 0.5 - upper);
}

/* log B(a, b), good enough for a start. */
static double
log_beta(double a, double b)
{
	double n = a + b, scaled = special_gamma_scaled(a);

	scaled *= special_gamma_scaled(b) / special_gamma_scaled(n);
	scaled *= sqrt(n / a / b) / SPECIAL_INV_SQRT_2PI;
	return elementary_log(scaled) - a * elementary_log1p(b / a) -
	       b * elementary_log1p(a / b);
}

/* Whether Laplace's method is good at z. */
static bool
is_near(double z, double size)
{
	return z * z < 5 * size - 2;
}

/* Far above the mean, from log Q by fixed-point steps in the first terms of
 * Legendre's continued fraction. */
static double
gamma_far_start(double a, double log_density)
{
	double x = fmax(log_density, a);

	for (int i = 0; i < 3; i++) {
		double f = x + 1 - a - (1 - a) / (x + 3 - a);
		double l = elementary_log(x);

		x = fmax(log_density + a * l - elementary_log(f), a);
	}
	return x;
}

/* Elsewhere, the first terms of the series of P. */
static double
gamma_start(double a, double lower, double upper)
{
	double z = score(lower, upper), x, l;

	if (is_near(z, a))
		return a * elementary_exp(laplace_quantile(a, 1, z));
	l = -elementary_log(upper) - special_log_gamma(a);
	if (z > 0 && (a >= 1 || l > 1))
		return gamma_far_start(a, l);
	l = lower < 0.5 ? elementary_log(lower) : elementary_log1p(-upper);
	x = elementary_exp((l + special_log_gamma(a + 1)) / a);
	return x * elementary_exp(x / (a + 1));
}

struct dd
inverse_gammainc(double a, double lower, double upper)
{
	struct problem problem = {.look = gamma_look,
	    .a = special_shape(a),
	    .p = fmin(lower, upper),
	    .upper = upper < lower};

	return solve(&problem, gamma_start(problem.a, lower, upper));
}

/*
 * The odds of t^2 / df, where both tails of t are p = 1 - 2 centre together:
 * Laplace's method once more, for the logistic variable 2 asinh(t / sqrt(df)),
 * whose size is df / 4 and whose curve is known in full.
 */
static double
t_start(double df, double p, double centre)
{
	double z = normal_start(p / 2, centre), v = z * z / df, curve = 0.5;
	double stretch;

	if (v > 1e-8)
		curve = elementary_log(v / -elementary_expm1(-v)) / v;
	stretch = 1 + curve / (2 * df);
	return elementary_expm1(v * stretch * stretch);
}

/* For lower <= 1/2. */
static double
beta_start(double a, double b, double lower)
{
	double n = a + b, size = a / n * b;
	double z = -normal_start(lower, 0.5 - lower);
	double whole, first, more;

	if (a == 0.5 && b > 1)
		return t_start(2 * b, 1 - lower, lower / 2);
	if (b == 0.5 && a > 1)
		return 1 / t_start(2 * a, lower, 0.5 - lower / 2);
	if (is_near(z, size))
		return a / b *
		       elementary_exp(laplace_quantile(size, (b - a) / n, z));
	whole = log_beta(a, b);
	/* The first terms of the series. */
	first = elementary_exp((elementary_log(lower * a) + whole) / a);
	more = first * (b - 1) / (a + 1);
	if (fabs(more) < 0.3 && first < 0.5) {
		first *= elementary_exp(more);
		return first / (1 - first);
	}
	/* Those from the other side. */
	if (a < 1 && b < 1) {
		whole += elementary_log((1 - lower) * b);
		return fmax(1, elementary_exp(-whole / b));
	}
	/* What is left has a > b, and -log x is nearly a gamma variable. */
	return 1 / elementary_expm1(
		       gamma_start(b, 1 - lower, lower) / (a + (b - 1) / 2));
}

struct dd
inverse_betainc(double a, double b, double lower, double upper)
{
	bool turned = upper < lower;
	struct problem problem = {.look = beta_look,
	    .a = special_shape(turned ? b : a),
	    .b = special_shape(turned ? a : b),
	    .p = fmin(lower, upper)};
	struct dd odds =
	    solve(&problem, beta_start(problem.a, problem.b, problem.p));

	if (!turned)
		return odds;
	if (odds.hi > 0x1p-960 && odds.hi < 0x1p960)
		return dd_div(dd_of(1), odds);
	return dd_of(1 / odds.hi);
}
