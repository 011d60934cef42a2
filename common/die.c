/* SPDX-License-Identifier: MIT */
#include "common/die.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/utf8.h"

static const char *name = "abpipe";
static bool status_shown;
static _Thread_local void (*turn)(void);

/* Held while something is said, and not given up after the last words. */
static pthread_mutex_t saying = PTHREAD_MUTEX_INITIALIZER;

void
die_name(const char *program)
{
	name = program;
}

void
die_turn(void (*wait)(void))
{
	turn = wait;
}

static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/*
 * Names of files and columns are shown as they are, save for what would end
 * the line or tell a terminal what to do, and for what is not UTF-8.
 */
static void
disarm(char *line, size_t n)
{
	for (size_t i = 0, k; i < n; i += k) {
		uint32_t code = 0;

		k = utf8_first((struct str){line + i, n - i}, &code);
		if (k > 0 && (code == '\t' || !is_control(code)))
			continue;
		if (k == 0)
			k = 1;
		memset(line + i, '?', k);
	}
}

static void
put(const char *text, size_t n)
{
	while (write(STDERR_FILENO, text, n) < 0 && errno == EINTR)
		;
}

/* "\r" goes to the start of the line, "\033[K" clears what is after. */
static void
show_status(const char *text)
{
	static const char clear[] = "\033[K";
	char line[256] = "\r";
	size_t n = 1;

	if (text != NULL)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s: %.*s",
		    name, (int)sizeof(line) / 2, text);
	disarm(line + 1, n - 1);
	memcpy(line + n, clear, sizeof(clear) - 1);
	put(line, n + sizeof(clear) - 1);
	status_shown = text != NULL;
}

void
die_status(const char *text)
{
	pthread_mutex_lock(&saying);
	show_status(text);
	pthread_mutex_unlock(&saying);
}

static void
say(const char *fmt, va_list ap)
{
	char line[2048];
	size_t room = sizeof(line) - 1, n;

	pthread_mutex_lock(&saying);
	if (status_shown)
		show_status(NULL);
	n = (size_t)snprintf(line, room, "%s: ", name);
	n += (size_t)vsnprintf(line + n, room - n, fmt, ap);
	if (n >= room)
		n = room - 1;
	disarm(line, n);
	line[n++] = '\n';
	put(line, n);
}

void
die(const char *fmt, ...)
{
	va_list ap;

	if (turn != NULL)
		turn();
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	exit(DIE_STATUS);
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	pthread_mutex_unlock(&saying);
}

const char *
die_quote(char buf[static DIE_QUOTE], struct str text)
{
	/* Room for the longest escape, the dots, the quote and the NUL. */
	const size_t limit = DIE_QUOTE - 4 - 3 - 2;
	size_t n = 0;

	buf[n++] = '\'';
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (n > limit) {
			n += (size_t)sprintf(buf + n, "...");
			break;
		}
		if (c < 0x20 || c == 0x7f)
			n += (size_t)sprintf(buf + n, "\\x%02x", c);
		else
			buf[n++] = (char)c;
	}
	buf[n++] = '\'';
	buf[n] = '\0';
	return buf;
}
