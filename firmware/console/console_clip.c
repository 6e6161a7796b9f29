/* SPDX-License-Identifier: MIT */
/* Recordings: one comes in by a raw PUT, one is listened to. */
#include "console_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "names.h"
#include "words.h"

static bool has_room(const struct visit *visit)
{
	struct statvfs disk;

	return statvfs(visit->console->options.state_dir, &disk) == 0 &&
	       (uint64_t)disk.f_bavail * disk.f_frsize >=
		       http_length(visit->request) + CONSOLE_SPARE_BYTES;
}

/* A file without a name: gone with the request, whatever happens. */
static bool open_file(struct visit *visit)
{
	visit->fd = open(visit->console->options.state_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return visit->fd >= 0;
}

void visit_begin_upload(struct visit *visit)
{
	struct console *console = visit->console;

	if (http_length(visit->request) == 0) {
		visit_refuse(
			visit, 411, "no-length",
			N_("The recording is empty, or its length was not given. Choose the file "
			   "again."));
	} else if (http_length(visit->request) > CONSOLE_UPLOAD_BYTES) {
		visit_refuse(visit, 413, "too-large",
			     N_("The recording is larger than 200 MiB. Send a shorter one, or one "
				"as MP3."));
	} else if (console->uploads == CONSOLE_UPLOADS) {
		http_extra(visit->request, "Retry-After", "10");
		visit_refuse(
			visit, 503, "busy",
			N_("Other recordings are coming in just now. Wait until they are there."));
	} else if (!has_room(visit) || !open_file(visit)) {
		visit_refuse(
			visit, 507, "disk-full",
			N_("There is no room left on the box for this recording. Remove recordings "
			   "that are no longer needed."));
	} else {
		visit->uploading = true;
		console->uploads++;
		http_take_file(visit->request, visit->fd);
	}
}

/* The name that is asked for, or one made of the file's. NULL: there is neither. */
static const char *name_of(const struct visit *visit, char room[LIMIT_NAME])
{
	const char *given = http_query(visit->request, "name");
	const char *file = http_query(visit->request, "file");

	if (given && *given)
		return given;
	if (!file || !*file)
		return NULL;
	names_of_file(file, room);
	return room;
}

static const char *title_of(const struct visit *visit, char *room, size_t n)
{
	const char *given = http_query(visit->request, "title");
	const char *file = http_query(visit->request, "file");

	room[0] = '\0';
	if (given || !file)
		return given ? given : room;
	names_title(file, room, n);
	return room;
}

void visit_upload(struct visit *visit)
{
	const char *replace = http_query(visit->request, "replace");
	char room[LIMIT_NAME], title[LIMIT_WHY];
	const char *name = name_of(visit, room);

	if (http_body_error(visit->request) < 0) {
		visit_refuse(
			visit, 507, "disk",
			N_("The box cannot write to its disk. It may be full or worn out: call the "
			   "technician."));
		return;
	}
	lseek(visit->fd, 0, SEEK_SET);
	visit_ask_station(visit,
			  json_pack("{s:s, s:s, s:s, s:b}", "do", "clip-add", "name",
				    name ? name : "", "title",
				    title_of(visit, title, sizeof(title)), "replace",
				    replace && strcmp(replace, "true") == 0),
			  LINK_IMPORT_US, false);
}

/* The recording of that name, or -1. The name has no slash and no leading dot. */
static int open_clip(const struct visit *visit, const char *given, struct stat *ret)
{
	char path[LIMIT_PATH];
	char *name = given ? names_nfc(given) : NULL;
	bool good = name && names_flaw(name, LIMIT_NAME, false) == NAMES_GOOD;
	int n = good ? snprintf(path, sizeof(path), "%s/clips/%s.mp3",
				visit->console->options.station_dir, name)
		     : -1;
	int fd;

	free(name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, ret) == 0 && S_ISREG(ret->st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

void visit_audio(struct visit *visit)
{
	struct stat status;
	int fd = open_clip(visit, http_query(visit->request, "name"), &status);

	if (fd < 0)
		visit_refuse(visit, 404, "no-such", N_("There is no recording of that name."));
	else
		http_answer_file(visit->request, fd, (uint64_t)status.st_size, "audio/mpeg");
}
