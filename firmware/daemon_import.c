/* SPDX-License-Identifier: MIT */
/*
 * Recordings that come in: from a request that waits for the answer, or as a file about which
 * nobody can be asked. They wait in one line, one child at a time. Only when its turn has come is
 * it settled what becomes of a name that is taken: what was before it may have taken the name.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import_words.h"
#include "names.h"
#include "words.h"

static void say_refusal(const struct library_result *result, struct control_verdict *ret)
{
	ret->error = result->verdict == LIBRARY_IO ? "disk" : result->code;
	if (result->verdict == LIBRARY_IO)
		snprintf(ret->message, sizeof(ret->message), _("The disk refuses: %s"),
			 words_error(-result->error));
	else
		snprintf(ret->message, sizeof(ret->message), "%s", import_refusal(result->code));
}

size_t daemon_import_warnings(const struct library_result *result,
			      struct control_warning ret[LIBRARY_WARNINGS])
{
	const char *codes[LIBRARY_WARNINGS];
	size_t n = library_warnings(result, codes);

	for (size_t i = 0; i < n; i++) {
		const struct import_warning warning = {codes[i], result->same_as, result->gap_at_us,
						       result->gap_us};

		ret[i].code = codes[i];
		import_warning_text(&warning, ret[i].text, sizeof(ret[i].text));
	}
	return n;
}

void daemon_import_answer(struct daemon *d, const struct daemon_import *import,
			  const struct library_result *result, bool known)
{
	struct control_verdict verdict = {0};
	struct control_warning warnings[LIBRARY_WARNINGS];
	struct control_clip clip = {0};
	size_t n = daemon_import_warnings(result, warnings);

	if (result->verdict == LIBRARY_ACCEPTED)
		daemon_clip_for_control(
			known ? library_find(d->library, result->same_as) : &result->clip, &clip);
	else
		say_refusal(result, &verdict);
	clip.known = known;
	control_answer_clip(d->control, import->token, &verdict, &clip, warnings, n);
}

/* Tells whoever waits, and takes the first out of the line. */
static void end(struct daemon *d, const struct library_result *result, bool known)
{
	struct daemon_import import = d->imports[0];

	d->n_imports--;
	memmove(&d->imports[0], &d->imports[1], d->n_imports * sizeof(d->imports[0]));
	d->importing = false;
	if (import.done)
		import.done(d, &import, result, known);
	else if (import.token)
		daemon_import_answer(d, &import, result, known);
	if (import.fd >= 0)
		close(import.fd);
}

/* The name it gets; false: it has to be asked of a person, or all numbers are taken. */
static bool settle(struct daemon *d, struct daemon_import *import)
{
	char name[LIMIT_NAME];
	enum clash_answer answer =
		clash_settle(import->name, import->rule, daemon_clip_look, d, name);

	import->over = answer == CLASH_OVER;
	memcpy(import->name, name, sizeof(import->name));
	return answer != CLASH_REFUSED && answer != CLASH_FULL;
}

static void refuse(struct daemon *d, const char *code, int error)
{
	struct library_result result = {.verdict = LIBRARY_REFUSED, .error = error};

	if (code)
		snprintf(result.code, sizeof(result.code), "%s", code);
	else
		result.verdict = LIBRARY_IO;
	end(d, &result, false);
}

static int begin_first(struct daemon *d, int *ret_fd)
{
	struct daemon_import *import = &d->imports[0];
	int error;

	if (!settle(d, import)) {
		refuse(d, "exists", 0);
		return -EEXIST;
	}
	error = library_import_begin(d->library, import->fd, import->name, import->title,
				     import->hand.who, d->now_us, ret_fd);
	d->importing = error == 0;
	if (error < 0)
		refuse(d,
		       error == -EINVAL		? "bad-name"
		       : error == -ENAMETOOLONG ? "title-too-long"
		       : error == -EFBIG	? "too-large"
						: NULL,
		       error);
	return error;
}

int daemon_import_begin(struct daemon *d, int *ret_fd)
{
	while (d->n_imports > 0)
		if (begin_first(d, ret_fd) == 0)
			return 0;
	return -EAGAIN;
}

/*
 * The same recording once more, about which nobody can be asked: a file too many. Not so where it
 * took the place of something, or where the config waits for a recording of that very name.
 */
static bool is_known(const struct daemon *d, const struct daemon_import *import,
		     const struct library_result *result)
{
	const struct plan_clip *clip = plan_find_clip(d->plan, import->name);

	return import->rule == CLASH_VERSION && result->same_as[0] && !import->over &&
	       !(clip && clip->declared);
}

void daemon_import_finish(struct daemon *d, struct library_result *result)
{
	const struct daemon_import *import = &d->imports[0];
	bool accepted = result->verdict == LIBRARY_ACCEPTED;
	bool known = accepted && is_known(d, import, result);

	if (known) {
		library_remove(d->library, result->clip.name);
	} else if (accepted) {
		daemon_clip_complete(d, &result->clip);
		library_know(d->library, &result->clip);
		log_writer_put_clip(d->writer, &result->clip);
		daemon_clip_added(d, import->hand.who, &result->clip);
		daemon_plan_rebuild(d);
	}
	end(d, result, known);
}

int daemon_import_request(struct daemon *d, const struct control_import *import, uint64_t token)
{
	struct daemon_import *job = &d->imports[d->n_imports];
	char *name;
	int error = 0;

	if (d->n_imports == DAEMON_IMPORTS)
		return -EBUSY;
	*job = (struct daemon_import){
		.token = token,
		.fd = import->fd,
		.hand = import->hand,
		.rule = import->replace ? CLASH_REPLACE : CLASH_ASK,
	};
	name = names_nfc(import->name);
	if (!name || names_flaw(name, sizeof(job->name), false) != NAMES_GOOD ||
	    !library_name_ok(name))
		error = -EINVAL;
	else
		snprintf(job->name, sizeof(job->name), "%s", name);
	free(name);
	if (error < 0)
		return error;
	snprintf(job->title, sizeof(job->title), "%s", import->title);
	d->n_imports++;
	return 0;
}

struct daemon_import *daemon_import_file(struct daemon *d, const char *file, int fd,
					 const char *who, daemon_import_done_fn *done)
{
	struct daemon_import *job = &d->imports[d->n_imports];

	if (d->n_imports == DAEMON_IMPORTS)
		return NULL;
	*job = (struct daemon_import){.fd = fd, .rule = CLASH_VERSION, .done = done};
	names_of_file(file, job->name);
	names_title(file, job->title, sizeof(job->title));
	snprintf(job->hand.who, sizeof(job->hand.who), "%s", who);
	d->n_imports++;
	return job;
}
