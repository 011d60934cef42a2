/* SPDX-License-Identifier: MIT */
/*
 * A sum is a whole number times a power of ten, for numbers come as decimals
 * with few digits.  Mostly 64 bits hold the whole number.  Else they are the
 * number of a large sum, which has 128 bits, and what does not fit there,
 * numbers apart by some 38 digits, is a wide one.
 */
#include "common/total.h"

#include "common/whole.h"
#include "common/xalloc.h"

struct total_large {
	whole_int whole;
	int32_t exponent;
	uint32_t wide; /* its number from 1; 0 if it is not wide */
};

/* As the exponent: the whole is the number of a large sum. */
#define LARGE INT16_MIN

/* The number in full, whatever its size. */
static struct total_large
unpack(const struct totals *all, struct total t)
{
	if (t.exponent == LARGE)
		return all->large[t.whole];
	return (struct total_large){.whole = t.whole, .exponent = t.exponent};
}

/* Add the number to a sum that is not wide; false if it would have to be. */
static bool
add(struct total_large *sum, struct decimal d)
{
	whole_int a = sum->whole, b = (whole_int)d.mantissa;
	int exponent = d.exponent;

	if (a != 0 && sum->exponent < exponent)
		exponent = sum->exponent;
	if (whole_abs(a) > (whole_size)WHOLE_MAX || d.mantissa >> 60 != 0 ||
	    (a != 0 && !whole_scale(&a, sum->exponent - exponent)) ||
	    !whole_scale(&b, d.exponent - exponent))
		return false;
	sum->whole = d.negative ? a - b : a + b;
	sum->exponent = exponent;
	return true;
}

static struct exact
exact_of(const struct totals *all, const struct total_large *sum)
{
	struct exact x = {.low = 0};
	whole_size size = whole_abs(sum->whole);
	/* Two shifts, for one by all the bits of a type is undefined. */
	uint64_t words[2] = {(uint64_t)size, (uint64_t)(size >> 32 >> 32)};

	if (sum->wide > 0)
		return all->wide[sum->wide - 1];
	exact_add_words(&x, words, 2, sum->exponent, sum->whole < 0);
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

/* In as little as it takes, but a sum that was large stays so. */
static struct total
pack(struct totals *all, struct total t, const struct total_large *sum)
{
	if (t.exponent != LARGE && sum->wide == 0 &&
	    sum->whole == (int64_t)sum->whole)
		return (struct total){
		    (int64_t)sum->whole, (int16_t)sum->exponent};
	if (t.exponent != LARGE) {
		all->large = xgrow(all->large, &all->large_room,
		    all->n_large + 1, sizeof(*all->large));
		t = (struct total){(int64_t)all->n_large++, LARGE};
	}
	all->large[t.whole] = *sum;
	return t;
}

struct total
total_add(struct totals *all, struct total t, struct decimal d)
{
	struct total_large sum = unpack(all, t);

	if (sum.wide > 0 || !add(&sum, d)) {
		widen(all, &sum);
		exact_add(&all->wide[sum.wide - 1], d);
	}
	return pack(all, t, &sum);
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
	struct total_large sum = unpack(all, t);
	whole_size size = whole_abs(sum.whole);

	if (sum.wide > 0 || size > INT64_MAX ||
	    sum.exponent > DECIMAL_EXPONENT_MAX - 20)
		return false;
	*d = (struct decimal){
	    (uint64_t)size, size != 0 ? sum.exponent : 0, sum.whole < 0};
	return true;
}

void
total_clear(struct totals *all)
{
	all->n_large = all->n_wide = 0;
}
