/* SPDX-License-Identifier: MIT */
#include "library_convert.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "library_confine.h"
#include "library_internal.h"

#define WORDS 4096 /* bytes kept of what the program says */

/* Rates an MP3 can have; the bit rate that speech needs at each. */
static const struct {
	unsigned rate_hz;
	const char *rate, *bit_rate;
} rates[] = {
	{48000, "48000", "96k"}, {44100, "44100", "96k"}, {32000, "32000", "96k"},
	{24000, "24000", "96k"}, {22050, "22050", "96k"}, {16000, "16000", "96k"},
	{12000, "12000", "64k"}, {11025, "11025", "64k"}, {8000, "8000", "64k"},
};

/* Does not return. What cannot be set up ends as a program that is not there would. */
static void become_converter(const struct conversion *conversion, int words)
{
	char from[32], to[32], seconds[16];
	size_t i = 0;

	while (i + 1 < sizeof(rates) / sizeof(rates[0]) && rates[i].rate_hz > conversion->rate_hz)
		i++;
	snprintf(from, sizeof(from), "file:/proc/self/fd/%d", conversion->from);
	snprintf(to, sizeof(to), "file:/proc/self/fd/%d", conversion->to);
	snprintf(seconds, sizeof(seconds), "%d", LIMIT_CLIP_SECONDS + 1);
	{
		const char *const argv[] = {"ffmpeg",
					    "-nostdin",
					    "-hide_banner",
					    "-v",
					    "error",
					    conversion->strict ? "-xerror" : "-nostats",
					    "-threads",
					    "1",
					    "-protocol_whitelist",
					    "file",
					    "-f",
					    conversion->demuxer,
					    "-i",
					    from,
					    "-map",
					    "0:a:0",
					    "-vn",
					    "-sn",
					    "-dn",
					    "-map_metadata",
					    "-1",
					    "-map_chapters",
					    "-1",
					    "-t",
					    seconds,
					    "-ac",
					    "1",
					    "-ar",
					    rates[i].rate,
					    "-c:a",
					    "libmp3lame",
					    "-b:a",
					    rates[i].bit_rate,
					    "-threads",
					    "1",
					    "-fflags",
					    "+bitexact",
					    "-flags:a",
					    "+bitexact",
					    "-id3v2_version",
					    "0",
					    "-f",
					    "mp3",
					    "-y",
					    to,
					    NULL};
		char *environment[] = {NULL};

		if (dup2(words, STDERR_FILENO) == STDERR_FILENO && close(LIBRARY_CHILD_PIPE) == 0 &&
		    confine_converter(conversion->from, conversion->to, conversion->bytes_max))
			execve(conversion->program, (char *const *)argv, environment);
	}
	_exit(127);
}

/* All it says, of which the beginning is kept: it must not stand still because nobody listens. */
static void hear_out(int fd, char *ret, size_t n)
{
	char block[512];
	size_t kept = 0;
	ssize_t got;

	while ((got = read(fd, block, sizeof(block))) > 0 || (got < 0 && errno == EINTR)) {
		size_t more = got < 0 ? 0 : (size_t)got;

		more = more < n - 1 - kept ? more : n - 1 - kept;
		memcpy(ret + kept, block, more);
		kept += more;
	}
	ret[kept] = '\0';
}

/* The program's own words are for nobody's eyes: they name neither cause nor cure. */
static const char *judge(int status, const char *words)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return NULL;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
		return "too-long";
	if (strstr(words, "File too large"))
		return "too-long";
	if (strstr(words, "matches no streams"))
		return "no-sound";
	return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? "no-converter" : "damaged";
}

const char *convert(const struct conversion *conversion)
{
	char words[WORDS];
	int ends[2], status;
	pid_t pid;

	if (access(conversion->program, X_OK) < 0)
		return "no-converter";
	if (pipe2(ends, O_CLOEXEC) < 0)
		return "damaged";
	pid = fork();
	if (pid == 0)
		become_converter(conversion, ends[1]);
	close(ends[1]);
	hear_out(ends[0], words, sizeof(words));
	close(ends[0]);
	if (pid < 0)
		return "damaged";
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return judge(status, words);
}
