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
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/dist.h"

enum { LINE_MAX_BYTES = 1024, FIELDS = 6 };

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

static const struct function *
find_function(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
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

/* Answers one line; false if it is malformed. */
static bool
answer(char *line)
{
	char *field[FIELDS], *end;
	const struct function *f;
	double v[FIELDS] = {0};
	int n = split(line, field), numbers;
	struct dist_tails t;

	f = n > FIELDS ? NULL : find_function(field[0]);
	if (f == NULL)
		return false;
	numbers = n - 1 - (f->log_tails != NULL);
	if (numbers < f->arguments || numbers > 3)
		return false;
	for (int i = 0; i < numbers; i++) {
		v[i] = strtod(field[i + 1], &end);
		if (end == field[i + 1] || *end != '\0')
			return false;
	}
	if (f->quantile) {
		printf("%.17g\n", f->quantile(v));
	} else if (f->tails) {
		t = f->tails(v);
		printf("%.17g\t%.17g\n", t.lower, t.upper);
	} else if (strcmp(field[n - 1], "L") == 0) {
		printf("%.17g\n", f->log_tails(v).lower);
	} else if (strcmp(field[n - 1], "U") == 0) {
		printf("%.17g\n", f->log_tails(v).upper);
	} else {
		return false;
	}
	return true;
}

int
main(void)
{
	char line[LINE_MAX_BYTES];

	for (long i = 1; fgets(line, sizeof(line), stdin); i++) {
		if (!answer(line)) {
			fprintf(stderr, "dist_eval: line %ld: malformed\n", i);
			return 2;
		}
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("dist_eval: standard output");
		return 2;
	}
	return 0;
}
