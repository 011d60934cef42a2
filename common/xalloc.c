/* SPDX-License-Identifier: MIT */
#include "common/xalloc.h"

#include <stdint.h>
#include <stdlib.h>

#include "common/die.h"

/* From this many bytes on memory moves without being copied, and so may grow
 * by an eighth. */
#define LARGE ((size_t)1 << 20)

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n > 0 ? n : 1, size > 0 ? size : 1);

	if (p == NULL)
		die("out of memory");
	return p;
}

void *
xrealloc(void *p, size_t n, size_t size)
{
	if (size > 0 && n > PTRDIFF_MAX / size)
		die("out of memory");
	p = realloc(p, n * size > 0 ? n * size : 1);
	if (p == NULL)
		die("out of memory");
	return p;
}

void *
xgrow_now(void *p, size_t *room, size_t need, size_t size)
{
	size_t part = *room > LARGE / size ? 8 : 2;
	size_t more = *room + *room / part + 16;

	*room = more > need ? more : need;
	return xrealloc(p, *room, size);
}

struct str
xcopy(struct str s)
{
	char *p = xcalloc(s.n, 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct str){p, s.n};
}
