/* SPDX-License-Identifier: MIT */

/*
 * Approximations by polynomials in t, -1 <= t <= 1; the tables are printed by
 * tests/ref/dist/constants.py, which interpolates in Chebyshev points with 50
 * digits.
 *
 * The normal tail is exp(-z^2 / 2) R(z), with the square as an exact sum of
 * two doubles: its rounding error alone, up to 2^-53 700, would cost the last
 * two digits.  For all z >= 0 at once, (z + 3/4) R(z) is smooth in
 * (z - 4) / (z + 4) (after Shepherd and Laframboise, Chebyshev
 * approximation of (1 + 2x) exp(x^2) erfc x, Math. Comp. 36 (1981)).
 *
 * The scaled gamma function is 1 + w q(t), t linear in w = 1/a, for a >= 1/2.
 * Below it follows from Gamma(a) = Gamma(a + 1) / a.
 */

#include <math.h>

#include "common/elementary.h"
#include "common/special.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A polynomial in t = (x - centre) scale, -1 <= t <= 1, for x up to high. */
struct piece {
	double high, centre, scale;
	double c[16];
};

/* (z + 3/4) R(z) by (z - 4) / (z + 4). */
static const struct piece mills[] = {
    {-0.5, -0.75, 4,
	{
	    0.4416160256519679,
	    0.03877498663780413,
	    -0.022474927269370518,
	    0.004811731970441877,
	    -0.0005336396495946266,
	    2.2267295330883205e-05,
	    1.394643512909451e-06,
	    -1.4017669370803672e-07,
	    -6.99985559118051e-09,
	    7.106913217091695e-10,
	    5.900859359202267e-11,
	    -2.3823219222877404e-12,
	    -4.764804250016626e-13,
	}},
    {0.25, -0.125, 8. / 3,
	{
	    0.4548451903060262,
	    -0.017742018682656156,
	    -0.00544148775718555,
	    0.0036815840021805365,
	    -0.0010601548074563993,
	    0.00017558347041386426,
	    -1.225436114995369e-05,
	    -1.2620635225076512e-06,
	    2.986583116947924e-07,
	    6.7879695481948e-09,
	    -5.8495428834062095e-09,
	    -7.983523092975382e-11,
	    1.2283197932238156e-10,
	    4.641930411684169e-12,
	    -2.4709872693505174e-12,
	    -2.1224245565607694e-13,
	}},
    {1, 0.625, 8. / 3,
	{
	    0.41483251839793395,
	    -0.01783192024260837,
	    0.0019666579614591685,
	    4.77976956658465e-05,
	    -9.868417026941324e-05,
	    3.161439257005353e-05,
	    -6.555565902200152e-06,
	    9.170575127007752e-07,
	    -5.927631287979601e-08,
	    -8.368695197978313e-09,
	    2.772547368788345e-09,
	    -2.1993189033098206e-10,
	    -4.4595362527200356e-11,
	    1.2396723368227994e-11,
	    2.761648621048897e-14,
	    -3.6545379743241976e-13,
	}},
};

/* (G(a) - 1) a by 1 / a. */
static const struct piece gamma_scaled[] = {
    {0.1, 0.05, 20,
	{
	    0.08350021735530642,
	    0.00016013807766765648,
	    -6.759889287687074e-06,
	    -9.049771575600417e-09,
	    4.871266603895532e-09,
	    -3.27637743578448e-11,
	    -8.643455717921099e-12,
	    2.022618748043305e-13,
	    2.600731571053044e-14,
	}},
    {0.4, 0.25, 20. / 3,
	{
	    0.08403321498539748,
	    0.00032035472539875356,
	    -5.8037168101854594e-05,
	    1.4944499643687378e-06,
	    2.3134041110083542e-07,
	    -3.1621459157117226e-08,
	    2.8766759468881924e-10,
	    4.898171430302134e-10,
	    -7.877807617832416e-11,
	    1.3608000578018105e-12,
	    2.016783986152551e-12,
	    -4.4498763329648886e-13,
	    2.6356558390851686e-14,
	}},
    {1, 0.7, 10. / 3,
	{
	    0.08452419852853972,
	    5.292395247895328e-05,
	    -0.00015614139614941164,
	    1.7428436372666737e-05,
	    -7.271373090871714e-07,
	    -1.8050186856979057e-07,
	    5.857586988641822e-08,
	    -9.991368702255442e-09,
	    9.155665330569216e-10,
	    8.750514304599023e-11,
	    -6.643299250612636e-11,
	    1.9451934221931582e-11,
	    -3.832726320261551e-12,
	    4.0420049354098424e-13,
	}},
    {2, 1.5, 2,
	{
	    0.08383817139314209,
	    -0.0007995787087578353,
	    -0.00015854981133956936,
	    3.571582101277904e-05,
	    -5.321999698277888e-06,
	    5.94548606837272e-07,
	    -3.026584959435443e-08,
	    -8.599363851746543e-09,
	    3.864418385396455e-09,
	    -1.0300415479466496e-09,
	    2.2283768204305283e-10,
	    -4.1081165178541574e-11,
	    5.743602040876733e-12,
	    -3.4847363082115447e-13,
	}},
};

/* B_2k / 2k: the digamma function (DLMF 5.11.2). */
static const double digamma_tail[] = {
    1. / 12, -1. / 120, 1. / 252, -1. / 240, 1. / 132, -691. / 32760, 1. / 12};

enum { DIGAMMA_FROM = 10 };

/* c[0] + c[1] x + ..., the even and the odd powers apart, as the processor
 * can work on both at once. */
static double
polynomial(const double c[], int terms, double x)
{
	double z = x * x, even = 0, odd = 0;

	for (int i = (terms - 1) / 2 * 2; i >= 0; i -= 2)
		even = c[i] + z * even;
	for (int i = terms / 2 * 2 - 1; i >= 1; i -= 2)
		odd = c[i] + z * odd;
	return even + x * odd;
}

/* The value at x as a sum of two parts, the larger first. */
static struct dd
piecewise(const struct piece *p, double x)
{
	double t;

	while (x > p->high)
		p++;
	t = (x - p->centre) * p->scale;
	return dd_sum_ordered(
	    p->c[0], t * polynomial(p->c + 1, LENGTH(p->c) - 1, t));
}

struct dd
special_mills(double z)
{
	if (z > 0x1p900)
		return dd_of(SPECIAL_INV_SQRT_2PI / z);
	return dd_div(piecewise(mills, (z - 4) / (z + 4)), dd_sum(z, 0.75));
}

double
special_mills_plain(double z)
{
	if (z > 0x1p900)
		return SPECIAL_INV_SQRT_2PI / z;
	return piecewise(mills, (z - 4) / (z + 4)).hi / (z + 0.75);
}

double
special_erfc(double x)
{
	struct dd square, m;
	double tail;

	if (isnan(x))
		return x;
	if (fabs(x) < 0.5)
		return 1 - special_erf(x);
	if (fabs(x) > 30)
		return x > 0 ? 0 : 2;
	square = dd_product(x, x);
	m = special_mills(fabs(x) / SPECIAL_SQRT_HALF);
	tail = 2 * elementary_exp(-square.hi);
	tail = tail * m.hi + tail * (m.lo - m.hi * square.lo);
	return x > 0 ? tail : 2 - tail;
}

/* DLMF 7.6.1 for small x: 2 / sqrt(pi) times the sum of the
 * (-1)^k x^(2k+1) / (k! (2k + 1)). */
double
special_erf(double x)
{
	static const double c[] = {-1. / 3, 1. / 10, -1. / 42, 1. / 216,
	    -1. / 1320, 1. / 9360, -1. / 75600, 1. / 685440, -1. / 6894720,
	    1. / 76204800, -1. / 918086400};
	double y, z = x * x;

	if (fabs(x) >= 0.5)
		return x > 0 ? 1 - special_erfc(x) : special_erfc(-x) - 1;
	y = 1.1283791670955126 * x;
	return y + y * (z * polynomial(c, LENGTH(c), z));
}

double
special_gamma_scaled(double a)
{
	double w = 1 / a;

	if (!(a > 0))
		return NAN;
	if (a < 0.5)
		return sqrt(1 + w) *
		       elementary_exp(a * elementary_log1p(w) - 1) *
		       special_gamma_scaled(1 + a);
	return 1 + w * piecewise(gamma_scaled, w).hi;
}

/* Above a logarithm, what the digamma function has (DLMF 5.11.2). */
static double
digamma_rest(double x)
{
	double w = 1 / x, z = w * w;

	return -w / 2 - z * polynomial(digamma_tail, LENGTH(digamma_tail), z);
}

/* The mean of the digamma function over [b, b + a], by four points of Gauss
 * and Legendre, once the recurrence of Gamma has lifted b. */
double
special_log_gamma_slope(double a, double b, double factor)
{
	static const struct {
		double place, weight;
	} gauss[] = {
	    {0.06943184420297371, 0.17392742256872692},
	    {0.33000947820757187, 0.32607257743127305},
	    {0.6699905217924281, 0.32607257743127305},
	    {0.9305681557970263, 0.17392742256872692},
	};
	double mean = 0, lift = 0;

	if (!(a > 0 && a <= 0.5 && b > 0))
		return NAN;
	for (; b < DIGAMMA_FROM; b++)
		lift += elementary_log1p(a / b) / a;
	for (int i = 0; i < LENGTH(gauss); i++) {
		double x = b + a * gauss[i].place;

		mean += gauss[i].weight *
			(elementary_log(factor * x) + digamma_rest(x));
	}
	return mean - lift;
}

/* Below 10 as slopes from the zeros at 1 and 2, which keeps the digits there.
 */
double
special_log_gamma(double x)
{
	double product = 1, zero, log_product;

	if (!(x > 0) || isinf(x))
		return x > 0 ? x : NAN;
	if (x >= 10)
		return (x - 0.5) * (elementary_log(x) - 1) +
		       elementary_log(special_gamma_scaled(x)) +
		       0.4189385332046727; /* log(2 pi) / 2 - 1/2 */
	if (x <= 0.5)
		return x * special_log_gamma_slope(x, 1, 1) - elementary_log(x);
	for (; x > 2.5; x--)
		product *= x - 1;
	zero = x < 1.5 ? 1 : 2;
	log_product = elementary_log(product);
	if (x == zero)
		return log_product;
	return log_product + (x - zero) * special_log_gamma_slope(
					      fabs(x - zero), fmin(x, zero), 1);
}

void
special_set_near(struct special_sides *s)
{
	struct dd p = dd_product(s->scale, elementary_exp(s->exponent.hi));

	s->near = p.hi + (p.lo + p.hi * s->exponent.lo);
	if (s->near > 1)
		s->near = 1;
}

void
special_set_both(struct special_sides *s)
{
	special_set_near(s);
	s->rest = 1 - s->near;
}

double
special_side(const struct special_sides *s, bool upper)
{
	return upper == s->near_is_upper ? s->near : s->rest;
}

double
special_side_log(const struct special_sides *s, bool upper)
{
	double side = special_side(s, upper);

	if (side > 0.5)
		return elementary_log1p(-special_side(s, !upper));
	if (upper != s->near_is_upper)
		return elementary_log(side);
	return s->exponent.hi + (elementary_log(s->scale) + s->exponent.lo);
}

double
special_side_slope(const struct special_sides *s, bool upper)
{
	double slope =
	    upper == s->near_is_upper
		? s->density / s->scale
		: s->density * elementary_exp(s->exponent.hi) / s->rest;

	return upper ? -slope : slope;
}

void
special_divide_argument(struct special_sides *s, double a, double k)
{
	struct dd decay = dd_mul(dd_product(a, k), dd_log(dd_of(2)));

	s->exponent = dd_sub(s->exponent, decay);
	s->rest =
	    s->rest * elementary_exp(-decay.hi) - elementary_expm1(-decay.hi);
	special_set_near(s);
}

struct special_sides
special_sides_nan(void)
{
	return (struct special_sides){
	    .scale = NAN, .density = NAN, .near = NAN, .rest = NAN};
}

struct special_sides
special_sides_all(bool upper)
{
	return (struct special_sides){.near_is_upper = !upper, .rest = 1};
}

double
special_shape(double a)
{
	if (!(a > 0))
		return NAN;
	return a < 0x1p-400 ? 0x1p-400 : a > 0x1p400 ? 0x1p400 : a;
}
