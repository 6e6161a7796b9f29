/* SPDX-License-Identifier: MIT */
/* clip approve, clip remove, clip restore: asked of the station, or done where none runs. */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "library.h"
#include "shelf.h"
#include "words.h"

/* What is done with one clip where no station runs. Complains itself. */
typedef int here_fn(const struct call *call, struct shelf *shelf, const char *name);
/* Completes a request of the station. */
typedef void request_fn(const struct call *call, json_t *request);

static int no_such(const char *name)
{
	complain(_("there is no recording \"%s\": loaphuong clip list shows the names"), name);
	return EXIT_NO;
}

static int disk(const char *name, int error)
{
	complain(_("%s: the disk refuses (%s)"), name, words_error(-error));
	return EXIT_NO;
}

static int of_station(const struct call *call, const struct scene *scene, const char *what,
		      request_fn *more, const char *name)
{
	json_t *request = ask_request(what), *reply;
	int r = EXIT_DONE;

	ask_put(request, "name", name);
	ask_put(request, "who", call_value(call, "by"));
	ask_put(request, "why", call_value(call, "why"));
	if (request && more)
		more(call, request);
	if (ask_call(scene->station, request, -1, &reply) < 0)
		return EXIT_SERVICE;
	if (!json_is_true(json_object_get(reply, "ok"))) {
		complain("%s: %s", name, ask_text(reply, "message"));
		r = EXIT_NO;
	}
	json_decref(reply);
	return r;
}

/* Says what was done, if it was; returns the worse of both. */
static int tell(const char *name, int r, const char *done, int worst)
{
	if (r == EXIT_DONE)
		printf("%s: %s\n", name, done);
	return r > worst ? r : worst;
}

static int here(const struct call *call, const struct scene *scene, here_fn *fn, const char *done)
{
	struct shelf shelf;
	int worst = shelf_open(scene, true, &shelf);

	if (worst != EXIT_DONE)
		return worst;
	shelf_measure(&shelf);
	for (size_t i = 0; i < call->n_operands; i++)
		worst = tell(call->operands[i], fn(call, &shelf, call->operands[i]), done, worst);
	shelf_close(&shelf);
	return worst;
}

/* Every clip is tried; done is said of each of which it is true. */
static int do_all(const struct call *call, const char *what, request_fn *more, here_fn *fn,
		  const char *done)
{
	struct scene scene;
	int r = scene_open(call, &scene), worst = EXIT_DONE;

	if (r != EXIT_DONE)
		return r;
	if (scene.unreachable) {
		worst = ask_unreachable(scene.unreachable);
	} else if (!scene.station) {
		worst = here(call, &scene, fn, done);
	} else {
		for (size_t i = 0; worst != EXIT_SERVICE && i < call->n_operands; i++)
			worst = tell(call->operands[i],
				     of_station(call, &scene, what, more, call->operands[i]), done,
				     worst);
	}
	scene_close(&scene);
	return worst;
}

static const char *given(const struct call *call, const char *name)
{
	const char *value = call_value(call, name);

	return value ? value : "";
}

static void ask_approval(const struct call *call, json_t *request)
{
	if (call_has(call, "revoke"))
		json_object_set_new(request, "revoke", json_true());
}

static int approve_here(const struct call *call, struct shelf *shelf, const char *name)
{
	const struct store_clip *clip = library_find(shelf->library, name);
	const bool revoke = call_has(call, "revoke");
	char why[LIMIT_WHY], who[LIMIT_WHO];
	int r;

	if (!clip)
		return no_such(name);
	if (revoke)
		life_print_revoked(why, sizeof(why), name, given(call, "why"));
	else
		life_print_approved(why, sizeof(why), name, clip->sha256, given(call, "why"));
	shelf_who(call_value(call, "by"), who);
	r = shelf_note(shelf, revoke ? "clip-revoke" : "clip-approve", who, why);
	return r < 0 ? disk(name, r) : EXIT_DONE;
}

int cmd_clip_approve(const struct call *call)
{
	const char *by = given(call, "by");

	if (!by[strspn(by, " ")]) {
		complain(_("approve wants --by WHO: the person who listened and takes the "
			   "responsibility"));
		return EXIT_WRONG;
	}
	return do_all(call, "clip-approve", ask_approval, approve_here,
		      call_has(call, "revoke") ? _("approval revoked") : _("approved"));
}

static int used(const char *name, const char *use)
{
	complain(_("%s is still used by %s: take it out there first, then remove it"), name, use);
	return EXIT_NO;
}

/* Who uses it, as the station would find it. */
static int refuse_used(const struct shelf *shelf, const char *name)
{
	const struct plan *plan = shelf->config.plan;
	const struct plan_clip *clip = plan ? plan_find_clip(plan, name) : NULL;
	char use[PLAN_USE];
	const struct settings_button *button =
		plan ? settings_find_button(&shelf->config.settings, name) : NULL;
	size_t at = 0;

	if (clip &&
	    plan_next_use(plan, (size_t)(clip - plan->clips), shelf->scene->today, &at, use))
		return used(name, use);
	if (!button)
		return EXIT_DONE;
	snprintf(use, sizeof(use), _("button \"%s\""), button->name);
	return used(name, use);
}

static int remove_here(const struct call *call, struct shelf *shelf, const char *name)
{
	char who[LIMIT_WHO];
	int r = refuse_used(shelf, name);

	if (r != EXIT_DONE)
		return r;
	/* Nobody here knows whether the clock is right: the station counts its days. */
	r = clip_file_remove(shelf->scene->state, name, 0);
	if (r == -ENOENT)
		return no_such(name);
	if (r == 0)
		r = store_remove_clip(shelf->store, name);
	shelf_who(call_value(call, "by"), who);
	if (r == 0)
		r = shelf_note(shelf, "clip-remove", who, name);
	return r < 0 ? disk(name, r) : EXIT_DONE;
}

int cmd_clip_remove(const struct call *call)
{
	return do_all(call, "clip-remove", NULL, remove_here,
		      _("removed; for 30 days loaphuong clip restore brings it back"));
}

static void ask_restore(const struct call *call, json_t *request)
{
	ask_put(request, "as", call_value(call, "as"));
}

static int restore_here(const struct call *call, struct shelf *shelf, const char *name)
{
	const char *as = call_value(call, "as");
	char who[LIMIT_WHO];
	int r = clip_file_restore(shelf->scene->state, name, as ? as : name);

	switch (r) {
	case 0:
		break;
	case -ENOENT:
		complain(_("no removed recording \"%s\" is kept: loaphuong clip list --removed "
			   "shows what is"),
			 name);
		return EXIT_NO;
	case -EEXIST:
		complain(_("there is a recording \"%s\" already: give this one another name with "
			   "--as"),
			 as ? as : name);
		return EXIT_NO;
	case -EINVAL:
		complain(_("no clip can be called \"%s\": give another name with --as, at most %d "
			   "bytes, without blanks or slashes"),
			 as ? as : name, LIMIT_NAME - 1);
		return EXIT_WRONG;
	default:
		return disk(name, r);
	}
	shelf_who(call_value(call, "by"), who);
	r = shelf_note(shelf, "clip-restore", who, as ? as : name);
	return r < 0 ? disk(name, r) : EXIT_DONE;
}

int cmd_clip_restore(const struct call *call)
{
	if (call_has(call, "as") && call->n_operands > 1) {
		complain(_("--as names one clip: restore them one by one"));
		return EXIT_WRONG;
	}
	return do_all(call, "clip-restore", ask_restore, restore_here, _("restored"));
}
