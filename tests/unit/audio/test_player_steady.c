/* SPDX-License-Identifier: MIT */
/*
 * What the audio thread does between two borders of clips, counted: no memory is taken or given
 * back, no lock is taken, and the system is called for the device alone.
 *
 * A child plays; its parent, this test, counts the thread's calls of the system (ptrace). Memory and
 * locks are counted inside, by functions that stand before those of the C library.
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#include "alsa_bench.h"
#include "check.h"
#include "monotonic.h"
#include "player_rig.h"

#define TURNS	  100		 /* periods of 20 ms that are counted */
#define SETTLED	  (2 * RIG_RATE) /* frames; until then libsoxr makes its queues longer, four times */
#define CALLS_MAX 512

static _Thread_local bool is_audio;
static _Atomic bool counting;
static _Atomic unsigned n_memory, n_locks;

static void note_memory(void)
{
	if (is_audio && counting)
		n_memory++;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
					      void (*on_free)(const volatile void *));

static void on_malloc(const volatile void *memory, size_t n)
{
	(void)memory, (void)n;
	note_memory();
}

static void on_free(const volatile void *memory)
{
	(void)memory;
	note_memory();
}

static void count_memory(void)
{
	__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}
#else
#define EXPORT __attribute__((visibility("default")))
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t n);
void __libc_free(void *memory);

EXPORT void *malloc(size_t n)
{
	note_memory();
	return __libc_malloc(n);
}

EXPORT void *calloc(size_t n, size_t size)
{
	note_memory();
	return __libc_calloc(n, size);
}

EXPORT void *realloc(void *memory, size_t n)
{
	note_memory();
	return __libc_realloc(memory, n);
}

EXPORT void free(void *memory)
{
	note_memory();
	__libc_free(memory);
}

static void count_memory(void)
{
}
#endif

#if defined(__SANITIZE_THREAD__)
static void count_locks(void)
{
	/* the sanitizer stands there already */
}
#else
static int (*real_lock)(pthread_mutex_t *mutex);

__attribute__((visibility("default"))) int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	if (is_audio && counting)
		n_locks++;
	return real_lock ? real_lock(mutex) : 0; /* nobody else is there before main() */
}

static void count_locks(void)
{
	*(void **)&real_lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
}
#endif

static void this_is_audio(void)
{
	is_audio = true;
}

/* What the child tells. */
struct told {
	pid_t thread;
	unsigned n_memory, n_locks, xruns;
};

static struct told tell;

static void note_thread(void)
{
	this_is_audio();
	tell.thread = gettid();
}

static void wait_for_frames(struct rig *rig, int64_t frames)
{
	struct player_position position;

	do {
		poll(NULL, 0, 5);
		player_position(rig->player, &position);
	} while (position.frames < frames);
}

/* 1: to the parent, 0: from it. Never returns. */
static void child(struct sink *sink, int to, int from)
{
	/* 22050 Hz: the resampler is at work, too */
	struct rig_clip clip =
		rig_load("../../../../config/campaigns/thang-hanh-dong-2024/goi-111");
	struct rig rig;
	char go;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	rig = (struct rig){0};
	assert_int_equal(sink_fake_new(sink, &rig.fake), 0);
	rig.fake->on_open = note_thread;
	rig_begin_on(&rig, &rig.fake->sink, 30000);
	rig_play(&rig, &clip, (struct player_clip){.token = 1});
	rig_hear(&rig, PLAYER_STARTED, 1);
	wait_for_frames(&rig, SETTLED);
	counting = true;
	if (write(to, &tell, sizeof(tell)) != sizeof(tell) || read(from, &go, 1) != 1)
		_exit(3);
	counting = false;
	tell.n_memory = n_memory;
	tell.n_locks = n_locks;
	player_stop(rig.player, 0);
	tell.xruns = rig_hear(&rig, PLAYER_FINISHED, 1)->xruns;
	_exit(write(to, &tell, sizeof(tell)) == sizeof(tell) ? 0 : 3);
}

/* Calls of the system by number, until the thread has waited TURNS times. False: not permitted. */
static bool count_calls(pid_t thread, unsigned *calls)
{
	int status;

	if (ptrace(PTRACE_SEIZE, thread, 0, PTRACE_O_TRACESYSGOOD) < 0)
		return false;
	ptrace(PTRACE_INTERRUPT, thread, 0, 0);
	while (waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status)) {
		struct ptrace_syscall_info info = {0};

		if (WSTOPSIG(status) == (SIGTRAP | 0x80) &&
		    ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(info), &info) > 0 &&
		    info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr < CALLS_MAX)
			calls[info.entry.nr]++;
		if (calls[SYS_ppoll] >= TURNS)
			break;
		ptrace(PTRACE_SYSCALL, thread, 0, 0);
	}
	ptrace(PTRACE_DETACH, thread, 0, 0);
	return true;
}

/* Lets a child play on the sink and fills both; skips the test where counting is not permitted. */
static void play_and_count(struct sink *sink, struct told *told, unsigned *calls)
{
	int up[2], down[2], status;
	bool counted;
	pid_t pid;

	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(sink, up[1], down[0]);
	close(up[1]);
	assert_int_equal(read(up[0], told, sizeof(*told)), sizeof(*told));
	counted = count_calls(told->thread, calls);
	assert_int_equal(write(down[1], "", 1), 1);
	assert_int_equal(read(up[0], told, sizeof(*told)), sizeof(*told));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(up[0]);
	close(down[0]);
	close(down[1]);
	for (long nr = 0; nr < CALLS_MAX; nr++)
		if (calls[nr])
			print_message("call %ld: %u times\n", nr, calls[nr]);
	/* An underrun is that of a machine with other work, and is to cost no more calls than a period. */
	print_message("memory: %u, locks: %u, underruns: %u\n", told->n_memory, told->n_locks,
		      (unsigned)told->xruns);
	assert_int_equal(told->n_memory, 0);
	if (!counted) {
		print_message("no permission to trace here\n");
		skip();
	}
	assert_true(calls[SYS_ppoll] >= TURNS);
}

/* Where the clock is not read in user space it is a call, too. */
static void forget_clock(unsigned *calls)
{
	calls[SYS_clock_gettime] = 0;
}

static void assert_no_others(const unsigned *calls)
{
	for (long nr = 0; nr < CALLS_MAX; nr++)
		if (nr != SYS_ppoll && calls[nr])
			fail_msg("call %ld, %u times in %d turns", nr, calls[nr], TURNS);
}

/* The sink without a card: one waiting a period, and nothing besides. */
static void test_without_a_card(void **state)
{
	unsigned calls[CALLS_MAX] = {0};
	struct told told;
	struct sink *sink;

	(void)state;
	assert_int_equal(sink_null_new(&sink), 0);
	play_and_count(sink, &told, calls);
	sink_free(sink);
	assert_int_equal(told.n_locks, 0);
	forget_clock(calls);
	assert_no_others(calls);
}

/* Through ALSA: its card reads its own timer. The locks there are ALSA's. */
static void test_on_a_card(void **state)
{
	unsigned calls[CALLS_MAX] = {0};
	struct told told;
	struct sink *sink;

	(void)state;
	assert_int_equal(sink_alsa_new("loapace", &sink), 0);
	play_and_count(sink, &told, calls);
	sink_free(sink);
	forget_clock(calls);
	calls[SYS_read] = 0;
	assert_no_others(calls);
}

/* A test that counts must be able to: what is not steady is seen. */
static void test_the_counting(void **state)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	void *volatile memory;

	(void)state;
	is_audio = true;
	counting = true;
	memory = malloc(10);
	free(memory);
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
	is_audio = false;
	counting = false;
	assert_int_equal(n_memory, 2);
	assert_true(n_locks <= 1);
	n_memory = n_locks = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_counting),
		cmocka_unit_test(test_without_a_card),
		cmocka_unit_test(test_on_a_card),
	};

	count_memory();
	count_locks();
	return cmocka_run_group_tests(tests, alsa_bench_use, NULL);
}
