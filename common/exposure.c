/* SPDX-License-Identifier: MIT */
#include "common/exposure.h"

#include <stdlib.h>

#include "common/die.h"
#include "common/xalloc.h"

#define BATCH 256
/* So many users ahead their exposures are fetched. */
#define AHEAD 16

/* What is known of one experiment while one user's exposures are judged. */
struct verdict {
	uint32_t user; /* the rest holds if it is this user's */
	uint32_t best; /* the exposure that counts */
	uint64_t repeated;
	bool mixed;
};

/* Room for n users' lists, those that are new empty. */
static void
make_lists(struct exposures *e, size_t n)
{
	size_t room = e->first_room;

	e->first = xgrow(e->first, &e->first_room, n, sizeof(*e->first));
	for (; room < e->first_room; room++)
		e->first[room] = EXPOSURE_NONE;
}

/* Add an exposure at the front of its user's list. */
static void
add(struct exposures *e, uint32_t user, uint32_t arm, int64_t time)
{
	size_t need = (size_t)e->n + 1;

	if (e->n == EXPOSURE_NONE)
		die("%s: more exposures than 32 bits count", e->name);
	e->user = xgrow(e->user, &e->user_room, need, sizeof(*e->user));
	e->list = xgrow(e->list, &e->list_room, need, sizeof(*e->list));
	e->user[e->n] = user;
	e->list[e->n] = (struct exposure){time, arm, e->first[user]};
	e->first[user] = e->n++;
}

void
exposure_load(struct exposures *e, struct tsv *t, const struct arm_columns *c)
{
	size_t user = tsv_need(t, "user_id");
	size_t time = tsv_need(t, "exposure_time");
	struct str ids[BATCH];
	uint32_t users[BATCH];

	e->name = t->name;
	while (tsv_read(t))
		for (size_t done = 0, n; done < t->rows; done += n) {
			n = t->rows - done < BATCH ? t->rows - done : BATCH;
			for (size_t i = 0; i < n; i++)
				ids[i] = tsv_id(t, done + i, user);
			table_add_all(&e->users, ids, users, n);
			make_lists(e, e->users.n);
			for (size_t i = 0; i < n; i++)
				__builtin_prefetch(&e->first[users[i]]);
			for (size_t i = 0; i < n; i++)
				add(e, users[i],
				    arm_of_row(&e->arms, t, done + i, c),
				    tsv_time(t, done + i, time));
		}
}

/*
 * Of two exposures to one experiment the earlier counts.  Where they are at
 * once it is not the order of the rows that decides, but their bytes.
 */
static bool
counts_before(const struct exposures *e, uint32_t x, uint32_t y)
{
	if (e->list[x].time != e->list[y].time)
		return e->list[x].time < e->list[y].time;
	return str_cmp(table_string(&e->arms.keys, e->list[x].arm),
		   table_string(&e->arms.keys, e->list[y].arm)) < 0;
}

/* Find which of one user's exposures counts, for each experiment. */
static void
judge(const struct exposures *e, uint32_t user, struct verdict *verdicts)
{
	const struct exposure *list = e->list;
	const struct arm *arms = e->arms.list;

	for (uint32_t x = e->first[user]; x != EXPOSURE_NONE;
	     x = list[x].next) {
		const struct arm *arm = &arms[list[x].arm];
		struct verdict *v = &verdicts[arm->experiment];

		if (v->user != user) {
			*v = (struct verdict){.user = user, .best = x};
			continue;
		}
		if (arms[list[v->best].arm].variant != arm->variant)
			v->mixed = true;
		v->repeated++;
		/* The list goes from the last row to the first, and of two
		 * rows that say the same the first stays. */
		if (!counts_before(e, v->best, x))
			v->best = x;
	}
}

static _Noreturn void
refuse_mixed(const struct exposures *e, uint32_t x)
{
	uint32_t experiment = e->arms.list[e->list[x].arm].experiment;
	char user[DIE_QUOTE], name[DIE_QUOTE];

	die("%s: user %s is in two variants of experiment %s", e->name,
	    die_quote(user, table_string(&e->users, e->user[x])),
	    die_quote(name, table_string(&e->arms.experiments, experiment)));
}

/*
 * Leave in the user's list only what counts, in the order of the rows: the
 * list held the last row first, and putting each survivor in front of the
 * others turns it round.
 */
static void
relink(struct exposures *e, uint32_t user, enum exposure_mixed mixed,
    const struct verdict *verdicts, uint64_t *repeated, uint64_t *users_mixed)
{
	uint32_t x = e->first[user], next;

	e->first[user] = EXPOSURE_NONE;
	for (; x != EXPOSURE_NONE; x = next) {
		struct exposure *exposure = &e->list[x];
		const struct verdict *v =
		    &verdicts[e->arms.list[exposure->arm].experiment];

		next = exposure->next;
		if (v->mixed && mixed == EXPOSURE_ERROR)
			refuse_mixed(e, x);
		if (v->best == x && v->mixed)
			(*users_mixed)++;
		else if (v->best == x)
			*repeated += v->repeated;
		if (v->best != x || (v->mixed && mixed == EXPOSURE_EXCLUDE)) {
			exposure->arm = EXPOSURE_NONE;
			continue;
		}
		exposure->next = e->first[user];
		e->first[user] = x;
	}
}

void
exposure_judge(struct exposures *e, enum exposure_mixed mixed)
{
	uint32_t n = e->arms.experiments.n;
	struct verdict *verdicts = xcalloc(n, sizeof(*verdicts));
	uint64_t repeated = 0, users_mixed = 0;

	for (uint32_t i = 0; i < n; i++)
		verdicts[i].user = EXPOSURE_NONE;
	for (uint32_t user = 0; user < e->users.n; user++) {
		if (user + AHEAD < e->users.n)
			__builtin_prefetch(&e->list[e->first[user + AHEAD]]);
		judge(e, user, verdicts);
		relink(e, user, mixed, verdicts, &repeated, &users_mixed);
	}
	free(verdicts);
	if (repeated > 0 || users_mixed > 0)
		warn("%s: repeated exposures ignored: %llu; users in two "
		     "variants of an experiment %s: %llu",
		    e->name, (unsigned long long)repeated,
		    mixed == EXPOSURE_FIRST ? "counted in the first"
					    : "excluded",
		    (unsigned long long)users_mixed);
}
