/* SPDX-License-Identifier: MIT */
#ifndef COMMON_WHEN_H
#define COMMON_WHEN_H

/*
 * Instants and durations, both in microseconds.  An instant counts from
 * 1970-01-01 00:00:00 UTC and lies in the years 0001 to 9999 of the Gregorian
 * calendar, extended backwards, with days of 86400 seconds.  Neither TZ nor
 * the locale matters.  The parsers take the whole text or return false and
 * leave *out alone.  Dates that were read, and those that were written, are
 * remembered: one thread at a time may read, and one may write.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/str.h"

#define WHEN_SECOND ((int64_t)1000000)
#define WHEN_DAY (86400 * WHEN_SECOND)

/* 0001-01-01 00:00:00 and 9999-12-31 23:59:59.999999. */
#define WHEN_MIN (-62135596800 * WHEN_SECOND)
#define WHEN_MAX (253402300800 * WHEN_SECOND - 1)

/*
 * YYYY-MM-DD, or YYYY-MM-DD HH:MM:SS with a T for the blank if so liked, then
 * perhaps a point and one to six digits, then perhaps Z or an offset of up to
 * 23:59 as +HH:MM or -HH:MM; without one it is UTC.  Or else whole seconds
 * since 1970, [-]digits.  What is not in the calendar is refused (2024-02-30,
 * 24:00:00, second 60), as is an instant outside WHEN_MIN to WHEN_MAX.
 */
bool when_parse(struct str s, int64_t *out);

/* The same, or WHEN_NONE, which is outside them, if it is refused. */
#define WHEN_NONE INT64_MIN
int64_t when_read(struct str s);

/*
 * Writes YYYY-MM-DD HH:MM:SS, with .ffffff where that is not zero, and returns
 * the length: fewer than WHEN_SIZE bytes and no terminator.  t lies in
 * WHEN_MIN to WHEN_MAX.
 */
#define WHEN_SIZE 32
size_t when_format(char *buf, int64_t t);

/*
 * [-] and terms such as 7d or 12 hours, the units falling and each but once:
 * 7d, -14d, 1d12h, 90m, 30s, 2w, 7 days, 1 days 12 hours.  As in pandas, the
 * minus is that of the whole.  The units:
 *
 *	w W week weeks     d D day days     h H hr hour hours
 *	m min minute minutes     s S sec second seconds
 *
 * One blank may stand before a unit and between terms.  HH:MM:SS[.ffffff] may
 * stand for what is below a day: 1 days 12:00:00.  Terms may have a fraction
 * that is exact in microseconds: 1.5h.  No number without its unit but 0.
 * Refused past the range of int64_t.
 */
bool when_parse_duration(struct str s, int64_t *out);

/*
 * Writes the duration in d, h, m and s, without terms that are zero, and
 * returns the length as when_format does: 7d, -14d, 1d12h, 0.25s, 0d.
 */
size_t when_format_duration(char *buf, int64_t us);

#endif
