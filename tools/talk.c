/* SPDX-License-Identifier: MIT */
#include "talk.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "words.h"

int talk_open(int in, struct talk *ret)
{
	sigset_t signals;

	*ret = (struct talk){.in = in, .signals = -1};
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, &ret->before) < 0)
		return -errno;
	ret->signals = signalfd(-1, &signals, SFD_CLOEXEC);
	if (ret->signals >= 0)
		return 0;
	sigprocmask(SIG_SETMASK, &ret->before, NULL);
	return -errno;
}

void talk_close(struct talk *talk)
{
	if (talk->signals < 0)
		return;
	close(talk->signals);
	talk->signals = -1;
	sigprocmask(SIG_SETMASK, &talk->before, NULL);
}

/* What is longer than an answer may be is cut: it is shown as it was understood. */
static void take(struct talk *talk)
{
	ssize_t got;

	if (talk->n == sizeof(talk->text) - 1)
		talk->n = sizeof(talk->text) / 2;
	got = read(talk->in, talk->text + talk->n, sizeof(talk->text) - 1 - talk->n);
	if (got > 0)
		talk->n += (size_t)got;
	else if (got == 0 || (errno != EINTR && errno != EAGAIN))
		talk->ended = true;
}

static bool has_line(const struct talk *talk)
{
	return talk->n > 0 && memchr(talk->text, '\n', talk->n);
}

/* The first line, without its end. */
static void give_line(struct talk *talk, char *ret, size_t n)
{
	const char *end = memchr(talk->text, '\n', talk->n);
	size_t length = (size_t)(end - talk->text), used = 0;

	for (size_t i = 0; i < length && used + 1 < n; i++)
		if ((unsigned char)talk->text[i] >= ' ' && talk->text[i] != 0x7f &&
		    (used > 0 || talk->text[i] != ' '))
			ret[used++] = talk->text[i];
	while (used > 0 && ret[used - 1] == ' ')
		used--;
	ret[used] = '\0';
	talk->n -= length + 1;
	memmove(talk->text, end + 1, talk->n);
}

/* fd -1: only a line. */
static int wait_for(struct talk *talk, int fd)
{
	struct signalfd_siginfo signal;
	struct pollfd polled[] = {
		{.fd = talk->signals, .events = POLLIN},
		{.fd = talk->in, .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};

	fflush(stdout);
	while (!talk->ended) {
		if (has_line(talk))
			return TALK_LINE_TYPED;
		if (poll(polled, 3, -1) < 0 && errno != EINTR)
			return -errno;
		if (polled[0].revents) /* taken, so that it does not kill after talk_close() */
			talk->ended = read(talk->signals, &signal, sizeof(signal)) > 0;
		else if (polled[1].revents)
			take(talk);
		else if (polled[2].revents)
			return TALK_READY;
	}
	putchar('\n');
	return -ECANCELED;
}

int talk_wait(struct talk *talk, int fd)
{
	char line[TALK_LINE];
	int r = wait_for(talk, fd);

	if (r == TALK_LINE_TYPED)
		give_line(talk, line, sizeof(line));
	return r;
}

int talk_ask(struct talk *talk, const char *question, const char *standard, char *ret, size_t n)
{
	int r;

	fputs(question, stdout);
	if (standard && standard[0])
		printf(" [%s]", standard);
	fputs(": ", stdout);
	r = wait_for(talk, -1);
	if (r < 0)
		return r;
	give_line(talk, ret, n);
	if (!ret[0] && standard)
		snprintf(ret, n, "%s", standard);
	return 0;
}

/* Both languages, whichever is in force: people of one house speak both. */
static int meaning(const char *word)
{
	static const struct {
		const char *word;
		enum talk_answer answer;
	} known[] = {
		{"y", TALK_YES},   {"yes", TALK_YES},	  {"c", TALK_YES},     {"co", TALK_YES},
		{"có", TALK_YES},  {"n", TALK_NO},	  {"no", TALK_NO},     {"k", TALK_NO},
		{"ko", TALK_NO},   {"khong", TALK_NO},	  {"không", TALK_NO},  {"a", TALK_AGAIN},
		{"l", TALK_AGAIN}, {"again", TALK_AGAIN}, {"lai", TALK_AGAIN}, {"lại", TALK_AGAIN},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcasecmp(word, known[i].word) == 0)
			return (int)known[i].answer;
	return -1;
}

int talk_choose(struct talk *talk, const char *question, bool again)
{
	char line[TALK_LINE];
	int r, answer;

	for (;;) {
		r = talk_ask(talk, question, again ? _("y/n/again") : _("y/n"), line, sizeof(line));
		if (r < 0)
			return r;
		answer = meaning(line);
		if (answer >= 0 && (again || answer != TALK_AGAIN))
			return answer;
	}
}
