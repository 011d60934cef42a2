/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SPECIAL_H
#define COMMON_SPECIAL_H

/*
 * Special functions, to a few units in the last place.  All return NaN
 * outside of their domain.
 */

#include <stdbool.h>

#include "common/dd.h"

#define SPECIAL_SQRT_HALF 0.7071067811865476
#define SPECIAL_INV_SQRT_2PI 0.3989422804014327

double special_erf(double x);
double special_erfc(double x);

/* log Gamma(x), x > 0. */
double special_log_gamma(double x);

/* (log Gamma(b + a) - log Gamma(b)) / a + log factor, 0 < a <= 1/2, b > 0;
 * also good where a is so small that the difference would be nothing but
 * rounding, and where the factor is close to 1 / b. */
double special_log_gamma_slope(double a, double b, double factor);

/* Gamma(a) / (sqrt(2 pi / a) (a / e)^a), the scaled gamma function, a > 0. */
double special_gamma_scaled(double a);

/* The upper normal tail of z over exp(-z^2 / 2), z >= 0; and, in half the
 * time, within two units in the last place. */
struct dd special_mills(double z);
double special_mills_plain(double z);

/*
 * Both sides, lower and upper, of an integral that is 1 in all.  The near
 * side is scale * exp(exponent), so that its logarithm is known even where
 * the side underflows.  The rest is the other side.  density * exp(exponent)
 * is the derivative of the lower side by the logarithm of x (gammainc) or of
 * x / y (betainc).
 */
struct special_sides {
	bool near_is_upper;
	struct dd exponent;
	double scale, density;
	double near, rest;
};

/* P(a, x), lower, and Q(a, x), upper, the regularized incomplete gamma
 * functions (DLMF 8.2.4), a > 0, x >= 0.  Shapes beyond 2^-400 and 2^400
 * count as these, here and in betainc. */
struct special_sides special_gammainc(double a, double x);

/* I_x(a, b), lower, and I_y(b, a), upper, the regularized incomplete beta
 * functions (DLMF 8.17.2), a, b > 0, x, y >= 0, x + y = 1, both of these to
 * full precision. */
struct special_sides special_betainc(
    double a, double b, struct dd x, struct dd y);

/* One side, its natural logarithm, and the derivative of that logarithm by
 * the variable above. */
double special_side(const struct special_sides *, bool upper);
double special_side_log(const struct special_sides *, bool upper);
double special_side_slope(const struct special_sides *, bool upper);

/* Set the near side, and that and 1 - near as the rest, which is all that is
 * needed while the near side is not close to 1. */
void special_set_near(struct special_sides *);
void special_set_both(struct special_sides *);

/* Turns the sides at some x into those at x / 2^k, for x below 2^-700, where
 * the near side is the lower one and proportional to x^a. */
void special_divide_argument(struct special_sides *, double a, double k);

/* NaN, for an argument outside of the domain; one point of certainty at the
 * end of the range, with everything in the upper or in the lower side. */
struct special_sides special_sides_nan(void);
struct special_sides special_sides_all(bool upper);

/* The shape as it counts. */
double special_shape(double a);

#endif
