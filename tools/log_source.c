/* SPDX-License-Identifier: MIT */
#include "log_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hex.h"
#include "row_json.h"
#include "words.h"

struct log_source {
	const struct scene *scene;
	struct store *store; /* NULL: the station is asked */
};

static int cannot_open(const char *state, int error, const char *why)
{
	if (error == -ENOENT)
		complain(_("there is no log in %s: name the station's folder with --state"), state);
	else if (error == -EACCES || error == -EPERM)
		complain(_("you may not read the log in %s: use sudo"), state);
	else if (error == -EBUSY)
		complain(_("the log in %s is in use by another program: try again"), state);
	else if (why[0])
		complain("%s", why);
	else
		complain(_("the log in %s cannot be read (%s): check the disk"), state,
			 words_error(-error));
	return EXIT_NO;
}

int log_open(const struct scene *scene, struct log_source **ret)
{
	struct store_options options = {.state_dir = scene->state, .read_only = true};
	struct store_opening opening;
	struct log_source *source;
	char why[512] = "";
	int r;

	if (scene->unreachable)
		return ask_unreachable(scene->unreachable);
	source = calloc(1, sizeof(*source));
	if (!source)
		return complain_memory();
	source->scene = scene;
	if (!scene->station) {
		r = store_open(&options, &source->store, &opening, why, sizeof(why));
		if (r < 0) {
			free(source);
			return cannot_open(scene->state, r, why);
		}
	}
	*ret = source;
	return EXIT_DONE;
}

int log_open_if_there(const struct scene *scene, struct log_source **ret)
{
	char path[LIMIT_PATH];

	*ret = NULL;
	snprintf(path, sizeof(path), "%s/asrun.db", scene->state);
	if (!scene->station && !scene->unreachable && access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	return log_open(scene, ret);
}

struct log_source *log_close(struct log_source *source)
{
	if (source) {
		store_free(source->store);
		free(source);
	}
	return NULL;
}

static void put_instant(json_t *request, const char *key, const struct zone *zone, int64_t us)
{
	char text[64];

	if (us == 0)
		return;
	civil_print_instant(text, sizeof(text), zone, us, 0);
	ask_put(request, key, text);
}

static json_t *page_request(const struct scene *scene, const char *what,
			    const struct store_query *query)
{
	json_t *request = ask_request(what);

	put_instant(request, "from", &scene->zone, query->from_us);
	put_instant(request, "until", &scene->zone, query->until_us);
	ask_put(request, "campaign", query->campaign[0] ? query->campaign : NULL);
	ask_put(request, "broadcast", query->broadcast[0] ? query->broadcast : NULL);
	if (query->after_row)
		json_object_set_new(request, "after_row", json_integer(query->after_row));
	if (query->limit)
		json_object_set_new(request, "limit", json_integer((json_int_t)query->limit));
	if (query->skip)
		json_object_set_new(request, "skip", json_integer((json_int_t)query->skip));
	if (query->newest_first)
		json_object_set_new(request, "newest_first", json_true());
	return request;
}

/* One page of the station's rows or notes; *ret_more is false after the last. */
static int ask_page(const struct scene *scene, bool notes, struct store_query *query,
		    log_row_fn *fn, void *context, bool *ret_more)
{
	const char *what = notes ? "notes" : "log", *key = notes ? "notes" : "rows";
	const json_t *row;
	json_t *reply;
	size_t i;
	int r;

	if (ask_call(scene->station, page_request(scene, what, query), -1, &reply) < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	*ret_more = json_is_true(json_object_get(reply, "more")) &&
		    json_array_size(json_object_get(reply, key)) > 0;
	json_array_foreach(json_object_get(reply, key), i, row)
	{
		if (r != EXIT_DONE)
			break;
		r = fn(context, row);
		if (notes)
			query->skip++;
		else
			query->after_row = ask_number(row, "row");
	}
	json_decref(reply);
	return r;
}

static int ask_pages(const struct scene *scene, bool notes, const struct store_query *query,
		     log_row_fn *fn, void *context)
{
	struct store_query page = *query;
	bool more = true;
	int r = EXIT_DONE;

	while (more && r == EXIT_DONE) {
		r = ask_page(scene, notes, &page, fn, context, &more);
		more = more && query->limit == 0 && !query->newest_first;
	}
	return r;
}

struct reading {
	const struct scene *scene;
	log_row_fn *fn;
	void *context;
};

static int give(const struct reading *reading, json_t *json)
{
	int r = json ? reading->fn(reading->context, json) : -ENOMEM;

	json_decref(json);
	return r;
}

static int read_row(void *context, const struct asrun_row *row)
{
	const struct reading *reading = context;

	return give(reading, row_json(row, &reading->scene->zone));
}

static int read_note(void *context, const struct asrun_event *note)
{
	const struct reading *reading = context;

	return give(reading, row_json_note(note, &reading->scene->zone));
}

/* What the store answered, or what fn did. */
static int said(const struct log_source *source, int r)
{
	if (r == -ENOMEM)
		return complain_memory();
	return r < 0 ? cannot_open(source->scene->state, r, "") : r;
}

int log_rows(struct log_source *source, const struct store_query *query, log_row_fn *fn,
	     void *context)
{
	struct reading reading = {source->scene, fn, context};

	if (!source->store)
		return ask_pages(source->scene, false, query, fn, context);
	return said(source, store_rows(source->store, query, read_row, &reading));
}

int log_notes(struct log_source *source, const struct store_query *query, log_row_fn *fn,
	      void *context)
{
	struct reading reading = {source->scene, fn, context};

	if (!source->store)
		return ask_pages(source->scene, true, query, fn, context);
	return said(source, store_notes(source->store, query, read_note, &reading));
}

static const char *problem_code(int problem)
{
	switch (problem) {
	case VERIFY_ALTERED:
		return "altered";
	case VERIFY_REMOVED:
		return "removed";
	case VERIFY_REORDERED:
		return "reordered";
	case VERIFY_TAIL_MISSING:
		return "tail-missing";
	case VERIFY_HEAD_MISSING:
		return "head-missing";
	default:
		return NULL;
	}
}

static int verify_store(struct log_source *source, json_t **ret)
{
	struct store_verdict verdict;
	char head[HEX_TEXT];
	int r = store_verify(source->store, &verdict);

	if (r < 0)
		return cannot_open(source->scene->state, r, "");
	hex_print(head, verdict.head);
	*ret = json_pack("{s:b, s:I, s:s, s:s?}", "intact", (int)verdict.intact, "events",
			 (json_int_t)verdict.events, "head", head, "problem",
			 problem_code((int)verdict.problem));
	if (!*ret)
		return complain_memory();
	if (verdict.first_bad)
		json_object_set_new(*ret, "first_bad", json_integer(verdict.first_bad));
	return EXIT_DONE;
}

int log_verify(struct log_source *source, json_t **ret)
{
	json_t *reply;
	int r;

	if (source->store)
		return verify_store(source, ret);
	if (ask_call(source->scene->station, ask_request("log-verify"), -1, &reply) < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	if (r != EXIT_DONE)
		json_decref(reply);
	else
		*ret = reply;
	return r;
}
