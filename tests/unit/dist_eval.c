/* SPDX-License-Identifier: MIT */

/*
 * Evaluates distributions for tables that are not in the tree.  Each line of
 * the standard input is a function and its arguments, tab-separated; each
 * line of the output holds the answers, as %.17g.
 *
 *	B a b x, G a x, T t df, F f d1 d2, C x df, N z, n t df ncp
 *		lower and upper tail
 *	qN qT qC qG qF	p and parameters: the x with the upper tail p
 *	qB p a b	the x with the lower tail p
 *	lB lG lT lF lC lN	arguments as above, then L or U: the natural
 *		logarithm of the lower or upper tail
 *
 * Parameters that a function does not use may be there as 0.
 *
 * With --time it prints, instead of the answers, for each function the number
 * of its lines, and the mean and the largest time of a call in nanoseconds.
 * Up to 131072 lines are taken then.
 */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/dist.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum {
	LINE_MAX_BYTES = 1024,
	FIELDS = 6,
	ARGUMENTS = 3,
	CALLS_MAX = 1 << 17,
	TURNS = 30
};

static struct dist_tails
tails_normal(const double v[])
{
	return dist_normal(v[0]);
}

static struct dist_tails
tails_t(const double v[])
{
	return dist_t(v[0], v[1]);
}

static struct dist_tails
tails_chi2(const double v[])
{
	return dist_chi2(v[0], v[1]);
}

static struct dist_tails
tails_gamma(const double v[])
{
	return dist_gamma(v[1], v[0]);
}

static struct dist_tails
tails_f(const double v[])
{
	return dist_f(v[0], v[1], v[2]);
}

static struct dist_tails
tails_beta(const double v[])
{
	return dist_beta(v[2], v[0], v[1]);
}

static struct dist_tails
tails_nct(const double v[])
{
	return dist_nct(v[0], v[1], v[2]);
}

static struct dist_tails
log_normal(const double v[])
{
	return dist_normal_log(v[0]);
}

static struct dist_tails
log_t(const double v[])
{
	return dist_t_log(v[0], v[1]);
}

static struct dist_tails
log_chi2(const double v[])
{
	return dist_chi2_log(v[0], v[1]);
}

static struct dist_tails
log_gamma(const double v[])
{
	return dist_gamma_log(v[1], v[0]);
}

static struct dist_tails
log_f(const double v[])
{
	return dist_f_log(v[0], v[1], v[2]);
}

static struct dist_tails
log_beta(const double v[])
{
	return dist_beta_log(v[2], v[0], v[1]);
}

static double
quantile_normal(const double v[])
{
	return dist_normal_upper_quantile(v[0]);
}

static double
quantile_t(const double v[])
{
	return dist_t_upper_quantile(v[0], v[1]);
}

static double
quantile_chi2(const double v[])
{
	return dist_chi2_upper_quantile(v[0], v[1]);
}

static double
quantile_gamma(const double v[])
{
	return dist_gamma_upper_quantile(v[0], v[1]);
}

static double
quantile_f(const double v[])
{
	return dist_f_upper_quantile(v[0], v[1], v[2]);
}

static double
quantile_beta(const double v[])
{
	return dist_beta_lower_quantile(v[0], v[1], v[2]);
}

static const struct function {
	const char *name;
	int arguments;
	struct dist_tails (*tails)(const double[]);
	struct dist_tails (*log_tails)(const double[]);
	double (*quantile)(const double[]);
} functions[] = {
    {"B", 3, tails_beta, NULL, NULL},
    {"G", 2, tails_gamma, NULL, NULL},
    {"T", 2, tails_t, NULL, NULL},
    {"F", 3, tails_f, NULL, NULL},
    {"C", 2, tails_chi2, NULL, NULL},
    {"N", 1, tails_normal, NULL, NULL},
    {"n", 3, tails_nct, NULL, NULL},
    {"lB", 3, NULL, log_beta, NULL},
    {"lG", 2, NULL, log_gamma, NULL},
    {"lT", 2, NULL, log_t, NULL},
    {"lF", 3, NULL, log_f, NULL},
    {"lC", 2, NULL, log_chi2, NULL},
    {"lN", 1, NULL, log_normal, NULL},
    {"qB", 3, NULL, NULL, quantile_beta},
    {"qG", 2, NULL, NULL, quantile_gamma},
    {"qT", 2, NULL, NULL, quantile_t},
    {"qF", 3, NULL, NULL, quantile_f},
    {"qC", 2, NULL, NULL, quantile_chi2},
    {"qN", 1, NULL, NULL, quantile_normal},
};

struct call {
	const struct function *f;
	double v[ARGUMENTS];
	bool upper; /* of the two logarithms */
};

static const struct function *
find_function(const char *name)
{
	for (size_t i = 0; i < LENGTH(functions); i++)
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
	return NULL;
}

/* Cuts the line at its tabs; returns the number of fields, or FIELDS + 1. */
static int
split(char *line, char *field[])
{
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *next = line; next; n++) {
		if (n == FIELDS)
			return FIELDS + 1;
		field[n] = next;
		next = strchr(next, '\t');
		if (next)
			*next++ = '\0';
	}
	return n;
}

/* A line, understood; false if it is malformed. */
static bool
parse(char *line, struct call *call)
{
	char *field[FIELDS], *end;
	const struct function *f;
	int n = split(line, field), numbers;

	*call = (struct call){0};
	f = n > FIELDS ? NULL : find_function(field[0]);
	if (f == NULL)
		return false;
	numbers = n - 1 - (f->log_tails != NULL);
	if (numbers < f->arguments || numbers > ARGUMENTS)
		return false;
	for (int i = 0; i < numbers; i++) {
		call->v[i] = strtod(field[i + 1], &end);
		if (end == field[i + 1] || *end != '\0')
			return false;
	}
	call->f = f;
	call->upper = f->log_tails && strcmp(field[n - 1], "U") == 0;
	return !f->log_tails || call->upper || strcmp(field[n - 1], "L") == 0;
}

static struct dist_tails
evaluate(const struct call *call)
{
	const struct function *f = call->f;
	double x;

	if (f->tails)
		return f->tails(call->v);
	if (f->log_tails)
		return f->log_tails(call->v);
	x = f->quantile(call->v);
	return (struct dist_tails){x, x};
}

static void
answer(const struct call *call)
{
	struct dist_tails t = evaluate(call);

	printf("%.17g", call->upper ? t.upper : t.lower);
	if (call->f->tails)
		printf("\t%.17g", t.upper);
	putchar('\n');
}

/* Nanoseconds that a turn of n calls takes. */
static double
time_of(const struct call calls[], size_t n)
{
	static volatile double sink;
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (size_t i = 0; i < n; i++)
		sink = evaluate(&calls[i]).lower;
	clock_gettime(CLOCK_MONOTONIC, &end);
	(void)sink;
	return 1e9 * (double)(end.tv_sec - start.tv_sec) +
	       (double)(end.tv_nsec - start.tv_nsec);
}

/* The least of some turns, as whatever else the machine does adds to one. */
static double
least_time(const struct call calls[], size_t n)
{
	double least = time_of(calls, n);

	for (int turn = 1; turn < TURNS; turn++)
		least = fmin(least, time_of(calls, n));
	return least;
}

static void
time_function(const struct function *f, const struct call calls[], size_t n)
{
	static struct call own[CALLS_MAX];
	size_t rows = 0;
	double worst = 0;

	for (size_t i = 0; i < n; i++)
		if (calls[i].f == f)
			own[rows++] = calls[i];
	if (rows == 0)
		return;
	for (size_t i = 0; i < rows; i++)
		worst = fmax(worst, least_time(&own[i], 1));
	printf("%s\t%zu\t%.0f\t%.0f\n", f->name, rows,
	    least_time(own, rows) / (double)rows, worst);
}

int
main(int argc, char **argv)
{
	static struct call calls[CALLS_MAX];
	bool timed = argc == 2 && strcmp(argv[1], "--time") == 0;
	char line[LINE_MAX_BYTES];
	size_t n = 0;

	for (long i = 1; fgets(line, sizeof(line), stdin); i++) {
		if (n == CALLS_MAX || !parse(line, &calls[n])) {
			fprintf(stderr, "dist_eval: line %ld: malformed\n", i);
			return 2;
		}
		if (timed)
			n++;
		else
			answer(&calls[0]);
	}
	if (timed)
		for (size_t i = 0; i < LENGTH(functions); i++)
			time_function(&functions[i], calls, n);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("dist_eval: standard output");
		return 2;
	}
	return 0;
}
