/* SPDX-License-Identifier: MIT */
/*
 * world_run RESULT NAME NUMBER HOW PROGRAM [ARGUMENT]... - run a program of world.h once, with one of its calls failing:
 * the NUMBERth of NAME, with its HOWth error; "-" 0 0: none fails. Exits as the program did (128 + signal if one ended
 * it). RESULT is written: "failed N", whether the call was reached; "call NAME N" for each function, how often it was
 * called; "left PATH" for each file that was still open; "place ADDRESS" of the call that failed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

static struct world *make_page(const char *path)
{
	void *page;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(struct world)) < 0)
		return NULL;
	page = mmap(NULL, sizeof(struct world), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return page == MAP_FAILED ? NULL : page;
}

static int run(const char *page_path, char **argv)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		setenv("LOA_WORLD", page_path, 1);
		execv(argv[0], argv);
		_exit(127);
	}
	signal(SIGTERM, SIG_IGN); /* that is for the program */
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool write_result(const char *path, const struct world *page)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return false;
	fprintf(out, "failed %u\n", atomic_load(&page->failed));
	for (unsigned i = 0; i < page->n_calls; i++)
		fprintf(out, "call %s %u\n", page->names[i], atomic_load(&page->calls[i]));
	for (unsigned i = 0; i < page->n_left && i < 8; i++)
		fprintf(out, "left %s\n", page->left[i]);
	for (unsigned i = 0; i < page->n_places && i < WORLD_PLACES; i++)
		fprintf(out, "place 0x%llx\n", (unsigned long long)page->places[i]);
	return fclose(out) == 0;
}

int main(int argc, char **argv)
{
	char page_path[4096];
	struct world *page;
	int code;

	if (argc < 6)
		return 125;
	snprintf(page_path, sizeof(page_path), "%s.page", argv[1]);
	page = make_page(page_path);
	if (!page)
		return 125;
	if (strcmp(argv[2], "-") != 0)
		snprintf(page->fail, sizeof(page->fail), "%s", argv[2]);
	page->fail_at = (unsigned)atoi(argv[3]);
	page->fail_for = 1;
	page->fail_how = (unsigned)atoi(argv[4]);
	atomic_store(&page->armed, true);
	code = run(page_path, argv + 5);
	if (!write_result(argv[1], page))
		code = 125;
	unlink(page_path);
	return code;
}
