/* SPDX-License-Identifier: MIT */
/*
 * A quotient is one of sums of two doubles, known to 2^-95, which decides the
 * rounding unless the error reaches beyond it (after Ziv, Fast evaluation of
 * elementary mathematical functions with correctly rounded last bit, ACM TOMS
 * 17, 1991).
 */
#include "common/whole.h"

#include "common/bits.h"
#include "common/dd.h"
#include "common/swar.h"

/* A chunk of so many digits is less than a half by a factor of 30. */
enum { CHUNK = WHOLE_HALF / 4 };

/* 10^k is a product of two doubles for k up to twice as much. */
enum { TEN_MAX = 22 };

static const double ten[TEN_MAX + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22};

static const uint64_t power_of_ten[] = {1, 10, 100, 1000, 10000, 100000,
    1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
    1000000000000, 10000000000000, 100000000000000, 1000000000000000,
    10000000000000000};

/* Multiply by 10^n, n <= CHUNK; false if three halves do not hold it. */
static inline bool
times_ten(struct whole_pair *x, int n)
{
	*x = whole_times(*x, (whole_half)power_of_ten[n]);
	return x->high >> WHOLE_HALF == 0;
}

bool
whole_scale_pair(struct whole_pair *x, int places)
{
	struct whole_pair y = *x;

	for (; places > 0 && (y.low | y.high) != 0; places -= CHUNK)
		if (!times_ten(&y, places < CHUNK ? places : CHUNK))
			return false;
	*x = y;
	return true;
}

bool
whole_scale(whole_int *x, int places)
{
	struct whole_pair y = {whole_abs(*x), 0};

	/* A half times less than a half is no more than WHOLE_MAX. */
	if (places <= CHUNK && y.low >> WHOLE_HALF == 0)
		y.low *= power_of_ten[places];
	else if (!whole_scale_pair(&y, places) || y.high != 0 ||
		 y.low > (whole_size)WHOLE_MAX)
		return false;
	*x = *x < 0 ? -(whole_int)y.low : (whole_int)y.low;
	return true;
}

/* Up to a chunk of digits, and their number. */
static inline int
read_chunk(const char *p, const char *end, uint64_t *value)
{
	const char *start = p;
	uint64_t eight;

	*value = 0;
	if (end - p > CHUNK)
		end = p + CHUNK;
	for (; end - p >= 8 && swar_digits(swar_load(p), &eight); p += 8)
		*value = *value * 100000000 + eight;
	for (; p < end && '0' <= *p && *p <= '9'; p++)
		*value = *value * 10 + (uint64_t)(*p - '0');
	return (int)(p - start);
}

/* Go on with the digits at p; the end of them, or NULL if there is none or
 * they are too many. */
static const char *
read_digits(const char *p, const char *end, struct whole_pair *x)
{
	const char *start = p;
	struct whole_pair y = *x;
	uint64_t value;
	int n;

	do {
		n = read_chunk(p, end, &value);
		if (!times_ten(&y, n))
			return NULL;
		y = whole_add(y, (struct whole_pair){value, 0});
		p += n;
	} while (n == CHUNK && p < end);
	*x = y;
	return p > start ? p : NULL;
}

bool
whole_parse(
    struct str text, bool *negative, struct whole_pair *size, int *exponent)
{
	const char *p = text.p, *end = p + text.n, *point;

	*negative = text.n > 0 && *p == '-';
	*size = (struct whole_pair){0, 0};
	*exponent = 0;
	p = read_digits(p + *negative, end, size);
	if (p != NULL && p < end && *p == '.') {
		point = p;
		p = read_digits(p + 1, end, size);
		*exponent = (int)(point + 1 - end);
	}
	return p != NULL && p == end;
}

/* 2^n, of a double's range. */
static double
power_of_two(int n)
{
	return bits_double((uint64_t)(n + 1023) << 52);
}

/* What is not negative, but for a relative error below 2^-104: the first 53
 * bits and the next 63, whose last one stands for 2^unit. */
static struct dd
pair_dd(struct whole_pair x)
{
	const int size = 2 * WHOLE_HALF;
	int unit = 2 * size - 116, zeros;
	uint64_t first, second;

	if (x.high == 0) {
		x.high = x.low;
		x.low = 0;
		unit -= size;
	}
	if (x.high == 0)
		return dd_of(0);
	first = (uint64_t)(x.high >> (size - 64));
	zeros = first != 0 ? __builtin_clzll(first)
			   : 64 + __builtin_clzll((uint64_t)x.high);
	x.high = x.high << zeros | x.low >> 1 >> (size - 1 - zeros);
	x.low <<= zeros;
	unit -= zeros;
	first = (uint64_t)(x.high >> (size - 64));
	second = (uint64_t)(size > 64 ? x.high : x.low);
	return dd_sum_ordered(
	    (double)(int64_t)(first >> 11) * power_of_two(unit + 63),
	    (double)(int64_t)((first & 0x7ff) << 52 | second >> 12) *
		power_of_two(unit));
}

static struct dd
ten_dd(int k)
{
	int first = k < TEN_MAX ? k : TEN_MAX;

	return dd_product(ten[first], ten[k - first]);
}

/*
 * As two doubles x has a relative error below 2^-104, and the three operations
 * at most add less than 2^-100 each; the rest of what is allowed for is for the
 * last line's own sums.
 */
bool
whole_ratio(
    struct whole_pair x, int exponent, uint64_t a, uint64_t b, double *y)
{
	struct dd by = dd_product((double)a, (double)b), quotient;
	bool negative = whole_is_negative(x);
	double error;

	if (exponent < -2 * TEN_MAX || exponent > 2 * TEN_MAX)
		return false;
	quotient = pair_dd(negative ? whole_negate(x) : x);
	if (exponent > 0)
		quotient = dd_mul(quotient, ten_dd(exponent));
	if (exponent < 0)
		by = dd_mul(by, ten_dd(-exponent));
	quotient = dd_div(quotient, by);
	error = 0x1p-95 * quotient.hi;
	*y = negative ? -quotient.hi : quotient.hi;
	return quotient.hi + (quotient.lo - error) == quotient.hi &&
	       quotient.hi + (quotient.lo + error) == quotient.hi;
}
