/* SPDX-License-Identifier: MIT */

/* The special functions below the distributions, and sums of two doubles,
 * against values from mpmath and their own recurrences. */

#include <stdbool.h>
#include <stdlib.h>

#include "common/inverse.h"
#include "common/laplace.h"
#include "common/special.h"
#include "tests/unit/check.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { LINE_BYTES = 256, ROWS = 200 };

/* Calls check(x, values) for each row of a table of one argument. */
static void
for_rows(const char *file, int values, void (*check)(double, const double[]))
{
	char line[LINE_BYTES];
	FILE *f = fopen(file, "r");
	int rows = 0;

	CHECK_MSG(f && fgets(line, sizeof(line), f), "%s: no header", file);
	for (; f && fgets(line, sizeof(line), f); rows++) {
		char *end = line + 1;
		double v[3];

		for (int i = 0; i <= values; i++)
			v[i] = strtod(end, &end);
		check(v[0], v + 1);
	}
	CHECK(rows == ROWS);
	if (f)
		fclose(f);
}

static void
check_erf(double x, const double want[])
{
	CHECK_MSG(check_error(special_erf(x), want[0]) <= 5e-16,
	    "erf(%.17g) = %.17g", x, special_erf(x));
	CHECK_MSG(
	    want[1] < 1e-307 || check_error(special_erfc(x), want[1]) <= 5e-16,
	    "erfc(%.17g) = %.17g", x, special_erfc(x));
}

static void
check_log_gamma(double x, const double want[])
{
	CHECK_MSG(check_error(special_log_gamma(x), want[0]) <= 3e-15,
	    "log_gamma(%.17g) = %.17g, not %.17g", x, special_log_gamma(x),
	    want[0]);
}

static void
check_gamma_functions(void)
{
	static const double euler = 0.5772156649015329;

	for (int n = 1; n < 20; n++) {
		double factorial = 1, a = n;

		for (int i = 2; i < n; i++)
			factorial *= i;
		CHECK(check_error(special_gamma_scaled(a) *
				      sqrt(2 * 3.141592653589793 / a) *
				      pow(a, a) * exp(-a),
			  factorial) < 2e-15);
	}
	/* G(a + 1) (1 + 1/a)^(a + 1/2) = e G(a), the recurrence of Gamma. */
	for (double a = 1e-9; a < 1e9; a *= 1.7) {
		double power = exp((a + 0.5) * log1p(1 / a) - 1);

		CHECK_MSG(check_error(special_gamma_scaled(a + 1) * power,
			      special_gamma_scaled(a)) < 2e-15,
		    "scaled gamma at %g", a);
	}
	CHECK(
	    check_error(special_log_gamma_slope(1e-30, 1, 1), -euler) < 2e-15);
	CHECK(check_error(special_log_gamma_slope(0.5, 1, 1),
		  -0.24156447527049044) < 4e-15);
	CHECK(check_error(special_log_gamma_slope(0.25, 1e8, 1e-8), -3.75e-9) <
	      1e-7);
	CHECK(special_log_gamma(1) == 0 && special_log_gamma(2) == 0);
	CHECK(special_log_gamma(INFINITY) == INFINITY);
	CHECK(isnan(special_log_gamma(0)) && isnan(special_log_gamma(-1)));
	CHECK(isnan(special_gamma_scaled(-1)) &&
	      isnan(special_gamma_scaled(NAN)));
	CHECK(isnan(special_log_gamma_slope(0.6, 1, 1)));
}

static void
check_ends(void)
{
	CHECK(special_erf(0) == 0 && special_erfc(0) == 1);
	CHECK(special_erf(INFINITY) == 1 && special_erfc(INFINITY) == 0);
	CHECK(special_erf(-INFINITY) == -1 && special_erfc(-INFINITY) == 2);
	CHECK(isnan(special_erf(NAN)) && isnan(special_erfc(NAN)));
	CHECK(check_error(special_mills(0).hi, 0.5) == 0);
	CHECK(check_error(special_mills(1e300).hi,
		  SPECIAL_INV_SQRT_2PI / 1e300) < 3e-16);
	for (double z = 0; z < 50; z += 0.37)
		CHECK(check_error(special_mills_plain(z), special_mills(z).hi) <
		      5e-16);
	CHECK(special_mills_plain(1e300) == special_mills(1e300).hi);
	CHECK(special_mills_plain(INFINITY) == 0);
}

/* The derivative is that of a difference. */
static void
check_slope(double a, double x)
{
	const double h = 1e-5;
	struct special_sides s = special_gammainc(a, x);
	struct special_sides below = special_gammainc(a, x * exp(-h));
	struct special_sides above = special_gammainc(a, x * exp(h));

	for (int upper = 0; upper <= 1; upper++)
		CHECK_MSG(check_error((special_side_log(&above, upper) -
					  special_side_log(&below, upper)) /
					  (2 * h),
			      special_side_slope(&s, upper)) < 1e-5,
		    "slope of side %d at %g, %g", upper, a, x);
}

static void
check_sides(void)
{
	struct special_sides s = special_sides_all(true);

	CHECK(special_side(&s, true) == 1 && special_side(&s, false) == 0);
	CHECK(special_side_log(&s, true) == 0);
	CHECK(special_side_log(&s, false) == -INFINITY);
	s = special_sides_nan();
	CHECK(isnan(special_side(&s, true)) && isnan(special_side(&s, false)));
	for (double a = 0.01; a < 1e4; a *= 3)
		for (double z = -2; z <= 6; z += 0.5)
			if (a + z * sqrt(a) > 0.01)
				check_slope(a, a + z * sqrt(a));
	CHECK(special_shape(0.3) == 0.3);
	CHECK(special_shape(INFINITY) == special_shape(1e300));
	CHECK(isnan(special_shape(0)) && isnan(special_shape(NAN)));
}

/* A twofold x against the value whose nearest double is high and the rest of
 * which is low. */
static bool
is_twofold(struct dd x, double high, double low, double error)
{
	return fabs((x.hi - high) + (x.lo - low)) <= error * fabs(high);
}

static void
check_twofold(void)
{
	struct dd third = dd_div(dd_of(1), dd_of(3)), log_10, x;

	CHECK(is_twofold(third, 1. / 3, 0x1p-54 / 3, 0x1p-100));
	CHECK(is_twofold(dd_mul1(third, 3), 1, 0, 0x1p-100));
	CHECK(is_twofold(dd_add(third, dd_neg(third)), 0, 0, 0));
	x = dd_sum(1e16, 1.25);
	CHECK(x.hi == 1e16 + 2 && x.lo == -0.75);
	x = dd_product(0x1p30 + 1, 0x1p30 + 1);
	CHECK(x.hi == 0x1p60 + 0x1p31 && x.lo == 1);
	log_10 = dd_log(dd_of(10));
	CHECK(is_twofold(
	    log_10, 2.302585092994046, -2.1707562233822494e-16, 0x1p-74));
	x = dd_log((struct dd){1, 0x1p-60});
	CHECK(is_twofold(x, 0x1p-60, -0x1p-121, 0x1p-66));
	/* u^2/2 - u^3/3 + u^4/4, and at u = 9. */
	x = dd_log1p_defect(dd_of(0x1p-20), dd_of(1 + 0x1p-20));
	CHECK(is_twofold(x, 0x1p-41 - 0x1p-60 / 3, 0x1p-82, 0x1p-52));
	x = dd_sub(dd_log1p_defect(dd_of(9), dd_of(10)), dd_of(9));
	CHECK(is_twofold(dd_add(x, log_10), 0, 0, 0) ||
	      fabs(x.hi + log_10.hi) < 0x1p-70);
	CHECK(dd_log(dd_of(0)).hi == -INFINITY && isnan(dd_log(dd_of(-1)).hi));
}

static void
check_inverses(void)
{
	CHECK(inverse_normal(0.5) == 0);
	CHECK(check_error(inverse_normal(0.025), 1.959963984540054) < 3e-16);
	CHECK(check_error(inverse_normal(1e-300), 37.0471) < 1e-6);
	CHECK(check_error(inverse_gammainc(1, 0.25, 0.75).hi,
		  0.2876820724517809) < 3e-16);
	CHECK(
	    check_error(inverse_betainc(1, 1, 0.25, 0.75).hi, 1. / 3) < 1e-15);
	CHECK(inverse_gammainc(1e-9, 0.5, 0.5).hi == 0);
	CHECK(inverse_betainc(30, 1e-9, 0.5, 0.5).hi == INFINITY);
	/* The least double, half of which is 0, is x^(3/2) / (3 pi / 4); its
	 * logarithm of -744 is rounded to 2^-44. */
	CHECK(check_error(inverse_betainc(1.5, 0.5, 0x1p-1074, 1).hi,
		  5.136459427206602e-216) < 0x1p-44);
	/* The deviations are less than the last place. */
	CHECK(inverse_gammainc(0x1p110, 0.9, 0.1).hi == 0x1p110);
	CHECK(inverse_gammainc(0x1p110, 0.1, 0.9).hi == 0x1p110);
	CHECK(inverse_betainc(0x1p110, 0x1p110, 0.9, 0.1).hi == 1);
}

/* The integral on both sides of the mean together is that of the density:
 * Gamma(a) e^a / a^a, or the beta function over the density's maximum. */
static void
check_laplace(void)
{
	for (double a = 25; a < 1e6; a *= 1.3) {
		double whole =
		    laplace_integral(a, 1, 0) + laplace_integral(a, -1, 0);
		double size = a / 2;
		double want =
		    sqrt(2 * 3.141592653589793 / a) * special_gamma_scaled(a);

		CHECK_MSG(check_error(whole, want) < 5e-16, "gamma %g", a);
		if (!laplace_is_good(size, 0))
			continue;
		whole = 2 * laplace_integral(size, 0, 0);
		want = sqrt(2 * 3.141592653589793 / size) *
		       special_gamma_scaled(a) * special_gamma_scaled(a) /
		       special_gamma_scaled(2 * a);
		CHECK_MSG(check_error(whole, want) < 5e-16, "beta %g", a);
	}
	/* A place, found and looked at. */
	for (double z = -6; z <= 6; z += 0.75) {
		double x = 40 * exp(laplace_quantile(40, 1, z));
		struct special_sides s = special_gammainc(40, x);
		double p = special_erfc(fabs(z) * SPECIAL_SQRT_HALF) / 2;

		CHECK(check_error(special_side(&s, z > 0), p) < 1e-3);
	}
	CHECK(laplace_is_good(25, 3.7) && !laplace_is_good(25, 3.8) &&
	      !laplace_is_good(24, 0));
}

int
main(void)
{
	for_rows("tests/ref/dist/more/erf.tsv", 2, check_erf);
	for_rows("tests/ref/dist/more/log-gamma.tsv", 1, check_log_gamma);
	check_gamma_functions();
	check_ends();
	check_sides();
	check_twofold();
	check_inverses();
	check_laplace();
	return check_end();
}
