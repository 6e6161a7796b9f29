/* SPDX-License-Identifier: MIT */
/*
 * clock answer: one request of the web console on standard input, one answer on standard output.
 *
 * A person at the page knows the time, the box does not, and neither console nor station may set a
 * clock. So systemd starts this as root for each connection to a socket that the console alone may
 * open. It does nothing but what is asked for when the station itself does not trust its clock, and
 * leaves that to the command "clock set", with all that it refuses.
 *
 *   request  {"to": TIME, "who": TEXT, "language"?: "vi"|"en"}
 *   answer   {"ok": true} or {"ok": false, "error": CODE, "message": TEXT for people}
 *
 * Codes: "bad-request", "trusted" (the station knows the time), "clock" (it was not set, or not
 * believed), "no-station".
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ask.h"
#include "civil.h"
#include "json_line.h"
#include "limit.h"
#include "words.h"

#define REQUEST_BYTES 1024
#define SAID_BYTES    1024

extern char **environ;

static int answer(const char *error, const char *message)
{
	json_t *json =
		error ? json_pack("{s:b, s:s, s:s}", "ok", 0, "error", error, "message", message)
		      : json_pack("{s:b}", "ok", 1);

	if (!json)
		return complain_memory();
	json_line(stdout, json, JSON_COMPACT);
	json_decref(json);
	return error ? EXIT_NO : EXIT_DONE;
}

/* A name as the log takes it. */
static bool is_person(const char *who)
{
	if (!who || !who[strspn(who, " ")] || strlen(who) >= LIMIT_WHO)
		return false;
	for (const unsigned char *c = (const unsigned char *)who; *c; c++)
		if (*c < ' ' || *c == 0x7f)
			return false;
	return true;
}

/* What the child says on standard error, without the program's name. */
static void read_said(int fd, char ret[SAID_BYTES])
{
	size_t n = 0;
	ssize_t got;

	do {
		got = read(fd, ret + n, SAID_BYTES - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	} while (n < SAID_BYTES - 1 && (got > 0 || (got < 0 && errno == EINTR)));
	ret[n] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	if (strncmp(ret, "loaphuong: ", strlen("loaphuong: ")) == 0)
		memmove(ret, ret + strlen("loaphuong: "), strlen(ret + strlen("loaphuong: ")) + 1);
}

/* Runs this program with these words. Its exit code, or a negative errno. */
static int run(const char *const *line, int err)
{
	posix_spawn_file_actions_t actions;
	int status = 0, error;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	error = posix_spawn(&child, "/proc/self/exe", &actions, NULL,
			    (char *const *)(uintptr_t)line, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(err);
	if (error)
		return -error;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}

static int set(const struct call *call, const char *to, const char *who)
{
	char by[LIMIT_WHO + 8], said[SAID_BYTES];
	const char *const line[] = {"loaphuong", "clock",     "set",	   to,
				    by,		 "--yes",     "-c",	   call->config,
				    "--state",	 call->state, "--runtime", call->runtime,
				    NULL};
	int ends[2], code;

	snprintf(by, sizeof(by), "--by=%s", who);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return answer("clock", words_error(errno));
	code = run(line, ends[1]); /* a line fits into the pipe */
	read_said(ends[0], said);
	close(ends[0]);
	if (code == EXIT_DONE)
		return answer(NULL, NULL);
	return answer("clock", said[0] ? said : _("The clock could not be set."));
}

/* The station must be there, and in doubt. */
static int judge(const struct call *call, const char *to, const char *who)
{
	json_t *reply = NULL;
	bool in_doubt;

	if (ask_station(call, ask_request("status"), &reply) != EXIT_DONE)
		return answer("no-station", _("The station does not answer."));
	in_doubt = strcmp(ask_text(json_object_get(json_object_get(reply, "status"), "clock"),
				   "state"),
			  "untrusted") == 0;
	json_decref(reply);
	if (!in_doubt)
		return answer("trusted",
			      _("The box knows the time; it is not to be set from here."));
	return set(call, to, who);
}

int cmd_clock_answer(const struct call *call)
{
	char text[REQUEST_BYTES];
	json_t *request = NULL;
	const char *to, *who, *language;
	int64_t to_us;
	int r;

	if (fgets(text, sizeof(text), stdin))
		request = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	to = json_string_value(json_object_get(request, "to"));
	who = json_string_value(json_object_get(request, "who"));
	language = json_string_value(json_object_get(request, "language"));
	if (language && (strcmp(language, "vi") == 0 || strcmp(language, "en") == 0)) {
		setenv("LANGUAGE", language, 1);
		words_use(language);
	}
	if (!to || civil_parse_instant(to, NULL, &to_us) < 0 || !is_person(who))
		r = answer("bad-request", _("The request has no time, or no name."));
	else
		r = judge(call, to, who);
	json_decref(request);
	return r;
}
