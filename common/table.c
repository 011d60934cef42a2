/* SPDX-License-Identifier: MIT */
#include "common/table.h"

#include <stdlib.h>

#include "common/die.h"
#include "common/hash.h"
#include "common/xalloc.h"

/* What table_clear() lets be. */
#define KEEP ((size_t)4096)

/* The place of the string's slot, or where it would go. */
static bool
search(const struct table *t, struct str s, uint32_t hash, size_t *at)
{
	const uint64_t *list = t->slots.list;
	size_t i = slots_seek(&t->slots, hash);

	while (slots_hash(list[i]) == hash &&
	       !str_eq(table_string(t, (uint32_t)list[i]), s))
		i++;
	*at = i;
	return slots_hash(list[i]) == hash;
}

static uint32_t
find(const struct table *t, struct str s)
{
	size_t at;

	return search(t, s, hash_bytes(s), &at) ? (uint32_t)t->slots.list[at]
						: TABLE_NONE;
}

/* Append an entry, that of the number t->n. */
static void
append(struct table *t, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	size_t size = 1 + (n < TABLE_LONG ? 0 : sizeof(n)) + s.n;
	char *p;

	size = (size + TABLE_UNIT - 1) & ~(size_t)(TABLE_UNIT - 1);
	if (s.n >= UINT32_MAX || t->n == TABLE_NONE ||
	    t->used / TABLE_UNIT >= UINT32_MAX - size / TABLE_UNIT)
		die("more ids than this program can hold");
	t->bytes = xgrow(t->bytes, &t->room, t->used + size, 1);
	t->where = xgrow(
	    t->where, &t->where_room, (size_t)t->n + 1, sizeof(*t->where));
	t->where[t->n] = (uint32_t)(t->used / TABLE_UNIT);
	p = t->bytes + t->used;
	*p++ = (char)(unsigned char)(n < TABLE_LONG ? n : TABLE_LONG);
	if (n >= TABLE_LONG) {
		memcpy(p, &n, sizeof(n));
		p += sizeof(n);
	}
	str_put(p, s);
	t->used += size;
}

static uint32_t
add(struct table *t, struct str s)
{
	uint32_t hash = hash_bytes(s);
	size_t at;

	slots_reserve(&t->slots);
	if (search(t, s, hash, &at))
		return (uint32_t)t->slots.list[at];
	append(t, s);
	slots_insert(&t->slots, at, hash, t->n);
	return t->n++;
}

/* The number of a string, from now on a recent one.  Where it was looked up
 * before it was added, this takes the place of what was known then. */
static uint32_t
remember(struct table *t, struct str s, uint32_t number)
{
	struct table_recent r, *at = table_recent(t, s, &r);

	r.number = number;
	if (s.n <= 16)
		*at = r;
	return number;
}

uint32_t
table_add_other(struct table *t, struct str s)
{
	return remember(t, s, add(t, s));
}

uint32_t
table_find_other(struct table *t, struct str s)
{
	return remember(t, s, t->n == 0 ? TABLE_NONE : find(t, s));
}

void
table_clear(struct table *t)
{
	if (t->room > KEEP) {
		table_free(t);
		return;
	}
	slots_clear(&t->slots);
	/* Of an empty table only strings that are not there are known. */
	if (t->n > 0)
		memset(t->recent, 0, sizeof(t->recent));
	t->n = 0;
	t->used = 0;
}

void
table_free(struct table *t)
{
	slots_free(&t->slots);
	free(t->bytes);
	free(t->where);
	*t = (struct table){.n = 0};
}
