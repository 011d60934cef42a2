/* SPDX-License-Identifier: MIT */

/* The distributions against the certified values of tests/ref/dist, against
 * each other, against closed forms, and at the ends of their domains. */

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/dist.h"
#include "tests/unit/check.h"

#define PI 3.141592653589793
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { LINE_BYTES = 1024, VALUES_MAX = 4000 };

static struct dist_tails
beta_row(const double v[])
{
	return dist_beta(v[2], v[0], v[1]);
}

static struct dist_tails
gamma_row(const double v[])
{
	return dist_gamma(v[1], v[0]);
}

static struct dist_tails
t_row(const double v[])
{
	return dist_t(v[0], v[1]);
}

static struct dist_tails
f_row(const double v[])
{
	return dist_f(v[0], v[1], v[2]);
}

static struct dist_tails
chi2_row(const double v[])
{
	return dist_chi2(v[0], v[1]);
}

static struct dist_tails
normal_row(const double v[])
{
	return dist_normal(v[0]);
}

static struct dist_tails
nct_row(const double v[])
{
	return dist_nct(v[0], v[1], v[2]);
}

/* The largest relative error allowed, and for 99.9 % of the values; where one
 * of the first `shapes` arguments is below 1/2, only `small` is. */
static const struct table {
	const char *file;
	int arguments;
	struct dist_tails (*tails)(const double[]);
	double most, usual;
	int shapes;
	double small;
} tables[] = {
    {"betainc.tsv", 3, beta_row, 1e-14, 3e-15, 2, 1e-12},
    {"gammainc.tsv", 2, gamma_row, 1e-14, 3e-15, 1, 1e-12},
    {"t.tsv", 2, t_row, 8e-15, 8e-15, 0, 0},
    {"F.tsv", 3, f_row, 8e-15, 8e-15, 0, 0},
    {"chi2.tsv", 2, chi2_row, 8e-15, 8e-15, 0, 0},
    {"normal.tsv", 1, normal_row, 5e-16, 5e-16, 0, 0},
    {"nct.tsv", 3, nct_row, 1e-11, 1e-11, 0, 0},
    {"more/betainc.tsv", 3, beta_row, 1e-14, 3e-15, 2, 1e-12},
    {"more/gammainc.tsv", 2, gamma_row, 1e-14, 3e-15, 1, 1e-12},
    {"more/t.tsv", 2, t_row, 8e-15, 8e-15, 0, 0},
    {"more/F.tsv", 3, f_row, 8e-15, 8e-15, 0, 0},
    {"more/chi2.tsv", 2, chi2_row, 8e-15, 8e-15, 0, 0},
    {"more/nct.tsv", 3, nct_row, 1e-11, 1e-11, 0, 0},
};

static FILE *
open_table(const char *file)
{
	char path[LINE_BYTES], line[LINE_BYTES];
	FILE *f;

	snprintf(path, sizeof(path), "tests/ref/dist/%s", file);
	f = fopen(path, "r");
	CHECK_MSG(f && fgets(line, sizeof(line), f), "%s: no header", path);
	return f;
}

/* The next n numbers of a row; false if there are fewer. */
static bool
take_numbers(char **row, double v[], int n)
{
	for (int i = 0; i < n; i++) {
		char *end;

		v[i] = strtod(*row, &end);
		if (end == *row)
			return false;
		*row = end;
	}
	return true;
}

/* Digits are lost where a double has few. */
static double
tail_error(double got, double want)
{
	return want < 1e-307 && got < 1.1e-307 ? 0 : check_error(got, want);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
check_table(const struct table *t)
{
	static double error[VALUES_MAX];
	FILE *f = open_table(t->file);
	char line[LINE_BYTES];
	int n = 0;

	while (f && fgets(line, sizeof(line), f) && n + 2 <= VALUES_MAX) {
		double v[5], lower, upper;
		struct dist_tails tails;
		bool small = false;
		char *row = line + 1;

		CHECK(take_numbers(&row, v, t->arguments + 2));
		tails = t->tails(v);
		lower = tail_error(tails.lower, v[t->arguments]);
		upper = tail_error(tails.upper, v[t->arguments + 1]);
		for (int i = 0; i < t->shapes; i++)
			small |= v[i] < 0.5;
		CHECK_MSG(fmax(lower, upper) <= (small ? t->small : t->most),
		    "%s: errors %g and %g at %s", t->file, lower, upper, line);
		if (!small) {
			error[n++] = lower;
			error[n++] = upper;
		}
	}
	qsort(error, (size_t)n, sizeof(error[0]), compare);
	CHECK_MSG(n > 100 && error[(int)(n * 0.999)] <= t->usual,
	    "%s: error of %g for 99.9 %% of %d values", t->file,
	    error[(int)(n * 0.999)], n);
	if (f)
		fclose(f);
}

static struct dist_tails
log_tails(char name, const double v[])
{
	switch (name) {
	case 'N':
		return dist_normal_log(v[0]);
	case 'T':
		return dist_t_log(v[0], v[1]);
	case 'C':
		return dist_chi2_log(v[0], v[1]);
	case 'F':
		return dist_f_log(v[0], v[1], v[2]);
	default:
		return dist_beta_log(v[2], v[0], v[1]);
	}
}

static void
check_logs(void)
{
	FILE *f = open_table("logp.tsv");
	char line[LINE_BYTES], *row;
	int n = 0;

	for (; f && fgets(line, sizeof(line), f); n++) {
		double v[3], want;
		struct dist_tails t;
		bool upper;

		row = line + 1;
		CHECK(take_numbers(&row, v, 3));
		upper = row[1] == 'U';
		row += 2;
		CHECK(take_numbers(&row, &want, 1));
		t = log_tails(line[0], v);
		CHECK_MSG(check_error(upper ? t.upper : t.lower, want) <= 1e-15,
		    "logp.tsv: got %.17g at %s", upper ? t.upper : t.lower,
		    line);
	}
	CHECK(n == 45);
	if (f)
		fclose(f);
}

/* The quantile for a row of quantile.tsv, and its tail at x: the lower for B,
 * the upper for the others. */
static double
quantile(char name, const double v[])
{
	switch (name) {
	case 'N':
		return dist_normal_upper_quantile(v[0]);
	case 'T':
		return dist_t_upper_quantile(v[0], v[1]);
	case 'C':
		return dist_chi2_upper_quantile(v[0], v[1]);
	case 'G':
		return dist_gamma_upper_quantile(v[0], v[1]);
	case 'F':
		return dist_f_upper_quantile(v[0], v[1], v[2]);
	default:
		return dist_beta_lower_quantile(v[0], v[1], v[2]);
	}
}

static double
tail_at(char name, double x, const double v[])
{
	switch (name) {
	case 'N':
		return dist_normal(x).upper;
	case 'T':
		return dist_t(x, v[1]).upper;
	case 'C':
		return dist_chi2(x, v[1]).upper;
	case 'G':
		return dist_gamma(x, v[1]).upper;
	case 'F':
		return dist_f(x, v[1], v[2]).upper;
	default:
		return dist_beta(x, v[1], v[2]).lower;
	}
}

/* |d log x / d log p|, by a difference. */
static double
condition(char name, double x, const double v[])
{
	double h = name == 'B' ? fmin(1e-8, (1 - x) / 4) : 1e-8;
	double below = tail_at(name, x * (1 - h), v);
	double above = tail_at(name, x * (1 + h), v);

	return 2 * h * v[0] / (fabs(above - below) + DBL_MIN);
}

static void
check_quantiles(void)
{
	FILE *f = open_table("quantile.tsv");
	char line[LINE_BYTES], *row;
	int n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		double v[3], want, got;

		row = line + 1;
		CHECK(take_numbers(&row, v, 3));
		if (!take_numbers(&row, &want, 1))
			continue; /* NA */
		got = quantile(line[0], v);
		/* The result and the table's value are rounded, too. */
		CHECK_MSG(check_error(got, want) <=
			      2e-15 * condition(line[0], want, v) + DBL_EPSILON,
		    "quantile.tsv: got %.17g at %s", got, line);
		n++;
	}
	CHECK(n > 800);
	if (f)
		fclose(f);
}

/* Both tails within a relative error. */
static bool
same(struct dist_tails got, struct dist_tails want, double error)
{
	return tail_error(got.lower, want.lower) <= error &&
	       tail_error(got.upper, want.upper) <= error;
}

static struct dist_tails
turned(struct dist_tails t)
{
	return (struct dist_tails){t.upper, t.lower};
}

static const double places[] = {
    0x1p-40, 0.001953125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 7, 19, 37, 150};
static const double shapes[] = {
    1e-9, 0.125, 0.5, 0.75, 1, 2.5, 7.9, 8, 20, 61, 1000, 33333.5, 1e9};

static void
check_identities_of(double x, double a)
{
	struct dist_tails t = dist_t(x, a), chi2 = dist_chi2(x, a);

	CHECK(same(dist_gamma(x / 2, a / 2), chi2, 0));
	CHECK(same(dist_t(-x, a), turned(t), 0));
	CHECK(check_error(dist_f(x * x, 1, a).upper, 2 * t.upper) < 2e-15);
	CHECK(same(dist_nct(x, a, 0), t, 1e-12));
	CHECK(fabs(t.lower + t.upper - 1) < 3e-16);
	CHECK(fabs(chi2.lower + chi2.upper - 1) < 3e-16);
}

static void
check_identities(void)
{
	for (size_t i = 0; i < LENGTH(places); i++) {
		double z = places[i];

		CHECK(same(dist_normal(-z), turned(dist_normal(z)), 0));
		CHECK(same(dist_t(z, INFINITY), dist_normal(z), 1e-15));
		CHECK(
		    same(dist_nct(z + 1, INFINITY, 1), dist_normal(z), 1e-12));
		for (size_t j = 0; j < LENGTH(shapes); j++)
			check_identities_of(z, shapes[j]);
	}
	for (size_t i = 0; i < LENGTH(shapes); i++)
		for (size_t j = 0; j < LENGTH(shapes); j++) {
			double a = shapes[i], b = shapes[j];

			CHECK(same(dist_beta(0.75, a, b),
			    turned(dist_beta(0.25, b, a)), 1e-15));
			CHECK(same(dist_f(4, a, b), turned(dist_f(0.25, b, a)),
			    2e-15));
		}
	CHECK(same(dist_f(3, 2, 10), dist_beta(0.375, 1, 5), 1e-15));
	CHECK(same(dist_f(0.25, 8, 2), dist_beta(0.5, 4, 1), 1e-15));
	CHECK(same(dist_f(4, 7, 12), turned(dist_f(0.25, 12, 7)), 1e-15));
}

static void
check_closed_forms(void)
{
	for (size_t i = 0; i < LENGTH(places); i++) {
		double x = places[i], y = sqrt(2 + x * x);

		CHECK(check_error(dist_chi2(2 * x, 2).upper, exp(-x)) < 5e-16);
		CHECK(check_error(dist_gamma(x, 1).lower, -expm1(-x)) < 1e-15);
		CHECK(check_error(dist_gamma(x, 2).upper, exp(-x) * (1 + x)) <
		      1e-15);
		CHECK(x >= 1 || check_error(dist_gamma_lower_quantile(x, 1),
				    -log1p(-x)) < 1e-15);
		CHECK(
		    check_error(dist_t(x, 1).upper, atan2(1, x) / PI) < 1e-15);
		CHECK(
		    check_error(dist_t(x, 2).upper, 1 / (y * (y + x))) < 1e-15);
		CHECK(check_error(dist_f(x, 2, 2).upper, 1 / (1 + x)) < 1e-15);
		CHECK(check_error(dist_beta(0.375, x, 1).lower, pow(0.375, x)) <
		      2e-15);
	}
	CHECK(check_error(dist_t(1e300, 1).upper, 1e-300 / PI) < 1e-15);
	CHECK(
	    check_error(dist_t_upper_quantile(1e-300, 1), 1e300 / PI) < 1e-15);
	CHECK(
	    check_error(dist_t_lower_quantile(1e-300, 1), -1e300 / PI) < 1e-15);
	CHECK(check_error(dist_f_upper_quantile(1e-300, 2, 2), 1e300) < 1e-15);
	CHECK(check_error(dist_chi2_upper_quantile(0.5, 2),
		  1.3862943611198906) < 5e-16);
}

/* A binomial tail as the sum of its probabilities, from the smallest. */
static double
binomial_sum(int k, int n, double p)
{
	double term = pow(1 - p, n), sum = 0;

	for (int j = 0; j <= k; j++) {
		sum += term;
		term *= (n - j) / (j + 1.) * (p / (1 - p));
	}
	return sum;
}

static double
poisson_sum(int k, double mean)
{
	double term = exp(-mean), sum = 0;

	for (int j = 0; j <= k; j++) {
		sum += term;
		term *= mean / (j + 1);
	}
	return sum;
}

/* The least k by its definition. */
static void
check_binomial_quantile(double q, double n, double p)
{
	double k = dist_binomial_lower_quantile(q, n, p);
	double m = dist_binomial_upper_quantile(q, n, p);

	CHECK_MSG(dist_binomial(k, n, p).lower >= q &&
		      !(dist_binomial(k - 1, n, p).lower >= q),
	    "%g is not the lower quantile of %g, %g, %g", k, q, n, p);
	CHECK_MSG(dist_binomial(m, n, p).upper <= q &&
		      !(dist_binomial(m - 1, n, p).upper <= q),
	    "%g is not the upper quantile of %g, %g, %g", m, q, n, p);
}

static void
check_binomial(void)
{
	static const double qs[] = {1e-300, 1e-9, 0.025, 0.3, 0.45};
	static const double ns[] = {1, 2, 17, 1000, 1e7, 1e15};

	for (int k = 0; k < 40; k++) {
		struct dist_tails t = dist_binomial(k, 40, 0.3125);

		CHECK(
		    check_error(t.lower, binomial_sum(k, 40, 0.3125)) < 1e-14);
		CHECK(same(turned(t), dist_beta(0.3125, k + 1, 40 - k), 1e-15));
		CHECK(check_error(dist_gamma(12.5, k + 1).upper,
			  poisson_sum(k, 12.5)) < 1e-14);
	}
	/* (3/4)^n and (1/4)^n, both of which are 0 as doubles. */
	CHECK(check_error(dist_binomial_log(0, 5000, 0.25).lower,
		  5000 * log(0.75)) < 1e-15);
	CHECK(check_error(dist_binomial_log(4999, 5000, 0.25).upper,
		  5000 * log(0.25)) < 1e-15);
	CHECK(same(dist_binomial(7.9, 20, 0.5), dist_binomial(7, 20, 0.5), 0));
	CHECK(dist_binomial(-1, 20, 0.5).upper == 1);
	CHECK(dist_binomial(20, 20, 0.5).lower == 1);
	CHECK(dist_binomial(0, 20, 0).lower == 1);
	CHECK(dist_binomial(19, 20, 1).upper == 1);
	CHECK(isnan(dist_binomial(1, 2.5, 0.5).lower));
	CHECK(isnan(dist_binomial(1, 2, 1.5).lower));
	for (size_t i = 0; i < LENGTH(ns); i++)
		for (size_t j = 0; j < LENGTH(qs); j++)
			for (double p = 0.001; p < 1; p += 0.111)
				check_binomial_quantile(qs[j], ns[i], p);
}

/* The tails at the quantile are those asked for, but for what rounding x
 * changes, which the condition tells. */
static void
check_inverse(char name, double p, double a, double b)
{
	double v[3] = {p, a, b}, x = quantile(name, v);
	double got = tail_at(name, x, v);

	/* Beyond the range of doubles, or where they are too coarse. */
	if (fabs(x) < DBL_MIN || isinf(x) || (name == 'B' && x > 1 - 1e-12))
		return;
	CHECK_MSG(
	    check_error(got, p) <= 2e-15 + DBL_EPSILON / condition(name, x, v),
	    "%c: tail %.17g for %.17g at %.17g (%g, %g)", name, got, p, x, a,
	    b);
}

static void
check_inverses(void)
{
	static const double ps[] = {1e-300, 3e-200, 1e-40, 1e-9, 0.01, 0.3,
	    0.4999999, 0.5, 0.5000001, 0.7, 0.99, 0.9999999999};

	for (size_t i = 0; i < LENGTH(ps); i++) {
		check_inverse('N', ps[i], 0, 0);
		for (size_t j = 0; j < LENGTH(shapes); j++) {
			check_inverse('T', ps[i], shapes[j], 0);
			check_inverse('C', ps[i], shapes[j], 0);
			check_inverse('G', ps[i], shapes[j], 0);
			CHECK(2 * dist_gamma_lower_quantile(ps[i], shapes[j]) ==
			      dist_chi2_lower_quantile(ps[i], 2 * shapes[j]));
			for (size_t k = 0; k < LENGTH(shapes); k++) {
				check_inverse('F', ps[i], shapes[j], shapes[k]);
				check_inverse('B', ps[i], shapes[j], shapes[k]);
			}
		}
	}
	for (double p = 1e-12; p < 1; p += 0.0625) {
		double x = dist_nct_lower_quantile(p, 12.5, 3);

		CHECK(check_error(dist_nct(x, 12.5, 3).lower, p) < 1e-10);
		x = dist_nct_upper_quantile(p, 1.5, -20);
		CHECK(check_error(dist_nct(x, 1.5, -20).upper, p) < 1e-10);
	}
	/* Next to the root the secants leave the bracket. */
	CHECK(check_error(
		  dist_nct(dist_nct_lower_quantile(0.2, 5, 1), 5, 1).lower,
		  0.2) < 1e-12);
}

/* With a large ncp t is ncp / s, and without one it is Student's. */
static void
check_nct_limits(void)
{
	static const double dfs[] = {0.25, 2.5, 5, 12.5, 70};

	for (size_t i = 0; i < LENGTH(dfs); i++) {
		double df = dfs[i], x;

		CHECK(check_error(dist_nct(9e10, df, 5.49e11).lower,
			  dist_chi2(df * 6.1 * 6.1, df).upper) < 1e-12);
		CHECK(check_error(dist_nct_log(0x1p200, df, 0x1p34).upper,
			  dist_chi2_log(df * 0x1p-332, df).lower) < 1e-12);
		CHECK(fabs(dist_nct_lower_quantile(0.5, df, 0)) < 1e-15);
		CHECK(fabs(dist_nct_upper_quantile(0.5, df, 0)) < 1e-15);
		x = dist_nct_lower_quantile(1e-11, df, 66);
		CHECK(check_error(dist_nct(x, df, 66).lower, 1e-11) < 1e-10);
		x = dist_nct_upper_quantile(0.22, df + 6000, -3770);
		CHECK(check_error(dist_nct(x, df + 6000, -3770).upper, 0.22) <
		      1e-10);
	}
	for (double z = 1e5; z < 1e11; z *= 2)
		CHECK(check_error(dist_nct_log(0, 5, z).lower,
			  dist_normal_log(-z).lower) < 1e-12);
	for (double p = 0.0625; p < 1; p += 0.0625)
		CHECK(check_error(dist_nct_lower_quantile(p, INFINITY, 3) - 3,
			  dist_normal_lower_quantile(p)) < 1e-12);
	CHECK(dist_nct_upper_quantile(1e-9, 0.01, 1) == INFINITY);
	CHECK(dist_nct_lower_quantile(1e-9, 0.01, 1) == -INFINITY);
}

/* Laws with two of their numbers, of which the first crosses a seam. */

static struct dist_tails
normal_by_z(double z, double other)
{
	(void)other;
	return dist_normal(z);
}

static struct dist_tails
gamma_by_shape(double shape, double x)
{
	return dist_gamma(x, shape);
}

static struct dist_tails
small_beta_by_x(double x, double b)
{
	return dist_beta(x, 0.3, b);
}

static struct dist_tails
beta_by_shape(double a, double b)
{
	return dist_beta(0.25, a, b);
}

static struct dist_tails
half_beta_by_x(double x, double a)
{
	return dist_beta(x, a, 0.5);
}

/* Where another method takes over at v, the step from below v is that from v
 * on, but for rounding. */
static void
check_seam(
    struct dist_tails (*at)(double v, double other), double v, double other)
{
	double step = v * 0x1p-45;
	struct dist_tails t[3] = {
	    at(v - step, other), at(v, other), at(v + step, other)};
	double lower = t[0].lower - 2 * t[1].lower + t[2].lower;
	double upper = t[0].upper - 2 * t[1].upper + t[2].upper;

	CHECK_MSG(fabs(lower) <= 3e-15 * t[1].lower &&
		      fabs(upper) <= 3e-15 * t[1].upper,
	    "a step of %g and %g at %g, %g", lower / t[1].lower,
	    upper / t[1].upper, v, other);
}

static void
check_seams(void)
{
	static const double others[] = {0.3, 0.5, 3, 15, 60, 400};

	/* The pieces of the normal tail. */
	check_seam(normal_by_z, 4. / 3, 0);
	check_seam(normal_by_z, 20. / 3, 0);
	for (size_t i = 0; i < LENGTH(others); i++) {
		double b = others[i];

		check_seam(dist_gamma, 0.5, b);
		check_seam(dist_gamma, b, b);
		/* Where u - log(1 + u) = 0.15 for x = b (1 + u). */
		check_seam(dist_gamma, b * 0.5473703487747996, b);
		check_seam(dist_gamma, b * 1.6519662376045774, b);
		check_seam(gamma_by_shape, 0.5, b);
		check_seam(gamma_by_shape, 24, b);
		check_seam(small_beta_by_x, 0.5, b);
		check_seam(small_beta_by_x, fmin(1 / b, 0.25), b);
		check_seam(beta_by_shape, 0.5, b);
		check_seam(half_beta_by_x, 0.5, b);
		if (b > 24)
			check_seam(beta_by_shape, 24 * b / (b - 24), b);
	}
}

static void
check_logs_of_tails(void)
{
	for (size_t i = 0; i < LENGTH(places); i++)
		for (size_t j = 0; j < LENGTH(shapes); j++) {
			double x = places[i], a = shapes[j];
			struct dist_tails t = dist_gamma(x, a);
			struct dist_tails l = dist_gamma_log(x, a);

			if (t.upper > 1e-300)
				CHECK(
				    check_error(exp(l.upper), t.upper) < 3e-13);
			if (t.lower > 1e-300)
				CHECK(
				    check_error(exp(l.lower), t.lower) < 3e-13);
			CHECK(l.lower <= 0 && l.upper <= 0);
		}
	/* Leading terms: x^a / Gamma(a + 1), and the power of a t tail. */
	CHECK(check_error(dist_gamma_log(1e-300, 10).lower,
		  -690.7755278982137 * 10 - 15.104412573075516) < 1e-15);
	CHECK(check_error(dist_t_log(1e300, 3).upper,
		  -690.7755278982137 * 3 + log(2 * sqrt(3) / PI)) < 1e-15);
	CHECK(check_error(dist_nct_log(0, 5, 60).lower,
		  dist_normal_log(-60).lower) < 1e-12);
	CHECK(check_error(dist_nct_log(0, 5, 1e9).lower,
		  dist_normal_log(-1e9).lower) < 1e-12);
	CHECK(check_error(dist_nct_log(1e200, 3, 0).upper,
		  dist_t_log(1e200, 3).upper) < 1e-12);
}

/* Ends of the domains, and what is beyond. */
static void
check_ends(void)
{
	static const double ends[] = {0, 5e-324, DBL_MIN, 1e-100, 1e-9, 0.5, 1,
	    10, 1e9, 1e100, DBL_MAX, INFINITY, NAN, -1, -DBL_MAX, -INFINITY};

	for (size_t i = 0; i < LENGTH(ends); i++)
		for (size_t j = 0; j < LENGTH(ends); j++)
			for (size_t k = 0; k < LENGTH(ends); k++) {
				double x = ends[i], a = ends[j], b = ends[k];
				struct dist_tails t[] = {dist_t(x, a),
				    dist_chi2(x, a), dist_gamma(x, a),
				    dist_f(x, a, b), dist_beta(x, a, b)};

				for (size_t l = 0; l < LENGTH(t); l++) {
					bool valid = !isnan(x) && a > 0 &&
						     (l < 3 || b > 0);
					double sum = t[l].lower + t[l].upper;

					CHECK_MSG(valid ? fabs(sum - 1) < 1e-15
							: isnan(sum),
					    "law %zu (%g, %g, %g): %g %g", l, x,
					    a, b, t[l].lower, t[l].upper);
				}
			}
	CHECK(dist_normal(INFINITY).upper == 0);
	CHECK(dist_normal(-INFINITY).lower == 0);
	CHECK(isnan(dist_normal(NAN).lower));
	CHECK(isnan(dist_nct(1, -1, 0).lower) &&
	      isnan(dist_nct(1, 1, NAN).lower));
	CHECK(dist_nct(INFINITY, 3, 1).upper == 0);
	CHECK(dist_normal_lower_quantile(0) == -INFINITY);
	CHECK(dist_t_upper_quantile(0, 3) == INFINITY);
	CHECK(dist_chi2_lower_quantile(0, 3) == 0);
	CHECK(dist_beta_upper_quantile(0, 3, 4) == 1);
	CHECK(dist_f_lower_quantile(0, 3, 4) == 0);
	CHECK(dist_f_upper_quantile(0, 3, 4) == INFINITY);
	CHECK(dist_nct_lower_quantile(0, 3, 1) == -INFINITY);
	CHECK(dist_nct_upper_quantile(0, 3, 1) == INFINITY);
	CHECK(isnan(dist_normal_lower_quantile(1.5)));
	CHECK(isnan(dist_gamma_lower_quantile(1.5, 3)));
	CHECK(isnan(dist_chi2_upper_quantile(0.5, 0)));
	CHECK(isnan(dist_t_lower_quantile(-0.1, 3)));
	CHECK(isnan(dist_f_lower_quantile(0.5, 0, 3)));
	CHECK(isnan(dist_beta_lower_quantile(0.5, NAN, 3)));
	CHECK(isnan(dist_binomial_lower_quantile(0.5, 2.5, 0.5)));
	CHECK(isnan(dist_nct_lower_quantile(0.5, 0, 1)));
	CHECK(dist_normal_lower_quantile(0.5) == 0);
	CHECK(dist_t_lower_quantile(0.5, 3) == 0);
}

int
main(void)
{
	for (size_t i = 0; i < LENGTH(tables); i++)
		check_table(&tables[i]);
	check_logs();
	check_quantiles();
	check_identities();
	check_closed_forms();
	check_binomial();
	check_inverses();
	check_nct_limits();
	check_seams();
	check_logs_of_tails();
	check_ends();
	return check_end();
}
