/* SPDX-License-Identifier: MIT */
/*
 * Everything here is made of integers, + - * / and sqrt on doubles, each of
 * which IEEE 754 defines to the last bit, and of the functions of
 * common/elementary.h, which are too.
 *
 * D. Lemire, Fast random integer generation in an interval, ACM Trans. Model.
 * Comput. Simul. 29 (2019).  M. Wichura, Algorithm AS 241: the percentage
 * points of the normal distribution, Appl. Statist. 37 (1988), PPND16, whose
 * relative error is about 1e-16.  T. Dekker, A floating-point technique for
 * extending the available precision, Numer. Math. 18 (1971).  J. Black and
 * P. Rogaway, Ciphers with arbitrary finite domains, CT-RSA 2002.
 */

#include "common/draw.h"

#include <math.h>

#include "common/elementary.h"

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
		return NAN;
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
	double above = t->above[7], below = t->below[7];

	for (int i = 6; i >= 0; i--) {
		above = above * x + t->above[i];
		below = below * x + t->below[i];
	}
	return above / below;
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
	s = sqrt(-elementary_log(tail_of(k < half ? k : 2 * half - 1 - k)));
	z = s <= 5 ? ratio_at(&near_tail, s - 1.6) : ratio_at(&far_tail, s - 5);
	return k < half ? -z : z;
}

double
draw_normal(struct rng *r, double mu, double sigma)
{
	double z = standard_normal(r);

	if (!isfinite(mu) || !isfinite(sigma) || sigma < 0)
		return NAN;
	return mu + sigma * z;
}

double
draw_lognormal(struct rng *r, double mu, double sigma)
{
	return elementary_exp(draw_normal(r, mu, sigma));
}

double
draw_exponential(struct rng *r, double mean)
{
	double x = -elementary_log(tail_of(rng_next(r) >> 1));

	if (!isfinite(mean) || mean < 0)
		return NAN;
	return mean * x;
}

double
draw_pareto(struct rng *r, double alpha, double minimum)
{
	double x = draw_exponential(r, 1);

	if (!isfinite(alpha) || !isfinite(minimum) || alpha <= 0 ||
	    minimum <= 0)
		return NAN;
	return minimum * elementary_exp(x / alpha);
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

/* Weights to bounds, in place, and the guide to them. */
static bool
accumulate(uint64_t *weight, size_t n, uint32_t guide[256])
{
	uint64_t total = 0, sum = 0;
	size_t first = 0;

	if (n > UINT32_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (weight[i] > whole - total)
			return false;
		total += weight[i];
	}
	if (total == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		sum += weight[i];
		weight[i] = scaled_ratio(sum, total);
	}
	for (uint64_t top = 0; top < 256; top++) {
		while (top << 55 >= weight[first])
			first++;
		guide[top] = (uint32_t)first;
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

/* The shares times a power of two, which is exact, that brings their sum to
 * 2^61..2^62. */
bool
draw_table_scale(uint64_t *weight, const double *share, size_t n)
{
	double sum = 0;
	int k;

	for (size_t i = 0; i < n; i++) {
		if (!(share[i] >= 0))
			return false;
		sum += share[i];
	}
	if (!(sum > 0) || !isfinite(sum))
		return false;
	frexp(sum, &k);
	for (size_t i = 0; i < n; i++)
		weight[i] = (uint64_t)ldexp(share[i], 62 - k);
	return true;
}

bool
draw_table_init(struct draw_table *t, uint64_t *weight, size_t n)
{
	if (!accumulate(weight, n, t->guide))
		return false;
	t->bound = weight;
	return true;
}

size_t
draw_index(struct rng *r, const struct draw_table *t)
{
	return find(t->bound, t->guide, rng_next(r));
}

/* A number of twice the precision, the sum of two (Dekker). */
struct twin {
	double high, low;
};

static double
upper_half(double x)
{
	double y = 0x8000001p0 * x;

	return y - (y - x);
}

static struct twin
product(double a, double b)
{
	double a1 = upper_half(a), a2 = a - a1;
	double b1 = upper_half(b), b2 = b - b1;
	double p = a * b;

	return (struct twin){p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2};
}

/* x a / b */
static struct twin
rescale(struct twin x, double a, double b)
{
	struct twin p = product(x.high, a), back;
	double quotient = p.high / b, rest, sum;

	back = product(quotient, b);
	rest = ((p.high - back.high) - back.low + p.low + x.low * a) / b;
	sum = quotient + rest;
	return (struct twin){sum, rest - (sum - quotient)};
}

/* The nearest integer, 0 <= x < 2^62.  x.low may be down to -2^8, and the
 * conversion rounds towards zero. */
static uint64_t
rounded(struct twin x)
{
	int64_t high = (int64_t)x.high;
	double rest = (x.high - (double)high) + x.low;

	return (uint64_t)(high + (int64_t)(rest + 1024.5) - 1024);
}

/*
 * A Poisson count is the sum of two of half the rate, so any rate comes down
 * to one whose counts but for 2^-64 lie within the span.  The weights run
 * from the mode outwards by p(k+1) = p(k) rate / (k+1), in twice the precision
 * and in units of a 2^62nd of about their sum.
 */
bool
draw_poisson_init(struct draw_poisson *p, double rate)
{
	const uint64_t half = DRAW_POISSON_SPAN / 2;
	struct twin start, x;
	uint64_t mode, k;

	if (!(rate >= 0 && rate <= 1e9))
		return false;
	for (p->parts = 1; rate > DRAW_POISSON_SPAN; rate /= 2)
		p->parts *= 2;
	mode = (uint64_t)rate;
	p->first = mode < half ? 0 : mode - half;
	start = (struct twin){0x1p62 / (1 + 2.5 * sqrt(rate)), 0};
	x = start;
	for (k = mode; k < p->first + DRAW_POISSON_SPAN; k++) {
		p->bound[k - p->first] = rounded(x);
		x = rescale(x, rate, (double)(k + 1));
	}
	x = start;
	for (k = mode; k > p->first; k--) {
		x = rescale(x, (double)k, rate);
		p->bound[k - 1 - p->first] = rounded(x);
	}
	return accumulate(p->bound, DRAW_POISSON_SPAN, p->guide);
}

uint64_t
draw_poisson(struct rng *r, const struct draw_poisson *p)
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < p->parts; i++)
		count += p->first + find(p->bound, p->guide, rng_next(r));
	return count;
}

/*
 * The permutation is a Feistel network on the two halves of the least power of
 * two that holds n; what falls outside of n is put through again until it is
 * inside (Black and Rogaway), less than twice on average.  The halves of a
 * small n have three or four bits, and there eight rounds are seen to be biased
 * in five million permutations, twelve are not.  Up to 64 it is Fisher and
 * Yates' shuffle.
 */
static void
shuffle(uint8_t *element, uint64_t n, struct rng *r)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t j = draw_below(r, i + 1);

		element[i] = element[j];
		element[j] = (uint8_t)i;
	}
}

bool
draw_perm_init(struct draw_perm *p, struct rng *r, uint64_t n)
{
	unsigned bits = 0;

	if (n == 0 || n > whole)
		return false;
	p->n = n;
	if (n <= DRAW_PERM_SMALL) {
		shuffle(p->small, n, r);
		return true;
	}
	while ((n - 1) >> bits > 0)
		bits++;
	p->shift[0] = 64 - bits / 2;
	p->shift[1] = 64 - (bits - bits / 2);
	for (int i = 0; i < DRAW_PERM_ROUNDS; i++) {
		p->factor[i] = rng_next(r);
		p->term[i] = rng_next(r);
	}
	return true;
}

/* A line with random coefficients would be too straight: its differences are
 * nearly constant.  The product of its halves is not. */
static uint64_t
scramble(const struct draw_perm *p, int round, uint64_t x)
{
	uint64_t y = p->factor[round] * x + p->term[round];

	return y * (y >> 32);
}

/* The network on n <= DRAW_PERM_BATCH numbers at once: as each round of one
 * waits for its products, those of the others fill the time. */
static void
feistel(const struct draw_perm *p, uint64_t *x, size_t n)
{
	const unsigned width = 64 - p->shift[1];
	uint64_t left[DRAW_PERM_BATCH], right[DRAW_PERM_BATCH];

	for (size_t i = 0; i < n; i++) {
		left[i] = x[i] >> width;
		right[i] = x[i] - (left[i] << width);
	}
	for (int round = 0; round < DRAW_PERM_ROUNDS; round += 2) {
		for (size_t i = 0; i < n; i++)
			left[i] ^= scramble(p, round, right[i]) >> p->shift[0];
		for (size_t i = 0; i < n; i++)
			right[i] ^=
			    scramble(p, round + 1, left[i]) >> p->shift[1];
	}
	for (size_t i = 0; i < n; i++)
		x[i] = left[i] << width | right[i];
}

void
draw_perm_run(
    const struct draw_perm *p, uint64_t first, size_t n, uint64_t *element)
{
	uint64_t x[DRAW_PERM_BATCH];
	size_t place[DRAW_PERM_BATCH], outside;

	if (p->n <= DRAW_PERM_SMALL) {
		for (size_t i = 0; i < n; i++)
			element[i] = p->small[first + i];
		return;
	}
	for (size_t i = 0; i < n; i++) {
		x[i] = first + i;
		place[i] = i;
	}
	/* Those that are outside move to the front. */
	for (; n > 0; n = outside) {
		feistel(p, x, n);
		outside = 0;
		for (size_t i = 0; i < n; i++) {
			element[place[i]] = x[outside] = x[i];
			place[outside] = place[i];
			outside += x[i] >= p->n;
		}
	}
}

uint64_t
draw_perm_at(const struct draw_perm *p, uint64_t i)
{
	uint64_t element = UINT64_MAX;

	if (i < p->n)
		draw_perm_run(p, i, 1, &element);
	return element;
}
