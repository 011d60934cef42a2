/* SPDX-License-Identifier: MIT */
#include "common/exposure.h"

#include "common/die.h"
#include "common/xalloc.h"

/* What is known of one experiment while one user's exposures are judged. */
struct verdict {
	uint32_t best; /* the exposure that counts, at first ROSTER_NONE */
	uint64_t repeated;
	bool mixed;
};

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
		rows->users[i] = roster_key(tsv_id(t, first + i, c->user));
		rows->list[i] = (struct exposure_of){
		    .time = tsv_time(t, first + i, c->time),
		    .arm = arm_of_row(&e->arms, t, first + i, &c->arms)};
	}
}

void
exposure_add(struct exposures *e, const struct exposure_rows *rows)
{
	uint32_t x = e->users.n;

	roster_add(&e->users, rows->users, rows->n);
	for (size_t i = 0; i < rows->n; i++, x++) {
		struct exposure *exposure = exposure_at(e, x);

		exposure->row.arm = rows->list[i].arm;
		exposure->time = rows->list[i].time;
	}
}

static struct verdict *
verdict_on(struct exposures *e, const struct exposure *x)
{
	return &e->verdicts[e->arms.list[x->row.arm].experiment];
}

/*
 * Of two exposures to one experiment the earlier counts.  Where they are at
 * once it is not the order of the rows that decides, but their bytes.
 */
static bool
counts_before(const struct exposures *e, const struct exposure *x,
    const struct exposure *y)
{
	if (x->time != y->time)
		return x->time < y->time;
	return str_cmp_fields(table_string(&e->arms.keys, x->row.arm),
		   table_string(&e->arms.keys, y->row.arm)) < 0;
}

/* Take another exposure of the user into account. */
static void
weigh(struct exposures *e, uint32_t number)
{
	const struct exposure *x = exposure_at(e, number), *best;
	const struct arm *arms = e->arms.list;
	struct verdict *v = verdict_on(e, x);

	if (v->best == ROSTER_NONE) {
		v->best = number;
		return;
	}
	best = exposure_at(e, v->best);
	if (arms[best->row.arm].variant != arms[x->row.arm].variant)
		v->mixed = true;
	v->repeated++;
	if (counts_before(e, x, best))
		v->best = number;
}

static _Noreturn void
refuse_mixed(const struct exposures *e, uint32_t x)
{
	uint32_t experiment =
	    e->arms.list[exposure_at(e, x)->row.arm].experiment;
	char id[DIE_QUOTE], name[DIE_QUOTE];

	die("%s: user %s is in two variants of experiment %s", e->name,
	    die_quote(id, roster_id(&e->users, x)),
	    die_quote(name, table_string(&e->arms.experiments, experiment)));
}

/* Let the exposure count or not, as the verdict is; whether it does. */
static bool
settle(struct exposures *e, uint32_t number)
{
	struct exposure *x = exposure_at(e, number);
	const struct verdict *v = verdict_on(e, x);

	if (v->mixed && e->mixed == EXPOSURE_ERROR)
		refuse_mixed(e, number);
	if (v->best == number && v->mixed)
		e->users_mixed++;
	else if (v->best == number)
		e->repeated += v->repeated;
	if (v->best == number && !(v->mixed && e->mixed == EXPOSURE_EXCLUDE))
		return true;
	x->row.arm = TABLE_NONE;
	return false;
}

/*
 * Judge the exposures of one user, of which this is the last.  Those that do
 * not count leave the ring, but for the last, which is how it is found, so that
 * no event takes longer for them; who begins with one of them gets to the last.
 */
static void
judge(struct exposures *e, uint32_t last)
{
	uint32_t x = last, kept = last, next;

	do {
		x = exposure_at(e, x)->row.next;
		*verdict_on(e, exposure_at(e, x)) =
		    (struct verdict){.best = ROSTER_NONE};
	} while (x != last);
	do {
		x = exposure_at(e, x)->row.next;
		weigh(e, x);
	} while (x != last);
	next = exposure_at(e, last)->row.next;
	do {
		x = next;
		next = exposure_at(e, x)->row.next;
		if (settle(e, x) || x == last) {
			exposure_at(e, kept)->row.next = x;
			kept = x;
		} else {
			exposure_at(e, x)->row.next = last;
		}
	} while (x != last);
}

void
exposure_judge(struct exposures *e)
{
	uint32_t last = 0;

	e->verdicts = xgrow(e->verdicts, &e->verdicts_room,
	    e->arms.experiments.n, sizeof(*e->verdicts));
	/* One exposure alone is as it should be. */
	while (roster_next_ring(&e->users, &last))
		judge(e, last);
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
	roster_clear(&e->users);
}
