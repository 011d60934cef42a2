/* SPDX-License-Identifier: MIT */

/* What num_parse takes and refuses, and what the writers write. */

#include <float.h>
#include <inttypes.h>
#include <stdlib.h>

#include "common/num.h"
#include "common/rng.h"
#include "tests/unit/check.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct rng source;

static uint64_t
random_bits(void)
{
	return rng_next(&source);
}

/*
 * A copy of s[0..n) that ends where the memory does, so that the sanitizers
 * and valgrind see a read beyond.
 */
static struct str
exactly(const char *s, size_t n)
{
	char *p = malloc(n > 0 ? n : 1);

	if (p == NULL)
		abort();
	memcpy(p, s, n);
	return (struct str){p, n};
}

static void
release(struct str s)
{
	free((char *)(uintptr_t)s.p);
}

static bool
parse(const char *text, struct decimal *out)
{
	struct str s = exactly(text, strlen(text));
	bool ok = num_parse(s, out);

	release(s);
	return ok;
}

static void
test_refused(void)
{
	static const char *const texts[] = {"", "-", "+", ".", "-.", "e", "E5",
	    ".e5", "-e1", "1x", "x1", " 1", "1 ", "1 2", "\t1", "1\n", "+1",
	    "+.5", "--1", "-+1", "1-", "1+", "1e", "1E", "1e+", "1e-", "1e1.5",
	    "1e 5", "1e5x", "1e--5", "1e+-5", "1ee5", "1..2", "1.2.3", "..5",
	    "0x10", "0x", "1,5", "1,000", "1_000", "1'000", "nan", "NaN",
	    "-nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "1e309",
	    "1.7976931348623159e308", "179769313486231590e291", "1e400000000",
	    "1e99999999999999999999", "1f", "1.0f", "1d", "1L", "0b1", "1/2",
	    "1%", "$1", "\xd9\xa1", "1\xc2\xa0", "\xe2\x88\x92\x31", "1234567x",
	    "12345678x", "0.1234567x", "0.12345678x", "0.123456789012345x",
	    "12345678901234567890x", "0.12345678/0123456",
	    "0.1234567:", "0.1234567\xb0"};
	struct decimal d = {42, 42, true};

	for (size_t i = 0; i < COUNT(texts); i++)
		CHECK_MSG(!parse(texts[i], &d), "takes '%s'", texts[i]);
	CHECK(!num_parse((struct str){"1\0", 2}, &d));
	CHECK(!num_parse((struct str){"0.1234567\0", 10}, &d));
	CHECK(!num_parse((struct str){NULL, 0}, &d));
	CHECK(d.mantissa == 42 && d.exponent == 42 && d.negative);
}

/* Every text of up to five bytes out of these, against strtod. */
static void
test_short(void)
{
	static const char bytes[] = "05.-+eE /:";
	const unsigned base = sizeof bytes, codes = base * base * base * base;

	for (unsigned code = 0; code < codes * base; code++) {
		char text[6] = "", *end;
		unsigned rest = code;
		struct decimal d;
		bool number;
		double x;

		for (int i = 0; i < 5; i++, rest /= base)
			text[i] = bytes[rest % base];
		/* strtod also takes prefixes, blanks, plus and infinity. */
		x = strtod(text, &end);
		number = end > text && *end == '\0' && isfinite(x) &&
			 text[0] != ' ' && text[0] != '+';
		CHECK_MSG(parse(text, &d) == number, "'%s'", text);
		if (number)
			CHECK_MSG(
			    decimal_double(d) == x, "'%s' is another", text);
	}
}

static const struct {
	const char *text;
	struct decimal d;
} taken[] = {
    {"0", {0, 0, false}},
    {"-0", {0, 0, false}},
    {"-0.00", {0, 0, false}},
    {"0e999999999999999999999", {0, 0, false}},
    {"-0e-5", {0, 0, false}},
    {"00000000000000000000000", {0, 0, false}},
    {"3", {3, 0, false}},
    {"007", {7, 0, false}},
    {"-12", {12, 0, true}},
    {"25.31", {2531, -2, false}},
    {"25.3100", {2531, -2, false}},
    {".5", {5, -1, false}},
    {"5.", {5, 0, false}},
    {"-.5e1", {5, 0, true}},
    {"5.e-1", {5, -1, false}},
    {"1e3", {1, 3, false}},
    {"1E+3", {1, 3, false}},
    {"1e-05", {1, -5, false}},
    {"1e0000000000000000000000003", {1, 3, false}},
    {"1.5e-00000000000000000000007", {15, -8, false}},
    {"24.718273645987123", {24718273645987123, -15, false}},
    {"0.30000000000000004", {30000000000000004, -17, false}},
    {"12345678.12345678", {1234567812345678, -8, false}},
    {"9007199254740993", {9007199254740993, 0, false}},
    {"1234567890123456789", {1234567890123456789, 0, false}},
    {"9999999999999999999", {9999999999999999999u, 0, false}},
    {"-0.9999999999999999999", {9999999999999999999u, -19, true}},
    {"1000000000000000000000000", {1, 24, false}},
    {"1234567890123456789000", {1234567890123456789, 3, false}},
    {"0.000000000000000000000000012", {12, -27, false}},
    {"00000000000000000000000001.25", {125, -2, false}},
    {"1.2500000000000000000000000000000", {125, -2, false}},
    /* More digits: the shortest decimal of the nearest double. */
    {"12345678901234567891", {12345678901234567, 3, false}},
    {"18446744073709551616", {18446744073709552, 3, false}},
    {"0.1000000000000000055511151231257827", {1, -1, false}},
    {"-3.14159265358979323846264338327950288", {3141592653589793, -15, true}},
    {"9007199254740993.0000", {9007199254740993, 0, false}},
    {"9007199254740993.0001", {9007199254740994, 0, false}},
    {"9007199254740992.9999", {9007199254740992, 0, false}},
    /* The ends of the range. */
    {"1.7976931348623157e308", {17976931348623157, 292, false}},
    {"1.797693134862315807e308", {1797693134862315807, 290, false}},
    {"-1e308", {1, 308, true}},
    {"1e-323", {1, -323, false}},
    {"1.234567890123456789e-323", {1234567890123456789, -341, false}},
    {"9.9e-324", {1, -323, false}},
    {"5e-324", {5, -324, false}},
    {"3e-324", {5, -324, false}},
    {"2.4703282292062328e-324", {5, -324, false}},
    {"2.4703282292062327e-324", {0, 0, false}},
    {"-1e-324", {0, 0, false}},
    {"1e-999", {0, 0, false}},
    {"1e-99999999999999999999", {0, 0, false}},
};

static void
test_taken(void)
{
	struct decimal d;

	for (size_t i = 0; i < COUNT(taken); i++) {
		struct decimal want = taken[i].d;
		bool ok = parse(taken[i].text, &d);

		CHECK_MSG(ok, "refuses '%s'", taken[i].text);
		CHECK_MSG(d.exponent >= DECIMAL_EXPONENT_MIN &&
			      d.exponent <= DECIMAL_EXPONENT_MAX,
		    "'%s' has exponent %d", taken[i].text, d.exponent);
		d = decimal_reduce(d);
		CHECK_MSG(d.mantissa == want.mantissa &&
			      d.exponent == want.exponent &&
			      d.negative == want.negative,
		    "'%s' reads as %s%" PRIu64 "e%d", taken[i].text,
		    d.negative ? "-" : "", d.mantissa, d.exponent);
	}
}

/* Fields of a megabyte: zeros on all sides, and a last digit that decides. */
static void
test_long(void)
{
	enum { SIZE = 1 << 20 };
	static char text[SIZE];
	struct str s = {text, SIZE};
	struct decimal d;

	memset(text, '0', SIZE);
	CHECK(num_parse(s, &d) && d.mantissa == 0);
	text[1] = '.';
	text[SIZE - 1] = '7';
	CHECK(num_parse(s, &d) && d.mantissa == 0);
	memcpy(text + SIZE - 9, "1e1048568", 9);
	CHECK(!num_parse((struct str){text + 2, SIZE - 2}, &d));
	memcpy(text + SIZE - 9, "3e1048566", 9);
	CHECK(num_parse(s, &d) && d.mantissa == 3 && d.exponent == 0);

	memset(text, '0', SIZE);
	memcpy(text, "9007199254740993.", 17);
	CHECK(num_parse(s, &d) && decimal_reduce(d).exponent == 0 &&
	      decimal_reduce(d).mantissa == 9007199254740993);
	text[SIZE - 1] = '1';
	CHECK(num_parse(s, &d) && d.mantissa == 9007199254740994);
	text[SIZE - 1] = '0';
	text[SIZE / 2] = '1';
	CHECK(num_parse(s, &d) && d.mantissa == 9007199254740994);

	memset(text, '9', SIZE);
	CHECK(!num_parse(s, &d));
	text[0] = '.';
	CHECK(num_parse(s, &d) && d.mantissa == 1 && d.exponent == 0);
}

/* Number texts of all shapes, against strtod. */
static void
test_random(void)
{
	for (int i = 0; i < 400000; i++) {
		uint64_t r = random_bits();
		int whole = (int)(r % 12), places = (int)(r >> 8) % 24;
		char text[64], digits[41];
		struct decimal d;
		double x;

		whole += whole + places == 0;
		for (int k = 0; k < 40; k++)
			digits[k] = (char)('0' + (random_bits() >> 40) % 10);
		digits[40] = '\0';
		snprintf(text, sizeof text, "%s%.*s%s%.*s", r >> 63 ? "-" : "",
		    whole, digits, places > 0 || r >> 62 & 1 ? "." : "", places,
		    digits + whole);
		if (r >> 61 & 1)
			snprintf(text + strlen(text), 8, "e%d",
			    (int)(r >> 32 & 0xff) - 128);
		x = strtod(text, NULL);
		CHECK_MSG(parse(text, &d), "refuses '%s'", text);
		CHECK_MSG(decimal_double(d) == x, "'%s' reads as %.17g", text,
		    decimal_double(d));
	}
}

static const struct {
	const char *text;
	bool is_count, is_int;
	uint64_t count;
	int64_t whole;
} whole_texts[] = {
    {"0", true, true, 0, 0},
    {"-0", false, true, 0, 0},
    {"7", true, true, 7, 7},
    {"-7", false, true, 0, -7},
    {"00000000000000000000000042", true, true, 42, 42},
    {"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
    {"9223372036854775808", true, false, (uint64_t)INT64_MAX + 1, 0},
    {"-9223372036854775808", false, true, 0, INT64_MIN},
    {"-9223372036854775809", false, false, 0, 0},
    {"18446744073709551615", true, false, UINT64_MAX, 0},
    {"18446744073709551616", false, false, 0, 0},
    {"18446744073709551620", false, false, 0, 0},
    {"99999999999999999999", false, false, 0, 0},
    {"184467440737095516150", false, false, 0, 0},
    {"", false, false, 0, 0},
    {"-", false, false, 0, 0},
    {"--1", false, false, 0, 0},
    {"+1", false, false, 0, 0},
    {"1.0", false, false, 0, 0},
    {"1e3", false, false, 0, 0},
    {"1x", false, false, 0, 0},
    {" 1", false, false, 0, 0},
    {"1 ", false, false, 0, 0},
    {"0x10", false, false, 0, 0},
    {"1,000", false, false, 0, 0},
    {"1_000", false, false, 0, 0},
};

static void
test_whole(void)
{
	for (size_t i = 0; i < COUNT(whole_texts); i++) {
		struct str s =
		    exactly(whole_texts[i].text, strlen(whole_texts[i].text));
		uint64_t count = 99;
		int64_t whole = 99;
		bool is_count = num_count(s, &count);
		bool is_int = num_int(s, &whole);

		release(s);
		CHECK_MSG(is_count == whole_texts[i].is_count &&
			      count == (is_count ? whole_texts[i].count : 99),
		    "'%s' is the count %" PRIu64, whole_texts[i].text, count);
		CHECK_MSG(is_int == whole_texts[i].is_int &&
			      whole == (is_int ? whole_texts[i].whole : 99),
		    "'%s' is the number %" PRId64, whole_texts[i].text, whole);
	}
	CHECK(!num_count((struct str){NULL, 0}, &(uint64_t){0}));
	CHECK(!num_int((struct str){NULL, 0}, &(int64_t){0}));
}

static const struct {
	double x;
	const char *text;
} written[] = {
    {0, "0"},
    {-0.0, "0"},
    {3, "3"},
    {-3, "-3"},
    {10, "10"},
    {25.31, "25.31"},
    {-0.5, "-0.5"},
    {1e6, "1000000"},
    {0.30000000000000004, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {100.0 / 3, "33.333333333333336"},
    {123456789.125, "123456789.125"},
    {9007199254740992, "9007199254740992"},
    {1e15, "1000000000000000"},
    {9999999999999998, "9999999999999998"},
    {1e16, "1e16"},
    {12345678901234568, "1.2345678901234568e16"},
    {1e23, "1e23"},
    {-1.5e300, "-1.5e300"},
    {DBL_MAX, "1.7976931348623157e308"},
    {-DBL_MAX, "-1.7976931348623157e308"},
    {0.001, "0.001"},
    {0.0001, "0.0001"},
    {0.00012345678901234567, "0.00012345678901234567"},
    {0.00001, "1e-5"},
    {0.000099, "9.9e-5"},
    {1e-100, "1e-100"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {-2.2250738585072011e-308, "-2.225073858507201e-308"},
    {5e-324, "5e-324"},
};

static void
test_format(void)
{
	char text[NUM_SIZE];

	for (size_t i = 0; i < COUNT(written); i++) {
		size_t n = num_format(text, written[i].x);

		CHECK_MSG(n < NUM_SIZE && n == strlen(written[i].text) &&
			      memcmp(text, written[i].text, n) == 0,
		    "%a is %.*s, not %s", written[i].x, (int)n, text,
		    written[i].text);
	}
}

/* Every double that is written reads back, and fits. */
static void
test_round_trip(void)
{
	char text[NUM_SIZE];
	size_t longest = 0;

	for (int i = 0; i < 1000000; i++) {
		uint64_t bits = random_bits();
		struct decimal d;
		double x;
		size_t n;

		memcpy(&x, &bits, sizeof x);
		if (i % 2 > 0)
			x = (double)(int64_t)bits * 0x1p-50;
		if (!isfinite(x))
			continue;
		n = num_format(text, x);
		if (n > longest)
			longest = n;
		CHECK_MSG(num_parse((struct str){text, n}, &d) &&
			      decimal_double(d) == x,
		    "%a is %.*s", x, (int)n, text);
	}
	CHECK(longest == 24 && longest < NUM_SIZE);
}

static void
test_format_decimal(void)
{
	static const struct {
		struct decimal d;
		const char *text;
	} cases[] = {
	    {{0, 5, false}, "0"},
	    {{2500, -2, false}, "25"},
	    {{2530, -2, true}, "-25.3"},
	    {{5, -4, false}, "0.0005"},
	    {{500, -7, false}, "5e-5"},
	    {{1, 15, false}, "1000000000000000"},
	    {{1, 16, true}, "-1e16"},
	    {{UINT64_MAX, 0, true}, "-1.8446744073709551615e19"},
	    {{UINT64_MAX, -4, true}, "-1844674407370955.1615"},
	    {{UINT64_MAX, -23, true}, "-0.00018446744073709551615"},
	    {{UINT64_MAX, -341, true}, "-1.8446744073709551615e-322"},
	};
	char text[NUM_SIZE], other[NUM_SIZE];

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = num_format_decimal(text, cases[i].d);

		CHECK_MSG(n < NUM_SIZE && n == strlen(cases[i].text) &&
			      memcmp(text, cases[i].text, n) == 0,
		    "%.*s, not %s", (int)n, text, cases[i].text);
	}
	/* With 15 digits, the same as through a double. */
	for (int i = 0; i < 1000000; i++) {
		uint64_t r = random_bits();
		struct decimal d = {r % 1000000000000000, 0, r >> 63};
		size_t n;

		d.mantissa /= (uint64_t)1 << (r >> 50) % 50;
		d.exponent =
		    (int)(random_bits() >> 32) % (i % 2 > 0 ? 290 : 20);
		d.negative &= d.mantissa > 0;
		n = num_format_decimal(text, d);
		CHECK_MSG(n == num_format(other, decimal_double(d)) &&
			      memcmp(text, other, n) == 0,
		    "%.*s", (int)n, text);
	}
}

static void
test_format_count(void)
{
	char text[NUM_SIZE], want[NUM_SIZE];
	uint64_t ten = 1;

	for (int digits = 0; digits < 20; digits++, ten *= 10)
		for (int i = -2; i < 1000; i++) {
			uint64_t n = ten + (i < 1 ? (uint64_t)(int64_t)i
						  : random_bits() % ten);
			size_t size, most = n < 100000000 ? 8 : 24;

			memset(text, '#', sizeof text);
			size = num_format_count(text, n);
			for (size_t j = most; j < sizeof text; j++)
				CHECK(text[j] == '#');
			snprintf(want, sizeof want, "%" PRIu64, n);
			CHECK_MSG(size == strlen(want) &&
				      memcmp(text, want, size) == 0,
			    "%.*s, not %s", (int)size, text, want);
		}
	for (unsigned n = 0; n < 100; n++) {
		num_put_pair(text, n);
		CHECK(text[0] == (char)('0' + n / 10) &&
		      text[1] == (char)('0' + n % 10));
	}
}

int
main(void)
{
	rng_start(&source, 1, 0, (struct rng_row){{0}});
	test_refused();
	test_short();
	test_taken();
	test_long();
	test_random();
	test_whole();
	test_format();
	test_round_trip();
	test_format_decimal();
	test_format_count();
	return check_end();
}
