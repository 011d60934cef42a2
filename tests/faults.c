/* SPDX-License-Identifier: MIT */
/*
 * tests/faults.sh links this into the programs with the linker's --wrap, to
 * do to their calls what strace cannot:
 *
 * FAULTS_ALLOCATION=N    the N-th allocation gives NULL, and none for 0
 * FAULTS_TRANSFER=N      the N-th read or write fails, on whatever thread
 * FAULTS_PIECE=N         a read or a write moves at most N bytes
 * FAULTS_NO_THREAD=1     there is no second thread
 * FAULTS_NO_TMPFILE=1    O_TMPFILE fails, as it does on NFS
 *
 * With FAULTS_ALLOCATION or FAULTS_PIECE the number of allocations, and the
 * number of reads and writes, are written to FAULTS_FD at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#define FAULTS_FD 9 /* where the counts go */

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
ssize_t __real_read(int, void *, size_t);
ssize_t __real_write(int, const void *, size_t);
int __real_open64(const char *, int, ...);
int __real_pthread_create(
    pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
ssize_t __wrap_read(int, void *, size_t);
ssize_t __wrap_write(int, const void *, size_t);
int __wrap_open64(const char *, int, ...);
int __wrap_pthread_create(
    pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static atomic_size_t allocations, transfers;
static int begun; /* what the C library does before main() does not count */

static size_t
setting(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? strtoul(value, NULL, 10) : 0;
}

static void __attribute__((constructor)) begin(void)
{
	begun = 1;
}

static void __attribute__((destructor)) report(void)
{
	if (getenv("FAULTS_ALLOCATION") != NULL ||
	    getenv("FAULTS_PIECE") != NULL)
		dprintf(FAULTS_FD, "%zu %zu\n", (size_t)allocations,
		    (size_t)transfers);
}

static int
fails(void)
{
	if (!begun || ++allocations != setting("FAULTS_ALLOCATION"))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

/* The bytes of those n that a read or a write moves, or -1 if it fails. */
static ssize_t
piece(size_t n)
{
	size_t most = setting("FAULTS_PIECE");

	if (++transfers == setting("FAULTS_TRANSFER")) {
		errno = EIO;
		return -1;
	}
	return (ssize_t)(most > 0 && most < n ? most : n);
}

ssize_t
__wrap_read(int fd, void *to, size_t n)
{
	ssize_t most = piece(n);

	return most < 0 ? -1 : __real_read(fd, to, (size_t)most);
}

ssize_t
__wrap_write(int fd, const void *from, size_t n)
{
	/* Messages are written at once, to whom it may concern. */
	ssize_t most = fd == STDERR_FILENO ? (ssize_t)n : piece(n);

	return most < 0 ? -1 : __real_write(fd, from, (size_t)most);
}

int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
    void *(*start)(void *), void *arg)
{
	return setting("FAULTS_NO_THREAD") > 0
		   ? EAGAIN
		   : __real_pthread_create(thread, attr, start, arg);
}

int
__wrap_open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	/* No file has the empty name; strace sees the call fail. */
	if ((flags & O_TMPFILE) == O_TMPFILE && setting("FAULTS_NO_TMPFILE"))
		path = "";
	return __real_open64(path, flags, mode);
}
