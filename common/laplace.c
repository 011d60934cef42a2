/* SPDX-License-Identifier: MIT */

/*
 * The integrand is a smooth, falling function, and e^-38 of it can be cut
 * off: on what is left, 32 points of Gauss and Legendre reach 1e-16, from a
 * pure exponential to half a Gaussian or exp(-x (e^s - 1)), whatever the size
 * of the parameters.  A series would need some sqrt(n) terms there.
 *
 * The nodes are printed by tests/ref/dist/constants.py.
 */

#include "common/laplace.h"

static const struct {
	double place, weight;
} gauss[] = {
    {0.0013680690752592183, 0.003509305004735048},
    {0.007194244227365833, 0.008137197365452835},
    {0.017618872206246784, 0.01269603265463103},
    {0.03254696203113015, 0.017136931456510716},
    {0.05183942211697394, 0.02141794901111334},
    {0.07531619313371501, 0.025499029631188087},
    {0.1027581020160288, 0.029342046739267772},
    {0.13390894062985517, 0.032911111388180925},
    {0.1684778665348924, 0.03617289705442425},
    {0.20614212137961885, 0.039096947893535156},
    {0.2465500455338853, 0.041655962113473374},
    {0.2893243619346823, 0.043826046502201906},
    {0.33406569885893617, 0.045586939347881945},
    {0.38035631887393145, 0.04692219954040228},
    {0.42776401920860174, 0.04781936003963743},
    {0.4758461671561308, 0.0482700442573639},
    {0.5241538328438692, 0.0482700442573639},
    {0.5722359807913983, 0.04781936003963743},
    {0.6196436811260685, 0.04692219954040228},
    {0.6659343011410638, 0.045586939347881945},
    {0.7106756380653176, 0.043826046502201906},
    {0.7534499544661147, 0.041655962113473374},
    {0.7938578786203812, 0.039096947893535156},
    {0.8315221334651076, 0.03617289705442425},
    {0.8660910593701449, 0.032911111388180925},
    {0.8972418979839712, 0.029342046739267772},
    {0.9246838068662849, 0.025499029631188087},
    {0.9481605778830261, 0.02141794901111334},
    {0.9674530379688698, 0.017136931456510716},
    {0.9823811277937532, 0.01269603265463103},
    {0.9928057557726342, 0.008137197365452835},
    {0.9986319309247408, 0.003509305004735048},
};

enum { GAUSS = sizeof(gauss) / sizeof(gauss[0]), CUT = 38 };

/* The s with h(s) about CUT: Newton's steps, from what h would be were it a
 * parabola. */
static double
cut_place(const struct laplace_curve *h)
{
	double lambda = h->lambda;
	double s =
	    2 * CUT / (lambda + sqrt(lambda * lambda + 2 * CUT * h->variance));

	for (int i = 0; i < 20; i++) {
		double excess = h->value(h, s) - CUT;

		if (fabs(excess) < 1)
			break;
		s -= excess / h->slope(h, s);
	}
	return s;
}

double
laplace_integral(const struct laplace_curve *h)
{
	double end = cut_place(h), sum = 0;

	for (int i = 0; i < GAUSS; i++)
		sum +=
		    gauss[i].weight * exp(-h->value(h, end * gauss[i].place));
	return end * sum;
}

/* The need is greatest for large shapes, where both fractions become that of
 * the normal tail (DLMF 7.9.3); this is a bound of the numbers found there. */
int
laplace_terms(double z)
{
	return (int)(5 + (60 + 270 / z) / z);
}
