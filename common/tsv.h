/* SPDX-License-Identifier: MIT */
#ifndef COMMON_TSV_H
#define COMMON_TSV_H

/*
 * Reading a TSV stream: a header line, then batches of whole rows, of which
 * any field can be looked at without being copied.
 *
 *	struct tsv t;
 *	tsv_open(&t, path, NULL);
 *	size_t user = tsv_need(&t, "user_id");
 *	while (tsv_read(&t))
 *		for (size_t row = 0; row < t.rows; row++)
 *			use(tsv_field(&t, row, user));
 *	tsv_close(&t);
 *
 * What abpipe-tsv(5) forbids (rows that are too short or too long, CR LF, NUL,
 * a last line without its end, the header line again) never reaches the
 * caller: the functions exit with the file, the line and what to do.
 */

#include <stdint.h>

#include "common/in.h"
#include "common/when.h"

#define TSV_LINE_MAX ((size_t)64 << 20) /* bytes in a line, its end too */
#define TSV_NONE SIZE_MAX               /* "no such column" */

/* What is said of faults that other formats have too. */
#define TSV_HAS_NUL "a NUL byte, which no text file has"
#define TSV_CUT_OFF                                                            \
	"the last line has no line end, so the file may be cut off; if it is " \
	"whole, end it with: sed '$a\\'"
#define TSV_HEADER_AGAIN "the header line again; join files with: tail -q -n +2"

struct tsv {
	const char *name;   /* the file as messages show it */
	struct str *header; /* the names of the columns */
	size_t columns;
	size_t rows;     /* in this batch */
	uint64_t line;   /* number of this batch's first line, from 1 */
	uint64_t offset; /* bytes of the stream before this batch */

	/* The rest belongs to tsv.c and tsv_field(). */
	struct in in;
	char *data;    /* the batch begins at data[0] */
	uint32_t *sep; /* sep[1 + row * columns + column] ends a field */
	size_t used, scanned, seps, lines;
	size_t room, sep_room;
	char *header_text;
	size_t header_size;
};

/*
 * Open a stream: path NULL or "-" is stdin.  With columns NULL the first line
 * is the header; else the stream has none and columns names them, separated
 * by commas.  The names in header live until tsv_close().
 */
void tsv_open(struct tsv *, const char *path, const char *columns);
void tsv_close(struct tsv *);

/* The same of an input that is open; tsv_close() closes it. */
void tsv_open_in(struct tsv *, const struct in *, const char *columns);

/* The index of a column, which must be there, or TSV_NONE if it may not. */
size_t tsv_need(const struct tsv *, const char *column);
size_t tsv_find(const struct tsv *, struct str column);

/*
 * Go on to the next rows, one at least; false at the end of the stream.  Every
 * field of the last batch is gone then.
 */
bool tsv_read(struct tsv *);

/*
 * Give the rows that were read to another struct, for as long as the caller
 * wants them.  It is all zeros, or had rows before, whose memory comes back.
 */
void tsv_pass(struct tsv *, struct tsv *to);

/* Where a row's fields end, for those who look at several of them: between
 * end[column - 1] and end[column] is the field of the column. */
struct tsv_row {
	const char *data;
	const uint32_t *end;
};

static inline struct tsv_row
tsv_row(const struct tsv *t, size_t row)
{
	return (struct tsv_row){t->data, t->sep + 1 + row * t->columns};
}

/* The field of a column. */
static inline struct str
tsv_part(struct tsv_row row, size_t column)
{
	const uint32_t *end = row.end + column;

	/* sep[0] is the position before the first byte, so both wrap. */
	return (struct str){row.data + (uint32_t)(end[-1] + 1),
	    (uint32_t)(end[0] - end[-1] - 1)};
}

static inline struct str
tsv_field(const struct tsv *t, size_t row, size_t column)
{
	return tsv_part(tsv_row(t, row), column);
}

/* The text from one column to another behind it, with what is between. */
static inline struct str
tsv_span(struct tsv_row row, size_t first, size_t last)
{
	struct str s = tsv_part(row, first);

	s.n += (uint32_t)(row.end[last] - row.end[first]);
	return s;
}

/* The whole line, without its end. */
static inline struct str
tsv_line(const struct tsv *t, size_t row)
{
	return tsv_span(tsv_row(t, row), 0, t->columns - 1);
}

/* Exit with "file:line: column: what 'the field'". */
_Noreturn void tsv_bad_field(
    const struct tsv *, size_t row, size_t column, const char *what);

/* Exit with "file:line: text". */
_Noreturn void tsv_bad_row(const struct tsv *, size_t row, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The field, which may not be empty, as an id or a name must not be. */
static inline struct str
tsv_id(const struct tsv *t, size_t row, size_t column)
{
	struct str s = tsv_field(t, row, column);

	if (s.n == 0)
		tsv_bad_field(t, row, column, "empty");
	return s;
}

/* The field as a time. */
static inline int64_t
tsv_time(const struct tsv *t, size_t row, size_t column)
{
	int64_t time = when_read(tsv_field(t, row, column));

	if (time == WHEN_NONE)
		tsv_bad_field(t, row, column, "bad time");
	return time;
}

#endif
