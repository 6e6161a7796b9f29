/* SPDX-License-Identifier: MIT */
/*
 * The child that decodes a recording from a stranger. Before it reads more than the first bytes it
 * gives up what it does not need (library_confine); what is no MP3 it has made into one first, by a
 * program that is confined as well. It also makes the recording durable, so that the station does
 * not wait for the disk when it places the file.
 */
#include "library_internal.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library_confine.h"
#include "library_container.h"
#include "library_convert.h"
#include "library_judge.h"

struct task {
	struct chain_settings settings;
	unsigned long memory;
	bool may_convert;
	char converter[LIMIT_PATH];
};

static bool read_environment(struct task *ret)
{
	const char *text = getenv(LIBRARY_ENVIRONMENT);
	struct chain_settings *settings = &ret->settings;
	int at = 0;

	*ret = (struct task){0};
	if (!text ||
	    sscanf(text, "%lu %u %u %la %la %la %n", &ret->memory, &settings->format.rate_hz,
		   &settings->format.channels, &settings->target_lufs, &settings->ceiling_dbtp,
		   &settings->highpass_hz, &at) != 6)
		return false;
	if (at > 0 && text[at] == '/') {
		snprintf(ret->converter, sizeof(ret->converter), "%s", text + at);
		ret->may_convert = true;
	}
	return true;
}

/* -EFBIG: more than a recording may have. */
static int read_recording(int fd, uint8_t **ret_bytes, size_t *ret_n)
{
	struct stat st;
	size_t n = 0, size;
	uint8_t *bytes;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size > LIMIT_CLIP_BYTES)
		return -EFBIG;
	size = (size_t)st.st_size;
	bytes = malloc(size + 1);
	if (!bytes)
		return -ENOMEM;
	while (n < size) {
		ssize_t got = pread(fd, bytes + n, size - n, (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	if (n < size || fsync(fd) < 0) {
		free(bytes);
		return -EIO;
	}
	*ret_bytes = bytes;
	*ret_n = n;
	return 0;
}

static void refuse(struct finding *finding, const char *code)
{
	finding->kind = FINDING_REFUSED;
	snprintf(finding->code, sizeof(finding->code), "%s", code);
}

static int examine(const struct task *task, int fd, struct finding *finding)
{
	uint8_t *bytes = NULL;
	size_t n = 0;
	int error = read_recording(fd, &bytes, &n);

	if (error == -EFBIG) {
		refuse(finding, "too-large");
		return 0;
	}
	if (error == -EIO) {
		finding->kind = FINDING_IO;
		finding->error = EIO;
		return 0;
	}
	if (error < 0)
		return error;
	error = library_judge(bytes, n, &task->settings, finding);
	free(bytes);
	return error;
}

/* Whether something came out of the file that claims to be longer than what came out. */
static bool is_cut(int64_t length_us, const struct finding *finding)
{
	return finding->kind == FINDING_GOOD && length_us > 0 &&
	       pcm_us_of_frames(finding->frames, finding->rate_hz) < length_us - LIBRARY_CUT_US;
}

static int examine_converted(const struct task *task, enum container container,
			     struct finding *finding)
{
	int64_t length_us = container_length_us(LIBRARY_CHILD_FILE, container);
	int error;

	if (!container_whole(LIBRARY_CHILD_FILE, container)) {
		refuse(finding, "truncated");
		return 0;
	}
	finding->converted = true;
	error = examine(task, LIBRARY_CHILD_CONVERTED, finding);
	if (error == 0 && is_cut(length_us, finding))
		refuse(finding, "truncated");
	return error;
}

static const char *make_mp3(const struct task *task, enum container container)
{
	const struct conversion conversion = {
		.program = task->converter,
		.demuxer = container_demuxer(container),
		.from = LIBRARY_CHILD_FILE,
		.to = LIBRARY_CHILD_CONVERTED,
		.rate_hz = task->settings.format.rate_hz,
		.bytes_max = LIMIT_CLIP_BYTES,
		.strict = container != CONTAINER_WAV,
	};

	return convert(&conversion);
}

static int run(const struct task *task, struct finding *finding)
{
	enum container container = container_of(LIBRARY_CHILD_FILE);
	bool convert_it = container != CONTAINER_NONE && task->may_convert;
	const char *code = convert_it ? make_mp3(task, container) : NULL;

	if (!confine_decoder(task->memory))
		return -EPERM;
	if (!convert_it)
		return examine(task, LIBRARY_CHILD_FILE, finding);
	if (!code)
		return examine_converted(task, container, finding);
	if (strcmp(code, "damaged") == 0 && !container_whole(LIBRARY_CHILD_FILE, container))
		code = "truncated";
	refuse(finding, code);
	return 0;
}

int library_child_main(void)
{
	struct finding finding;
	struct task task;

	memset(&finding, 0, sizeof(finding));
	finding.magic = FINDING_MAGIC;
	if (!read_environment(&task) || sodium_init() < 0 || !confine_common() ||
	    run(&task, &finding) < 0)
		return 1;
	if (write(LIBRARY_CHILD_PIPE, &finding, sizeof(finding)) != sizeof(finding))
		return 1;
	return 0;
}
