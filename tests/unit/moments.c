/* SPDX-License-Identifier: MIT */

/*
 * Moments against certified and closed values, and against themselves: the
 * same numbers in any order and any parts must give the same bytes.  With an
 * argument, the long run is that many numbers long, for example 100000000.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/moments.h"
#include "common/num.h"
#include "tests/unit/check.h"

enum { NUMBERS_MAX = 5000, LINE = 200, LONG_RUN = 10000000 };

/* Numbers as they were in the text. */
struct numbers {
	size_t n;
	struct decimal d[NUMBERS_MAX];
};

/* What abstat writes and reads of a set. */
struct row {
	uint64_t n;
	char sum[EXACT_TEXT], squares[EXACT_TEXT];
	char min[NUM_SIZE], max[NUM_SIZE];
};

static uint64_t
random_word(void)
{
	static uint64_t state = 19650101;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static struct decimal
number(const char *text)
{
	struct decimal d = {0, 0, false};

	CHECK_MSG(num_parse(str_of(text), &d), "refused '%s'", text);
	return d;
}

static void
take(struct numbers *numbers, const char *text)
{
	if (numbers->n < NUMBERS_MAX)
		numbers->d[numbers->n++] = number(text);
}

static struct moments
moments_of(const struct numbers *numbers)
{
	struct moments m = {0};

	for (size_t i = 0; i < numbers->n; i++)
		moments_add(&m, numbers->d[i]);
	return m;
}

static struct row
row_of(const struct moments *m)
{
	struct row row = {.n = m->n};
	struct exact x;

	moments_sum(m, &x);
	exact_format(&x, row.sum);
	moments_squares(m, &x);
	exact_format(&x, row.squares);
	row.min[num_format_decimal(row.min, moments_min(m))] = '\0';
	row.max[num_format_decimal(row.max, moments_max(m))] = '\0';
	return row;
}

static bool
restored(struct moments *m, uint64_t n, const char *sum, const char *squares,
    const char *min, const char *max)
{
	struct exact x, y;

	return exact_parse(&x, str_of(sum)) &&
	       exact_parse(&y, str_of(squares)) &&
	       moments_restore(m, n, &x, &y, number(min), number(max));
}

static bool
restored_text(struct moments *m, uint64_t n, const char *sum,
    const char *squares, const char *min, const char *max)
{
	return moments_restore_text(
	    m, n, str_of(sum), str_of(squares), number(min), number(max));
}

static bool
same_bits(double a, double b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

static void
check_same_doubles(const struct moments *a, const struct moments *b)
{
	CHECK(same_bits(moments_total(a), moments_total(b)));
	CHECK(same_bits(moments_mean(a), moments_mean(b)));
	CHECK(same_bits(moments_variance(a), moments_variance(b)));
	CHECK(same_bits(moments_sd(a), moments_sd(b)));
	CHECK(moments_are_binary(a) == moments_are_binary(b));
}

static void
check_same(const struct moments *a, const struct moments *b)
{
	struct row x = row_of(a), y = row_of(b);

	CHECK(x.n == y.n);
	CHECK_MSG(strcmp(x.sum, y.sum) == 0, "sum %s, %s", x.sum, y.sum);
	CHECK_MSG(strcmp(x.squares, y.squares) == 0, "squares %s, %s",
	    x.squares, y.squares);
	CHECK_MSG(strcmp(x.min, y.min) == 0, "min %s, %s", x.min, y.min);
	CHECK_MSG(strcmp(x.max, y.max) == 0, "max %s, %s", x.max, y.max);
	check_same_doubles(a, b);
}

static void
shuffle(struct numbers *numbers)
{
	for (size_t i = numbers->n; i > 1; i--) {
		size_t j = (size_t)(random_word() % i);
		struct decimal d = numbers->d[j];

		numbers->d[j] = numbers->d[i - 1];
		numbers->d[i - 1] = d;
	}
}

/* Merges the sets [from, to), the halves first, each half by way of text. */
static struct moments
merged(const struct moments *sets, size_t from, size_t to)
{
	struct moments left, right, m = {0};
	struct row row;

	if (to - from == 1) {
		CHECK(moments_merge(&m, &sets[from]));
		return m;
	}
	left = merged(sets, from, from + (to - from) / 2);
	right = merged(sets, from + (to - from) / 2, to);
	row = row_of(&left);
	CHECK(restored(&m, row.n, row.sum, row.squares, row.min, row.max));
	CHECK(moments_merge(&m, &right));
	moments_free(&left);
	moments_free(&right);
	return m;
}

static void
check_shards(struct numbers *numbers)
{
	static const size_t shards[] = {1, 2, 3, 7, 64};
	static struct moments parts[64];
	struct moments all = moments_of(numbers), m;

	for (size_t k = 0; k < sizeof shards / sizeof shards[0]; k++) {
		shuffle(numbers);
		m = moments_of(numbers);
		check_same(&m, &all);
		moments_free(&m);

		memset(parts, 0, sizeof parts);
		for (size_t i = 0; i < numbers->n; i++)
			moments_add(
			    &parts[random_word() % shards[k]], numbers->d[i]);
		m = merged(parts, 0, shards[k]);
		check_same(&m, &all);
		moments_free(&m);

		memset(&m, 0, sizeof m);
		for (size_t i = shards[k]; i-- > 0;) {
			CHECK(moments_merge(&m, &parts[i]));
			moments_free(&parts[i]);
		}
		check_same(&m, &all);
		moments_free(&m);
	}
	moments_free(&all);
}

/* Digits in common with the certified value. */
static double
digits(double got, double certified)
{
	return -log10(check_error(got, certified));
}

static void
check_certified(struct numbers *numbers, const char *name, size_t n,
    const char *mean, const char *sd)
{
	struct moments m = moments_of(numbers);
	double a = digits(moments_mean(&m), strtod(mean, NULL));
	double b = digits(moments_sd(&m), strtod(sd, NULL));

	CHECK_MSG(numbers->n == n, "%s has %zu numbers", name, numbers->n);
	CHECK_MSG(a >= 14, "%s: %.1f digits of the mean", name, a);
	CHECK_MSG(b >= 14, "%s: %.1f digits of the sd", name, b);
	moments_free(&m);
	check_shards(numbers);
}

/* Lines that are a number and nothing else are data. */
static void
read_numbers(struct numbers *numbers, const char *path)
{
	char line[LINE], word[LINE], rest[LINE];
	struct decimal d;
	FILE *f = fopen(path, "r");

	CHECK_MSG(f != NULL, "cannot open %s", path);
	if (f == NULL)
		return;
	numbers->n = 0;
	while (fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "%199s %199s", word, rest) == 1 &&
		    num_parse(str_of(word), &d))
			take(numbers, word);
	fclose(f);
}

static void
test_nist(void)
{
	static const struct {
		const char *name;
		size_t n;
		const char *mean, *sd;
	} table[] = {
	    {"PiDigits", 5000, "4.53480000000000", "2.86733906028871"},
	    {"Lottery", 218, "518.958715596330", "291.699727470969"},
	    {"Michelso", 100, "299.852400000000", "0.0790105478190518"},
	    {"NumAcc1", 3, "10000002", "1"},
	    {"NumAcc3", 1001, "1000000.2", "0.1"},
	};
	static struct numbers numbers;

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		char path[LINE];

		snprintf(
		    path, sizeof path, "tests/ref/nist/%s.txt", table[i].name);
		read_numbers(&numbers, path);
		check_certified(&numbers, table[i].name, table[i].n,
		    table[i].mean, table[i].sd);
	}
}

/* A set of 1001 with this mean and a deviation of 0.1. */
static void
test_constructed(
    const char *name, const char *mean, const char *less, const char *more)
{
	static struct numbers numbers;

	numbers.n = 0;
	take(&numbers, mean);
	for (int i = 0; i < 500; i++) {
		take(&numbers, less);
		take(&numbers, more);
	}
	check_certified(&numbers, name, 1001, mean, "0.1");
}

/* All forms: zeros, signs, 1 to 19 digits, exponents near and far. */
static void
test_mixed(void)
{
	static struct numbers numbers;
	static const int ranges[] = {0, 3, 20, 560};

	for (size_t k = 0; k < sizeof ranges / sizeof ranges[0]; k++) {
		numbers.n = 500;
		for (size_t i = 0; i < numbers.n; i++) {
			struct decimal d = {0};

			d.mantissa = random_word() >> random_word() % 64;
			d.mantissa %= UINT64_C(10000000000000000000);
			if (random_word() % 4 == 0)
				d.mantissa = 0;
			d.exponent =
			    (int)(random_word() % (unsigned)(ranges[k] + 1)) -
			    ranges[k] / 2;
			d.negative = d.mantissa > 0 && random_word() % 2 == 0;
			numbers.d[i] = d;
		}
		check_shards(&numbers);
	}
}

/* The same numbers in a set that is not wide, in one that is, and in one that
 * comes from text. */
struct ways {
	struct moments small, wide, text;
};

static struct ways
ways_of(const struct numbers *numbers)
{
	struct ways w = {.small = moments_of(numbers)};
	struct row row = row_of(&w.small);

	CHECK(restored(&w.wide, row.n, row.sum, row.squares, row.min, row.max));
	CHECK(w.wide.wide != NULL);
	if (sizeof(whole_int) < 16)
		w.text = moments_of(numbers);
	else
		CHECK(
		    w.small.wide == NULL &&
		    moments_restore_text(&w.text, row.n, str_of(row.sum),
			str_of(row.squares), number(row.min), number(row.max)));
	check_same(&w.small, &w.wide);
	check_same(&w.text, &w.wide);
	return w;
}

/* The two ways to each result give the same bits. */
static void
check_ways(const struct numbers *a, const struct numbers *b)
{
	struct ways x = ways_of(a), y = ways_of(b);
	double difference = moments_difference(&x.wide, &y.wide);

	CHECK(same_bits(moments_difference(&x.small, &y.small), difference));
	CHECK(same_bits(moments_difference(&x.text, &y.small), difference));
	CHECK(same_bits(moments_difference(&x.small, &y.wide), difference));
	CHECK(same_bits(moments_difference(&y.small, &x.small),
	    difference == 0 ? 0 : -difference));
	moments_free(&x.small);
	moments_free(&x.wide);
	moments_free(&x.text);
	moments_free(&y.small);
	moments_free(&y.wide);
	moments_free(&y.text);
}

/* Of up to 17 digits, within some orders of magnitude, as data are. */
static void
draw_numbers(struct numbers *numbers)
{
	int exponent = (int)(random_word() % 20) - 15;
	unsigned apart = 1 + (unsigned)(random_word() % 6);
	int digits = (int)(random_word() % 57);
	bool signs = random_word() % 2 == 0;

	numbers->n = 1 + random_word() % 20;
	for (size_t i = 0; i < numbers->n; i++) {
		struct decimal d = {random_word() >> 7 >> digits,
		    exponent + (int)(random_word() % apart), false};

		d.negative = signs && d.mantissa > 0 && random_word() % 2 == 0;
		numbers->d[i] = d;
	}
}

static void
test_ways(void)
{
	static struct numbers a, b;

	for (int round = 0; round < 5000; round++) {
		draw_numbers(&a);
		draw_numbers(&b);
		check_ways(&a, &b);
	}
}

/*
 * Means, variances and differences halfway between two doubles and just beside
 * that: of two numbers whose sum has 54 bits, and of a number whose square has
 * 54 and zero.
 */
static void
test_ways_halfway(void)
{
	static struct numbers a, b, zero = {.n = 2};
	const int least_exponent = sizeof(whole_int) < 16 ? 0 : -12;

	for (int round = 0; round < 3000; round++) {
		uint64_t bits = random_word() >> 11, root;

		bits |= UINT64_C(1) << 53 | 1;
		a.n = b.n = 4;
		a.d[0] = (struct decimal){bits, 0, false};
		a.d[1] = a.d[2] = a.d[3] = (struct decimal){0};
		b = a;
		a.d[1] = (struct decimal){1, least_exponent, round % 2 == 0};
		check_ways(&a, &b);
		check_ways(&a, &zero);
		check_ways(&zero, &b);

		root = UINT64_C(94906266) +
		       random_word() % (UINT64_C(134217727) - 94906266);
		a.n = b.n = 2;
		a.d[0] = b.d[0] = (struct decimal){root | 1, 0, false};
		a.d[1] = b.d[1] = (struct decimal){0};
		b.d[1].mantissa = 1;
		b.d[1].exponent = least_exponent;
		check_ways(&a, &b);
	}
}

/* Sets that become wide on the way, by a number, a sum or a square. */
static void
test_widening(void)
{
	static const char *const last[] = {"1e-30", "1e60", "1e308", "5e-324",
	    "9999999999999999999e10", "-1e25", "0.1", "0"};
	static struct numbers numbers;

	for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
		numbers.n = 0;
		for (int k = 0; k < 50; k++)
			take(
			    &numbers, k % 2 == 0 ? "12345678.87654321" : "1e9");
		take(&numbers, last[i]);
		check_shards(&numbers);
	}
}

static void
check_row(const struct moments *m, const char *sum, const char *squares,
    const char *min, const char *max)
{
	struct row row = row_of(m);

	CHECK_MSG(strcmp(row.sum, sum) == 0, "sum %s", row.sum);
	CHECK_MSG(strcmp(row.squares, squares) == 0, "squares %s", row.squares);
	CHECK_MSG(strcmp(row.min, min) == 0, "min %s", row.min);
	CHECK_MSG(strcmp(row.max, max) == 0, "max %s", row.max);
}

/* Squares that fit where their sum does not, of numbers added and merged. */
static void
test_sum_of_squares(void)
{
	const bool wide = sizeof(whole_int) >= 16;
	struct decimal small = number(wide ? "1e-10" : "1e-5");
	struct decimal large = number(wide ? "7e18" : "2e9");
	struct moments added = {0}, merged = {0}, one = {0};

	moments_add(&added, small);
	moments_add(&added, large);
	CHECK(moments_merge(&merged, &added));
	moments_add(&one, large);
	CHECK(added.wide == NULL && one.wide == NULL);
	moments_add(&added, large);
	CHECK(moments_merge(&merged, &one));
	CHECK(added.wide != NULL && merged.wide != NULL);
	check_same(&added, &merged);
	if (wide)
		check_row(&added, "14000000000000000000.0000000001",
		    "98000000000000000000000000000000000000"
		    ".00000000000000000001",
		    "1e-10", "7e18");
	else
		check_row(&added, "4000000000.00001",
		    "8000000000000000000.0000000001", "1e-5", "2000000000");
	moments_free(&added);
	moments_free(&merged);
	moments_free(&one);
}

static void
test_small(void)
{
	struct moments m = {0};

	check_row(&m, "0", "0", "0", "0");
	CHECK(isnan(moments_mean(&m)));
	CHECK(isnan(moments_difference(&m, &m)));
	CHECK(isnan(moments_variance(&m)));
	CHECK(isnan(moments_sd(&m)));
	moments_add(&m, number("-2.50"));
	check_row(&m, "-2.5", "6.25", "-2.5", "-2.5");
	CHECK(moments_mean(&m) == -2.5);
	CHECK(isnan(moments_variance(&m)));
	CHECK(isnan(moments_sd(&m)));
	moments_add(&m, number("-1"));
	check_row(&m, "-3.5", "7.25", "-2.5", "-1");
	moments_add(&m, number("0"));
	check_row(&m, "-3.5", "7.25", "-2.5", "0");
	CHECK(moments_mean(&m) == -3.5 / 3);
	moments_add(&m, number("0.0625"));
	check_row(&m, "-3.4375", "7.25390625", "-2.5", "0.0625");
	/* (4 * 7.25390625 - 3.4375^2) / 12, a fraction of 2^10 over 3. */
	CHECK(moments_variance(&m) == 17.19921875 / 12);
	moments_free(&m);
}

/* The order of decimals whose exponents differ. */
static void
test_range(void)
{
	static const char *const rising[] = {"-1e300", "-18446744073709551e3",
	    "-12.5", "-12.25", "-12", "-1e-300", "0", "1e-323", "0.3",
	    "0.300000000000000001", "0.31", "9223372036854775807",
	    "9223372036854775808", "9999999999999999999", "1e19", "1e308"};
	int n = (int)(sizeof rising / sizeof rising[0]);

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			struct decimal a = number(rising[i < j ? i : j]);
			struct decimal b = number(rising[i < j ? j : i]);
			struct moments m = {0};

			moments_add(&m, number(rising[i]));
			moments_add(&m, number(rising[j]));
			a = decimal_reduce(a);
			b = decimal_reduce(b);
			CHECK(moments_min(&m).mantissa == a.mantissa);
			CHECK(moments_min(&m).exponent == a.exponent);
			CHECK(moments_min(&m).negative == a.negative);
			CHECK(moments_max(&m).mantissa == b.mantissa);
			CHECK(moments_max(&m).exponent == b.exponent);
			CHECK(moments_max(&m).negative == b.negative);
			moments_free(&m);
		}
}

/* 1e12 + 0.1, 0.2, 0.3 and more of the kind. */
static void
test_offset(void)
{
	static const char *const offsets[] = {
	    "1000000000000", "-1000000000000", "100000000000000000"};
	char text[LINE];

	for (size_t k = 0; k < sizeof offsets / sizeof offsets[0]; k++) {
		struct moments m = {0};

		for (int i = 1; i <= 3; i++) {
			snprintf(text, sizeof text, "%s.%d", offsets[k], i);
			moments_add(&m, number(text));
		}
		snprintf(text, sizeof text, "%s.2", offsets[k]);
		CHECK(moments_mean(&m) == strtod(text, NULL));
		CHECK(moments_variance(&m) == 0.01);
		CHECK(moments_sd(&m) == 0.1);
		moments_free(&m);
	}
}

static void
test_extremes(void)
{
	struct decimal huge = number("1e308"), tiny = number("5e-324");
	struct decimal largest = number("1.7976931348623157e308");
	struct moments m = {0};

	for (int i = 0; i < 1000; i++)
		moments_add(&m, huge);
	CHECK(moments_mean(&m) == 1e308);
	CHECK(moments_variance(&m) == 0);
	huge.negative = true;
	for (int i = 0; i < 1000; i++)
		moments_add(&m, huge);
	CHECK(moments_mean(&m) == 0);
	CHECK(moments_variance(&m) == INFINITY);
	CHECK(check_error(moments_sd(&m), 1e308 * sqrt(2000 / 1999.0)) < 4e-16);

	moments_free(&m);
	moments_add(&m, largest);
	moments_add(&m, tiny);
	largest.negative = true;
	moments_add(&m, largest);
	tiny.mantissa *= 2;
	moments_add(&m, tiny);
	CHECK(moments_mean(&m) == 0x1p-1074); /* 15e-324 / 4 */

	moments_free(&m);
	moments_add(&m, number("1e-300"));
	moments_add(&m, number("3e-300"));
	CHECK(moments_variance(&m) == 0);
	CHECK(check_error(moments_sd(&m), sqrt(2) * 1e-300) < 4e-16);
	moments_free(&m);
}

/* Sums in a bin where a word is left with nothing or overflows. */
static void
test_words(void)
{
	struct decimal d = {UINT64_C(1) << 62, 0, true};
	struct moments m = {0};

	for (int i = 0; i < 4; i++)
		moments_add(&m, d);
	check_row(&m, "-18446744073709551616",
	    "85070591730234615865843651857942052864",
	    "-4.611686018427387904e18", "-4.611686018427387904e18");
	d.negative = false;
	for (int i = 0; i < 12; i++)
		moments_add(&m, d);
	check_row(&m, "36893488147419103232",
	    "340282366920938463463374607431768211456",
	    "-4.611686018427387904e18", "4.611686018427387904e18");
	moments_free(&m);
}

/* One number in two forms has one form as a minimum or maximum. */
static void
test_forms(void)
{
	struct moments m = {0};
	struct decimal d;

	moments_add(&m, (struct decimal){100, -2, false});
	d = moments_min(&m);
	CHECK(d.mantissa == 1 && d.exponent == 0);
	d = moments_max(&m);
	CHECK(d.mantissa == 1 && d.exponent == 0);
	moments_add(&m, (struct decimal){10, -1, false});
	CHECK(moments_sd(&m) == 0);
	check_row(&m, "2", "2", "1", "1");
	moments_free(&m);
}

static void
check_sum(const struct exact *sum, uint64_t n, struct decimal d)
{
	struct exact count = {0}, one = {0}, want;

	exact_add(&count, (struct decimal){n, 0, false});
	exact_add(&one, d);
	exact_multiply(&want, &count, &one);
	CHECK(exact_compare(sum, &want) == 0);
}

/* A million and 0.00 to 9.99, over and over, and as many times 0.1. */
static void
test_long_run(uint64_t n)
{
	struct decimal tenth = {1, -1, false};
	struct moments m = {0}, same = {0};
	struct exact x;

	n -= n % 1000;
	for (uint64_t i = 0; i < n; i++) {
		struct decimal d = {100000000 + i % 1000, -2, false};

		moments_add(&m, d);
		moments_add(&same, tenth);
	}
	/* 1000 10^16 + 2 10^8 (0 + ... + 999) + (0 + 1 + ... + 998001). */
	moments_sum(&m, &x);
	check_sum(&x, n / 1000, number("1000004995"));
	moments_squares(&m, &x);
	check_sum(&x, n / 1000,
	    (struct decimal){UINT64_C(10000099900332833500), -4, false});
	CHECK(moments_mean(&m) == 1000004.995);
	CHECK(check_error(moments_variance(&m),
		  8.333325 * ((double)n / (double)(n - 1))) < 3e-16);
	CHECK(moments_mean(&same) == 0.1);
	CHECK(moments_sd(&same) == 0);
	moments_free(&m);
	moments_free(&same);
}

static void
test_restore(void)
{
	static const struct {
		const char *n, *sum, *squares, *min, *max;
		bool possible;
	} table[] = {
	    {"0", "0", "0", "0", "0", true},
	    {"0", "1", "1", "1", "1", false},
	    {"0", "0", "1", "0", "0", false},
	    {"0", "0", "-1", "0", "0", false},
	    {"1", "-2.5", "6.25", "-2.5", "-2.5", true},
	    {"1", "-2.5", "6.26", "-2.5", "-2.5", false},
	    {"1", "-2.5", "6.25", "2.5", "2.5", false},
	    {"2", "3", "5", "1", "2", true},
	    {"2", "3", "4.5", "1", "2", true},
	    {"2", "3", "4.4999999999999999999999", "1", "2", false},
	    {"2", "3", "5.0000000000000000000001", "1", "2", false},
	    {"2", "3", "5", "1", "1", false},
	    {"2", "3", "5", "2", "1", false},
	    {"2", "3", "5", "2", "2", false},
	    {"9007199254740992", "0", "9007199254740992", "-1", "1", true},
	    {"9007199254740993", "0", "9007199254740993", "-1", "1", false},
	};
	/* So many are left to moments_restore() where integers are short. */
	const uint64_t most = sizeof(whole_int) < 16 ? 1000000000 : MOMENTS_MAX;
	const char *squares = "1000000000000000000000000000000000000000";
	char tiny[EXACT_TEXT];
	struct moments m = {0};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		uint64_t n = 0;

		CHECK(num_count(str_of(table[i].n), &n));
		CHECK_MSG(restored(&m, n, table[i].sum, table[i].squares,
			      table[i].min, table[i].max) == table[i].possible,
		    "row %zu", i);
		if (table[i].possible) {
			check_row(&m, table[i].sum, table[i].squares,
			    table[i].min, table[i].max);
			moments_free(&m);
		}
		CHECK_MSG(restored_text(&m, n, table[i].sum, table[i].squares,
			      table[i].min,
			      table[i].max) == (table[i].possible && n <= most),
		    "text of row %zu", i);
	}

	/* No sum of numbers has as many places as a square may have. */
	memset(tiny, '0', EXACT_PARSE_PLACES + 2);
	tiny[1] = '.';
	strcpy(tiny + EXACT_PARSE_PLACES + 1, "1");
	m = (struct moments){0};
	CHECK(!restored(&m, 3, tiny, tiny, "0", "1"));
	CHECK(!restored_text(&m, 3, tiny, tiny, "0", "1"));
	CHECK(!restored_text(&m, 1, "1e1", "100", "10", "10"));
	CHECK(!restored_text(&m, 1, "", "100", "10", "10"));
	CHECK(!restored_text(&m, 1, "10", "", "10", "10"));
	CHECK(!restored_text(&m, 1, "10", "100.", "10", "10"));
	CHECK(m.n == 0);

	/* 2^53 times the minimum does not fit, and cut off it would let the
	 * first pass, where all are -1 but for the squares. */
	CHECK(!restored_text(&m, MOMENTS_MAX, "-9007199254740992",
	    "9007199254740993", "-1e25", "-1"));
	CHECK(!restored_text(&m, MOMENTS_MAX, "0", squares, "-1e25", "1e25"));
	CHECK(restored(&m, MOMENTS_MAX, "0", squares, "-1e25", "1e25"));
	moments_free(&m);
}

/* Numbers that are added as often, and largest counts. */
static void
test_repeat(void)
{
	static const unsigned numbers[] = {0, 1, 9, 1000};
	struct moments m = moments_repeat(9, 0), none = {0};

	check_same(&m, &none);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct moments sum = {0};

		for (uint64_t n = 1; n < 100; n++) {
			moments_add(&sum, (struct decimal){numbers[i], 0, 0});
			m = moments_repeat(numbers[i], n);
			check_same(&m, &sum);
		}
	}
	m = moments_repeat(9, MOMENTS_MAX);
	CHECK(moments_total(&m) == 0x9p53 && moments_variance(&m) == 0);
}

static void
test_merge_limit(void)
{
	struct moments most, one = {0};

	CHECK(restored(&most, MOMENTS_MAX - 1, "0", "0", "0", "0"));
	moments_add(&one, number("0"));
	CHECK(moments_merge(&most, &one));
	CHECK(!moments_merge(&most, &one));
	CHECK(most.n == MOMENTS_MAX);
	CHECK(moments_mean(&most) == 0);
	moments_free(&most);
}

int
main(int argc, char **argv)
{
	test_nist();
	test_constructed("NumAcc2", "1.2", "1.1", "1.3");
	test_constructed("NumAcc3", "1000000.2", "1000000.1", "1000000.3");
	test_constructed("NumAcc4", "10000000.2", "10000000.1", "10000000.3");
	test_mixed();
	test_ways();
	test_ways_halfway();
	test_widening();
	test_sum_of_squares();
	test_small();
	test_range();
	test_offset();
	test_extremes();
	test_words();
	test_forms();
	test_restore();
	test_repeat();
	test_merge_limit();
	test_long_run(argc > 1 ? strtoull(argv[1], NULL, 10) : LONG_RUN);
	return check_end();
}
