/* SPDX-License-Identifier: MIT */
#include "rig_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

/* A reload rehearses a year, under sanitizers on a machine that has other work. */
#define ASK_MS	      120000
#define ASK_FAILED_MS 20000 /* where calls fail, a reply may never come */

int rig_world_status;

static struct world *make_page(const struct rig *rig)
{
	char path[128];
	void *page;
	int fd;

	snprintf(path, sizeof(path), "%s/world", rig->folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && ftruncate(fd, sizeof(struct world)) == 0);
	page = mmap(NULL, sizeof(struct world), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(page != MAP_FAILED);
	close(fd);
	setenv("LOA_WORLD", path, 1);
	return page;
}

struct rig_world *rig_world_new(const char *config_text)
{
	struct rig_world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->card = card_new(config_text);
	world->rig = &world->card->rig;
	world->rig->program = LOA_WORLD_SERVICE;
	world->lines = rig_lines_new(world->rig);
	world->page = make_page(world->rig);
	return world;
}

struct rig_world *rig_world_free(struct rig_world *world)
{
	void *card = world->card;

	if (world->rig->pid)
		rig_end(world->rig, SIGKILL);
	rig_lines_free(world->lines);
	munmap(world->page, sizeof(*world->page));
	card_end(&card);
	free(world);
	return NULL;
}

int64_t rig_world_mono_us(const struct rig_world *world)
{
	return rig_mono_us() + atomic_load(&world->page->offset_us);
}

bool rig_world_runs(struct rig_world *world)
{
	int status;

	if (world->rig->pid == 0 || waitpid(world->rig->pid, &status, WNOHANG) == 0)
		return world->rig->pid != 0;
	world->rig->pid = 0;
	rig_world_status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	return false;
}

bool rig_world_go_on(struct rig_world *world, int64_t us)
{
	const struct timespec pause = {.tv_nsec = 300000};
	int64_t until_us = rig_world_mono_us(world) + us;
	int64_t deadline_us = rig_mono_us() + 3 * RIG_PATIENCE_US;
	bool runs = true;

	atomic_store(&world->page->limit_us, until_us);
	while (runs && rig_world_mono_us(world) < until_us && rig_mono_us() < deadline_us) {
		nanosleep(&pause, NULL);
		runs = rig_world_runs(world);
	}
	atomic_store(&world->page->limit_us, 0);
	if (runs && rig_world_mono_us(world) < until_us)
		print_message("time did not go on: %lld ms are left of %lld\n",
			      (long long)(until_us - rig_world_mono_us(world)) / 1000,
			      (long long)us / 1000);
	return runs && rig_world_mono_us(world) >= until_us;
}

void rig_world_shift(struct rig_world *world)
{
	int64_t offset_us = atomic_load(&world->page->offset_us);

	world->rig->begin_us += offset_us - world->shifted_us;
	world->shifted_us = offset_us;
}

void rig_world_step(struct rig_world *world, int64_t us)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	atomic_store(&world->page->step_us, us);
	while (atomic_load(&world->page->step_us) != 0 && rig_world_runs(world) &&
	       rig_mono_us() < deadline_us)
		rig_breathe();
}

json_t *rig_world_ask(struct rig_world *world, int fd, const char *text)
{
	json_t *request = json_loads(text, 0, NULL), *reply = NULL;
	struct client *client = NULL;

	assert_non_null(request);
	for (int tries = 0; tries < 3 && !reply && rig_world_runs(world); tries++) {
		if (fd >= 0)
			lseek(fd, 0, SEEK_SET);
		if (client_open(world->rig->runtime, &client) == 0)
			client_call(client, request, fd,
				    world->page->fail[0] ? ASK_FAILED_MS : ASK_MS, &reply);
		client = client_free(client);
	}
	json_decref(request);
	return reply;
}
