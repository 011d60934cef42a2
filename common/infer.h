/* SPDX-License-Identifier: MIT */
#ifndef COMMON_INFER_H
#define COMMON_INFER_H

/*
 * Tests of a treatment against a control, from summaries of the two samples.
 * A statistic has the sign of control - treatment, as in scipy; a difference
 * and a lift have that of treatment - control.  What is not defined is NaN.
 */

#include <stdint.h>

enum infer_test {
	/* for proportions */
	INFER_CHI2_YATES, /* Pearson's chi-square, corrected by Yates */
	INFER_CHI2,       /* Pearson's chi-square */
	INFER_Z,          /* two proportions, pooled variance */
	/* for means */
	INFER_STUDENT, /* t, pooled variance */
	INFER_WELCH,   /* t, a variance for each arm */
};

/* The names of the tests, in the order of the enum; ends with NULL. */
extern const char *const infer_tests[];

struct infer {
	double statistic;
	double df;                        /* NaN for z, which has none */
	double p_value, log10_p;          /* two-sided */
	double diff, diff_low, diff_high; /* treatment - control */
	double lift, lift_low, lift_high; /* diff / control, if that is > 0 */
};

enum { INFER_TERMS = 5 };

/* The confidence of the intervals, 1 - alpha, 0 < alpha < 1. */
struct infer_level {
	double alpha;
	double z; /* the normal quantile of 1 - alpha/2 */

	/* The rest belongs to infer.c. */
	double t[INFER_TERMS], t_series; /* the quantile of t, see there */
};

struct infer_level infer_level(double alpha);

/* yes of n, both up to 2^53. */
struct infer_share {
	uint64_t n, yes;
};

/*
 * One of the tests for proportions.  The statistic is undefined without both
 * an n in each arm and a yes and a no in one of them.  The intervals are
 * Wald's, with the rates' own variances, and by the delta method.
 */
struct infer infer_shares(enum infer_test, struct infer_share control,
    struct infer_share treatment, struct infer_level);

/* n up to 2^53 with a mean, NaN if n = 0, and a standard deviation (divisor
 * n - 1), NaN if n < 2. */
struct infer_sample {
	uint64_t n;
	double mean, sd;
};

/*
 * One of the tests for means.  diff is mean of treatment - mean of control,
 * which the caller may know better than the rounded means do.  The statistic
 * is undefined if the variances are 0, or unknown: Welch needs two numbers in
 * each arm, Student one in each and three in all.
 */
struct infer infer_means(enum infer_test, struct infer_sample control,
    struct infer_sample treatment, double diff, struct infer_level);

#endif
