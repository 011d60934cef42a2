/* SPDX-License-Identifier: MIT */
#ifndef COMMON_RESULT_H
#define COMMON_RESULT_H

/*
 * Results of tests, held in memory and sorted.  Each column that tells results
 * apart is a level, whose names are numbered in the order in which they first
 * occur.  A result's numbers, level by level, are its key.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/table.h"
#include "common/tsv.h"

/* The columns of a results stream without segments; ends with NULL. */
extern const char *const result_columns[];

/* These but log10_p, with commas between, for tsv_open(). */
const char *result_list(void);

/* The columns that hold numbers. */
enum result_number {
	RESULT_N_CONTROL,
	RESULT_N_TREATMENT,
	RESULT_MEAN_CONTROL,
	RESULT_MEAN_TREATMENT,
	RESULT_DIFF,
	RESULT_DIFF_LOW,
	RESULT_DIFF_HIGH,
	RESULT_LIFT,
	RESULT_LIFT_LOW,
	RESULT_LIFT_HIGH,
	RESULT_STATISTIC,
	RESULT_DF,
	RESULT_P_VALUE,
	RESULT_LOG10_P, /* which need not be there */
	RESULT_NUMBERS
};

/*
 * The first levels.  The segments follow, then the control, then the metric.
 * The treatment's number is 0 where there is none, the control being alone.
 */
enum { RESULT_EXPERIMENT, RESULT_TREATMENT, RESULT_SEGMENTS };

struct result_level {
	size_t column;
	struct str title; /* the column's name; lives as long as the stream */
	struct table names;
};

#define RESULT_NO_TEST (-1)

enum result_answer { RESULT_UNKNOWN, RESULT_NO, RESULT_YES };

struct result {
	const uint32_t *key; /* a number for each level, and one of its own */
	int test;            /* of enum infer_test, or RESULT_NO_TEST */
	enum result_answer significant;
	double x[RESULT_NUMBERS]; /* NaN where undefined */
	uint64_t line;
};

struct results {
	const char *name;            /* the file as messages show it */
	struct result_level *levels; /* owned */
	size_t n_levels, control, metric;
	struct result *list; /* owned */
	size_t n;

	/* The rest belongs to result.c. */
	uint32_t *keys;
	size_t room, key_room;
};

/*
 * Find the columns of the stream, then read it to its end and sort by key.
 * Between the two, result_place() puts a metric before those that are read.
 * With utf8 the names have to be that.  Whatever is wrong exits with a message.
 */
void result_open(struct results *, const struct tsv *);
void result_place(struct results *, struct str metric);
void result_load(struct results *, struct tsv *, bool utf8);

static inline struct str
result_name(const struct results *r, const struct result *x, size_t level)
{
	return table_string(&r->levels[level].names, x->key[level]);
}

static inline bool
result_alone(const struct result *x)
{
	return x->key[RESULT_TREATMENT] == 0;
}

#endif
