/* SPDX-License-Identifier: MIT */
#ifndef COMMON_DIST_H
#define COMMON_DIST_H

/*
 * Probability distributions: for each a function for both tails, one for
 * their natural logarithms, and the quantiles of either tail.
 *
 * lower is P(X <= x) and upper is P(X > x), each with a relative error of some
 * 1e-15 (noncentral t: 1e-12) however small it is; neither is one minus the
 * other where that would cost digits.  A logarithm stays good where the tail
 * itself underflows to 0.  _lower_quantile(p) is the x whose lower tail is p,
 * and _upper_quantile(p) the x whose upper tail is p, 0 <= p <= 1.
 *
 * All return NaN for a NaN, a parameter or a probability out of its range.
 * Degrees of freedom and shapes are > 0, need not be whole and may be infinite;
 * below 2^-400 and above 2^400 they count as these.  An x outside the support
 * has the tails 0 and 1.
 */

struct dist_tails {
	double lower, upper;
};

/* Mean 0, variance 1. */
struct dist_tails dist_normal(double z);
struct dist_tails dist_normal_log(double z);
double dist_normal_lower_quantile(double p);
double dist_normal_upper_quantile(double p);

/* Student's t. */
struct dist_tails dist_t(double t, double df);
struct dist_tails dist_t_log(double t, double df);
double dist_t_lower_quantile(double p, double df);
double dist_t_upper_quantile(double p, double df);

struct dist_tails dist_chi2(double x, double df);
struct dist_tails dist_chi2_log(double x, double df);
double dist_chi2_lower_quantile(double p, double df);
double dist_chi2_upper_quantile(double p, double df);

/* Gamma with scale 1. */
struct dist_tails dist_gamma(double x, double shape);
struct dist_tails dist_gamma_log(double x, double shape);
double dist_gamma_lower_quantile(double p, double shape);
double dist_gamma_upper_quantile(double p, double shape);

/* Snedecor's F, of a variance ratio with d1 over d2 degrees of freedom. */
struct dist_tails dist_f(double f, double d1, double d2);
struct dist_tails dist_f_log(double f, double d1, double d2);
double dist_f_lower_quantile(double p, double d1, double d2);
double dist_f_upper_quantile(double p, double d1, double d2);

struct dist_tails dist_beta(double x, double a, double b);
struct dist_tails dist_beta_log(double x, double a, double b);
double dist_beta_lower_quantile(double p, double a, double b);
double dist_beta_upper_quantile(double p, double a, double b);

/* Successes in n trials, n whole, 0 <= n <= 2^53, 0 <= p <= 1.  The quantiles
 * are the least whole k whose lower tail is at least q, and the least whose
 * upper tail is at most q. */
struct dist_tails dist_binomial(double k, double n, double p);
struct dist_tails dist_binomial_log(double k, double n, double p);
double dist_binomial_lower_quantile(double q, double n, double p);
double dist_binomial_upper_quantile(double q, double n, double p);

/* Noncentral t: (Z + ncp) / sqrt(chi2 / df), |ncp| <= 2^40; df below 2^-30 and
 * above 2^70 counts as these. */
struct dist_tails dist_nct(double t, double df, double ncp);
struct dist_tails dist_nct_log(double t, double df, double ncp);
double dist_nct_lower_quantile(double p, double df, double ncp);
double dist_nct_upper_quantile(double p, double df, double ncp);

#endif
