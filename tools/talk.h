/* SPDX-License-Identifier: MIT */
/*
 * talk - questions to the person at the terminal, answered by lines.
 *
 * Questions go to stdout. SIGINT, SIGTERM and SIGHUP do not kill from talk_open() on, they end the
 * talk: whoever asks still gives back what he holds, and the relay of an amplifier goes off.
 */
#ifndef TOOLS_TALK_H
#define TOOLS_TALK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define TALK_LINE 512 /* bytes of an answer, NUL included */

struct talk {
	int in, signals;
	sigset_t before; /* what was blocked */
	size_t n;
	char text[TALK_LINE]; /* read, not yet asked for */
	bool ended;
};

/* in is borrowed. 0 or a negative errno. Start with {.signals = -1}. */
int talk_open(int in, struct talk *ret);
/* Signals do what they did before; one that came meanwhile does it now. More than once does nothing. */
void talk_close(struct talk *talk);

/*
 * Asks; an empty answer stands for standard (shown in brackets; NULL or "": none). Control
 * characters and blanks at the ends are left out of the answer. 0, or -ECANCELED: no answer will
 * come any more.
 */
int talk_ask(struct talk *talk, const char *question, const char *standard, char *ret, size_t n);

enum talk_answer { TALK_NO, TALK_YES, TALK_AGAIN };
/* Asks until the answer is one of these; again: "again" is one. An answer, or -ECANCELED. */
int talk_choose(struct talk *talk, const char *question, bool again);

enum talk_event { TALK_LINE_TYPED, TALK_READY };
/* Until fd can be read or a line is typed (and forgotten): an event, or -ECANCELED. */
int talk_wait(struct talk *talk, int fd);

#endif
