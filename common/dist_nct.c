/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "common/dist.h"
#include "common/special.h"
#include "common/laplace.h"

#define INV_SQRT_2PI 0.3989422804014327

int nct_iter;
struct nct {
	double t, df, ncp;
};

/* The normal tail above z as e^-square * rest */
struct tail {
	double square, rest;
};

static struct tail
normal_tail(double z)
{
	if (z >= 0)
		return (struct tail){z * z / 2, special_mills(z)};
	return (struct tail){0, 1 - exp(-z * z / 2) * special_mills(-z)};
}

/* density over tail */
static double
hazard(double z)
{
	struct tail q = normal_tail(z);

	return INV_SQRT_2PI * exp(q.square - z * z / 2) / q.rest;
}

/* Where the integrand peaks */
static double
find_peak(const struct nct *p)
{
	double t = p->t, df = p->df, d = t * p->ncp;
	double low = 0, high = INFINITY, s;
	double root = sqrt(d * d + 4 * df * (df + t * t));

	s = d > 0 ? (d + root) / (2 * (df + t * t)) : 2 * df / (root - d);
	if (t * s < p->ncp)
		s = 1;
	for (int i = 0; i < 50; i++) {nct_iter=i;
		double z = t * s - p->ncp, h = hazard(z);
		double slope = df / s - df * s - t * h;
		double bend = -df / (s * s) - df - t * t * h * (h - z);
		double next = s - slope / bend;

		if (slope > 0)
			low = s;
		else
			high = s;
		if (!(next > low && next < high))
			next = high < INFINITY ? (low + high) / 2 : 2 * s;
		if (fabs(next - s) < 1e-3 * s / sqrt(df + t * t * s * s + 1)) {
			return next;
		}
		s = next;
	}
	return s;
}

static double
exponent(const struct nct *p, double u, double *rest)
{
	struct tail q = normal_tail(p->t * exp(u) - p->ncp);

	*rest = q.rest;
	return p->df / 2 * laplace_exp_excess(2 * u) + q.square;
}

#ifndef FINE
#ifndef STEP
#define STEP 0.125
#endif
#define FINE 0.78
#endif
int nct_nodes;

/* upper tail */
static struct special_sides
upper_tail(const struct nct *p)
{
	struct special_sides out = {{0, 0}, 0, 0, 0, true};
	double s = find_peak(p), z = p->t * s - p->ncp, centre, rest, top, sum;
	double curve, ratio;
	double flat, C;

	if (z < 0 && p->t * p->t > p->df && p->ncp / p->t > 0)
		s = p->ncp / p->t;
	centre = log(s);
	curve = p->df * (1 + s * s) + p->t * s * p->t * s + 26;
	C = FINE / STEP / sqrt(2 * p->df + 26);
	ratio = sqrt((2 * p->df + 26) / curve);
	if (ratio > 1)
		ratio = 1;
	top = exponent(p, centre, &rest);
	sum = ratio * rest;
	flat = -40 - log(1 + fabs(p->t) * (1 + fabs(p->ncp)));
	nct_nodes=1;
	for (int side = -1; side <= 1; side += 2) {
		double term = 1, grow = 1, x, u;

		for (int i = 1; term > 1e-17 * sum && i < 3000; i++) {
			grow *= exp(STEP);
			x = ratio * (grow - 1 / grow) / 2;
			u = centre + side * C * asinh(x);
			double e = exponent(p, u, &rest);
			term = exp(top - e) * rest * ratio * (grow + 1 / grow) / 2 / sqrt(1 + x * x);
			sum += term;
			nct_nodes++;
			if (u < flat) {
				double q = exp(-p->df * C * STEP);
				sum += term * q / -expm1(-p->df * C * STEP);
				break;
			}
		}
	}
	out.exponent = dd_of(-top);
	out.scale = 2 * INV_SQRT_2PI * sqrt(p->df / 2) / special_gamma_scaled(p->df / 2) *
	    STEP * C * sum;
	return out;
}

static struct special_sides
nct_sides(double t, double df, double ncp)
{
	struct nct p = {t, df, ncp};
	bool upper = t * (1 - 1 / (4 * df)) > ncp;
	struct special_sides s;

	if (!upper)
		p = (struct nct){-t, df, -ncp};
	s = upper_tail(&p);
	s.near_is_upper = upper;
	s.rest = 1 - special_side(&s, upper);
	return s;
}

struct dist_tails
dist_nct(double t, double df, double ncp)
{
	struct special_sides s = nct_sides(t, df, ncp);

	return (struct dist_tails){
	    special_side(&s, false), special_side(&s, true)};
}

struct dist_tails
dist_nct_log(double t, double df, double ncp)
{
	struct special_sides s = nct_sides(t, df, ncp);

	return (struct dist_tails){
	    special_side_log(&s, false), special_side_log(&s, true)};
}
