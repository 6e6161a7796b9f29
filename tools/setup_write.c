/* SPDX-License-Identifier: MIT */
/* The config in the place of the one that was there, in one step; that one stays beside it. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "setup.h"
#include "whole.h"
#include "words.h"

#define KEPT_MAX 999 /* configs that may stand beside it */

/* Who may read and change the old one may the new one, too. */
static int as_before(const struct setup *setup, int fd)
{
	struct stat status;

	if (!setup->exists)
		return fchmod(fd, 0644) < 0 ? -errno : 0;
	if (stat(setup->config, &status) < 0 || fchmod(fd, status.st_mode & 0777) < 0)
		return -errno;
	if ((status.st_uid != geteuid() || status.st_gid != getegid()) &&
	    fchown(fd, status.st_uid, status.st_gid) < 0)
		return -errno;
	return 0;
}

static int write_new(const struct setup *setup, char *path, const char *text, size_t n)
{
	int fd = mkostemp(path, O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = whole_write(fd, text, n);
	if (r == 0)
		r = as_before(setup, fd);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	close(fd);
	return r;
}

/* Under the first number that is free. kept is "" where there was none. */
static int keep_old(const struct setup *setup, char *kept, size_t n)
{
	kept[0] = '\0';
	for (int number = 1; setup->exists && number <= KEPT_MAX; number++) {
		if (snprintf(kept, n, "%s.old-%d", setup->config, number) >= (int)n)
			return -ENAMETOOLONG;
		if (link(setup->config, kept) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return setup->exists ? -EEXIST : 0;
}

static int complain_write(const struct setup *setup, int error)
{
	complain(_("%s cannot be written (%s): nothing was changed; use sudo, and look whether the "
		   "disk is full or read-only"),
		 setup->config, words_error(-error));
	return EXIT_NO;
}

static int replace(const struct setup *setup, const char *path)
{
	char kept[LIMIT_PATH + 16], folder[LIMIT_PATH];
	int r = keep_old(setup, kept, sizeof(kept));

	if (r == 0 && rename(path, setup->config) < 0)
		r = -errno;
	if (r < 0) {
		if (kept[0] && r != -EEXIST)
			unlink(kept);
		return complain_write(setup, r);
	}
	snprintf(folder, sizeof(folder), "%s", setup->config);
	whole_sync_folder(dirname(folder));
	if (kept[0])
		printf(_("%s is written; the config before is %s."), setup->config, kept);
	else
		printf(_("%s is written."), setup->config);
	putchar('\n');
	return EXIT_DONE;
}

int setup_write(struct setup *setup)
{
	char path[LIMIT_PATH + 16], why[512], *text = NULL;
	size_t n;
	int r = setup_apply(setup, &text, &n, why, sizeof(why));

	if (r < 0) {
		complain(_("%s: with these answers the config would be wrong: %s"), setup->config,
			 r == -ENOMEM ? words_error(ENOMEM) : why);
		return EXIT_NO;
	}
	if (setup->exists && n == setup->n_base && memcmp(text, setup->base, n) == 0) {
		printf(_("%s says all that already; it is left as it is."), setup->config);
		putchar('\n');
		free(text);
		return EXIT_DONE;
	}
	snprintf(path, sizeof(path), "%s.new-XXXXXX", setup->config);
	r = write_new(setup, path, text, n);
	free(text);
	if (r < 0)
		r = complain_write(setup, r);
	else
		r = replace(setup, path);
	unlink(path); /* where it did not take its place */
	return r;
}
