/* SPDX-License-Identifier: MIT */
/*
 * Proportions.  With x of n in each arm, N = n1 + n2 in all, s with and f
 * without, every cell of the two-by-two table is |D|/N away from what is
 * expected of it, D = x1 n2 - x2 n1, and the chi-square is
 *
 *	N D^2 / (n1 n2 s f).
 *
 * Yates (Contingency tables involving small numbers and the chi-square test,
 * Suppl. J. R. Stat. Soc. 1, 1934) takes 1/2 from that distance, though not
 * more than there is of it, which makes |D| into |D| - N/2.  The z statistic
 * with the pooled variance is the root of the first.  D is the difference of
 * two products that may be nearly equal and as large as 2^106, so that it is
 * formed from sums of two doubles and only the quotient is rounded.
 *
 * Means.  Student's t with the pooled variance, and Welch's (The
 * generalization of "Student's" problem when several different population
 * variances are involved, Biometrika 34, 1947) with Satterthwaite's degrees
 * of freedom.  All is computed in units of the larger standard deviation, for
 * its square need not be a number that a double can hold.
 *
 * Their intervals need the quantile of t, which for many degrees of freedom is
 * that of the normal distribution and a series in 1/df, with terms that are
 * the same for all tests of one level (Fisher and Cornish, The percentile
 * points of distributions having known cumulants, Technometrics 2, 1960; the
 * first are Abramowitz and Stegun 26.7.5).  From df = 100 (z^2 + 3) on, five
 * terms have a relative error below 2e-17.
 *
 * Lift.  By the delta method (Casella and Berger, Statistical Inference, 2nd
 * edition, 5.5.4) the variance of m2/m1 is v2/m1^2 + m2^2 v1/m1^4, with v the
 * variances of the means.  Each arm brings its own also where the test pools:
 * a treatment that multiplies all values multiplies their deviation too.
 */
#include "common/infer.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/dd.h"
#include "common/dist.h"
#include "common/elementary.h"

const char *const infer_tests[] = {
    [INFER_CHI2_YATES] = "chi2-yates",
    [INFER_CHI2] = "chi2",
    [INFER_Z] = "z",
    [INFER_STUDENT] = "student",
    [INFER_WELCH] = "welch",
    NULL,
};

#define LN2 0.69314718055994530942
#define PI 3.14159265358979323846
#define LN10 2.30258509299404568402

/* The series of the quantile of t: df^-(k+1) has the factor z (a[0] + a[1] z^2
 * + a[2] z^4 + ...) / divisor. */
static const struct {
	double divisor, a[INFER_TERMS + 1];
} terms[INFER_TERMS] = {
    {4, {1, 1}},
    {96, {3, 16, 5}},
    {384, {-15, 17, 19, 3}},
    {92160, {-945, -1920, 1482, 776, 79}},
    {368640, {17955, -765, -1782, 930, 339, 27}},
};

struct infer_level
infer_level(double alpha)
{
	double z = dist_normal_upper_quantile(alpha / 2);
	struct infer_level level = {
	    .alpha = alpha, .z = z, .t_series = 100 * (z * z + 3)};

	for (int k = 0; k < INFER_TERMS; k++) {
		double sum = 0;

		for (int i = INFER_TERMS; i >= 0; i--)
			sum = sum * (z * z) + terms[k].a[i];
		level.t[k] = z * sum / terms[k].divisor;
	}
	return level;
}

static double
t_quantile(const struct infer_level *level, double df)
{
	double sum = 0;

	if (!(df >= level->t_series))
		return dist_t_upper_quantile(level->alpha / 2, df);
	for (int k = INFER_TERMS; k-- > 0;)
		sum = (level->t[k] + sum) / df;
	return level->z + sum;
}

static struct infer
undefined(void)
{
	return (struct infer){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

/* The interval of what is reach either side of its middle.  Where nothing
 * varies a reach of 0 does not mean certainty, and there is none. */
static void
set_interval(double *low, double *high, double middle, double reach)
{
	if (!(reach > 0 && isfinite(reach)))
		return;
	*low = middle - reach;
	*high = middle + reach;
}

static void
set_lift(struct infer *r, struct infer_sample control,
    struct infer_sample treatment, double lift, double quantile)
{
	double unit = larger(control.sd, treatment.sd);
	double a = control.sd / unit, b = treatment.sd / unit;
	double ratio = treatment.mean / control.mean;

	if (!(control.mean > 0))
		return;
	r->lift = lift;
	set_interval(&r->lift_low, &r->lift_high, lift,
	    quantile * (unit / control.mean) *
		sqrt(b * b / (double)treatment.n +
		     ratio * ratio * (a * a / (double)control.n)));
}

/* The sample of zeros and ones, with the deviation that has divisor n. */
static struct infer_sample
sample_of(struct infer_share s)
{
	double n = (double)s.n, yes = (double)s.yes;

	return (struct infer_sample){s.n, yes / n, sqrt(yes * (n - yes)) / n};
}

/* D, with the sign of treatment - control. */
static struct dd
contrast(struct infer_share control, struct infer_share treatment)
{
	return dd_add(dd_product((double)treatment.yes, (double)control.n),
	    dd_product((double)control.yes, -(double)treatment.n));
}

/* NaN if the table has an empty margin. */
static struct dd
chi_square(struct infer_share control, struct infer_share treatment, bool yates)
{
	double n1 = (double)control.n, yes1 = (double)control.yes;
	double n2 = (double)treatment.n, yes2 = (double)treatment.yes;
	struct dd n = dd_sum(n1, n2), yes = dd_sum(yes1, yes2);
	struct dd no = dd_sum(n1 - yes1, n2 - yes2);
	struct dd d = contrast(control, treatment);

	if (yes.hi == 0 || no.hi == 0)
		return dd_of(NAN);
	if (d.hi < 0)
		d = dd_neg(d);
	if (yates)
		d = dd_sub(d, (struct dd){n.hi / 2, n.lo / 2});
	if (d.hi < 0)
		return dd_of(0);
	return dd_div(dd_mul(n, dd_mul(d, d)),
	    dd_mul(dd_product(n1, n2), dd_mul(yes, no)));
}

/* The p-value of a chi-square with one degree of freedom.  What the rounded
 * statistic lacks is made up for with the density, the slope of the tail. */
static void
set_chi_square(struct infer *r, struct dd chi2)
{
	double x = chi2.hi;

	r->statistic = x;
	r->df = 1;
	r->p_value = dist_chi2(x, 1).upper;
	if (x > 0)
		r->p_value -=
		    chi2.lo * elementary_exp(-x / 2) / sqrt(2 * PI * x);
	r->log10_p = r->p_value > DBL_MIN ? elementary_log(r->p_value) / LN10
					  : dist_chi2_log(x, 1).upper / LN10;
}

struct infer
infer_shares(enum infer_test test, struct infer_share control,
    struct infer_share treatment, struct infer_level level)
{
	struct infer r = undefined();
	struct infer_sample c = sample_of(control), t = sample_of(treatment);
	struct dd d = contrast(control, treatment), chi2;

	if (control.n == 0 || treatment.n == 0)
		return r;
	r.diff =
	    dd_div(d, dd_product((double)control.n, (double)treatment.n)).hi;
	set_interval(&r.diff_low, &r.diff_high, r.diff,
	    level.z *
		sqrt(c.sd * c.sd / (double)c.n + t.sd * t.sd / (double)t.n));
	set_lift(&r, c, t,
	    dd_div(d, dd_product((double)control.yes, (double)treatment.n)).hi,
	    level.z);
	chi2 = chi_square(control, treatment, test == INFER_CHI2_YATES);
	if (isnan(chi2.hi))
		return r;
	set_chi_square(&r, chi2);
	if (test == INFER_Z) {
		r.statistic = copysign(sqrt(chi2.hi), -r.diff);
		r.df = NAN;
	}
	return r;
}

/* The standard error of the difference of two means, and its freedom. */
struct error {
	double se, df;
};

/* An arm of one number counts, though it tells nothing of the variance. */
static struct error
student(struct infer_sample control, struct infer_sample treatment)
{
	double n1 = (double)control.n, n2 = (double)treatment.n;
	double sd1 = control.n > 1 ? control.sd : 0;
	double sd2 = treatment.n > 1 ? treatment.sd : 0;
	double unit = larger(sd1, sd2), a = sd1 / unit, b = sd2 / unit;
	double df = n1 + n2 - 2;
	double pooled = ((n1 - 1) * (a * a) + (n2 - 1) * (b * b)) / df;

	return (struct error){unit * sqrt(pooled * (1 / n1 + 1 / n2)), df};
}

static struct error
welch(struct infer_sample control, struct infer_sample treatment)
{
	double n1 = (double)control.n, n2 = (double)treatment.n;
	double unit = larger(control.sd, treatment.sd);
	double a = control.sd / unit, b = treatment.sd / unit;
	double v1 = a * a / n1, v2 = b * b / n2, v = v1 + v2;

	return (struct error){
	    unit * sqrt(v), v * v / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1))};
}

struct infer
infer_means(enum infer_test test, struct infer_sample control,
    struct infer_sample treatment, double diff, struct infer_level level)
{
	struct infer r = undefined();
	struct error e = test == INFER_WELCH ? welch(control, treatment)
					     : student(control, treatment);
	double t = -diff / e.se, quantile = NAN, tail;

	if (control.n == 0 || treatment.n == 0)
		return r;
	r.diff = diff;
	if (isfinite(t) && isfinite(e.se)) {
		quantile = t_quantile(&level, e.df);
		tail = dist_t(fabs(t), e.df).upper;
		r.statistic = t;
		r.df = e.df;
		r.p_value = 2 * tail;
		r.log10_p =
		    tail > DBL_MIN
			? elementary_log(r.p_value) / LN10
			: (dist_t_log(fabs(t), e.df).upper + LN2) / LN10;
	}
	set_interval(&r.diff_low, &r.diff_high, diff, quantile * e.se);
	set_lift(&r, control, treatment, diff / control.mean, quantile);
	return r;
}
