/* SPDX-License-Identifier: MIT */
#ifndef COMMON_DIE_H
#define COMMON_DIE_H

/*
 * Messages.  Each is one line on stderr, "program: text", written at once so
 * that the programs of a pipe do not cut into each other's lines, and shows
 * as '?' what could harm a terminal.  Whether stderr can be written makes no
 * difference to anything.
 */

#include "common/str.h"

#define DIE_STATUS 2 /* any trouble: usage, data, system */
#define DIE_QUOTE 96 /* room for what die_quote() makes, with its NUL */

/* Set the program's name, which must live as long as the program. */
void die_name(const char *program);

/*
 * For another thread than the first: what die() calls there before it says
 * anything.  It returns when the message is due, and nothing else may come.
 */
void die_turn(void (*wait)(void));

/* Write the message and exit with DIE_STATUS. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Write the message and return. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Show text on the terminal's line, until the next message or status takes its
 * place; NULL removes it.  For a stderr that is a terminal.
 */
void die_status(const char *text);

/*
 * Put text into buf as a message shows data: between single quotes, control
 * bytes as \xHH, and cut off with "..." when long.  Returns buf.
 */
const char *die_quote(char buf[static DIE_QUOTE], struct str text);

#endif
