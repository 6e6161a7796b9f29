/* SPDX-License-Identifier: MIT */
/*
 * Who has the card? The kernel says it of each substream (owner_pid, readable for everybody); where
 * it was built without that, the files that processes have open tell, as far as we may look.
 */
#include "sink_alsa_internal.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 256

/* The number behind a key in a file of "key : value" lines; -1: not there. */
static long number_in(const char *path, const char *key)
{
	FILE *from = fopen(path, "re");
	char line[128];
	long found = -1;

	while (from && found < 0 && fgets(line, sizeof(line), from)) {
		const char *colon = strchr(line, ':');

		if (colon && strncmp(line, key, strlen(key)) == 0)
			found = strtol(colon + 1, NULL, 10);
	}
	if (from)
		fclose(from);
	return found;
}

/* "mpd (812)", once. The owner is a thread; people know the program. */
static void name_holder(const char *proc, long thread, char *ret, size_t n)
{
	char path[PATH_BYTES], name[32] = "?", entry[64];
	size_t used = strlen(ret);
	long process;
	FILE *from;

	snprintf(path, sizeof(path), "%s/%ld/status", proc, thread);
	process = number_in(path, "Tgid");
	if (process < 0)
		process = thread;
	snprintf(path, sizeof(path), "%s/%ld/comm", proc, process);
	from = fopen(path, "re");
	if (from && fgets(name, sizeof(name), from))
		name[strcspn(name, "\n")] = '\0';
	if (from)
		fclose(from);
	snprintf(entry, sizeof(entry), "%s (%ld)", name, process);
	if (!strstr(ret, entry))
		snprintf(ret + used, n - used, "%s%s", used ? ", " : "", entry);
}

static void ask_kernel(const char *proc, const char *card, char *ret, size_t n)
{
	char pattern[PATH_BYTES];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/asound/card%s/pcm*p/sub*/status", proc, card);
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			long owner = number_in(found.gl_pathv[i], "owner_pid");

			if (owner > 0)
				name_holder(proc, owner, ret, n);
		}
	globfree(&found);
}

/* Is this file a playback device of the card? */
static bool is_playback(const char *file, const char *card)
{
	static const char devices[] = "/dev/snd/pcmC";
	char target[64];
	ssize_t length = readlink(file, target, sizeof(target) - 1);
	size_t digits = card[0] == '*' ? 0 : strlen(card);

	if (length <= (ssize_t)strlen(devices) || target[length - 1] != 'p')
		return false;
	target[length] = '\0';
	return strncmp(target, devices, strlen(devices)) == 0 &&
	       strncmp(target + strlen(devices), card, digits) == 0 &&
	       (digits == 0 || target[strlen(devices) + digits] == 'D');
}

static void ask_processes(const char *proc, const char *card, char *ret, size_t n)
{
	char pattern[PATH_BYTES];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/[0-9]*/fd/*", proc);
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (is_playback(found.gl_pathv[i], card))
				name_holder(proc,
					    strtol(found.gl_pathv[i] + strlen(proc) + 1, NULL, 10),
					    ret, n);
	globfree(&found);
}

/* "0", or "*" where the name does not say which card. */
static void card_of(const char *pcm, char *ret, size_t n)
{
	const char *colon = strchr(pcm, ':'), *name = strstr(pcm, "CARD=");
	char id[64];
	int card;

	snprintf(ret, n, "*");
	if (!colon)
		return;
	name = name ? name + strlen("CARD=") : colon + 1;
	snprintf(id, sizeof(id), "%.*s", (int)strcspn(name, ","), name);
	card = snd_card_get_index(id);
	if (card >= 0)
		snprintf(ret, n, "%d", card);
}

void alsa_holder(const char *proc, const char *pcm, char *ret, size_t n)
{
	char card[16];

	ret[0] = '\0';
	card_of(pcm, card, sizeof(card));
	ask_kernel(proc, card, ret, n);
	if (!ret[0])
		ask_processes(proc, card, ret, n);
}
