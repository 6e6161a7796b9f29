/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

static int put_life(void *context, const struct life *life)
{
	struct daemon *d = context;

	return lives_put(&d->lives, life);
}

/*
 * Where the log cannot be opened nothing is known of approvals either: a station that wants them
 * then stays silent, and the fault of the log says so.
 */
int daemon_clip_start(struct daemon *d)
{
	int error = d->store ? store_lives(d->store, put_life, d) : 0;

	if (error == -ENOMEM)
		return error;
	if (error < 0)
		daemon_say(d, _("What the log tells of the clips could not be read: %s"),
			   words_error(-error));
	return 0;
}

void daemon_clip_hear(struct daemon *d, const struct asrun_event *event)
{
	if (lives_fold(&d->lives, event) < 0)
		daemon_say(d, _("Out of memory; the station goes on with what it has."));
}

void daemon_clip_complete(struct daemon *d, struct store_clip *clip)
{
	clip->draft = clip_file_is_draft(d->state_dir, clip->name);
	store_clip_recall(clip, lives_find(&d->lives, clip->name));
}

void daemon_clip_added(struct daemon *d, const char *who, const struct store_clip *clip)
{
	char why[LIMIT_WHY];

	life_print_added(why, sizeof(why), clip->name, clip->title);
	daemon_note(d, clip->draft ? "clip-say" : "clip-add", who, why);
}

static bool time_is_known(const struct daemon *d)
{
	return d->clock_answer.state == CLOCK_TRUSTED || d->clock_answer.state == CLOCK_HOLDOVER;
}

/* A rehearsed clock deletes nothing: its month is not the month of the files. */
void daemon_clip_purge(struct daemon *d)
{
	int32_t today = zone_to_civil(&d->plan->zone, d->now_us / CIVIL_US).day;
	int n;

	if (d->options.pretend || !time_is_known(d) || d->purged_day == today)
		return;
	d->purged_day = today;
	n = clip_file_purge(d->state_dir, d->now_us);
	if (n < 0)
		daemon_say(d, _("The folder of removed recordings cannot be cleaned up: %s"),
			   words_error(-n));
}

enum clash_there daemon_clip_look(void *context, const char *name)
{
	const struct daemon *d = context;
	const struct store_clip *clip = library_find(d->library, name);

	if (!clip_file_there(d->state_dir, name))
		return CLASH_FREE;
	return clip && clip->draft ? CLASH_DRAFT : CLASH_RECORDED;
}

void daemon_clip_told(void *context, const char *name, struct clip_told *ret)
{
	const struct daemon *d = context;

	*ret = (struct clip_told){
		.plan = d->plan,
		.life = name ? lives_find(&d->lives, name) : NULL,
		.approval = d->settings.approval,
		.mode = d->options.pretend ? ASRUN_PRETENDED : ASRUN_REAL,
		.today = zone_to_civil(&d->plan->zone, d->now_us / CIVIL_US).day,
		.zone = &d->plan->zone,
	};
}

static void no_such(struct control_verdict *ret)
{
	daemon_refuse(
		ret, "no-such",
		_("There is no recording of that name; loaphuong clip list shows the names."));
}

void daemon_clip_approve(void *context, const struct control_approval *approval,
			 struct control_verdict *ret)
{
	struct daemon *d = context;
	const struct store_clip *clip = library_find(d->library, approval->name);
	const struct control_hand *hand = &approval->hand;
	char why[LIMIT_WHY];

	if (!clip) {
		no_such(ret);
		return;
	}
	if (approval->sha256_given &&
	    memcmp(approval->sha256, clip->sha256, sizeof(clip->sha256)) != 0) {
		daemon_refuse(ret, "changed",
			      _("It is another recording by now; listen to it and approve again."));
		return;
	}
	if (approval->revoke)
		life_print_revoked(why, sizeof(why), clip->name, hand->why);
	else
		life_print_approved(why, sizeof(why), clip->name, clip->sha256, hand->why);
	daemon_note(d, approval->revoke ? "clip-revoke" : "clip-approve", hand->who, why);
	daemon_plan_rebuild(d);
}

/* "a/b, c/d and 3 more"; false: nobody uses it. */
static bool name_uses(const struct daemon *d, const struct plan_clip *clip, char *ret, size_t n)
{
	struct clip_told told;
	char use[PLAN_USE];
	size_t at = 0, used = 0;

	daemon_clip_told((void *)d, NULL, &told);
	ret[0] = '\0';
	while (clip && used + 1 < n &&
	       plan_next_use(d->plan, (size_t)(clip - d->plan->clips), told.today, &at, use))
		used += (size_t)snprintf(ret + used, n - used, "%s%s", used ? ", " : "", use);
	return ret[0] != '\0';
}

static bool button_uses(const struct daemon *d, const char *name, char *ret, size_t n)
{
	const struct settings_button *button = settings_find_button(&d->settings, name);

	if (button)
		snprintf(ret, n, _("button \"%s\""), button->name);
	return button != NULL;
}

static void disk(struct control_verdict *ret, int error)
{
	ret->error = "disk";
	snprintf(ret->message, sizeof(ret->message), _("The disk refuses: %s"),
		 words_error(-error));
}

void daemon_clip_remove(void *context, const struct control_hand *hand, const char *name,
			struct control_verdict *ret)
{
	struct daemon *d = context;
	char uses[256];
	int error;

	if (name_uses(d, plan_find_clip(d->plan, name), uses, sizeof(uses)) ||
	    button_uses(d, name, uses, sizeof(uses))) {
		ret->error = "in-use";
		snprintf(ret->message, sizeof(ret->message),
			 _("It is still used by: %s. Take it out there first, then remove it."),
			 uses);
		return;
	}
	error = clip_file_remove(d->state_dir, name, time_is_known(d) ? d->now_us : 0);
	if (error == -ENOENT) {
		no_such(ret);
		return;
	}
	if (error < 0) {
		disk(ret, error);
		return;
	}
	daemon_note(d, "clip-remove", hand->who, name);
	daemon_library_scan(d);
	daemon_plan_rebuild(d);
}

void daemon_clip_restore(void *context, const struct control_hand *hand, const char *name,
			 const char *as, struct control_verdict *ret)
{
	struct daemon *d = context;
	int error = clip_file_restore(d->state_dir, name, as);

	if (error == -ENOENT)
		daemon_refuse(ret, "no-such",
			      _("No removed recording of that name is kept; loaphuong clip list "
				"--removed shows what is."));
	else if (error == -EEXIST)
		daemon_refuse(ret, "exists",
			      _("A recording has that name; give this one another with --as."));
	else if (error == -EINVAL)
		daemon_refuse(ret, "bad-name",
			      _("That cannot be a clip's name; use letters, digits and dashes."));
	else if (error < 0)
		disk(ret, error);
	if (error < 0)
		return;
	daemon_note(d, "clip-restore", hand->who, as);
	daemon_library_scan(d);
	d->plan_is_stale = true;
	daemon_library_go_on(d);
}

int daemon_clip_removed(void *context,
			int (*fn)(void *fn_context, const struct clip_removed *removed),
			void *fn_context)
{
	const struct daemon *d = context;

	return clip_file_removed(d->state_dir, fn, fn_context);
}
