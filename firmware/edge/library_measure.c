/* SPDX-License-Identifier: MIT */
/*
 * Measuring a recording that lies in clips/ or was copied there by library_import.c, and what
 * follows from the findings.
 */
#include "library_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool library_refusal_known(const char *code, size_t n)
{
	static const char *const codes[] = {
		"not-audio", "empty",	  "truncated", "mixed",	       "lying",
		"too-short", "too-long",  "silent",    "cancels",      "clipped",
		"too-quiet", "too-large", "no-sound",  "no-converter", "damaged",
	};

	if (strnlen(code, n) == n)
		return false;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

static struct todo *next_todo(struct library *library)
{
	size_t i;

	for (i = 0; i < library->n_todos; i++)
		if (!library->todos[i].refused)
			return &library->todos[i];
	return NULL;
}

int library_begin(struct library *library, bool importing, int *ret_fd)
{
	struct stat st;
	int error = fstat(library->file, &st) < 0 ? -errno : 0;

	if (error == 0) {
		library->stamp = file_stamp(&st);
		error = child_start(library, &library->child);
	}
	library->importing = importing;
	if (error < 0) {
		library_drop_files(library);
		return error;
	}
	library->measuring = true;
	*ret_fd = library->child.epoll;
	return 0;
}

int library_measure_next(struct library *library, int *ret_fd)
{
	char file[LIBRARY_FILE_NAME];
	const struct todo *todo;

	if (library->measuring)
		return -EBUSY;
	while ((todo = next_todo(library))) {
		library->subject = todo->clip;
		library_file_name(todo->clip.name, file);
		library->file =
			openat(library->dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (library->file >= 0) {
			library_about_get(library->file, &library->subject);
			return library_begin(library, false, ret_fd);
		}
		if (errno != ENOENT && errno != ELOOP)
			return -errno;
		todo_remove(library, library->subject.name);
	}
	return -EAGAIN;
}

/* Of an import the child has made an MP3: from here on that is the recording. */
static int take_converted(struct library *library)
{
	struct stat st;

	unlinkat(library->dir, library->temporary, 0);
	close(library->file);
	library->file = library->converted;
	library->converted = -1;
	memcpy(library->temporary, library->other, sizeof(library->temporary));
	library->other[0] = '\0';
	if (fstat(library->file, &st) < 0)
		return -errno;
	library->stamp = file_stamp(&st);
	return 0;
}

/* Its name, and its name alone, is the moment at which the clip is there. */
int library_give_name(struct library *library)
{
	char file[LIBRARY_FILE_NAME];

	library_file_name(library->subject.name, file);
	library_about_put(library->file, &library->subject);
	if (fsync(library->file) < 0 ||
	    renameat(library->dir, library->temporary, library->dir, file) < 0)
		return -errno;
	library->temporary[0] = '\0';
	return fsync(library->dir) < 0 ? -errno : 0;
}

/* What was measured must be what lies there now. NULL, or the code of what is wrong. */
static const char *check_unchanged(const struct library *library)
{
	char file[LIBRARY_FILE_NAME];
	struct stat st;

	library_file_name(library->subject.name, file);
	if (fstatat(library->dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return "gone";
	return file_stamp_is(&library->stamp, &st) ? NULL : "changed";
}

void library_say(struct library_result *result, enum library_verdict verdict, const char *code)
{
	result->verdict = verdict;
	snprintf(result->code, sizeof(result->code), "%s", code);
}

static void fill_clip(const struct library *library, const struct finding *finding,
		      struct store_clip *clip)
{
	*clip = library->subject;
	clip->size = library->stamp.size;
	clip->mtime_ns = library->stamp.mtime_ns;
	memcpy(clip->sha256, finding->sha256, sizeof(clip->sha256));
	clip->frames = finding->frames;
	clip->skip_frames = finding->skip_frames;
	clip->air_frames = finding->air_frames;
	clip->rate_hz = finding->rate_hz;
	clip->channels = finding->channels;
	clip->lufs = finding->lufs;
	clip->peak_dbtp = finding->peak_dbtp;
	clip->gain_db = finding->gain_db;
	clip->out_lufs = finding->out_lufs;
	clip->out_peak_dbtp = finding->out_peak_dbtp;
	memcpy(clip->settings, library->settings_text, sizeof(clip->settings));
}

static void find_twin(const struct library *library, struct library_result *result)
{
	size_t i;

	for (i = 0; i < library->n_clips; i++) {
		const struct store_clip *other = &library->clips[i];

		if (strcmp(other->name, result->clip.name) != 0 &&
		    memcmp(other->sha256, result->clip.sha256, sizeof(other->sha256)) == 0) {
			memcpy(result->same_as, other->name, sizeof(result->same_as));
			return;
		}
	}
}

static void warn(const struct library *library, const struct finding *finding,
		 struct library_result *result)
{
	result->quiet = finding->gain_db >= CHAIN_BOOST_MAX_DB - 0.05 &&
			finding->out_lufs < library->settings.target_lufs - LIBRARY_QUIET_LU;
	result->noisy = finding->gain_db > LIBRARY_NOISE_LIFT_DB &&
			finding->noise_db < LIBRARY_NOISE_LEAST_DB;
	result->clipped = finding->clipped >= LIBRARY_CLIPPED_MUCH;
	result->gap_us = finding->gap_us >= LIBRARY_GAP_US ? finding->gap_us : 0;
	result->gap_at_us = result->gap_us > 0 ? finding->gap_at_us : 0;
	result->converted = finding->converted;
	find_twin(library, result);
}

size_t library_warnings(const struct library_result *result,
			const char *ret_codes[LIBRARY_WARNINGS])
{
	size_t n = 0;

	if (result->same_as[0])
		ret_codes[n++] = "same-recording";
	if (result->quiet)
		ret_codes[n++] = "quiet";
	if (result->noisy && !result->quiet)
		ret_codes[n++] = "noisy";
	if (result->clipped)
		ret_codes[n++] = "overdriven";
	if (result->gap_us > 0)
		ret_codes[n++] = "long-silence";
	return n;
}

/* 0; -EAGAIN: a thread is at it; or what the disk says. */
static int place(struct library *library, const struct finding *finding)
{
	int error = library->importing && finding->converted ? take_converted(library) : 0;

	if (error < 0 || !library->importing)
		return error;
	library->found = *finding;
	return library_work_begin(library, WORK_PLACE, -1) == 0 ? -EAGAIN
								: library_give_name(library);
}

/* error: of the placing. */
static void accept(struct library *library, const struct finding *finding, int error,
		   struct library_result *result)
{
	fill_clip(library, finding, &result->clip);
	if (error == 0)
		error = library_put(library, &result->clip);
	if (error < 0) {
		library_say(result, LIBRARY_IO, "disk");
		result->error = error;
		return;
	}
	result->verdict = LIBRARY_ACCEPTED;
	warn(library, finding, result);
	todo_remove(library, result->clip.name);
}

/* 0, or -EAGAIN: it is being placed. */
static int judge(struct library *library, const struct finding *finding,
		 struct library_result *result)
{
	const char *code;
	int error;

	switch ((enum finding_kind)finding->kind) {
	case FINDING_GOOD:
		code = library->importing ? NULL : check_unchanged(library);
		error = code ? 0 : place(library, finding);
		if (error == -EAGAIN)
			return error;
		if (code)
			library_say(result, LIBRARY_REFUSED, code);
		else
			accept(library, finding, error, result);
		break;
	case FINDING_REFUSED:
		library_say(result, LIBRARY_REFUSED, finding->code);
		break;
	case FINDING_IO:
		library_say(result, LIBRARY_IO, "disk");
		result->error = -EIO;
		break;
	}
	return 0;
}

/*
 * A file of the folder that was refused leaves the table, because what lies there is no clip, and
 * is left alone until it changes. Where it could not be measured (the disk, the child), what was
 * known of the same file stands. After trouble that passes, the next scan takes it up again.
 */
static void turn_down(struct library *library, const struct library_result *result)
{
	const char *name = library->subject.name;
	bool there, refused = result->verdict == LIBRARY_REFUSED;
	size_t at = library_place(library, name, &there);
	struct todo *todo = todo_find(library, name);

	if (refused && there)
		library_forget(library, at);
	if (!todo)
		return;
	todo->refused = true;
	if (result->verdict == LIBRARY_IO || strcmp(result->code, "gone") == 0 ||
	    strcmp(result->code, "changed") == 0)
		todo->clip.size = -1; /* as no file is */
}

static int end_child(struct library *library, struct library_result *result)
{
	struct finding finding;

	if (child_end(&library->child, &finding))
		return judge(library, &finding, result);
	library_say(result, LIBRARY_CHILD_FAILED, "undecodable");
	return 0;
}

/* 0, or -EAGAIN: it goes on. */
static int end_work(struct library *library, struct library_result *result)
{
	int error = library_work_end(library), fd;

	if (library->work.kind == WORK_PLACE) {
		accept(library, &library->found, error, result);
		return 0;
	}
	if (error == 0)
		error = library_begin(library, true, &fd);
	if (error == 0)
		return -EAGAIN;
	library_refuse(error, result);
	return 0;
}

int library_measure_done(struct library *library, struct library_result *ret)
{
	struct library_result result = {0};

	if (!library->measuring)
		return -ENOENT;
	memcpy(result.clip.name, library->subject.name, sizeof(result.clip.name));
	if ((library->work.running ? end_work(library, &result) : end_child(library, &result)) ==
	    -EAGAIN)
		return -EAGAIN;
	library->measuring = false;
	if (!library->importing && result.verdict != LIBRARY_ACCEPTED)
		turn_down(library, &result);
	library_drop_files(library);
	*ret = result;
	return 0;
}

void library_wait(int fd)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};

	while (poll(&watched, 1, -1) < 0 && errno == EINTR)
		;
}

int library_measure_all(struct library *library,
			void (*fn)(void *context, const struct library_result *result),
			void *context)
{
	int fd = -1, error;

	while ((error = library_measure_next(library, &fd)) == 0) {
		struct library_result result;

		library_wait(fd);
		error = library_measure_done(library, &result);
		if (error != 0)
			return error;
		fn(context, &result);
	}
	return error == -EAGAIN ? 0 : error;
}

void library_recording(const struct store_clip *clip, struct plan_recording *ret)
{
	*ret = (struct plan_recording){
		.present = true,
		.length_us = pcm_us_of_frames(clip->air_frames, clip->rate_hz),
	};
	memcpy(ret->sha256, clip->sha256, sizeof(ret->sha256));
}
