/* SPDX-License-Identifier: MIT */
#ifndef COMMON_LAPLACE_H
#define COMMON_LAPLACE_H

/*
 * Tails as integrals over an exponential family (for common/gammainc.c and
 * common/betainc.c).  In a variable s in which the density is log-concave,
 * the tail beyond a point is the density there times
 *
 *	integral of exp(-h(s)) over s >= 0, h convex, h(0) = 0, h'(0) >= 0.
 *
 * With h'(0) = lambda, and nu the variance of the family, z = lambda /
 * sqrt(nu) is the distance from the mean in standard deviations.
 */

#include <math.h>

struct laplace_point {
	double value, slope;
};

static inline double
laplace_polynomial(const double c[], int n, double x)
{
	double sum = c[n - 1];

	for (int i = n - 2; i >= 0; i--)
		sum = c[i] + x * sum;
	return sum;
}

/* e^s - 1 - s without cancellation. */
static inline double
laplace_exp_excess(double s)
{
	static const double inverse_factorial[] = {1. / 2, 1. / 6, 1. / 24,
	    1. / 120, 1. / 720, 1. / 5040, 1. / 40320, 1. / 362880,
	    1. / 3628800, 1. / 39916800, 1. / 479001600, 1. / 6227020800};

	if (fabs(s) > 0.3)
		return exp(s) - 1 - s;
	return s * s * laplace_polynomial(inverse_factorial, 12, s);
}

/* u - log(1 + u), u > -1, without cancellation: log(1 + u) is twice the
 * inverse hyperbolic tangent of u / (2 + u) (DLMF 4.6.5). */
static inline double
laplace_log_defect(double u)
{
	static const double inverse_odd[] = {2. / 3, 2. / 5, 2. / 7, 2. / 9,
	    2. / 11, 2. / 13, 2. / 15, 2. / 17, 2. / 19, 2. / 21};
	double s = u / (2 + u), z = s * s;

	if (u > 0.4 || u < -0.3)
		return u - log(1 + u);
	return s * (u - z * laplace_polynomial(inverse_odd, 10, z));
}

double laplace_integral(struct laplace_point (*h)(double s, const double c[]),
    const double c[], double lambda, double variance);

#endif
