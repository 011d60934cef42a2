/* SPDX-License-Identifier: MIT */
/*
 * Against scipy, over the tables of tests/ref/scipy/; against exact fractions
 * where scipy's own arithmetic does not suffice; and where nothing is defined.
 */
#include <stdlib.h>
#include <string.h>

#include "common/dist.h"
#include "common/infer.h"
#include "tests/unit/check.h"

/* What a table of tests/ref/scipy/ ends with. */
struct want {
	double statistic, df, p_value, log10_p;
	double diff, diff_low, diff_high, lift, lift_low, lift_high;
};

enum { WANTED = sizeof(struct want) / sizeof(double), FIELDS = 32 };

static struct infer_level level;

/* Cut a line into fields, and read all but the first as numbers; an empty one
 * is NaN.  Returns how many there are. */
static int
read_row(FILE *f, char line[512], double numbers[FIELDS])
{
	int n = 0;
	char *p = line;

	if (fgets(line, 512, f) == NULL)
		return 0;
	line[strcspn(line, "\n")] = '\0';
	while (p != NULL && n < FIELDS) {
		char *end = strchr(p, '\t');

		if (end != NULL)
			*end++ = '\0';
		numbers[n++] = *p != '\0' ? strtod(p, NULL) : NAN;
		p = end;
	}
	return n;
}

static enum infer_test
test_named(const char *name)
{
	int i = 0;

	while (infer_tests[i] != NULL && strcmp(infer_tests[i], name) != 0)
		i++;
	CHECK_MSG(infer_tests[i] != NULL, "no test %s", name);
	return (enum infer_test)i;
}

/* An end of an interval is as exact as its width. */
static double
end_error(double got, double want, double middle)
{
	if (isnan(want))
		return isnan(got) ? 0 : INFINITY;
	return fabs(got - want) / fabs(want - middle);
}

static void
check_result(const struct infer *r, const struct want *w, const char *what)
{
	const double limit = 1e-12;

	CHECK_MSG(check_error(r->statistic, w->statistic) < limit,
	    "%s: statistic %.17g, not %.17g", what, r->statistic, w->statistic);
	CHECK_MSG(
	    isnan(w->df) ? isnan(r->df) : check_error(r->df, w->df) < limit,
	    "%s: df %.17g, not %.17g", what, r->df, w->df);
	CHECK_MSG(check_error(r->p_value, w->p_value) < limit,
	    "%s: p %.17g, not %.17g", what, r->p_value, w->p_value);
	CHECK_MSG(check_error(r->log10_p, w->log10_p) < limit,
	    "%s: log10 p %.17g, not %.17g", what, r->log10_p, w->log10_p);
	CHECK_MSG(check_error(r->diff, w->diff) < limit, "%s: diff %.17g", what,
	    r->diff);
	CHECK_MSG(check_error(r->lift, w->lift) < limit, "%s: lift %.17g", what,
	    r->lift);
	CHECK_MSG(end_error(r->diff_low, w->diff_low, w->diff) < limit &&
		      end_error(r->diff_high, w->diff_high, w->diff) < limit,
	    "%s: diff from %.17g to %.17g", what, r->diff_low, r->diff_high);
	CHECK_MSG(end_error(r->lift_low, w->lift_low, w->lift) < limit &&
		      end_error(r->lift_high, w->lift_high, w->lift) < limit,
	    "%s: lift from %.17g to %.17g", what, r->lift_low, r->lift_high);
}

static void
test_scipy(const char *path, int arguments,
    struct infer (*run)(enum infer_test, const double *))
{
	FILE *f = fopen(path, "r");
	char line[512], what[640];
	double x[FIELDS];
	int rows = 0;

	CHECK_MSG(f != NULL, "cannot open %s", path);
	if (f == NULL)
		return;
	read_row(f, line, x);
	while (read_row(f, line, x) == 1 + arguments + WANTED) {
		struct infer r = run(test_named(line), x + 1);
		struct want w;

		memcpy(&w, x + 1 + arguments, sizeof(w));
		snprintf(
		    what, sizeof(what), "%s row %d, %s", path, ++rows, line);
		check_result(&r, &w, what);
	}
	CHECK_MSG(feof(f) && rows > 10, "%s: %d rows", path, rows);
	fclose(f);
}

static struct infer
run_shares(enum infer_test test, const double *x)
{
	return infer_shares(test,
	    (struct infer_share){(uint64_t)x[0], (uint64_t)x[1]},
	    (struct infer_share){(uint64_t)x[2], (uint64_t)x[3]}, level);
}

static struct infer
run_means(enum infer_test test, const double *x)
{
	return infer_means(test,
	    (struct infer_sample){(uint64_t)x[0], x[1], x[2]},
	    (struct infer_sample){(uint64_t)x[3], x[4], x[5]}, x[4] - x[1],
	    level);
}

/* By exact fractions, and erfc(sqrt(chi2 / 2)) with 50 digits. */
static void
test_counts(void)
{
	const uint64_t most = UINT64_C(1) << 53, third = most / 3;
	const struct {
		struct infer_share control, treatment;
		double yates, yates_p, chi2, chi2_p, diff, lift;
	} cases[] = {
	    {{2500, 272}, {2500, 303}, 1.768607221812822402,
		0.1835545402643722702, 1.88847948906902481,
		0.1693735199303684066, 0.0124, 0.1139705882352941176},
	    {{5000, 531}, {5000, 635}, 10.29955601913859247,
		0.00133062219531449635, 10.50051823008794572,
		0.001193410687317043938, 0.0208, 0.1958568738229755179},
	    {{most - 1, third}, {most, third + 12345679},
		0.03807348358900064568, 0.8452956573178385076,
		0.0380734897569059092, 0.8452956449450131576,
		1.370645671035693643e-9, 4.111937013107081386e-9},
	    {{most, most / 2}, {most - 11, most / 2 + 1},
		6.716849298982210865e-15, 0.9999999346082644997,
		9.381384558082589952e-15, 0.9999999227188580451,
		7.216449660063526326e-16, 1.443289932012705265e-15},
	    {{most - 1, most / 2}, {most - 3, most / 2 - 1}, 0, 1,
		2.736911063134410165e-48, 1, 1.232595164407831493e-32,
		2.465190328815662713e-32},
	    {{most, 1}, {most, most - 1}, 18014398509481972, 0,
		18014398509481976, 0, 0.999999999999999778, 9007199254740990},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct infer y = infer_shares(INFER_CHI2_YATES,
		    cases[i].control, cases[i].treatment, level);
		struct infer x = infer_shares(
		    INFER_CHI2, cases[i].control, cases[i].treatment, level);

		/* One rounding, and for the tail what dist.h promises. */
		CHECK(check_error(y.statistic, cases[i].yates) <= 0x1p-53);
		CHECK(check_error(x.statistic, cases[i].chi2) <= 0x1p-53);
		CHECK(check_error(y.p_value, cases[i].yates_p) < 1e-15);
		CHECK(check_error(x.p_value, cases[i].chi2_p) < 1e-15);
		CHECK(check_error(x.diff, cases[i].diff) <= 0x1p-53);
		CHECK(check_error(x.lift, cases[i].lift) <= 0x1p-53);
	}
}

/* What the notebook printed, to its digits: scipy's own p-values are within
 * 3e-14 of the exact ones. */
static void
test_notebook(void)
{
	struct infer r =
	    infer_shares(INFER_CHI2_YATES, (struct infer_share){2500, 272},
		(struct infer_share){2500, 303}, level);

	CHECK(r.statistic == 1.7686072218128224);
	CHECK(check_error(r.p_value, 0.18355454026436843) < 3e-14);
	CHECK(check_error(r.lift, 0.11397058823529416) < 1e-15);
	r = infer_shares(INFER_CHI2_YATES, (struct infer_share){5000, 531},
	    (struct infer_share){5000, 635}, level);
	CHECK(check_error(r.p_value, 0.0013306221953144962) < 1e-15);
}

/* With 50 digits. */
static void
test_log_tails(void)
{
	const struct {
		double t, df, tail, log10_tail;
	} cases[] = {{1e10, 100, 0, -901.09914565662640188},
	    {60, 5000, 0, -590.57970645460709485},
	    {45, 1000000, 0, -441.02959084398763892},
	    {2.5, 7, 0.040992218585752896889, -1.387298576109558709}};
	struct infer r;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t n = (uint64_t)cases[i].df / 2;
		uint64_t m = (uint64_t)cases[i].df + 2 - n;
		/* Both variances 1, and a difference that makes t. */
		double diff =
		    -cases[i].t * sqrt(1. / (double)n + 1. / (double)m);

		r = infer_means(INFER_STUDENT, (struct infer_sample){n, 1, 1},
		    (struct infer_sample){m, 1 + diff, 1}, diff, level);
		CHECK(r.df == cases[i].df);
		CHECK(check_error(r.statistic, cases[i].t) < 1e-15);
		CHECK(check_error(r.p_value, cases[i].tail) < 1e-14);
		CHECK(check_error(r.log10_p, cases[i].log10_tail) < 1e-14);
	}
	r = infer_shares(INFER_Z, (struct infer_share){900000000, 1000000},
	    (struct infer_share){100000000, 130000}, level);
	CHECK(r.p_value == 0);
	CHECK(check_error(r.log10_p, -619.5887334688661165) < 1e-15);
}

static void
test_signs(void)
{
	const struct infer_share a = {100, 10}, b = {120, 30};
	const struct infer_sample x = {10, 3, 1}, y = {20, 5, 2};
	struct infer r = infer_shares(INFER_Z, a, b, level);
	struct infer back = infer_shares(INFER_Z, b, a, level);
	struct infer chi2 = infer_shares(INFER_CHI2, a, b, level);

	CHECK(r.statistic < 0 && r.diff > 0 && r.lift > 0);
	CHECK(back.statistic == -r.statistic && back.diff == -r.diff);
	CHECK(back.diff_low == -r.diff_high && back.p_value == r.p_value);
	CHECK(isnan(r.df) && chi2.df == 1);
	CHECK(check_error(r.statistic * r.statistic, chi2.statistic) < 4e-16);
	CHECK(r.p_value == chi2.p_value);

	for (int test = INFER_STUDENT; test <= INFER_WELCH; test++) {
		r = infer_means((enum infer_test)test, x, y, 2, level);
		back = infer_means((enum infer_test)test, y, x, -2, level);
		CHECK(r.statistic < 0 && r.diff == 2 && r.lift == 2. / 3);
		CHECK(back.statistic == -r.statistic);
		CHECK(back.diff_low == -r.diff_high);
		CHECK(back.p_value == r.p_value && back.df == r.df);
	}
}

/* Yates takes no more than there is. */
static void
test_yates(void)
{
	struct infer r = infer_shares(INFER_CHI2_YATES,
	    (struct infer_share){10, 5}, (struct infer_share){11, 5}, level);

	CHECK(r.statistic == 0 && r.p_value == 1 && r.log10_p == 0);
	CHECK(r.diff_low < r.diff && r.diff < 0 && 0 < r.diff_high);
}

/* Whoever multiplies all values changes neither t nor the lift, not even
 * where the squares are out of range. */
static void
test_units(void)
{
	const struct infer_sample x = {10, 3, 1}, y = {20, 5, 2};

	for (int test = INFER_STUDENT; test <= INFER_WELCH; test++) {
		struct infer r =
		    infer_means((enum infer_test)test, x, y, 2, level);

		for (int e = -1000; e <= 1000; e += 250) {
			double s = ldexp(1, e);
			struct infer q = infer_means((enum infer_test)test,
			    (struct infer_sample){10, 3 * s, s},
			    (struct infer_sample){20, 5 * s, 2 * s}, 2 * s,
			    level);

			CHECK(q.statistic == r.statistic && q.df == r.df);
			CHECK(q.p_value == r.p_value);
			CHECK(q.diff_low == r.diff_low * s);
			CHECK(q.lift_low == r.lift_low);
			CHECK(q.lift_high == r.lift_high);
		}
	}
}

/* No statistic, and so no p-value and no freedom. */
static void
check_no_test(const struct infer *r)
{
	CHECK(isnan(r->statistic) && isnan(r->df));
	CHECK(isnan(r->p_value) && isnan(r->log10_p));
}

static void
test_shares_without(void)
{
	for (int test = INFER_CHI2_YATES; test <= INFER_Z; test++) {
		enum infer_test how = (enum infer_test)test;
		struct infer r = infer_shares(how, (struct infer_share){0, 0},
		    (struct infer_share){5, 2}, level);

		check_no_test(&r);
		CHECK(isnan(r.diff) && isnan(r.diff_low) && isnan(r.lift));
		/* All no, all yes: a difference of 0, of no known error. */
		r = infer_shares(how, (struct infer_share){4, 0},
		    (struct infer_share){5, 0}, level);
		check_no_test(&r);
		CHECK(r.diff == 0 && isnan(r.diff_low) && isnan(r.lift));
		r = infer_shares(how, (struct infer_share){4, 4},
		    (struct infer_share){5, 5}, level);
		check_no_test(&r);
		CHECK(r.diff == 0 && isnan(r.diff_high) && r.lift == 0);
		CHECK(isnan(r.lift_low));
		/* None against all: a test, but not Wald's interval. */
		r = infer_shares(how, (struct infer_share){4, 0},
		    (struct infer_share){5, 5}, level);
		CHECK(r.p_value > 0 && r.p_value < 0.05 && r.diff == 1);
		CHECK(isnan(r.diff_low) && isnan(r.lift));
		/* One each. */
		r = infer_shares(how, (struct infer_share){1, 1},
		    (struct infer_share){1, 0}, level);
		CHECK(r.p_value > 0.1 && r.p_value <= 1 && r.lift == -1);
	}
}

static void
test_means_without(void)
{
	const struct infer_sample none = {0, NAN, NAN}, one = {1, 2, NAN},
				  still = {5, 2, 0}, some = {3, 4, 1},
				  negative = {3, -4, 1}, zero = {3, 0, 1};

	for (int test = INFER_STUDENT; test <= INFER_WELCH; test++) {
		enum infer_test how = (enum infer_test)test;
		struct infer r = infer_means(how, none, some, NAN, level);

		check_no_test(&r);
		CHECK(isnan(r.diff) && isnan(r.diff_low) && isnan(r.lift));
		r = infer_means(how, one, one, 0, level);
		check_no_test(&r);
		CHECK(r.diff == 0 && isnan(r.diff_low) && r.lift == 0);
		r = infer_means(how, still, still, 0, level);
		check_no_test(&r);
		CHECK(isnan(r.diff_low) && r.lift == 0 && isnan(r.lift_low));
		r = infer_means(
		    how, still, (struct infer_sample){5, 3, 0}, 1, level);
		check_no_test(&r);
		CHECK(r.diff == 1 && isnan(r.diff_low) && r.lift == 0.5);
		r = infer_means(how, still, some, 2, level);
		CHECK(r.p_value > 0 && r.p_value < 1 && r.lift_low < 1);
		r = infer_means(how, negative, some, 8, level);
		CHECK(r.p_value < 0.01 && r.diff_low > 0 && isnan(r.lift) &&
		      isnan(r.lift_low) && isnan(r.lift_high));
		r = infer_means(how, zero, some, 4, level);
		CHECK(r.p_value < 0.01 && isnan(r.lift) && isnan(r.lift_low));
		/* An interval beyond all doubles. */
		r = infer_means(how, (struct infer_sample){2, 0, 1.7e308},
		    (struct infer_sample){2, 0, 1.7e308}, 0, level);
		CHECK(
		    r.p_value == 1 && isnan(r.diff_low) && isnan(r.diff_high));
	}
	/* Student's needs a variance from one arm, Welch's from both. */
	struct infer r = infer_means(INFER_STUDENT, one, some, 2, level);

	CHECK(r.df == 2 && r.p_value > 0 && r.diff_low < 2);
	CHECK(r.lift == 1 && isnan(r.lift_low));
	/* A standard error beyond all doubles. */
	r = infer_means(
	    INFER_STUDENT, one, (struct infer_sample){2, 2, 1.7e308}, 0, level);
	check_no_test(&r);
	r = infer_means(INFER_WELCH, one, some, 2, level);
	check_no_test(&r);
	CHECK(r.diff == 2 && isnan(r.diff_low) && r.lift == 1);
}

/* The reach of an interval is the quantile of t, which comes from a series
 * where there are many degrees of freedom, times the standard error. */
static void
test_reach(void)
{
	static const double alphas[] = {
	    0.99, 0.5, 0.1, 0.05, 0.01, 1e-6, 1e-30, 1e-200};

	for (size_t i = 0; i < sizeof alphas / sizeof alphas[0]; i++)
		for (uint64_t n = 20; n < UINT64_C(1) << 52; n += n / 7) {
			struct infer_sample one = {n, 0, 1};
			struct infer r = infer_means(
			    INFER_STUDENT, one, one, 0, infer_level(alphas[i]));
			double t = dist_t_upper_quantile(
			    alphas[i] / 2, 2 * (double)n - 2);

			CHECK_MSG(check_error(r.diff_high,
				      t * sqrt(2 / (double)n)) < 1e-15,
			    "alpha %g, n %g", alphas[i], (double)n);
		}
}

int
main(void)
{
	level = infer_level(0.05);
	CHECK(check_error(level.z, 1.959963984540054) < 1e-15);
	test_scipy("tests/ref/scipy/shares.tsv", 4, run_shares);
	test_scipy("tests/ref/scipy/means.tsv", 6, run_means);
	test_counts();
	test_notebook();
	test_log_tails();
	test_signs();
	test_yates();
	test_units();
	test_shares_without();
	test_means_without();
	test_reach();
	return check_end();
}
