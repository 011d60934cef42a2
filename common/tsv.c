/* SPDX-License-Identifier: MIT */
/*
 * The stream is read in blocks.  A scan over each new block notes where its
 * tabs and line ends are, 64 bytes at a time; a row is then just the next
 * `columns` of these positions, and a field the bytes between two of them.
 * What is left of a line at the end of a block moves to the front of the
 * buffer, or of another if that is given away, its positions with it, so that
 * every byte is scanned once however small the pieces are that read() returns.
 */
#include "common/tsv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/die.h"
#include "common/ends.h"
#include "common/table.h"
#include "common/xalloc.h"

/* Small enough that the block and its positions stay in a core's cache. */
#define BLOCK ((size_t)256 << 10)

/* Exit with "file:line: text"; the line is counted from this batch's first. */
static _Noreturn void bad_line(const struct tsv *t, uint64_t line,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
bad_line(const struct tsv *t, uint64_t line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	die("%s:%llu: %s", t->name, (unsigned long long)(t->line + line), text);
}

static uint64_t
lines_before(const struct tsv *t, size_t end)
{
	uint64_t n = 0;

	for (size_t i = 0; i < end; i++)
		n += t->data[i] == '\n';
	return n;
}

/* Note the separators in data[scanned..used). */
static void
scan(struct tsv *t)
{
	struct ends found;

	/* A byte in 64 may be a separator, or all: make room for the worst. */
	t->sep = xgrow(t->sep, &t->sep_room,
	    1 + t->seps + (t->used - t->scanned) + ENDS_SLACK, sizeof(*t->sep));
	memset(t->data + t->used, ' ', ENDS_SLACK);
	found = ends_find(t->data, t->scanned, t->used, t->sep + 1 + t->seps);
	if (found.nul) {
		const char *nul =
		    memchr(t->data + t->scanned, '\0', t->used - t->scanned);

		bad_line(
		    t, lines_before(t, (size_t)(nul - t->data)), TSV_HAS_NUL);
	}
	t->seps += found.n;
	t->lines += found.lines;
	t->scanned = t->used;
}

/* Room for n bytes in all. */
static void
reserve(struct tsv *t, size_t n)
{
	size_t room = t->room + ENDS_SLACK;

	t->data = xgrow(t->data, &room, n + ENDS_SLACK, 1);
	t->room = room - ENDS_SLACK;
}

/* Read once, at the end of what is there; false at the end of the stream. */
static bool
fill(struct tsv *t)
{
	/* What is there is less than a line. */
	size_t n = TSV_LINE_MAX - t->used;

	if (n == 0)
		bad_line(t, 0, "a line of more than %zu bytes", TSV_LINE_MAX);
	if (t->room - t->used < BLOCK / 2)
		reserve(t, t->used + BLOCK);
	if (n > t->room - t->used)
		n = t->room - t->used;
	n = in_read(&t->in, t->data + t->used, n);
	t->used += n;
	return n > 0;
}

/* Drop the first n bytes and the first k separators of what was read; the rest
 * is in other buffers if these were given away. */
static void
drop(struct tsv *t, const char *data, const uint32_t *sep, size_t n, size_t k)
{
	t->offset += n;
	t->used -= n;
	t->scanned -= n;
	t->seps -= k;
	memmove(t->data, data + n, t->used);
	for (size_t i = 1; i <= t->seps; i++)
		t->sep[i] = sep[i + k] - (uint32_t)n;
}

/* The same with this batch's rows. */
static void
drop_rows(struct tsv *t, const char *data, const uint32_t *sep)
{
	size_t k = t->rows * t->columns;

	if (k > 0)
		drop(t, data, sep, (size_t)sep[k] + 1, k);
	t->lines -= t->rows;
	t->line += t->rows;
	t->rows = 0;
}

static void
check_line_end(const struct tsv *t, uint64_t line, size_t end)
{
	if (end > 0 && t->data[end - 1] == '\r')
		bad_line(t, line,
		    "the line ends in CR LF; convert the file with: "
		    "tr -d '\\r'");
}

static _Noreturn void
cut_off(const struct tsv *t, uint64_t line)
{
	bad_line(t, line, TSV_CUT_OFF);
}

/* Take the columns' names from text, which is header_size bytes. */
static void
set_header(struct tsv *t, const char *text, char separator)
{
	struct table names = {.n = 0};
	size_t start = 0, room = 0;
	char quoted[DIE_QUOTE];

	t->header_text = xrealloc(NULL, t->header_size, 1);
	memcpy(t->header_text, text, t->header_size);
	for (size_t i = 0; i <= t->header_size; i++) {
		struct str name = {t->header_text + start, i - start};

		if (i < t->header_size && t->header_text[i] != separator)
			continue;
		if (table_add(&names, name) != t->columns)
			die("%s:1: two columns are called %s", t->name,
			    die_quote(quoted, name));
		t->header =
		    xgrow(t->header, &room, t->columns + 1, sizeof(*t->header));
		t->header[t->columns++] = name;
		start = i + 1;
		if (i < t->header_size)
			t->header_text[i] = '\t';
	}
	table_free(&names);
}

static void
read_header(struct tsv *t)
{
	size_t k = 0, end;

	t->line = 1;
	for (;;) {
		while (k < t->seps && t->data[t->sep[1 + k]] != '\n')
			k++;
		if (k < t->seps)
			break;
		if (fill(t)) {
			scan(t);
			continue;
		}
		if (t->used == 0)
			die("%s: empty: not even a header line", t->name);
		cut_off(t, 0);
	}
	end = t->sep[1 + k];
	if (end >= 3 && memcmp(t->data, "\xef\xbb\xbf", 3) == 0)
		bad_line(t, 0,
		    "a byte order mark before the header; remove it with: "
		    "tail -c +4");
	check_line_end(t, 0, end);
	t->header_size = end;
	set_header(t, t->data, '\t');
	drop(t, t->data, t->sep, end + 1, k + 1);
	t->lines--;
	t->line = 2;
}

void
tsv_open(struct tsv *t, const char *path, const char *columns)
{
	struct in in;

	in_open(&in, path);
	tsv_open_in(t, &in, columns);
}

void
tsv_open_in(struct tsv *t, const struct in *in, const char *columns)
{
	*t = (struct tsv){.name = in->name, .in = *in};
	t->sep = xgrow(NULL, &t->sep_room, 1 + ENDS_SLACK, sizeof(*t->sep));
	t->sep[0] = UINT32_MAX;
	if (columns == NULL) {
		read_header(t);
	} else {
		t->header_size = strlen(columns);
		set_header(t, columns, ',');
		t->line = 1;
	}
}

void
tsv_close(struct tsv *t)
{
	in_close(&t->in);
	free(t->data);
	free(t->sep);
	free(t->header);
	free(t->header_text);
}

size_t
tsv_find(const struct tsv *t, struct str column)
{
	for (size_t i = 0; i < t->columns; i++)
		if (str_eq(t->header[i], column))
			return i;
	return TSV_NONE;
}

size_t
tsv_need(const struct tsv *t, const char *column)
{
	size_t i = tsv_find(t, str_of(column));

	if (i == TSV_NONE)
		die("%s: no column %s; its columns are: %.*s%s", t->name,
		    column, (int)(t->header_size < 200 ? t->header_size : 200),
		    t->header_text, t->header_size > 200 ? "..." : "");
	return i;
}

/* Refuse a row that has too few fields, or too many of them so far. */
static _Noreturn void
refuse_row(const struct tsv *t, const uint32_t *sep, size_t left)
{
	size_t n = 0;

	while (n < left && n <= t->columns && t->data[sep[n]] != '\n')
		n++;
	if (n == left || n > t->columns)
		bad_line(
		    t, t->rows, "expected %zu fields, found more", t->columns);
	check_line_end(t, t->rows, sep[n]);
	bad_line(t, t->rows, "expected %zu fields, found %zu%s", t->columns,
	    n + 1, sep[n] == (uint32_t)(sep[-1] + 1) ? ": a blank line" : "");
}

static bool
is_header(const struct tsv *t, struct str line)
{
	return line.n == t->header_size &&
	       memcmp(line.p, t->header_text, line.n) == 0;
}

/* Find what is wrong with the first row that is, and exit. */
static _Noreturn void
refuse_rows(struct tsv *t)
{
	const uint32_t *sep = t->sep + 1;
	size_t left = t->seps;

	for (t->rows = 0; left >= t->columns; left -= t->columns) {
		size_t c = 0;

		while (c < t->columns - 1 && t->data[sep[c]] == '\t')
			c++;
		if (t->data[sep[c]] != '\n' || c < t->columns - 1)
			break;
		check_line_end(t, t->rows, sep[c]);
		if (is_header(t, tsv_line(t, t->rows)))
			bad_line(t, t->rows, TSV_HEADER_AGAIN);
		t->rows++;
		sep += t->columns;
	}
	refuse_row(t, sep, left);
}

/*
 * Check the whole rows at the front of the buffer and count them.  If the last
 * separator of each is a line end, and there are no more line ends than rows,
 * the others are tabs.  Few rows end as the header does, while many may have
 * its length.
 */
static void
check_rows(struct tsv *t)
{
	const size_t columns = t->columns, most = t->seps / columns;
	const uint32_t *sep = t->sep + columns;
	char last = '\n', before;
	size_t rows = 0;

	if (t->header_size > 0)
		last = t->header_text[t->header_size - 1];
	for (; rows < most && t->data[*sep] == '\n'; rows++, sep += columns) {
		before = *sep > 0 ? t->data[*sep - 1] : '\n';
		if (before == '\r' ||
		    (before == last && is_header(t, tsv_line(t, rows))))
			break;
	}
	if (rows != most || rows != t->lines)
		refuse_rows(t);
	t->rows = rows;
}

bool
tsv_read(struct tsv *t)
{
	drop_rows(t, t->data, t->sep);
	/* With a header the buffer may hold rows that are not yet counted. */
	for (check_rows(t); t->rows == 0; check_rows(t)) {
		if (!fill(t)) {
			if (t->used > 0)
				cut_off(t, 0);
			return false;
		}
		scan(t);
	}
	return true;
}

void
tsv_pass(struct tsv *t, struct tsv *to)
{
	size_t k = t->rows * t->columns, end = (size_t)t->sep[k] + 1;
	struct tsv spare = *to;

	*to = *t;
	t->data = spare.data;
	t->room = spare.room;
	t->sep = spare.sep;
	t->sep_room = spare.sep_room;
	reserve(t, t->used - end);
	t->sep = xgrow(t->sep, &t->sep_room, 1 + t->seps - k, sizeof(*t->sep));
	t->sep[0] = UINT32_MAX;
	drop_rows(t, to->data, to->sep);
}

void
tsv_bad_field(const struct tsv *t, size_t row, size_t column, const char *what)
{
	char name[DIE_QUOTE], text[DIE_QUOTE];
	struct str h = t->header[column];

	if (h.n > DIE_QUOTE - 1)
		h.n = DIE_QUOTE - 1;
	memcpy(name, h.p, h.n);
	name[h.n] = '\0';
	bad_line(t, row, "%s: %s %s", name, what,
	    die_quote(text, tsv_field(t, row, column)));
}

void
tsv_bad_row(const struct tsv *t, size_t row, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bad_line(t, row, "%s", text);
}
