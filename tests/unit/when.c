/* SPDX-License-Identifier: MIT */

/*
 * Every day of the calendar and every second of a day, counted step by step,
 * and what the parsers of instants and durations take and refuse.
 */

#include <inttypes.h>
#include <stdlib.h>

#include "common/rng.h"
#include "common/when.h"
#include "tests/unit/check.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define HOUR (3600 * WHEN_SECOND)
#define MINUTE (60 * WHEN_SECOND)

static struct rng source;

static uint64_t
random_bits(void)
{
	return rng_next(&source);
}

/* Parses a copy that ends where the memory does, for the sanitizers. */
static bool
parse_with(bool (*parser)(struct str, int64_t *), const char *text, size_t n,
    int64_t *out)
{
	char *p = malloc(n > 0 ? n : 1);
	bool ok;

	if (p == NULL)
		abort();
	memcpy(p, text, n);
	ok = parser((struct str){p, n}, out);
	free(p);
	return ok;
}

static bool
parse(const char *text, int64_t *out)
{
	return parse_with(when_parse, text, strlen(text), out);
}

static bool
parse_duration(const char *text, int64_t *out)
{
	return parse_with(when_parse_duration, text, strlen(text), out);
}

static bool
same(const char *buf, size_t n, const char *text)
{
	return n == strlen(text) && memcmp(buf, text, n) == 0;
}

/* Two digits at p, without the table that common/num.c has. */
static void
put(char *p, int n)
{
	p[0] = (char)('0' + n / 10);
	p[1] = (char)('0' + n % 10);
}

static int
days_in(int year, int month)
{
	if (month == 2)
		return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
			   ? 29
			   : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* No text is known before the first, not that of zeros either. */
static void
test_first(void)
{
	char text[] = "\0\0\0\0\0\0\0\0\0\0\00000:00:00";
	int64_t t = 42;

	CHECK(sizeof(text) - 1 == 19);
	CHECK(!when_parse((struct str){text, 19}, &t) && t == 42);
	CHECK(when_format(text, WHEN_MIN) == 19);
	CHECK(memcmp(text, "0001-01-01 00:00:00", 19) == 0);
}

/* All dates that can be written, from 0000-00-00 to 9999-13-32. */
static void
test_days(void)
{
	int64_t want = WHEN_MIN, t;
	char date[WHEN_SIZE] = "0000-00-00", text[WHEN_SIZE];
	struct str s = {date, 10}, full = {date, 19};

	memcpy(date + 10, "T00:00:00", 9);
	for (int year = 0; year <= 9999; year++) {
		put(date, year / 100);
		put(date + 2, year % 100);
		for (int month = 0; month <= 13; month++) {
			put(date + 5, month);
			for (int day = 0; day <= 32; day++) {
				bool real = year > 0 && month >= 1 &&
					    month <= 12 && day >= 1 &&
					    day <= days_in(year, month);

				put(date + 8, day);
				CHECK_MSG(
				    when_parse(s, &t) == real, "%.10s", date);
				if (!real)
					continue;
				CHECK_MSG(
				    t == want, "%.10s is %" PRId64, date, t);
				CHECK(when_parse(full, &t) && t == want);
				CHECK_MSG(
				    when_format(text, t) == 19 &&
					memcmp(text, date, 10) == 0 &&
					memcmp(text + 10, " 00:00:00", 9) == 0,
				    "%.10s becomes %.19s", date, text);
				want += WHEN_DAY;
			}
		}
	}
	CHECK(want == WHEN_MAX + 1);
}

/* All times of day that can be written, on a day before 1970. */
static void
test_seconds(void)
{
	char time[] = "1969-12-31 00:00:00", text[WHEN_SIZE];
	struct str s = {time, 19};
	int64_t want = -WHEN_DAY, t;

	for (int hour = 0; hour < 100; hour++)
		for (int minute = 0; minute < 100; minute++)
			for (int second = 0; second < 100; second++) {
				bool real =
				    hour < 24 && minute < 60 && second < 60;

				put(time + 11, hour);
				put(time + 14, minute);
				put(time + 17, second);
				CHECK_MSG(
				    when_parse(s, &t) == real, "%s", time);
				if (!real)
					continue;
				CHECK_MSG(t == want, "%s is %" PRId64, time, t);
				CHECK(same(text, when_format(text, t), time));
				want += WHEN_SECOND;
			}
	CHECK(want == 0);
}

static const char sample[] = "2028-02-28T12:28:28.282828+12:28";

/* Whether c may stand at place i of the first n bytes of the sample. */
static bool
may_stand(int c, size_t i, size_t n)
{
	bool digit = c >= '0' && c <= '9';

	switch (i) {
	case 10:
		return c == ' ' || c == 'T';
	case 26:
		return c == '+' || c == '-';
	case 5: /* the months 02 and 12 */
		return c == '0' || c == '1';
	case 6: /* 01 to 09 */
		return digit && c != '0';
	case 8:  /* the days 08, 18 and 28 */
	case 11: /* the hours 02, 12 and 22 */
	case 27:
		return digit && c <= '2';
	case 14: /* the minutes and seconds 08 to 58 */
	case 17:
	case 30:
		return digit && c <= '5';
	case 25: /* the last digit of a fraction, or a zone after five */
		return digit || (n == 26 && c == 'Z');
	default:
		return sample[i] >= '0' && sample[i] <= '9' ? digit
							    : c == sample[i];
	}
}

static void
test_bytes(void)
{
	static const size_t lengths[] = {10, 19, 26, 32};
	char text[sizeof sample];
	int64_t t;

	for (size_t k = 0; k < COUNT(lengths); k++)
		for (size_t i = 0; i < lengths[k]; i++)
			for (int c = 0; c < 256; c++) {
				size_t n = lengths[k];

				memcpy(text, sample, sizeof text);
				text[i] = (char)c;
				CHECK_MSG(parse_with(when_parse, text, n, &t) ==
					      may_stand(c, i, n),
				    "%.*s with byte %d for %c", (int)n, sample,
				    c, sample[i]);
			}
}

static const struct {
	const char *text;
	int64_t t;
} taken[] = {
    {"1970-01-01", 0},
    {"1970-01-01 00:00:00", 0},
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01 00:00:00.000000", 0},
    {"1970-01-01 00:00:00.000001", 1},
    {"1969-12-31 23:59:59.999999", -1},
    {"1970-01-01T00:00:00.5", 500000},
    {"1970-01-01T00:00:00.25Z", 250000},
    {"1970-01-01T00:00:00.125", 125000},
    {"1970-01-01T00:00:00.0625", 62500},
    {"1970-01-01T00:00:00.03125", 31250},
    {"1970-01-01T00:00:00.015625", 15625},
    {"1970-01-01 01:00:00+01:00", 0},
    {"1969-12-31 19:00:00-05:00", 0},
    {"1970-01-01T05:45:00.000001+05:45", 1},
    {"1970-01-01 00:00:00-00:00", 0},
    {"1970-01-01 23:59:00+23:59", 0},
    {"1969-12-31 00:01:00-23:59", 0},
    {"2000-02-29 12:00:00", 951825600 * WHEN_SECOND},
    {"2001-09-09T01:46:40", 1000000000 * WHEN_SECOND},
    {"2025-01-01", 1735689600 * WHEN_SECOND},
    {"2038-01-19 03:14:08", 2147483648 * WHEN_SECOND},
    {"0001-01-01", WHEN_MIN},
    {"0001-01-01 00:00:00", WHEN_MIN},
    {"0001-01-01T23:59:00+23:59", WHEN_MIN},
    {"9999-12-31", WHEN_MAX + 1 - WHEN_DAY},
    {"9999-12-31T23:59:59Z", WHEN_MAX + 1 - WHEN_SECOND},
    {"9999-12-31 23:59:59.999999", WHEN_MAX},
    {"9999-12-31 22:59:59.999999-01:00", WHEN_MAX},
    {"0", 0},
    {"-0", 0},
    {"1", WHEN_SECOND},
    {"-1", -WHEN_SECOND},
    {"20250101", 20250101 * WHEN_SECOND},
    {"1735689600", 1735689600 * WHEN_SECOND},
    {"00000000001735689600", 1735689600 * WHEN_SECOND},
    {"-62135596800", WHEN_MIN},
    {"253402300799", WHEN_MAX + 1 - WHEN_SECOND},
};

static void
test_taken(void)
{
	for (size_t i = 0; i < COUNT(taken); i++) {
		int64_t t = 42;

		CHECK_MSG(
		    parse(taken[i].text, &t), "refuses '%s'", taken[i].text);
		CHECK_MSG(
		    t == taken[i].t, "'%s' is %" PRId64, taken[i].text, t);
	}
}

static const char *const refused[] = {"", "-", "+", "+1", "--1", "1.0", "1e9",
    " 1", "1 ", "1s", "-62135596801", "253402300800", "9223372036854775807",
    "9223372036854775808", "99999999999999999999", "now", "NaT", "nan",
    /* dates */
    "2024-02-30", "2023-02-29", "1900-02-29", "2100-02-29", "2024-04-31",
    "2024-00-10", "2024-13-01", "2024-01-00", "2024-01-32", "0000-01-01",
    "0000-12-31", "10000-01-01", "-2024-01-01", "+2024-01-01", "24-01-01",
    "2024-1-1", "2024-01-1", "2024-1-01", "2024-01", "2024-01-", "2024/01/01",
    "2024.01.01", "2024-01-01Z", "2024-01-01+00:00", "2024-01-01 ",
    "2024-01-01T", " 2024-01-01", "2024-001", "2024-W01-1", "01-01-2024",
    /* times */
    "2025-01-01 10", "2025-01-01 10:00",
    "2025-01-01 10:00:", "2025-01-01 10:00:0", "2025-01-01 24:00:00",
    "2025-01-01 10:60:00", "2025-01-01 10:00:60", "2016-12-31 23:59:60",
    "2025-01-01 1:00:00", "2025-01-01  10:00:00", "2025-01-01t10:00:00",
    "2025-01-01_10:00:00", "2025-01-01-10:00:00", "2025-01-01 10:00:00 ",
    "2025-01-01 10:00:00x", "2025-01-01 10.00.00", "2025-01-01 10:00:00 AM",
    "2025-02-29 10:00:00", "2025-13-01 10:00:00", "2025-01-01 -1:00:00",
    "2025-01-01 10:+1:00",
    /* fractions */
    "2025-01-01 10:00:00.", "2025-01-01 10:00:00.Z", "2025-01-01 10:00:00,5",
    "2025-01-01 10:00:00.1234567", "2025-01-01 10:00:00.0000000",
    "2025-01-01 10:00:00.-1", "2025-01-01 10:00:00.5.5",
    "2025-01-01 10:00:00.1 ",
    /* zones */
    "2025-01-01 10:00:00z", "2025-01-01 10:00:00 Z", "2025-01-01 10:00:00ZZ",
    "2025-01-01 10:00:00+", "2025-01-01 10:00:00+1", "2025-01-01 10:00:00+01",
    "2025-01-01 10:00:00+01:", "2025-01-01 10:00:00+01:0",
    "2025-01-01 10:00:00+0100", "2025-01-01 10:00:00+1:00",
    "2025-01-01 10:00:00+01:00Z", "2025-01-01 10:00:00+01:000",
    "2025-01-01 10:00:00+24:00", "2025-01-01 10:00:00+01:60",
    "2025-01-01 10:00:00 +01:00", "2025-01-01 10:00:00+-1:00",
    "2025-01-01 10:00:00 UTC", "2025-01-01 10:00:00.5+1",
    "2025-01-01 10:00:00+01:00:00", "2025-01-01 10:00:00.5 +01:00",
    /* outside the years 1 to 9999 in UTC */
    "0001-01-01 00:00:00+00:01", "0001-01-01 23:58:59+23:59",
    "9999-12-31 23:59:59-00:01", "9999-12-31 23:00:00.000000-01:00"};

static void
test_refused(void)
{
	int64_t t = 42;

	for (size_t i = 0; i < COUNT(refused); i++)
		CHECK_MSG(!parse(refused[i], &t), "takes '%s'", refused[i]);
	CHECK(!when_parse((struct str){NULL, 0}, &t));
	CHECK(!when_parse((struct str){"2025-01-01\0", 11}, &t));
	CHECK(!when_parse((struct str){"2025-01-01 10:00:00\0", 20}, &t));
	CHECK(t == 42);
}

static void
test_format(void)
{
	static const struct {
		int64_t t;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01 00:00:00"},
	    {1, "1970-01-01 00:00:00.000001"},
	    {-1, "1969-12-31 23:59:59.999999"},
	    {500000, "1970-01-01 00:00:00.500000"},
	    {-WHEN_SECOND, "1969-12-31 23:59:59"},
	    {WHEN_MIN, "0001-01-01 00:00:00"},
	    {WHEN_MAX, "9999-12-31 23:59:59.999999"},
	};
	char text[WHEN_SIZE];

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = when_format(text, cases[i].t);

		CHECK_MSG(same(text, n, cases[i].text), "%.*s, not %s", (int)n,
		    text, cases[i].text);
	}
	for (int i = 0; i < 1000000; i++) {
		int64_t want =
		    WHEN_MIN +
		    (int64_t)(random_bits() % (uint64_t)(WHEN_MAX - WHEN_MIN));
		int64_t t = 0;
		size_t n = when_format(text, want);

		CHECK_MSG(when_parse((struct str){text, n}, &t) && t == want,
		    "%" PRId64 " is %.*s", want, (int)n, text);
	}
}

static const struct {
	const char *text;
	int64_t us;
	const char *canonical;
} durations[] = {
    {"0", 0, "0d"},
    {"-0", 0, "0d"},
    {"0d", 0, "0d"},
    {"-0d", 0, "0d"},
    {"0s", 0, "0d"},
    {"0 days", 0, "0d"},
    {"0 days 00:00:00", 0, "0d"},
    {"7d", 7 * WHEN_DAY, "7d"},
    {"-14d", -14 * WHEN_DAY, "-14d"},
    {"12h", 12 * HOUR, "12h"},
    {"90m", 90 * MINUTE, "1h30m"},
    {"30s", 30 * WHEN_SECOND, "30s"},
    {"2w", 14 * WHEN_DAY, "14d"},
    {"1d12h", 36 * HOUR, "1d12h"},
    {"-1d12h", -36 * HOUR, "-1d12h"},
    {"36h", 36 * HOUR, "1d12h"},
    {"1w2d3h4m5s", 9 * WHEN_DAY + 3 * HOUR + 4 * MINUTE + 5 * WHEN_SECOND,
	"9d3h4m5s"},
    {"1w5s", 7 * WHEN_DAY + 5 * WHEN_SECOND, "7d5s"},
    {"00000000000000000000000000007d", 7 * WHEN_DAY, "7d"},
    /* what pandas takes and prints */
    {"7 days", 7 * WHEN_DAY, "7d"},
    {"7 day", 7 * WHEN_DAY, "7d"},
    {"7days", 7 * WHEN_DAY, "7d"},
    {"7D", 7 * WHEN_DAY, "7d"},
    {"7 D", 7 * WHEN_DAY, "7d"},
    {"-14 days", -14 * WHEN_DAY, "-14d"},
    {"12 hours", 12 * HOUR, "12h"},
    {"1 hour", HOUR, "1h"},
    {"12hr", 12 * HOUR, "12h"},
    {"12H", 12 * HOUR, "12h"},
    {"90 minutes", 90 * MINUTE, "1h30m"},
    {"1 minute", MINUTE, "1m"},
    {"90 min", 90 * MINUTE, "1h30m"},
    {"90min", 90 * MINUTE, "1h30m"},
    {"30 seconds", 30 * WHEN_SECOND, "30s"},
    {"1 second", WHEN_SECOND, "1s"},
    {"30 sec", 30 * WHEN_SECOND, "30s"},
    {"30S", 30 * WHEN_SECOND, "30s"},
    {"2 weeks", 14 * WHEN_DAY, "14d"},
    {"1 week", 7 * WHEN_DAY, "7d"},
    {"2W", 14 * WHEN_DAY, "14d"},
    {"1 days 12 hours", 36 * HOUR, "1d12h"},
    {"1 day 12 hours 30 min", 36 * HOUR + 30 * MINUTE, "1d12h30m"},
    {"1 days 12:00:00", 36 * HOUR, "1d12h"},
    {"-1 days 12:00:00", -36 * HOUR, "-1d12h"},
    {"0 days 00:00:00.000001", 1, "0.000001s"},
    {"1 week 12:00:00", 7 * WHEN_DAY + 12 * HOUR, "7d12h"},
    {"1 w 1 d 12:00:00", 8 * WHEN_DAY + 12 * HOUR, "8d12h"},
    {"12:00:00", 12 * HOUR, "12h"},
    {"-00:00:01.5", -1500000, "-1.5s"},
    {"23:59:59.999999", WHEN_DAY - 1, "23h59m59.999999s"},
    /* fractions that are exact */
    {"1.5h", 90 * MINUTE, "1h30m"},
    {"0.5 days", 12 * HOUR, "12h"},
    {"0.5w", 84 * HOUR, "3d12h"},
    {"2.50m", 150 * WHEN_SECOND, "2m30s"},
    {"0.000001s", 1, "0.000001s"},
    {"-0.25s", -250000, "-0.25s"},
    {"1.5000000000000000000000000000h", 90 * MINUTE, "1h30m"},
    {"0.0001220703125w", 73828125, "1m13.828125s"},
    {"1.1d", 95040 * WHEN_SECOND, "1d2h24m"},
    {"1.5d1.5h1.5m1.5s", 1500000 + 90 * WHEN_SECOND + 90 * MINUTE + 36 * HOUR,
	"1d13h31m31.5s"},
    /* the ends of int64_t */
    {"9223372036854.775807s", INT64_MAX, "106751991d4h54.775807s"},
    {"-9223372036854.775808s", INT64_MIN, "-106751991d4h54.775808s"},
    {"106751991d 04:00:54.775807", INT64_MAX, "106751991d4h54.775807s"},
};

static void
test_durations(void)
{
	for (size_t i = 0; i < COUNT(durations); i++) {
		char text[WHEN_SIZE];
		int64_t us = 42;
		size_t n;

		CHECK_MSG(parse_duration(durations[i].text, &us),
		    "refuses '%s'", durations[i].text);
		CHECK_MSG(us == durations[i].us, "'%s' is %" PRId64,
		    durations[i].text, us);
		n = when_format_duration(text, us);
		CHECK_MSG(same(text, n, durations[i].canonical),
		    "'%s' is '%.*s'", durations[i].text, (int)n, text);
	}
}

static void
test_refused_durations(void)
{
	static const char *const texts[] = {"", "-", "+", ".", "d", "-d", "1",
	    "7", "-7", "00", "0.0", "1.5", "+7d", "--7d", "- 7d", " 7d", "7d ",
	    "7  days", "7\tdays", "1d  12h", "1 d ", "7dd", "7d7d", "7d 1d",
	    "12h1d", "30s1m", "1d1w", "1h1h", "7x", "7 moons", "7days!", "M",
	    "1M", "1T", "1y", "1Y", "1Q", "1 month", "1ms", "1us", "1ns",
	    "1 mins", "1 secs", "1 hrs", "1 Days", "1DAYS", "1 Hour", "1dh",
	    "1d12", "1d 12", "d7", "1 days, 12:00:00", "1 day and 12 hours",
	    "P7D", "P1DT12H", "7d-1h", "-7d+1h", "-7d-1h", "-14 days +12:00:00",
	    "-1 days +12:00:00", "1d -12:00:00", "1e3s", "0x7d", "7,5d", "1_0d",
	    "nan", "inf", "NaT", "1.d", ".5d", "1..5d", "1.5.5d", "-.5d",
	    "1.5 ", "0.0000001s", "0.1234567s", "0.000001m5",
	    "0.00012207031250000001w", "0.33333333333333h", "0.00000000001d",
	    /* times of day */
	    "12:00", "1 days 12:00", "24:00:00", "12:60:00", "12:00:60",
	    "1:00:00", "012:00:00", "12:00:00.", "12:00:00.1234567",
	    "12:00:00 ", "12:00:00d", "12:00:00 1d", "12:00:001s",
	    "1h 12:00:00", "1d 1h 12:00:00", "12:00:00 12:00:00",
	    "12:00:00.5 1s", "12-00-00", "1 days  12:00:00",
	    /* past int64_t */
	    "9223372036854.775808s", "-9223372036854.775809s", "9223372036855s",
	    "106751992d", "-106751992d", "15250285w", "106751991d5h",
	    "106751991d4h0.95m", "106751991d4h0.95m9223372036860s",
	    "106751991d 04:00:54.775808", "-106751991d 04:00:54.775809",
	    "18446744073709551615s", "18446744073709551616d",
	    "99999999999999999999999999w"};
	int64_t us = 42;

	for (size_t i = 0; i < COUNT(texts); i++)
		CHECK_MSG(
		    !parse_duration(texts[i], &us), "takes '%s'", texts[i]);
	CHECK(!when_parse_duration((struct str){NULL, 0}, &us));
	CHECK(!when_parse_duration((struct str){"7d\0", 3}, &us));
	CHECK(us == 42);
}

static void
test_duration_round_trip(void)
{
	char text[WHEN_SIZE];
	size_t longest = 0;

	for (int i = 0; i < 500000; i++) {
		uint64_t r = random_bits();
		int64_t want = (int64_t)(r >> (r & 63)), us = 0;
		size_t n;

		if (i % 2 > 0)
			want = -want - 1;
		if (i % 3 > 0)
			want -= want % WHEN_SECOND;
		n = when_format_duration(text, want);
		if (n > longest)
			longest = n;
		CHECK_MSG(
		    parse_with(when_parse_duration, text, n, &us) && us == want,
		    "%" PRId64 " is %.*s", want, (int)n, text);
	}
	CHECK(longest == 27 && longest < WHEN_SIZE);
}

/* Random texts out of bytes that matter: nothing to see but no harm done. */
static void
test_noise(void)
{
	static const char bytes[] = "0123456789-:. TZ+dhmsw";

	for (int i = 0; i < 200000; i++) {
		char text[40];
		size_t n = random_bits() % sizeof text;
		int64_t t = 42;

		for (size_t k = 0; k < n; k++)
			text[k] = bytes[random_bits() % (sizeof bytes - 1)];
		if (parse_with(when_parse, text, n, &t))
			CHECK_MSG(t >= WHEN_MIN && t <= WHEN_MAX, "%.*s",
			    (int)n, text);
		t = 42;
		if (!parse_with(when_parse_duration, text, n, &t))
			CHECK_MSG(t == 42, "%.*s", (int)n, text);
	}
}

int
main(void)
{
	rng_start(&source, 1, 0, (struct rng_row){{0}});
	test_first();
	test_days();
	test_seconds();
	test_bytes();
	test_taken();
	test_refused();
	test_format();
	test_durations();
	test_refused_durations();
	test_duration_round_trip();
	test_noise();
	return check_end();
}
