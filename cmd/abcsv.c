/* SPDX-License-Identifier: MIT */
/*
 * abcsv reads CSV, as RFC 4180 has it and spreadsheets and data frames write
 * it, and writes TSV.  A tab or a line end in a field, for which TSV has no
 * notation, is refused unless --replace says what to put there.  Leading
 * columns without a name are the row numbers that pandas and R add, and are
 * left out.  Only the record under way is held in memory: in each block the
 * few bytes that mean something in CSV go through a table of rules, the
 * delimiters become tabs where they stand, and the runs of bytes between those
 * that are left out are written as they are.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "common/die.h"
#include "common/in.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/table.h"
#include "common/tsv.h"
#include "common/xalloc.h"

#define BLOCK ((size_t)128 << 10)
#define SLACK 64 /* the scan reads up to this far past the end */

static const char *delimiter = ",", *replacement, *columns, *output;
static bool keep_index, no_header;

static const struct opt options[] = {
    {.letter = 'd',
	.name = "delimiter",
	.arg = "CHAR",
	.text = &delimiter,
	.help = "what separates the fields (default ,)"},
    {.name = "replace",
	.arg = "TEXT",
	.text = &replacement,
	.help = "write TEXT for each tab and line end in a field"},
    {.name = "keep-index",
	.flag = &keep_index,
	.help = "keep leading columns that number the rows"},
    OPT_NO_HEADER(&no_header),
    {.name = "columns",
	.arg = "LIST",
	.text = &columns,
	.help = "the input has no header line; these are its columns"},
    OPT_PROGRESS,
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abcsv",
    .operands = "[FILE]",
    .purpose = "Convert CSV to TSV.",
    .options = options,
    .most_operands = 1,
};

enum kind { OTHER, DELIMITER, LF, CR, QUOTE, TAB, NUL, KINDS };

static unsigned char kinds[256] = {
    ['\n'] = LF, ['\r'] = CR, ['"'] = QUOTE, ['\t'] = TAB, ['\0'] = NUL};

enum state {
	START,  /* of a field */
	TEXT,   /* in a field without quotes */
	QUOTED, /* between the quotes of a field */
	CLOSED, /* after a quote that ends the field or is one of two */
	ENDING, /* after a CR that must be part of the record's end */
	STATES,
};

enum action {
	REFUSE,
	KEEP,    /* the byte is passed on */
	CUT,     /* it is left out */
	OPEN,    /* it is left out, and a quoted field begins */
	REPLACE, /* it cannot be passed on, but perhaps replaced */
	FIELD,   /* the field ends */
	ROW,     /* the record ends */
};

/* What a byte of a kind does in a state; where nothing is said, REFUSE. */
static struct rule {
	unsigned char action, next;
} rules[STATES][KINDS] = {
    [START] = {[OTHER] = {KEEP, TEXT},
	[DELIMITER] = {FIELD, START},
	[LF] = {ROW, START},
	[CR] = {CUT, ENDING},
	[QUOTE] = {OPEN, QUOTED},
	[TAB] = {REPLACE, TEXT}},
    [TEXT] = {[OTHER] = {KEEP, TEXT},
	[DELIMITER] = {FIELD, START},
	[LF] = {ROW, START},
	[CR] = {CUT, ENDING},
	[TAB] = {REPLACE, TEXT}},
    [QUOTED] = {[OTHER] = {KEEP, QUOTED},
	[DELIMITER] = {KEEP, QUOTED},
	[LF] = {REPLACE, QUOTED},
	[CR] = {REPLACE, QUOTED},
	[QUOTE] = {CUT, CLOSED},
	[TAB] = {REPLACE, QUOTED}},
    [CLOSED] = {[DELIMITER] = {FIELD, START},
	[LF] = {ROW, START},
	[CR] = {CUT, ENDING},
	[QUOTE] = {KEEP, QUOTED}},
    [ENDING] = {[LF] = {ROW, START}},
};

static const char *const refusals[STATES] = {
    [TEXT] = "a quote within a field that does not begin with one",
    [CLOSED] = "text after the quote that ends the field",
    [ENDING] = "a CR that is not part of a CR LF; if CR alone ends the lines, "
	       "convert the file with: tr '\\r' '\\n'",
};

/* The positions are offsets in data. */
struct csv {
	struct in in;
	struct out out;
	char *data;
	size_t used, room;
	size_t scanned; /* the special bytes before this are dealt with */
	size_t row;     /* where the record begins */
	size_t from;    /* what is before this is written or left out */
	size_t next;    /* the place after the last special byte */
	enum state state;
	size_t field;         /* of the record, counted from 0 */
	size_t columns;       /* 0 until the first record has ended */
	size_t index_columns; /* how many of them are left out */
	struct table names;   /* of those that are not */
	bool in_header;
	struct text {
		char *p;
		size_t n, room;
	} name,     /* of the header's column under way */
	    header; /* the record, with tabs for its delimiters */
	uint64_t line, row_line, quote_line;
};

/* Exit with "file:line: text". */
static _Noreturn void bad_line(const struct csv *, uint64_t line,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
bad_line(const struct csv *c, uint64_t line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	die("%s:%llu: %s", c->in.name, (unsigned long long)line, text);
}

/* Exit with "file:line: column: text". */
static _Noreturn void
bad_field(const struct csv *c, uint64_t line, const char *text)
{
	size_t i = c->field - c->index_columns;
	struct str name;

	if (i >= c->names.n)
		bad_line(c, line, "column %zu: %s", c->field + 1, text);
	name = table_string(&c->names, (uint32_t)i);
	bad_line(c, line, "%.*s: %s", (int)(name.n < 80 ? name.n : 80), name.p,
	    text);
}

static _Noreturn void
too_long(const struct csv *c)
{
	bad_line(c, c->row_line,
	    "a record of more than %zu bytes; perhaps a quote is not closed",
	    TSV_LINE_MAX);
}

static void
append(struct text *t, struct str s)
{
	t->p = xgrow(t->p, &t->room, t->n + s.n + 1, 1);
	memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
}

/* Pass on what belongs to the field under way. */
static void
put(struct csv *c, struct str s)
{
	if (c->in_header)
		append(&c->name, s);
	else if (c->field >= c->index_columns)
		out_str(&c->out, s);
}

static void
put_before(struct csv *c, size_t end)
{
	put(c, (struct str){c->data + c->from, end - c->from});
	c->from = end;
}

static void
cut(struct csv *c, size_t p)
{
	put_before(c, p);
	c->from = p + 1;
}

/*
 * pandas calls a column that it finds without a name "Unnamed: 0", a second
 * time "Unnamed: 0.1".
 */
static bool
numbers_rows(struct str name)
{
	struct str unnamed = str_of("Unnamed: 0");

	return name.n == 0 || (name.n >= unnamed.n &&
				  memcmp(name.p, unnamed.p, unnamed.n) == 0);
}

/* The name of a column ends at p; more says whether another follows. */
static void
take_name(struct csv *c, size_t p, bool more)
{
	char quoted[DIE_QUOTE];
	uint32_t taken = c->names.n;
	struct str name;

	cut(c, p);
	name = (struct str){c->name.p, c->name.n};
	c->name.n = 0;
	if (more && !keep_index && taken == 0 && numbers_rows(name)) {
		c->index_columns++;
		return;
	}
	if (keep_index && c->field == 0 && name.n == 0)
		name = str_of("index");
	if (name.n == 0)
		bad_field(c, c->line, "it has no name");
	if (table_add(&c->names, name) < taken)
		bad_line(c, c->line, "two columns are called %s",
		    die_quote(quoted, name));
}

static void
put_header(struct csv *c)
{
	for (uint32_t i = 0; i < c->names.n && !no_header; i++) {
		out_str(&c->out, table_string(&c->names, i));
		out_byte(&c->out, i + 1 < c->names.n ? '\t' : '\n');
	}
}

/* The columns of an input without a header line are those of the option. */
static void
take_names_of_option(struct csv *c)
{
	const char *list = columns;
	struct str name;

	if (strpbrk(columns, "\t\r\n") != NULL)
		opt_die("--columns: a tab or a line end in a name");
	for (; opt_next_name("columns", &list, &name); c->columns++)
		if (table_add(&c->names, name) < c->columns)
			opt_die("--columns: two have the same name");
	for (uint32_t i = 0; i < c->names.n; i++) {
		append(&c->header, str_of(i > 0 ? "\t" : ""));
		append(&c->header, table_string(&c->names, i));
	}
	put_header(c);
}

/* What every record but the first must be; this one's bytes are raw. */
static void
check_row(const struct csv *c, struct str raw)
{
	size_t found = c->field + 1;

	if (found != c->columns)
		bad_line(c, c->row_line, "expected %zu fields, found %zu%s",
		    c->columns, found, raw.n == 0 ? ": a blank line" : "");
	if (c->header.n > 0 &&
	    str_eq(raw, (struct str){c->header.p, c->header.n}))
		bad_line(c, c->row_line, TSV_HEADER_AGAIN);
}

static void
end_field(struct csv *c, size_t p)
{
	c->data[p] = '\t';
	if (c->in_header)
		take_name(c, p, true);
	else if (c->field < c->index_columns)
		cut(c, p);
	c->field++;
}

static void
end_row(struct csv *c, size_t p)
{
	size_t end = c->state == ENDING ? p - 1 : p;
	struct str raw = {c->data + c->row, end - c->row};

	if (p - c->row >= TSV_LINE_MAX)
		too_long(c);
	if (c->columns > 0)
		check_row(c, raw);
	c->columns = c->field + 1;
	if (c->in_header) {
		take_name(c, p, false);
		append(&c->header, raw);
		put_header(c);
		c->in_header = false;
	} else if (c->index_columns > 0) {
		put_before(c, p + 1);
	}
	c->field = 0;
	c->row = p + 1;
	c->row_line = c->line + 1;
}

static void
replace(struct csv *c, size_t p)
{
	if (replacement == NULL)
		bad_field(c, c->line,
		    c->data[p] == '\t'
			? "a tab in the field; see --replace"
			: "a line end in the field, or a quote that is not "
			  "closed; see --replace");
	cut(c, p);
	/* A CR LF is one line end. */
	if (c->data[p] != '\n' || c->data[p - 1] != '\r')
		put(c, str_of(replacement));
}

/* Apply the rule for a kind of byte, which stands at p. */
static inline void
step(struct csv *c, enum kind kind, size_t p)
{
	struct rule rule = rules[c->state][kind];

	switch ((enum action)rule.action) {
	case FIELD:
		end_field(c, p);
		break;
	case ROW:
		end_row(c, p);
		break;
	case KEEP:
		break;
	case OPEN:
		c->quote_line = c->line;
		cut(c, p);
		break;
	case CUT:
		cut(c, p);
		break;
	case REPLACE:
		replace(c, p);
		break;
	case REFUSE:
		bad_field(
		    c, c->line, kind == NUL ? TSV_HAS_NUL : refusals[c->state]);
	}
	c->line += kind == LF;
	c->state = rule.next;
}

/*
 * Bit i is set where p[i] is special: no OTHER byte, or if so one of the few
 * control bytes that come before CR.
 */
static inline uint64_t
special(const char *p)
{
	uint64_t set = 0;

#ifdef __SSE2__
	const __m128i separator = _mm_set1_epi8(*delimiter);
	const __m128i quote = _mm_set1_epi8('"'), cr = _mm_set1_epi8('\r');

	for (int i = 0; i < 64; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(p + i));
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, separator),
		    _mm_or_si128(_mm_cmpeq_epi8(v, quote),
			_mm_cmpeq_epi8(_mm_min_epu8(v, cr), v)));

		set |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << i;
	}
#else
	for (int i = 0; i < 64; i++)
		set |= (uint64_t)(kinds[(unsigned char)p[i]] != OTHER) << i;
#endif
	return set;
}

/* Deal with the special bytes in data[scanned..used). */
static void
scan(struct csv *c)
{
	for (size_t pos = c->scanned; pos < c->used; pos += 64) {
		uint64_t set = special(c->data + pos);

		if (c->used - pos < 64)
			set &= ~(UINT64_MAX << (c->used - pos));
		for (; set != 0; set &= set - 1) {
			size_t p = pos + (size_t)__builtin_ctzll(set);

			if (p != c->next)
				step(c, OTHER, p);
			step(c, kinds[(unsigned char)c->data[p]], p);
			c->next = p + 1;
		}
	}
	c->scanned = c->used;
}

/* Write the whole records and drop them from the buffer. */
static void
drop(struct csv *c)
{
	if (c->from < c->row)
		put_before(c, c->row);
	memmove(c->data, c->data + c->row, c->used - c->row);
	c->used -= c->row;
	c->scanned -= c->row;
	c->from -= c->row;
	c->next -= c->row;
	c->row = 0;
}

/* Read once, behind what is there; false at the end of the input. */
static bool
fill(struct csv *c)
{
	size_t n;

	if (c->row > 0)
		drop(c);
	if (c->room - c->used < BLOCK / 2) {
		size_t room = c->room;

		if (c->used > TSV_LINE_MAX)
			too_long(c);
		c->data = xgrow(c->data, &room, c->used + BLOCK + SLACK, 1);
		c->room = room - SLACK;
	}
	n = in_read(&c->in, c->data + c->used, c->room - c->used);
	c->used += n;
	return n > 0;
}

/* Excel puts a byte order mark before UTF-8. */
static void
skip_mark(struct csv *c)
{
	static const char mark[] = "\xef\xbb\xbf";

	while (c->used < 3 && fill(c))
		;
	if (c->used >= 3 && memcmp(c->data, mark, 3) == 0)
		c->row = c->from = c->next = c->scanned = 3;
}

static void
check_end(const struct csv *c)
{
	if (c->state == QUOTED)
		bad_field(c, c->quote_line,
		    "a quote that is not closed; the file may be cut off");
	if (c->row < c->used)
		bad_line(c, c->row_line, TSV_CUT_OFF);
	if (c->in_header)
		die("%s: empty: not even a header line", c->in.name);
}

static void
check_options(void)
{
	char quoted[DIE_QUOTE];

	if (delimiter[1] != '\0' || strchr("\"\r\n", *delimiter) != NULL)
		opt_die("--delimiter: must be one byte, and no quote or line "
			"end, is %s",
		    die_quote(quoted, str_of(delimiter)));
	if (replacement != NULL && strpbrk(replacement, "\t\r\n") != NULL)
		opt_die("--replace: a tab or a line end in the text");
	/* A tab cannot be passed on though it separates the input's fields. */
	if (*delimiter == '\t')
		rules[QUOTED][DELIMITER] = rules[QUOTED][TAB];
	kinds[(unsigned char)*delimiter] = DELIMITER;
}

int
main(int argc, char **argv)
{
	/* Static, for what it owns is needed to the end and never freed. */
	static struct csv c = {.line = 1, .row_line = 1};
	int operands = opt_parse(&program, argc, argv);

	check_options();
	in_open(&c.in, operands > 0 ? argv[0] : NULL);
	out_open(&c.out, output);
	c.in_header = columns == NULL && !no_header;
	if (columns != NULL)
		take_names_of_option(&c);
	skip_mark(&c);
	do
		scan(&c);
	while (fill(&c));
	check_end(&c);
	in_close(&c.in);
	out_close(&c.out);
	return 0;
}
