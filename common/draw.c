/* SPDX-License-Identifier: MIT */
/*
 * Everything here is made of integers, + - * / and sqrt on doubles, each of
 * which IEEE 754 defines to the last bit.  The exp, log and pow of libm are
 * not: one glibc differs between processors with and without fused
 * multiply-add.
 *
 * D. Lemire, Fast random integer generation in an interval, ACM Trans. Model.
 * Comput. Simul. 29 (2019).  M. Wichura, Algorithm AS 241: the percentage
 * points of the normal distribution, Appl. Statist. 37 (1988), PPND16, whose
 * relative error is about 1e-16.  T. Dekker, A floating-point technique for
 * extending the available precision, Numer. Math. 18 (1971).  J. Black and
 * P. Rogaway, Ciphers with arbitrary finite domains, CT-RSA 2002.
 */

#include "common/draw.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The x87 keeps doubles to 64 bits and rounds them twice. */
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "doubles must be evaluated as doubles: add -msse2 -mfpmath=sse"
#endif

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static uint64_t
bits_of(double x)
{
	uint64_t u;

	memcpy(&u, &x, sizeof(u));
	return u;
}

static double
double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* 2^k, -1022 <= k <= 1023. */
static double
power_of_two(int k)
{
	return double_of((uint64_t)(k + 1023) << 52);
}

/* c[0] + c[1] x + ... + c[n-1] x^(n-1) */
static double
polynomial(const double *c, size_t n, double x)
{
	double sum = c[n - 1];

	for (size_t i = n - 1; i-- > 0;)
		sum = sum * x + c[i];
	return sum;
}

/* ln 2 in two parts; the first has 32 bits, so that its product with an
 * exponent is exact. */
static const double ln2_high = 0x1.62e42feep-1;
static const double ln2_low = 0x1.a39ef35793c76p-33;

/*
 * x = k ln 2 + t with |t| <= ln(2) / 2, then e^t = 1 + t + t^2 (even + t odd)
 * with Taylor's coefficients, whose first term left out is below 2^-57.
 */
double
draw_exp(double x)
{
	static const double even[] = {1.0 / 2, 1.0 / 24, 1.0 / 720, 1.0 / 40320,
	    1.0 / 3628800, 1.0 / 479001600};
	static const double odd[] = {1.0 / 6, 1.0 / 120, 1.0 / 5040,
	    1.0 / 362880, 1.0 / 39916800, 1.0 / 6227020800};
	double high, low, t, t2, y;
	int k;

	if (!(x < 710))
		return x < 710 || x != x ? x : (double)INFINITY;
	if (x < -746)
		return 0;
	k = (int)(x * 0x1.71547652b82fep+0 + (x < 0 ? -0.5 : 0.5));
	high = x - k * ln2_high;
	low = k * ln2_low;
	t = high - low;
	t2 = t * t;
	y = polynomial(even, LENGTH(even), t2);
	y += t * polynomial(odd, LENGTH(odd), t2);
	y = 1 + (high - (low - t2 * y));
	/* In two steps, since 2^k alone may overflow or be subnormal. */
	return y * power_of_two(k / 2) * power_of_two(k - k / 2);
}

/*
 * x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), and with s = f / (2 + f)
 * ln(1 + f) = 2 (s + s^3/3 + s^5/5 + ...) = f - s (f - 2 s^2/3 - 2 s^4/5 ...).
 * The second form has f, which is exact, and only its small rest is rounded
 * more than once.  The first term left out is below 2^-57 of the sum.
 */
double
draw_log(double x)
{
	static const double even[] = {
	    2.0 / 3, 2.0 / 7, 2.0 / 11, 2.0 / 15, 2.0 / 19};
	static const double odd[] = {
	    2.0 / 5, 2.0 / 9, 2.0 / 13, 2.0 / 17, 2.0 / 21};
	static const uint64_t one = 0x3ff0000000000000;
	static const uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
	int shift = 0, k;
	double f, s, s2, s4, rest;
	uint64_t bits;

	if (!(x > 0))
		return x == 0 ? -(double)INFINITY : (double)NAN;
	if (x > DBL_MAX)
		return x;
	if (x < DBL_MIN) {
		shift = 54;
		x *= 0x1p54;
	}
	bits = bits_of(x);
	k = (int)((bits + (one - sqrt_half)) >> 52) - 1023;
	f = double_of(bits - ((uint64_t)k << 52)) - 1;
	k -= shift;
	s = f / (2 + f);
	s2 = s * s;
	s4 = s2 * s2;
	rest = s2 *
	    (polynomial(even, LENGTH(even), s4) +
		s2 * polynomial(odd, LENGTH(odd), s4));
	return k * ln2_high + (f - (s * (f - rest) - k * ln2_low));
}

double
draw_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

double
draw_open(struct rng *r)
{
	return ((double)(rng_next(r) >> 12) + 0.5) * 0x1p-52;
}

/*
 * From 63 bits, on (0, 1]: the fine steps near 0 give the long tails their
 * precision, and a signed integer converts in one instruction.
 */
static double
tail_of(uint64_t k)
{
	return ((double)(int64_t)k + 0.5) * 0x1p-63;
}

double
draw_uniform(struct rng *r, double a, double b)
{
	double x, u = draw_unit(r);

	if (!(a <= b) || !isfinite(b - a))
		return (double)NAN;
	x = a + (b - a) * u;
	/* Rounding can reach b. */
	return x < b ? x : a;
}

uint64_t
draw_below(struct rng *r, uint64_t n)
{
	uint64_t high, low = rng_multiply(rng_next(r), n, &high);

	if (low < n) {
		uint64_t excess = -n % n;

		while (low < excess)
			low = rng_multiply(rng_next(r), n, &high);
	}
	return high;
}

bool
draw_bernoulli(struct rng *r, double p)
{
	uint64_t word = rng_next(r);

	if (!(p < 1))
		return p >= 1;
	return p > 0 && word < (uint64_t)(p * 0x1p64);
}

struct ratio {
	double above[8], below[8];
};

/* PPND16's three ratios of polynomials: for |q| <= 0.425 in 0.425^2 - q^2,
 * then in s - 1.6 and s - 5 for s = sqrt(-ln tail) to 5 and beyond. */
static const struct ratio center = {
    {3.3871328727963666080e0, 1.3314166789178437745e+2,
	1.9715909503065514427e+3, 1.3731693765509461125e+4,
	4.5921953931549871457e+4, 6.7265770927008700853e+4,
	3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
	5.3941960214247511077e+3, 2.1213794301586595867e+4,
	3.9307895800092710610e+4, 2.8729085735721942674e+4,
	5.2264952788528545610e+3},
};
static const struct ratio near_tail = {
    {1.42343711074968357734e0, 4.63033784615654529590e0,
	5.76949722146069140550e0, 3.64784832476320460504e0,
	1.27045825245236838258e0, 2.41780725177450611770e-1,
	2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1, 2.05319162663775882187e0, 1.67638483018380384940e0,
	6.89767334985100004550e-1, 1.48103976427480074590e-1,
	1.51986665636164571966e-2, 5.47593808499534494600e-4,
	1.05075007164441684324e-9},
};
static const struct ratio far_tail = {
    {6.65790464350110377720e0, 5.46378491116411436990e0,
	1.78482653991729133580e0, 2.96560571828504891230e-1,
	2.65321895265761230930e-2, 1.24266094738807843860e-3,
	2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
	1.48753612908506148525e-2, 7.86869131145613259100e-4,
	1.84631831751005468180e-5, 1.42151175831644588870e-7,
	2.04426310338993978564e-15},
};

static double
ratio_at(const struct ratio *t, double x)
{
	return polynomial(t->above, LENGTH(t->above), x) /
	    polynomial(t->below, LENGTH(t->below), x);
}

/* The word's upper 63 bits are the probability, counted from the nearer end
 * in the tails. */
static double
standard_normal(struct rng *r)
{
	const uint64_t half = UINT64_C(1) << 62;
	uint64_t k = rng_next(r) >> 1;
	double q = ((double)((int64_t)k - (int64_t)half) + 0.5) * 0x1p-63;
	double inside = 0.180625 - q * q, s, z;

	if (inside >= 0)
		return q * ratio_at(&center, inside);
	s = sqrt(-draw_log(tail_of(k < half ? k : 2 * half - 1 - k)));
	z = s <= 5 ? ratio_at(&near_tail, s - 1.6) : ratio_at(&far_tail, s - 5);
	return k < half ? -z : z;
}

double
draw_normal(struct rng *r, double mu, double sigma)
{
	double z = standard_normal(r);

	if (!isfinite(mu) || !isfinite(sigma) || sigma < 0)
		return (double)NAN;
	return mu + sigma * z;
}

double
draw_lognormal(struct rng *r, double mu, double sigma)
{
	return draw_exp(draw_normal(r, mu, sigma));
}

double
draw_exponential(struct rng *r, double mean)
{
	double x = -draw_log(tail_of(rng_next(r) >> 1));

	if (!isfinite(mean) || mean < 0)
		return (double)NAN;
	return mean * x;
}

double
draw_pareto(struct rng *r, double alpha, double minimum)
{
	double x = draw_exponential(r, 1);

	if (!isfinite(alpha) || !isfinite(minimum) || alpha <= 0 || minimum <= 0)
		return (double)NAN;
	return minimum * draw_exp(x / alpha);
}

/*
 * Tables.  The words are cut to 63 bits so that a bound can be 2^63, past all
 * of them: index i is drawn when bound[i-1] <= word < bound[i], and the scan
 * needs no other end.  The guide holds, for the top eight bits of the word,
 * where that scan starts.
 */
static const uint64_t whole = UINT64_C(1) << 63;

/* floor(2^63 a / b), a <= b <= 2^63, 0 < b: a bit at a time, since a 128-bit
 * quotient is not everywhere. */
static uint64_t
scaled_ratio(uint64_t a, uint64_t b)
{
	uint64_t quotient = 0;

	if (a == b)
		return whole;
	for (int i = 0; i < 63; i++) {
		a <<= 1;
		quotient <<= 1;
		if (a >= b) {
			a -= b;
			quotient |= 1;
		}
	}
	return quotient;
}

static bool
accumulate(uint64_t *weight, size_t n, uint32_t guide[256])
{
	uint64_t total = 0;
	size_t i;

	if (n > UINT32_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (weight[i] > whole - total)
			return false;
		total += weight[i];
	}
	if (total == 0)
		return false;
	for (uint64_t sum = i = 0; i < n; i++) {
		sum += weight[i];
		weight[i] = scaled_ratio(sum, total);
	}
	i = 0;
	for (uint64_t top = 0; top < 256; top++) {
		while (top << 55 >= weight[i])
			i++;
		guide[top] = (uint32_t)i;
	}
	return true;
}

static size_t
find(const uint64_t *bound, const uint32_t guide[256], uint64_t word)
{
	size_t i = guide[word >> 56];

	word >>= 1;
	while (word >= bound[i])
		i++;
	return i;
}

bool
draw_table_scale(uint64_t *weight, const double *share, size_t n)
{
	double sum = 0, scale;

	for (size_t i = 0; i < n; i++) {
		if (!(share[i] >= 0))
			return false;
		sum += share[i];
	}
	if (!(sum > 0) || !(sum <= DBL_MAX))
		return false;
	/* TODO */
	scale = 0;
	for (size_t i = 0; i < n; i++)
		weight[i] = (uint64_t)(share[i] * scale);
	return true;
}
