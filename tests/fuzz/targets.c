/* SPDX-License-Identifier: MIT */

/*
 * A reader of streams is run on each case twice, with all the bytes at once
 * and with one at a time: it must come to the same end.  What it accepts is
 * held against a slower way to the same answer, mostly that of the C library,
 * or is written and read again.
 */

#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <time.h>

#include "common/decimal.h"
#include "common/jout.h"
#include "common/json.h"
#include "common/metric.h"
#include "common/model.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/share.h"
#include "common/stats_read.h"
#include "common/tsv.h"
#include "common/utf8.h"
#include "common/when.h"

/* Both ways to read a stream; the reader keeps what it found in *arg. */
static bool
reads_alike(void (*reader)(void *), void *arg, struct str bytes)
{
	bool slowly = fuzz_reads(reader, arg, bytes, 1);

	FUZZ_MUST(fuzz_reads(reader, arg, bytes, SIZE_MAX) == slowly);
	return slowly;
}

/* The bytes with a NUL behind; NULL if there is one among them. */
static char *
terminated(struct str s)
{
	char *p;

	if (s.n > 0 && memchr(s.p, '\0', s.n) != NULL)
		return NULL;
	p = malloc(s.n + 1);
	FUZZ_MUST(p != NULL);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

static bool
same_double(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

/* strtod() takes more forms than num_parse(), and these letters tell them. */
static bool
is_strtod_number(const char *p, double *x)
{
	char *end;

	if (*p == '\0' || *p == '+' || p[strspn(p, "0123456789.eE+-")] != '\0')
		return false;
	*x = strtod(p, &end);
	return *end == '\0' && isfinite(*x);
}

static void
check_format(double x)
{
	char text[NUM_SIZE], digits[NUM_SIZE];
	size_t n = num_format(text, x);
	struct decimal d, s = decimal_shortest(x);
	int shorter;

	FUZZ_MUST(n < NUM_SIZE && text[n - 1] != '.');
	FUZZ_MUST(num_parse((struct str){text, n}, &d));
	FUZZ_MUST(same_double(decimal_double(d), x));
	FUZZ_MUST(same_double(decimal_double(s), x));
	/* With a digit less the C library does not get back to x. */
	shorter = snprintf(
	    digits, sizeof(digits), "%llu", (unsigned long long)s.mantissa);
	if (shorter > 1) {
		snprintf(digits, sizeof(digits), "%.*e", shorter - 2, x);
		FUZZ_MUST(strtod(digits, NULL) != x);
	}
}

static void
fuzz_number(struct str bytes)
{
	char *text = terminated(bytes);
	struct decimal d = {.mantissa = 0};
	bool good = num_parse(bytes, &d);
	double x = 0;

	FUZZ_MUST(text != NULL || !good);
	if (text != NULL)
		FUZZ_MUST(good == is_strtod_number(text, &x));
	free(text);
	if (!good)
		return;
	FUZZ_MUST(d.mantissa < UINT64_C(10000000000000000000));
	FUZZ_MUST(d.exponent >= DECIMAL_EXPONENT_MIN);
	FUZZ_MUST(d.exponent <= DECIMAL_EXPONENT_MAX);
	FUZZ_MUST(!d.negative || d.mantissa > 0);
	/* strtod() tells -0 from 0. */
	FUZZ_MUST(same_double(decimal_double(d), x == 0 ? 0 : x));
	check_format(decimal_double(d));
}

static bool
is_digits(const char *p)
{
	return *p != '\0' && p[strspn(p, "0123456789")] == '\0';
}

static void
fuzz_count(struct str bytes)
{
	char *text = terminated(bytes);
	unsigned long long count;
	long long integer;
	uint64_t n = 0;
	int64_t i = 0;
	bool good;

	if (text == NULL) {
		FUZZ_MUST(!num_count(bytes, &n) && !num_int(bytes, &i));
		return;
	}
	errno = 0;
	count = strtoull(text, NULL, 10);
	good = is_digits(text) && errno == 0;
	FUZZ_MUST(num_count(bytes, &n) == good && (!good || n == count));
	errno = 0;
	integer = strtoll(text, NULL, 10);
	good = is_digits(text + (*text == '-')) && errno == 0;
	FUZZ_MUST(num_int(bytes, &i) == good && (!good || i == integer));
	free(text);
}

static void
fuzz_time(struct str bytes)
{
	char text[WHEN_SIZE], other[WHEN_SIZE];
	int64_t t, again, since;
	time_t seconds;
	struct tm tm;
	size_t n;

	if (!when_parse(bytes, &t))
		return;
	FUZZ_MUST(t >= WHEN_MIN && t <= WHEN_MAX);
	n = when_format(text, t);
	FUZZ_MUST(n < WHEN_SIZE);
	FUZZ_MUST(when_parse((struct str){text, n}, &again) && again == t);
	/* The calendar of the C library, which has no year 0 to 999 in %Y. */
	since = (t - WHEN_MIN) / WHEN_SECOND + WHEN_MIN / WHEN_SECOND;
	seconds = (time_t)since;
	if (seconds != since)
		return; /* past what 32 bits count */
	FUZZ_MUST(gmtime_r(&seconds, &tm) != NULL);
	snprintf(other, sizeof(other), "%04d-%02d-%02d %02d:%02d:%02d",
	    (tm.tm_year + 1900) % 10000, (tm.tm_mon + 1) % 100,
	    tm.tm_mday % 100, tm.tm_hour % 100, tm.tm_min % 100,
	    tm.tm_sec % 100);
	FUZZ_MUST(memcmp(text, other, strlen(other)) == 0);
}

static void
fuzz_duration(struct str bytes)
{
	char text[WHEN_SIZE];
	int64_t us, again;
	size_t n;

	if (!when_parse_duration(bytes, &us))
		return;
	n = when_format_duration(text, us);
	FUZZ_MUST(n < WHEN_SIZE);
	FUZZ_MUST(when_parse_duration((struct str){text, n}, &again));
	FUZZ_MUST(again == us);
}

/* Every string of the tree, written as JSON and read again. */
static void
check_string(struct str s)
{
	struct json_fault fault;
	struct json json;
	struct jout j;
	struct out o;

	out_open(&o, NULL);
	jout_open(&j, &o);
	jout_string(&j, s, s);
	jout_close(&j);
	out_close(&o);
	FUZZ_MUST(json_parse(&json, fuzz_written(), &fault));
	FUZZ_MUST(json.n == 2 && json.nodes[1].kind == JSON_STRING);
	FUZZ_MUST(str_eq(json.nodes[1].key, s));
	FUZZ_MUST(str_eq(json.nodes[1].text, s));
	json_free(&json);
}

static void
write_string(void *arg)
{
	check_string(*(struct str *)arg);
}

/* The nodes in nodes[i] end where it does, and not before they begin. */
static void
check_tree(const struct json *json, size_t i)
{
	struct json_node *node = &json->nodes[i];
	size_t part = i + 1;

	FUZZ_MUST(utf8_valid(node->key) && utf8_valid(node->text));
	if (node->kind == JSON_STRING)
		fuzz_reads(write_string, &node->text, (struct str){"", 0}, 1);
	FUZZ_MUST(node->end > i && node->end <= json->n);
	FUZZ_MUST(node->kind == JSON_ARRAY || node->kind == JSON_OBJECT ||
		  node->end == part);
	for (; part < node->end; part = json->nodes[part].end)
		check_tree(json, part);
	FUZZ_MUST(part == node->end);
}

static size_t
count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static void
fuzz_json(struct str bytes)
{
	struct json_fault fault = {{0, 0}, NULL};
	struct json json;

	if (json_parse(&json, bytes, &fault)) {
		FUZZ_MUST(utf8_valid(bytes) && json.nodes[0].end == json.n);
		check_tree(&json, 0);
		json_free(&json);
		return;
	}
	FUZZ_MUST(fault.what != NULL);
	FUZZ_MUST(fault.place.line >= 1 &&
		  fault.place.line <= count(bytes, '\n') + 1);
	FUZZ_MUST(fault.place.column >= 1 && fault.place.column <= bytes.n + 1);
}

/* The lines up to here have been given out. */
struct rows {
	struct str bytes;
	size_t at;
};

/* The next line, of these bytes, must be this one. */
static void
take_line(struct rows *r, struct str line)
{
	FUZZ_MUST(line.n < r->bytes.n - r->at);
	FUZZ_MUST(str_eq(line, (struct str){r->bytes.p + r->at, line.n}));
	r->at += line.n;
	FUZZ_MUST(r->bytes.p[r->at++] == '\n');
}

static void
read_rows(void *arg)
{
	struct rows *r = arg;
	struct tsv t;

	r->at = 0;
	tsv_open(&t, "input", NULL);
	take_line(r, (struct str){t.header[0].p, t.header_size});
	while (tsv_read(&t))
		for (size_t row = 0; row < t.rows; row++) {
			struct str line = tsv_line(&t, row);
			const char *p = line.p;

			for (size_t c = 0; c < t.columns; c++) {
				struct str s = tsv_field(&t, row, c);

				FUZZ_MUST(s.p == p && count(s, '\t') == 0);
				p = s.p + s.n + 1;
			}
			FUZZ_MUST(p == line.p + line.n + 1);
			take_line(r, line);
		}
	FUZZ_MUST(r->at == r->bytes.n);
	tsv_close(&t);
}

static struct str
line_at(struct str s, size_t at)
{
	const char *p = s.p + at, *end = memchr(p, '\n', s.n - at);

	return (struct str){p, (size_t)(end - p)};
}

static bool
names_differ(struct str header)
{
	struct table names = {.n = 0};
	size_t n = 1 + count(header, '\t');
	bool differ;

	for (size_t i = 0, start = 0; i <= header.n; i++)
		if (i == header.n || header.p[i] == '\t') {
			table_add(
			    &names, (struct str){header.p + start, i - start});
			start = i + 1;
		}
	differ = names.n == n;
	table_free(&names);
	return differ;
}

/* What abpipe-tsv(5) calls a stream, line by line. */
static bool
is_stream(struct str s)
{
	struct str header, line;

	if (s.n == 0 || s.p[s.n - 1] != '\n' || count(s, '\0') > 0)
		return false;
	header = line_at(s, 0);
	if (header.n >= 3 && memcmp(header.p, "\xef\xbb\xbf", 3) == 0)
		return false;
	for (size_t at = 0; at < s.n; at += line.n + 1) {
		line = line_at(s, at);
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			return false;
		if (count(line, '\t') != count(header, '\t'))
			return false;
		if (at > 0 && str_eq(line, header))
			return false;
	}
	return names_differ(header);
}

static void
fuzz_tsv(struct str bytes)
{
	struct rows r = {.bytes = bytes};

	FUZZ_MUST(reads_alike(read_rows, &r, bytes) == is_stream(bytes));
}

static void
read_metrics(void *arg)
{
	struct metrics all = metric_read("input");

	(void)arg;
	FUZZ_MUST(all.ids.n == all.n);
	for (size_t i = 0; i < all.n; i++) {
		const struct metric *m = &all.list[i];

		FUZZ_MUST(table_find(&all.ids, m->id) == i);
		FUZZ_MUST(m->id.n > 0 && m->display_name.n > 0);
		FUZZ_MUST(m->event_name.n > 0 && m->first <= m->last);
	}
}

static void
fuzz_metrics(struct str bytes)
{
	reads_alike(read_metrics, NULL, bytes);
}

static void
draw_values(const struct model *m)
{
	for (size_t i = 0; i < m->n; i++)
		for (uint64_t seed = 0; seed < 8; seed++) {
			struct rng r;

			if (m->rows[i].value.shape == MODEL_NONE)
				continue;
			rng_start(
			    &r, seed, i, rng_row_of(str_of(""), str_of("")));
			FUZZ_MUST(isfinite(model_draw(&r, &m->rows[i].value)));
		}
}

static void
read_model(void *arg)
{
	struct model m = model_read("input");
	struct out o;

	(void)arg;
	draw_values(&m);
	out_open(&o, NULL);
	model_write(&o, &m, true);
	out_close(&o);
}

/* A model that has been written is read as what it was. */
static void
fuzz_model(struct str bytes)
{
	struct str written;
	char *copy;

	if (!reads_alike(read_model, NULL, bytes))
		return;
	written = fuzz_written();
	copy = malloc(written.n);
	FUZZ_MUST(copy != NULL);
	memcpy(copy, written.p, written.n);
	written.p = copy;
	FUZZ_MUST(reads_alike(read_model, NULL, written));
	FUZZ_MUST(str_eq(written, fuzz_written()));
	free(copy);
}

/* The sums that a stats row keeps are those that it restores. */
static void
check_cell(const struct stats_cell *cell)
{
	static char text[4][EXACT_TEXT];
	struct moments m = *cell->sums, again;
	struct exact sum, squares;

	moments_sum(&m, &sum);
	moments_squares(&m, &squares);
	FUZZ_MUST(moments_restore(
	    &again, m.n, &sum, &squares, moments_min(&m), moments_max(&m)));
	FUZZ_MUST(m.n == again.n);
	FUZZ_MUST(same_double(moments_mean(&m), moments_mean(&again)));
	FUZZ_MUST(same_double(moments_sd(&m), moments_sd(&again)));
	exact_format(&sum, text[0]);
	exact_format(&squares, text[1]);
	FUZZ_MUST(exact_parse(&sum, str_of(text[0])));
	FUZZ_MUST(exact_parse(&squares, str_of(text[1])));
	moments_sum(&again, &sum);
	moments_squares(&again, &squares);
	exact_format(&sum, text[2]);
	exact_format(&squares, text[3]);
	FUZZ_MUST(strcmp(text[0], text[2]) == 0);
	FUZZ_MUST(strcmp(text[1], text[3]) == 0);
}

static void
read_stats(void *arg)
{
	static const char *const reserved[] = {"metric_id", "n", NULL};
	static char path[] = "input", *paths[] = {path, NULL};
	struct stats_input input = {.by = *(const char **)arg};
	struct stats stats;

	stats_read(&stats, &input, reserved, paths, 1);
	for (size_t i = 0; i < stats.n; i++)
		check_cell(&stats.cells[i]);
}

static void
fuzz_stats(struct str bytes)
{
	const char *by = "s";

	reads_alike(read_stats, &by, bytes);
	by = NULL;
	reads_alike(read_stats, &by, bytes);
}

static void
divide(void *arg)
{
	static const uint64_t wholes[] = {
	    0, 1, 7, 5000, 999999999999, UINT64_C(1) << 60};
	struct shares s = share_parse("list", arg);
	uint64_t *parts = calloc(s.n, sizeof(*parts));

	FUZZ_MUST(s.n > 0 && parts != NULL);
	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++) {
		uint64_t left = wholes[i];

		share_divide(&s, wholes[i], parts);
		for (size_t k = 0; k < s.n; k++) {
			FUZZ_MUST(parts[k] <= left);
			FUZZ_MUST(s.weights[k] > 0 || parts[k] == 0);
			left -= parts[k];
		}
		FUZZ_MUST(left == 0);
	}
}

static void
fuzz_shares(struct str bytes)
{
	char *list = terminated(bytes);

	if (list != NULL)
		fuzz_reads(divide, list, (struct str){"", 0}, 1);
	free(list);
}

const struct fuzz_target fuzz_targets[] = {
    {"number", fuzz_number},
    {"count", fuzz_count},
    {"time", fuzz_time},
    {"duration", fuzz_duration},
    {"json", fuzz_json},
    {"tsv", fuzz_tsv},
    {"csv", fuzz_csv},
    {"metrics", fuzz_metrics},
    {"model", fuzz_model},
    {"stats", fuzz_stats},
    {"shares", fuzz_shares},
    {NULL, NULL},
};
