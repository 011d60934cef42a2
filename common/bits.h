/* SPDX-License-Identifier: MIT */
#ifndef COMMON_BITS_H
#define COMMON_BITS_H

/*
 * A double as its bits: the sign, 11 of the exponent plus 1023, and 52 of the
 * mantissa, the highest first.
 */

#include <stdint.h>
#include <string.h>

static inline uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static inline double
bits_double(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

#endif
