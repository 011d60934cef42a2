/* SPDX-License-Identifier: MIT */

/* Wide integers against identities, and against exact sums of the text. */

#include <stdlib.h>
#include <string.h>

#include "common/exact.h"
#include "common/whole.h"
#include "tests/unit/check.h"

enum { ROUNDS = 20000 };

static uint64_t
random_word(void)
{
	static uint64_t state = 20220214;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Of any length and sign, to WHOLE_MAX. */
static whole_int
random_whole(void)
{
	whole_size x = random_word();

	x = x << 32 << (2 * WHOLE_HALF - 64) / 2 ^ random_word();
	x = x >> 3 >> random_word() % (unsigned)(2 * WHOLE_HALF - 3);
	return random_word() % 2 == 0 ? (whole_int)x : -(whole_int)x;
}

static bool
same(struct whole_pair a, struct whole_pair b)
{
	return a.low == b.low && a.high == b.high;
}

/* (a + b)^2 - (a - b)^2 = 4 a b, and what that rests on. */
static void
test_products(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		whole_int a = random_whole() / 2, b = random_whole() / 2;
		struct whole_pair x = whole_multiply(a, b), y = x, z;

		CHECK(same(x, whole_multiply(b, a)));
		CHECK(same(whole_negate(x), whole_multiply(-a, b)));
		CHECK(whole_is_negative(x) ==
		      (a != 0 && b != 0 && (a < 0) != (b < 0)));
		for (int i = 0; i < 2; i++)
			y = whole_add(y, y);
		z = whole_subtract(
		    whole_multiply(a + b, a + b), whole_multiply(a - b, a - b));
		CHECK(same(y, z));
		CHECK(same(whole_multiply(a, 1), whole_extend(a)));
		CHECK(same(whole_times(whole_extend(a < 0 ? -a : a), 5),
		    whole_multiply(a < 0 ? -a : a, 5)));
	}
}

/* The digits of the size as text, "0" for none. */
static void
spell(struct whole_pair x, char text[EXACT_TEXT])
{
	static const int width = 4 * WHOLE_HALF / 32;
	struct exact sum = {0}, power = {0}, y;
	struct decimal one = {1, 0, false}, base = {UINT64_C(1) << 32, 0, 0};
	struct exact factor = {0};

	exact_add(&power, one);
	exact_add(&factor, base);
	for (int i = 0; i < width; i++) {
		whole_size part = i < width / 2 ? x.low : x.high;
		struct exact word = {0};

		part = part >> 32 * (i % (width / 2));
		exact_add(&word, (struct decimal){(uint32_t)part, 0, false});
		exact_multiply(&y, &word, &power);
		exact_merge(&sum, &y);
		exact_multiply(&y, &power, &factor);
		power = y;
	}
	exact_format(&sum, text);
}

/* Text comes out as it went in, with a point anywhere and a sign. */
static void
test_parse(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		size_t most = sizeof(whole_int) < 16 ? 27 : 56;
		size_t n = 1 + random_word() % most, point;
		char digits[64], text[64], got[EXACT_TEXT];
		bool sign = random_word() % 2 == 0, negative;
		struct whole_pair x;
		int exponent;

		for (size_t i = 0; i < n; i++)
			digits[i] = (char)('0' + random_word() % 10);
		digits[n] = '\0';
		point = 1 + random_word() % n;
		snprintf(text, sizeof text, "%s%.*s%s%s", sign ? "-" : "",
		    (int)point, digits, point < n ? "." : "", digits + point);
		CHECK_MSG(whole_parse(str_of(text), &negative, &x, &exponent),
		    "refused %s", text);
		CHECK(negative == sign && exponent == (int)point - (int)n);
		spell(x, got);
		CHECK_MSG(strcmp(got, digits + strspn(digits, "0")) == 0 ||
			      (strspn(digits, "0") == n && got[0] == '0'),
		    "%s for %s", got, text);
	}
}

static void
test_parse_bad(void)
{
	static const char *const bad[] = {"", "-", "+1", ".5", "5.", ".", "-.5",
	    "--1", "1-", " 1", "1 ", "1e5", "1,5", "1.2.3", "12345678a", "nan",
	    ("99999999999999999999999999999999999999999999999999999999"
	     "99")};
	struct whole_pair x;
	bool negative;
	int exponent;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_MSG(
		    !whole_parse(str_of(bad[i]), &negative, &x, &exponent),
		    "'%s'", bad[i]);
	CHECK(!whole_parse((struct str){NULL, 0}, &negative, &x, &exponent));
}

/* Up to the limit and no further, and zero at any scale. */
static void
test_scale(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		whole_int x = random_whole(), y = x, z = x;
		int places = (int)(random_word() % 40);
		bool fits = true;

		for (int i = 0; i < places && fits; i++) {
			fits = -(WHOLE_MAX / 10) <= z && z <= WHOLE_MAX / 10;
			if (fits)
				z *= 10;
		}
		CHECK(whole_scale(&y, places) == fits);
		CHECK(y == (fits ? z : x));
	}
	whole_int zero = 0;

	CHECK(whole_scale(&zero, 100000) && zero == 0);
}

/* x 10^exponent / (a b) by way of the text of x. */
static double
exact_ratio_of(struct whole_pair x, int exponent, uint64_t a, uint64_t b)
{
	bool negative = whole_is_negative(x);
	struct exact size, unit = {0}, y;
	char text[EXACT_TEXT];

	spell(negative ? whole_negate(x) : x, text);
	CHECK(exact_parse(&size, str_of(text)));
	exact_add(&unit, (struct decimal){1, exponent, negative});
	exact_multiply(&y, &size, &unit);
	return exact_ratio(&y, a, b);
}

/* What is not in doubt is what division in decimal gives, and nothing drawn at
 * random is in doubt. */
static void
test_ratio(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		whole_int w = random_whole();
		struct whole_pair x = whole_multiply(w, random_whole());
		int exponent = (int)(random_word() % 89) - 44;
		uint64_t a = 1 + (random_word() >> (11 + random_word() % 53));
		uint64_t b = 1 + (random_word() >> (11 + random_word() % 53));
		double want, got;

		want = exact_ratio_of(x, exponent, a, b);
		CHECK(whole_ratio(x, exponent, a, b, &got));
		CHECK(memcmp(&got, &want, sizeof got) == 0);
	}
}

/* With 54 bits, the last one set, and with a little more or less. */
static void
test_ratio_halfway(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		whole_int half =
		    (whole_int)(random_word() >> 10 | UINT64_C(1) << 53 | 1);
		double want, got;

		for (int i = -1; i <= 1; i++) {
			struct whole_pair x = whole_multiply(half, 1000);

			x = whole_add(x, whole_extend(i));
			want = exact_ratio_of(x, -3, 1, 1);
			if (whole_ratio(x, -3, 1, 1, &got))
				CHECK(got == want);
			else
				CHECK(i == 0);
		}
	}
}

int
main(void)
{
	test_products();
	test_parse();
	test_parse_bad();
	test_scale();
	test_ratio();
	test_ratio_halfway();
	return check_end();
}
