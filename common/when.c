/* SPDX-License-Identifier: MIT */

/*
 * The calendar is counted in years that begin on 1 March, so that the leap
 * day is the last of its year and the months before it always have the same
 * lengths.  Instants become dates as in C. Neri and L. Schneider, "Euclidean
 * affine functions and their application to calendar algorithms", Software:
 * Practice and Experience 53, 2023.  Dates and times of day are three pairs of
 * digits, YY-MM-DD and HH:MM:SS, which are checked and read as one word.
 *
 * The dates of a stream are few, and a text that is known costs a comparison:
 * for each day of a month the last such date that was read is kept, and of
 * those that were written the last of every 64 days.
 */

#include <string.h>

#include "common/num.h"
#include "common/swar.h"
#include "common/when.h"

enum {
	/* From 0000-03-01 to 1970-01-01 and to 0001-01-01. */
	EPOCH_DAYS = 719468,
	FIRST_DAYS = 306,

	DATE_LENGTH = 10,
	CLOCK_LENGTH = 8,
	TIME_LENGTH = DATE_LENGTH + 1 + CLOCK_LENGTH
};

/* The lowest bits of the bytes for tens, for ones, and between the pairs. */
#define TENS 0x0001000001000001u
#define ONES (TENS << 8)
#define BETWEEN 0x0000010000010000u

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Whether p[0..8) is three pairs of digits with separators between; their
 * values are then at bits 0, 24 and 48 of *pairs.  Bytes are xored with what
 * they should be, which leaves 0 to 9 of a digit and 0 of a separator; adding
 * those of room, 0x7f less the greatest that is right, sets the top bit of all
 * others, and those that carry over into the next byte had it set before.
 */
static inline bool
read_pairs(const char *p, char separator, uint64_t room, uint64_t *pairs)
{
	const uint64_t digits = TENS | ONES;
	uint64_t want = digits * '0' | BETWEEN * (unsigned char)separator;
	uint64_t word = swar_load(p) ^ want;

	*pairs = (word * 10 + (word >> 8)) & TENS * 0x7f;
	return (((word + room) | word) & (digits | BETWEEN) << 7) == 0;
}

static inline bool
read_pair(const char *p, unsigned *v)
{
	unsigned tens = (unsigned)p[0] - '0', ones = (unsigned)p[1] - '0';

	if (tens > 9 || ones > 9)
		return false;
	*v = tens * 10 + ones;
	return true;
}

static bool
is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The days from 1970-01-01 to the date at p[0..DATE_LENGTH). */
static inline bool
read_date(const char *p, int64_t *days)
{
	static const struct {
		unsigned length, start; /* in days, start from 1 March */
	} months[] = {{0, 0}, {31, 306}, {28, 337}, {31, 0}, {30, 31}, {31, 61},
	    {30, 92}, {31, 122}, {31, 153}, {30, 184}, {31, 214}, {30, 245},
	    {31, 275}};
	const uint64_t room = (TENS | ONES) * 0x76 | BETWEEN * 0x7f;
	unsigned century, year, month, day;
	uint64_t pairs;

	if (!read_pair(p, &century) || !read_pairs(p + 2, '-', room, &pairs))
		return false;
	year = century * 100 + (pairs & 0xff);
	month = pairs >> 24 & 0xff;
	day = (unsigned)(pairs >> 48);
	if (year == 0 || month - 1 >= 12)
		return false;
	if (day - 1 >= months[month].length &&
	    !(month == 2 && day == 29 && is_leap(year)))
		return false;
	year -= month <= 2;
	century = year / 100;
	day += months[month].start - 1;
	*days = (int64_t)(year * 1461 / 4 - century + century / 4 + day) -
		EPOCH_DAYS;
	return true;
}

/* HH:MM:SS in seconds. */
static inline bool
read_clock(const char *p, int64_t *seconds)
{
	/* For 29:59:59; what is past 23:59:59 of that the sum shows. */
	const uint64_t room = 0x767a7f767a7f767d;
	uint64_t pairs, minutes;

	if (!read_pairs(p, ':', room, &pairs))
		return false;
	minutes = pairs * (60 << 24 | 1) >> 24 & 0xffff;
	*seconds = (int64_t)(minutes * 60 + (pairs >> 48));
	return *seconds < 86400;
}

/*
 * Takes a point and one to six digits from the start of *s, if there is a
 * point, and adds them to *t.
 */
static bool
take_fraction(struct str *s, int64_t *t)
{
	static const int scale[] = {0, 100000, 10000, 1000, 100, 10, 1};
	size_t n = 0;
	int value = 0;

	if (s->n == 0 || s->p[0] != '.')
		return true;
	for (; n < 6 && n + 1 < s->n && is_digit(s->p[n + 1]); n++)
		value = value * 10 + (s->p[n + 1] - '0');
	*t += value * scale[n];
	s->p += n + 1;
	s->n -= n + 1;
	return n > 0;
}

/* The seconds that a zone is ahead of UTC. */
static bool
read_zone(struct str s, int64_t *ahead)
{
	unsigned hours, minutes;

	*ahead = 0;
	if (s.n == 1)
		return s.p[0] == 'Z';
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' ||
	    !read_pair(s.p + 1, &hours) || !read_pair(s.p + 4, &minutes) ||
	    hours >= 24 || minutes >= 60)
		return false;
	*ahead = hours * 3600 + minutes * 60;
	if (s.p[0] == '-')
		*ahead = -*ahead;
	return true;
}

/* A fraction, a zone, both or neither, behind what is t. */
static int64_t
read_tail(struct str s, int64_t t)
{
	int64_t ahead = 0;

	if (!take_fraction(&s, &t))
		return WHEN_NONE;
	if (s.n > 0 && !read_zone(s, &ahead))
		return WHEN_NONE;
	t -= ahead * WHEN_SECOND;
	return t < WHEN_MIN || t > WHEN_MAX ? WHEN_NONE : t;
}

static int64_t
read_seconds(struct str s)
{
	int64_t seconds;

	if (!num_int(s, &seconds) || seconds < WHEN_MIN / WHEN_SECOND ||
	    seconds > WHEN_MAX / WHEN_SECOND)
		return WHEN_NONE;
	return seconds * WHEN_SECOND;
}

/* YYYY-MM-DD and the byte after it, a blank or a T, as they were read. */
static struct date {
	uint64_t first, last; /* the bytes 0 to 7 and 3 to 10 */
	int64_t start;
} dates[64] = {[0] = {.first = 1}};

static inline struct date *
date_at(const char *p)
{
	return &dates[((unsigned char)p[8] * 16 + (unsigned char)p[9]) % 64];
}

/* The time that begins with this date. */
static inline int64_t
read_time(const struct date *date, struct str s)
{
	int64_t seconds, t;

	if (!read_clock(s.p + DATE_LENGTH + 1, &seconds))
		return WHEN_NONE;
	t = date->start + seconds * WHEN_SECOND;
	if (s.n == TIME_LENGTH)
		return t;
	s.p += TIME_LENGTH;
	s.n -= TIME_LENGTH;
	return read_tail(s, t);
}

/* Every form.  Not inline, for the rest of when_read needs no stack. */
static __attribute__((noinline)) int64_t
read_any(struct str s)
{
	struct date *date;
	int64_t days;

	if (s.n < DATE_LENGTH || s.p[4] != '-')
		return read_seconds(s);
	if (!read_date(s.p, &days))
		return WHEN_NONE;
	if (s.n == DATE_LENGTH)
		return days * WHEN_DAY;
	if (s.n < TIME_LENGTH || (s.p[10] != ' ' && s.p[10] != 'T'))
		return WHEN_NONE;
	date = date_at(s.p);
	*date =
	    (struct date){swar_load(s.p), swar_load(s.p + 3), days * WHEN_DAY};
	return read_time(date, s);
}

int64_t
when_read(struct str s)
{
	const struct date *date;

	if (s.n < TIME_LENGTH)
		return read_any(s);
	date = date_at(s.p);
	if (date->first != swar_load(s.p) || date->last != swar_load(s.p + 3))
		return read_any(s);
	return read_time(date, s);
}

bool
when_parse(struct str s, int64_t *out)
{
	int64_t t = when_read(s);

	if (t == WHEN_NONE)
		return false;
	*out = t;
	return true;
}

/* Writes .ffffff and returns its end. */
static char *
write_fraction(char *p, unsigned us)
{
	*p = '.';
	num_put_pair(p + 1, us / 10000);
	num_put_pair(p + 3, us / 100 % 100);
	num_put_pair(p + 5, us % 100);
	return p + 7;
}

/* A day, and its 00:00:00 as it was written. */
static struct day {
	unsigned number; /* from 0001-01-01, which is 0 */
	char text[TIME_LENGTH + 1];
} days[64] = {[0] = {.number = 1}};

/* Not inline, for the rest of when_format needs hardly a register. */
static __attribute__((noinline)) void
write_day(struct day *d, unsigned number)
{
	/* The last quarter of the day, counted from 0000-03-01: of these a
	 * century has 146097 and a year 1461. */
	unsigned n = (number + FIRST_DAYS) * 4 + 3;
	unsigned century = n / 146097, year, month, day;

	n = n % 146097 | 3;
	year = n / 1461;
	/* A line with the slope of 2141 / 2^16 months a day, from month 3. */
	n = n % 1461 / 4 * 2141 + 197913;
	month = n >> 16;
	day = (n & 0xffff) / 2141 + 1;
	if (month > 12) {
		month -= 12;
		century += (year + 1) / 100;
		year = (year + 1) % 100;
	}
	*d = (struct day){number, "0000-00-00 00:00:00"};
	num_put_pair(d->text, century);
	num_put_pair(d->text + 2, year);
	num_put_pair(d->text + 5, month);
	num_put_pair(d->text + 8, day);
}

static inline void
put_day(char *buf, unsigned number)
{
	struct day *day = &days[number % 64];

	if (day->number != number)
		write_day(day, number);
	memcpy(buf, day->text, TIME_LENGTH);
}

size_t
when_format(char *buf, int64_t t)
{
	uint64_t since = (uint64_t)(t - WHEN_MIN), rest = since % WHEN_DAY;
	unsigned seconds, minutes, us;

	put_day(buf, (unsigned)(since / WHEN_DAY));
	seconds = (unsigned)(rest / WHEN_SECOND);
	minutes = seconds / 60;
	num_put_pair(buf + 11, minutes / 60);
	num_put_pair(buf + 14, minutes % 60);
	num_put_pair(buf + 17, seconds % 60);
	us = (unsigned)(rest % WHEN_SECOND);
	if (us == 0)
		return TIME_LENGTH;
	return (size_t)(write_fraction(buf + TIME_LENGTH, us) - buf);
}

/* The units of durations, falling. */
static const struct unit {
	uint64_t us;
	const char *names[6];
} unit[] = {
    {7 * WHEN_DAY, {"w", "W", "week", "weeks"}},
    {WHEN_DAY, {"d", "D", "day", "days"}},
    {3600 * WHEN_SECOND, {"h", "H", "hr", "hour", "hours"}},
    {60 * WHEN_SECOND, {"m", "min", "minute", "minutes"}},
    {WHEN_SECOND, {"s", "S", "sec", "second", "seconds"}},
};

enum {
	DAYS = 1, /* the index of days in unit[] */
	SECONDS = 4,
	UNITS
};

/* The size of INT64_MIN. */
#define LONGEST ((uint64_t)1 << 63)

/* A duration that is being read: what remains of the text, the first unit
 * that may still come, and the sum so far. */
struct reading {
	struct str s;
	int next;
	uint64_t us;
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Takes the bytes for which is() holds from the start of *s. */
static struct str
take_run(struct str *s, bool (*is)(char))
{
	struct str run = {s->p, 0};

	while (run.n < s->n && is(s->p[run.n]))
		run.n++;
	s->p += run.n;
	s->n -= run.n;
	return run;
}

static bool
take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static int
find_unit(struct str name, int first)
{
	for (int u = first; u < UNITS; u++)
		for (const char *const *p = unit[u].names; *p != NULL; p++)
			if (str_eq(name, str_of(*p)))
				return u;
	return UNITS;
}

/*
 * us times the fraction 0.digits, if that is whole.  Horner's rule from the
 * last digit on: if the result is whole, every step is.
 */
static bool
scale_fraction(struct str digits, uint64_t us, uint64_t *part)
{
	*part = 0;
	for (size_t i = digits.n; i > 0; i--) {
		*part += (uint64_t)(digits.p[i - 1] - '0') * us;
		if (*part % 10 != 0)
			return false;
		*part /= 10;
	}
	return true;
}

/* A number and its unit. */
static bool
take_term(struct reading *r)
{
	struct str whole = take_run(&r->s, is_digit), fraction = {0}, name;
	uint64_t n, part, room = LONGEST - r->us;
	int u;

	if (!num_count(whole, &n))
		return false;
	if (take_char(&r->s, '.')) {
		fraction = take_run(&r->s, is_digit);
		if (fraction.n == 0)
			return false;
	}
	take_char(&r->s, ' ');
	name = take_run(&r->s, is_letter);
	u = find_unit(name, r->next);
	if (u == UNITS || !scale_fraction(fraction, unit[u].us, &part))
		return false;
	if (part > room || n > (room - part) / unit[u].us)
		return false;
	r->us += n * unit[u].us + part;
	r->next = u + 1;
	return true;
}

/* HH:MM:SS[.ffffff], in place of all units below days. */
static bool
take_clock(struct reading *r)
{
	int64_t seconds, us;

	if (r->next > DAYS + 1 || !read_clock(r->s.p, &seconds))
		return false;
	r->s.p += CLOCK_LENGTH;
	r->s.n -= CLOCK_LENGTH;
	us = seconds * WHEN_SECOND;
	if (!take_fraction(&r->s, &us) || (uint64_t)us > LONGEST - r->us)
		return false;
	r->us += (uint64_t)us;
	r->next = UNITS;
	return true;
}

bool
when_parse_duration(struct str s, int64_t *out)
{
	struct reading r = {.s = s};
	bool negative = take_char(&r.s, '-'), zero = str_eq(r.s, str_of("0"));

	while (r.s.n > 0 && !zero) {
		if (r.next > 0)
			take_char(&r.s, ' ');
		if (r.s.n >= CLOCK_LENGTH && r.s.p[2] == ':') {
			if (!take_clock(&r))
				return false;
		} else if (!take_term(&r)) {
			return false;
		}
	}
	if ((r.next == 0 && !zero) || r.us > LONGEST - !negative)
		return false;
	*out = (int64_t)(negative ? 0 - r.us : r.us);
	return true;
}

size_t
when_format_duration(char *buf, int64_t us)
{
	uint64_t rest = us < 0 ? 0 - (uint64_t)us : (uint64_t)us, n;
	char *p = buf;

	if (us < 0)
		*p++ = '-';
	for (int u = DAYS; u < SECONDS; u++) {
		n = rest / unit[u].us;
		rest %= unit[u].us;
		if (n == 0)
			continue;
		p += num_format_count(p, n);
		*p++ = *unit[u].names[0];
	}
	if (rest > 0) {
		p += num_format_count(p, rest / WHEN_SECOND);
		rest %= WHEN_SECOND;
		if (rest > 0)
			p = write_fraction(p, (unsigned)rest);
		while (rest > 0 && p[-1] == '0')
			p--;
		*p++ = 's';
	}
	if (us == 0) {
		*p++ = '0';
		*p++ = 'd';
	}
	return (size_t)(p - buf);
}
