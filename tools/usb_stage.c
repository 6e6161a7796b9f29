/* SPDX-License-Identifier: MIT */
#include "usb_job.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "words.h"

/* For good: what was given up cannot be had again. */
static bool become(const struct passwd *user)
{
	return initgroups(user->pw_name, user->pw_gid) == 0 && setgid(user->pw_gid) == 0 &&
	       setuid(user->pw_uid) == 0 && setuid(0) < 0;
}

static int run_as(const struct passwd *user, struct usb_job *job, usb_stage_fn *stage)
{
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || !become(user) ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
		complain(_("the rights of the user %s cannot be taken (%s): start this as root"),
			 user->pw_name, words_error(errno));
		return EXIT_NO;
	}
	r = stage(job);
	fflush(stdout);
	return r;
}

int usb_run_stage(struct usb_job *job, usb_stage_fn *stage)
{
	const struct passwd *user;
	int status;
	pid_t child;

	if (!job->is_device)
		return stage(job);
	user = getpwnam(USB_USER);
	if (!user) {
		complain(_("there is no user %s: install the package again"), USB_USER);
		return EXIT_NO;
	}
	fflush(stdout);
	child = fork();
	if (child < 0)
		return complain_memory();
	if (child == 0)
		_exit(run_as(user, job, stage));
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_NO;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_NO;
}
