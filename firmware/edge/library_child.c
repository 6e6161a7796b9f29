/* SPDX-License-Identifier: MIT */
/*
 * The child that decodes a recording from a stranger. Before it reads a byte it gives up what it
 * does not need: time, memory, files, processes, new rights. It also makes the recording durable,
 * so that the station does not wait for the disk when it places the file.
 */
#include "library_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mp3.h"

#define CHILD_FILES 16
#define CHILD_NICE  19

static bool limit(__rlimit_resource_t what, rlim_t to)
{
	struct rlimit both = {.rlim_cur = to, .rlim_max = to};

	return setrlimit(what, &both) == 0;
}

/* If memory runs out, this child is what the kernel ends first. */
static void offer_to_die(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "1000", 4) != 4)
		errno = 0;
	close(fd);
}

static bool give_up_rights(unsigned long memory)
{
	offer_to_die();
	if (setpriority(PRIO_PROCESS, 0, CHILD_NICE) < 0)
		errno = 0; /* slower for others, no danger */
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
	       limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, LIBRARY_CHILD_CPU_S) &&
	       limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, CHILD_FILES) &&
	       limit(RLIMIT_NPROC, 0) && (memory == 0 || limit(RLIMIT_AS, memory));
}

static bool read_environment(struct chain_settings *ret, unsigned long *ret_memory)
{
	const char *text = getenv(LIBRARY_ENVIRONMENT);
	struct chain_settings settings = {0};
	unsigned long memory;

	if (!text || sscanf(text, "%lu %u %u %la %la %la", &memory, &settings.format.rate_hz,
			    &settings.format.channels, &settings.target_lufs,
			    &settings.ceiling_dbtp, &settings.highpass_hz) != 6)
		return false;
	*ret = settings;
	*ret_memory = memory;
	return true;
}

/* -EFBIG: more than a recording may have. */
static int read_recording(uint8_t **ret_bytes, size_t *ret_n)
{
	struct stat st;
	size_t n = 0, size;
	uint8_t *bytes;

	if (fstat(LIBRARY_CHILD_FILE, &st) < 0)
		return -errno;
	if (st.st_size > LIMIT_CLIP_BYTES)
		return -EFBIG;
	size = (size_t)st.st_size;
	bytes = malloc(size + 1);
	if (!bytes)
		return -ENOMEM;
	while (n < size) {
		ssize_t got = pread(LIBRARY_CHILD_FILE, bytes + n, size - n, (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	if (n < size || fsync(LIBRARY_CHILD_FILE) < 0) {
		free(bytes);
		return -EIO;
	}
	*ret_bytes = bytes;
	*ret_n = n;
	return 0;
}

/* Silence at the ends is left out on air, but for a breath of it; the file stays as it is. */
static void leave_out_silence(const struct chain_measure *found, struct finding *finding)
{
	int64_t kept = pcm_frames_of_us(LIBRARY_KEPT_SILENCE_MS * 1000, found->format.rate_hz);
	int64_t head = found->head_silence - kept, tail = found->tail_silence - kept;

	finding->skip_frames = head > 0 ? head : 0;
	finding->air_frames = found->frames - finding->skip_frames - (tail > 0 ? tail : 0);
}

static int measure(const uint8_t *bytes, size_t n, const struct chain_settings *settings,
		   struct finding *finding)
{
	struct chain_measure found;
	struct pcm_format format;
	int64_t frames;
	enum mp3_verdict verdict = mp3_examine(bytes, n, &format, &frames);
	int error;

	if (verdict != MP3_WHOLE) {
		finding->kind = FINDING_REFUSED;
		finding->verdict = (uint32_t)verdict;
		return 0;
	}
	error = chain_measure(bytes, n, settings, &found);
	if (error < 0)
		return error;
	/* A click in silence has a peak and yet no loudness. */
	finding->kind = found.peak_dbtp < LIBRARY_SILENT_DBTP || !isfinite(found.lufs)
				? FINDING_SILENT
				: FINDING_GOOD;
	finding->rate_hz = found.format.rate_hz;
	finding->channels = found.format.channels;
	finding->frames = found.frames;
	leave_out_silence(&found, finding);
	finding->lufs = found.lufs;
	finding->peak_dbtp = found.peak_dbtp;
	finding->gain_db = found.gain_db;
	finding->out_lufs = found.out_lufs;
	finding->out_peak_dbtp = found.out_peak_dbtp;
	crypto_hash_sha256(finding->sha256, bytes, n);
	return 0;
}

static int examine(const struct chain_settings *settings, struct finding *finding)
{
	uint8_t *bytes = NULL;
	size_t n = 0;
	int error = read_recording(&bytes, &n);

	if (error == -EFBIG) {
		finding->kind = FINDING_TOO_LARGE;
		return 0;
	}
	if (error == -EIO) {
		finding->kind = FINDING_IO;
		finding->error = EIO;
		return 0;
	}
	if (error < 0)
		return error;
	error = measure(bytes, n, settings, finding);
	free(bytes);
	return error;
}

int library_child_main(void)
{
	struct chain_settings settings;
	struct finding finding;
	unsigned long memory;

	memset(&finding, 0, sizeof(finding));
	finding.magic = FINDING_MAGIC;
	if (!read_environment(&settings, &memory) || !give_up_rights(memory) || sodium_init() < 0 ||
	    examine(&settings, &finding) < 0)
		return 1;
	if (write(LIBRARY_CHILD_PIPE, &finding, sizeof(finding)) != sizeof(finding))
		return 1;
	return 0;
}
