/* SPDX-License-Identifier: MIT */
/* Checks of the box itself: folders, groups, disk, watchdog, programs. */
#include "cmd_doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "words.h"

#define SERVICE_USER "loaphuong"
#define DISK_FULL    (INT64_C(32) << 20) /* below it the log may not grow any more soon */
#define DISK_LOW     (INT64_C(256) << 20)
#define WRITE_BYTES  4096

/* The user of the service by the files of the box; false where it is not installed. */
static bool service_user(const struct doctor *d, struct passwd *ret)
{
	char path[LIMIT_PATH];
	const struct passwd *entry;
	FILE *file = doctor_path(d, "/etc/passwd", path, sizeof(path)) ? fopen(path, "re") : NULL;
	bool found = false;

	while (file && !found && (entry = fgetpwent(file))) {
		found = strcmp(entry->pw_name, SERVICE_USER) == 0;
		if (found)
			*ret = (struct passwd){.pw_uid = entry->pw_uid, .pw_gid = entry->pw_gid};
	}
	if (file)
		fclose(file);
	return found;
}

/* Is there such a group, and is the user in it? */
static bool find_group(const struct doctor *d, const char *name, const char *user, bool *ret_member)
{
	char path[LIMIT_PATH];
	const struct group *entry;
	FILE *file = doctor_path(d, "/etc/group", path, sizeof(path)) ? fopen(path, "re") : NULL;
	bool found = false;

	*ret_member = false;
	while (file && !found && (entry = fgetgrent(file))) {
		found = strcmp(entry->gr_name, name) == 0;
		for (char **member = entry->gr_mem; found && *member; member++)
			*ret_member |= strcmp(*member, user) == 0;
	}
	if (file)
		fclose(file);
	return found;
}

static void check_folder(const struct doctor *d, const char *name, const struct passwd *owner,
			 struct doctor_findings *ret)
{
	char path[LIMIT_PATH];
	struct stat status;

	if (snprintf(path, sizeof(path), "%s%s%s", d->scene.state, name[0] ? "/" : "", name) >=
	    (int)sizeof(path))
		return;
	if (stat(path, &status) < 0) {
		if (errno == EACCES)
			doctor_warn(ret, _("Use sudo."), _("You may not look into %s."), path);
		else if (!name[0])
			doctor_fail(ret,
				    _("sudo systemd-tmpfiles --create, or name the folder with "
				      "--state."),
				    _("%s is not there (%s)."), path, words_error(errno));
	} else if (!S_ISDIR(status.st_mode)) {
		doctor_fail(ret, _("Move it away; the service makes the folder."),
			    _("%s is no folder."), path);
	} else if (owner && status.st_uid != owner->pw_uid) {
		doctor_fail(ret, "sudo chown -R loaphuong:loaphuong /var/lib/loaphuong",
			    _("%s does not belong to the user %s: the service cannot write "
			      "there."),
			    path, SERVICE_USER);
	} else if (status.st_mode & S_IWOTH) {
		doctor_warn(ret, "sudo chmod o-w FOLDER",
			    _("Everybody may write into %s, and so change what is on air."), path);
	}
}

void doctor_check_folders(const struct doctor *d, struct doctor_findings *ret)
{
	static const char *const names[] = {"", "campaigns", "clips", "inbox"};
	struct passwd owner;
	bool of_service = strcmp(d->scene.state, COMMAND_STATE) == 0 && service_user(d, &owner);
	size_t before = ret->n;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		check_folder(d, names[i], of_service ? &owner : NULL, ret);
	if (ret->n == before)
		doctor_ok(ret, _("%s and what is in it belong to whom they should."),
			  d->scene.state);
}

/* The unit names audio and gpio: without the group the service does not start at all. */
void doctor_check_groups(const struct doctor *d, struct doctor_findings *ret)
{
	static const char *const names[] = {"audio", "gpio"};
	size_t before = ret->n;
	struct passwd owner;
	bool member;

	if (!service_user(d, &owner)) {
		doctor_warn(ret,
			    _("Install the package, or run it as a user in the groups audio "
			      "and gpio."),
			    _("There is no user %s on this machine."), SERVICE_USER);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char cure[128];

		if (!find_group(d, names[i], SERVICE_USER, &member)) {
			snprintf(cure, sizeof(cure),
				 _("sudo systemd-sysusers, or: sudo groupadd -r %s"), names[i]);
			doctor_fail(ret, cure, _("There is no group %s: the service cannot start."),
				    names[i]);
		} else if (!member) {
			snprintf(cure, sizeof(cure), "sudo adduser %s %s", SERVICE_USER, names[i]);
			doctor_warn(ret, cure, _("The user %s is not in the group %s."),
				    SERVICE_USER, names[i]);
		}
	}
	if (ret->n == before)
		doctor_ok(ret, _("The user %s is in the groups audio and gpio."), SERVICE_USER);
}

/* ---- disk ---- */

/* Without a name where the file system can; nothing is left behind. */
static int open_trial(const char *folder)
{
	char path[LIMIT_PATH];
	int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	if (snprintf(path, sizeof(path), "%s/.doctor", folder) >= (int)sizeof(path))
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static int try_writing(const char *folder)
{
	static const char bytes[WRITE_BYTES];
	int fd = open_trial(folder);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes) || fsync(fd) < 0)
		error = errno ? -errno : -EIO;
	close(fd);
	return error;
}

static void check_writing(const struct doctor *d, struct doctor_findings *ret)
{
	int error = try_writing(d->scene.state);

	switch (error) {
	case 0:
		break;
	case -EACCES:
	case -EPERM:
		doctor_warn(ret, _("Use sudo for the whole examination."),
			    _("You may not write into %s, so writing was not tried."),
			    d->scene.state);
		break;
	case -EROFS:
		doctor_fail(ret,
			    _("The memory card may be worn out: copy what is on it and exchange "
			      "it."),
			    _("The disk is read-only."));
		break;
	default:
		doctor_fail(ret, _("Make room, or exchange the memory card."),
			    _("Writing into %s fails (%s)."), d->scene.state, words_error(-error));
		break;
	}
}

void doctor_check_disk(const struct doctor *d, struct doctor_findings *ret)
{
	struct statvfs disk;
	int64_t bytes;

	if (statvfs(d->scene.state, &disk) < 0)
		return; /* the check of the folders has said why */
	bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	if (bytes < DISK_FULL)
		doctor_fail(ret,
			    _("Remove what is not needed; du -xh / | sort -h | tail shows "
			      "what is large."),
			    _("The disk is full: %lld MiB are free."), (long long)(bytes >> 20));
	else if (bytes < DISK_LOW)
		doctor_warn(ret,
			    _("Remove what is not needed; du -xh / | sort -h | tail shows "
			      "what is large."),
			    _("The disk is nearly full: %lld MiB are free."),
			    (long long)(bytes >> 20));
	else
		doctor_ok(ret, _("%lld MiB are free."), (long long)(bytes >> 20));
	check_writing(d, ret);
}

/* ---- watchdog and programs ---- */

void doctor_check_watchdog(const struct doctor *d, struct doctor_findings *ret)
{
	char path[LIMIT_PATH];
	bool fitted =
		doctor_path(d, "/dev/watchdog0", path, sizeof(path)) && access(path, F_OK) == 0;

	if (strcmp(d->unit.load, "loaded") == 0 && !d->unit.watchdog)
		doctor_warn(ret, _("Remove WatchdogSec=0 (systemctl cat loaphuongd)."),
			    _("systemd does not watch the service."));
	else if (strcmp(d->unit.load, "loaded") == 0)
		doctor_ok(ret, _("systemd restarts the service if it hangs."));
	else
		doctor_warn(ret, _("Install the package: the service then runs under systemd."),
			    _("Nobody restarts the service if it hangs."));
	if (fitted && !d->hardware_watchdog)
		doctor_warn(ret,
			    _("Write [Manager] RuntimeWatchdogSec=14 into "
			      "/etc/systemd/system.conf.d/watchdog.conf and reboot."),
			    _("The board has a watchdog, but nobody uses it: if the kernel hangs, "
			      "the box stays dead."));
	else if (d->hardware_watchdog)
		doctor_ok(ret, _("The board restarts itself if the kernel hangs."));
}

static bool on_path(const char *program)
{
	const char *path = getenv("PATH");
	char file[LIMIT_PATH];

	while (path && *path) {
		size_t length = strcspn(path, ":");

		if (snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, program) <
			    (int)sizeof(file) &&
		    access(file, X_OK) == 0)
			return true;
		path += length + (path[length] == ':');
	}
	return false;
}

void doctor_check_programs(const struct doctor *d, struct doctor_findings *ret)
{
	static const struct {
		const char *program, *use, *cure;
	} programs[] = {
		{"ffmpeg", N_("what phones record cannot be taken in"), "sudo apt install ffmpeg"},
		{"espeak-ng", N_("no drafts can be spoken"), "sudo apt install espeak-ng"},
	};
	size_t before = ret->n;

	(void)d;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (!on_path(programs[i].program))
			doctor_warn(ret, programs[i].cure, _("%s is missing: %s."),
				    programs[i].program, _(programs[i].use));
	if (ret->n == before)
		doctor_ok(ret, _("ffmpeg and espeak-ng are there."));
}
