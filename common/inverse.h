/* SPDX-License-Identifier: MIT */
#ifndef COMMON_INVERSE_H
#define COMMON_INVERSE_H

/*
 * The inverses of the normal tail and of the incomplete gamma and beta
 * functions, rounded last from a sum of two doubles: the relative error is a
 * unit in the last place, or that of the function times the condition number
 * p / |x f(x)|, where this is larger.
 *
 * lower and upper are the sides wanted, in (0, 1), with the sum 1; only the
 * smaller one counts.  Shapes are > 0.  Results beyond the range of doubles
 * are 0 or infinity.
 */

#include "common/dd.h"

/* The z with the upper normal tail p, 0 < p <= 1/2. */
double inverse_normal(double p);

/* The x with P(a, x) = lower. */
struct dd inverse_gammainc(double a, double lower, double upper);

/* The odds x / (1 - x) with I_x(a, b) = lower. */
struct dd inverse_betainc(double a, double b, double lower, double upper);

#endif
