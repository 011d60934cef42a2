/* SPDX-License-Identifier: MIT */

/*
 * The sum and the sum of squares are kept as exact decimals; n sum2 - sum^2
 * is formed without rounding, so a mean far above the deviation costs no
 * digits, and one division rounds.
 *
 * Numbers of one column share few exponents.  So each exponent gathers plain
 * integers in a bin of its own, picked by its last bits, which goes into the
 * wide sums when another exponent wants the place.  A bin cannot overflow:
 * 2^53 numbers below 2^63 make sums below 2^116 and squares below 2^179.
 *
 * A number takes 5 ns so (gcc 12 -O2, Zen 4, 2.6 GHz), a zero 2; one of 17
 * digits 5 to 9 ns where these are of one or two magnitudes, and 190 where no
 * two exponents agree.  Without bins it would be 40 to 110.
 */

#include <math.h>

#include "common/moments.h"

/* The tag of an exponent is TAG more: never 0, which marks an empty bin. */
enum { TAG = 1 + EXACT_ADD_PLACES };

/* Negative, zero or positive as |a| is below, at or above |b|. */
static int
compare_size(struct decimal a, struct decimal b)
{
	int shift = a.exponent - b.exponent;
	uint64_t whole = b.mantissa; /* of |b| in units of a */
	bool rest = false;

	if (shift < 0)
		return -compare_size(b, a);
	for (; shift > 0 && whole > 0; shift--) {
		rest |= whole % 10 != 0;
		whole /= 10;
	}
	if (a.mantissa != whole)
		return a.mantissa > whole ? 1 : -1;
	return rest ? -1 : 0;
}

static bool
less(struct decimal a, struct decimal b)
{
	if (a.negative != b.negative)
		return a.negative;
	return a.negative ? compare_size(b, a) < 0 : compare_size(a, b) < 0;
}

static void
widen(struct moments_range *range, struct decimal d)
{
	if (!range->any || less(d, range->min))
		range->min = d;
	if (!range->any || less(range->max, d))
		range->max = d;
	range->any = true;
}

static int
bin_exponent(const struct moments_bin *bin)
{
	return bin->tag - TAG;
}

static struct decimal
bin_decimal(const struct moments_bin *bin, int64_t n)
{
	uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;

	return (struct decimal){size, bin_exponent(bin), n < 0};
}

static void
widen_by_bin(struct moments_range *range, const struct moments_bin *bin)
{
	widen(range, bin_decimal(bin, bin->min));
	widen(range, bin_decimal(bin, bin->max));
}

static void
add_bin_sum(struct exact *sum, const struct moments_bin *bin)
{
	uint64_t size[2] = {bin->sum[0], bin->sum[1]};
	bool negative = size[1] >> 63;

	if (negative) {
		size[0] = -size[0];
		size[1] = ~size[1] + (size[0] == 0);
	}
	exact_add_words(sum, size, 2, bin_exponent(bin), negative);
}

static void
add_bin_squares(struct exact *squares, const struct moments_bin *bin)
{
	exact_add_words(squares, bin->squares, 3, 2 * bin_exponent(bin), false);
}

static void
add_bin(struct moments *m, const struct moments_bin *bin)
{
	if (bin->tag == 0)
		return;
	add_bin_sum(&m->sum, bin);
	add_bin_squares(&m->squares, bin);
	widen_by_bin(&m->range, bin);
}

/* Adds x, whose absolute value is size.  The words of a sum are added with
 * their carries; x as two words has a high one of -1 if it is negative. */
static void
gather(struct moments_bin *bin, int64_t x, uint64_t size)
{
	uint64_t square[2];

	if (x < bin->min)
		bin->min = x;
	if (x > bin->max)
		bin->max = x;
	bin->sum[0] += (uint64_t)x;
	bin->sum[1] += (bin->sum[0] < (uint64_t)x) - (x < 0);
	exact_square(size, square);
	bin->squares[0] += square[0];
	square[1] += bin->squares[0] < square[0];
	bin->squares[1] += square[1];
	bin->squares[2] += bin->squares[1] < square[1];
}

void
moments_add(struct moments *m, struct decimal d)
{
	unsigned place = (unsigned)d.exponent % MOMENTS_BINS;
	struct moments_bin *bin = &m->bin[place];
	int64_t x;

	m->n++;
	if (d.mantissa == 0) {
		m->zero = true;
		return;
	}
	if (d.mantissa > INT64_MAX) {
		exact_add(&m->sum, d);
		exact_add_square(&m->squares, d);
		widen(&m->range, d);
		return;
	}
	/* No branch, as signs may come at random. */
	x = (1 - 2 * d.negative) * (int64_t)d.mantissa;
	if (bin->tag != d.exponent + TAG) {
		add_bin(m, bin);
		*bin = (struct moments_bin){
		    .tag = d.exponent + TAG, .min = x, .max = x};
	}
	gather(bin, x, d.mantissa);
}

bool
moments_merge(struct moments *into, const struct moments *from)
{
	if (from->n > MOMENTS_MAX - into->n)
		return false;
	into->n += from->n;
	into->zero |= from->zero;
	if (from->range.any) {
		widen(&into->range, from->range.min);
		widen(&into->range, from->range.max);
	}
	exact_merge(&into->sum, &from->sum);
	exact_merge(&into->squares, &from->squares);
	for (int i = 0; i < MOMENTS_BINS; i++)
		add_bin(into, &from->bin[i]);
	return true;
}

void
moments_sum(const struct moments *m, struct exact *sum)
{
	*sum = m->sum;
	for (int i = 0; i < MOMENTS_BINS; i++)
		if (m->bin[i].tag != 0)
			add_bin_sum(sum, &m->bin[i]);
}

void
moments_squares(const struct moments *m, struct exact *squares)
{
	*squares = m->squares;
	for (int i = 0; i < MOMENTS_BINS; i++)
		if (m->bin[i].tag != 0)
			add_bin_squares(squares, &m->bin[i]);
}

static struct moments_range
whole_range(const struct moments *m)
{
	struct moments_range range = m->range;

	if (m->zero)
		widen(&range, (struct decimal){0});
	for (int i = 0; i < MOMENTS_BINS; i++)
		if (m->bin[i].tag != 0)
			widen_by_bin(&range, &m->bin[i]);
	return range;
}

struct decimal
moments_min(const struct moments *m)
{
	return decimal_reduce(whole_range(m).min);
}

struct decimal
moments_max(const struct moments *m)
{
	return decimal_reduce(whole_range(m).max);
}

double
moments_mean(const struct moments *m)
{
	struct exact sum;

	if (m->n < 1)
		return NAN;
	moments_sum(m, &sum);
	return exact_ratio(&sum, m->n, 1);
}

static struct exact
exact_of(struct decimal d)
{
	struct exact x = {0};

	exact_add(&x, d);
	return x;
}

static struct exact
product(const struct exact *a, const struct exact *b)
{
	struct exact x;

	exact_multiply(&x, a, b);
	return x;
}

/* n squares - sum^2, which is n (n - 1) times the variance. */
static struct exact
spread(uint64_t n, const struct exact *sum, const struct exact *squares)
{
	struct exact count = exact_of((struct decimal){n, 0, false});
	struct exact x = product(&count, squares), y = product(sum, sum);

	exact_subtract(&x, &y);
	return x;
}

static struct exact
spread_of(const struct moments *m)
{
	struct exact sum, squares;

	moments_sum(m, &sum);
	moments_squares(m, &squares);
	return spread(m->n, &sum, &squares);
}

double
moments_variance(const struct moments *m)
{
	struct exact x;

	if (m->n < 2)
		return NAN;
	x = spread_of(m);
	return exact_ratio(&x, m->n, m->n - 1);
}

double
moments_sd(const struct moments *m)
{
	struct exact x;

	if (m->n < 2)
		return NAN;
	x = spread_of(m);
	return exact_root(&x, m->n, m->n - 1);
}

/*
 * n min <= sum <= n max, sum^2 <= n squares, and the sum of (max - x) (x -
 * min) is not below zero (Bhatia and Davis, A better bound on the variance,
 * Amer. Math. Monthly 107, 2000).  In this order: as text may say anything,
 * the first checks make sure that the products of the others fit.
 */
static bool
possible(uint64_t n, const struct exact *sum, const struct exact *squares,
    struct decimal smallest, struct decimal greatest)
{
	struct exact count = exact_of((struct decimal){n, 0, false});
	struct exact min = exact_of(smallest), max = exact_of(greatest);
	struct exact low = product(&count, &min), high = product(&count, &max);
	struct exact x, corner;

	if (exact_places(sum) > EXACT_ADD_PLACES || exact_sign(squares) < 0)
		return false;
	if (exact_compare(&low, sum) > 0 || exact_compare(sum, &high) > 0)
		return false;
	x = spread(n, sum, squares);
	if (exact_sign(&x) < 0)
		return false;
	corner = product(&low, &max);
	exact_merge(&min, &max);
	x = product(&min, sum);
	exact_subtract(&x, &corner);
	return exact_compare(squares, &x) <= 0;
}

bool
moments_restore(struct moments *m, uint64_t n, const struct exact *sum,
    const struct exact *squares, struct decimal min, struct decimal max)
{
	if (n > MOMENTS_MAX || !possible(n, sum, squares, min, max))
		return false;
	*m = (struct moments){.n = n, .sum = *sum, .squares = *squares};
	if (n > 0)
		m->range = (struct moments_range){min, max, true};
	return true;
}
