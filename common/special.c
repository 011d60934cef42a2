/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/special.h"

#define SQRT_HALF 0.7071067811865476

/* (1 + sqrt(2) z) R(z), t = (z - 4) / (z + 4) */
static const double mills[] = {
    0.6284778787483127, -0.06617832190096741, -0.03172110114383868,
    0.07014920337523547, -0.058319238830630706, 0.028883013433689965,
    -0.007284670744618729, -0.000668537423909196, 0.001060267194341508,
    -0.00011467505451640998, -0.00013610984592487985, 2.8133436572741835e-05,
    2.1054542459037642e-05, -4.509445281615346e-06, -3.971038359727171e-06,
    4.843710295869025e-07, 8.230243984102717e-07, 2.819379386730942e-08,
    -1.6484744922455585e-07, -3.8212358614992275e-08, 2.7702995587807763e-08,
    1.3553119867432262e-08, -3.0803952510281276e-09, -2.8419099152153795e-09,
    6.752072369305236e-11, 2.893797984537348e-10, 2.5067331671602035e-11

};

enum { MILLS = sizeof(mills) / sizeof(mills[0]) };

struct piece {
	double low, high;
	double c[15];
};

static const struct piece gamma_pieces[] = {
    {0.1, 0.4,
	{0.08403321498539748, 0.0003203547253987908, -5.803716810181642e-05,
	    1.4944499633226115e-06, 2.313404106555862e-07,
	    -3.162145076602242e-08, 2.8766949408925473e-10,
	    4.897883150073909e-10, -7.878173878436107e-11,
	    1.408924496551743e-12, 2.0200392482959598e-12,
	    -4.83537891339777e-13, 2.5271580020397436e-14,
	    1.1874583975982058e-14}},
    {0.4, 1,
	{0.0845241985285397, 5.2923952478918506e-05, -0.0001561413961488073,
	    1.7428436373645917e-05, -7.27137318904424e-07,
	    -1.8050187643624194e-07, 5.857592948462675e-08,
	    -9.991341643343334e-09, 9.153946582589448e-10,
	    8.745992703246194e-11, -6.617899052198744e-11,
	    1.9488184255316263e-11, -4.018620894509503e-12,
	    3.93026816178548e-13, 5.339515676240562e-14}},
    {1, 2,
	{0.0838381713931421, -0.0007995787087577754, -0.00015854981134123694,
	    3.5715821011090126e-05, -5.321999671358434e-06,
	    5.94548620404213e-07, -3.026601222820805e-08,
	    -8.599410516023268e-09, 3.864885619884999e-09,
	    -1.0299635747109681e-09, 2.221493130975034e-10,
	    -4.11436746714625e-11, 6.2461136395200716e-12,
	    -3.2920630124530567e-13, -1.4403032729455747e-13}},
};

static double
polynomial(const double c[], int n, double x)
{
	double sum = c[n - 1];

	for (int i = n - 2; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

double
special_mills(double z)
{
	double t = (z - 4) / (z + 4);

	if (z > 1e30)
		return 0.3989422804014327 / z;
	return polynomial(mills, MILLS, t) / (1 + 2 * SQRT_HALF * z);
}

double
special_erfc(double x)
{
	struct dd square;
	double tail;

	if (isnan(x))
		return x;
	if (fabs(x) > 30)
		return x > 0 ? 0 : 2;
	square = dd_product(x, x);
	tail = 2 * special_mills(fabs(x) / SQRT_HALF) * exp(-square.hi);
	tail -= tail * square.lo;
	return x > 0 ? tail : 2 - tail;
}

double
special_erf(double x)
{
	double term = 1.1283791670955126 * x, sum = term;

	if (fabs(x) > 0.5)
		return x > 0 ? 1 - special_erfc(x) : special_erfc(-x) - 1;
	for (int k = 1; k < 16; k++) {
		term *= -x * x / k;
		sum += term / (2 * k + 1);
	}
	return sum;
}

/* log of the scaled gamma function, a >= 10 */
static double
stirling(double a)
{
	static const double c[] = {1. / 12, -1. / 360, 1. / 1260, -1. / 1680,
	    1. / 1188, -691. / 360360, 1. / 156, -3617. / 122400};
	double w = 1 / a;

	return w * polynomial(c, 8, w * w);
}

double
special_gamma_scaled(double a)
{
	const struct piece *p = gamma_pieces;
	double w, t;

	if (a >= 10)
		return exp(stirling(a));
	if (a < 0.5)
		return sqrt((1 + a) / a) * exp(a * log1p(1 / a) - 1) *
		       special_gamma_scaled(1 + a);
	w = 1 / a;
	while (w > p->high)
		p++;
	t = (2 * w - p->low - p->high) / (p->high - p->low);
	return 1 + w * polynomial(p->c, 15, t);
}

double
special_log_gamma(double x)
{
	double shift = 0;

	for (; x < 10; x++)
		shift += log(x);
	return (x - 0.5) * log(x) - x + 0.9189385332046727 + stirling(x) -
	       shift;
}

static double
digamma(double x)
{
	static const double c[] = {1. / 12, -1. / 120, 1. / 252, -1. / 240,
	    1. / 132, -691. / 32760, 1. / 12};
	double w = 1 / x, z = w * w;

	return log(x) - w / 2 - z * polynomial(c, 7, z);
}

double
special_log_gamma_slope(double a, double b)
{
	static const struct {
		double place, weight;
	} g[] = {
	    {0.06943184420297371, 0.17392742256872692},
	    {0.33000947820757187, 0.32607257743127307},
	    {0.6699905217924281, 0.32607257743127307},
	    {0.9305681557970263, 0.17392742256872692}};
	double sum = 0, shift = 0;

	for (; b < 10; b++)
		shift += log1p(a / b) / a;
	for (int i = 0; i < 4; i++)
		sum += g[i].weight * digamma(b + a * g[i].place);
	return sum - shift;
}

static double
near(const struct special_sides *s)
{
	double e = s->scale * exp(s->exponent.hi);

	return e + e * s->exponent.lo;
}

double
special_side(const struct special_sides *s, bool upper)
{
	return upper == s->near_is_upper ? near(s) : s->rest;
}

double
special_side_log(const struct special_sides *s, bool upper)
{
	double side = special_side(s, upper);

	if (side > 0.5)
		return log1p(-special_side(s, !upper));
	if (upper != s->near_is_upper)
		return log(side);
	return s->exponent.hi + (log(s->scale) + s->exponent.lo);
}

double
special_side_error(const struct special_sides *s, bool upper, double tail)
{
	double excess = (special_side(s, upper) - tail) / tail;

	if (tail > 1e-290 && fabs(excess) < 0.5)
		return log1p(excess);
	return special_side_log(s, upper) - log(tail);
}

double
special_side_slope(const struct special_sides *s, bool upper)
{
	double slope;

	if (upper == s->near_is_upper)
		slope = s->density / s->scale;
	else
		slope = s->density * exp(s->exponent.hi) / s->rest;
	return upper ? -slope : slope;
}
