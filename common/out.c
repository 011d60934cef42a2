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
#include "common/when.h"
#include "common/xalloc.h"

#define OUT_BLOCK (128 << 10)
#define OUT_PIPE (1 << 20)

/*
 * The file under way, for the exit and signal handlers, which have nobody to
 * ask.  It is pending from before it exists until it is in its place.
 */
static char *temporary;
static volatile sig_atomic_t pending;

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

/* A file that is replaced keeps its mode; a new one gets what umask leaves. */
static mode_t
mode_for(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* Devices and pipes cannot be replaced by a rename, only written to. */
static bool
replaceable(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static int
open_temporary(const char *path)
{
	size_t size = strlen(path) + sizeof(".XXXXXX");
	char *name = xcalloc(size, 1);
	int fd;

	snprintf(name, size, "%s.XXXXXX", path);
	atexit(remove_temporary);
	catch_signals();
	temporary = name;
	pending = 1;
	fd = mkstemp(name);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	if (fchmod(fd, mode_for(path)) != 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

void
out_open(struct out *o, const char *path)
{
	*o = (struct out){.path = path, .fd = STDOUT_FILENO};
	if (path != NULL && replaceable(path))
		o->fd = open_temporary(path);
	else if (path != NULL)
		o->fd = open(path, O_WRONLY);
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

void
out_flush(struct out *o)
{
	size_t done = 0;

	while (done < o->n) {
		ssize_t k = write(o->fd, o->buf + done, o->n - done);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			die("%s: %s", shown(o), strerror(errno));
		done += (size_t)k;
	}
	o->n = 0;
}

void
out_grow(struct out *o, size_t n)
{
	out_flush(o);
	o->buf = xgrow(o->buf, &o->room, n, 1);
}

void
out_close(struct out *o)
{
	out_flush(o);
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
out_time(struct out *o, int64_t t)
{
	o->n += when_format(out_reserve(o, WHEN_SIZE), t);
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
