/* SPDX-License-Identifier: MIT */
#ifndef COMMON_IN_H
#define COMMON_IN_H

/*
 * Input from a file or from stdin, in pieces.  What cannot be opened or read
 * exits with a message that names it.
 */

#include <stdint.h>

#include "common/str.h"

/*
 * The option --progress: show on a terminal how far the reading is, once it
 * has lasted two seconds.  Without a terminal on stderr nothing is shown.
 */
extern bool in_progress;
#define OPT_PROGRESS                                              \
	{                                                         \
		.name = "progress", .flag = &in_progress,         \
		.help = "show on the terminal how far reading is" \
	}

struct in {
	const char *name; /* the file as messages show it */
	int fd;
	/* With --progress: the size of a regular file, what has been read,
	 * and when that began, in seconds. */
	uint64_t size, bytes, rows;
	double start;
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
