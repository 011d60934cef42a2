/* SPDX-License-Identifier: MIT */
/*
 * The weights of a list are decimal fractions.  They are brought to a common
 * power of ten, so that 0.18, 0.45 and 0.37 are just 18, 45 and 37, and what
 * follows needs no rounding.  Wholes are divided by the method of the largest
 * remainders.
 */
#include "common/share.h"

#include <stdlib.h>

#include "common/die.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/xalloc.h"

#define SHARE_MAX (UINT64_C(1) << 60)

/*
 * floor(a b / c) for b <= c <= SHARE_MAX, and what is left over in *rest.  The
 * product may have 128 bits, so a is taken a bit at a time from the top: both
 * results hold for the bits so far.
 */
static uint64_t
scale(uint64_t a, uint64_t b, uint64_t c, uint64_t *rest)
{
	uint64_t quotient = 0;

	*rest = 0;
	for (int i = 63; i >= 0; i--) {
		quotient *= 2;
		*rest = 2 * *rest + (a >> i & 1) * b;
		for (; *rest >= c; *rest -= c)
			quotient++;
	}
	return quotient;
}

static void
check_name(const char *option, const struct shares *all, struct str name)
{
	char quoted[DIE_QUOTE];

	if (name.n == 0)
		opt_die("--%s: an empty name in the list", option);
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ')
			opt_die("--%s: a control character in the name %s",
			    option, die_quote(quoted, name));
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->names[i], name))
			opt_die("--%s: two are called %s", option,
			    die_quote(quoted, name));
}

/* The weight behind the colon; item is cut to the name. */
static struct decimal
take_weight(const char *option, struct str *item)
{
	const char *colon = memchr(item->p, ':', item->n);
	struct decimal weight = {1, 0, false};
	char quoted[DIE_QUOTE];
	struct str text;

	if (colon == NULL)
		return weight;
	text = (struct str){colon + 1, (size_t)(item->p + item->n - colon) - 1};
	item->n = (size_t)(colon - item->p);
	if (!num_parse(text, &weight) || weight.negative)
		opt_die("--%s: bad weight %s", option, die_quote(quoted, text));
	return decimal_reduce(weight);
}

/* Bring the weights to one exponent, that of the finest. */
static void
make_whole(const char *option, struct shares *all, const struct decimal *weight)
{
	uint64_t sum = 0;
	int finest = DECIMAL_EXPONENT_MAX;

	for (size_t i = 0; i < all->n; i++)
		if (weight[i].mantissa > 0 && weight[i].exponent < finest)
			finest = weight[i].exponent;
	for (size_t i = 0; i < all->n; i++) {
		uint64_t w = weight[i].mantissa;

		for (int e = weight[i].exponent;
		     w > 0 && w <= SHARE_MAX && e > finest; e--)
			w *= 10;
		if (w > SHARE_MAX - sum)
			opt_die(
			    "--%s: the weights have too many digits", option);
		sum += all->weights[i] = w;
	}
	if (sum == 0)
		opt_die("--%s: all weights are 0", option);
}

struct shares
share_parse(const char *option, const char *list)
{
	struct decimal *weight;
	struct shares all = {.n = 0};
	size_t most = 1;
	struct str item;

	for (const char *p = list; *p != '\0'; p++)
		most += *p == ',';
	all.names = xcalloc(most, sizeof(*all.names));
	all.weights = xcalloc(most, sizeof(*all.weights));
	weight = xcalloc(most, sizeof(*weight));
	while (opt_next_name(option, &list, &item)) {
		weight[all.n] = take_weight(option, &item);
		check_name(option, &all, item);
		all.names[all.n++] = item;
	}
	make_whole(option, &all, weight);
	free(weight);
	return all;
}

/* What a part has lost by being rounded down. */
struct loss {
	uint64_t rest;
	size_t part;
};

static int
most_lost_first(const void *a, const void *b)
{
	const struct loss *x = a, *y = b;

	if (x->rest != y->rest)
		return x->rest < y->rest ? 1 : -1;
	return x->part < y->part ? 1 : -1;
}

void
share_divide(const struct shares *all, uint64_t whole, uint64_t *parts)
{
	struct loss *losses = xcalloc(all->n, sizeof(*losses));
	uint64_t sum = 0, left = whole;

	for (size_t i = 0; i < all->n; i++)
		sum += all->weights[i];
	for (size_t i = 0; i < all->n; i++) {
		losses[i].part = i;
		parts[i] = scale(whole, all->weights[i], sum, &losses[i].rest);
		left -= parts[i];
	}
	qsort(losses, all->n, sizeof(*losses), most_lost_first);
	for (uint64_t i = 0; i < left; i++)
		parts[losses[i].part]++;
	free(losses);
}

struct share_range
share_range(const char *option, const char *text, uint64_t rows)
{
	const char *slash = text != NULL ? strchr(text, '/') : NULL;
	uint64_t k, n, rest;

	if (text == NULL)
		return (struct share_range){0, rows};
	if (slash == NULL ||
	    !num_count((struct str){text, (size_t)(slash - text)}, &k) ||
	    !num_count(str_of(slash + 1), &n) || k < 1 || k > n ||
	    n > SHARE_MAX) {
		char quoted[DIE_QUOTE];

		opt_die("--%s: %s is not K/N with 1 <= K <= N", option,
		    die_quote(quoted, str_of(text)));
	}
	return (struct share_range){
	    scale(rows, k - 1, n, &rest), scale(rows, k, n, &rest)};
}
