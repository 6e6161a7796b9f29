/* SPDX-License-Identifier: MIT */
/*
 * The audio thread goes before all others, where it may, and cannot freeze the box by that.
 *
 * A thread of real-time priority that spins (a device that answers every call at once and takes
 * nothing) leaves a board of one core no time to be reached any more. So there is a brake: the kernel
 * counts the time in which the thread runs without ever waiting (RLIMIT_RTTIME) and sends SIGXCPU to
 * the thread itself, which then is one as any other. Should it not even come to that, the kernel
 * ends the process, and the service manager starts it again.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include "monotonic.h"
#include "player_internal.h"

#define SPIN_US	     200000  /* more than opening a device and filling it ever takes */
#define SPIN_MOST_US 1000000 /* when the kernel ends the process */
#define WAKE_US	     100     /* long enough to be taken off the processor */
#define STACK_BYTES  65536   /* as deep as decoder, resampler and ALSA go, and as much again */
#define PAGE_BYTES   4096

/* In the thread that spins: here SIGXCPU is not blocked, and the kernel sends it to who is to blame. */
static void on_spin(int signal)
{
	const struct sched_param normal = {.sched_priority = 0};
	int before = errno;

	(void)signal;
	sched_setscheduler(0, SCHED_OTHER, &normal);
	errno = before;
}

/* The brake takes hold after limit_us; where soft and hard are the same there is no signal, only the end. */
static int set_limit(int64_t limit_us)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_RTTIME, &limit) < 0)
		return -errno;
	if (limit.rlim_max > SPIN_MOST_US)
		limit.rlim_max = SPIN_MOST_US;
	limit.rlim_cur = limit.rlim_max > (rlim_t)limit_us ? (rlim_t)limit_us : limit.rlim_max / 2;
	return setrlimit(RLIMIT_RTTIME, &limit) < 0 ? -errno : 0;
}

static int set_brake(void)
{
	struct sigaction action = {.sa_handler = on_spin, .sa_flags = SA_RESTART};
	sigset_t signals;

	if (sigaction(SIGXCPU, &action, NULL) < 0)
		return -errno;
	sigemptyset(&signals);
	sigaddset(&signals, SIGXCPU);
	return -pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

bool priority_is_real_time(pid_t thread)
{
	int policy = sched_getscheduler(thread);

	return policy >= 0 && (policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO;
}

/*
 * Some layers of ALSA fork: their children are no audio threads.
 *
 * The kernel sets its count back only when a thread of real-time priority wakes, not when it gets the
 * priority: one that was braked would be braked again at the first tick. So it wakes once before the
 * limit is drawn close.
 */
void priority_ask(int priority)
{
	const struct sched_param parameter = {.sched_priority = priority};

	if (priority <= 0 || priority_is_real_time(0) || set_brake() < 0 ||
	    set_limit(SPIN_MOST_US - 1) < 0)
		return;
	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter) == 0)
		monotonic_sleep_until(monotonic_us() + WAKE_US);
	set_limit(SPIN_US);
}

/* Pages that are there already need not be found when the sound is waiting for them. */
void priority_touch_stack(void)
{
	volatile char stack[STACK_BYTES];

	for (size_t i = 0; i < sizeof(stack); i += PAGE_BYTES)
		stack[i] = 0;
}
