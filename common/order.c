/* SPDX-License-Identifier: MIT */
#include "common/order.h"

#include <stdlib.h>

#include "common/die.h"
#include "common/xalloc.h"

static void
keep(struct order *o, struct str s)
{
	char *p = xgrow((char *)(uintptr_t)o->last.p, &o->room, s.n, 1);

	str_put(p, s);
	o->last = (struct str){p, s.n};
}

bool
order_next(struct order *o, const struct tsv *t, size_t row, size_t column)
{
	struct str now = tsv_id(t, row, column);
	struct str before = row > 0 ? tsv_field(t, row - 1, column) : o->last;
	bool same = str_eq(now, before);
	char first[DIE_QUOTE], second[DIE_QUOTE];
	struct str name = t->header[column];

	if (!same && str_cmp(now, before) < 0)
		tsv_bad_row(t, row,
		    "%.*s: %s comes after %s, so this is not sorted as "
		    "LC_ALL=C sort does",
		    (int)name.n, name.p, die_quote(first, now),
		    die_quote(second, before));
	if (row + 1 == t->rows)
		keep(o, now);
	return !same;
}

void
order_free(struct order *o)
{
	free((char *)(uintptr_t)o->last.p);
	*o = (struct order){.room = 0};
}
