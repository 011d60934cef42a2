/* SPDX-License-Identifier: MIT */
/*
 * Identities between the distributions, and their limits.  tests/dist.bats
 * has the comparison with stored values.
 */
#include <float.h>

#include "common/dist.h"
#include "common/elementary.h"
#include "common/special.h"
#include "tests/unit/check.h"

#define NEAR(got, want, most)                                               \
	CHECK_MSG(check_error(got, want) <= (most), "%s: %.17g, not %.17g", \
	    #got, got, want)

static const double degrees[] = {0.5, 1, 2, 3, 7.5, 30, 1000, 1e6};
static const double places[] = {0.01, 0.5, 1, 1.5, 3, 8};

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
check_sums_of_densities(void)
{
	long double density = 1, sum = 0;

	/* Binomial: n choose k, times 3^k 7^(n - k) / 10^n. */
	for (int i = 0; i < 20; i++)
		density *= 0.75L;
	for (int k = 0; k <= 20; k++) {
		sum += density;
		NEAR(dist_binomial(k, 20, 0.25).lower, (double)sum, 1e-14);
		density *= (long double)(20 - k) / (k + 1) / 3;
	}
	/* Poisson: Q(k + 1, rate), DLMF 8.4.10. */
	density = expl(-3.5L);
	sum = 0;
	for (int k = 0; k <= 30; k++) {
		sum += density;
		NEAR(dist_gamma(3.5, k + 1).upper, (double)sum, 1e-14);
		density *= 3.5L / (k + 1);
	}
}

static void
check_relations(void)
{
	for (size_t i = 0; i < N(degrees); i++)
		for (size_t j = 0; j < N(places); j++) {
			double df = degrees[i], x = places[j];
			struct dist_tails t = dist_t(x, df);

			NEAR(2 * t.upper, dist_f(x * x, 1, df).upper, 8e-15);
			NEAR(dist_t(-x, df).lower, t.upper, 0);
			NEAR(dist_chi2(x, df).upper,
			    dist_gamma(x / 2, df / 2).upper, 0);
			NEAR(dist_chi2(x, df).lower,
			    dist_gamma(x / 2, df / 2).lower, 0);
			NEAR(dist_nct(x, df, 0).upper, t.upper, 1e-11);
			/* 1/F has the degrees of freedom exchanged. */
			NEAR(dist_f(2, df, 3).upper, dist_f(0.5, 3, df).lower,
			    8e-15);
			NEAR(t.lower + t.upper, 1., 3e-16);
		}
	for (int k = 0; k < 12; k++)
		NEAR(dist_binomial(k, 12, 0.375).lower,
		    dist_beta(0.625, 12 - k, k + 1).lower, 8e-15);
	/* F by beta, where the arguments of both have no rounding. */
	NEAR(dist_f(1, 2, 6).upper, dist_beta(0.75, 3, 1).lower, 8e-15);
	NEAR(dist_f(3, 5, 5).upper, dist_beta(0.25, 2.5, 2.5).lower, 8e-15);
	NEAR(dist_f(1, 9, 7).lower, dist_beta(0.5625, 4.5, 3.5).lower, 8e-15);
	for (size_t j = 0; j < N(places); j++)
		NEAR(dist_normal(places[j]).upper,
		    dist_normal(-places[j]).lower, 0);
}

static void
check_closed_forms(void)
{
	for (double x = 0.125; x < 700; x *= 1.5) {
		NEAR(dist_chi2(2 * x, 2).upper, elementary_exp(-x), 2e-15);
		NEAR(dist_chi2(2 * x, 2).lower, -elementary_expm1(-x), 2e-15);
		NEAR(dist_gamma_log(x, 1).upper, -x, 1e-15);
	}
	NEAR(dist_t(1, 1).upper, 0.25, 1e-15);
	NEAR(dist_beta(0.3, 1, 1).lower, 0.3, 1e-15);
	NEAR(special_erf(0.5) + special_erfc(0.5), 1., 3e-16);
	NEAR(special_log_gamma(5), elementary_log(24), 1e-15);
	NEAR(special_log_gamma(0.5), 0.57236494292470008707, 1e-15);
	NEAR(special_log_gamma(1), 0., 0);
	NEAR(special_log_gamma(2), 0., 0);
}

/* The relative error in p that x, rounded, may make: what its tail changes
 * by when x does. */
static double
slope_of(double (*tail_log)(double x, double par), double x, double par)
{
	double h = 1e-5;

	return fabs(tail_log(x * (1 + h), par) - tail_log(x * (1 - h), par)) /
	       (2 * h);
}

static double
log_normal(double x, double par)
{
	(void)par;
	return dist_normal_log(x).upper;
}

static double
log_t(double x, double df)
{
	return dist_t_log(x, df).upper;
}

static double
log_chi2(double x, double df)
{
	return dist_chi2_log(x, df).upper;
}

static void
check_inverse(double p)
{
	double x = dist_normal_upper_quantile(p);

	NEAR(dist_normal(x).upper, p,
	    8e-15 + DBL_EPSILON * slope_of(log_normal, x, 0));
	for (size_t i = 0; i < N(degrees); i++) {
		double df = degrees[i];

		x = dist_t_upper_quantile(p, df);
		if (isfinite(x))
			NEAR(dist_t(x, df).upper, p,
			    1e-14 + DBL_EPSILON * slope_of(log_t, x, df));
		else
			CHECK(df < 1); /* beyond the largest double */
		x = dist_chi2_upper_quantile(p, df);
		CHECK(isfinite(x) && x > 0);
		NEAR(dist_chi2(x, df).upper, p,
		    1e-14 + DBL_EPSILON * slope_of(log_chi2, x, df));
		CHECK(dist_f_upper_quantile(p, 3, df) > 0);
		/* p^(1/a) may be less than the smallest double. */
		CHECK(dist_beta_lower_quantile(p, df, 2) > 0 || df < 1);
		CHECK(dist_gamma_upper_quantile(p, df) > 0);
	}
}

static void
check_limits(void)
{
	CHECK(isnan(dist_t(NAN, 3).upper) && isnan(dist_t(1, 0).upper));
	CHECK(isnan(dist_t(1, -1).upper) && isnan(dist_chi2(1, NAN).lower));
	CHECK(
	    isnan(dist_f(1, 0, 1).upper) && isnan(dist_beta(0.5, -1, 1).lower));
	CHECK(isnan(dist_normal_upper_quantile(-0.5)));
	CHECK(isnan(dist_normal_upper_quantile(1.5)));
	CHECK(dist_t(INFINITY, 3).upper == 0 && dist_t(INFINITY, 3).lower == 1);
	CHECK(dist_t(-INFINITY, 3).lower == 0 && dist_t(0, 3).lower == 0.5);
	CHECK(dist_chi2(0, 3).lower == 0 && dist_chi2(-1, 3).upper == 1);
	CHECK(dist_chi2(INFINITY, 3).upper == 0);
	CHECK(dist_f(0, 2, 3).upper == 1 && dist_f(INFINITY, 2, 3).upper == 0);
	CHECK(dist_beta(0, 2, 3).lower == 0 && dist_beta(1, 2, 3).lower == 1);
	CHECK(dist_binomial(-1, 5, 0.5).lower == 0);
	CHECK(dist_binomial(5, 5, 0.5).lower == 1);
	CHECK(dist_binomial(0, 5, 0).lower == 1);
	NEAR(dist_t(2, INFINITY).upper, dist_normal(2).upper, 5e-16);
	CHECK(dist_normal_upper_quantile(0.5) == 0);
	/* Where no double holds the tail its logarithm goes on. */
	CHECK(dist_normal(1e10).upper == 0);
	NEAR(dist_normal_log(1e10).upper, -5e19, 1e-15);
}

int
main(void)
{
	static const double p[] = {1e-300, 1e-100, 1e-17, 1e-9, 0.001, 0.025,
	    0.3, 0.5, 0.7, 0.999, 1 - 0x1p-53};

	check_sums_of_densities();
	check_relations();
	check_closed_forms();
	for (size_t i = 0; i < N(p); i++)
		check_inverse(p[i]);
	check_limits();
	return check_end();
}
