/* SPDX-License-Identifier: MIT */
#include "common/out.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/die.h"
#include "common/num.h"
#include "common/xalloc.h"

#define OUT_BLOCK (256 << 10)
#define OUT_PIPE (1 << 20)

/*
 * A file grows without a name, where the file system knows O_TMPFILE, and is
 * given a temporary one just before it goes into its place: whatever ends the
 * program until then, the file goes with it.  Elsewhere it has the temporary
 * name from the start.  The exit and signal handlers, which have nobody to
 * ask, remove that name while it is pending.
 */
static char *temporary;
static volatile sig_atomic_t pending;
static char nameless[32]; /* how /proc calls a file without a name */

static void
remove_temporary(void)
{
	if (pending)
		unlink(temporary);
	pending = 0;
}

static void
remove_and_reraise(int sig)
{
	remove_temporary();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void
catch_signals(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (signal(signals[i], remove_and_reraise) == SIG_IGN)
			signal(signals[i], SIG_IGN);
}

/* The mode that open() would give a new file. */
static mode_t
new_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* A file without a name in the directory of path, or -1. */
static int
open_nameless(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	char *dir = xcalloc(n + sizeof("."), 1);
	int fd;

	memcpy(dir, path, n);
	dir[n] = '.';
	fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	free(dir);
	if (fd < 0)
		return -1;
	snprintf(nameless, sizeof(nameless), "/proc/self/fd/%d", fd);
	if (access(nameless, F_OK) == 0)
		return fd;
	nameless[0] = '\0';
	close(fd);
	return -1;
}

/* The file that will stand at path, with that mode. */
static int
open_temporary(const char *path, mode_t mode)
{
	size_t size = strlen(path) + sizeof(".0123456789abcdef");
	char *name = xcalloc(size, 1);
	int fd = open_nameless(path);
	struct stat st = {0};

	atexit(remove_temporary);
	catch_signals();
	temporary = name;
	snprintf(name, size, "%s.XXXXXX", path);
	if (fd < 0) {
		pending = 1;
		fd = mkstemp(name);
	}
	if (fd < 0 || fchmod(fd, mode) != 0 || fstat(fd, &st) != 0)
		die("%s: %s", path, strerror(errno));
	/* No other file has its number, so no other process makes its name. */
	if (nameless[0] != '\0')
		snprintf(
		    name, size, "%s.%llx", path, (unsigned long long)st.st_ino);
	return fd;
}

/*
 * A file that is replaced keeps its mode.  Devices and pipes cannot be
 * replaced, only written to.
 */
static int
open_path(const char *path)
{
	struct stat st = {0};

	if (stat(path, &st) == 0)
		return S_ISREG(st.st_mode)
			   ? open_temporary(path, st.st_mode & 0777)
			   : open(path, O_WRONLY);
	return errno == ENOENT ? open_temporary(path, new_mode()) : -1;
}

void
out_open(struct out *o, const char *path)
{
	*o = (struct out){.path = path, .fd = STDOUT_FILENO};
	if (path != NULL)
		o->fd = open_path(path);
	if (o->fd < 0)
		die("%s: %s", path, strerror(errno));
	/* A pipe that holds more lets both its ends run on for longer. */
	fcntl(o->fd, F_SETPIPE_SZ, OUT_PIPE);
	o->room = OUT_BLOCK;
	o->buf = xrealloc(NULL, o->room, 1);
}

static const char *
shown(const struct out *o)
{
	return o->path != NULL ? o->path : "<stdout>";
}

/* Write the first n bytes of the buffer, and move the others there. */
static void
put(struct out *o, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t k = write(o->fd, o->buf + done, n - done);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			die("%s: %s", shown(o), strerror(errno));
		done += (size_t)k;
	}
	memmove(o->buf, o->buf + n, o->n - n);
	o->n -= n;
}

/*
 * What is written before the end never ends with a line.  So if a program dies
 * on the way, the next one in the pipe sees a line that is cut off, and does
 * not take the part for the whole.
 */
void
out_grow(struct out *o, size_t n)
{
	bool line = o->n > 0 && o->buf[o->n - 1] == '\n';

	put(o, o->n - line);
	o->buf = xgrow(o->buf, &o->room, o->n + n, 1);
}

/* Give a file without a name its temporary one. */
static void
name_file(void)
{
	pending = 1;
	if (linkat(AT_FDCWD, nameless, AT_FDCWD, temporary,
		AT_SYMLINK_FOLLOW) == 0)
		return;
	pending = 0;
	die("%s: %s", temporary, strerror(errno));
}

void
out_close(struct out *o)
{
	put(o, o->n);
	if (nameless[0] != '\0')
		name_file();
	if (close(o->fd) != 0)
		die("%s: %s", shown(o), strerror(errno));
	if (pending && rename(temporary, o->path) != 0)
		die("%s: %s", o->path, strerror(errno));
	pending = 0;
	free(o->buf);
	o->buf = NULL;
}

void
out_number(struct out *o, double x)
{
	o->n += num_format(out_reserve(o, NUM_SIZE), x);
}

void
out_count(struct out *o, uint64_t n)
{
	o->n += num_format_count(out_reserve(o, NUM_SIZE), n);
}

void
out_printf(struct out *o, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	vsnprintf(out_reserve(o, (size_t)n + 1), (size_t)n + 1, fmt, ap);
	va_end(ap);
	o->n += (size_t)n;
}
