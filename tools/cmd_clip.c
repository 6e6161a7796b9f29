/* SPDX-License-Identifier: MIT */
/* clip add: into the station's library, or its files where it does not run. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clash.h"
#include "clip_add.h"
#include "clip_print.h"
#include "import_words.h"
#include "library.h"
#include "names.h"
#include "shelf.h"
#include "words.h"

/* Where clips go: asked of the station, or done here. */
struct adding {
	const struct scene *scene;
	struct shelf shelf; /* open where no station is asked */
	bool replace;
};

static int add_by_station(const struct adding *adding, const struct incoming *incoming)
{
	json_t *request = ask_request("clip-add"), *reply;
	const json_t *warning;
	size_t i;
	int r = EXIT_DONE;

	ask_put(request, "name", incoming->name);
	ask_put(request, "title", incoming->title);
	if (request && adding->replace)
		json_object_set_new(request, "replace", json_true());
	if (ask_call(adding->scene->station, request, incoming->fd, &reply) < 0)
		return EXIT_SERVICE;
	if (json_is_true(json_object_get(reply, "ok"))) {
		clip_print_added(stdout, json_object_get(reply, "clip"));
		json_array_foreach(json_object_get(reply, "warnings"), i, warning)
			printf("  %s\n", ask_text(warning, "message"));
	} else {
		complain("%s: %s", incoming->file, ask_text(reply, "message"));
		r = EXIT_NO;
	}
	json_decref(reply);
	return r;
}

static void say_warnings(const struct library_result *result)
{
	const char *codes[LIBRARY_WARNINGS];
	size_t n = library_warnings(result, codes);

	for (size_t i = 0; i < n; i++) {
		const struct import_warning warning = {codes[i], result->same_as, result->gap_at_us,
						       result->gap_us};
		char text[LIMIT_TEXT];

		import_warning_text(&warning, text, sizeof(text));
		printf("  %s\n", text);
	}
}

static int say_added(const struct shelf *shelf, const struct library_result *result)
{
	json_t *clip = shelf_recording(shelf, &result->clip);

	if (!clip)
		return complain_memory();
	clip_print_added(stdout, clip);
	json_decref(clip);
	say_warnings(result);
	return EXIT_DONE;
}

static int refused(const struct incoming *incoming, const char *code)
{
	complain("%s: %s (%s)", incoming->file, import_refusal(code), code);
	return EXIT_NO;
}

static enum clash_there look(void *context, const char *name)
{
	const struct shelf *shelf = context;

	if (!clip_file_there(shelf->scene->state, name))
		return CLASH_FREE;
	return clip_file_is_draft(shelf->scene->state, name) ? CLASH_DRAFT : CLASH_RECORDED;
}

/* What the station keeps and notes of a recording that it took in. */
static int keep_here(struct shelf *shelf, struct library_result *result)
{
	char why[LIMIT_WHY];
	int r;

	result->clip.draft = clip_file_is_draft(shelf->scene->state, result->clip.name);
	r = store_put_clip(shelf->store, &result->clip);
	if (r < 0)
		return r;
	life_print_added(why, sizeof(why), result->clip.name, result->clip.title);
	return shelf_note(shelf, result->clip.draft ? "clip-say" : "clip-add",
			  result->clip.added_by, why);
}

static int add_here(struct adding *adding, const struct incoming *incoming)
{
	struct shelf *shelf = &adding->shelf;
	struct library_result result;
	char who[LIMIT_WHO], name[LIMIT_NAME];
	int r;

	if (clash_settle(incoming->name, adding->replace ? CLASH_REPLACE : CLASH_ASK, look, shelf,
			 name) == CLASH_REFUSED)
		return refused(incoming, "exists");
	shelf_who(NULL, who);
	r = library_import(shelf->library, incoming->fd, name, incoming->title, who,
			   adding->scene->now_us, &result);
	if (r == 0 && result.verdict == LIBRARY_ACCEPTED)
		r = keep_here(shelf, &result);
	else if (r == 0 && result.verdict == LIBRARY_IO)
		r = result.error;
	if (r < 0) {
		complain(_("%s was not taken in (%s): check that the disk is not full"),
			 incoming->file, words_error(-r));
		return EXIT_NO;
	}
	if (result.verdict == LIBRARY_ACCEPTED)
		return say_added(shelf, &result);
	return refused(incoming, result.code);
}

static int open_recording(struct incoming *incoming)
{
	struct stat status;

	/* Nonblocking, or a pipe nobody writes to would hold the command for ever. */
	incoming->fd = open(incoming->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (incoming->fd < 0) {
		complain(_("%s cannot be opened (%s)"), incoming->file, words_error(errno));
		return EXIT_NO;
	}
	if (fstat(incoming->fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_size <= LIMIT_CLIP_BYTES)
		return EXIT_DONE;
	complain(_("%s is not a file of at most %d MiB: give a recording"), incoming->file,
		 LIMIT_CLIP_BYTES >> 20);
	close(incoming->fd);
	return EXIT_NO;
}

int clip_name(const char *given, struct incoming *incoming)
{
	char *nfc = names_nfc(given);
	bool fits;

	fits = nfc && names_flaw(nfc, sizeof(incoming->name), false) == NAMES_GOOD;
	if (fits)
		memcpy(incoming->name, nfc, strlen(nfc) + 1);
	free(nfc);
	if (fits)
		return EXIT_DONE;
	complain(_("no clip can be called \"%s\": give another name with --as, at most %d "
		   "bytes, without blanks or slashes"),
		 given, LIMIT_NAME - 1);
	return EXIT_WRONG;
}

/* The name given, or the one that every file's name gives: "Khẩu hiệu 3.mp3" is khau-hieu-3. */
static int choose_name(const char *given, struct incoming *incoming)
{
	names_title(incoming->file, incoming->title, sizeof(incoming->title));
	if (given)
		return clip_name(given, incoming);
	return names_of_file(incoming->file, incoming->name) < 0 ? complain_memory() : EXIT_DONE;
}

static int take_in(struct adding *adding, const struct incoming *incoming)
{
	return adding->scene->station ? add_by_station(adding, incoming)
				      : add_here(adding, incoming);
}

static int add_one(struct adding *adding, const char *file, const char *name)
{
	struct incoming incoming = {.file = file};
	int r = choose_name(name, &incoming);

	if (r == EXIT_DONE)
		r = open_recording(&incoming);
	if (r != EXIT_DONE)
		return r;
	r = take_in(adding, &incoming);
	close(incoming.fd);
	return r;
}

int clip_add(const struct scene *scene, const struct incoming *incoming, bool replace)
{
	struct adding adding = {.scene = scene, .replace = replace};
	int r;

	if (scene->station)
		return take_in(&adding, incoming);
	r = shelf_open(scene, true, &adding.shelf);
	if (r != EXIT_DONE)
		return r;
	r = take_in(&adding, incoming);
	shelf_close(&adding.shelf);
	return r;
}

/* Every file is tried, unless the station is gone; the worst answer counts. */
static int add_all(struct adding *adding, const struct call *call)
{
	const char *name = call_value(call, "as");
	int worst = EXIT_DONE;

	if (!name)
		name = call_value(call, "name");
	for (size_t i = 0; worst != EXIT_SERVICE && i < call->n_operands; i++) {
		int r = add_one(adding, call->operands[i], name);

		worst = r > worst ? r : worst;
	}
	return worst;
}

static int add(const struct call *call, const struct scene *scene)
{
	struct adding adding = {.scene = scene, .replace = call_has(call, "replace")};
	int r;

	if (scene->station)
		return add_all(&adding, call);
	r = shelf_open(scene, true, &adding.shelf);
	if (r != EXIT_DONE)
		return r;
	r = add_all(&adding, call);
	shelf_close(&adding.shelf);
	return r;
}

int cmd_clip_add(const struct call *call)
{
	struct scene scene;
	int r;

	if ((call_has(call, "as") || call_has(call, "name")) && call->n_operands > 1) {
		complain(_("--as names one clip: add the files one by one"));
		return EXIT_WRONG;
	}
	r = scene_open(call, &scene);
	if (r != EXIT_DONE)
		return r;
	r = scene.unreachable ? ask_unreachable(scene.unreachable) : add(call, &scene);
	scene_close(&scene);
	return r;
}
