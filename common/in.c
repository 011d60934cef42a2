/* SPDX-License-Identifier: MIT */
#include "common/in.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/die.h"

static bool stdin_taken;

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
	return (size_t)got;
}

void
in_unread(struct in *in, struct str s)
{
	in->again = s;
}
