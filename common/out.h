/* SPDX-License-Identifier: MIT */
#ifndef COMMON_OUT_H
#define COMMON_OUT_H

/*
 * Buffered output to stdout or to a file, of which either the whole arrives
 * or the program exits with a message.  A file is written under no name, or
 * under a temporary one beside its place, and put there by out_close(), so
 * that it may be an input of the same program, and a run that fails or is
 * killed leaves the old one.
 */

#include <stdint.h>
#include <string.h>

#include "common/str.h"

struct out {
	int fd;
	char *buf; /* owned */
	size_t n, room;
	const char *path; /* NULL for stdout */
};

/* path NULL is stdout.  At most one file can be open for writing. */
void out_open(struct out *, const char *path);

/* Write what is left, close, and put a file in its place. */
void out_close(struct out *);

/* Make room for n bytes more; out_reserve() is the one to call. */
void out_grow(struct out *, size_t n);

/*
 * A place for up to n bytes.  The caller writes k <= n bytes there and adds k
 * to out->n.
 */
static inline char *
out_reserve(struct out *o, size_t n)
{
	if (o->room - o->n < n)
		out_grow(o, n);
	return o->buf + o->n;
}

static inline void
out_str(struct out *o, struct str s)
{
	str_put(out_reserve(o, s.n), s);
	o->n += s.n;
}

static inline void
out_byte(struct out *o, char c)
{
	*out_reserve(o, 1) = c;
	o->n++;
}

static inline void
out_text(struct out *o, const char *s)
{
	out_str(o, str_of(s));
}

/* Shortest text of a finite number, and of a count. */
void out_number(struct out *, double);
void out_count(struct out *, uint64_t);

/* As printf. */
void out_printf(struct out *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
