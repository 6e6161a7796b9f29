/* SPDX-License-Identifier: MIT */
/* usb import and usb out: what the unit loaphuong-usb@ runs when a stick comes and goes. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "import_words.h"
#include "limit.h"
#include "usb_files.h"
#include "usb_job.h"
#include "usb_mount.h"
#include "words.h"

/* "sda1": the last part of the path. */
static const char *short_name(const char *source)
{
	const char *slash = strrchr(source, '/');

	return slash && slash[1] ? slash + 1 : source;
}

/* A step of the reader. The reply, unless ret_reply is NULL, is the caller's. */
static int tell(const struct call *call, const char *step, const struct usb_job *job,
		json_t **ret_reply)
{
	json_t *request = ask_request("usb"), *reply;
	char label[LIMIT_NAME];
	struct ask *ask;
	int r = ask_open(call, &ask);

	if (r < 0) {
		json_decref(request);
		return ask_unreachable(r);
	}
	snprintf(label, sizeof(label), "%s", job->source ? short_name(job->source) : "");
	ask_put(request, "step", step);
	ask_put(request, "device", label);
	ask_put(request, "code", job->shared ? job->shared->code : NULL);
	if (request && job->shared)
		json_object_set_new(request, "left_out", json_integer(job->shared->left_out));
	r = ask_call(ask, request, -1, &reply);
	ask_close(ask);
	if (r < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	if (strcmp(ask_text(reply, "error"), "disabled") == 0)
		r = EXIT_NO; /* and not to be tried again */
	if (ret_reply && r == EXIT_DONE)
		*ret_reply = reply;
	else
		json_decref(reply);
	return r;
}

static int begin(struct usb_job *job)
{
	struct usb_orders *orders = &job->shared->orders;
	const json_t *given;
	json_t *reply;
	int r = tell(job->call, "begin", job, &reply);

	if (r != EXIT_DONE)
		return r;
	given = json_object_get(reply, "orders");
	snprintf(orders->folder, sizeof(orders->folder), "%s", ask_text(given, "folder"));
	snprintf(orders->monitor, sizeof(orders->monitor), "%s", ask_text(given, "monitor"));
	snprintf(orders->device, sizeof(orders->device), "%s", ask_text(given, "device"));
	orders->files_max = (unsigned)ask_number(given, "files_max");
	orders->depth_max = (unsigned)ask_number(given, "depth_max");
	orders->rate_hz = (unsigned)ask_number(given, "rate");
	orders->result_file = json_is_true(json_object_get(given, "result_file"));
	json_decref(reply);
	return EXIT_DONE;
}

static int write_result(struct usb_job *job)
{
	int error = usb_write_result(job->root, job->shared->orders.folder, job->shared->text);

	if (error == 0)
		return EXIT_DONE;
	complain(_("%s cannot be written onto the stick (%s); loaphuong status has the result"),
		 USB_RESULT_FILE, words_error(-error));
	return EXIT_NO;
}

/* The lights say "done" only when nothing is written to the stick any more. */
static int end(struct usb_job *job)
{
	const struct usb_shared *shared = job->shared;
	bool well = !shared->code[0] && !shared->refused && !shared->left_out;
	int r = tell(job->call, "end", job, NULL);

	if (r == EXIT_DONE && !job->is_device) /* nobody will tell that a folder was pulled out */
		r = tell(job->call, "out", job, NULL);
	usb_tone(&shared->orders, well);
	fputs(shared->text, stdout);
	if (!shared->text[0] && shared->code[0])
		complain("%s", import_refusal(shared->code));
	if (r != EXIT_DONE)
		return r;
	return well ? EXIT_DONE : EXIT_NO;
}

/* In *job->root; a code where it cannot be had. */
static const char *open_source(struct usb_job *job, bool writable)
{
	const struct passwd *user = getpwnam(USB_USER);
	struct usb_owner owner = {0, 0};
	int error;

	if (!job->is_device) {
		job->root = open(job->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return job->root < 0 ? "unreadable" : NULL;
	}
	if (user)
		owner = (struct usb_owner){user->pw_uid, user->pw_gid};
	error = usb_mount(job->source, &owner, writable, &job->root);
	if (error == 0)
		return NULL;
	complain(_("%s cannot be mounted (%s)"), job->source, words_error(-error));
	return error == -EMEDIUMTYPE ? "not-a-stick" : "unreadable";
}

static void close_source(struct usb_job *job)
{
	if (job->root >= 0)
		close(job->root);
	job->root = -1;
}

/* The second mount is deliberate: only if the config wants it, and for one file. */
static void leave_result(struct usb_job *job)
{
	if (!job->shared->orders.result_file || strcmp(job->shared->code, "pulled-out") == 0)
		return;
	if (!open_source(job, true))
		usb_run_stage(job, write_result);
	close_source(job);
}

static int run(struct usb_job *job)
{
	const char *code;
	int r = usb_run_stage(job, begin);

	if (r != EXIT_DONE)
		return r;
	code = open_source(job, false);
	if (!code && usb_run_stage(job, usb_bring) != EXIT_DONE)
		code = "stopped";
	close_source(job);
	if (code)
		snprintf(job->shared->code, sizeof(job->shared->code), "%s", code);
	else
		leave_result(job);
	return usb_run_stage(job, end);
}

int cmd_usb_import(const struct call *call)
{
	struct usb_job job = {.call = call, .source = call->operands[0], .root = -1};
	struct stat status;
	int r;

	if (stat(job.source, &status) < 0 ||
	    (!S_ISBLK(status.st_mode) && !S_ISDIR(status.st_mode))) {
		complain(_("%s is neither a folder nor the partition of a stick such as /dev/sda1"),
			 job.source);
		return EXIT_WRONG;
	}
	job.is_device = S_ISBLK(status.st_mode);
	if (job.is_device && usb_is_mounted(job.source)) {
		complain(_("%s is mounted already, so it is left alone: give the folder instead"),
			 job.source);
		return EXIT_NO;
	}
	job.shared = mmap(NULL, sizeof(*job.shared), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job.shared == MAP_FAILED)
		return complain_memory();
	r = run(&job);
	munmap(job.shared, sizeof(*job.shared));
	return r;
}

static int out(struct usb_job *job)
{
	return tell(job->call, "out", job, NULL);
}

/* In the unit root has no right to the station's socket; its user has. */
int cmd_usb_out(const struct call *call)
{
	struct usb_job job = {.call = call, .root = -1};

	job.is_device = geteuid() == 0 && getpwnam(USB_USER);
	return usb_run_stage(&job, out);
}
