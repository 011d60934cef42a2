/* SPDX-License-Identifier: MIT */
#ifndef COMMON_LAPLACE_H
#define COMMON_LAPLACE_H

/*
 * Laplace's method for the gamma and the beta distribution, for
 * common/gammainc.c, common/betainc.c and common/inverse.c, in the distance r
 * of log x, or of the log odds, from where the density x^a e^-x, or x^a y^b,
 * is largest.  There it has the curvature `size`: a for the gamma, a b / (a +
 * b) for the beta distribution.  `skew`, from -1 to 1, is 1 for the gamma and
 * (b - a) / (a + b) for the beta distribution; towards smaller r it has the
 * other sign.
 */

/* The integral of the density beyond the r >= 0 where it is exp(-exponent) of
 * its maximum, over the density there, to 1e-16 if laplace_is_good. */
double laplace_integral(double size, double skew, double exponent);

static inline int
laplace_is_good(double size, double exponent)
{
	return size > 24 && exponent < 0.15 * size;
}

/* About the r beyond which the probability is that of a normal variable beyond
 * z: good to three digits for a size > 10, one digit for z^2 < 5 size - 2. */
double laplace_quantile(double size, double skew, double z);

/* Where that is not good: the terms that the continued fractions of Legendre
 * (DLMF 8.9.2) and of DiDonato and Morris need for an error of 5e-17, at z > 0
 * standard deviations beyond the mean, where the shape is that of the gamma
 * distribution, or the shape of the beta distribution's other side. */
double laplace_terms(double z, double shape);

#endif
