/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRUST_FILE    "clock.trust"
#define TRUST_OLD_US  (3600 * CIVIL_US)
#define BOOT_ID	      "/proc/sys/kernel/random/boot_id"
#define BOOT_VARIABLE "LOAPHUONG_BOOT" /* the unit sets it: its /proc has no boot_id */

static int read_line(const char *path, char *text, size_t n)
{
	FILE *file = fopen(path, "re");
	bool read = file && fgets(text, (int)n, file);

	if (file)
		fclose(file);
	if (read)
		text[strcspn(text, "\n")] = '\0';
	return read ? 0 : -ENOENT;
}

static void name_boot(struct daemon *d)
{
	const char *given = getenv(BOOT_VARIABLE);
	char text[TRUST_BOOT] = "";

	if (given && strlen(given) < sizeof(text))
		snprintf(text, sizeof(text), "%s", given);
	else
		read_line(BOOT_ID, text, sizeof(text));
	if (strcspn(text, " \t") == strlen(text))
		memcpy(d->boot, text, sizeof(d->boot));
}

/* Nothing kept, or of another boot, or damaged: the clock is looked at as after a boot. */
void daemon_trust_load(struct daemon *d)
{
	char path[LIMIT_PATH], text[TRUST_TEXT];

	if (d->options.pretend)
		return;
	name_boot(d);
	if (d->boot[0] && daemon_path(path, sizeof(path), d->runtime_dir, TRUST_FILE) == 0 &&
	    read_line(path, text, sizeof(text)) == 0)
		trust_parse(text, d->boot, &d->trust);
}

/* What the writer's thread needs to do it: copies. */
struct trust_to_keep {
	char path[LIMIT_PATH], fresh[LIMIT_PATH];
	char text[TRUST_TEXT];
};

/* The folder is in memory, as the file is of no use after a power cut: no fsync. */
static int write_trust(const struct trust_to_keep *keeping)
{
	int fd = open(keeping->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	size_t n = strlen(keeping->text);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, keeping->text, n) != (ssize_t)n)
		error = errno ? -errno : -EIO;
	close(fd);
	if (error == 0 && rename(keeping->fresh, keeping->path) < 0)
		error = -errno;
	return error;
}

static int keep_trust(void *context, bool go)
{
	struct trust_to_keep *keeping = context;
	int error = go ? write_trust(keeping) : 0;

	free(keeping);
	return error;
}

void daemon_trust_keep(struct daemon *d)
{
	struct trust_to_keep *keeping;

	if (!d->boot[0] || !d->writer)
		return;
	keeping = calloc(1, sizeof(*keeping));
	if (!keeping)
		return; /* the next time; it is asked for again within the hour */
	d->trust_kept_us = clock_boot_us();
	daemon_path(keeping->path, sizeof(keeping->path), d->runtime_dir, TRUST_FILE);
	daemon_path(keeping->fresh, sizeof(keeping->fresh), d->runtime_dir, TRUST_FILE ".new");
	trust_print(&d->trust, d->boot, keeping->text);
	log_writer_do(d->writer, keep_trust, keeping, DAEMON_WORK_TRUST);
}

void daemon_trust_keep_old(struct daemon *d)
{
	if (clock_boot_us() - d->trust_kept_us > TRUST_OLD_US)
		daemon_trust_keep(d);
}
