/* SPDX-License-Identifier: MIT */
#ifndef COMMON_INVERSE_H
#define COMMON_INVERSE_H

/*
 * Inverses of the incomplete gamma and beta functions and of the normal tail,
 * for common/dist.h.  lower and upper are the two sides wanted, which add up
 * to 1; only the smaller needs to be exact.  The parameters are > 0.
 */

#include "common/dd.h"

/* The z with the upper normal tail p, 0 < p <= 1/2. */
double inverse_normal(double p);

/* The x with P(a, x) = lower and Q(a, x) = upper. */
struct dd inverse_gammainc(double a, double lower, double upper);

/* The odds x / (1 - x) with I_x(a, b) = lower. */
struct dd inverse_betainc(double a, double b, double lower, double upper);

#endif
