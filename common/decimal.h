/* SPDX-License-Identifier: MIT */
#ifndef COMMON_DECIMAL_H
#define COMMON_DECIMAL_H

/*
 * Decimal numbers as people write them, to the nearest double and back.  All
 * results are exact: no rounding but the one that the function names, ties
 * to the even mantissa, whatever the machine.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * (-1)^negative * mantissa * 10^exponent.  2.50 may be 250e-2, 25e-1 or any
 * other of its forms; zero is never negative.
 */
struct decimal {
	uint64_t mantissa;
	int exponent;
	bool negative;
};

/*
 * What num_parse and decimal_shortest guarantee of their results: mantissa
 * below 10^19, exponent in this range, and a nearest double that is finite,
 * hence a magnitude below 2^1024.
 */
#define DECIMAL_EXPONENT_MIN (-341)
#define DECIMAL_EXPONENT_MAX 308

/* The nearest double to any decimal; past the largest one, infinity. */
double decimal_double(struct decimal d);

/*
 * The nearest double to the whole number spelt by digits[0..n), each '0' to
 * '9', times 10^exponent: for more digits than a mantissa holds.  n is at
 * most DECIMAL_DIGITS.  That is enough for any text: where two doubles meet
 * is a number of 768 digits at most, so that of the digits past DECIMAL_DIGITS
 * - 1 it only matters whether one is not zero, and a last digit '1' says so.
 */
#define DECIMAL_DIGITS 800
double decimal_nearest(const char *digits, size_t n, int exponent);

/*
 * The decimal of the fewest digits among those whose nearest double is x, and
 * of these the nearest to x; x is finite.  The mantissa has 17 digits at most
 * and does not end in zero, but for zero itself, which is 0e0.
 */
struct decimal decimal_shortest(double x);

/* a < b, whatever their forms. */
bool decimal_less(struct decimal a, struct decimal b);

/* The same number with no zero at the end of its mantissa; zero as 0e0. */
struct decimal decimal_reduce(struct decimal d);

#endif
