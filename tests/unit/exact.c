/* SPDX-License-Identifier: MIT */

/* Exact sums against a slow column-by-column sum, the C library's strtod and
 * identities. */

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/exact.h"
#include "tests/unit/check.h"

enum {
	BELOW = 700,
	COLUMNS = 1400,
	ROUNDS = 1000,
	QUOTIENT_PLACES = 1200,
	LONG_TEXT = EXACT_TEXT + QUOTIENT_PLACES,
	/* Exponents of random decimals; 20 digits more are below 10^309. */
	LOW = -EXACT_ADD_PLACES,
	HIGH = EXACT_ADD_WHOLE - 20
};

/* One column a decimal digit, no carries until the end: column[i] counts
 * 10^(i - BELOW). */
struct slow {
	int64_t column[COLUMNS];
};

static uint64_t
random_word(void)
{
	static uint64_t state = 20240229;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* A mantissa of any length and an exponent from low to high. */
static struct decimal
random_decimal(int low, int high)
{
	uint64_t mantissa = random_word() >> random_word() % 64;
	unsigned choices = (unsigned)(high - low) + 1;

	return (struct decimal){mantissa, low + (int)(random_word() % choices),
	    mantissa > 0 && random_word() % 2};
}

static void
slow_add(struct slow *s, struct decimal d)
{
	int i = d.exponent + BELOW;

	for (uint64_t m = d.mantissa; m > 0; m /= 10)
		s->column[i++] += (d.negative ? -1 : 1) * (int)(m % 10);
}

static void
slow_add_square(struct slow *s, struct decimal d)
{
	int i = 2 * d.exponent + BELOW;

	for (uint64_t m = d.mantissa; m > 0; m /= 10, i++) {
		int j = i;

		for (uint64_t k = d.mantissa; k > 0; k /= 10)
			s->column[j++] += (int)(m % 10 * (k % 10));
	}
}

static int64_t
slow_carry(struct slow *s)
{
	int64_t carry = 0;

	for (int i = 0; i < COLUMNS; i++) {
		int64_t sum = s->column[i] + carry,
			digit = (sum % 10 + 10) % 10;

		s->column[i] = digit;
		carry = (sum - digit) / 10;
	}
	return carry;
}

static void
slow_format(struct slow s, char *p)
{
	int high = COLUMNS - 1, low = 0;

	if (slow_carry(&s) < 0) {
		*p++ = '-';
		for (int i = 0; i < COLUMNS; i++)
			s.column[i] = -s.column[i];
		slow_carry(&s);
	}
	while (high > BELOW && s.column[high] == 0)
		high--;
	while (low < BELOW && s.column[low] == 0)
		low++;
	for (int i = high; i >= low; i--) {
		if (i == BELOW - 1)
			*p++ = '.';
		*p++ = (char)('0' + s.column[i]);
	}
	*p = '\0';
}

/* Divides the digits of the text, leaving it as long as it is. */
static bool
slow_divide(char *p, uint64_t by)
{
	uint64_t rest = 0;

	for (; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			continue;
		rest = rest * 10 + (uint64_t)(*p - '0');
		*p = (char)('0' + rest / by);
		rest %= by;
	}
	return rest > 0;
}

static double
slow_ratio(const char *text, uint64_t a, uint64_t b)
{
	char quotient[LONG_TEXT + 3];
	size_t n = strlen(text);
	bool rest;

	memcpy(quotient, text, n);
	if (strchr(text, '.') == NULL)
		quotient[n++] = '.';
	memset(quotient + n, '0', QUOTIENT_PLACES);
	quotient[n + QUOTIENT_PLACES] = '\0';
	rest = slow_divide(quotient, a);
	rest |= slow_divide(quotient, b);
	if (rest)
		strcat(quotient, "1");
	return strtod(quotient, NULL);
}

static struct exact
parsed(const char *text)
{
	struct exact x;

	CHECK_MSG(exact_parse(&x, str_of(text)), "refused '%s'", text);
	return x;
}

static void
check_text(const struct exact *x, const char *want)
{
	char text[EXACT_TEXT];
	size_t n = exact_format(x, text);

	CHECK_MSG(n == strlen(text) && strcmp(text, want) == 0, "'%s' for '%s'",
	    text, want);
}

static void
test_format(void)
{
	static const char *const same[] = {"0", "1", "-1", "10", "0.1", "-0.5",
	    "999999999", "1000000000", "-1000000000.000000001", "0.999999999",
	    "123456789012345678901234567890.0123456789"};
	static const char *const other[][2] = {{"-0", "0"}, {"0.000", "0"},
	    {"007", "7"}, {"-1.50", "-1.5"}, {"3.0", "3"}, {"00.10", "0.1"}};
	struct exact x = {0};

	check_text(&x, "0");
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		x = parsed(same[i]);
		check_text(&x, same[i]);
	}
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
		x = parsed(other[i][0]);
		check_text(&x, other[i][1]);
	}
	/* Different limbs, equal values: 10^9 - 10^9 + 1 against 1. */
	x = parsed("1000000000");
	exact_add(&x, (struct decimal){999999999, 0, true});
	check_text(&x, "1");
}

static void
test_parse(void)
{
	static const char *const bad[] = {"", "-", "+1", ".5", "5.", ".", "-.5",
	    "--1", "1-", " 1", "1 ", "1e5", "1,5", "0x1", "1.2.3", "nan", "inf",
	    "1_000", "1/", "1:"};
	char text[EXACT_TEXT + 100] = "1";
	struct exact x;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_MSG(!exact_parse(&x, str_of(bad[i])), "'%s'", bad[i]);
	CHECK(!exact_parse(&x, (struct str){NULL, 0}));
	CHECK(!exact_parse(&x, (struct str){"1\0", 2}));
	CHECK(exact_parse(&x, (struct str){"12", 1}));
	check_text(&x, "1");

	memset(text + 1, '0', EXACT_PARSE_WHOLE);
	text[EXACT_PARSE_WHOLE] = '\0';
	x = parsed(text);
	check_text(&x, text);
	strcat(text, "0");
	CHECK(!exact_parse(&x, str_of(text)));

	memset(text, '0', EXACT_PARSE_PLACES + 2);
	text[1] = '.';
	strcpy(text + EXACT_PARSE_PLACES + 1, "1");
	x = parsed(text);
	check_text(&x, text);
	CHECK(exact_places(&x) == EXACT_PARSE_PLACES);
	strcpy(text + EXACT_PARSE_PLACES + 1, "01");
	CHECK(!exact_parse(&x, str_of(text)));
	strcpy(text + EXACT_PARSE_PLACES + 1, "000");
	x = parsed(text);
	CHECK(exact_sign(&x) == 0);
}

static void
test_sums(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		struct exact sum = {0}, parts[3] = {{0}};
		struct slow slow = {{0}};
		char want[COLUMNS + 3];

		for (uint64_t n = random_word() % 50; n-- > 0;) {
			struct decimal d = random_decimal(LOW, HIGH);
			struct exact *part = &parts[random_word() % 3];

			if (random_word() % 2 == 0) {
				exact_add_square(&sum, d);
				exact_add_square(part, d);
				slow_add_square(&slow, d);
			} else {
				exact_add(&sum, d);
				exact_add(part, d);
				slow_add(&slow, d);
			}
		}
		slow_format(slow, want);
		check_text(&sum, want);
		for (int i = 1; i < 3; i++)
			exact_merge(&parts[0], &parts[i]);
		check_text(&parts[0], want);
		CHECK(exact_compare(&parts[0], &sum) == 0);
		sum = parsed(want);
		check_text(&sum, want);
		exact_subtract(&sum, &parts[0]);
		check_text(&sum, "0");
	}
}

/* All signs of carries: sums that swing about zero. */
static void
test_carries(void)
{
	struct exact sum = {0};
	struct slow slow = {{0}};
	char want[COLUMNS + 3];

	for (int i = 0; i < 20000; i++) {
		struct decimal d = random_decimal(-30, 10);

		exact_add(&sum, d);
		slow_add(&slow, d);
		if (i % 100 == 0) {
			slow_format(slow, want);
			check_text(&sum, want);
		}
	}
}

static void
test_words(void)
{
	uint64_t most[EXACT_WORDS];
	struct exact x = {0};

	memset(most, 0xff, sizeof most);
	exact_add_words(&x, most, EXACT_WORDS, 0, false);
	check_text(
	    &x, "6277101735386680763835789423207666416102355444464034512895");
	exact_add_words(&x, most, EXACT_WORDS, 0, true);
	CHECK(exact_sign(&x) == 0);
	exact_add_words(&x, most, EXACT_WORDS, -8, true);
	check_text(
	    &x, "-62771017353866807638357894232076664161023554444640.34512895");
}

/* 4ab = (a + b)^2 - (a - b)^2, and the product of text. */
static void
test_multiply(void)
{
	struct exact x, y, z;

	for (int round = 0; round < ROUNDS; round++) {
		struct exact a = {0}, b = {0}, sum, difference;
		struct decimal d = random_decimal(LOW, HIGH),
			       four = {4, 0, false};

		exact_add(&a, d);
		exact_add(&a, random_decimal(LOW, HIGH));
		exact_add(&b, random_decimal(LOW, HIGH));
		sum = difference = a;
		exact_merge(&sum, &b);
		exact_subtract(&difference, &b);
		exact_multiply(&x, &sum, &sum);
		exact_multiply(&y, &difference, &difference);
		exact_subtract(&x, &y);
		exact_multiply(&y, &a, &b);
		sum = (struct exact){0};
		exact_add(&sum, four);
		exact_multiply(&z, &sum, &y);
		CHECK(exact_compare(&x, &z) == 0);

		a = b = (struct exact){0};
		exact_add(&a, d);
		exact_multiply(&x, &a, &a);
		exact_add_square(&b, d);
		CHECK(exact_compare(&x, &b) == 0);
	}
	x = parsed("-1234567890.123");
	y = parsed("98765432109876543210.5");
	exact_multiply(&z, &x, &y);
	check_text(&z, "-121932631136976680261395625659.8915");
	y = parsed("0");
	exact_multiply(&z, &x, &y);
	check_text(&z, "0");
}

static void
test_order(void)
{
	static const char *const rising[] = {"-1000000000000000000000", "-1.1",
	    "-1", "-0.000000000000000000001", "0", "0.000000000000000000001",
	    "0.999999999999999999999", "1", "1.000000000000000000001",
	    "999999999999999999999", "1000000000000000000000"};
	int n = (int)(sizeof rising / sizeof rising[0]);

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			struct exact a = parsed(rising[i]),
				     b = parsed(rising[j]);

			CHECK(exact_compare(&a, &b) == (i > j) - (i < j));
		}
}

static void
test_places(void)
{
	static const struct {
		const char *text;
		int places;
	} table[] = {{"0", 0}, {"1", 0}, {"1000000000", 0}, {"0.1", 1},
	    {"-1.000000001", 9}, {"0.0000000010", 9}, {"2.0000000001", 10},
	    {"0.123", 3}};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct exact x = parsed(table[i].text);

		CHECK_MSG(exact_places(&x) == table[i].places, "places of '%s'",
		    table[i].text);
	}
}

static void
test_ratio(void)
{
	char text[EXACT_TEXT];

	for (int round = 0; round < 4 * ROUNDS; round++) {
		uint64_t a = 1 + (random_word() >> (11 + random_word() % 53));
		uint64_t b = 1 + (random_word() >> (11 + random_word() % 53));
		int low = round % 4 == 0 ? LOW : round % 4 == 1 ? -340 : -20;
		int high = round % 4 == 0 ? HIGH : round % 4 == 1 ? -300 : 20;
		struct exact x = {0};
		double want;

		for (int i = round % 3; i >= 0; i--)
			exact_add(&x, random_decimal(low, high));
		exact_format(&x, text);
		want = slow_ratio(text, 1, 1);
		CHECK_MSG(exact_double(&x) == want, "%s", text);
		want = slow_ratio(text, a, b);
		CHECK_MSG(exact_ratio(&x, a, b) == want, "%s", text);
	}
}

/* The point between two doubles goes to the even one, and the least step
 * beside it to the nearer. */
static void
test_halfway(void)
{
	struct decimal step = {1, -EXACT_ADD_PLACES, false};
	char text[COLUMNS];

	for (int round = 0; round < 4 * ROUNDS; round++) {
		uint64_t bits = random_word() >> 11;
		int exponent = (int)(random_word() % 1500) - 580;
		double low = ldexp((double)(bits | UINT64_C(1) << 52),
		    exponent > 970 ? 970 : exponent);
		double high = nextafter(low, INFINITY);
		struct exact sum, other;

		snprintf(text, sizeof text, "%.680f", low);
		sum = parsed(text);
		CHECK(exact_double(&sum) == low);
		snprintf(text, sizeof text, "%.680f", high);
		other = parsed(text);
		exact_merge(&sum, &other);
		CHECK(exact_ratio(&sum, 2, 1) == (bits % 2 == 0 ? low : high));
		exact_add(&sum, step);
		CHECK(exact_ratio(&sum, 1, 2) == high);
		step.negative = true;
		exact_add(&sum, step);
		exact_add(&sum, step);
		step.negative = false;
		CHECK(exact_ratio(&sum, 2, 1) == low);
	}
}

static void
test_ends(void)
{
	struct decimal over = {17976931348623159, 292, false};
	struct decimal largest = {17976931348623157, 292, false};
	struct decimal half = {24703282292062327, -340, false};
	struct exact x = {0}, y;

	exact_add(&x, largest);
	CHECK(exact_double(&x) == DBL_MAX);
	y = x;
	exact_add(&y, largest);
	CHECK(exact_double(&y) == INFINITY);
	CHECK(exact_ratio(&y, 2, 1) == DBL_MAX);
	y = (struct exact){0};
	over.negative = true;
	exact_add(&y, over);
	CHECK(exact_double(&y) == -INFINITY);

	y = (struct exact){0};
	exact_add(&y, half);
	CHECK(exact_double(&y) == 0);
	exact_subtract(&x, &y);
	CHECK(exact_double(&x) == DBL_MAX);
	exact_add(&y, (struct decimal){1, -340, false});
	CHECK(exact_double(&y) == 0x1p-1074);
	y = (struct exact){0};
	exact_add(&y, (struct decimal){1, -EXACT_ADD_PLACES, true});
	CHECK(exact_double(&y) == 0 && !signbit(exact_double(&y)));
	half.negative = true;
	exact_add(&y, half);
	CHECK(exact_double(&y) == 0 && !signbit(exact_double(&y)));
}

/* 2^53 times the largest and the smallest square, by doubling. */
static void
test_room(void)
{
	struct decimal large = {UINT64_C(9999999999999999999), 290, true};
	struct decimal small = {1, -EXACT_ADD_PLACES, false};
	struct exact sum = {0}, squares = {0}, count = {0}, want, x = {0};
	char text[EXACT_TEXT];

	exact_add(&sum, large);
	exact_add_square(&squares, large);
	exact_add_square(&squares, small);
	want = squares;
	for (int i = 0; i < 53; i++) {
		x = squares;
		exact_merge(&squares, &x);
		x = sum;
		exact_merge(&sum, &x);
	}
	exact_add(&count, (struct decimal){UINT64_C(1) << 53, 0, false});
	exact_multiply(&x, &count, &want);
	CHECK(exact_compare(&x, &squares) == 0);
	exact_format(&squares, text);
	want = parsed(text);
	CHECK(exact_compare(&want, &squares) == 0);
	CHECK(exact_places(&squares) == EXACT_PARSE_PLACES);

	exact_multiply(&x, &count, &squares);
	exact_multiply(&want, &sum, &sum);
	exact_subtract(&x, &want);
	CHECK(exact_sign(&x) > 0);
	CHECK(exact_ratio(&x, UINT64_C(1) << 53, UINT64_C(1) << 53) == 0);
}

/* (y - ulp)^2 n < x < (y + ulp)^2 n for y the root of x / n. */
static void
test_root(void)
{
	char text[COLUMNS];

	for (int round = 0; round < ROUNDS; round++) {
		struct decimal d = random_decimal(-20, 20), n = {0};
		struct exact x = {0}, count = {0}, low, high, y;
		double root;

		n.mantissa = 1 + (random_word() >> (11 + random_word() % 53));
		d.negative = false;
		d.mantissa++;
		exact_add(&x, d);
		exact_add(&count, n);
		root = exact_root(&x, 1, n.mantissa);
		snprintf(text, sizeof text, "%.300f", nextafter(root, 0));
		low = parsed(text);
		snprintf(
		    text, sizeof text, "%.300f", nextafter(root, INFINITY));
		high = parsed(text);
		exact_multiply(&y, &low, &low);
		exact_multiply(&low, &count, &y);
		exact_multiply(&y, &high, &high);
		exact_multiply(&high, &count, &y);
		CHECK(exact_compare(&low, &x) < 0);
		CHECK(exact_compare(&x, &high) < 0);
	}
}

static void
test_root_ends(void)
{
	struct exact x = {0};

	CHECK(exact_root(&x, 3, 2) == 0);
	exact_add_square(&x, (struct decimal){123, 300, true});
	CHECK(exact_root(&x, 1, 1) == 123e300);
	x = (struct exact){0};
	exact_add_square(&x, (struct decimal){123, -323, false});
	CHECK(exact_root(&x, 1, 1) == 123e-323);
	exact_add(&x, (struct decimal){1, 0, true});
	CHECK(isnan(exact_root(&x, 1, 1)));
}

int
main(void)
{
	test_format();
	test_parse();
	test_sums();
	test_carries();
	test_words();
	test_multiply();
	test_order();
	test_places();
	test_ratio();
	test_halfway();
	test_ends();
	test_room();
	test_root();
	test_root_ends();
	return check_end();
}
