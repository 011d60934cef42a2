/* SPDX-License-Identifier: MIT */
#include "common/total.h"

#include <string.h>

#include "common/xalloc.h"

/* Within this limit two numbers can be added without a thought. */
#define LIMIT ((total_whole)1 << (8 * sizeof(total_whole) - 3))

/*
 * The sums that do not fit, which few do: with 128 bits only those of numbers
 * that are apart by some 38 digits.
 */
static struct exact *wide_sums;
static size_t n_wide, wide_room;

static total_whole
get_whole(const struct total *t)
{
	total_whole w;

	memcpy(&w, t->whole, sizeof(w));
	return w;
}

struct exact
total_exact(const struct total *t)
{
	struct exact x = {.low = 0};
	total_whole w = get_whole(t), size = w < 0 ? -w : w;
	/* Two shifts, for one by all the bits of a type is undefined. */
	uint64_t words[2] = {(uint64_t)size, (uint64_t)(size >> 32 >> 32)};

	if (t->wide > 0)
		return wide_sums[t->wide - 1];
	exact_add_words(&x, words, 2, t->exponent, w < 0);
	return x;
}

static void
widen(struct total *t)
{
	struct exact x = total_exact(t);

	if (t->wide > 0)
		return;
	wide_sums =
	    xgrow(wide_sums, &wide_room, n_wide + 1, sizeof(*wide_sums));
	wide_sums[n_wide++] = x;
	t->wide = (uint32_t)n_wide;
}

static bool
in_limit(total_whole w)
{
	return -LIMIT <= w && w <= LIMIT;
}

/* Multiply a number within the limit by 10^k; false if that passes it. */
static bool
scale(total_whole *w, int k)
{
	for (; k > 0 && *w != 0; k--) {
		if (*w > LIMIT / 10 || *w < -(LIMIT / 10))
			return false;
		*w *= 10;
	}
	return true;
}

void
total_add(struct total *t, struct decimal d)
{
	total_whole a = get_whole(t), b = (total_whole)d.mantissa;
	int exponent = d.exponent;

	if (a != 0 && t->exponent < exponent)
		exponent = t->exponent;
	if (t->wide > 0 || !in_limit(a) || d.mantissa >> 60 != 0 ||
	    !scale(&a, t->exponent - exponent) ||
	    !scale(&b, d.exponent - exponent)) {
		widen(t);
		exact_add(&wide_sums[t->wide - 1], d);
		return;
	}
	a = d.negative ? a - b : a + b;
	t->exponent = exponent;
	memcpy(t->whole, &a, sizeof(a));
}

bool
total_decimal(const struct total *t, struct decimal *d)
{
	const total_whole most = (total_whole)INT64_MAX;
	total_whole w = get_whole(t);

	if (t->wide > 0 || w < -most || w > most ||
	    t->exponent > DECIMAL_EXPONENT_MAX - 20)
		return false;
	*d = (struct decimal){
	    (uint64_t)(w < 0 ? -w : w), w != 0 ? t->exponent : 0, w < 0};
	return true;
}
