/* SPDX-License-Identifier: MIT */

/*
 * The sum and the sum of squares are kept exactly; n sum2 - sum^2 is formed
 * without rounding, so a mean far above the deviation costs no digits, and one
 * division rounds.
 *
 * All numbers of a set are whole ones in units of one power of ten, which
 * becomes smaller as numbers with more places come.  While 128 bits hold the
 * sum and 192 the squares, which is so for numbers of 17 digits within eight
 * orders of magnitude, a number takes 8 ns, or 14 if it has to be scaled (gcc
 * 12 -O2, Zen 4, 2.6 GHz).  Otherwise the set becomes wide, and a number takes
 * 70 ns.
 *
 * The division is then quick, but once in 2^40 times, or where the quotient is
 * all but halfway between two doubles, leaves the rounding in doubt.  If so,
 * and for wide sets, it is done in decimal.  Either way results are rounded
 * correctly, and do not show which it was.
 */

#include "common/moments.h"

#include <math.h>
#include <stdlib.h>

#include "common/xalloc.h"

/* Zero where there are no numbers. */
struct moments_wide {
	struct exact sum, squares;
	struct decimal min, max;
};

/* A number in units of 10^exponent, if there is a whole one. */
static bool
whole_of(struct decimal d, int exponent, whole_int *x)
{
	whole_size size = d.mantissa;

	if (size > (whole_size)WHOLE_MAX)
		return false;
	*x = (whole_int)size;
	if (d.exponent != exponent && d.mantissa != 0 &&
	    (d.exponent < exponent || !whole_scale(x, d.exponent - exponent)))
		return false;
	if (d.negative)
		*x = -*x;
	return true;
}

static struct decimal
decimal_of(whole_int x, int exponent)
{
	const uint64_t most = UINT64_C(9999999999999999999);
	whole_size size = whole_abs(x);

	/* The digits that do not fit are zeros. */
	for (; size > most; size /= 10)
		exponent++;
	return decimal_reduce(
	    (struct decimal){(uint64_t)size, exponent, x < 0});
}

static struct exact
exact_of(struct decimal d)
{
	struct exact x = {0};

	exact_add(&x, d);
	return x;
}

static struct exact
exact_of_pair(struct whole_pair x, int exponent)
{
	bool negative = whole_is_negative(x);
	uint64_t word[EXACT_WORDS] = {0};
	struct exact sum = {0};

	if (negative)
		x = whole_negate(x);
	/* Two shifts, for one by all the bits of a type is undefined. */
	word[0] = (uint64_t)x.low;
	word[1] = (uint64_t)(x.low >> 32 >> 32);
	word[sizeof(whole_int) / sizeof(uint64_t)] = (uint64_t)x.high;
	exact_add_words(&sum, word, EXACT_WORDS, exponent, negative);
	return sum;
}

static struct whole_pair
squares_of(const struct moments *m)
{
	return (struct whole_pair){m->squares, m->squares_high};
}

/* False, and nothing done, if there is no room for them. */
static bool
set_squares(struct moments *m, struct whole_pair squares)
{
	if (squares.high >> WHOLE_HALF != 0)
		return false;
	m->squares = squares.low;
	m->squares_high = (whole_half)squares.high;
	return true;
}

void
moments_sum(const struct moments *m, struct exact *sum)
{
	*sum = m->wide != NULL
		   ? m->wide->sum
		   : exact_of_pair(whole_extend(m->sum), m->exponent);
}

void
moments_squares(const struct moments *m, struct exact *squares)
{
	*squares = m->wide != NULL
		       ? m->wide->squares
		       : exact_of_pair(squares_of(m), 2 * m->exponent);
}

struct decimal
moments_min(const struct moments *m)
{
	return m->wide != NULL ? decimal_reduce(m->wide->min)
			       : decimal_of(m->min, m->exponent);
}

struct decimal
moments_max(const struct moments *m)
{
	return m->wide != NULL ? decimal_reduce(m->wide->max)
			       : decimal_of(m->max, m->exponent);
}

static struct moments_wide *
widen(struct moments *m)
{
	struct moments_wide *wide;

	if (m->wide != NULL)
		return m->wide;
	wide = xcalloc(1, sizeof(*wide));
	moments_sum(m, &wide->sum);
	moments_squares(m, &wide->squares);
	wide->min = moments_min(m);
	wide->max = moments_max(m);
	return m->wide = wide;
}

void
moments_free(struct moments *m)
{
	free(m->wide);
	*m = (struct moments){0};
}

static void
add_wide(struct moments *m, struct decimal d)
{
	struct moments_wide *wide = widen(m);

	exact_add(&wide->sum, d);
	exact_add_square(&wide->squares, d);
	if (m->n == 0 || decimal_less(d, wide->min))
		wide->min = d;
	if (m->n == 0 || decimal_less(wide->max, d))
		wide->max = d;
}

/* Go over to units of 10^exponent, if they are smaller; false, and nothing
 * done, if the numbers do not fit then. */
static bool
rescale(struct moments *m, int exponent)
{
	struct whole_pair squares = squares_of(m);
	struct moments x = *m;
	int places = m->exponent - exponent;

	if (squares.low == 0 && squares.high == 0)
		places = 0; /* nothing but zeros, if anything */
	else if (places <= 0)
		return true;
	if (!whole_scale(&x.sum, places) || !whole_scale(&x.min, places) ||
	    !whole_scale(&x.max, places) ||
	    !whole_scale_pair(&squares, 2 * places) ||
	    !set_squares(&x, squares))
		return false;
	*m = x;
	m->exponent = exponent;
	return true;
}

static inline bool
in_range(whole_int x)
{
	return -WHOLE_MAX <= x && x <= WHOLE_MAX;
}

/* False, and nothing done, if the number or a sum does not fit. */
static inline bool
gather(struct moments *m, struct decimal d)
{
	struct whole_pair square;
	whole_int x, sum;

	if (m->wide != NULL)
		return false;
	if (d.exponent != m->exponent && d.mantissa != 0 &&
	    !rescale(m, d.exponent))
		return false;
	if (!whole_of(d, m->exponent, &x))
		return false;
	sum = m->sum + x;
	square = whole_product(whole_abs(x), whole_abs(x));
	if (!in_range(sum) || square.high >> WHOLE_HALF != 0 ||
	    !set_squares(m, whole_add(squares_of(m), square)))
		return false;
	m->sum = sum;
	if (m->n == 0 || x < m->min)
		m->min = x;
	if (m->n == 0 || x > m->max)
		m->max = x;
	return true;
}

void
moments_add(struct moments *m, struct decimal d)
{
	if (!gather(m, d))
		add_wide(m, d);
	m->n++;
}

struct moments
moments_repeat(unsigned x, uint64_t n)
{
	whole_int value = n > 0 ? (whole_int)x : 0;

	return (struct moments){.n = n,
	    .sum = value * (whole_int)n,
	    .min = value,
	    .max = value,
	    .squares = (whole_size)value * (whole_size)value * n};
}

/* As gather(), of the numbers of another set in the same units. */
static bool
gather_set(struct moments *m, const struct moments *from)
{
	whole_int sum = m->sum + from->sum;

	if (!in_range(sum) ||
	    !set_squares(m, whole_add(squares_of(m), squares_of(from))))
		return false;
	m->sum = sum;
	if (m->n == 0 || from->min < m->min)
		m->min = from->min;
	if (m->n == 0 || from->max > m->max)
		m->max = from->max;
	return true;
}

static void
merge_wide(struct moments *m, const struct moments *from)
{
	struct decimal min = moments_min(from), max = moments_max(from);
	struct moments_wide *wide = widen(m);
	struct exact x;

	moments_sum(from, &x);
	exact_merge(&wide->sum, &x);
	moments_squares(from, &x);
	exact_merge(&wide->squares, &x);
	if (m->n == 0 || decimal_less(min, wide->min))
		wide->min = min;
	if (m->n == 0 || decimal_less(wide->max, max))
		wide->max = max;
}

bool
moments_merge(struct moments *into, const struct moments *from)
{
	struct moments copy = *from;

	if (from->n > MOMENTS_MAX - into->n)
		return false;
	if (from->n == 0)
		return true;
	if (into->wide != NULL || from->wide != NULL ||
	    !rescale(into, from->exponent) || !rescale(&copy, into->exponent) ||
	    !gather_set(into, &copy))
		merge_wide(into, from);
	into->n += from->n;
	return true;
}

static double
sum_over(const struct moments *m, uint64_t n)
{
	struct exact sum;
	double y;

	if (m->wide == NULL &&
	    whole_ratio(whole_extend(m->sum), m->exponent, n, 1, &y))
		return y;
	moments_sum(m, &sum);
	return exact_ratio(&sum, n, 1);
}

double
moments_total(const struct moments *m)
{
	return sum_over(m, 1);
}

double
moments_mean(const struct moments *m)
{
	return m->n < 1 ? NAN : sum_over(m, m->n);
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

/* Whether n can be a factor beside the numbers of a set that is not wide. */
static bool
fits_half(uint64_t n)
{
	return n < UINT64_C(1) << (WHOLE_HALF - 2);
}

static struct whole_pair
whole_spread(const struct moments *m)
{
	return whole_subtract(whole_times(squares_of(m), (whole_half)m->n),
	    whole_multiply(m->sum, m->sum));
}

/* The variance of two numbers at least, as whole_ratio() has it. */
static bool
divide_spread(const struct moments *m, double *y)
{
	return m->wide == NULL && fits_half(m->n) &&
	       whole_ratio(whole_spread(m), 2 * m->exponent, m->n, m->n - 1, y);
}

double
moments_variance(const struct moments *m)
{
	struct exact x;
	double y;

	if (m->n < 2)
		return NAN;
	if (divide_spread(m, &y))
		return y;
	x = spread_of(m);
	return exact_ratio(&x, m->n, m->n - 1);
}

/* The root of the rounded variance, as exact_root() is of a ratio. */
double
moments_sd(const struct moments *m)
{
	struct exact x;
	double y;

	if (m->n < 2)
		return NAN;
	if (divide_spread(m, &y))
		return sqrt(y);
	x = spread_of(m);
	return exact_root(&x, m->n, m->n - 1);
}

/* sum_b n_a - sum_a n_b, which is n_a n_b times the difference, divided. */
static bool
divide_difference(const struct moments *a, const struct moments *b, double *y)
{
	int exponent = a->exponent < b->exponent ? a->exponent : b->exponent;
	whole_int x = a->sum, z = b->sum;

	return a->wide == NULL && b->wide == NULL &&
	       whole_scale(&x, a->exponent - exponent) &&
	       whole_scale(&z, b->exponent - exponent) &&
	       whole_ratio(whole_subtract(whole_multiply(z, (whole_int)a->n),
			       whole_multiply(x, (whole_int)b->n)),
		   exponent, a->n, b->n, y);
}

static double
exact_difference(const struct moments *a, const struct moments *b)
{
	struct exact n_a = exact_of((struct decimal){a->n, 0, false});
	struct exact n_b = exact_of((struct decimal){b->n, 0, false});
	struct exact x, z;

	moments_sum(a, &x);
	moments_sum(b, &z);
	x = product(&x, &n_b);
	z = product(&z, &n_a);
	exact_subtract(&z, &x);
	return exact_ratio(&z, a->n, b->n);
}

double
moments_difference(const struct moments *a, const struct moments *b)
{
	double y;

	if (a->n == 0 || b->n == 0)
		return NAN;
	return divide_difference(a, b, &y) ? y : exact_difference(a, b);
}

/* All that are from 0 to 1 and, in all, are their own squares. */
bool
moments_are_binary(const struct moments *m)
{
	struct decimal min, max;
	struct exact sum, squares;

	if (m->wide == NULL && m->exponent == 0)
		return m->min >= 0 && m->max <= 1;
	min = moments_min(m);
	max = moments_max(m);
	if (min.negative || min.mantissa > 1 || min.exponent != 0 ||
	    max.mantissa > 1 || max.exponent != 0)
		return false;
	moments_sum(m, &sum);
	moments_squares(m, &squares);
	return exact_compare(&sum, &squares) == 0;
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
	struct moments_wide *wide;

	if (n > MOMENTS_MAX || !possible(n, sum, squares, min, max))
		return false;
	wide = xcalloc(1, sizeof(*wide));
	*wide = (struct moments_wide){*sum, *squares, min, max};
	*m = (struct moments){.n = n, .wide = wide};
	return true;
}

static bool
not_above(struct whole_pair x, struct whole_pair y)
{
	return !whole_is_negative(whole_subtract(y, x));
}

/* As possible(), of a set that is not wide; false also where n min does not
 * fit one whole number. */
static bool
surely_possible(const struct moments *m)
{
	struct whole_pair sum = whole_extend(m->sum), low, high, corner, x;
	whole_int n = (whole_int)m->n;

	if (!fits_half(m->n))
		return false;
	low = whole_multiply(n, m->min);
	high = whole_multiply(n, m->max);
	if (low.high != whole_extend((whole_int)low.low).high)
		return false;
	corner = whole_multiply((whole_int)low.low, m->max);
	x = whole_multiply(m->min + m->max, m->sum);
	return not_above(low, sum) && not_above(sum, high) &&
	       !whole_is_negative(whole_spread(m)) &&
	       not_above(squares_of(m), whole_subtract(x, corner));
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

bool
moments_restore_text(struct moments *m, uint64_t n, struct str sum,
    struct str squares, struct decimal min, struct decimal max)
{
	struct whole_pair size, square;
	struct moments x = {.n = n};
	int places, square_places;
	bool negative;

	if (!whole_parse(squares, &negative, &square, &square_places) ||
	    negative || !whole_parse(sum, &negative, &size, &places))
		return false;
	/* Both are at most 0, so the quotient is cut towards it. */
	x.exponent = least(places, (square_places - 1) / 2);
	x.exponent = least(x.exponent, least(min.exponent, max.exponent));
	if (n > MOMENTS_MAX || x.exponent < -EXACT_ADD_PLACES ||
	    size.high != 0 || size.low > (whole_size)WHOLE_MAX)
		return false;
	x.sum = negative ? -(whole_int)size.low : (whole_int)size.low;
	if (!whole_scale(&x.sum, places - x.exponent) ||
	    !whole_scale_pair(&square, square_places - 2 * x.exponent) ||
	    !set_squares(&x, square) || !whole_of(min, x.exponent, &x.min) ||
	    !whole_of(max, x.exponent, &x.max) || !surely_possible(&x))
		return false;
	*m = x;
	return true;
}
