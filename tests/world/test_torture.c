/* SPDX-License-Identifier: MIT */
/*
 * Every fallible call of our own code fails in turn, over a run of start, broadcast, press, import,
 * reload and stop (how curl does it: everything.curl.dev/internals/tests/torture). Nothing may
 * crash, leak, stay open or hang, and the log may not lie: it verifies, every occurrence that was
 * due has one row, what was once shown as closed is still so, and no row has more sound than the
 * card got.
 *
 *	test_torture			40 calls drawn at random (SEED=N draws the same again)
 *	test_torture all		each call, up to EACH=N of a function (default all)
 *	test_torture NAME NUMBER [HOW]	one: the call, which one of it, which of its errors
 *
 * RUNS=N draws so many; JOBS=N runs side by side (default 6: most of a run is waiting).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "make_plan.h"
#include "torture.h"

#define JOBS_MOST 16

struct job {
	pid_t pid; /* 0 = free */
	struct torture_call call;
	char path[64];
};

static struct job jobs[JOBS_MOST];
static unsigned n_bad, n_done;

static long from_environment(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : otherwise;
}

static void show(const struct job *job)
{
	char line[512];
	FILE *file = fopen(job->path, "re");

	printf("FAILED: %s %u %u\n", job->call.name, job->call.number, job->call.how);
	while (file && fgets(line, sizeof(line), file))
		printf("  %s", line);
	if (file)
		fclose(file);
}

static void take_result(struct job *job, int status)
{
	bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	n_done++;
	n_bad += !well;
	if (!well || getenv("SHOW"))
		show(job);
	fflush(stdout);
	unlink(job->path);
	job->pid = 0;
}

static void wait_for_one(void)
{
	int status;
	pid_t pid = wait(&status);

	for (size_t i = 0; i < JOBS_MOST; i++)
		if (pid > 0 && jobs[i].pid == pid)
			take_result(&jobs[i], status);
}

static struct job *free_job(void)
{
	long most = from_environment("JOBS", 6);

	for (;;) {
		for (long i = 0; i < most && i < JOBS_MOST; i++)
			if (jobs[i].pid == 0)
				return &jobs[i];
		wait_for_one();
	}
}

static void start(const struct torture_call *call)
{
	struct job *job = free_job();
	int out;

	job->call = *call;
	snprintf(job->path, sizeof(job->path), "/tmp/loa-torture-XXXXXX");
	out = mkstemp(job->path);
	fflush(stdout);
	job->pid = fork();
	if (job->pid == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
		_exit(torture_run(call, NULL) ? 0 : 1);
	}
	close(out);
}

static void wait_for_all(void)
{
	for (size_t i = 0; i < JOBS_MOST; i++)
		while (jobs[i].pid != 0)
			wait_for_one();
}

/* A function at random and then one of its calls: seldom ones are as likely as common ones. */
static void draw(const struct torture_counts *counts)
{
	uint64_t random = make_seed("torture", (uint64_t)time(NULL));

	for (long i = from_environment("RUNS", 40); i > 0; i--) {
		int64_t at = make_between(&random, 0, (int64_t)counts->n - 1);
		struct torture_call call = {.how = (unsigned)make_between(&random, 0, 5)};

		snprintf(call.name, sizeof(call.name), "%s", counts->names[at]);
		call.number = (unsigned)make_between(&random, 1, counts->calls[at]);
		start(&call);
	}
}

static void all(const struct torture_counts *counts)
{
	unsigned each = (unsigned)from_environment("EACH", 1000000);

	for (unsigned i = 0; i < counts->n; i++)
		for (unsigned number = 1; number <= counts->calls[i] && number <= each; number++) {
			struct torture_call call = {.number = number, .how = number};

			snprintf(call.name, sizeof(call.name), "%s", counts->names[i]);
			start(&call);
		}
}

/* What was once found stays found: calls whose failing was a fault of ours. */
static void known(void)
{
	static const struct torture_call calls[] = {
		{"mpg123_new", 1,
		 0}, /* the station was silent for ever, and its card was said to be gone */
		{"pthread_create", 1, 0},		/* the sink leaked */
		{"sd_event_source_set_priority", 1, 0}, /* ended without a word */
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		start(&calls[i]);
}

static bool count(struct torture_counts *counts)
{
	const struct torture_call none = {.name = ""};
	uint64_t total = 0;

	if (!torture_run(&none, counts))
		return false;
	for (unsigned i = 0; i < counts->n; i++) {
		total += counts->calls[i];
		if (getenv("SHOW"))
			printf("%6u %s\n", counts->calls[i], counts->names[i]);
	}
	printf("%u functions, %llu calls\n", counts->n, (unsigned long long)total);
	return counts->n > 0;
}

int main(int argc, char **argv)
{
	static struct torture_counts counts;
	struct torture_call call = {.number = argc > 2 ? (unsigned)atoi(argv[2]) : 0,
				    .how = argc > 3 ? (unsigned)atoi(argv[3]) : 0};

	if (argc > 2) {
		snprintf(call.name, sizeof(call.name), "%s", argv[1]);
		return torture_run(&call, NULL) ? 0 : 1;
	}
	if (!count(&counts))
		return 1;
	known();
	if (argc == 2)
		all(&counts);
	else
		draw(&counts);
	wait_for_all();
	printf("%u calls failed, %u runs went wrong\n", n_done, n_bad);
	return n_bad > 0;
}
