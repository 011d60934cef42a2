/* SPDX-License-Identifier: MIT */

/*
 * Nearly all numbers in data are short and plain: digits, perhaps a point and
 * more digits.  num_parse reads these itself, after the point eight at a time
 * where there are as many, and leaves all others to parse_any.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/num.h"
#include "common/swar.h"

enum {
	/* Any number of so many digits is below 2^64. */
	EXACT_DIGITS = 19,
	/* 10^SMALLEST is where the exact decimals begin. */
	SMALLEST = -323,
	/* Plain notation is for the leading digits 10^-4 to 10^15. */
	PLAIN_MIN = -4,
	PLAIN_MAX = 15
};

/* More than any text's length can make up for. */
#define EXPONENT_LIMIT ((int64_t)1 << 60)

static inline bool
is_digit(char c)
{
	return (unsigned)c - '0' <= 9;
}

/* Goes on from *value with the digits at p, and returns where they end. */
static inline const char *
take_digits(const char *p, const char *end, uint64_t *value)
{
	for (; p < end && is_digit(*p); p++)
		*value = *value * 10 + (uint64_t)(*p - '0');
	return p;
}

/* An exponent, cut to EXPONENT_LIMIT.  True if that was the whole text. */
static bool
parse_exponent(const char *p, const char *end, int64_t *exponent)
{
	bool negative = p < end && *p == '-';
	int64_t value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end)
		return false;
	for (; p < end && is_digit(*p); p++)
		if (value < EXPONENT_LIMIT / 10)
			value = value * 10 + (*p - '0');
	*exponent += negative ? -value : value;
	return p == end;
}

/* A number's digits, without zeros at either end, and the last one's place. */
struct scan {
	size_t n;
	int64_t exponent;
	char digits[DECIMAL_DIGITS];
};

/* Digits that do not fit are left out and, unless all zero, end in a 1. */
static bool
scan_number(const char *p, const char *end, struct scan *s)
{
	bool any = false, point = false, more = false;

	s->n = 0;
	s->exponent = 0;
	for (; p < end; p++) {
		if (*p == '.' && !point) {
			point = true;
			continue;
		}
		if (!is_digit(*p))
			break;
		any = true;
		s->exponent -= point;
		if (s->n == 0 && *p == '0')
			continue;
		if (s->n < DECIMAL_DIGITS - 1) {
			s->digits[s->n++] = *p;
		} else {
			s->exponent++;
			more |= *p != '0';
		}
	}
	if (!any || (p < end && *p != 'e' && *p != 'E'))
		return false;
	if (p < end && !parse_exponent(p + 1, end, &s->exponent))
		return false;
	if (more) {
		s->digits[s->n++] = '1';
		s->exponent--;
	}
	for (; s->n > 0 && s->digits[s->n - 1] == '0'; s->n--)
		s->exponent++;
	return true;
}

/* Every form and length. */
static bool
parse_any(struct str text, struct decimal *out)
{
	const char *end = text.p + text.n;
	bool negative = text.p[0] == '-';
	struct decimal d = {0};
	struct scan s;
	int64_t leading;
	double x;

	if (!scan_number(text.p + negative, end, &s))
		return false;
	leading = s.exponent + (int64_t)s.n - 1;
	if (s.n > 0 && leading > DECIMAL_EXPONENT_MAX)
		return false;
	if (s.n > 0 && leading >= SMALLEST - 1) {
		x = decimal_nearest(s.digits, s.n, (int)s.exponent);
		if (!isfinite(x))
			return false;
		if (s.n <= EXACT_DIGITS && leading >= SMALLEST) {
			take_digits(s.digits, s.digits + s.n, &d.mantissa);
			d.exponent = (int)s.exponent;
		} else {
			d = decimal_shortest(x);
		}
	}
	d.negative = negative && d.mantissa != 0;
	*out = d;
	return true;
}

bool
num_parse(struct str s, struct decimal *out)
{
	const char *p = s.p, *end, *point;
	uint64_t mantissa = 0, eight;
	size_t digits;
	bool negative;

	if (s.n == 0)
		return false;
	end = p + s.n;
	negative = *p == '-';
	p += negative;
	digits = (size_t)(end - p);
	p = take_digits(p, end, &mantissa);
	point = end;
	if (p < end && *p == '.') {
		point = ++p;
		digits--;
		while (end - p >= 8 && swar_digits(swar_load(p), &eight)) {
			mantissa = mantissa * 100000000 + eight;
			p += 8;
		}
		p = take_digits(p, end, &mantissa);
	}
	/* From one to EXACT_DIGITS digits, and nothing behind. */
	if (p != end || digits - 1 >= EXACT_DIGITS)
		return parse_any(s, out);
	out->mantissa = mantissa;
	out->exponent = (int)(point - end);
	out->negative = negative && mantissa != 0;
	return true;
}

bool
num_count(struct str s, uint64_t *out)
{
	uint64_t value = 0, digit;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) || value > UINT64_MAX / 10)
			return false;
		digit = (uint64_t)(s.p[i] - '0');
		value *= 10;
		if (digit > UINT64_MAX - value)
			return false;
		value += digit;
	}
	*out = value;
	return true;
}

bool
num_int(struct str s, int64_t *out)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	uint64_t magnitude;

	if (negative) {
		s.p++;
		s.n--;
	}
	if (!num_count(s, &magnitude) ||
	    magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	*out = (int64_t)(negative ? 0 - magnitude : magnitude);
	return true;
}

const char num_pairs[] = "00010203040506070809"
			 "10111213141516171819"
			 "20212223242526272829"
			 "30313233343536373839"
			 "40414243444546474849"
			 "50515253545556575859"
			 "60616263646566676869"
			 "70717273747576777879"
			 "80818283848586878889"
			 "90919293949596979899";

/* Room for 24 digits, and as many zeros after them. */
enum { SPELT = 24, SPELT_ROOM = 2 * SPELT };

/* Writes the digits of n, with zeros before and after, so that the last one is
 * text[SPELT - 1].  Returns how many digits there are, at least one.  Whether
 * there are 16 or 17 is not to be guessed, so there is no branch for it. */
static inline int
spell(char text[SPELT_ROOM], uint64_t n)
{
	const uint64_t zeros = UINT64_C(0x0101010101010101) * '0';
	uint64_t first = 0, second = 0, third, leading;
	int place = 16;

	third = swar_split((uint32_t)(n % 100000000));
	leading = third | UINT64_C(1) << 63;
	if (n >= 100000000) {
		n /= 100000000;
		first = swar_split((uint32_t)(n / 100000000));
		second = swar_split((uint32_t)(n % 100000000));
		leading = first > 0 ? first : second;
		place = first > 0 ? 0 : 8;
	}
	swar_store(text, first + zeros);
	swar_store(text + 8, second + zeros);
	swar_store(text + 16, third + zeros);
	memset(text + SPELT, '0', SPELT);
	return SPELT - place - __builtin_ctzll(leading) / 8;
}

/* Most counts, and numbers of users, fit one word, which is shifted until the
 * first digit is the first byte. */
size_t
num_format_count(char *buf, uint64_t n)
{
	const uint64_t zeros = UINT64_C(0x0101010101010101) * '0';
	char text[SPELT_ROOM];
	uint64_t digits;
	int skip, length;

	if (n < 100000000) {
		digits = swar_split((uint32_t)n);
		skip = __builtin_ctzll(digits | UINT64_C(1) << 63) / 8;
		swar_store(buf, (digits + zeros) >> 8 * skip);
		return (size_t)(8 - skip);
	}
	length = spell(text, n);
	memcpy(buf, text + SPELT - length, SPELT);
	return (size_t)length;
}

/* d.ddde-x; leading is the exponent of the first digit. */
static char *
put_scientific(char *p, const char *digits, size_t n, int leading)
{
	*p++ = *digits;
	if (n > 1)
		*p++ = '.';
	memcpy(p, digits + 1, n - 1);
	p += n - 1;
	*p++ = 'e';
	if (leading < 0)
		*p++ = '-';
	return p + num_format_count(p, (uint64_t)abs(leading));
}

/* Writes a number that decimal_reduce or decimal_shortest returned.  Copies of
 * a fixed length take less time than those of the right one. */
static size_t
write_reduced(char *buf, struct decimal d)
{
	char text[SPELT_ROOM], *p = buf;
	int n = spell(text, d.mantissa), leading = d.exponent + n - 1;
	const char *digits = text + SPELT - n;

	if (d.negative)
		*p++ = '-';
	if (leading < PLAIN_MIN || leading > PLAIN_MAX) {
		p = put_scientific(p, digits, (size_t)n, leading);
		return (size_t)(p - buf);
	}
	if (leading < 0) {
		digits += leading;
		leading = 0;
	}
	memcpy(p, digits, PLAIN_MAX + 1);
	p += leading + 1;
	if (d.exponent < 0) {
		*p++ = '.';
		memcpy(p, digits + leading + 1, SPELT);
		p -= d.exponent;
	}
	return (size_t)(p - buf);
}

size_t
num_format_decimal(char *buf, struct decimal d)
{
	return write_reduced(buf, decimal_reduce(d));
}

size_t
num_format(char *buf, double x)
{
	return write_reduced(buf, decimal_shortest(x));
}
