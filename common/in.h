/* SPDX-License-Identifier: MIT */
#ifndef COMMON_IN_H
#define COMMON_IN_H

/*
 * Input from a file or from stdin, in pieces.  What cannot be opened or read
 * exits with a message that names it.
 */

#include "common/str.h"

struct in {
	const char *name; /* the file as messages show it */
	int fd;
	struct str again; /* what in_unread() put back */
};

/* path NULL or "-" is stdin, which can be opened but once. */
void in_open(struct in *, const char *path);
void in_close(struct in *);

/* Read up to n bytes, of which one comes at least; 0 at the end. */
size_t in_read(struct in *, char *to, size_t n);

/*
 * Put back what was read, or all that is left of it: in_read() gives it once
 * more before it goes on.  The caller keeps the bytes until then.
 */
void in_unread(struct in *, struct str);

#endif
