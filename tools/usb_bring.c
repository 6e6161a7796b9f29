/* SPDX-License-Identifier: MIT */
/* The files of a stick, one after the other, into the running station; and what became of each. */
#include "usb_job.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "columns.h"
#include "import_words.h"
#include "names.h"
#include "usb_files.h"
#include "words.h"

#define VERDICT_COLUMNS 10
#define BUSY_TRIES	600 /* seconds in which others bring their recordings */

struct bringer {
	struct usb_job *job;
	struct ask *station;
	FILE *out; /* the text */
};

/* A name for people and for the station: one line of valid UTF-8. */
static void clean(const char *name, char *ret, size_t n)
{
	size_t bad, used = 0;

	while (used + 1 < n && *name) {
		bool control = (unsigned char)*name < 0x20 || *name == 0x7f;

		ret[used++] = control ? '?' : *name;
		name++;
	}
	ret[used] = '\0';
	while (!names_utf8_valid(ret, used, &bad))
		ret[bad] = '?';
}

static void say_file(const struct bringer *bringer, const char *what, const struct usb_file *file)
{
	char path[USB_PATH];

	clean(file->path, path, sizeof(path));
	columns_put(bringer->out, what, VERDICT_COLUMNS);
	fputs(path, bringer->out);
}

static void say_refused(const struct bringer *bringer, const struct usb_file *file,
			const char *message)
{
	bringer->job->shared->refused++;
	say_file(bringer, _("REFUSED"), file);
	fprintf(bringer->out, "\n    %s\n", message);
}

static void say_taken(const struct bringer *bringer, const struct usb_file *file,
		      const json_t *reply)
{
	const json_t *clip = json_object_get(reply, "clip"), *warning;
	bool known = json_is_true(json_object_get(reply, "known"));
	size_t i;

	if (known)
		bringer->job->shared->known++;
	else
		bringer->job->shared->taken++;
	say_file(bringer, known ? _("KNOWN") : _("TAKEN"), file);
	fprintf(bringer->out, " -> %s\n", ask_text(clip, "name"));
	json_array_foreach(json_object_get(reply, "warnings"), i, warning)
		fprintf(bringer->out, "    %s\n", ask_text(warning, "message"));
}

/* The station hears of a file that was refused before it could get it. */
static int tell_refused(const struct bringer *bringer, const struct usb_file *file,
			const char *code)
{
	char name[USB_NAME];
	json_t *request = ask_request("usb"), *reply;

	clean(usb_file_name(file), name, sizeof(name));
	ask_put(request, "step", "file");
	ask_put(request, "file", name);
	ask_put(request, "code", code);
	say_refused(bringer, file, import_refusal(code));
	if (ask_call(bringer->station, request, -1, &reply) < 0)
		return -EPIPE;
	json_decref(reply);
	return 0;
}

/* Again while others have all places. */
static int ask_to_take(const struct bringer *bringer, const char *name, int fd, json_t **ret_reply)
{
	for (unsigned i = 0;; i++) {
		json_t *request = ask_request("clip-bring");

		ask_put(request, "file", name);
		ask_put(request, "who", "usb");
		if (ask_call(bringer->station, request, fd, ret_reply) < 0)
			return -EPIPE;
		if (i == BUSY_TRIES || strcmp(ask_text(*ret_reply, "error"), "busy-station") != 0)
			return 0;
		json_decref(*ret_reply);
		sleep(1);
	}
}

static int hand_over(const struct bringer *bringer, const struct usb_file *file, int fd)
{
	char name[USB_NAME];
	json_t *reply;

	clean(usb_file_name(file), name, sizeof(name));
	if (ask_to_take(bringer, name, fd, &reply) < 0)
		return -EPIPE;
	if (json_is_true(json_object_get(reply, "ok")))
		say_taken(bringer, file, reply);
	else
		say_refused(bringer, file, ask_text(reply, "message"));
	json_decref(reply);
	return 0;
}

static const char *code_of(int error)
{
	switch (error) {
	case -EFBIG:
		return "too-large";
	case -ENODATA:
		return "empty";
	case -ESTALE:
		return "no-file";
	default:
		return "unreadable";
	}
}

/* What could not be read: is it one file, or is the stick gone? */
static bool is_gone(const struct usb_job *job, int error)
{
	return strcmp(code_of(error), "unreadable") == 0 && access(job->source, F_OK) < 0;
}

/* 0; -ENODEV: the stick is gone; -EPIPE: the station is. */
static int bring_one(const struct bringer *bringer, const struct usb_file *file)
{
	int fd, error = usb_copy(bringer->job->root, file, &fd);

	if (error < 0)
		return is_gone(bringer->job, error) ? -ENODEV
						    : tell_refused(bringer, file, code_of(error));
	error = hand_over(bringer, file, fd);
	close(fd);
	return error;
}

static void stop(struct usb_job *job, const char *code)
{
	snprintf(job->shared->code, sizeof(job->shared->code), "%s", code);
}

static void bring_all(const struct bringer *bringer, const struct usb_listing *listing)
{
	struct usb_shared *shared = bringer->job->shared;

	shared->left_out = listing->left_out;
	for (size_t i = 0; i < listing->n; i++) {
		int error = bring_one(bringer, &listing->files[i]);

		fflush(bringer->out);
		if (error == 0)
			continue;
		stop(bringer->job, error == -ENODEV ? "pulled-out" : "stopped");
		shared->left_out += (unsigned)(listing->n - i);
		return;
	}
}

static void say_sum(const struct bringer *bringer)
{
	const struct usb_shared *shared = bringer->job->shared;

	fprintf(bringer->out, "\n");
	fprintf(bringer->out, _("%u taken, %u known already, %u refused."), shared->taken,
		shared->known, shared->refused);
	fputc('\n', bringer->out);
	if (shared->left_out) {
		fprintf(bringer->out,
			_("%u left out: too many files, folders too deep, or not read."),
			shared->left_out);
		fputc('\n', bringer->out);
	}
	if (shared->code[0])
		fprintf(bringer->out, "%s\n", import_refusal(shared->code));
}

static void read_stick(const struct bringer *bringer)
{
	struct usb_job *job = bringer->job;
	const struct usb_orders *orders = &job->shared->orders;
	const struct usb_caps caps = {orders->files_max, orders->depth_max, USB_BYTES};
	struct usb_listing listing;
	int error = usb_list(job->root, orders->folder, &caps, &listing);

	if (error == 0)
		bring_all(bringer, &listing);
	else if (access(job->source, F_OK) < 0)
		stop(job, "pulled-out");
	else
		stop(job, error == -ENOENT ? "no-folder" : "unreadable");
	usb_listing_done(&listing);
	say_sum(bringer);
}

int usb_bring(struct usb_job *job)
{
	struct bringer bringer = {.job = job};
	int r = ask_open(job->call, &bringer.station);

	if (r < 0)
		return ask_unreachable(r);
	bringer.out = fmemopen(job->shared->text, sizeof(job->shared->text) - 1, "w");
	if (bringer.out) {
		fprintf(bringer.out, "%s\n\n", _("What became of the recordings on this stick"));
		read_stick(&bringer);
		fclose(bringer.out);
		r = EXIT_DONE;
	} else {
		r = complain_memory();
	}
	ask_close(bringer.station);
	return r;
}
