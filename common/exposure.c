/* SPDX-License-Identifier: MIT */
#include "common/exposure.h"

#include "common/die.h"
#include "common/xalloc.h"

#define BATCH 256
/* So many users ahead their exposures are fetched. */
#define AHEAD 16

/* What is known of one experiment while one user's exposures are judged. */
struct verdict {
	uint32_t best; /* the exposure that counts */
	uint64_t repeated;
	bool mixed;
};

/* Room for n users' lists, those that are new empty. */
static void
make_lists(struct exposures *e, size_t known, size_t n)
{
	e->first = xgrow(e->first, &e->first_room, n, sizeof(*e->first));
	for (size_t user = known; user < n; user++)
		e->first[user] = EXPOSURE_END | (uint32_t)user;
}

/* Add an exposure at the front of its user's list. */
static void
add(struct exposures *e, uint32_t user, const struct exposure *row)
{
	if (e->n == EXPOSURE_END)
		die("%s: more exposures than 31 bits count", e->name);
	e->list =
	    xgrow(e->list, &e->list_room, (size_t)e->n + 1, sizeof(*e->list));
	e->list[e->n] = (struct exposure){row->time, row->arm, e->first[user]};
	e->first[user] = e->n++;
}

void
exposure_read(struct exposure_rows *rows, struct exposures *e,
    const struct tsv *t, const struct exposure_columns *c, size_t first,
    size_t n)
{
	rows->n = n;
	rows->users =
	    xgrow(rows->users, &rows->users_room, n, sizeof(*rows->users));
	rows->list =
	    xgrow(rows->list, &rows->list_room, n, sizeof(*rows->list));
	for (size_t i = 0; i < n; i++) {
		rows->users[i] = tsv_id(t, first + i, c->user);
		rows->list[i] =
		    (struct exposure){.time = tsv_time(t, first + i, c->time),
			.arm = arm_of_row(&e->arms, t, first + i, &c->arms)};
	}
}

void
exposure_add(struct exposures *e, const struct exposure_rows *rows)
{
	uint32_t users[BATCH];

	for (size_t done = 0, n; done < rows->n; done += n) {
		uint32_t known = e->users.n;

		n = rows->n - done < BATCH ? rows->n - done : BATCH;
		table_add_all(&e->users, rows->users + done, users, n);
		make_lists(e, known, e->users.n);
		for (size_t i = 0; i < n; i++)
			__builtin_prefetch(&e->first[users[i]]);
		for (size_t i = 0; i < n; i++)
			add(e, users[i], &rows->list[done + i]);
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
	return str_cmp_fields(table_string(&e->arms.keys, e->list[x].arm),
		   table_string(&e->arms.keys, e->list[y].arm)) < 0;
}

/* Find which of one user's exposures counts, for each experiment. */
static void
judge(struct exposures *e, uint32_t user)
{
	const struct exposure *list = e->list;
	const struct arm *arms = e->arms.list;
	struct verdict *verdicts = e->verdicts;

	for (uint32_t x = e->first[user]; !exposure_end(x); x = list[x].next)
		verdicts[arms[list[x].arm].experiment] =
		    (struct verdict){.best = EXPOSURE_END};
	for (uint32_t x = e->first[user]; !exposure_end(x); x = list[x].next) {
		const struct arm *arm = &arms[list[x].arm];
		struct verdict *v = &verdicts[arm->experiment];

		if (v->best == EXPOSURE_END) {
			v->best = x;
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
	uint32_t user = exposure_user(e, x);
	char id[DIE_QUOTE], name[DIE_QUOTE];

	die("%s: user %s is in two variants of experiment %s", e->name,
	    die_quote(id, table_string(&e->users, user)),
	    die_quote(name, table_string(&e->arms.experiments, experiment)));
}

/*
 * Leave in the user's list only what counts, in the order of the rows: the
 * list held the last row first, and putting each survivor in front of the
 * others turns it round.
 */
static void
relink(struct exposures *e, uint32_t user)
{
	uint32_t x = e->first[user], next;

	e->first[user] = EXPOSURE_END | user;
	for (; !exposure_end(x); x = next) {
		struct exposure *exposure = &e->list[x];
		const struct verdict *v =
		    &e->verdicts[e->arms.list[exposure->arm].experiment];

		next = exposure->next;
		if (v->mixed && e->mixed == EXPOSURE_ERROR)
			refuse_mixed(e, x);
		if (v->best == x && v->mixed)
			e->users_mixed++;
		else if (v->best == x)
			e->repeated += v->repeated;
		if (v->best != x ||
		    (v->mixed && e->mixed == EXPOSURE_EXCLUDE)) {
			exposure->arm = TABLE_NONE;
			continue;
		}
		exposure->next = e->first[user];
		e->first[user] = x;
	}
}

void
exposure_judge(struct exposures *e)
{
	e->verdicts = xgrow(e->verdicts, &e->verdicts_room,
	    e->arms.experiments.n, sizeof(*e->verdicts));
	for (uint32_t user = 0; user < e->users.n; user++) {
		if (user + AHEAD < e->users.n)
			__builtin_prefetch(&e->list[e->first[user + AHEAD]]);
		/* One exposure alone is as it should be. */
		if (exposure_end(e->list[e->first[user]].next))
			continue;
		judge(e, user);
		relink(e, user);
	}
}

void
exposure_report(const struct exposures *e)
{
	if (e->repeated > 0 || e->users_mixed > 0)
		warn("%s: repeated exposures ignored: %llu; users in two "
		     "variants of an experiment %s: %llu",
		    e->name, (unsigned long long)e->repeated,
		    e->mixed == EXPOSURE_FIRST ? "counted in the first"
					       : "excluded",
		    (unsigned long long)e->users_mixed);
}

void
exposure_clear(struct exposures *e)
{
	table_clear(&e->users);
	e->n = 0;
}
