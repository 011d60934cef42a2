/* SPDX-License-Identifier: MIT */
#include "common/jout.h"

#include <math.h>

static void
put_string(struct out *o, struct str s)
{
	out_byte(o, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20) {
			out_printf(o, "\\u%04x", (unsigned)c);
			continue;
		}
		if (c == '"' || c == '\\')
			out_byte(o, '\\');
		out_byte(o, s.p[i]);
	}
	out_byte(o, '"');
}

/* Begin a line of the innermost object, or of what is around it. */
static void
put_break(const struct jout *j, size_t indent)
{
	out_byte(j->out, '\n');
	while (indent-- > 0)
		out_text(j->out, "  ");
}

static void
put_name(struct jout *j, struct str name)
{
	if (!j->fresh)
		out_byte(j->out, ',');
	j->fresh = false;
	put_break(j, j->depth + 1);
	put_string(j->out, name);
	out_text(j->out, ": ");
}

/* An object without members is {} on one line. */
static void
put_end(struct jout *j)
{
	if (!j->fresh)
		put_break(j, j->depth);
	j->fresh = false;
	out_byte(j->out, '}');
}

void
jout_open(struct jout *j, struct out *o)
{
	*j = (struct jout){.out = o, .fresh = true};
	out_byte(o, '{');
}

void
jout_close(struct jout *j)
{
	while (j->depth > 0)
		jout_end(j);
	put_end(j);
	out_byte(j->out, '\n');
}

void
jout_begin(struct jout *j, struct str name)
{
	put_name(j, name);
	out_byte(j->out, '{');
	j->depth++;
	j->fresh = true;
}

void
jout_end(struct jout *j)
{
	put_end(j);
	j->depth--;
}

void
jout_number(struct jout *j, struct str name, double x)
{
	put_name(j, name);
	if (isnan(x))
		out_text(j->out, "null");
	else
		out_number(j->out, x);
}

void
jout_string(struct jout *j, struct str name, struct str value)
{
	put_name(j, name);
	put_string(j->out, value);
}

void
jout_word(struct jout *j, struct str name, const char *word)
{
	put_name(j, name);
	out_text(j->out, word);
}
