/* SPDX-License-Identifier: MIT */
/*
 * A sum is a whole number times a power of ten, for numbers come as decimals
 * with few digits.  Mostly 64 bits hold the whole number.  Else they are the
 * number of a large sum, which has 128 bits, and what does not fit there,
 * numbers apart by some 38 digits, is a wide one.
 */
#include "common/total.h"

#include "common/xalloc.h"

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 whole;
#else
typedef int64_t whole;
#endif

struct total_large {
	whole whole;
	int32_t exponent;
	uint32_t wide; /* its number from 1; 0 if it is not wide */
};

/* As the exponent: the whole is the number of a large sum. */
#define LARGE INT16_MIN

/* Within these two numbers can be added without a thought. */
#define SMALL_LIMIT ((whole)1 << 61)
#define LARGE_LIMIT ((whole)1 << (8 * sizeof(whole) - 3))

/* The number in full, whatever its size. */
static struct total_large
unpack(const struct totals *all, struct total t)
{
	if (t.exponent == LARGE)
		return all->large[t.whole];
	return (struct total_large){.whole = t.whole, .exponent = t.exponent};
}

/* Multiply a number within the limit by 10^k; false if that passes it. */
static bool
scale(whole *w, int k, whole limit)
{
	for (; k > 0 && *w != 0; k--) {
		if (*w > limit / 10 || *w < -(limit / 10))
			return false;
		*w *= 10;
	}
	return true;
}

/* Add the number to a sum within the limit; false if that passes it. */
static bool
add_within(struct total_large *sum, struct decimal d, whole limit)
{
	whole a = sum->whole, b = (whole)d.mantissa;
	int exponent = d.exponent;

	if (a != 0 && sum->exponent < exponent)
		exponent = sum->exponent;
	if (a < -limit || a > limit || d.mantissa >> 60 != 0 || b > limit ||
	    !scale(&a, sum->exponent - exponent, limit) ||
	    !scale(&b, d.exponent - exponent, limit))
		return false;
	sum->whole = d.negative ? a - b : a + b;
	sum->exponent = exponent;
	return true;
}

static struct exact
exact_of(const struct totals *all, const struct total_large *sum)
{
	struct exact x = {.low = 0};
	whole w = sum->whole, size = w < 0 ? -w : w;
	/* Two shifts, for one by all the bits of a type is undefined. */
	uint64_t words[2] = {(uint64_t)size, (uint64_t)(size >> 32 >> 32)};

	if (sum->wide > 0)
		return all->wide[sum->wide - 1];
	exact_add_words(&x, words, 2, sum->exponent, w < 0);
	return x;
}

static void
widen(struct totals *all, struct total_large *sum)
{
	struct exact x = exact_of(all, sum);

	if (sum->wide > 0)
		return;
	all->wide = xgrow(
	    all->wide, &all->wide_room, all->n_wide + 1, sizeof(*all->wide));
	all->wide[all->n_wide++] = x;
	sum->wide = (uint32_t)all->n_wide;
}

static struct total
add_large(struct totals *all, struct total t, struct decimal d)
{
	struct total_large sum = unpack(all, t);

	if (t.exponent != LARGE) {
		all->large = xgrow(all->large, &all->large_room,
		    all->n_large + 1, sizeof(*all->large));
		t = (struct total){(int64_t)all->n_large++, LARGE};
	}
	if (sum.wide > 0 || !add_within(&sum, d, LARGE_LIMIT)) {
		widen(all, &sum);
		exact_add(&all->wide[sum.wide - 1], d);
	}
	all->large[t.whole] = sum;
	return t;
}

struct total
total_add(struct totals *all, struct total t, struct decimal d)
{
	struct total_large sum;

	if (t.exponent == LARGE)
		return add_large(all, t, d);
	sum = unpack(all, t);
	if (!add_within(&sum, d, SMALL_LIMIT))
		return add_large(all, t, d);
	return (struct total){(int64_t)sum.whole, (int16_t)sum.exponent};
}

struct exact
total_exact(const struct totals *all, struct total t)
{
	struct total_large sum = unpack(all, t);

	return exact_of(all, &sum);
}

bool
total_decimal(const struct totals *all, struct total t, struct decimal *d)
{
	const whole most = (whole)INT64_MAX;
	struct total_large sum = unpack(all, t);
	whole w = sum.whole;

	if (sum.wide > 0 || w < -most || w > most ||
	    sum.exponent > DECIMAL_EXPONENT_MAX - 20)
		return false;
	*d = (struct decimal){
	    (uint64_t)(w < 0 ? -w : w), w != 0 ? sum.exponent : 0, w < 0};
	return true;
}

void
total_clear(struct totals *all)
{
	all->n_large = all->n_wide = 0;
}
