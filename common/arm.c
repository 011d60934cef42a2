/* SPDX-License-Identifier: MIT */
#include "common/arm.h"

#include "common/die.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/xalloc.h"

static bool
is_known(struct str name, const char *const *known)
{
	for (; *known != NULL; known++)
		if (str_eq(name, str_of(*known)))
			return true;
	return false;
}

static void
add_segment(struct arm_columns *c, size_t column)
{
	c->segments = xrealloc(c->segments, c->n + 1, sizeof(*c->segments));
	c->segments[c->n++] = column;
}

static void
note_adjacent(struct arm_columns *c)
{
	c->adjacent = c->n == 0 && c->variant == c->experiment + 1;
}

struct arm_columns
arm_columns_beside(const struct tsv *t, const char *const *known)
{
	struct arm_columns c = {.experiment = tsv_need(t, "experiment_id"),
	    .variant = tsv_need(t, "variant")};

	for (size_t i = 0; i < t->columns; i++)
		if (i != c.experiment && i != c.variant &&
		    !is_known(t->header[i], known))
			add_segment(&c, i);
	note_adjacent(&c);
	return c;
}

struct arm_columns
arm_columns_by(const struct tsv *t, const char *list)
{
	struct arm_columns c = {.experiment = tsv_need(t, "experiment_id"),
	    .variant = tsv_need(t, "variant")};
	struct str name;

	while (opt_next_name("by", &list, &name)) {
		size_t column = tsv_find(t, name);
		char quoted[DIE_QUOTE];

		if (column == TSV_NONE)
			die("%s: no column %s to group by", t->name,
			    die_quote(quoted, name));
		if (column == c.experiment || column == c.variant)
			opt_die("--by %s: results are apart by that already",
			    die_quote(quoted, name));
		for (size_t i = 0; i < c.n; i++)
			if (c.segments[i] == column)
				opt_die("--by names %s twice",
				    die_quote(quoted, name));
		add_segment(&c, column);
	}
	note_adjacent(&c);
	return c;
}

/* The row's fields that make the arm, joined by tabs: where they are if they
 * stand side by side and are all, else in arms->text. */
static struct str
key_of_row(struct arms *a, const struct tsv *t, size_t row,
    const struct arm_columns *c)
{
	size_t n = 0;

	if (c->adjacent)
		return tsv_span(tsv_row(t, row), c->experiment, c->variant);
	for (size_t i = 0; i < c->n + 2; i++) {
		size_t column = i == 0   ? c->experiment
				: i == 1 ? c->variant
					 : c->segments[i - 2];
		struct str s = tsv_field(t, row, column);

		a->text = xgrow(a->text, &a->text_room, n + s.n + 1, 1);
		memcpy(a->text + n, s.p, s.n);
		n += s.n;
		a->text[n++] = '\t';
	}
	return (struct str){a->text, n - 1};
}

uint32_t
arm_of_other_row(struct arms *a, const struct tsv *t, size_t row,
    const struct arm_columns *c)
{
	struct str key = key_of_row(a, t, row, c);
	uint32_t i = table_add(&a->keys, key);
	struct str experiment, variant;
	size_t group;

	if (i < a->n)
		return i;
	experiment = tsv_id(t, row, c->experiment);
	variant = tsv_id(t, row, c->variant);
	group = experiment.n + 1 + variant.n;
	a->list = xgrow(a->list, &a->room, a->n + 1, sizeof(*a->list));
	a->list[a->n++] =
	    (struct arm){.experiment = table_add(&a->experiments, experiment),
		.variant = table_add(&a->variants, variant),
		.segments = table_add(
		    &a->segments, (struct str){key.p + group, key.n - group}),
		.group_size = (uint32_t)group};
	return i;
}

void
arm_segment_names(
    struct out *o, const struct tsv *t, const struct arm_columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		out_byte(o, '\t');
		out_str(o, t->header[c->segments[i]]);
	}
}
