/* SPDX-License-Identifier: MIT */
/*
 * A disk may take its time over a copy and over fsync(), seconds on a worn memory card. A loop that
 * has a station to run does not wait for it: one thread does one such piece of an import. While it
 * runs, it alone touches the files of the import; the table and all else stays with the caller.
 */
#include "library_internal.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SIGNAL_TRIES 16

static void *work(void *context)
{
	struct library *library = context;
	struct work *job = &library->work;

	job->error = job->kind == WORK_COPY ? library_copy(library, job->from)
					    : library_give_name(library);
	/* Who waits for it hears of nothing else. */
	for (int tries = 0; tries < SIGNAL_TRIES && eventfd_write(job->event, 1) < 0; tries++)
		;
	return NULL;
}

/* Signals are the business of the caller's threads. */
static int start(struct library *library)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&library->work.thread, NULL, work, library);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

int library_work_begin(struct library *library, enum work_kind kind, int from)
{
	int error;

	if (!library->background)
		return -ENOTSUP;
	library->work = (struct work){.kind = kind, .from = from};
	library->work.event = eventfd(0, EFD_CLOEXEC);
	if (library->work.event < 0)
		return -errno;
	error = start(library);
	if (error < 0) {
		close(library->work.event);
		library->work.event = -1;
		return error;
	}
	library->work.running = true;
	return 0;
}

int library_work_end(struct library *library)
{
	pthread_join(library->work.thread, NULL);
	close(library->work.event);
	library->work.event = -1;
	library->work.running = false;
	return library->work.error;
}

int library_fd(const struct library *library)
{
	return library->work.running ? library->work.event : library->child.epoll;
}
