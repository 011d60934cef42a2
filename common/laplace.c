/* SPDX-License-Identifier: MIT */

/*
 * With eta, of the sign of r, for which the density is exp(-size eta^2 / 2),
 * the integral is that of a Gaussian times dr/d eta, a power series with
 * coefficients that are polynomials in the skew alone.  What is left are
 * moments of the Gaussian beyond a point, all of them positive, from the
 * normal tail and a recurrence.  (The uniform expansions of N. Temme, The
 * asymptotic expansion of the incomplete gamma functions, SIAM J. Math. Anal.
 * 10 (1979), and Incomplete Laplace integrals, 18 (1987), summed the other
 * way round: by powers of eta.  The quantile is that of his Asymptotic
 * inversion of incomplete gamma functions, Math. Comp. 58 (1992).)
 */

#include <math.h>

#include "common/elementary.h"
#include "common/laplace.h"
#include "common/special.h"

#define SQRT_2PI 2.5066282746310002

/* Of the series: the integral ends before the first, its terms being less
 * than the powers of FALL times those of eta. */
enum { TERMS = 23, QUANTILE_TERMS = 10 };
#define FALL 0.29

/*
 * The coefficients of eta, eta^2, ... in dr/d eta, each as the even or odd
 * powers of the skew, the lowest first.  With y, the change of x / a, or of x,
 * over its derivative by r at r = 0,
 *
 *	y dy/d eta = eta (1 + skew y - (1 - skew^2) y^2 / 4),
 *
 * dr/d eta is eta / y.  Printed by tests/ref/dist/constants.py.
 */
static const double curve[] = {
    /* clang-format off */
    -0.3333333333333333,
    0.0625, 0.020833333333333332,
    -0.016666666666666666, 0.001851851851851852,
    0.0006510416666666666, 0.00043402777777777775, 7.233796296296296e-05,
    0.00029761904761904765, 6.613756613756614e-05, -1.1022927689594357e-05,
    -4.0690104166666664e-05, -0.00014485677083333334, 9.584780092592592e-06,
    -2.793049125514403e-06,
    2.48015873015873e-05, 1.3778659611992945e-05, 9.185773074661964e-07,
    -3.0619243582206544e-07,
    -3.814697265625e-07, -1.4386858258928572e-06, -3.5765309813161377e-07,
    8.970481518224574e-10, -8.536908244843719e-09,
    -7.045905483405483e-07, -1.1523969857303192e-06, 1.878908128908129e-08,
    -1.9484973188676894e-08, 3.621215255303047e-09,
    5.0332811143663194e-08, 5.235441327545558e-07, 2.513280631293075e-07,
    7.786075382053435e-09, -4.130174031161265e-09, 8.102257168899499e-10,
    -4.390141108891109e-08, -1.1060264966514967e-07, -2.276369463869464e-08,
    9.662191375154339e-10, -4.4425064786861767e-10, 8.625953484778358e-11,
    3.1142638473914415e-10, 3.2309911459620887e-09, 2.66502780322051e-09,
    5.004867106067082e-10, 1.971723042717398e-12, -3.687883726164389e-12,
    1.6376595564945064e-12,
    1.422730914918415e-09, 6.163661762620096e-09, 2.6341850343586454e-09,
    5.866011845950118e-11, -2.4916713463381272e-11, 8.74132967420957e-12,
    -1.252662327177772e-12,
    -6.775494921144354e-11, -1.4388154594867647e-09, -2.3935422644096814e-09,
    -4.877134187491852e-10, 9.820943841360288e-12, -5.646117773784992e-12,
    1.882705589225835e-12, -2.674582530794283e-13,
    7.738008944350856e-11, 4.5048657348394953e-10, 3.537058445284757e-10,
    3.256475125098153e-11, 1.0934060968951897e-12, -6.347079205875931e-13,
    2.0191790412264766e-13, -2.791656366649411e-14,
    -3.0014929205599705e-13, -6.326553549844658e-12, -1.2624915398388968e-11,
    -5.608402940748269e-12, -6.432373600716693e-13, -1.0917327239872537e-14,
    -1.2574573429217243e-15, 1.6286464503741106e-15, -3.89315704268589e-16,
    -2.6620552367022317e-12, -2.2217263836319283e-11, -2.776393689575483e-11,
    -5.666753173233036e-12, 2.4754249652501253e-14, -3.4168534593332415e-14,
    1.518389479163494e-14, -3.926645955885158e-15, 4.448526102104512e-16,
    9.474304155241271e-14, 3.423686855387238e-12, 1.1991039132067216e-11,
    8.004120215480836e-12, 8.422670248837674e-13, 1.1319708763064388e-14,
    -7.838782062761513e-15, 3.3562006579556045e-15, -8.383095188126874e-16,
    9.293345649973837e-17,
    -1.3439462181937603e-13, -1.4066440283955508e-12, -2.4930223028217905e-12,
    -9.397859733605984e-13, -5.4669469453964886e-14, 1.458831114990289e-15,
    -9.02245676084785e-16, 3.699816994596287e-16, -8.904091938771382e-17,
    9.589518127659179e-18,
    3.2393093071352715e-16, 1.1655864074084178e-14, 4.445889701844282e-14,
    4.0847880930608936e-14, 1.1792092102132188e-14, 9.698513905119667e-16,
    -6.851332987690079e-18, 1.6271498945922557e-18, 1.1649678258157305e-18,
    -6.418577254693977e-19, 1.0494606048542151e-19,
    4.777344494296936e-15, 6.538743887738958e-14, 1.6105303464703455e-13,
    9.487386669692415e-14, 1.1021976107469611e-14, 9.133389380769142e-17,
    -4.610052666692221e-17, 2.424871071649547e-17, -8.384010110657563e-18,
    1.7281274383177459e-18, -1.6077820121769834e-19,
    -1.3566188416343182e-16, -7.473155086909556e-15, -4.4868523877109314e-14,
    -6.284197261793639e-14, -2.2422334381755402e-14, -1.5060907516438698e-15,
    1.5845827838100777e-17, -1.0971609383158368e-17, 5.488830043346186e-18,
    -1.8290785899146805e-18, 3.655849274525498e-19, -3.319713407559781e-20,
    /* clang-format on */
};

static double
coefficient(int k, double skew)
{
	const double *row = curve + (k - 1) + (k - 1) * (k - 1) / 4;
	double sum = 0, square = skew * skew;

	for (int i = k / 2; i >= 0; i--)
		sum = row[i] + square * sum;
	return k % 2 == 0 ? sum : skew * sum;
}

/* moment is the integral of eta^k, and before that of eta^(k - 1), for k the
 * number of the coefficient. */
double
laplace_integral(double size, double skew, double exponent)
{
	double z = sqrt(2 * exponent), inverse = 1 / size, root = sqrt(inverse);
	double first = root * SQRT_2PI * special_mills(z).hi, sum = 0;
	double before = first, moment = inverse, power = inverse, next;
	double eta = z * root, bound = FALL;

	for (int k = 1; k < TERMS && moment * bound > 0x1p-57 * first; k++) {
		sum += coefficient(k, skew) * moment;
		bound *= FALL;
		power *= eta;
		next = power + k * inverse * before;
		before = moment;
		moment = next;
	}
	return first + sum;
}

/* z = sqrt(size) eta would be right if dr/d eta were 1; the first correction
 * is log(dr/d eta) / (size eta). */
double
laplace_quantile(double size, double skew, double z)
{
	double eta = z / sqrt(size), power = 1, rise = 0, r;
	double c[QUANTILE_TERMS];

	for (int k = 1; k < QUANTILE_TERMS; k++) {
		c[k] = coefficient(k, skew);
		rise += c[k] * power;
		power *= eta;
	}
	if (fabs(eta * rise) > 1e-10)
		rise = elementary_log1p(eta * rise) / eta;
	eta += rise / size;
	r = power = eta;
	for (int k = 1; k < QUANTILE_TERMS; k++) {
		power *= eta;
		r += c[k] * power / (k + 1);
	}
	return r;
}

/* A bound of the numbers found by trial.  Both fractions need most where the
 * beta distribution is nearly a gamma distribution, with its mean at x; then
 * `far` is enough for any shape, where the fraction is nearly that of the
 * normal tail, and `small` for any z. */
double
laplace_terms(double z, double shape)
{
	double root = (z + sqrt(z * z + 4 * shape)) / 2, x = root * root;
	double far = 5 + (60 + 270 / z) / z;
	double small = 6 + 115 / x + 3.2 * sqrt(shape);
	double ratio = small / far;

	return 1 + small / sqrt(1 + ratio * ratio);
}
