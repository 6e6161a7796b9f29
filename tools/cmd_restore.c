/* SPDX-License-Identifier: MIT */
/*
 * restore: a backup in the place of what is there. All of it lies beside its place, checked, before the
 * first thing is moved; what was there stays beside it, under the name and the time.
 *
 * The folder beside it has one name and is locked while it is in use: whatever ends a restore, even the
 * power, its folder is empty again for the next one, and no two are at it.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "backup.h"
#include "backup_place.h"
#include "limit.h"
#include "lock.h"
#include "words.h"

#define OLD_NAME 32 /* ".before-20240601-054500-99", NUL included */

struct restoring {
	const char *config, *state, *console;
	char stage[LIMIT_PATH];
	int held; /* the stage, or -1 */
	char old[OLD_NAME];
	json_t *manifest;
};

static int is_stopped(const struct restoring *restoring)
{
	char socket[256], accounts[LIMIT_PATH];

	snprintf(accounts, sizeof(accounts), "%.4000s/console.db", restoring->console);
	if (lock_find(restoring->state, socket, sizeof(socket)) != 0 && !backup_is_held(accounts))
		return EXIT_DONE;
	complain(_("the station or its console runs: first sudo systemctl stop loaphuongd "
		   "loaphuong-console"));
	return EXIT_NO;
}

/* Beside the state folder, so that it can take its place in one step. */
static int make_stage(struct restoring *restoring)
{
	if (snprintf(restoring->stage, sizeof(restoring->stage), "%s.restore", restoring->state) >=
	    (int)sizeof(restoring->stage)) {
		complain(_("%s cannot be written: %s"), restoring->state,
			 words_error(ENAMETOOLONG));
		return EXIT_NO;
	}
	restoring->held = backup_hold(restoring->stage);
	if (restoring->held >= 0)
		return EXIT_DONE;
	if (restoring->held == -EBUSY)
		complain(_("%s: another restore is at it; wait until it has ended"),
			 restoring->stage);
	else
		complain(_("%s cannot be written: %s"), restoring->stage,
			 words_error(-restoring->held));
	return EXIT_NO;
}

static int take_out(struct restoring *restoring, const char *path)
{
	struct backup_log log;
	char why[512], state[LIMIT_PATH];
	int error = backup_take_out(path, restoring->stage, &restoring->manifest, why, sizeof(why));

	if (error < 0) {
		complain("%s: %s", path, why);
		return EXIT_NO;
	}
	snprintf(state, sizeof(state), "%.4000s/state", restoring->stage);
	error = backup_prove(state, &log);
	if (error == 0 &&
	    (log.intact || !json_is_true(json_object_get(restoring->manifest, "intact"))))
		return EXIT_DONE;
	complain(_("%s: its log does not prove itself; take another copy of the backup"), path);
	return EXIT_NO;
}

/* The owner of what is there; of a new card, the users of the package. */
static void owner_of(const char *folder, const char *user, uid_t *ret_uid, gid_t *ret_gid)
{
	const struct passwd *known;
	struct stat status;

	*ret_uid = geteuid();
	*ret_gid = getegid();
	if (stat(folder, &status) == 0) {
		*ret_uid = status.st_uid;
		*ret_gid = status.st_gid;
	} else if (geteuid() == 0 && (known = getpwnam(user))) {
		*ret_uid = known->pw_uid;
		*ret_gid = known->pw_gid;
	}
}

static int own(const struct restoring *restoring, const char *part, const char *place,
	       const char *user, mode_t mode)
{
	char folder[LIMIT_PATH];
	uid_t uid;
	gid_t gid;

	snprintf(folder, sizeof(folder), "%.4000s/%s", restoring->stage, part);
	owner_of(place, user, &uid, &gid);
	return backup_give(folder, uid, gid, mode);
}

/* Where people of the group put files. */
static int open_to_group(const struct restoring *restoring)
{
	static const char *const folders[] = {"campaigns", "inbox", "inbox/rejected"};
	char path[LIMIT_PATH];
	uid_t uid;
	gid_t gid;

	owner_of(restoring->state, "loaphuong", &uid, &gid);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%.4000s/state/%s", restoring->stage, folders[i]);
		if ((mkdir(path, 0770) < 0 && errno != EEXIST) ||
		    (geteuid() == 0 && chown(path, uid, gid) < 0) || chmod(path, 02770) < 0)
			return -errno;
	}
	return 0;
}

/* The new in the old one's place, that beside it. What fails is as before. */
static int exchange(const struct restoring *restoring, const char *part, const char *place)
{
	char fresh[LIMIT_PATH], old[LIMIT_PATH];
	int error;

	snprintf(fresh, sizeof(fresh), "%.4000s/%s", restoring->stage, part);
	snprintf(old, sizeof(old), "%.4000s%s", place, restoring->old);
	if (rename(place, old) < 0 && errno != ENOENT)
		return -errno;
	if (rename(fresh, place) == 0)
		return 0;
	error = -errno;
	rename(old, place);
	return error;
}

/* The folder of the config is another file system's, perhaps: copied, then exchanged. */
static int place_config(const struct restoring *restoring)
{
	char from[LIMIT_PATH], fresh[LIMIT_PATH], old[LIMIT_PATH], text[65536];
	FILE *in, *out;
	size_t n = 1;
	int error = 0;

	snprintf(from, sizeof(from), "%.4000s/config/loaphuong.conf", restoring->stage);
	snprintf(fresh, sizeof(fresh), "%.4000s.new", restoring->config);
	snprintf(old, sizeof(old), "%.4000s%s", restoring->config, restoring->old);
	in = fopen(from, "re");
	out = in ? fopen(fresh, "we") : NULL;
	if (!out)
		error = -errno;
	while (error == 0 && (n = fread(text, 1, sizeof(text), in)) > 0)
		if (fwrite(text, 1, n, out) != n)
			error = -EIO;
	/* whatever the umask: the station reads it as a user of its own */
	if (error == 0 &&
	    (fflush(out) != 0 || fchmod(fileno(out), 0644) < 0 || fsync(fileno(out)) < 0))
		error = -errno;
	if (in)
		fclose(in);
	if (out && fclose(out) != 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(restoring->config, old) < 0 && errno != ENOENT)
		error = -errno;
	if (error == 0 && rename(fresh, restoring->config) < 0)
		error = -errno;
	return error;
}

static int place_all(const struct restoring *restoring)
{
	int error = own(restoring, "state", restoring->state, "loaphuong", 0750);

	if (error == 0)
		error = open_to_group(restoring);
	if (error == 0)
		error = own(restoring, "console", restoring->console, "loaphuong-console", 0700);
	sync(); /* all of it is on the card before it takes a place */
	if (error == 0)
		error = exchange(restoring, "state", restoring->state);
	if (error == 0)
		error = exchange(restoring, "console", restoring->console);
	if (error == 0)
		error = place_config(restoring);
	sync();
	return error;
}

static void say_what(const struct restoring *restoring)
{
	const json_t *manifest = restoring->manifest;

	printf(_("A backup of \"%s\" of %.16s, made by loaphuong %s: %zu files, the log with %lld "
		 "events"),
	       ask_text(manifest, "station"), ask_text(manifest, "made"),
	       ask_text(manifest, "loaphuong"), json_array_size(json_object_get(manifest, "files")),
	       ask_number(manifest, "events"));
	putchar('\n');
}

static int go_on(const struct call *call, struct restoring *restoring)
{
	int error;

	say_what(restoring);
	if (!call_has(call, "yes")) {
		complain(_(
			"nothing was changed: add --yes to put it in the place of what is there"));
		return EXIT_NO;
	}
	error = place_all(restoring);
	if (error < 0) {
		complain(_("it could not be put in its place: %s. What was there has the same name "
			   "with %s behind it"),
			 words_error(-error), restoring->old);
		return EXIT_NO;
	}
	printf(_("Restored. What was there before has the same name with %s behind it; remove it "
		 "when all is well."),
	       restoring->old);
	printf("\n%s\n", _("Now: loaphuong check, then sudo systemctl start loaphuongd "
			   "loaphuong-console"));
	return EXIT_DONE;
}

static bool is_there(const char *place, const char *old)
{
	char path[LIMIT_PATH];
	struct stat status;

	snprintf(path, sizeof(path), "%.4000s%s", place, old);
	return lstat(path, &status) == 0;
}

/* By the clock of the wall; numbered where one of this second is there already. */
static void choose_old(struct restoring *restoring)
{
	char base[OLD_NAME - 3];
	time_t now = time(NULL);
	struct tm local;

	strftime(base, sizeof(base), ".before-%Y%m%d-%H%M%S", localtime_r(&now, &local));
	snprintf(restoring->old, sizeof(restoring->old), "%s", base);
	for (unsigned i = 2; i < 100 && (is_there(restoring->state, restoring->old) ||
					 is_there(restoring->console, restoring->old) ||
					 is_there(restoring->config, restoring->old));
	     i++)
		snprintf(restoring->old, sizeof(restoring->old), "%s-%u", base, i);
}

int cmd_restore(const struct call *call)
{
	const char *console = call_value(call, "console");
	struct restoring restoring = {.config = call->config,
				      .state = call->state,
				      .console = console ? console : BACKUP_CONSOLE,
				      .held = -1};
	int r = is_stopped(&restoring);

	choose_old(&restoring);
	if (r == EXIT_DONE)
		r = make_stage(&restoring);
	if (r == EXIT_DONE)
		r = take_out(&restoring, call->operands[0]);
	if (r == EXIT_DONE)
		r = go_on(call, &restoring);
	if (restoring.held >= 0) {
		backup_remove(restoring.stage);
		close(restoring.held);
	}
	json_decref(restoring.manifest);
	return r;
}
