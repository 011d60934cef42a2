/* SPDX-License-Identifier: MIT */
#include "common/in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/die.h"

#define PATIENCE 2.0 /* seconds before anything is shown */
#define PERIOD 0.2   /* seconds from one line to the next */

bool in_progress;

static bool stdin_taken;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What is said of an input, such as "events.tsv: 12.3 M rows, 4.1 M/s, 45 %".
 * The size of a pipe is not known, and a growing file may have passed it. */
static const char *
describe(char *text, size_t room, const struct in *in, double now)
{
	double rows = (double)in->rows * 1e-6, time = now - in->start;
	int n = snprintf(text, room, "%s: %.1f M rows, %.1f M/s", in->name,
	    rows, rows / (time > 1e-3 ? time : 1e-3));

	if (in->bytes <= in->size && n > 0 && (size_t)n < room)
		snprintf(text + n, room - (size_t)n, ", %.0f %%",
		    100 * (double)in->bytes / (double)in->size);
	return text;
}

/* Count n bytes that were read, and show how far that is. */
static void
show_progress(struct in *in, const char *p, size_t n)
{
	static double start, shown; /* the first input's, the last line's */
	double now = seconds();
	struct stat st = {0};
	char text[128];

	if (in->start == 0) {
		in->start = now;
		if (fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode))
			in->size = (uint64_t)st.st_size;
	}
	if (start == 0) {
		start = now;
		in_progress = isatty(STDERR_FILENO);
	}
	in->bytes += n;
	for (const char *end = p + n; p < end; p++)
		in->rows += *p == '\n';
	if (n == 0 && shown > 0)
		die_status(NULL);
	if (n == 0 || now - start < PATIENCE || now - shown < PERIOD)
		return;
	shown = now;
	die_status(describe(text, sizeof(text), in, now));
}

void
in_open(struct in *in, const char *path)
{
	bool is_stdin = path == NULL || strcmp(path, "-") == 0;

	*in = (struct in){.name = is_stdin ? "<stdin>" : path};
	if (is_stdin && stdin_taken)
		die("<stdin>: it cannot be read as two files at once");
	stdin_taken |= is_stdin;
	in->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		die("%s: %s", in->name, strerror(errno));
}

void
in_close(struct in *in)
{
	if (in->fd != STDIN_FILENO)
		close(in->fd);
}

size_t
in_read(struct in *in, char *to, size_t n)
{
	ssize_t got;

	if (in->again.n > 0) {
		if (n > in->again.n)
			n = in->again.n;
		memcpy(to, in->again.p, n);
		in->again.p += n;
		in->again.n -= n;
		return n;
	}
	do
		got = read(in->fd, to, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		die("%s: %s", in->name, strerror(errno));
	if (in_progress)
		show_progress(in, to, (size_t)got);
	return (size_t)got;
}

void
in_unread(struct in *in, struct str s)
{
	in->again = s;
}
