/* SPDX-License-Identifier: MIT */
#ifndef COMMON_ELEMENTARY_H
#define COMMON_ELEMENTARY_H

/*
 * Exponential and logarithm with the same bits on every machine, within 0.52
 * units in the last place of the true value, subnormal results too.  What is
 * too large is infinite, the logarithm of 0 is -infinity, that of less is NaN,
 * and NaN gives NaN.
 */

/* The x87 keeps doubles to 64 bits and rounds them twice. */
#include <float.h>
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "doubles must be evaluated as doubles: add -msse2 -mfpmath=sse"
#endif

double elementary_exp(double x);
double elementary_log(double x);

/* e^x - 1 and log(1 + x), accurate also for an x near 0. */
double elementary_expm1(double x);
double elementary_log1p(double x);

#endif
