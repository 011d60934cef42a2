/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/inverse.h"
#include "common/special.h"

struct problem {
	struct special_sides (*sides)(double x, const struct problem *);
	double (*bend)(double x, const struct problem *);
	double a, b;
	double tail;
	bool upper;
};

static struct dd
solve(const struct problem *p, double x)
{
	double low = 0x1p-1074, high = 0x1p960;

	for (int i = 0; i < 100; i++) {
		struct special_sides s = p->sides(x, p);
		double error = special_side_error(&s, p->upper, p->tail);
		double slope = special_side_slope(&s, p->upper);
		double change = -error / slope, bend = p->bend(x, p) - slope;

		change /= fmax(1 + bend * change / 2, 0.25);
		if ((fabs(bend) + fabs(slope)) * fabs(change) < 1e-5)
			return dd_sum_ordered(x, x * expm1(change));
		if ((error > 0) != p->upper)
			high = x;
		else
			low = x;
		x *= exp(change);
		if (!(x > low && x < high))
			x = sqrt(low) * sqrt(high);
		if (!(x > low && x < high))
			break;
	}
	return dd_of(x < 0x1p-1070 ? 0 : x > 0x1p959 ? INFINITY : x);
}

/* Abramowitz and Stegun 26.2.23, to 4.5e-4. */
static double
normal_start(double p)
{
	double t = sqrt(-2 * log(p));

	return t -
	    (2.515517 + t * (0.802853 + t * 0.010328)) /
	    (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

double
inverse_normal(double p)
{
	double z = normal_start(p);

	for (int i = 0; i < 2; i++) {
		double slope, change, error;
		if (z < 1) {
			error = special_erf(z * 0.7071067811865476) / 2 - (0.5 - p);
			slope = exp(-z * z / 2) * 0.3989422804014327;
			change = -error / slope;
			z += change / (1 - z * change / 2);
		} else {
			struct dd q = dd_product(z, z);
			double mills = special_mills(z);
			double near = exp(-q.hi / 2) * mills;
			near -= near * q.lo / 2;
			error = near > 1e-290 ? log1p((near - p) / p) : -q.hi / 2 + log(mills) - log(p);
			slope = -0.3989422804014327 / mills;
			change = -error / slope;
			z += change / (1 + (-z - slope) * change / 2);
		}
	}
	return z;
}

static struct special_sides
gamma_sides(double x, const struct problem *p)
{
	return special_gammainc(p->a, x);
}

static double
gamma_bend(double x, const struct problem *p)
{
	return p->a - x;
}

/* Wilson and Hilferty's cube, or the ends */
static double
gamma_start(double a, double lower, double upper)
{
	double c = 1 / (9 * a), log_lower = upper < 0.5 ? log1p(-upper) : log(lower);
	double z = lower < upper ? -normal_start(lower) : normal_start(upper);
	double w = 1 - c + z * sqrt(c), end, log_x;

	if (a >= 1 && (w > 0.5 || lower > upper))
		return a * w * w * w;
	end = exp((log_lower + special_log_gamma(a + 1)) / a);
	if (a >= 1)
		return fmax(end, w > 0 ? a * w * w * w : 0);
	log_x = -log(upper) - special_log_gamma(a);
	if (lower > upper && log_x > 1)
		return log_x - (1 - a) * log(log_x);
	return end;
}

struct dd
inverse_gammainc(double a, double lower, double upper)
{
	struct problem p = {gamma_sides, gamma_bend, a, 0, fmin(lower, upper),
	    upper < lower};

	return solve(&p, gamma_start(a, lower, upper));
}

static struct special_sides
beta_sides(double odds, const struct problem *p)
{
	struct dd sum = dd_sum(1, odds);

	return special_betainc(p->a, p->b, dd_div(dd_of(odds), sum), dd_div(dd_of(1), sum));
}

static double
beta_bend(double odds, const struct problem *p)
{
	return (p->a - p->b * odds) / (1 + odds);
}

/* lower <= 1/2 */
static double
beta_start(double a, double b, double lower)
{
	double end = exp((log(lower) + log(a) + special_log_gamma(a) + special_log_gamma(b) -
	    special_log_gamma(a + b)) / a);
	double z, h, l, w;

	if (a < 1 && b < 1)
		return end < 0.5 ? end / (1 - end) : 1;
	if (a < 1)
		return fmax(expm1(gamma_start(a, lower, 1 - lower) / (b + (a - 1) / 2)), 1e-308);
	if (b < 1)
		return fmax(1 / expm1(gamma_start(b, 1 - lower, lower) / (a + (b - 1) / 2)), end);
	z = normal_start(lower);
	l = (z * z - 3) / 6;
	h = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1));
	w = z * sqrt(h + l) / h - (1 / (2 * b - 1) - 1 / (2 * a - 1)) * (l + 5. / 6 - 2 / (3 * h));
	w = a / b * exp(-2 * w);
	return w > end ? w : end;
}

struct dd
inverse_betainc(double a, double b, double lower, double upper)
{
	struct problem p = {beta_sides, beta_bend, a, b, lower, false};
	struct problem q = {beta_sides, beta_bend, b, a, upper, false};

	if (lower <= upper)
		return solve(&p, beta_start(a, b, lower));
	return dd_div(dd_of(1), solve(&q, beta_start(b, a, upper)));
}
