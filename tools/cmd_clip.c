/* SPDX-License-Identifier: MIT */
/* clip add and clip list: the station's library, or its files where it does not run. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clash.h"
#include "clip_print.h"
#include "import_words.h"
#include "library.h"
#include "names.h"
#include "scene.h"
#include "words.h"

/* Where clips go: asked of the station, or done here. */
struct shelf {
	const struct scene *scene;
	struct store *store; /* both NULL where the station is asked */
	struct library *library;
	bool replace;
};

struct incoming {
	const char *file;
	char name[LIMIT_NAME], title[LIMIT_WHY];
	int fd;
};

static int shelf_open(const struct scene *scene, struct shelf *ret)
{
	struct store_options options = {.state_dir = scene->state};
	struct store_opening opening;
	char why[512] = "";
	int r;

	*ret = (struct shelf){.scene = scene};
	if (scene->unreachable)
		return ask_unreachable(scene->unreachable);
	if (scene->station)
		return EXIT_DONE;
	r = store_open(&options, &ret->store, &opening, why, sizeof(why));
	if (r == 0)
		r = recordings_library(scene->state, &scene->settings, ret->store, &ret->library);
	if (r == 0)
		return EXIT_DONE;
	ret->store = store_free(ret->store);
	if (why[0] && r != -ENOENT)
		complain("%s", why);
	else
		complain(_("the library in %s cannot be opened (%s): check that the folder is "
			   "there and that you may write to it"),
			 scene->state, words_error(-r));
	return EXIT_NO;
}

static void shelf_close(struct shelf *shelf)
{
	library_free(shelf->library);
	store_free(shelf->store);
}

static int add_by_station(const struct shelf *shelf, const struct incoming *incoming)
{
	json_t *request = ask_request("clip-add"), *reply;
	const json_t *warning;
	size_t i;
	int r = EXIT_DONE;

	ask_put(request, "name", incoming->name);
	ask_put(request, "title", incoming->title);
	if (request && shelf->replace)
		json_object_set_new(request, "replace", json_true());
	if (ask_call(shelf->scene->station, request, incoming->fd, &reply) < 0)
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

static int say_added(const struct library_result *result, const struct zone *zone)
{
	json_t *clip = clip_json(&result->clip, zone);

	if (!clip)
		return complain_memory();
	clip_print_added(stdout, clip);
	json_decref(clip);
	say_warnings(result);
	return EXIT_DONE;
}

static enum clash_there look(void *context, const char *name)
{
	const struct shelf *shelf = context;

	return library_find(shelf->library, name) ? CLASH_RECORDED : CLASH_FREE;
}

static int refused(const struct incoming *incoming, const char *code)
{
	complain("%s: %s (%s)", incoming->file, import_refusal(code), code);
	return EXIT_NO;
}

static int add_here(struct shelf *shelf, const struct incoming *incoming)
{
	const struct passwd *user = getpwuid(getuid());
	struct library_result result;
	char name[LIMIT_NAME];
	int r;

	if (clash_settle(incoming->name, shelf->replace ? CLASH_REPLACE : CLASH_ASK, look, shelf,
			 name) == CLASH_REFUSED)
		return refused(incoming, "exists");
	r = library_import(shelf->library, incoming->fd, name, incoming->title,
			   user ? user->pw_name : "", shelf->scene->now_us, &result);
	if (r == 0 && result.verdict == LIBRARY_ACCEPTED)
		r = store_put_clip(shelf->store, &result.clip);
	else if (r == 0 && result.verdict == LIBRARY_IO)
		r = result.error;
	if (r < 0) {
		complain(_("%s was not taken in (%s): check that the disk is not full"),
			 incoming->file, words_error(-r));
		return EXIT_NO;
	}
	if (result.verdict == LIBRARY_ACCEPTED)
		return say_added(&result, &shelf->scene->zone);
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

/* The name given, or the one that every file's name gives: "Khẩu hiệu 3.mp3" is khau-hieu-3. */
static int choose_name(const char *given, struct incoming *incoming)
{
	char *nfc;
	bool fits;

	names_title(incoming->file, incoming->title, sizeof(incoming->title));
	if (!given) {
		names_of_file(incoming->file, incoming->name);
		return EXIT_DONE;
	}
	nfc = names_nfc(given);
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

static int add_one(struct shelf *shelf, const char *file, const char *name)
{
	struct incoming incoming = {.file = file};
	int r = choose_name(name, &incoming);

	if (r == EXIT_DONE)
		r = open_recording(&incoming);
	if (r != EXIT_DONE)
		return r;
	r = shelf->library ? add_here(shelf, &incoming) : add_by_station(shelf, &incoming);
	close(incoming.fd);
	return r;
}

/* Every file is tried, unless the station is gone; the worst answer counts. */
static int add_all(struct shelf *shelf, const struct call *call)
{
	const char *name = call_value(call, "as");
	int worst = EXIT_DONE;

	if (!name)
		name = call_value(call, "name");
	shelf->replace = call_has(call, "replace");
	for (size_t i = 0; worst != EXIT_SERVICE && i < call->n_operands; i++) {
		int r = add_one(shelf, call->operands[i], name);

		worst = r > worst ? r : worst;
	}
	return worst;
}

int cmd_clip_add(const struct call *call)
{
	struct scene scene;
	struct shelf shelf;
	int r;

	if ((call_has(call, "as") || call_has(call, "name")) && call->n_operands > 1) {
		complain(_("--as names one clip: add the files one by one"));
		return EXIT_WRONG;
	}
	r = scene_open(call, &scene);
	if (r != EXIT_DONE)
		return r;
	r = shelf_open(&scene, &shelf);
	if (r == EXIT_DONE) {
		r = add_all(&shelf, call);
		shelf_close(&shelf);
	}
	scene_close(&scene);
	return r;
}

static int list_here(const struct scene *scene, json_t *clips)
{
	struct library *library;
	int r = recordings_measured(scene->state, &scene->settings, &library);

	if (r < 0) {
		complain(_("the clips in %s cannot be read (%s): name the station's folder with "
			   "--state"),
			 scene->state, words_error(-r));
		return EXIT_NO;
	}
	for (size_t i = 0; i < library_count(library); i++)
		json_array_append_new(clips, clip_json(library_clip(library, i), &scene->zone));
	library_free(library);
	return EXIT_DONE;
}

int cmd_clip_list(const struct call *call)
{
	struct scene scene;
	json_t *clips;
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	clips = json_array();
	if (scene.unreachable)
		r = ask_unreachable(scene.unreachable);
	else if (scene.station)
		r = scene_ask_clips(&scene, clips);
	else
		r = list_here(&scene, clips);
	if (r == EXIT_DONE && call_has(call, "json"))
		clip_print_json(stdout, clips);
	else if (r == EXIT_DONE)
		clip_print_table(stdout, clips);
	json_decref(clips);
	scene_close(&scene);
	return r;
}
