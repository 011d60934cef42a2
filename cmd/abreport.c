/* SPDX-License-Identifier: MIT */
/*
 * abreport reads test results and writes them for people, as tables in plain
 * text or Markdown, or for programs, as one JSON object.  Results come sorted
 * by metric but are shown by experiment, so all of them are held in memory
 * and sorted anew.  Those that differ only in the metric are a block, which
 * becomes a table.  The JSON is a tree of the names that tell results apart:
 * of experiments and treatments only where there are several.
 */
#include <math.h>
#include <stdlib.h>

#include "common/cell.h"
#include "common/die.h"
#include "common/infer.h"
#include "common/jout.h"
#include "common/metric.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/result.h"
#include "common/tsv.h"
#include "common/xalloc.h"

enum format { TEXT, MARKDOWN, JSON };

static const char *metrics_path, *output, *columns;
static bool no_header;
static int format = TEXT;

static const char *const format_words[] = {
    [TEXT] = "text",
    [MARKDOWN] = "markdown",
    [JSON] = "json",
    NULL,
};

static const struct opt options[] = {
    OPT_METRICS(&metrics_path),
    {.letter = 'f',
	.name = "format",
	.arg = "FORMAT",
	.choice = &format,
	.choices = format_words,
	.help = "text (the default), markdown or json"},
    OPT_NO_HEADER(&no_header),
    OPT_COLUMNS(&columns),
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abreport",
    .operands = "[RESULTS]",
    .purpose = "Show test results to people or to programs.",
    .options = options,
    .most_operands = 1,
};

/* How the tests of enum infer_test are called. */
static const struct {
	const char *in_table, *in_json;
	bool rates; /* the means are proportions */
} tests[] = {
    [INFER_CHI2_YATES] = {"chi2 (Yates)", "chi-square", true},
    [INFER_CHI2] = {"chi2", "chi-square (no correction)", true},
    [INFER_Z] = {"z", "z-test", true},
    [INFER_STUDENT] = {"Student t", "t-test", false},
    [INFER_WELCH] = {"Welch t", "Welch t-test", false},
};

static const struct {
	const char *in_table, *in_json;
} answers[] = {
    [RESULT_UNKNOWN] = {"-", "null"},
    [RESULT_NO] = {"no", "false"},
    [RESULT_YES] = {"yes", "true"},
};

/* What in a name has a meaning where the report is read. */
static const char *const special[] = {
    [TEXT] = "", [MARKDOWN] = "\\`*_[]<>&|~$"};

static const struct cell_style a_mean = {.digits = 4, .unit = ""};
static const struct cell_style a_rate = {
    .digits = 4, .hundredfold = true, .unit = "%"};
static const struct cell_style a_difference = {
    .digits = 3, .signs = true, .unit = ""};
static const struct cell_style in_points = {
    .digits = 3, .signs = true, .hundredfold = true, .unit = "pp"};
static const struct cell_style a_lift = {
    .digits = 3, .signs = true, .hundredfold = true, .unit = "%"};

/* The columns of a table, from the left. */
enum column {
	METRIC,
	MEAN_CONTROL,
	MEAN_TREATMENT,
	DIFFERENCE,
	LIFT,
	INTERVAL,
	P_VALUE,
	SIGNIFICANT,
	TEST
};
#define COLUMNS (TEST + 1)

static const struct {
	const char *title; /* NULL: the name of the arm */
	bool left;         /* where it is aligned */
} heads[COLUMNS] = {
    [METRIC] = {"metric", true},
    [MEAN_CONTROL] = {NULL, false},
    [MEAN_TREATMENT] = {NULL, false},
    [DIFFERENCE] = {"difference", false},
    [LIFT] = {"lift", false},
    [INTERVAL] = {"interval", false},
    [P_VALUE] = {"p-value", false},
    [SIGNIFICANT] = {"significant", true},
    [TEST] = {"test", true},
};

static struct metrics metrics;
static struct results results;

/* Results that differ only in the metric. */
struct block {
	const struct result *list;
	size_t n;
};

/* A table under way. */
struct layout {
	struct block block;
	enum column columns[COLUMNS]; /* those that are shown */
	size_t width[COLUMNS], n;
	struct cell cell, line;
};

static bool
has_rates(const struct result *x)
{
	return x->test != RESULT_NO_TEST && tests[x->test].rates;
}

static void
add_name(struct cell *c, const struct result *x, size_t level)
{
	cell_name(c, result_name(&results, x, level), special[format]);
}

/* The metrics of -m have the first numbers, in their order. */
static void
add_metric(struct cell *c, const struct result *x)
{
	uint32_t i = x->key[results.metric];

	if (i < metrics.n && metrics.list[i].display_name.n > 0)
		cell_name(c, metrics.list[i].display_name, special[format]);
	else
		add_name(c, x, results.metric);
}

static void
add_difference(struct cell *c, const struct result *x)
{
	const struct cell_style *s = has_rates(x) ? &in_points : &a_difference;
	double low = x->x[RESULT_DIFF_LOW], high = x->x[RESULT_DIFF_HIGH];
	double size = cell_size(&x->x[RESULT_DIFF], 3);

	cell_number(c, x->x[RESULT_DIFF], size, s);
	if (!isnan(low) || !isnan(high)) {
		cell_printf(c, " (");
		cell_interval(c, low, high, size, s);
		cell_printf(c, ")");
	}
}

static void
add_value(struct cell *c, const struct result *result, enum column column)
{
	const double *x = result->x;
	const struct cell_style *mean = has_rates(result) ? &a_rate : &a_mean;
	double means = cell_size(&x[RESULT_MEAN_CONTROL], 2);
	double lifts = cell_size(&x[RESULT_LIFT], 3);

	switch (column) {
	case METRIC:
		add_metric(c, result);
		break;
	case MEAN_CONTROL:
		cell_number(c, x[RESULT_MEAN_CONTROL], means, mean);
		break;
	case MEAN_TREATMENT:
		cell_number(c, x[RESULT_MEAN_TREATMENT], means, mean);
		break;
	case DIFFERENCE:
		add_difference(c, result);
		break;
	case LIFT:
		cell_number(c, x[RESULT_LIFT], lifts, &a_lift);
		break;
	case INTERVAL:
		cell_interval(
		    c, x[RESULT_LIFT_LOW], x[RESULT_LIFT_HIGH], lifts, &a_lift);
		break;
	case P_VALUE:
		cell_p_value(c, x[RESULT_P_VALUE], x[RESULT_LOG10_P]);
		break;
	case SIGNIFICANT:
		cell_printf(c, "%s", answers[result->significant].in_table);
		break;
	case TEST:
		cell_printf(c, "%s", tests[result->test].in_table);
		break;
	}
}

/* The lift says what the difference is, unless it is undefined. */
static bool
is_shown(const struct block *b, enum column column)
{
	bool lifts = true;

	if (column == METRIC || column == MEAN_CONTROL)
		return true;
	for (size_t i = 0; i < b->n; i++)
		lifts = lifts && !isnan(b->list[i].x[RESULT_LIFT]);
	return !result_alone(b->list) && (column != DIFFERENCE || !lifts);
}

/* Make the cell of a result, or the title where result is NULL. */
static void
set_cell(struct layout *l, const struct result *result, enum column column)
{
	cell_clear(&l->cell);
	if (result != NULL) {
		add_value(&l->cell, result, column);
		return;
	}
	if (heads[column].title != NULL)
		cell_printf(&l->cell, "%s", heads[column].title);
	else
		add_name(&l->cell, l->block.list,
		    column == MEAN_CONTROL ? results.control
					   : RESULT_TREATMENT);
}

static void
set_widths(struct layout *l)
{
	for (size_t i = 0; i < l->n; i++) {
		/* The rule takes two. */
		l->width[i] = 2;
		for (size_t k = 0; k <= l->block.n; k++) {
			set_cell(l, k == 0 ? NULL : &l->block.list[k - 1],
			    l->columns[i]);
			if (l->cell.width > l->width[i])
				l->width[i] = l->cell.width;
		}
	}
}

/* Write the line without the blanks at its end. */
static void
put_line(struct out *o, struct cell *line)
{
	while (line->n > 0 && line->text[line->n - 1] == ' ')
		line->n--;
	out_str(o, cell_str(line));
	out_byte(o, '\n');
	cell_clear(line);
}

static void
put_row(struct out *o, struct layout *l, const struct result *result)
{
	for (size_t i = 0; i < l->n; i++) {
		bool left = heads[l->columns[i]].left;
		size_t pad;

		set_cell(l, result, l->columns[i]);
		pad = l->width[i] - l->cell.width;
		if (format == MARKDOWN)
			cell_printf(&l->line, i == 0 ? "| " : " | ");
		else if (i > 0)
			cell_printf(&l->line, "  ");
		cell_repeat(&l->line, ' ', left ? 0 : pad);
		cell_copy(&l->line, &l->cell);
		cell_repeat(&l->line, ' ', left ? pad : 0);
	}
	if (format == MARKDOWN)
		cell_printf(&l->line, " |");
	put_line(o, &l->line);
}

/* The rule below the titles, which makes a table of it in Markdown. */
static void
put_rule(struct out *o, struct layout *l)
{
	for (size_t i = 0; i < l->n; i++) {
		cell_printf(&l->line, i == 0 ? "| " : " | ");
		cell_repeat(&l->line, '-', l->width[i] - 1);
		cell_repeat(&l->line, heads[l->columns[i]].left ? '-' : ':', 1);
	}
	cell_printf(&l->line, " |");
	put_line(o, &l->line);
}

static void
put_table(struct out *o, struct block b)
{
	struct layout l = {.block = b};

	for (int i = 0; i < COLUMNS; i++)
		if (is_shown(&b, (enum column)i))
			l.columns[l.n++] = (enum column)i;
	set_widths(&l);
	put_row(o, &l, NULL);
	if (format == MARKDOWN)
		put_rule(o, &l);
	for (size_t i = 0; i < b.n; i++)
		put_row(o, &l, &b.list[i]);
	cell_free(&l.cell);
	cell_free(&l.line);
}

/* Add an arm's name and how many users it has, which may vary by metric. */
static void
add_arm(struct cell *c, const struct block *b, size_t level,
    enum result_number users)
{
	double least = NAN, most = NAN;

	for (size_t i = 0; i < b->n; i++) {
		least = fmin(least, b->list[i].x[users]);
		most = fmax(most, b->list[i].x[users]);
	}
	add_name(c, b->list, level);
	if (least < most)
		cell_printf(c, " (%.0f to %.0f users)", least, most);
	else if (least == most)
		cell_printf(c, " (%.0f user%s)", most, most == 1 ? "" : "s");
}

static void
put_heading(struct out *o, const struct block *b)
{
	struct cell line = {.n = 0};

	cell_printf(&line, "%sExperiment ", format == MARKDOWN ? "### " : "");
	add_name(&line, b->list, RESULT_EXPERIMENT);
	for (size_t i = RESULT_SEGMENTS; i < results.control; i++) {
		cell_printf(&line, ", ");
		cell_name(&line, results.levels[i].title, special[format]);
		cell_printf(&line, "=");
		add_name(&line, b->list, i);
	}
	cell_printf(&line, ": ");
	if (result_alone(b->list)) {
		add_arm(&line, b, results.control, RESULT_N_CONTROL);
		cell_printf(&line, " alone, with nothing to compare");
	} else {
		add_arm(&line, b, RESULT_TREATMENT, RESULT_N_TREATMENT);
		cell_printf(&line, " against ");
		add_arm(&line, b, results.control, RESULT_N_CONTROL);
		cell_printf(&line, ", the control");
	}
	put_line(o, &line);
	cell_free(&line);
}

/* Findings are the less sure the more tests they are chosen from. */
static void
put_caveat(struct out *o)
{
	size_t made = 0, significant = 0;

	for (size_t i = 0; i < results.n; i++) {
		made += !isnan(results.list[i].x[RESULT_P_VALUE]);
		significant += results.list[i].significant == RESULT_YES;
	}
	if (made > 1 && significant > 0)
		out_printf(o,
		    "\nSignificant: %zu of %zu tests.  The more tests there "
		    "are, the likelier\nsome are significant by chance.\n",
		    significant, made);
}

static void
put_tables(struct out *o)
{
	/* Keys without the metric, which is the last level. */
	size_t size = results.metric * sizeof(*results.list->key);
	struct block b;

	if (results.n == 0)
		out_text(o, "No results.\n");
	for (size_t i = 0; i < results.n; i += b.n) {
		b = (struct block){.list = &results.list[i], .n = 1};
		while (i + b.n < results.n &&
		       memcmp(b.list->key, b.list[b.n].key, size) == 0)
			b.n++;
		if (i > 0)
			out_byte(o, '\n');
		put_heading(o, &b);
		out_byte(o, '\n');
		put_table(o, b);
	}
	put_caveat(o);
}

/* What the JSON is a tree of. */
struct path {
	size_t *levels; /* from the root; owned */
	size_t n;
	uint32_t *way;     /* a result's numbers in these levels; owned */
	struct table seen; /* each way taken, and each beginning of one */
};

/* Whether some experiment has more than one treatment. */
static bool
has_treatments(void)
{
	for (size_t i = 1; i < results.n; i++) {
		const struct result *x = &results.list[i - 1];
		const uint32_t *next = results.list[i].key;

		if (x->key[RESULT_EXPERIMENT] == next[RESULT_EXPERIMENT] &&
		    x->key[RESULT_TREATMENT] != next[RESULT_TREATMENT] &&
		    !result_alone(x))
			return true;
	}
	return false;
}

static struct path
find_path(void)
{
	struct path p = {
	    .levels = xcalloc(results.n_levels, sizeof(*p.levels)),
	    .way = xcalloc(results.n_levels, sizeof(*p.way)),
	};

	if (results.levels[RESULT_EXPERIMENT].names.n > 1)
		p.levels[p.n++] = RESULT_EXPERIMENT;
	if (has_treatments())
		p.levels[p.n++] = RESULT_TREATMENT;
	for (size_t i = RESULT_SEGMENTS; i < results.control; i++)
		p.levels[p.n++] = i;
	p.levels[p.n++] = results.metric;
	return p;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same_in_lower_case(struct str a, struct str b)
{
	size_t i = 0;

	while (i < a.n && i < b.n && lower(a.p[i]) == lower(b.p[i]))
		i++;
	return i == a.n && i == b.n;
}

static void
put_variant(struct jout *j, const struct result *x, size_t level, double mean)
{
	struct str name = result_name(&results, x, level);
	bool keep_case =
	    same_in_lower_case(result_name(&results, x, results.control),
		result_name(&results, x, RESULT_TREATMENT));
	struct cell member = {.n = 0};

	cell_printf(&member, "variant_");
	for (size_t i = 0; i < name.n; i++)
		cell_repeat(
		    &member, keep_case ? name.p[i] : lower(name.p[i]), 1);
	cell_printf(&member, has_rates(x) ? "_rate" : "_mean");
	jout_number(j, cell_str(&member), mean);
	cell_free(&member);
}

static void
put_result(struct jout *j, const struct result *x)
{
	if (x->test == RESULT_NO_TEST)
		jout_word(j, str_of("test"), "null");
	else
		jout_string(j, str_of("test"), str_of(tests[x->test].in_json));
	jout_number(j, str_of("statistic"), x->x[RESULT_STATISTIC]);
	jout_number(j, str_of("p-value"), x->x[RESULT_P_VALUE]);
	jout_word(j, str_of("significant"), answers[x->significant].in_json);
	put_variant(j, x, results.control, x->x[RESULT_MEAN_CONTROL]);
	if (!result_alone(x))
		put_variant(
		    j, x, RESULT_TREATMENT, x->x[RESULT_MEAN_TREATMENT]);
	jout_number(j, str_of("lift"), x->x[RESULT_LIFT]);
}

/* End what the result is not in, and begin what it is in. */
static void
go_to(struct jout *j, struct path *p, const struct result *x)
{
	size_t same = 0;

	while (same + 1 < j->depth && p->way[same] == x->key[p->levels[same]])
		same++;
	while (j->depth > same)
		jout_end(j);
	for (size_t i = same; i < p->n; i++) {
		uint32_t n = p->seen.n;

		p->way[i] = x->key[p->levels[i]];
		/* An object cannot have two members of one name. */
		if (table_add(&p->seen, (struct str){(const char *)p->way,
					    (i + 1) * sizeof(*p->way)}) != n)
			die("%s:%llu: JSON has no place for this result beside "
			    "those of the same metric and experiment",
			    results.name, (unsigned long long)x->line);
		jout_begin(j, result_name(&results, x, p->levels[i]));
	}
}

static void
put_json(struct out *o)
{
	struct path p = find_path();
	struct jout j;

	jout_open(&j, o);
	for (size_t i = 0; i < results.n; i++) {
		go_to(&j, &p, &results.list[i]);
		put_result(&j, &results.list[i]);
	}
	jout_close(&j);
	table_free(&p.seen);
	free(p.way);
	free(p.levels);
}

int
main(int argc, char **argv)
{
	int operands = opt_parse(&program, argc, argv);
	struct tsv t;
	struct out o;

	if (metrics_path != NULL)
		metrics = metric_read(metrics_path);
	tsv_open(&t, operands > 0 ? argv[0] : NULL,
	    opt_columns(no_header, columns, result_list()));
	result_open(&results, &t);
	for (size_t i = 0; i < metrics.n; i++)
		result_place(&results, metrics.list[i].id);
	out_open(&o, output);
	result_load(&results, &t, format == JSON);

	if (format == JSON)
		put_json(&o);
	else
		put_tables(&o);
	out_close(&o);
	tsv_close(&t);
	return 0;
}
