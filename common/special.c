/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/special.h"

#define SQRT_HALF 0.7071067811865476

struct node {
	double place, weight;
};

/* Gauss-Legendre, 28 points on [0, 1] (DLMF 3.5.15). */
static const struct node gauss[] = {
    {0.001778751213022775, 0.0045621412965472586},
    {0.009348417314563623, 0.01056605629638563},
    {0.022870359685530903, 0.01645071389115219},
    {0.04218348680393396, 0.022136467379502114},
    {0.06705373871280247, 0.027553672837858374},
    {0.09717931454141042, 0.0326364619834998},
    {0.1321945609931841, 0.03732310711728439},
    {0.17167445298056752, 0.041556708614450606},
    {0.21513976409429914, 0.04528587219651642},
    {0.2620628875224409, 0.04846532899896496},
    {0.31187424195546065, 0.05105648378903038},
    {0.363969186182411, 0.05302788296142321},
    {0.41771535893330963, 0.05435559612914707},
    {0.47246035505798284, 0.0550235065082376},
    {0.5275396449420171, 0.0550235065082376},
    {0.5822846410666904, 0.05435559612914707},
    {0.6360308138175891, 0.05302788296142321},
    {0.6881257580445393, 0.05105648378903038},
    {0.7379371124775591, 0.04846532899896496},
    {0.7848602359057009, 0.04528587219651642},
    {0.8283255470194325, 0.041556708614450606},
    {0.8678054390068158, 0.03732310711728439},
    {0.9028206854585896, 0.0326364619834998},
    {0.9329462612871975, 0.027553672837858374},
    {0.9578165131960661, 0.022136467379502114},
    {0.9771296403144691, 0.01645071389115219},
    {0.9906515826854364, 0.01056605629638563},
    {0.9982212487869773, 0.0045621412965472586},
};

enum { GAUSS = sizeof(gauss) / sizeof(gauss[0]) };

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
	static const struct node g[] = {
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

double
special_laplace(double (*h)(double s, const double c[], double *slope),
    const double c[], double width)
{
	double sum = 0, slope;

	for (int i = 0; i < 20; i++) {
		double excess = h(width, c, &slope) - 39;

		if (fabs(excess) < 1)
			break;
		width -= excess / slope;
	}
	for (int i = 0; i < GAUSS; i++)
		sum += gauss[i].weight *
		       exp(-h(width * gauss[i].place, c, &slope));
	return width * sum;
}
