/* SPDX-License-Identifier: MIT */
/*
 * A recursive descent over the grammar of RFC 8259: a function for each of its
 * rules, which returns false when the fault is set.
 */
#include "common/json.h"

#include <stdlib.h>

#include "common/table.h"
#include "common/utf8.h"
#include "common/xalloc.h"

const char *const json_kinds[] = {
    [JSON_NULL] = "null",
    [JSON_FALSE] = "false",
    [JSON_TRUE] = "true",
    [JSON_NUMBER] = "a number",
    [JSON_STRING] = "a string",
    [JSON_ARRAY] = "an array",
    [JSON_OBJECT] = "an object",
};

struct parser {
	const char *p, *end;
	/* The line begins here, or later by the bytes of its characters that
	 * are not the first of theirs: a column counts characters. */
	const char *line_start;
	uint32_t line;
	unsigned depth;
	struct json *json;
	size_t used; /* of json->bytes */
	struct json_fault *fault;
};

static bool value(struct parser *, struct str key, struct json_place);

static struct json_place
here(const struct parser *s)
{
	return (struct json_place){
	    s->line, (uint32_t)(s->p - s->line_start) + 1};
}

static bool
fail_at(struct parser *s, struct json_place place, const char *what)
{
	*s->fault = (struct json_fault){place, what};
	return false;
}

static bool
cut_off(struct parser *s)
{
	return fail_at(s, here(s), "the text ends too early; is it cut off?");
}

static bool
fail(struct parser *s, const char *what)
{
	return s->p == s->end ? cut_off(s) : fail_at(s, here(s), what);
}

static bool
next_is(const struct parser *s, char c)
{
	return s->p < s->end && *s->p == c;
}

static void
skip_space(struct parser *s)
{
	for (; s->p < s->end; s->p++) {
		if (*s->p == '\n') {
			s->line++;
			s->line_start = s->p + 1;
		} else if (*s->p != ' ' && *s->p != '\t' && *s->p != '\r') {
			break;
		}
	}
}

static size_t
encode_utf8(char *to, uint32_t c)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(leads[n] | c);
	return n;
}

/* Read \uXXXX at p; false if that is not what stands there. */
static bool
hex_escape(const char *p, const char *end, uint32_t *code)
{
	static const char hex[] = "0123456789abcdef0123456789ABCDEF";

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return false;
	*code = 0;
	for (int i = 2; i < 6; i++) {
		const char *digit = memchr(hex, p[i], sizeof(hex) - 1);

		if (digit == NULL)
			return false;
		*code = *code << 4 | ((uint32_t)(digit - hex) & 15);
	}
	return true;
}

/* \uXXXX, or two of them that are a surrogate pair. */
static bool
unicode(struct parser *s)
{
	uint32_t code, low;

	if (!hex_escape(s->p, s->end, &code))
		return fail(s, "\\u without four hexadecimal digits");
	if (code >= 0xd800 && code < 0xe000) {
		if (code >= 0xdc00 || !hex_escape(s->p + 6, s->end, &low) ||
		    low < 0xdc00 || low >= 0xe000)
			return fail(s, "half of a surrogate pair");
		code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
		s->p += 6;
	}
	s->p += 6;
	s->used += encode_utf8(s->json->bytes + s->used, code);
	return true;
}

static bool
escape(struct parser *s)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (s->end - s->p > 1 && s->p[1] == 'u')
		return unicode(s);
	name = s->end - s->p > 1 ? memchr(names, s->p[1], sizeof(names) - 1)
				 : NULL;
	if (name == NULL)
		return fail(s, "a backslash that escapes nothing");
	s->json->bytes[s->used++] = bytes[name - names];
	s->p += 2;
	return true;
}

static bool
character(struct parser *s)
{
	uint32_t code;
	size_t n;

	if ((unsigned char)*s->p < 0x20)
		return fail(s, "a control character in a string");
	if (*s->p == '\\')
		return escape(s);
	n = utf8_first((struct str){s->p, (size_t)(s->end - s->p)}, &code);
	if (n == 0)
		return fail(s, "a byte that is not UTF-8");
	memcpy(s->json->bytes + s->used, s->p, n);
	s->used += n;
	s->p += n;
	s->line_start += n - 1;
	return true;
}

static bool
string(struct parser *s, struct str *text)
{
	size_t start = s->used;

	s->p++;
	while (s->p < s->end && *s->p != '"')
		if (!character(s))
			return false;
	if (s->p == s->end)
		return cut_off(s);
	s->p++;
	*text = (struct str){s->json->bytes + start, s->used - start};
	return true;
}

static bool
digits(struct parser *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > start;
}

static bool
number(struct parser *s)
{
	struct json_place place = here(s);
	const char *first;
	bool good;

	s->p += next_is(s, '-');
	first = s->p;
	good = digits(s) && (*first != '0' || s->p - first == 1);
	if (good && next_is(s, '.')) {
		s->p++;
		good = digits(s);
	}
	if (good && (next_is(s, 'e') || next_is(s, 'E'))) {
		s->p++;
		s->p += next_is(s, '+') || next_is(s, '-');
		good = digits(s);
	}
	return good || fail_at(s, place, "a number in a form not JSON's");
}

static bool
literal(struct parser *s, enum json_kind *kind)
{
	for (*kind = JSON_NULL; *kind <= JSON_TRUE; (*kind)++) {
		size_t n = strlen(json_kinds[*kind]);

		if ((size_t)(s->end - s->p) >= n &&
		    memcmp(s->p, json_kinds[*kind], n) == 0) {
			s->p += n;
			return true;
		}
	}
	return fail(s, "expected a value");
}

/* A member's key and the colon. */
static bool
member_key(struct parser *s, struct str *key, struct json_place *place)
{
	*place = here(s);
	if (!next_is(s, '"'))
		return fail(s, "expected a key in double quotes");
	if (!string(s, key))
		return false;
	skip_space(s);
	if (!next_is(s, ':'))
		return fail(s, "expected a colon");
	s->p++;
	skip_space(s);
	return true;
}

/* What is in an array or an object, up to the bracket that closes it. */
static bool
parts(struct parser *s, char close)
{
	if (++s->depth > JSON_DEPTH)
		return fail(s, "nested too deeply");
	s->p++;
	skip_space(s);
	for (bool first = true; !next_is(s, close); first = false) {
		struct str key = {NULL, 0};
		struct json_place place = {0, 0};

		if (!first) {
			if (!next_is(s, ','))
				return fail(s, "expected a comma or the end "
					       "of the array or object");
			s->p++;
			skip_space(s);
			if (next_is(s, close))
				return fail(s, "nothing after a comma");
		}
		if (close == '}' && !member_key(s, &key, &place))
			return false;
		if (!value(s, key, place))
			return false;
		skip_space(s);
	}
	s->p++;
	s->depth--;
	return true;
}

/* The object at index has been read to its end. */
static bool
keys_differ(struct parser *s, size_t index)
{
	const struct json_node *nodes = s->json->nodes;
	struct table keys = {.n = 0};
	size_t i = index + 1;

	while (i < s->json->n) {
		uint32_t known = keys.n;

		if (table_add(&keys, nodes[i].key) < known)
			break;
		i = nodes[i].end;
	}
	table_free(&keys);
	return i == s->json->n || fail_at(s, nodes[i].key_place,
				      "the object has this key already");
}

static bool
value(struct parser *s, struct str key, struct json_place key_place)
{
	struct json *json = s->json;
	struct json_node node = {
	    .key = key, .key_place = key_place, .place = here(s)};
	size_t index = json->n++;
	char c = s->p < s->end ? *s->p : '\0';
	bool good;

	json->nodes =
	    xgrow(json->nodes, &json->room, json->n, sizeof(*json->nodes));
	if (c == '{') {
		node.kind = JSON_OBJECT;
		good = parts(s, '}') && keys_differ(s, index);
	} else if (c == '[') {
		node.kind = JSON_ARRAY;
		good = parts(s, ']');
	} else if (c == '"') {
		node.kind = JSON_STRING;
		good = string(s, &node.text);
	} else if (c == '-' || (c >= '0' && c <= '9')) {
		node.kind = JSON_NUMBER;
		good = number(s);
	} else {
		good = literal(s, &node.kind);
	}
	node.end = json->n;
	json->nodes[index] = node;
	return good;
}

bool
json_parse(struct json *json, struct str text, struct json_fault *fault)
{
	struct parser s = {
	    .p = text.p,
	    .end = text.p + text.n,
	    .line_start = text.p,
	    .line = 1,
	    .json = json,
	    .fault = fault,
	};
	bool good;

	/* No escape is shorter than what it stands for. */
	*json = (struct json){.bytes = xcalloc(text.n, 1)};
	skip_space(&s);
	good = value(&s, (struct str){NULL, 0}, (struct json_place){0, 0});
	skip_space(&s);
	if (good && s.p < s.end)
		good = fail(&s, "text after the value");
	if (!good)
		json_free(json);
	return good;
}

void
json_free(struct json *json)
{
	free(json->nodes);
	free(json->bytes);
	*json = (struct json){.n = 0};
}
