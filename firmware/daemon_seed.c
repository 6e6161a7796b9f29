/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

/* Where the shipped campaign is, when installed; the build says. */
#ifndef LOA_SHARE_DIR
#define LOA_SHARE_DIR "/usr/share/loaphuong"
#endif
/* And in the source tree, so that a build folder is a whole station. */
#ifndef LOA_SOURCE_DIR
#define LOA_SOURCE_DIR ""
#endif

#define SEED_CAMPAIGN "thang-hanh-dong-2024"
#define SEED_COPY     65536

static int copy_bytes(int from, int to)
{
	char bytes[SEED_COPY];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)n) != n)
			return errno ? -errno : -EIO;
	if (n < 0 || fsync(to) < 0)
		return -errno;
	return 0;
}

/* What is there already stays. */
static int copy_file(const char *from, const char *folder, const char *name)
{
	char to[LIMIT_PATH], fresh[LIMIT_PATH];
	int in, out, error;

	if (daemon_path(to, sizeof(to), folder, name) < 0 ||
	    daemon_path(fresh, sizeof(fresh), folder, ".seed") < 0)
		return -ENAMETOOLONG;
	if (access(to, F_OK) == 0)
		return 0;
	in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return -errno;
	out = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	error = out < 0 ? -errno : copy_bytes(in, out);
	if (error == 0 && rename(fresh, to) < 0)
		error = -errno;
	if (out >= 0)
		close(out);
	close(in);
	return error;
}

static int copy_recordings(const char *share, const char *clips)
{
	DIR *folder = opendir(share);
	struct dirent *entry;
	int error = 0;

	if (!folder)
		return -errno;
	while (error == 0 && (entry = readdir(folder))) {
		char path[LIMIT_PATH];
		size_t n = strlen(entry->d_name);

		if (n <= 4 || strcmp(entry->d_name + n - 4, ".mp3") != 0)
			continue;
		error = daemon_path(path, sizeof(path), share, entry->d_name);
		if (error == 0)
			error = copy_file(path, clips, entry->d_name);
	}
	closedir(folder);
	return error;
}

static bool has_campaign(const char *place, char *path, size_t n)
{
	char campaigns[LIMIT_PATH];

	return daemon_path(campaigns, sizeof(campaigns), place, "campaigns") == 0 &&
	       daemon_path(path, n, campaigns, SEED_CAMPAIGN) == 0 && access(path, R_OK) == 0;
}

/* Relative to the executable: an install under another prefix, and a build in the source tree. */
static bool beside_executable(const char *where, char *path, size_t n)
{
	char executable[LIMIT_PATH], place[LIMIT_PATH];
	ssize_t length = readlink("/proc/self/exe", executable, sizeof(executable) - 1);
	char *slash;

	if (length <= 0)
		return false;
	executable[length] = '\0';
	slash = strrchr(executable, '/');
	if (slash)
		*slash = '\0';
	return daemon_path(place, sizeof(place), executable, where) == 0 &&
	       has_campaign(place, path, n);
}

/* The first folder that has the campaign: as told, as installed, beside the build. */
static int find_share(char *path, size_t n)
{
	const char *told = getenv("LOAPHUONG_SHARE");

	if (told)
		return has_campaign(told, path, n) ? 0 : -ENOENT;
	if (has_campaign(LOA_SHARE_DIR, path, n) ||
	    beside_executable("../share/loaphuong", path, n) ||
	    beside_executable("../config", path, n) ||
	    has_campaign(LOA_SOURCE_DIR "/config", path, n))
		return 0;
	return -ENOENT;
}

/* The campaign's file comes last: a seed that was cut short is begun again. */
int daemon_seed(struct daemon *d)
{
	char share[LIMIT_PATH], config[LIMIT_PATH], clips[LIMIT_PATH], campaigns[LIMIT_PATH];
	int error = find_share(share, sizeof(share));

	if (error < 0)
		return error;
	if (daemon_path(config, sizeof(config), share, "campaign.conf") < 0 ||
	    daemon_path(clips, sizeof(clips), d->state_dir, "clips") < 0 ||
	    daemon_path(campaigns, sizeof(campaigns), d->state_dir, "campaigns") < 0)
		return -ENAMETOOLONG;
	error = copy_recordings(share, clips);
	if (error == 0)
		error = copy_file(config, campaigns, SEED_CAMPAIGN ".conf");
	if (error == 0)
		daemon_say(d, _("The state was empty; it has the campaign %s now."), SEED_CAMPAIGN);
	return error;
}
