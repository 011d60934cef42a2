/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SPECIAL_H
#define COMMON_SPECIAL_H

/*
 * Special functions for common/dist.h, to a few units in the last place.
 * All are pure and return NaN outside of their domain.
 */

#include <stdbool.h>

#include "common/dd.h"

/*
 * Both sides of a regularized integral, which add up to 1.  The near side is
 * scale * exp(exponent), with the exponent as a sum of two doubles: so its
 * logarithm is known even where it underflows.  The rest is the other side.
 */
struct special_sides {
	struct dd exponent;
	double scale, density;
	double rest;
	bool near_is_upper;
};

double special_side(const struct special_sides *, bool upper);
double special_side_log(const struct special_sides *, bool upper);
/* log(side / tail) */
double special_side_error(const struct special_sides *, bool upper, double tail);
/* derivative of log side */
double special_side_slope(const struct special_sides *, bool upper);

double special_erf(double x);
double special_erfc(double x);

/* log |Gamma(x)| for x > 0. */
double special_log_gamma(double x);

/* P(a, x), the lower side, and Q(a, x), the upper: the regularized incomplete
 * gamma functions of DLMF 8.2.4, a > 0, x >= 0. */
struct special_sides special_gammainc(double a, double x);

/* I_x(a, b), the lower side, and I_y(b, a), the upper: the regularized
 * incomplete beta function of DLMF 8.17.2, a, b > 0.  x and y = 1 - x are in
 * [0, 1] and both given to full precision. */
struct special_sides special_betainc(
    double a, double b, struct dd x, struct dd y);

/* The upper normal tail of z >= 0 over exp(-z^2 / 2). */
double special_mills(double z);

/* Gamma(a) / (sqrt(2 pi / a) (a / e)^a), the scaled gamma function, a > 0. */
double special_gamma_scaled(double a);

/* (log Gamma(b + a) - log Gamma(b)) / a for 0 < a <= 1/2, b > 0. */
double special_log_gamma_slope(double a, double b);

#endif
