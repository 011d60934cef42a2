/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "tests/unit/check.h"

#define ROOM 4096

/* Write the value as text: keys and strings in '', numbers as #. */
static size_t
render(char *to, const struct json *json, size_t i)
{
	const struct json_node *node = &json->nodes[i];
	bool object = node->kind == JSON_OBJECT;
	size_t n = 0;

	if (node->kind == JSON_NUMBER)
		return (size_t)sprintf(to, "#");
	if (node->kind == JSON_STRING)
		return (size_t)sprintf(
		    to, "'%.*s'", (int)node->text.n, node->text.p);
	if (node->kind < JSON_NUMBER)
		return (size_t)sprintf(to, "%s", json_kinds[node->kind]);
	to[n++] = object ? '{' : '[';
	for (size_t part = i + 1; part < node->end;
	     part = json->nodes[part].end) {
		struct str key = json->nodes[part].key;

		if (part > i + 1)
			to[n++] = ',';
		if (object)
			n += (size_t)sprintf(
			    to + n, "'%.*s':", (int)key.n, key.p);
		n += render(to + n, json, part);
	}
	to[n++] = object ? '}' : ']';
	return n;
}

static void
check_good(void)
{
	static const char *const cases[][2] = {
	    {"null", "null"},
	    {" \t\r\n true \n", "true"},
	    {"false", "false"},
	    {"0", "#"},
	    {"-0", "#"},
	    {"[1,-12,0.5,1e5,1E+5,10.25e-3,-0.0]", "[#,#,#,#,#,#,#]"},
	    {"\"\"", "''"},
	    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'\"\\/\b\f\n\r\t'"},
	    {"\"\\u0041\\u00e9\\u20AC\\uFFFF\"", "'A\303\251\342\202\254"
						 "\357\277\277'"},
	    {"\"\\ud83d\\ude00\\uDBFF\\uDFFF\"", "'\360\237\230\200"
						 "\364\217\277\277'"},
	    {"\"\177\302\200\"", "'\177\302\200'"},
	    {"[]", "[]"},
	    {" [ [ ] , { } ] ", "[[],{}]"},
	    {"{}", "{}"},
	    {"{\"a\":{\"a\":[null]},\"b\":\"a\",\"\":1}",
		"{'a':{'a':[null]},'b':'a','':#}"},
	    {"{\"\\u0061\":1,\"A\":[{\"a\":1},{\"a\":2}]}",
		"{'a':#,'A':[{'a':#},{'a':#}]}"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_fault fault = {{0, 0}, "no fault"};
		struct json json;
		char got[ROOM];

		if (!json_parse(&json, str_of(cases[i][0]), &fault)) {
			CHECK_MSG(0, "%s: %s", cases[i][0], fault.what);
			continue;
		}
		got[render(got, &json, 0)] = '\0';
		CHECK_MSG(
		    strcmp(got, cases[i][1]) == 0, "%s: %s", cases[i][0], got);
		json_free(&json);
	}
}

static bool
refused(struct str text, struct json_fault *fault)
{
	struct json json;

	if (!json_parse(&json, text, fault))
		return true;
	json_free(&json);
	return false;
}

static void
check_faults(void)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *what;
	} cases[] = {
	    {"", 1, 1, "too early"},
	    {" \n ", 2, 2, "too early"},
	    {"{\"a\":1,}", 1, 8, "nothing after a comma"},
	    {"[1,]", 1, 4, "nothing after a comma"},
	    {"[1,,2]", 1, 4, "expected a value"},
	    {"[,1]", 1, 2, "expected a value"},
	    {"[1 2]", 1, 4, "expected a comma"},
	    {"[1}", 1, 3, "expected a comma"},
	    {"{\"a\":1]", 1, 7, "expected a comma"},
	    {"{\"a\" 1}", 1, 6, "expected a colon"},
	    {"{a:1}", 1, 2, "expected a key"},
	    {"{1:1}", 1, 2, "expected a key"},
	    {"{'a':1}", 1, 2, "expected a key"},
	    {"{\"a\":}", 1, 6, "expected a value"},
	    {"1 2", 1, 3, "text after"},
	    {"{}\n{}", 2, 1, "text after"},
	    {"[]]", 1, 3, "text after"},
	    {"[1] // no", 1, 5, "text after"},
	    {"// no\n1", 1, 1, "expected a value"},
	    {"\357\273\2771", 1, 1, "expected a value"},
	    {"True", 1, 1, "expected a value"},
	    {"nul", 1, 1, "expected a value"},
	    {"nulll", 1, 5, "text after"},
	    {"NaN", 1, 1, "expected a value"},
	    {"[Infinity]", 1, 2, "expected a value"},
	    {"01", 1, 1, "a number"},
	    {"-", 1, 1, "a number"},
	    {"-a", 1, 1, "a number"},
	    {"[-01]", 1, 2, "a number"},
	    {"[1.]", 1, 2, "a number"},
	    {"[1.e5]", 1, 2, "a number"},
	    {"[1e]", 1, 2, "a number"},
	    {"[1e+]", 1, 2, "a number"},
	    {"[.5]", 1, 2, "expected a value"},
	    {"[+1]", 1, 2, "expected a value"},
	    {"[0x10]", 1, 3, "expected a comma"},
	    {"\"a\nb\"", 1, 3, "a control character"},
	    {"\"a\tb\"", 1, 3, "a control character"},
	    {"\"\\x41\"", 1, 2, "a backslash"},
	    {"\"\\'\"", 1, 2, "a backslash"},
	    {"\"\\U0041\"", 1, 2, "a backslash"},
	    {"\"\\u004\"", 1, 2, "\\u without"},
	    {"\"\\u00g0\"", 1, 2, "\\u without"},
	    {"\"\\ud83d\"", 1, 2, "surrogate"},
	    {"\"\\ud83dx\"", 1, 2, "surrogate"},
	    {"\"\\ud83d\\n\"", 1, 2, "surrogate"},
	    {"\"\\ud83d\\u0041\"", 1, 2, "surrogate"},
	    {"\"\\ud83d\\ud83d\"", 1, 2, "surrogate"},
	    {"\"\\ude00\"", 1, 2, "surrogate"},
	    {"\"\\ude00\\ud83d\"", 1, 2, "surrogate"},
	    {"{\"a\":1,\n \"b\":2,\n  \"a\":3}", 3, 3, "this key already"},
	    {"{\"a\":1,\"\\u0061\":2}", 1, 8, "this key already"},
	    {"[{\"b\":{\"a\":1,\"a\":1}}]", 1, 14, "this key already"},
	    /* Columns count characters, not bytes. */
	    {"[\"\303\251\342\202\254\360\237\230\200\" x]", 1, 8,
		"expected a comma"},
	    {"[\"\303\251\",\n\"\303\251\" x]", 2, 5, "expected a comma"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_fault fault = {{0, 0}, "no fault"};

		CHECK_MSG(refused(str_of(cases[i].text), &fault) &&
			      fault.place.line == cases[i].line &&
			      fault.place.column == cases[i].column &&
			      strstr(fault.what, cases[i].what) != NULL,
		    "%s: %u:%u: %s", cases[i].text, fault.place.line,
		    fault.place.column, fault.what);
	}
}

static void
check_places(void)
{
	struct json_fault fault;
	struct json json;

	CHECK(json_parse(
	    &json, str_of("{\n  \"\303\251\" : [1,\n\ttrue]\n}"), &fault));
	CHECK(json.n == 4);
	CHECK(json.nodes[0].place.line == 1 && json.nodes[0].place.column == 1);
	CHECK(json.nodes[1].key_place.line == 2 &&
	      json.nodes[1].key_place.column == 3);
	CHECK(json.nodes[1].place.line == 2 && json.nodes[1].place.column == 9);
	CHECK(
	    json.nodes[2].place.line == 2 && json.nodes[2].place.column == 10);
	CHECK(json.nodes[3].place.line == 3 && json.nodes[3].place.column == 2);
	json_free(&json);
}

/* Wherever a text is cut off, it is refused at its end. */
static void
check_cut_off(void)
{
	static const char text[] =
	    "{\"a\": [1, -2.5, {\"b\": \"c\\n\"}, true, null], \"d\": {}}";

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		/* A copy, so that what reads past the end is found out. */
		char *cut = malloc(n > 0 ? n : 1);
		struct json_fault fault = {{0, 0}, "no fault"};

		memcpy(cut, text, n);
		CHECK_MSG(refused((struct str){cut, n}, &fault) &&
			      fault.place.column + 4 > n &&
			      fault.place.column <= n + 1,
		    "%.*s: %u: %s", (int)n, text, fault.place.column,
		    fault.what);
		free(cut);
	}
}

static void
check_depth(void)
{
	static char text[2000000];
	struct json_fault fault = {{0, 0}, "no fault"};

	memset(text, '[', JSON_DEPTH);
	memset(text + JSON_DEPTH, ']', JSON_DEPTH);
	CHECK(!refused((struct str){text, 2 * (size_t)JSON_DEPTH}, &fault));
	memset(text, '[', sizeof(text));
	CHECK(refused((struct str){text, sizeof(text)}, &fault));
	CHECK(strstr(fault.what, "deep") != NULL);
	CHECK(fault.place.column == JSON_DEPTH + 1);
	for (size_t i = 0; i + 5 <= sizeof(text); i += 5)
		memcpy(text + i, "{\"a\":", 5);
	CHECK(refused((struct str){text, sizeof(text)}, &fault));
	CHECK(strstr(fault.what, "deep") != NULL);
}

/* A character as UTF-8, by arithmetic instead of bits. */
static size_t
encode(char *to, uint32_t c)
{
	if (c < 128) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 2048) {
		to[0] = (char)(192 + c / 64);
		to[1] = (char)(128 + c % 64);
		return 2;
	}
	if (c < 65536) {
		to[0] = (char)(224 + c / 4096);
		to[1] = (char)(128 + c / 64 % 64);
		to[2] = (char)(128 + c % 64);
		return 3;
	}
	to[0] = (char)(240 + c / 262144);
	to[1] = (char)(128 + c / 4096 % 64);
	to[2] = (char)(128 + c / 64 % 64);
	to[3] = (char)(128 + c % 64);
	return 4;
}

/* Every code point, escaped and as it is, and what encodes none of them. */
static void
check_unicode(void)
{
	uint32_t wrong = 0;

	for (uint32_t c = 0; c < 0x200000; c++) {
		bool surrogate = c >= 0xd800 && c < 0xe000;
		bool good = c <= 0x10ffff && !surrogate;
		bool plain = c >= 0x20 && c != '"' && c != '\\';
		char raw[4], text[64];
		size_t size = encode(raw, c), n;
		struct json_fault fault;
		struct json json;

		n = (size_t)sprintf(text, "\"%.*s\"", (int)size, raw);
		if (plain)
			wrong += refused((struct str){text, n}, &fault) == good;
		if (c > 0x10ffff)
			continue;
		if (c < 0x10000)
			n = (size_t)sprintf(text, "\"\\u%04x\"", (unsigned)c);
		else
			n = (size_t)sprintf(text, "\"\\u%04X\\u%04X\"",
			    (unsigned)(0xd800 + (c - 0x10000) / 1024),
			    (unsigned)(0xdc00 + c % 1024));
		if (!json_parse(&json, (struct str){text, n}, &fault)) {
			wrong += good;
			continue;
		}
		wrong += !good ||
			 !str_eq(json.nodes[0].text, (struct str){raw, size});
		json_free(&json);
	}
	CHECK_MSG(wrong == 0, "%u code points", wrong);
}

/* Two bytes are a character, or two of ASCII, or refused. */
static void
check_bytes(void)
{
	unsigned wrong = 0;

	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			bool a_plain = a >= 0x20 && a < 0x80 && a != '"';
			bool b_plain = b >= 0x20 && b < 0x80 && b != '"';
			bool pair =
			    a >= 0xc2 && a < 0xe0 && b >= 0x80 && b < 0xc0;
			char text[] = {'"', (char)a, (char)b, '"'};
			struct json_fault fault;

			if (a == '\\' || b == '\\')
				continue;
			wrong += refused((struct str){text, 4}, &fault) ==
				 ((a_plain && b_plain) || pair);
		}
	CHECK_MSG(wrong == 0, "%u pairs of bytes", wrong);
}

int
main(void)
{
	check_good();
	check_faults();
	check_places();
	check_cut_off();
	check_depth();
	check_unicode();
	check_bytes();
	return check_end();
}
