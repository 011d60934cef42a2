/* SPDX-License-Identifier: MIT */
#include "common/big.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/die.h"
#include "common/xalloc.h"

#define PAGE ((size_t)2 << 20)
/* More bytes than this have pages of their own. */
#define OWN ((size_t)4 << 20)

static size_t
bytes(size_t n, size_t size)
{
	if (n > (PTRDIFF_MAX - PAGE) / size)
		die("out of memory");
	return n * size;
}

/* In whole pages, for only these does the system align to pages. */
static size_t
whole(size_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

static void *
map(void *p, size_t size, size_t want)
{
	want = whole(want);
	p = p == NULL ? mmap(NULL, want, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
		      : mremap(p, whole(size), want, MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		die("out of memory");
	/* Where that is refused the pages are small. */
	madvise(p, want, MADV_HUGEPAGE);
	return p;
}

void *
big_resize(void *p, size_t n, size_t want, size_t size)
{
	size_t before = bytes(n, size), after = bytes(want, size);
	void *to;

	if (before <= OWN && after <= OWN)
		return xrealloc(p, want, size);
	if (before > OWN && after > OWN)
		return map(p, before, after);
	to = after > OWN ? map(NULL, 0, after) : xrealloc(NULL, want, size);
	if (n > 0)
		memcpy(to, p, before < after ? before : after);
	big_free(p, n, size);
	return to;
}

void *
big_grow_now(void *p, size_t *room, size_t need, size_t size)
{
	size_t n = *room, more = n + n / (n > OWN / size ? 8 : 2) + 16;

	*room = more > need ? more : need;
	return big_resize(p, n, *room, size);
}

void
big_free(void *p, size_t n, size_t size)
{
	if (n * size > OWN)
		munmap(p, whole(n * size));
	else
		free(p);
}
