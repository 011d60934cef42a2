/* SPDX-License-Identifier: MIT */

/*
 * The integrand is a smooth, falling function, and e^-39 of it can be cut
 * off: on what is left, 28 points of Gauss and Legendre reach 1e-16, from a
 * pure exponential to half a Gaussian or exp(-x (e^s - 1)), whatever the size
 * of the parameters.  A series would need some sqrt(n) terms there.
 *
 * The nodes are printed by tests/ref/dist/constants.py.
 */

#include "common/laplace.h"

static const struct {
	double place, weight;
} gauss[] = {
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

enum { GAUSS = sizeof(gauss) / sizeof(gauss[0]), CUT = 39 };

/* The s with h(s) about CUT: Newton's steps, from what h would be were it a
 * parabola. */
static double
cut_place(const struct laplace_curve *h)
{
	double lambda = h->lambda;
	double s =
	    2 * CUT / (lambda + sqrt(lambda * lambda + 2 * CUT * h->variance));

	for (int i = 0; i < 20; i++) {
		struct laplace_point p = h->at(h, s);

		if (fabs(p.value - CUT) < 1)
			break;
		s -= (p.value - CUT) / p.slope;
	}
	return s;
}

double
laplace_integral(const struct laplace_curve *h)
{
	double end = cut_place(h), sum = 0;

	for (int i = 0; i < GAUSS; i++)
		sum += gauss[i].weight *
		       exp(-h->at(h, end * gauss[i].place).value);
	return end * sum;
}

/* The need is greatest for large shapes, where both fractions become that of
 * the normal tail (DLMF 7.9.3); this is a bound of the numbers found there. */
int
laplace_terms(double z)
{
	return (int)(5 + (60 + 270 / z) / z);
}
