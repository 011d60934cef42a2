/* SPDX-License-Identifier: MIT */

/*
 * From decimal to binary: a short mantissa and a small power of ten are both
 * doubles, and one operation rounds once (W. D. Clinger, "How to read
 * floating point numbers accurately", PLDI 1990).  Otherwise the mantissa
 * times the first 128 bits of the power of ten has 64 bits to spare (after D.
 * Lemire, "Number parsing at a gigabyte per second", Software: Practice and
 * Experience 51, 2021), and where even these leave the rounding open, whole
 * numbers of any size settle it.
 *
 * From binary to decimal: R. Giulietti, "The Schubfach way to render
 * doubles", 2020.  Take the largest power of ten that is not above the width
 * of the interval of the reals that round to x.  At least one of its multiples
 * lies in the interval, the nearest to x among them, and at most one multiple
 * of the next power, which is shorter.
 */

#include <float.h>
#include <math.h>
#include <string.h>

#include "common/bits.h"
#include "common/decimal.h"

enum {
	/* With smaller powers of ten nothing reaches the smallest double,
	 * with larger ones nothing stays below infinity. */
	POWER_MIN = -342,
	POWER_MAX = 308,

	MANTISSA_BITS = 52,
	BIASED_MAX = 0x7ff,
	/* A finite double is a whole mantissa times 2^n with n from: */
	BINARY_MIN = -1074,
	BINARY_MAX = 971,

	/* Powers of ten are the product of 10^(STEP i) and 10^j, j < STEP. */
	STEP = 28,
	FIRST_STEP = -13
};

#define HIDDEN ((uint64_t)1 << MANTISSA_BITS)
#define INFINITE ((uint64_t)BIASED_MAX << MANTISSA_BITS)

/* A 128-bit number. */
struct wide {
	uint64_t high, low;
};

/*
 * The first 192 bits of 10^(STEP (FIRST_STEP + i)): the floor of that number
 * scaled by the power of two that brings it into [2^191, 2^192).
 */
static const uint64_t coarse[][3] = {
    {0xe1afa13afbd14d6d, 0x82189c09a3a1ec21, 0x7a43516213c7e04c},
    {0xe3e27a444d8d98b7, 0xfd1b1b2308169b25, 0x363b1f2c568dc3e2},
    {0xe61acf033d1a45df, 0x6fb92487298e33bd, 0xadd7728c20b99bd1},
    {0xe858ad248f5c22c9, 0xd1b3400f8f9cff68, 0xf910f9f648232f14},
    {0xea9c227723ee8bcb, 0x465e15a979c1cadc, 0x0a0ce827eac11f2d},
    {0xece53cec4a314ebd, 0xa4f8bf5635246428, 0x4609ac5c7899ca36},
    {0xef340a98172aace4, 0x86fb897116c87c34, 0x9c39c1da4c49278d},
    {0xf18899b1bc3f8ca1, 0xdc44e6c3cb279ac1, 0xf80f36174730ca34},
    {0xf3e2f893dec3f126, 0x5a89dba3c3efccfa, 0xd8ecb58659be9c90},
    {0xf64335bcf065d37d, 0x4d4617b5ff4a16d5, 0xaa09501d5954a559},
    {0xf8a95fcf88747d94, 0x75a44c6397ce912a, 0x33cca6c06b07b74d},
    {0xfb158592be068d2e, 0xeed6e2f0f0d56712, 0xac2e4f162cfad40a},
    {0xfd87b5f28300ca0d, 0x8bca9d6e188853fc, 0x76dcb60081ce0fa5},
    {0x8000000000000000, 0x0000000000000000, 0x0000000000000000},
    {0x813f3978f8940984, 0x4000000000000000, 0x0000000000000000},
    {0x82818f1281ed449f, 0xbff8f10e7a8921a4, 0x2000000000000000},
    {0x83c7088e1aab65db, 0x792667c6da79e0fa, 0x0861d3ee22d1cc53},
    {0x850fadc09923329e, 0x03e2cf6bc604ddb0, 0x74a7ef0198791097},
    {0x865b86925b9bc5c2, 0x0b8a2392ba45a9b2, 0x5c6658d409fb8bf7},
    {0x87aa9aff79042286, 0x90fb44d2f05d0842, 0xfb118fc9c217a1d2},
    {0x88fcf317f22241e2, 0x441fece3bdf81f03, 0x12f274928400100d},
    {0x8a5296ffe33cc92f, 0x82bd6b70d99aaa6f, 0xbc10c5c5cda97c8d},
    {0x8bab8eefb6409c1a, 0x1ad089b6c2f7548e, 0x25c7b885ba466e37},
    {0x8d07e33455637eb2, 0xdb0b487b6423e1e8, 0x7ec63730f500b406},
    {0x8e679c2f5e44ff8f, 0x570f09eaa7ea7648, 0x5961db50c6d2b886},
};

/* 10^j times the power of two that brings it into [2^63, 2^64), exactly. */
static const uint64_t fine[STEP] = {0x8000000000000000, 0xa000000000000000,
    0xc800000000000000, 0xfa00000000000000, 0x9c40000000000000,
    0xc350000000000000, 0xf424000000000000, 0x9896800000000000,
    0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000,
    0xba43b74000000000, 0xe8d4a51000000000, 0x9184e72a00000000,
    0xb5e620f480000000, 0xe35fa931a0000000, 0x8e1bc9bf04000000,
    0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000,
    0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000,
    0xa968163f0a57b400, 0xd3c21bcecceda100, 0x84595161401484a0,
    0xa56fa5b99019a5c8, 0xcecb8f27f4200f3a};

static inline struct wide
multiply(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 u128;
	u128 product = (u128)a * b;

	return (struct wide){(uint64_t)(product >> 64), (uint64_t)product};
#else
	uint64_t a1 = a >> 32, a0 = (uint32_t)a;
	uint64_t b1 = b >> 32, b0 = (uint32_t)b;
	uint64_t low = a0 * b0;
	uint64_t mid = a1 * b0 + (low >> 32);
	uint64_t mid2 = a0 * b1 + (uint32_t)mid;

	return (struct wide){
	    a1 * b1 + (mid >> 32) + (mid2 >> 32), mid2 << 32 | (uint32_t)low};
#endif
}

static inline struct wide
add(struct wide a, uint64_t b)
{
	a.low += b;
	a.high += a.low < b;
	return a;
}

/* The upper word of a:b after a shift to the left by n < 64. */
static inline uint64_t
move_up(uint64_t a, uint64_t b, int n)
{
	return a << n | b >> 1 >> (63 - n);
}

/* The floor of a / 2^n, where >> of a negative number is not portable. */
static inline int
shift_down(int a, int n)
{
	return a >= 0 ? a >> n : ~(~a >> n);
}

/* floor(log2(10^k)) for |k| <= 350; the factor is 2^16 log2(10). */
static inline int
log2_power(int k)
{
	return shift_down(k * 217706, 16);
}

/* floor(log10(2^q)), or of 3/4 2^q, for |q| <= 1100; the factors are 2^22
 * log10(2) and 2^22 log10(4/3). */
static inline int
log10_power(int q, bool three_quarters)
{
	return shift_down(q * 1262611 - (three_quarters ? 524031 : 0), 22);
}

/*
 * The first 128 bits of 10^k: 10^k is in [p, p + 1) 2^(log2_power(k) - 127),
 * with p in [2^127, 2^128).
 */
static inline struct wide
power(int k)
{
	unsigned i = (unsigned)(k - FIRST_STEP * STEP);
	const uint64_t *c = coarse[i / STEP];
	uint64_t f = fine[i % STEP];
	struct wide top = multiply(c[0], f), mid = multiply(c[1], f);
	int shift;

	mid = add(mid, multiply(c[2], f).high);
	top = add(top, mid.high);
	shift = (int)(top.high >> 63 ^ 1);
	return (struct wide){move_up(top.high, top.low, shift),
	    move_up(top.low, mid.low, shift)};
}

/*
 * A whole number of any size that this file needs.  In a comparison of
 * digits * 10^e with m * 2^f, the digits have at most 2658 bits; m < 2^54 and
 * e >= -1142, so that 5^-e m has 2706; and as the two sides differ by less
 * than 64 bits, neither has 3072 when the powers of two have been put in.
 */
enum { BIG_LIMBS = 96 };

struct big {
	int n;                    /* limbs in use, the last one not zero */
	uint32_t limb[BIG_LIMBS]; /* the lowest first */
};

static void
big_multiply(struct big *b, uint32_t factor, uint32_t carry)
{
	uint64_t sum = carry;

	for (int i = 0; i < b->n; i++) {
		sum += (uint64_t)b->limb[i] * factor;
		b->limb[i] = (uint32_t)sum;
		sum >>= 32;
	}
	if (sum != 0)
		b->limb[b->n++] = (uint32_t)sum;
}

static void
big_power_of_five(struct big *b, int exponent)
{
	for (; exponent >= 13; exponent -= 13)
		big_multiply(b, 1220703125, 0);
	for (; exponent > 0; exponent--)
		big_multiply(b, 5, 0);
}

static void
big_shift(struct big *b, int bits)
{
	int limbs = bits / 32;

	memmove(b->limb + limbs, b->limb, (size_t)b->n * sizeof b->limb[0]);
	memset(b->limb, 0, (size_t)limbs * sizeof b->limb[0]);
	b->n += limbs;
	big_multiply(b, (uint32_t)1 << bits % 32, 0);
}

static int
big_compare(const struct big *a, const struct big *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (int i = a->n - 1; i >= 0; i--)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

static struct big
big_of(uint64_t x)
{
	struct big b = {.n = 2, .limb = {(uint32_t)x, (uint32_t)(x >> 32)}};

	while (b.n > 0 && b.limb[b.n - 1] == 0)
		b.n--;
	return b;
}

/*
 * The order of digits * 10^exponent and of the middle between the double with
 * these bits and the next one.  The one after the largest counts as 2^1024.
 */
static int
compare_middle(const struct big *digits, int exponent, uint64_t bits)
{
	int biased = (int)(bits >> MANTISSA_BITS);
	uint64_t mantissa = bits & (HIDDEN - 1);
	int binary = BINARY_MIN - 1 + (biased > 0 ? biased - 1 : 0);
	struct big left = *digits, right;

	if (biased > 0)
		mantissa |= HIDDEN;
	right = big_of(2 * mantissa + 1);
	if (exponent >= 0)
		big_power_of_five(&left, exponent);
	else
		big_power_of_five(&right, -exponent);
	if (exponent >= binary)
		big_shift(&left, exponent - binary);
	else
		big_shift(&right, binary - exponent);
	return big_compare(&left, &right);
}

/* The nearest double, from the bits of a double that is at most a few off. */
static double
settle(const struct big *digits, int exponent, uint64_t bits)
{
	uint64_t odd;
	int order;

	for (; bits < INFINITE; bits++) {
		odd = bits & 1;
		order = compare_middle(digits, exponent, bits);
		if (order < 0 || (order == 0 && !odd))
			break;
	}
	for (; bits > 0; bits--) {
		odd = bits & 1;
		order = compare_middle(digits, exponent, bits - 1);
		if (order > 0 || (order == 0 && !odd))
			break;
	}
	return bits_double(bits);
}

/*
 * The nearest double to mantissa * 10^exponent, by the first bits of both.
 * The true value is less than two units of the product's second word above
 * it.  That decides, unless so little could carry into the first word or tell
 * a half from more than a half.
 */
static double
scale(uint64_t mantissa, int exponent)
{
	int zeros = __builtin_clzll(mantissa);
	int binary = log2_power(exponent) + 1 - zeros, unit, drop, shift;
	uint64_t m = mantissa << zeros, half, rest, bits;
	struct wide p = power(exponent), product = multiply(m, p.high);

	product = add(product, multiply(m, p.low).high);
	shift = (int)(product.high >> 63 ^ 1);
	product.high = move_up(product.high, product.low, shift);
	product.low <<= shift;
	binary -= shift;
	/* The value is product.high * 2^binary; the result counts 2^unit. */
	unit = binary + 63 - MANTISSA_BITS;
	if (unit > BINARY_MAX)
		return INFINITY;
	if (unit < BINARY_MIN)
		unit = BINARY_MIN;
	drop = unit - binary;
	if (drop > 64) {
		product.high = 0;
		drop = 64;
	}
	half = (uint64_t)1 << (drop - 1);
	rest = product.high & (2 * half - 1);
	bits = drop < 64 ? product.high >> drop : 0;
	/* The first of 53 bits adds one to the exponent, as a carry does. */
	bits += (uint64_t)(unit - BINARY_MIN) << MANTISSA_BITS;
	bits += rest >= half;
	if (product.low >= UINT64_MAX - 4 ||
	    (rest == half && product.low == 0)) {
		struct big digits = big_of(mantissa);
		return settle(&digits, exponent, bits);
	}
	return bits_double(bits);
}

double
decimal_double(struct decimal d)
{
	static const double ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
	    1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
	    1e20, 1e21, 1e22};
	double x;

	/* The x87 rounds twice. */
	if (FLT_EVAL_METHOD == 0 && d.mantissa <= 2 * HIDDEN &&
	    d.exponent >= -22 && d.exponent <= 22) {
		x = (double)d.mantissa;
		x = d.exponent < 0 ? x / ten[-d.exponent] : x * ten[d.exponent];
	} else if (d.mantissa == 0 || d.exponent < POWER_MIN) {
		x = 0;
	} else if (d.exponent > POWER_MAX) {
		x = INFINITY;
	} else {
		x = scale(d.mantissa, d.exponent);
	}
	return d.negative ? -x : x;
}

/* settle() for digits that a mantissa cannot hold. */
static double
settle_digits(const char *digits, size_t n, int exponent, double guess)
{
	struct big all = {0};

	for (size_t i = 0; i < n; i++)
		big_multiply(&all, 10, (uint32_t)(digits[i] - '0'));
	return settle(&all, exponent, bits_of(guess));
}

double
decimal_nearest(const char *digits, size_t n, int exponent)
{
	struct decimal head = {0};
	size_t i = 0;
	double x;

	while (n > 0 && *digits == '0') {
		digits++;
		n--;
	}
	if (n == 0 || exponent < POWER_MIN - (int)n)
		return 0;
	if (exponent > POWER_MAX)
		return INFINITY;
	for (; i < n && i < 19; i++)
		head.mantissa =
		    head.mantissa * 10 + (uint64_t)(digits[i] - '0');
	head.exponent = exponent + (int)(n - i);
	x = decimal_double(head);
	if (i == n)
		return x;
	/* The number is between the head and the next one. */
	head.mantissa++;
	if (x == decimal_double(head))
		return x;
	return settle_digits(digits, n, exponent, x);
}

/* Negative, zero or positive as |a| is below, at or above |b|. */
static int
compare_size(struct decimal a, struct decimal b)
{
	int shift = a.exponent - b.exponent;
	uint64_t units = b.mantissa; /* of |b| in units of a */
	bool rest = false;

	if (shift < 0)
		return -compare_size(b, a);
	for (; shift > 0 && units > 0; shift--) {
		rest |= units % 10 != 0;
		units /= 10;
	}
	if (a.mantissa != units)
		return a.mantissa > units ? 1 : -1;
	return rest ? -1 : 0;
}

bool
decimal_less(struct decimal a, struct decimal b)
{
	if (a.negative != b.negative)
		return a.negative;
	return a.negative ? compare_size(b, a) < 0 : compare_size(a, b) < 0;
}

struct decimal
decimal_reduce(struct decimal d)
{
	if (d.mantissa == 0)
		return (struct decimal){0};
	if (d.mantissa % 10 != 0)
		return d;
	for (; d.mantissa % 100000000 == 0; d.exponent += 8)
		d.mantissa /= 100000000;
	if (d.mantissa % 10000 == 0) {
		d.mantissa /= 10000;
		d.exponent += 4;
	}
	for (; d.mantissa % 10 == 0; d.exponent++)
		d.mantissa /= 10;
	return d;
}

/*
 * Four times a bound, in units of the last decimal place: the floor of
 * n p / 2^128, with the last bit set as well where that is not exact (so that
 * it compares with even numbers as the true value does).  p is the power plus
 * one unit, hence the product too large by up to n units of 2^-128.  A true
 * value that is not whole is more than 2^-66 from whole numbers for every
 * mantissa and exponent of a double (tests/unit/decimal.c has the proof), and
 * n < 2^59: the excess cannot reach a whole number, or pass for that distance.
 */
static inline uint64_t
round_to_odd(struct wide p, uint64_t n)
{
	struct wide low = multiply(n, p.low);
	struct wide product = add(multiply(n, p.high), low.high);
	bool exact = product.low == 0 && low.low <= n;

	return product.high | !exact;
}

/*
 * The shortest decimal for c * 2^q.  Its interval reaches half a unit of c to
 * either side, but a quarter only to the lower one where the exponent changes;
 * it includes its ends if c is even.
 */
static struct decimal
shortest(uint64_t c, int q, bool changes)
{
	int k = log10_power(q, changes);
	int shift = q + log2_power(-k) + 1;
	struct wide p = add(power(-k), 1);
	uint64_t value = round_to_odd(p, 4 * c << shift);
	uint64_t low = round_to_odd(p, (4 * c - 2 + changes) << shift);
	uint64_t high = round_to_odd(p, (4 * c + 2) << shift);
	uint64_t units = value / 4, tens = units / 10;
	bool below, above;

	low += c & 1;
	high -= c & 1;
	if (tens > 0) {
		below = low <= 40 * tens;
		above = 40 * tens + 40 <= high;
		if (below != above)
			return (struct decimal){tens + above, k + 1, false};
	}
	below = low <= 4 * units;
	above = 4 * units + 4 <= high;
	if (below == above)
		above = value > 4 * units + 2 - (units & 1);
	return (struct decimal){units + above, k, false};
}

struct decimal
decimal_shortest(double x)
{
	uint64_t bits = bits_of(x), fraction;
	int biased;
	struct decimal d;

	fraction = bits & (HIDDEN - 1);
	biased = (int)(bits >> MANTISSA_BITS & BIASED_MAX);
	if (biased > 0)
		d = shortest(fraction | HIDDEN, BINARY_MIN + biased - 1,
		    fraction == 0 && biased > 1);
	else if (fraction > 0)
		d = shortest(fraction, BINARY_MIN, false);
	else
		return (struct decimal){0};
	d = decimal_reduce(d);
	d.negative = bits >> 63;
	return d;
}
