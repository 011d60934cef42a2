/* SPDX-License-Identifier: MIT */
#ifndef COMMON_ELEMENTARY_H
#define COMMON_ELEMENTARY_H

/*
 * Functions that give the same bits on every machine.  What is too large is
 * infinite, the logarithm of 0 is -infinity, that of less is NaN, and NaN
 * gives NaN.
 */

/* The x87 keeps doubles to 64 bits and rounds them twice. */
#include <float.h>
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "doubles must be evaluated as doubles: add -msse2 -mfpmath=sse"
#endif

/* Within 0.53 units in the last place, of subnormal results too. */
double elementary_exp(double x);
double elementary_log(double x);

/* e^x - 1 and log(1 + x), within 0.53 units, an x near 0 included. */
double elementary_expm1(double x);
double elementary_log1p(double x);

/* The hyperbolic sine and its inverse, within 2.5 units. */
double elementary_sinh(double x);
double elementary_asinh(double x);

#endif
