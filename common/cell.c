/* SPDX-License-Identifier: MIT */
#include "common/cell.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/elementary.h"
#include "common/utf8.h"
#include "common/xalloc.h"

#define LN10 2.30258509299404568402

/* Plain notation is for leading digits from 10^-6 to 10^8. */
enum { PLAIN_MIN = -6, PLAIN_MAX = 8 };

void
cell_clear(struct cell *c)
{
	c->n = c->width = 0;
}

void
cell_free(struct cell *c)
{
	free(c->text);
	*c = (struct cell){.n = 0};
}

static void
add(struct cell *c, const char *p, size_t n, size_t width)
{
	if (n == 0)
		return;
	c->text = xgrow(c->text, &c->room, c->n + n, 1);
	memcpy(c->text + c->n, p, n);
	c->n += n;
	c->width += width;
}

void
cell_copy(struct cell *c, const struct cell *from)
{
	add(c, from->text, from->n, from->width);
}

void
cell_repeat(struct cell *c, char byte, size_t n)
{
	while (n-- > 0)
		add(c, &byte, 1, 1);
}

void
cell_printf(struct cell *c, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = (size_t)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	add(c, text, n, n);
}

/* Add one character of n bytes. */
static void
add_character(struct cell *c, const char *p, size_t n, const char *special)
{
	if (n == 1 && strchr(special, *p) != NULL)
		add(c, "\\", 1, 1);
	add(c, p, n, 1);
}

static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

void
cell_name(struct cell *c, struct str name, const char *special)
{
	while (name.n > 0) {
		uint32_t code;
		size_t n = utf8_first(name, &code);

		if (n == 0 || is_control(code)) {
			/* Of a longer character the rest is not UTF-8. */
			n = 1;
			add_character(c, "\\", 1, special);
			cell_printf(c, "x%02x", (unsigned char)*name.p);
		} else {
			add_character(c, name.p, n, special);
		}
		name.p += n;
		name.n -= n;
	}
}

double
cell_size(const double *x, size_t n)
{
	double size = NAN;

	for (size_t i = 0; i < n; i++)
		size = fmax(size, fabs(x[i]));
	return size;
}

/* The power of ten of the first digit shown of x, which is not zero. */
static int
first_power(double x, const struct cell_style *s)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*e", s->digits - 1, x);
	return atoi(strchr(text, 'e') + 1) + (s->hundredfold ? 2 : 0);
}

void
cell_number(struct cell *c, double x, double size, const struct cell_style *s)
{
	char text[64], *p = text;
	int power;

	if (isnan(x)) {
		cell_printf(c, "-");
		return;
	}
	if (x == 0) {
		cell_printf(c, "0%s", s->unit);
		return;
	}
	power = first_power(size, s);
	if (power >= PLAIN_MIN && power <= PLAIN_MAX) {
		snprintf(text, sizeof(text), "%+.*f",
		    power < s->digits ? s->digits - 1 - power : 0,
		    s->hundredfold ? x * 100 : x);
	} else {
		/* 100 times the number may be more than a double holds. */
		snprintf(text, sizeof(text), "%+.*e", s->digits - 1, x);
		snprintf(strchr(text, 'e'), 8, "e%+03d", first_power(x, s));
	}
	if ((*p == '+' && !s->signs) || strspn(p, "+-.0") == strlen(p))
		p++;
	cell_printf(c, "%s%s", p, s->unit);
}

void
cell_interval(struct cell *c, double low, double high, double size,
    const struct cell_style *s)
{
	cell_number(c, low, size, s);
	if (isnan(low) && isnan(high))
		return;
	cell_printf(c, " to ");
	cell_number(c, high, size, s);
}

void
cell_p_value(struct cell *c, double p, double log10_p)
{
	static const struct {
		double least;
		int decimals;
	} plain[] = {{0.1, 3}, {0.001, 4}, {0.0001, 5}};
	double power = floor(log10_p);
	double leading = elementary_exp((log10_p - power) * LN10);

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (p >= plain[i].least) {
			cell_printf(c, "%.*f", plain[i].decimals, p);
			return;
		}
	if (isnan(p))
		cell_printf(c, "-");
	else if (p > 0)
		cell_printf(c, "%.1e", p);
	else if (isnan(log10_p))
		cell_printf(c, "<1e-300");
	else if (leading >= 9.95)
		cell_printf(c, "1.0e%.0f", power + 1);
	else
		cell_printf(c, "%.1fe%.0f", leading, power);
}
