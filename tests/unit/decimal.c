/* SPDX-License-Identifier: MIT */

/*
 * The tables against exact arithmetic, the one fact about doubles that the
 * shortest digits rest on, and both directions against libc's strtod and
 * printf, which are exact in glibc and musl.
 */

#include <stdlib.h>

#include "common/decimal.c"
#include "common/rng.h"
#include "tests/unit/check.h"

static struct rng source;

static uint64_t
random_bits(void)
{
	return rng_next(&source);
}

static double
random_double(void)
{
	double x;

	do
		x = bits_double(random_bits());
	while (!isfinite(x));
	return x;
}

/* The number with these 64-bit words, the highest one first and not 0. */
static struct big
big_of_words(const uint64_t *word, int n)
{
	struct big b = big_of(word[0]);

	for (int i = 1; i < n; i++) {
		big_shift(&b, 64);
		b.limb[0] = (uint32_t)word[i];
		b.limb[1] = (uint32_t)(word[i] >> 32);
	}
	return b;
}

/* b * 5^five * 2^two, with negative exponents taken as 0. */
static struct big
product(struct big b, int five, int two)
{
	big_power_of_five(&b, five);
	big_shift(&b, two > 0 ? two : 0);
	return b;
}

/* Whether these words are the floor of 10^k scaled to their size. */
static bool
is_power(const uint64_t *word, int n, int k)
{
	int two = log2_power(k) - (64 * n - 1) - k;
	struct big p = big_of_words(word, n), next = p;
	struct big ten = product(big_of(1), k, -two);

	for (int i = 0; ++next.limb[i] == 0;)
		i++;
	p = product(p, -k, two);
	next = product(next, -k, two);
	return word[0] >> 63 == 1 && big_compare(&p, &ten) <= 0 &&
	       big_compare(&ten, &next) < 0;
}

static void
test_tables(void)
{
	int steps = (int)(sizeof coarse / sizeof coarse[0]);
	int first = FIRST_STEP * STEP, last = first + steps * STEP - 1;

	for (int i = 0; i < steps; i++)
		CHECK_MSG(
		    is_power(coarse[i], 3, first + i * STEP), "coarse[%d]", i);
	for (int j = 0; j < STEP; j++)
		CHECK_MSG(fine[j] == power(j).high && power(j).low == 0,
		    "fine[%d]", j);
	CHECK(first <= POWER_MIN && last >= 324);
	for (int k = first; k <= last; k++) {
		struct wide p = power(k);

		CHECK_MSG(
		    is_power((uint64_t[]){p.high, p.low}, 2, k), "10^%d", k);
	}
}

/* a -= b, which is not larger. */
static void
subtract(struct big *a, const struct big *b)
{
	int64_t sum = 0;

	for (int i = 0; i < a->n; i++) {
		sum += (int64_t)a->limb[i] - (i < b->n ? b->limb[i] : 0);
		a->limb[i] = (uint32_t)sum;
		sum = sum < 0 ? -1 : 0;
	}
	while (a->n > 0 && a->limb[a->n - 1] == 0)
		a->n--;
}

/*
 * Whether n a / b is either whole or farther than 2^-66 from whole numbers,
 * for n = 1 to most.  This goes down the Stern-Brocot tree: among the n so
 * far, n_above comes nearest to a whole number from above and n_below from
 * below, by above / b and below / b.
 */
static bool
keeps_off(const struct big *a, const struct big *b, uint64_t most)
{
	struct big above = *a, below = *b, least;
	uint64_t n_above = 1, n_below = 1;
	int order;

	while (big_compare(&above, b) >= 0)
		subtract(&above, b);
	if (above.n == 0)
		return true;
	subtract(&below, &above);
	while (n_above + n_below <= most) {
		order = big_compare(&above, &below);
		if (order == 0)
			break; /* the next multiple is whole */
		if (order > 0) {
			subtract(&above, &below);
			n_above += n_below;
		} else {
			subtract(&below, &above);
			n_below += n_above;
		}
	}
	least = big_compare(&above, &below) < 0 ? above : below;
	big_shift(&least, 66);
	return big_compare(&least, b) > 0;
}

/* What round_to_odd says of all mantissas and exponents. */
static void
test_distance(void)
{
	for (int q = BINARY_MIN; q <= BINARY_MAX; q++)
		for (int changes = 0; changes <= 1; changes++) {
			int k = log10_power(q, changes);
			int shift = q + log2_power(-k) + 1, two = q - k;
			struct big a = product(big_of(1), -k, two);
			struct big b = product(big_of(1), k, -two);

			CHECK_MSG(shift >= 1 && shift <= 4,
			    "2^%d is shifted by %d", q, shift);
			CHECK_MSG(keeps_off(&a, &b, ((uint64_t)1 << 55) + 2),
			    "2^%d is too close", q);
		}
}

static double
read_libc(struct decimal d)
{
	char text[64];

	snprintf(text, sizeof text, "%s%llue%d", d.negative ? "-" : "",
	    (unsigned long long)d.mantissa, d.exponent);
	return strtod(text, NULL);
}

static void
check_double(struct decimal d)
{
	double got = decimal_double(d), want = read_libc(d);

	CHECK_MSG(bits_of(got) == bits_of(want), "%llue%d: %a, not %a",
	    (unsigned long long)d.mantissa, d.exponent, got, want);
}

static void
test_double(void)
{
	static const struct decimal hard[] = {{0, 0, false}, {1, 23, false},
	    {9007199254740993, 0, false}, {9007199254740992, 22, false},
	    {9007199254740993, 22, false}, {90071992547409930, -1, false},
	    {900719925474099300, -2, false}, {9007199254740993000, -3, false},
	    {9007199254740995, 0, true}, {18014398509481985, 0, false},
	    {18014398509481986, 0, false}, {9223372036854776832u, 0, false},
	    {9223372036854776833u, 0, false}, {UINT64_MAX, 0, true},
	    {UINT64_MAX, -342, false}, {UINT64_MAX, -343, false},
	    {UINT64_MAX, 289, false}, {UINT64_MAX, 290, false},
	    {UINT64_MAX, 308, true}, {1, -323, false}, {1, -324, false},
	    {2, -324, false}, {3, -324, false}, {5, -324, false},
	    {7, -324, false}, {24703282292062327, -340, false},
	    {24703282292062328, -340, false},
	    {2470328229206232720, -342, false},
	    {2470328229206232721, -342, false},
	    {22250738585072011, -324, false}, {22250738585072012, -324, false},
	    {22250738585072014, -324, false}, {17976931348623157, 292, false},
	    {17976931348623158, 292, false}, {17976931348623159, 292, false},
	    {1797693134862315807, 290, false},
	    {1797693134862315808, 290, false}, {1, 309, true},
	    {1, INT32_MAX, false}, {1, INT32_MIN, false}, {0, INT32_MAX, false},
	    {0, INT32_MIN, false}};

	for (size_t i = 0; i < sizeof hard / sizeof hard[0]; i++)
		check_double(hard[i]);
	for (int i = 0; i < 600000; i++) {
		uint64_t r = random_bits();
		int digits = (int)(r % 64), range = r & 64 ? 700 : 50;

		check_double((struct decimal){random_bits() >> digits,
		    (int)((r >> 8) % (unsigned)range) - range / 2, r >> 63});
	}
	/* Half-way between doubles of 53 bits, as whole numbers of 64. */
	for (int i = 0; i < 200000; i++) {
		uint64_t r = random_bits();
		int shift = (int)(r % 11);

		r = (r >> 11 | HIDDEN) << 1 | 1;
		check_double((struct decimal){r << shift, 0, false});
		check_double((struct decimal){(r << shift) - 1, 0, false});
		if (r < UINT64_MAX / 625)
			check_double((struct decimal){r * 625, -4, false});
	}
}

/* Divides by 10^9 and returns the remainder. */
static uint32_t
divide(struct big *b)
{
	uint64_t rest = 0;

	for (int i = b->n - 1; i >= 0; i--) {
		rest = rest << 32 | b->limb[i];
		b->limb[i] = (uint32_t)(rest / 1000000000);
		rest %= 1000000000;
	}
	while (b->n > 0 && b->limb[b->n - 1] == 0)
		b->n--;
	return (uint32_t)rest;
}

/* Writes the digits of b and returns how many. */
static size_t
spell(struct big b, char *digits)
{
	char text[DECIMAL_DIGITS + 9];
	size_t n = sizeof text;

	while (b.n > 0) {
		uint32_t nine = divide(&b);

		for (int i = 0; i < 9; i++, nine /= 10)
			text[--n] = (char)('0' + nine % 10);
	}
	while (text[n] == '0')
		n++;
	memcpy(digits, text + n, sizeof text - n);
	return sizeof text - n;
}

static void
check_nearest(const char *digits, size_t n, int exponent, uint64_t want)
{
	char text[DECIMAL_DIGITS + 16];
	uint64_t got = bits_of(decimal_nearest(digits, n, exponent));

	CHECK_MSG(got == want, "%.*se%d: %llx, not %llx", (int)n, digits,
	    exponent, (unsigned long long)got, (unsigned long long)want);
	snprintf(text, sizeof text, "%.*se%d", (int)n, digits, exponent);
	CHECK_MSG(bits_of(strtod(text, NULL)) == want,
	    "libc takes %s for another", text);
}

/* The digits exactly between two doubles, and one unit of theirs around. */
static void
check_middle(uint64_t bits)
{
	int biased = (int)(bits >> MANTISSA_BITS);
	uint64_t m = bits & (HIDDEN - 1);
	int two = BINARY_MIN - 1 + (biased > 0 ? biased - 1 : 0), ten = 0;
	char digits[DECIMAL_DIGITS + 2];
	struct big b;
	size_t n;

	m = (biased > 0 ? m | HIDDEN : m) * 2 + 1;
	if (two < 0)
		ten = two;
	b = product(big_of(m), -ten, two - ten);
	/* One digit more, so that there is room below the last one. */
	big_multiply(&b, 10, 0);
	ten--;
	n = spell(b, digits);
	CHECK(n <= 769);
	check_nearest(digits, n, ten, bits + (bits & 1));
	digits[n - 1] = '1';
	check_nearest(digits, n, ten, bits + 1);
	subtract(&b, &(struct big){.n = 1, .limb = {1}});
	n = spell(b, digits);
	check_nearest(digits, n, ten, bits);
}

static void
test_nearest(void)
{
	static const uint64_t ends[] = {0, 1, 2, 3, HIDDEN - 2, HIDDEN - 1,
	    HIDDEN, HIDDEN + 1, 2 * HIDDEN - 1, 2 * HIDDEN, INFINITE - 2,
	    INFINITE - 1};
	char nines[DECIMAL_DIGITS];

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		check_middle(ends[i]);
	for (int i = 0; i < 4000; i++)
		check_middle(bits_of(fabs(random_double())));
	for (int biased = 0; biased < BIASED_MAX; biased++)
		check_middle(((uint64_t)biased << MANTISSA_BITS | HIDDEN) - 1);

	memset(nines, '9', sizeof nines);
	check_nearest(nines, sizeof nines, -800, bits_of(1));
	check_nearest(nines, sizeof nines, -1123, 2);
	check_nearest(nines, sizeof nines, -1142, 0);
	check_nearest(nines, sizeof nines, -491, INFINITE);
	check_nearest(nines, sizeof nines, -492, bits_of(1e308));
	check_nearest(nines, sizeof nines, 308, INFINITE);
	check_nearest(nines, sizeof nines, 309, INFINITE);
	check_nearest(nines, 0, 308, 0);
	check_nearest("000", 3, 308, 0);
	check_nearest("0000000000000000000000000000025", 31, -1, bits_of(2.5));
}

static bool
reads_back(unsigned long long mantissa, int exponent, double x)
{
	return read_libc((struct decimal){mantissa, exponent, x < 0}) == x;
}

/* The n digits nearest to x, and the exponent of the last one. */
static unsigned long long
round_libc(double x, int n, int *exponent)
{
	char text[40];
	unsigned long long mantissa;

	snprintf(text, sizeof text, "%.*e", n - 1, fabs(x));
	mantissa = (unsigned long long)(text[0] - '0');
	for (int i = 2; i <= n; i++)
		mantissa = mantissa * 10 + (unsigned)(text[i] - '0');
	*exponent = atoi(strchr(text, 'e') + 1) - (n - 1);
	return mantissa;
}

/* x reads back, no shorter number does, and no equally long one is nearer. */
static void
check_shortest(double x)
{
	struct decimal d = decimal_shortest(x);
	char text[40];
	int n =
	    snprintf(text, sizeof text, "%llu", (unsigned long long)d.mantissa);
	int exponent;
	unsigned long long m;

	CHECK_MSG(d.mantissa % 10 != 0 && n <= 17, "%a: mantissa %s", x, text);
	CHECK_MSG(reads_back(d.mantissa, d.exponent, x), "%a: %se%d", x, text,
	    d.exponent);
	m = round_libc(x, n, &exponent);
	CHECK_MSG((d.mantissa == m && d.exponent == exponent) ||
		      !reads_back(m, exponent, x),
	    "%a: %se%d, but %llue%d is nearer", x, text, d.exponent, m,
	    exponent);
	if (n == 1)
		return;
	m = round_libc(x, n - 1, &exponent);
	CHECK_MSG(!reads_back(m - 1, exponent, x) &&
		      !reads_back(m, exponent, x) &&
		      !reads_back(m + 1, exponent, x),
	    "%a: %se%d, but %d digits suffice", x, text, d.exponent, n - 1);
}

static void
test_shortest(void)
{
	static const struct {
		double x;
		struct decimal d;
	} known[] = {{0, {0, 0, false}}, {-0.0, {0, 0, false}},
	    {1, {1, 0, false}}, {-1000, {1, 3, true}}, {0.1, {1, -1, false}},
	    {0.30000000000000004, {30000000000000004, -17, false}},
	    {1e23, {1, 23, false}}, {5e-324, {5, -324, false}},
	    {1e-323, {1, -323, false}}, {1.5e-323, {15, -324, false}},
	    {9007199254740992, {9007199254740992, 0, false}},
	    {9007199254740994, {9007199254740994, 0, false}},
	    {DBL_MIN, {22250738585072014, -324, false}},
	    {DBL_MAX, {17976931348623157, 292, false}},
	    {-DBL_MAX, {17976931348623157, 292, true}},
	    {0x1p-44, {5684341886080802, -29, false}},
	    {9.5367431640625e-07, {95367431640625, -20, false}},
	    {2e15, {2, 15, false}}, {299792458, {299792458, 0, false}},
	    {5e-322, {5, -322, false}}, {4.94e-322, {494, -324, false}}};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct decimal got = decimal_shortest(known[i].x);

		CHECK_MSG(got.mantissa == known[i].d.mantissa &&
			      got.exponent == known[i].d.exponent &&
			      got.negative == known[i].d.negative,
		    "%a: %s%llue%d", known[i].x, got.negative ? "-" : "",
		    (unsigned long long)got.mantissa, got.exponent);
	}
	for (int biased = 0; biased < BIASED_MAX; biased++) {
		uint64_t power_of_two = (uint64_t)biased << MANTISSA_BITS;

		if (biased > 0)
			check_shortest(bits_double(power_of_two));
		check_shortest(bits_double(power_of_two + 1));
		check_shortest(bits_double(power_of_two + (HIDDEN - 1)));
	}
	for (uint64_t bits = 1; bits < 2000; bits++)
		check_shortest(bits_double(bits));
	for (int i = 0; i < 100000; i++)
		check_shortest(random_double());
}

static void
test_round_trip(void)
{
	for (int i = 0; i < 2000000; i++) {
		double x = random_double(), cents;
		struct decimal d = decimal_shortest(x);

		CHECK_MSG(bits_of(decimal_double(d)) == bits_of(x),
		    "%a comes back as %a", x, decimal_double(d));
		d.mantissa = random_bits() >> 24;
		d.exponent = -2;
		d = decimal_reduce(d);
		cents = decimal_double(d);
		CHECK_MSG(decimal_shortest(cents).mantissa == d.mantissa,
		    "%lluE%d becomes another", (unsigned long long)d.mantissa,
		    d.exponent);
	}
}

static void
test_reduce(void)
{
	uint64_t m = 1;
	struct decimal d = decimal_reduce((struct decimal){0, 7, false});

	CHECK(d.mantissa == 0 && d.exponent == 0 && !d.negative);
	for (int zeros = 0; zeros < 20; zeros++, m *= 10) {
		d = decimal_reduce((struct decimal){m, -zeros, true});
		CHECK(d.mantissa == 1 && d.exponent == 0 && d.negative);
	}
	d = decimal_reduce((struct decimal){1234500, -5, false});
	CHECK(d.mantissa == 12345 && d.exponent == -3 && !d.negative);
}

/* Each is less than those after it, in whatever form. */
static void
test_less(void)
{
	static const struct decimal rising[] = {{1, 308, true},
	    {UINT64_C(9999999999999999999), 10, true}, {125, -1, true},
	    {1225, -2, true}, {12, 0, true}, {1, -300, true}, {0, 0, false},
	    {1, -323, false}, {3, -1, false}, {300000000000000001, -18, false},
	    {31, -2, false}, {9223372036854775807, 0, false},
	    {UINT64_C(9223372036854775808), 0, false},
	    {UINT64_C(9999999999999999999), 0, false}, {1, 19, false},
	    {1, 308, false}};
	int n = (int)(sizeof rising / sizeof rising[0]);

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			struct decimal a = rising[i];

			CHECK(decimal_less(a, rising[j]) == (i < j));
			a.mantissa *= a.mantissa < 1000 ? 100 : 1;
			a.exponent -= rising[i].mantissa < 1000 ? 2 : 0;
			CHECK(decimal_less(a, rising[j]) == (i < j));
			CHECK(decimal_less(rising[j], a) == (j < i));
		}
}

int
main(void)
{
	rng_start(&source, 1, 0, (struct rng_row){{0}});
	test_tables();
	test_distance();
	test_double();
	test_nearest();
	test_shortest();
	test_round_trip();
	test_reduce();
	test_less();
	return check_end();
}
