/* SPDX-License-Identifier: MIT */
/*
 * abmetrics reads metric definitions, as JSON or as a metrics TSV, checks all
 * that the other programs would check in them, and writes them as a metrics
 * TSV with each of its columns.  In JSON a definition is a member of the
 * outermost object, or an element of the outermost array; what begins neither
 * is TSV.  Keys and columns without a meaning here are left out with a
 * warning, for they may be those of another tool, or misspelt.  The whole
 * input is held in memory, since a JSON value has no other end than its last
 * byte.
 */
#include <stdarg.h>
#include <stdio.h>

#include "common/die.h"
#include "common/in.h"
#include "common/json.h"
#include "common/metric.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/tsv.h"
#include "common/xalloc.h"

#define INPUT_MAX ((size_t)16 << 20)
#define BLOCK ((size_t)16 << 10)

static const char *output;
static bool no_header, strict;

static const struct opt options[] = {
    {.name = "strict",
	.flag = &strict,
	.help = "an unknown key or column is an error"},
    {.name = "no-header", .flag = &no_header, .help = "write no header line"},
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abmetrics",
    .operands = "[FILE]",
    .purpose = "Check metric definitions in JSON and write them as TSV.",
    .options = options,
    .most_operands = 1,
};

/* The input as a whole, and what it defines. */
static struct str contents;
static struct metrics metrics;

/* Where JSON has the parts of a definition. */
static const struct key {
	const char *object; /* the member that holds it; "" for the metric */
	const char *name;
	bool optional;
} keys[METRIC_PARTS] = {
    [METRIC_ID] = {"", "metric_id", false},
    [METRIC_DISPLAY_NAME] = {"", "display_name", true},
    [METRIC_EVENT_NAME] = {"event", "name", false},
    [METRIC_WINDOW_START] = {"window", "start", false},
    [METRIC_WINDOW_END] = {"window", "end", false},
    [METRIC_AGGREGATION] = {"", "aggregation", false},
    [METRIC_WINDOW_BOUNDS] = {"window", "bounds", true},
};

/* A definition while it is read from JSON. */
struct definition {
	const char *file;
	char name[DIE_QUOTE]; /* as messages show it */
	const struct json_node *from[METRIC_PARTS];
};

static void
put_header(struct out *o)
{
	for (int i = 0; i < METRIC_PARTS && !no_header; i++) {
		out_text(o, metric_columns[i]);
		out_byte(o, i + 1 < METRIC_PARTS ? '\t' : '\n');
	}
}

/* Write a definition that metric_add() took. */
static void
put_metric(struct out *o, const struct str given[METRIC_PARTS])
{
	for (int i = 0; i < METRIC_PARTS; i++) {
		struct str s = given[i];

		if (i == METRIC_DISPLAY_NAME && s.n == 0)
			s = given[METRIC_ID];
		if (i == METRIC_WINDOW_BOUNDS && s.n == 0)
			s = str_of("[]");
		out_str(o, s);
		out_byte(o, i + 1 < METRIC_PARTS ? '\t' : '\n');
	}
}

/* What is an error with --strict is else a warning. */
static void doubt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
doubt(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (strict)
		die("%s", text);
	warn("%s, ignored", text);
}

/* Exit with "file:line:column: part of metric: what text". */
static _Noreturn void
bad_part(const struct definition *d, int part, struct json_place place,
    const char *what, const char *text)
{
	const char *object = keys[part].object;

	die("%s:%u:%u: %s%s%s of %s: %s %s", d->file, place.line, place.column,
	    object, *object != '\0' ? "." : "", keys[part].name, d->name, what,
	    text);
}

static void
need_object(const char *file, const struct json_node *node, const char *name)
{
	if (node->kind != JSON_OBJECT)
		die("%s:%u:%u: %s must be an object, is %s", file,
		    node->place.line, node->place.column, name,
		    json_kinds[node->kind]);
}

static bool
fits_field(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (memchr("\t\n\r", s.p[i], sizeof("\t\n\r")) != NULL)
			return false;
	return true;
}

static void
take_part(struct definition *d, int part, const struct json_node *node)
{
	char quoted[DIE_QUOTE];

	if (node->kind != JSON_STRING)
		bad_part(d, part, node->place, "must be a string, is",
		    json_kinds[node->kind]);
	if (!fits_field(node->text))
		bad_part(d, part, node->place, "a tab, line end or NUL in",
		    die_quote(quoted, node->text));
	d->from[part] = node;
}

/* The part that an object's member is, or METRIC_PARTS. */
static int
find_part(const char *object, struct str name)
{
	int part = 0;

	while (
	    part < METRIC_PARTS && (strcmp(keys[part].object, object) != 0 ||
				       !str_eq(name, str_of(keys[part].name))))
		part++;
	return part;
}

/* The name if it is that of a member which holds parts, or NULL. */
static const char *
find_object(struct str name)
{
	for (int part = 0; part < METRIC_PARTS; part++)
		if (name.n > 0 && str_eq(name, str_of(keys[part].object)))
			return keys[part].object;
	return NULL;
}

/*
 * Read the members of the object nodes[index], which is the metric itself, ""
 * or a member of it called object.
 */
static void
read_members(struct definition *d, const struct json_node *nodes, size_t index,
    const char *object)
{
	for (size_t i = index + 1; i < nodes[index].end; i = nodes[i].end) {
		const struct json_node *node = &nodes[i];
		int part = find_part(object, node->key);
		const char *inner = NULL;
		char quoted[DIE_QUOTE];

		if (*object == '\0')
			inner = find_object(node->key);
		if (part < METRIC_PARTS) {
			take_part(d, part, node);
		} else if (inner != NULL) {
			need_object(d->file, node, inner);
			read_members(d, nodes, i, inner);
		} else {
			doubt("%s:%u:%u: unknown key %s in %s%s%s", d->file,
			    node->key_place.line, node->key_place.column,
			    die_quote(quoted, node->key), object,
			    *object != '\0' ? " of " : "", d->name);
		}
	}
}

/* Add the metric, whose object is at a place, and write it. */
static void
add_definition(
    struct out *o, const struct definition *d, struct json_place place)
{
	struct str parts[METRIC_PARTS];
	char quoted[DIE_QUOTE];
	enum metric_part fault;
	const char *what;

	for (int part = 0; part < METRIC_PARTS; part++) {
		const struct json_node *from = d->from[part];

		if (from == NULL && !keys[part].optional)
			bad_part(d, part, place, "is", "missing");
		parts[part] = from != NULL ? from->text : str_of("");
	}
	what = metric_add(&metrics, parts, &fault);
	if (what != NULL)
		bad_part(d, fault, d->from[fault]->place, what,
		    die_quote(quoted, parts[fault]));
	put_metric(o, parts);
}

static void
read_json(struct out *o, const char *file)
{
	struct json_fault fault;
	struct json json;
	size_t n = 1;

	if (!json_parse(&json, contents, &fault))
		die("%s:%u:%u: %s", file, fault.place.line, fault.place.column,
		    fault.what);
	for (size_t i = 1; i < json.n; i = json.nodes[i].end, n++) {
		struct definition d = {.file = file};

		if (json.nodes->kind == JSON_OBJECT)
			die_quote(d.name, json.nodes[i].key);
		else
			snprintf(d.name, sizeof(d.name), "metric %zu", n);
		need_object(file, &json.nodes[i], d.name);
		read_members(&d, json.nodes, i, "");
		add_definition(o, &d, json.nodes[i].place);
	}
	json_free(&json);
}

static void
read_tsv(struct out *o, const struct in *in)
{
	struct str parts[METRIC_PARTS];
	size_t columns[METRIC_PARTS];
	struct tsv t;

	tsv_open_in(&t, in, NULL);
	metric_find_columns(&t, columns);
	for (size_t i = 0, part; i < t.columns; i++) {
		char quoted[DIE_QUOTE];

		for (part = 0; part < METRIC_PARTS; part++)
			if (columns[part] == i)
				break;
		if (part == METRIC_PARTS)
			doubt("%s:1: unknown column %s", t.name,
			    die_quote(quoted, t.header[i]));
	}
	while (tsv_read(&t))
		for (size_t row = 0; row < t.rows; row++) {
			metric_add_row(&metrics, &t, row, columns, parts);
			put_metric(o, parts);
		}
	tsv_close(&t);
}

static struct str
read_all(struct in *in)
{
	size_t room = 0, used = 0, n;
	char *p = NULL;

	do {
		p = xgrow(p, &room, used + BLOCK, 1);
		n = in_read(in, p + used, room - used);
		used += n;
		if (used > INPUT_MAX)
			die("%s: more than %zu bytes", in->name, INPUT_MAX);
	} while (n > 0);
	return (struct str){p, used};
}

static bool
is_json(struct str text)
{
	size_t i = 0;

	while (i < text.n && memchr(" \t\r\n", text.p[i], 4) != NULL)
		i++;
	return i < text.n && (text.p[i] == '{' || text.p[i] == '[');
}

int
main(int argc, char **argv)
{
	int operands = opt_parse(&program, argc, argv);
	struct out o;
	struct in in;

	in_open(&in, operands > 0 ? argv[0] : NULL);
	contents = read_all(&in);
	out_open(&o, output);
	put_header(&o);
	if (is_json(contents)) {
		read_json(&o, in.name);
		in_close(&in);
	} else {
		in_unread(&in, contents);
		read_tsv(&o, &in);
	}
	out_close(&o);
	return 0;
}
