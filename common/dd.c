/* SPDX-License-Identifier: MIT */

/*
 * The argument of the logarithm is reduced to a neighbour f = k/64 of itself
 * in [0.7, 1.42]; the rest is
 *
 *	log m - log f = 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...),
 *	s = (m - f) / (m + f), |s| < 2^-7	(DLMF 4.6.4)
 *
 * with s as a number of 17 bits, whose products with the halves of another
 * and whose cube are exact, plus a small rest, all in plain doubles.  The
 * table is printed by tests/ref/dist/constants.py.
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/dd.h"
#include "common/elementary.h"

enum { LOG_FIRST = 45 };

/* log(k/64), k = LOG_FIRST, ... */
static const struct dd log_table[] = {
    {-0.3522205935893521, -5.7233316949182485e-18},
    {-0.33024168687057687, 1.0828321637483858e-17},
    {-0.3087354816496133, 1.6199186085148102e-17},
    {-0.2876820724517809, -2.607160616442564e-17},
    {-0.26706278524904525, 7.32891532732017e-18},
    {-0.24686007793152578, -1.361743371748368e-17},
    {-0.22705745063534608, -9.551415762738488e-18},
    {-0.2076393647782445, -1.2053243216686129e-17},
    {-0.18859116980755003, 7.432164219196925e-18},
    {-0.16989903679539747, 4.868008764439071e-19},
    {-0.15154989812720093, -5.1669593684615594e-18},
    {-0.13353139262452263, 3.664457663660085e-18},
    {-0.1158318155251217, -4.338484369808096e-18},
    {-0.09844007281325252, 4.439009633675136e-18},
    {-0.0813456394539524, -5.07707635593117e-18},
    {-0.06453852113757118, 6.470486661692933e-18},
    {-0.048009219186360606, -1.4390903347292205e-18},
    {-0.0317486983145803, -3.0382263084680858e-18},
    {-0.015748356968139168, -1.0021578630528974e-18},
    {0, 0},
    {0.015504186535965254, -3.278321022892429e-19},
    {0.030771658666753687, 1.0431732029005968e-18},
    {0.0458095360312942, 1.902959866474257e-18},
    {0.06062462181643484, 2.6424025938726934e-18},
    {0.07522342123758753, -5.930604196293241e-18},
    {0.08961215868968714, -5.4268129336647135e-18},
    {0.10379679368164356, 5.47772415726659e-18},
    {0.11778303565638346, -1.1971685747593677e-18},
    {0.13157635778871926, 1.1123000879729588e-17},
    {0.1451820098444979, 8.242418783022475e-18},
    {0.15860503017663857, 1.1257003872182592e-17},
    {0.17185025692665923, -6.0224538210113705e-18},
    {0.184922338494012, 3.0236614153574064e-18},
    {0.19782574332991987, 1.2821194372980142e-17},
    {0.21056476910734964, -4.249405314729895e-18},
    {0.22314355131420976, -9.091270597324799e-18},
    {0.2355660713127669, -2.3943371495187355e-18},
    {0.24783616390458127, -1.2432209578702523e-17},
    {0.25995752443692605, 2.069806938978935e-17},
    {0.27193371548364176, 7.83319637697442e-19},
    {0.2837681731306446, -2.032665581126656e-17},
    {0.2954642128938359, -2.16461086040599e-17},
    {0.3070250352949119, -1.2319916200101964e-17},
    {0.3184537311185346, 2.7114779367326236e-17},
    {0.329753286372468, 2.122020616196946e-18},
    {0.3409265869705932, 1.7467136443544747e-17},
    {0.3519764231571782, -1.2953893030191963e-17},
};

static const struct dd log_2 = {0.6931471805599453, 2.3190468138462996e-17};

/* x without its last bits. */
static inline double
without_bits(double x, int bits)
{
	uint64_t u;

	memcpy(&u, &x, sizeof(u));
	u &= UINT64_MAX << bits;
	memcpy(&x, &u, sizeof(x));
	return x;
}

/* x / y, the first part of 17 bits, with a relative error below 2^-68. */
static inline struct dd
short_quotient(struct dd x, struct dd y)
{
	double inverse = 1 / y.hi, q = without_bits(x.hi * inverse, 36);
	double high = without_bits(y.hi, 17), low = y.hi - high;
	double rest = ((x.hi - q * high) - q * low) + (x.lo - q * y.lo);

	return (struct dd){q, rest * inverse};
}

/* 2 (atanh(s) - s) for a short quotient s, |s| < 2^-7, with a relative error
 * below 2^-65: 2 s^3 / 3 from the cube of the first part, exact but for a
 * rounded third of what was left over, and the rest of the series. */
static inline struct dd
atanh_excess(struct dd s)
{
	double x = s.hi + s.lo, z = x * x, sum = 2. / 13;
	double square = s.hi * s.hi, cube = square * s.hi;
	double third = cube * (2. / 3), left = (2 * cube - 2 * third) - third;
	double mixed = 2 * s.lo * (square + s.lo * (s.hi + s.lo * (1. / 3)));

	sum = 2. / 11 + z * sum;
	sum = 2. / 9 + z * sum;
	sum = 2. / 7 + z * sum;
	sum = 2. / 5 + z * sum;
	return dd_sum_ordered(
	    third, left * (1. / 3) + (mixed + x * z * z * sum));
}

struct dd
dd_log(struct dd x)
{
	int e, k;
	double m = frexp(x.hi, &e);
	struct dd s, sum;

	if (!(x.hi > 0) || isinf(x.hi))
		return dd_of(elementary_log(x.hi));
	if (m < 0.70710678) {
		m *= 2;
		e--;
	}
	k = (int)(m * 64 + 0.5);
	x = (struct dd){m, ldexp(x.lo, -e)};
	s = short_quotient(dd_add1(x, -k / 64.), dd_add1(x, k / 64.));
	sum = dd_add((struct dd){2 * s.hi, 2 * s.lo}, atanh_excess(s));
	sum = dd_add(log_table[k - LOG_FIRST], sum);
	return e == 0 ? sum : dd_add(dd_mul1(log_2, e), sum);
}

struct dd
dd_log1p_defect(struct dd u, struct dd w)
{
	struct dd s;

	if (fabs(u.hi) > 0x1p-6)
		return dd_sub(u, dd_log(w));
	s = short_quotient(u, dd_add1(u, 2));
	return dd_sub(dd_mul(u, s), atanh_excess(s));
}
