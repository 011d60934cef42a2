/* SPDX-License-Identifier: MIT */
#ifndef COMMON_DD_H
#define COMMON_DD_H

/*
 * Numbers as unevaluated sums of two doubles, |lo| <= ulp(hi)/2: some 31
 * decimal digits.  The operations are those of Joldes, Muller and Popescu,
 * "Tight and rigorous error bounds for basic building blocks of double-word
 * arithmetic", ACM TOMS 44 (2017), the quick ones: relative errors are below
 * 2^-100, that of a sum relative to |x| + |y|.
 *
 * Products need |x|, |y|, |xy| < 2^990 and lose digits below 2^-960.
 */

struct dd {
	double hi, lo;
};

static inline struct dd
dd_of(double x)
{
	return (struct dd){x, 0};
}

/* x + y for |x| >= |y|, exactly. */
static inline struct dd
dd_sum_ordered(double x, double y)
{
	double s = x + y;

	return (struct dd){s, y - (s - x)};
}

/* x + y, exactly. */
static inline struct dd
dd_sum(double x, double y)
{
	double s = x + y, z = s - x;

	return (struct dd){s, (x - (s - z)) + (y - z)};
}

/* x * y, exactly: Dekker's product with Veltkamp's splitting. */
static inline struct dd
dd_product(double x, double y)
{
	const double splitter = 0x1p27 + 1;
	double p = x * y;
	double cx = splitter * x, cy = splitter * y;
	double xh = cx - (cx - x), xl = x - xh;
	double yh = cy - (cy - y), yl = y - yh;

	return (struct dd){p, ((xh * yh - p) + xh * yl + xl * yh) + xl * yl};
}

static inline struct dd
dd_neg(struct dd x)
{
	return (struct dd){-x.hi, -x.lo};
}

static inline struct dd
dd_add1(struct dd x, double y)
{
	struct dd s = dd_sum(x.hi, y);

	return dd_sum_ordered(s.hi, s.lo + x.lo);
}

static inline struct dd
dd_add(struct dd x, struct dd y)
{
	struct dd s = dd_sum(x.hi, y.hi);

	return dd_sum_ordered(s.hi, s.lo + (x.lo + y.lo));
}

static inline struct dd
dd_sub(struct dd x, struct dd y)
{
	return dd_add(x, dd_neg(y));
}

static inline struct dd
dd_mul1(struct dd x, double y)
{
	struct dd p = dd_product(x.hi, y);

	return dd_sum_ordered(p.hi, p.lo + x.lo * y);
}

static inline struct dd
dd_mul(struct dd x, struct dd y)
{
	struct dd p = dd_product(x.hi, y.hi);

	return dd_sum_ordered(p.hi, p.lo + (x.hi * y.lo + x.lo * y.hi));
}

static inline struct dd
dd_div(struct dd x, struct dd y)
{
	double q = x.hi / y.hi, inverse = 1 / y.hi;
	struct dd p = dd_product(q, y.hi);
	double rest = (x.hi - p.hi) - p.lo + (x.lo - q * y.lo);

	return dd_sum_ordered(q, rest * inverse);
}

static inline struct dd
dd_div1(struct dd x, double y)
{
	double q = x.hi / y, inverse = 1 / y;
	struct dd p = dd_product(q, y);

	return dd_sum_ordered(q, ((x.hi - p.hi) - p.lo + x.lo) * inverse);
}

/* One more term of a long sum of falling ones: quick, as lo is never carried
 * over to hi. */
static inline struct dd
dd_gather(struct dd sum, double term)
{
	struct dd s = dd_sum_ordered(sum.hi, term);

	return (struct dd){s.hi, sum.lo + s.lo};
}

/* The natural logarithm, x > 0, with an error below 2^-73, and below 2^-66 of
 * the logarithm where that is close to 0. */
struct dd dd_log(struct dd x);

/* u - log(1 + u), given u > -1 and w = 1 + u, each to full precision.  The
 * relative error is below 2^-62, and below 2^-64 for |u| <= 2^-6. */
struct dd dd_log1p_defect(struct dd u, struct dd w);

#endif
