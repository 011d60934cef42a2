/* SPDX-License-Identifier: MIT */

/*
 * What tests/fuzz/twins.py asks of the parsers.  A line of stdin is a kind and
 * a text in hexadecimal, as "time 32303235"; for each there is a line of
 * stdout, which is "-" for a text that is refused.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/json.h"
#include "common/num.h"
#include "common/utf8.h"
#include "common/when.h"

static void
put_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		printf("%02x", (unsigned char)s.p[i]);
}

/* The bits of the double, and the text that num_format makes of it. */
static bool
number(struct str s)
{
	char text[NUM_SIZE];
	struct decimal d;
	uint64_t bits;
	double x;

	if (!num_parse(s, &d))
		return false;
	x = decimal_double(d);
	memcpy(&bits, &x, sizeof(bits));
	printf("%016" PRIx64 " %.*s", bits, (int)num_format(text, x), text);
	return true;
}

static bool
count(struct str s)
{
	uint64_t n;

	if (num_count(s, &n))
		printf("%" PRIu64, n);
	return num_count(s, &n);
}

static bool
integer(struct str s)
{
	int64_t n;

	if (num_int(s, &n))
		printf("%" PRId64, n);
	return num_int(s, &n);
}

/* The microseconds, and the text that when_format makes of them. */
static bool
time_of(struct str s)
{
	char text[WHEN_SIZE];
	int64_t t;

	if (!when_parse(s, &t))
		return false;
	printf("%" PRId64 " %.*s", t, (int)when_format(text, t), text);
	return true;
}

static bool
duration(struct str s)
{
	char text[WHEN_SIZE];
	int64_t us;

	if (!when_parse_duration(s, &us))
		return false;
	printf(
	    "%" PRId64 " %.*s", us, (int)when_format_duration(text, us), text);
	return true;
}

static bool
utf8(struct str s)
{
	if (utf8_valid(s))
		putchar('+');
	return utf8_valid(s);
}

/*
 * The tree as words: a letter for the kind, the bytes of a string, and
 * brackets round what an array or an object holds, of which each member has
 * its key before it.
 */
static void
put_node(const struct json *json, size_t i)
{
	const struct json_node *node = &json->nodes[i];

	putchar("zft0s[{"[node->kind]);
	if (node->kind == JSON_STRING)
		put_hex(node->text);
	for (size_t part = i + 1; part < node->end;
	     part = json->nodes[part].end) {
		if (node->kind == JSON_OBJECT) {
			putchar('k');
			put_hex(json->nodes[part].key);
		}
		put_node(json, part);
	}
	if (node->kind >= JSON_ARRAY)
		putchar(']');
}

static bool
json_of(struct str s)
{
	struct json_fault fault;
	struct json json;

	if (!json_parse(&json, s, &fault))
		return false;
	put_node(&json, 0);
	json_free(&json);
	return true;
}

static const struct {
	const char *kind;
	bool (*put)(struct str);
} kinds[] = {
    {"number", number},
    {"count", count},
    {"integer", integer},
    {"time", time_of},
    {"duration", duration},
    {"utf8", utf8},
    {"json", json_of},
};

/* Just the bytes, so that a read past them is seen. */
static struct str
from_hex(const char *hex)
{
	size_t n = strcspn(hex, "\n") / 2;
	char *p = malloc(n > 0 ? n : 1);

	for (size_t i = 0; i < n && p != NULL; i++) {
		unsigned byte = 0;

		sscanf(hex + 2 * i, "%2x", &byte);
		p[i] = (char)byte;
	}
	return (struct str){p, n};
}

static bool
answer(const char *line)
{
	size_t n = strcspn(line, " ");
	struct str text;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strncmp(kinds[i].kind, line, n) != 0 ||
		    kinds[i].kind[n] != '\0' || line[n] != ' ')
			continue;
		text = from_hex(line + n + 1);
		if (!kinds[i].put(text))
			putchar('-');
		putchar('\n');
		free((char *)text.p);
		return true;
	}
	return false;
}

int
main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0)
		if (!answer(line)) {
			fprintf(stderr, "driver: a line of no kind: %s", line);
			return 2;
		}
	free(line);
	return ferror(stdin) || fflush(stdout) != 0 ? 2 : 0;
}
