/* SPDX-License-Identifier: MIT */

/*
 * Every way to find the ends that this processor has gives what a look at one
 * byte after the other gives, and touches no more than its slack.
 */

#include <stdlib.h>

#include "common/ends.h"
#include "common/rng.h"
#include "tests/unit/check.h"

enum { MOST = 1000, GUARD = 0x7e57 };

static struct rng source;

static size_t
below(size_t n)
{
	return (size_t)(rng_next(&source) % n);
}

/* A text whose memory ends with its slack, and what is in it. */
struct text {
	char *p;
	size_t start, end;
	struct ends ends;
	uint32_t at[MOST];
};

/* A byte in `rarity` is one that matters, or next to one that does. */
static void
make_text(struct text *t, size_t rarity, bool nuls)
{
	static const char bytes[] = "\n\t\x89\x8a\x08\x0b\r \xff\x80";

	t->end = below(MOST + 1);
	t->start = below(t->end + 1);
	t->ends = (struct ends){0};
	t->p = malloc(t->end + ENDS_SLACK);
	if (t->p == NULL)
		abort();
	memset(t->p + t->end, ' ', ENDS_SLACK);
	for (size_t i = 0; i < t->end; i++) {
		char c = (char)(1 + below(255));

		if (below(rarity) == 0)
			c = bytes[below(sizeof(bytes) - (nuls ? 0 : 1))];
		t->p[i] = c;
		if (i < t->start)
			continue;
		if (c == '\t' || c == '\n')
			t->at[t->ends.n++] = (uint32_t)i;
		t->ends.lines += c == '\n';
		t->ends.nul |= c == '\0';
	}
}

static void
check_way(const struct text *t, const char *name,
    struct ends (*find)(const char *, size_t, size_t, uint32_t *))
{
	size_t room = t->end - t->start + ENDS_SLACK;
	uint32_t *at = malloc((room + 1) * sizeof(*at));
	struct ends e;

	if (at == NULL)
		abort();
	at[room] = GUARD;
	e = find(t->p, t->start, t->end, at);
	CHECK_MSG(e.n == t->ends.n && e.lines == t->ends.lines &&
		      e.nul == t->ends.nul,
	    "%s: %zu ends, %zu lines, %d", name, e.n, e.lines, e.nul);
	CHECK_MSG(memcmp(at, t->at, t->ends.n * sizeof(*at)) == 0,
	    "%s: other positions", name);
	CHECK_MSG(at[room] == GUARD, "%s: writes too far", name);
	free(at);
}

/* From texts of ends alone to such that have hardly any. */
static void
test_ways(void)
{
	for (size_t round = 0; round < 12000; round++) {
		struct text t;

		make_text(&t, (size_t)1 << round % 10, round % 3 == 0);
		for (size_t i = 0; i < ends_n_ways; i++)
			if (ends_ways[i].runs())
				check_way(
				    &t, ends_ways[i].name, ends_ways[i].find);
		check_way(&t, "ends_find", ends_find);
		free(t.p);
	}
	CHECK(ends_ways[ends_n_ways - 1].runs());
}

/* Runs of ends of every length, at every place of a block. */
static void
test_runs(void)
{
	for (size_t start = 0; start < 70; start++)
		for (size_t n = 0; n <= 130; n++) {
			struct text t = {
			    .start = 3, .end = 210, .ends = {.n = n}};

			t.p = malloc(t.end + ENDS_SLACK);
			if (t.p == NULL)
				abort();
			memset(t.p, ' ', t.end + ENDS_SLACK);
			for (size_t i = 0; i < n; i++) {
				t.at[i] = (uint32_t)(t.start + start + i);
				t.p[t.at[i]] = i % 3 > 0 ? '\t' : '\n';
				t.ends.lines += i % 3 == 0;
			}
			for (size_t i = 0; i < ends_n_ways; i++)
				if (ends_ways[i].runs())
					check_way(&t, ends_ways[i].name,
					    ends_ways[i].find);
			free(t.p);
		}
}

int
main(void)
{
	rng_start(&source, 1, 0, (struct rng_row){{0}});
	test_ways();
	test_runs();
	return check_end();
}
