/* SPDX-License-Identifier: MIT */

/*
 * The base is a power of ten, as the numbers come from decimal text: 0.1 is a
 * whole number of units here, and the text of a sum is read off the limbs.
 * With 10^9 every step fits 64-bit integers, so all machines agree.
 *
 * Limbs have signs (Avizienis, Signed-digit number representations, 1961).
 * An addition that overflows a limb leaves it near zero, far from its next
 * carry, so carries seldom run on; and it makes subtraction no special case.
 * The top limb other than zero outweighs all below it and has the sign of
 * the whole.
 */

#include <float.h>
#include <math.h>

#include "common/exact.h"

enum {
	BASE = 1000000000,
	BASE_DIGITS = 9,
	POINT = EXACT_PLACES / BASE_DIGITS, /* the limb of the units */
	/* 10^54 > 2^64 (2^53)^2: a numerator with a limb here leaves enough
	 * digits in any quotient. */
	QUOTIENT_TOP = POINT + 6
};

_Static_assert(DECIMAL_EXPONENT_MIN >= -EXACT_ADD_PLACES &&
		   DECIMAL_EXPONENT_MAX < EXACT_ADD_WHOLE,
    "every decimal can be added");

static const uint32_t power_of_ten[BASE_DIGITS] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* Digits without sign, each in [0, BASE), 0 but for low <= i < high. */
struct digits {
	int low, high;
	uint32_t limb[EXACT_LIMBS];
};

static void
add_limb(struct exact *x, int i, int32_t value)
{
	if (x->low == x->high)
		x->low = x->high = (int16_t)i;
	if (i < x->low)
		x->low = (int16_t)i;
	for (; value != 0; i++) {
		if (i >= x->high)
			x->high = (int16_t)(i + 1);
		x->limb[i] += value;
		value = (x->limb[i] >= BASE) - (x->limb[i] <= -BASE);
		x->limb[i] -= value * BASE;
	}
}

/* Divides the number in the first n words, the lowest first, by BASE and
 * returns the rest. */
static uint32_t
divide_by_base(uint32_t word[], int n)
{
	uint64_t rest = 0;

	while (n-- > 0) {
		rest = rest << 32 | word[n];
		word[n] = (uint32_t)(rest / BASE);
		rest %= BASE;
	}
	return (uint32_t)rest;
}

void
exact_add_words(struct exact *x, const uint64_t word[], int words, int exponent,
    bool negative)
{
	int place = exponent + EXACT_PLACES;
	uint64_t scale = power_of_ten[place % BASE_DIGITS], carry = 0;
	uint32_t half[2 * EXACT_WORDS + 1];
	int i, n = 0;

	for (i = 0; i < words; i++) {
		carry += (uint32_t)word[i] * scale;
		half[n++] = (uint32_t)carry;
		carry = (carry >> 32) + (word[i] >> 32) * scale;
		half[n++] = (uint32_t)carry;
		carry >>= 32;
	}
	half[n++] = (uint32_t)carry;
	for (i = place / BASE_DIGITS;; i++) {
		int32_t limb;

		while (n > 0 && half[n - 1] == 0)
			n--;
		if (n == 0)
			break;
		limb = (int32_t)divide_by_base(half, n);
		add_limb(x, i, negative ? -limb : limb);
	}
}

void
exact_add(struct exact *x, struct decimal d)
{
	exact_add_words(x, &d.mantissa, 1, d.exponent, d.negative);
}

void
exact_add_square(struct exact *x, struct decimal d)
{
	uint64_t square[2];

	exact_square(d.mantissa, square);
	exact_add_words(x, square, 2, 2 * d.exponent, false);
}

void
exact_merge(struct exact *into, const struct exact *from)
{
	for (int i = from->low; i < from->high; i++)
		add_limb(into, i, from->limb[i]);
}

void
exact_subtract(struct exact *from, const struct exact *what)
{
	for (int i = what->low; i < what->high; i++)
		add_limb(from, i, -what->limb[i]);
}

/* Row by row.  |limb limb + carry + limb| < 10^18, so each carry is less than
 * BASE, and / and % that truncate keep it so for either sign. */
void
exact_multiply(
    struct exact *product, const struct exact *a, const struct exact *b)
{
	*product = (struct exact){0};
	if (a->low == a->high || b->low == b->high)
		return;
	product->low = (int16_t)(a->low + b->low - POINT);
	product->high = (int16_t)(a->high + b->high - POINT);
	for (int i = a->low; i < a->high; i++) {
		int64_t carry = 0;
		int k = i + b->low - POINT;

		for (int j = b->low; j < b->high; j++, k++) {
			carry += (int64_t)a->limb[i] * b->limb[j];
			carry += product->limb[k];
			product->limb[k] = (int32_t)(carry % BASE);
			carry /= BASE;
		}
		add_limb(product, k, (int32_t)carry);
	}
}

int
exact_sign(const struct exact *x)
{
	for (int i = x->high; i-- > x->low;)
		if (x->limb[i] != 0)
			return x->limb[i] > 0 ? 1 : -1;
	return 0;
}

int
exact_compare(const struct exact *a, const struct exact *b)
{
	struct exact difference = *a;

	exact_subtract(&difference, b);
	return exact_sign(&difference);
}

/* The digits of |x|, the range made tight, and empty at POINT for 0. */
static struct digits
digits_of(const struct exact *x)
{
	struct digits d = {x->low, x->high, {0}};
	int sign = exact_sign(x), borrow = 0;

	if (sign == 0)
		return (struct digits){POINT, POINT, {0}};
	for (int i = d.low; i < d.high; i++) {
		int32_t limb = sign * x->limb[i] - borrow;

		borrow = limb < 0;
		d.limb[i] = (uint32_t)(limb + borrow * BASE);
	}
	while (d.limb[d.high - 1] == 0)
		d.high--;
	while (d.limb[d.low] == 0)
		d.low++;
	return d;
}

int
exact_places(const struct exact *x)
{
	struct digits d = digits_of(x);
	int n = BASE_DIGITS * (POINT - d.low);

	if (n <= 0)
		return 0;
	for (uint32_t limb = d.limb[d.low]; limb % 10 == 0; limb /= 10)
		n--;
	return n;
}

static void
times_2_32(struct digits *d)
{
	uint64_t carry = 0;

	for (int i = d->low; i < d->high; i++) {
		carry += (uint64_t)d->limb[i] << 32;
		d->limb[i] = (uint32_t)(carry % BASE);
		carry /= BASE;
	}
	for (; carry > 0; carry /= BASE)
		d->limb[d->high++] = (uint32_t)(carry % BASE);
}

/* Divides by a divisor of up to 2^53, cutting the quotient to a whole number,
 * and says whether anything was cut off.  Three digits at a time, so that
 * 1000 times the rest stays below 2^64. */
static bool
divide(struct digits *d, uint64_t divisor)
{
	uint64_t rest = 0;
	bool cut = false;

	for (; d->low < POINT; d->low++)
		cut |= d->limb[d->low] != 0;
	for (int i = d->high; i-- > POINT;) {
		uint32_t limb = d->limb[i], quotient = 0;

		for (int n = 0; n < BASE_DIGITS; n += 3) {
			rest = rest * 1000 + limb / 1000000;
			limb = limb % 1000000 * 1000;
			quotient = quotient * 1000 + (uint32_t)(rest / divisor);
			rest %= divisor;
		}
		d->limb[i] = quotient;
	}
	while (d->high > POINT && d->limb[d->high - 1] == 0)
		d->high--;
	return cut || rest > 0;
}

static int
bit_length(uint64_t x)
{
	int n = 0;

	for (; x > 0; x >>= 1)
		n++;
	return n;
}

/*
 * |x| / (a b) = bits * 2^exponent, where 2^59 < bits < 2^61 and the last of
 * the bits is set if anything was cut off below it.  Rounding this to nearest
 * gives what rounding the quotient would (Boldo and Melquiond, Emulation of
 * a FMA and correctly rounded sums: proved algorithms using rounding to odd,
 * IEEE Trans. Comput. 57, 2008).  0 for 0.
 */
static uint64_t
odd_quotient(const struct exact *x, uint64_t a, uint64_t b, int *exponent)
{
	struct digits d = digits_of(x);
	uint64_t bits;
	bool cut;

	*exponent = -1;
	if (d.low == d.high)
		return 0;
	for (; d.high <= QUOTIENT_TOP; *exponent -= 32)
		times_2_32(&d);
	cut = divide(&d, a);
	cut |= divide(&d, b);
	while (d.high > POINT + 2) {
		int k = d.high > POINT + 3 ? 29 : bit_length(d.limb[POINT + 2]);

		cut |= divide(&d, UINT64_C(1) << k);
		*exponent += k;
	}
	bits = (uint64_t)d.limb[POINT + 1] * BASE + d.limb[POINT];
	return bits << 1 | cut;
}

double
exact_double(const struct exact *x)
{
	return exact_ratio(x, 1, 1);
}

double
exact_ratio(const struct exact *x, uint64_t a, uint64_t b)
{
	int exponent, drop;
	uint64_t bits = odd_quotient(x, a, b, &exponent), half, rest;
	double y;

	if (bits == 0)
		return 0;
	/* 53 bits, or as many as a subnormal number has. */
	drop = bit_length(bits) - DBL_MANT_DIG;
	if (drop + exponent < DBL_MIN_EXP - DBL_MANT_DIG)
		drop = DBL_MIN_EXP - DBL_MANT_DIG - exponent;
	if (drop > 62)
		return 0;
	half = UINT64_C(1) << (drop - 1);
	rest = bits & (2 * half - 1);
	bits >>= drop;
	bits += rest > half || (rest == half && bits % 2 == 1);
	y = ldexp((double)bits, exponent + drop);
	return exact_sign(x) < 0 && y > 0 ? -y : y;
}

double
exact_root(const struct exact *x, uint64_t a, uint64_t b)
{
	int exponent;
	uint64_t bits = odd_quotient(x, a, b, &exponent);

	if (exact_sign(x) < 0)
		return NAN;
	if (exponent % 2 != 0) {
		bits *= 2;
		exponent--;
	}
	return ldexp(sqrt((double)bits), exponent / 2);
}

static char *
put_digits(char *p, uint32_t limb, int n)
{
	for (int i = n; i-- > 0; limb /= 10)
		p[i] = (char)('0' + limb % 10);
	return p + n;
}

size_t
exact_format(const struct exact *x, char text[EXACT_TEXT])
{
	struct digits d = digits_of(x);
	int i = d.high > POINT ? d.high - 1 : POINT, n = 1;
	char *p = text;

	if (exact_sign(x) < 0)
		*p++ = '-';
	while (n < BASE_DIGITS && d.limb[i] >= power_of_ten[n])
		n++;
	for (; i >= POINT; i--, n = BASE_DIGITS)
		p = put_digits(p, d.limb[i], n);
	if (d.low < POINT) {
		*p++ = '.';
		for (; i >= d.low; i--)
			p = put_digits(p, d.limb[i], BASE_DIGITS);
		while (p[-1] == '0')
			p--;
	}
	*p = '\0';
	return (size_t)(p - text);
}

static size_t
count_digits(struct str text, size_t from)
{
	size_t i = from;

	while (i < text.n && text.p[i] >= '0' && text.p[i] <= '9')
		i++;
	return i - from;
}

bool
exact_parse(struct exact *x, struct str text)
{
	bool negative = text.n > 0 && text.p[0] == '-';
	size_t whole = count_digits(text, negative), end = negative + whole;
	ptrdiff_t place = (ptrdiff_t)whole;

	*x = (struct exact){0};
	if (end < text.n && text.p[end] == '.') {
		size_t places = count_digits(text, end + 1);

		end += places > 0 ? 1 + places : 0;
	}
	if (whole == 0 || end != text.n)
		return false;
	for (size_t i = negative; i < end; i++) {
		int digit = text.p[i] - '0', at;

		if (text.p[i] == '.')
			continue;
		place--;
		if (digit == 0)
			continue;
		if (place >= EXACT_PARSE_WHOLE || place < -EXACT_PARSE_PLACES)
			return false;
		at = (int)place + EXACT_PLACES;
		digit *= (int)power_of_ten[at % BASE_DIGITS];
		add_limb(x, at / BASE_DIGITS, negative ? -digit : digit);
	}
	return true;
}
