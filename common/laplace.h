/* SPDX-License-Identifier: MIT */
#ifndef COMMON_LAPLACE_H
#define COMMON_LAPLACE_H

/*
 * Tails of exponential families, for common/gammainc.c and common/betainc.c.
 * In a variable s in which the density is log-concave, the tail beyond a point
 * is the density there times
 *
 *	the integral over s >= 0 of exp(-h(s)),
 *
 * h convex, h(0) = 0, h'(0) = lambda >= 0.  With the variance h''(0) there,
 * z = lambda / sqrt(variance) is the distance from the mean in standard
 * deviations.
 */

#include <math.h>

#include "common/elementary.h"

/* h and its derivative, with the parameters that they use. */
struct laplace_curve {
	double (*value)(const struct laplace_curve *, double s);
	double (*slope)(const struct laplace_curve *, double s);
	double lambda, variance;
	double n, x;
	double side; /* 1 or -1, the direction of s */
};

/* The integral above, to 1e-16, provided that the tail has a shape >= 8 or
 * falls faster than any exponential, and that the place is not on a plateau
 * of the density before its end. */
double laplace_integral(const struct laplace_curve *);

/* The terms that the continued fractions of Legendre (DLMF 8.9.2) and of
 * DiDonato and Morris need for an error of 5e-17, at z > 0 beyond the mean,
 * where the shape is that of the gamma distribution, or the shape of the beta
 * distribution's other side.  Up to LAPLACE_TERMS they cost less than the
 * integral. */
#define LAPLACE_TERMS 70
double laplace_terms(double z, double shape);

/* e^s - 1 - s; the even and the odd powers apart, as the processor can work
 * on both at once. */
static inline double
laplace_exp_excess(double s)
{
	double z = s * s, even = 1. / 479001600, odd = 1. / 6227020800;

	if (fabs(s) > 0.3)
		return elementary_exp(s) - 1 - s;
	even = 1. / 3628800 + z * even;
	odd = 1. / 39916800 + z * odd;
	even = 1. / 40320 + z * even;
	odd = 1. / 362880 + z * odd;
	even = 1. / 720 + z * even;
	odd = 1. / 5040 + z * odd;
	even = 1. / 24 + z * even;
	odd = 1. / 120 + z * odd;
	return z * (1. / 2 + (z * even + s * (1. / 6 + z * odd)));
}

/* u - log(1 + u), u > -1: log(1 + u) is twice the inverse hyperbolic tangent
 * of u / (2 + u) (DLMF 4.6.5). */
static inline double
laplace_log_defect(double u)
{
	double s = u / (2 + u), z = s * s, y = z * z;
	double even = 2. / 19, odd = 2. / 21;

	if (u > 0.4 || u < -0.3)
		return u - elementary_log(1 + u);
	even = 2. / 15 + y * even;
	odd = 2. / 17 + y * odd;
	even = 2. / 11 + y * even;
	odd = 2. / 13 + y * odd;
	even = 2. / 7 + y * even;
	odd = 2. / 9 + y * odd;
	even = 2. / 3 + y * even;
	odd = 2. / 5 + y * odd;
	return s * (u - z * (even + z * odd));
}

#endif
