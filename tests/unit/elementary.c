/* SPDX-License-Identifier: MIT */
/*
 * The functions against known values to the last bit, and everywhere
 * against the long double of libm where that has more digits; the tables
 * against their rules, in double-double arithmetic.
 */

#include "common/elementary.h"

#include <float.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "common/dd.h"
#include "common/elementary_table.h"
#include "common/rng.h"
#include "tests/unit/check.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

enum { SEED = 1989, SWEEP = 40000 };

enum which { EXP, LOG, EXPM1, LOG1P, SINH, ASINH };

/* musl's expm1l loses digits where x is large. */
static long double
long_expm1(long double x)
{
	return x > 20 ? expl(x) - 1 : expm1l(x);
}

static const struct {
	const char *name;
	double (*f)(double);
	long double (*exact)(long double);
	double claim; /* in units of the last place */
} functions[] = {
    [EXP] = {"exp", elementary_exp, expl, 0.53},
    [LOG] = {"log", elementary_log, logl, 0.53},
    [EXPM1] = {"expm1", elementary_expm1, long_expm1, 0.53},
    [LOG1P] = {"log1p", elementary_log1p, log1pl, 0.53},
    [SINH] = {"sinh", elementary_sinh, sinhl, 2.5},
    [ASINH] = {"asinh", elementary_asinh, asinhl, 2.5},
};

static uint64_t
bits_of(double x)
{
	uint64_t u;

	memcpy(&u, &x, sizeof(u));
	return u;
}

static double
unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* Arguments are even between low and high or, if sign is not 0, of that sign
 * and between 2^low and 2^high, their exponents even. */
struct range {
	enum which which;
	int sign;
	double low, high;
};

static const struct range ranges[] = {
    {EXP, 0, -708, 709.7},
    {EXP, 0, -745.2, -708},
    {EXP, 0, -2, 2},
    {EXP, 1, -60, 0},
    {EXP, -1, -60, 0},
    {LOG, 1, -1074, 1024},
    {LOG, 0, 0.5, 2},
    {LOG, 0, 0.99, 1.01},
    {EXPM1, 0, -45, 60},
    {EXPM1, 0, -1, 1},
    {EXPM1, 0, -0.03, 0.03},
    {EXPM1, 1, -60, 0},
    {EXPM1, -1, -60, 0},
    {LOG1P, 1, -60, 1024},
    {LOG1P, -1, -60, 0},
    {LOG1P, 0, -1, 1},
    {LOG1P, 0, -0.03, 0.03},
    {LOG1P, 0, 0, 1000},
    {SINH, 0, -710.4, 710.4},
    {SINH, 0, -2, 2},
    {SINH, 1, -60, 0},
    {ASINH, 1, -60, 1024},
    {ASINH, -1, -60, 1024},
    {ASINH, 0, -10, 10},
};

static double
argument(const struct range *range, struct rng *r)
{
	double x = range->low + (range->high - range->low) * unit(r);
	double whole = floor(x);

	if (range->sign == 0)
		return x;
	return range->sign * ldexp(1 + (x - whole), (int)whole);
}

static double
ulps(double got, long double want)
{
	double least = fmax(fabs((double)want), DBL_MIN);
	int e;

	frexp(least, &e);
	return (double)(fabsl(got - want) / ldexpl(1, e - DBL_MANT_DIG));
}

static void
test_sweep(void)
{
	if (LDBL_MANT_DIG == DBL_MANT_DIG)
		return;
	for (size_t i = 0; i < LENGTH(ranges); i++) {
		enum which k = ranges[i].which;
		double worst = 0, at = 0;
		struct rng r;

		rng_start(&r, SEED, i, (struct rng_row){{0}});
		for (int j = 0; j < SWEEP; j++) {
			double x = argument(&ranges[i], &r);
			double error =
			    ulps(functions[k].f(x), functions[k].exact(x));

			if (!(error <= worst)) {
				worst = error;
				at = x;
			}
		}
		CHECK_MSG(worst <= functions[k].claim, "%s(%a): %g ulp",
		    functions[k].name, at, worst);
	}
}

/* Rounded from 120 digits. */
static const struct {
	enum which which;
	double x, want;
} golden[] = {
    {EXP, 0x1p-60, 0x1p+0},
    {EXP, -0x1p-30, 0x1.fffffff8p-1},
    {EXP, 0x1.62e42fefa39efp-1, 0x1p+1},
    {EXP, 0x1p+0, 0x1.5bf0a8b145769p+1},
    {EXP, -0x1.8p+0, 0x1.c8f87724b5c1dp-3},
    {EXP, 0x1.921fb54442d18p+1, 0x1.724046eb09339p+4},
    {EXP, -0x1.bb67ae8584caap+4, 0x1.035e7692b18d7p-40},
    {EXP, 0x1.62p+8, 0x1.a3f1049398066p+510},
    {EXP, 0x1.62e42fefa39efp+9, 0x1.fffffffffff2ap+1023},
    {EXP, -0x1.6232bdd7abcd2p+9, 0x1.000000000007cp-1022},
    {EXP, -0x1.6234p+9, 0x1.fafdaf07f77aap-1023},
    {EXP, -0x1.69p+9, 0x1.4bcd6996p-1042},
    {EXP, -0x1.7p+9, 0x1.215p-1062},
    {EXP, -0x1.74385446d71c3p+9, 0x1p-1074},
    {LOG, 0x1p-1074, -0x1.74385446d71c3p+9},
    {LOG, 0x1.921fb54442dp-1030, -0x1.64beb8c13fc04p+9},
    {LOG, 0x1p-1022, -0x1.6232bdd7abcd2p+9},
    {LOG, 0x1.6p-1, -0x1.7fafa3bd8151cp-2},
    {LOG, 0x1.fep-1, -0x1.0080559588b35p-8},
    {LOG, 0x1.fffffffffffffp-1, -0x1p-53},
    {LOG, 0x1.0000000000001p+0, 0x1.fffffffffffffp-53},
    {LOG, 0x1.02p+0, 0x1.fe02a6b106789p-8},
    {LOG, 0x1.0222p+0, 0x1.0fde7a6125efbp-7},
    {LOG, 0x1.5bf0a8b145769p+1, 0x1p+0},
    {LOG, 0x1.43f3e8p+3, 0x1.284d642e9f90cp+1},
    {LOG, 0x1p+64, 0x1.62e42fefa39efp+5},
    {LOG, 0x1.fffffffffffffp+1023, 0x1.62e42fefa39efp+9},
    {EXPM1, 0x1p-1074, 0x1p-1074},
    {EXPM1, -0x1p-54, -0x1p-54},
    {EXPM1, 0x1.8p-40, 0x1.80000000012p-40},
    {EXPM1, -0x1.fffp-7, -0x1.fbf58f83ef664p-7},
    {EXPM1, 0x1.0001p-6, 0x1.0203b15f85a1dp-6},
    {EXPM1, -0x1.62e42fefa39efp-1, -0x1p-1},
    {EXPM1, 0x1p+0, 0x1.b7e151628aed3p+0},
    {EXPM1, -0x1p+2, -0x1.f69f5523ef618p-1},
    {EXPM1, 0x1.62p+5, 0x1.ca043520b624p+63},
    {EXPM1, 0x1.24p+5, 0x1.940b4acc4e543p+52},
    {EXPM1, -0x1.2bp+5, -0x1.fffffffffffffp-1},
    {EXPM1, 0x1.62e42fefa39efp+9, 0x1.fffffffffff2ap+1023},
    {LOG1P, 0x1p-1074, 0x1p-1074},
    {LOG1P, -0x1p-54, -0x1p-54},
    {LOG1P, 0x1.8p-40, 0x1.7ffffffffeep-40},
    {LOG1P, -0x1.fffp-8, -0x1.00f947388e691p-7},
    {LOG1P, 0x1.0001p-7, 0x1.fe04a2b8f4a04p-8},
    {LOG1P, -0x1.6p-2, -0x1.af5295248cddp-2},
    {LOG1P, -0x1.fffffffffffffp-1, -0x1.25e4f7b2737fap+5},
    {LOG1P, 0x1.5555555555555p-1, 0x1.058aefa811451p-1},
    {LOG1P, 0x1p+0, 0x1.62e42fefa39efp-1},
    {LOG1P, 0x1.921fb54442d18p+20, 0x1.ca109ac45490ap+3},
    {LOG1P, 0x1p+53, 0x1.25e4f7b2737fap+5},
    {LOG1P, 0x1.1p+54, 0x1.2becb1353253bp+5},
    {LOG1P, 0x1.fffffffffffffp+1023, 0x1.62e42fefa39efp+9},
};

static void
test_golden(void)
{
	for (size_t i = 0; i < LENGTH(golden); i++) {
		double got = functions[golden[i].which].f(golden[i].x);

		CHECK_MSG(got == golden[i].want, "%s(%a) = %a",
		    functions[golden[i].which].name, golden[i].x, got);
	}
}

/* The same bits on every machine, with every compiler. */
static void
test_bits(void)
{
	static const uint64_t want[LENGTH(functions)] = {0x3e167a2f934e4dfb,
	    0x03e537485e1c6722, 0x057a9449b149b6f7, 0x476607108326a60c,
	    0xaf4bac21decd8ab2, 0x51d93df50d3a4c8c};
	uint64_t sum[LENGTH(functions)] = {0};

	for (size_t i = 0; i < LENGTH(ranges); i++) {
		uint64_t *s = &sum[ranges[i].which];
		struct rng r;

		rng_start(&r, SEED, 100 + i, (struct rng_row){{0}});
		for (int j = 0; j < 10000; j++) {
			double x = argument(&ranges[i], &r);

			x = functions[ranges[i].which].f(x);
			*s = (*s ^ bits_of(x)) * 0x9e3779b97f4a7c15;
			*s ^= *s >> 32;
		}
	}
	for (size_t k = 0; k < LENGTH(functions); k++)
		CHECK_MSG(sum[k] == want[k], "%s: bits %016" PRIx64,
		    functions[k].name, sum[k]);
}

static void
test_ends(void)
{
	static const struct {
		enum which which;
		double x, want;
	} known[] = {
	    {EXP, 0, 1},
	    {EXP, -0.0, 1},
	    {EXP, 0x1.62e42fefa39f0p+9, INFINITY},
	    {EXP, 1e308, INFINITY},
	    {EXP, INFINITY, INFINITY},
	    {EXP, -0x1.74910d52d3051p+9, 0x1p-1074},
	    {EXP, -0x1.74910d52d3052p+9, 0},
	    {EXP, -1e308, 0},
	    {EXP, -INFINITY, 0},
	    {EXP, NAN, NAN},
	    {LOG, 0, -INFINITY},
	    {LOG, -0.0, -INFINITY},
	    {LOG, -0x1p-1074, NAN},
	    {LOG, -INFINITY, NAN},
	    {LOG, 1, 0},
	    {LOG, INFINITY, INFINITY},
	    {LOG, NAN, NAN},
	    {EXPM1, 0, 0},
	    {EXPM1, -0.0, -0.0},
	    {EXPM1, 0x1.62e42fefa39f0p+9, INFINITY},
	    {EXPM1, INFINITY, INFINITY},
	    {EXPM1, -1e308, -1},
	    {EXPM1, -INFINITY, -1},
	    {EXPM1, NAN, NAN},
	    {LOG1P, 0, 0},
	    {LOG1P, -0.0, -0.0},
	    {LOG1P, -1, -INFINITY},
	    {LOG1P, -1 - 0x1p-52, NAN},
	    {LOG1P, -INFINITY, NAN},
	    {LOG1P, INFINITY, INFINITY},
	    {LOG1P, NAN, NAN},
	    {SINH, -0.0, -0.0},
	    {SINH, 711, INFINITY},
	    {SINH, -INFINITY, -INFINITY},
	    {SINH, NAN, NAN},
	    {ASINH, -0.0, -0.0},
	    {ASINH, -INFINITY, -INFINITY},
	    {ASINH, NAN, NAN},
	};

	for (size_t i = 0; i < LENGTH(known); i++) {
		double got = functions[known[i].which].f(known[i].x);
		double want = known[i].want;
		bool same =
		    isnan(want) ? isnan(got) : bits_of(got) == bits_of(want);

		CHECK_MSG(same, "%s(%a) = %a", functions[known[i].which].name,
		    known[i].x, got);
	}
}

/* Each within the rounding of the functions. */
static void
test_identities(void)
{
	bool inverse = true, same_log = true, small = true;
	struct rng r;

	rng_start(&r, SEED, 200, (struct rng_row){{0}});
	for (int i = 0; i < 20000; i++) {
		double x = 700 * unit(&r), u = 40 * unit(&r) - 0.99, v;

		v = elementary_log(elementary_exp(x));
		inverse =
		    inverse && fabs(v - x) <= 0.53 * DBL_EPSILON * (1 + x);
		v = elementary_log1p(elementary_expm1(u / 64));
		small = small && check_error(v, u / 64) < 4 * DBL_EPSILON;
		/* Where the sum is exact. */
		u = (1 + u) - 1;
		same_log = same_log &&
			   (fabs(u) < 0x1p-7 ||
			       elementary_log1p(u) == elementary_log(1 + u));
	}
	CHECK(inverse);
	CHECK(small);
	CHECK(same_log);
	for (int k = -1074; k < 1024; k++)
		CHECK_MSG(check_error(elementary_log(ldexp(1, k)), k * M_LN2) <
			      DBL_EPSILON,
		    "log(2^%d)", k);
}

static struct dd
power(size_t j)
{
	return dd_sum_ordered(
	    elementary_powers[j].high, elementary_powers[j].low);
}

/* Each power times the first is the next, and the last times it 2: then the
 * first is the 128th root of 2, and all are its powers. */
static void
test_powers(void)
{
	CHECK(LENGTH(elementary_powers) == 128);
	CHECK(power(0).hi == 1 && power(0).lo == 0);
	for (size_t j = 0; j < LENGTH(elementary_powers); j++) {
		struct dd next = dd_mul(power(j), power(1));
		struct dd want = j < 127 ? power(j + 1) : dd_of(2);
		double digits = ldexp(elementary_powers[j].high, 25);

		CHECK_MSG(digits == floor(digits), "power %zu", j);
		CHECK_MSG(
		    fabs(dd_sub(next, want).hi) < 0x1p-78, "power %zu", j);
	}
}

/* log(a / b) by twice the series of the inverse hyperbolic tangent of
 * (a - b) / (a + b), which is below 1/5 (DLMF 4.6.5). */
static struct dd
log_ratio(double a, double b)
{
	struct dd s = dd_div(dd_of(a - b), dd_of(a + b)), z = dd_mul(s, s);
	struct dd sum = dd_of(0);

	for (int k = 61; k > 0; k -= 2)
		sum = dd_add(dd_div(dd_of(2), dd_of(k)), dd_mul(z, sum));
	return dd_mul(s, sum);
}

static void
test_points(void)
{
	double from = 177 / 256.0;

	CHECK(LENGTH(elementary_points) == 64);
	for (size_t i = 0; i < LENGTH(elementary_points); i++) {
		const struct elementary_point *p = &elementary_points[i];
		double to = from + (from < 255 / 256.0 ? 1 / 128.0 : 1 / 64.0);
		double middle = (from + to) / 2, n = 128 * p->inverse;
		double steps = ldexp(p->high, 43);
		struct dd error;

		if (from == 255 / 256.0) {
			to = 129 / 128.0;
			middle = 1;
		}
		CHECK_MSG(n == rint(128 / middle), "point %zu", i);
		CHECK_MSG(steps == floor(steps), "point %zu", i);
		error = dd_add(log_ratio(n, 128), dd_of(p->high));
		error = dd_add1(error, p->low);
		CHECK_MSG(
		    fabs(error.hi) < 0x1p-96, "point %zu: %a", i, error.hi);
		from = to;
	}
	CHECK(from == 177 / 128.0);
}

int
main(void)
{
	test_sweep();
	test_golden();
	test_bits();
	test_ends();
	test_identities();
	test_powers();
	test_points();
	return check_end();
}
