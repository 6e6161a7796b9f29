/* SPDX-License-Identifier: MIT */
/*
 * The service over days in which everything happens: presses, reloads (good and bad), imports, a
 * card that goes and comes, underruns, steps of the clock, a clock nobody vouches for, plays, stops
 * and pauses by hand, restarts and kills. Memory and file descriptors must stay flat, every
 * occurrence that was due ends in exactly one outcome, the log verifies, and nothing but an
 * emergency begins outside the permitted hours.
 *
 *	test_soak			6 hours, a drawn seed
 *	HOURS=72 SEED=N test_soak	three days; the same again
 *
 * Time leaps from one instant that somebody waits for to the next (world.h), so a day takes what its
 * sound and its events take: 72 hours are some minutes.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "make_plan.h"
#include "soak.h"

/* So long rows are kept in memory, for late and double ones: until then the heap may grow. */
#define KEPT_HOURS  48
#define HEAP_GROWTH (256 << 10) /* bytes that may be more at the end than after the warm-up */
#define FD_GROWTH   2		/* one more line or client at the moment of the look */

struct look {
	int64_t heap, rss_kb;
	size_t fds;
};

static size_t count_fds(pid_t pid)
{
	char path[64];
	DIR *folder;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	folder = opendir(path);
	while (folder && readdir(folder))
		n++;
	if (folder)
		closedir(folder);
	return n;
}

static int64_t rss_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "VmRSS: %ld", &kb);
	if (file)
		fclose(file);
	return kb;
}

/* While nothing sounds and nothing is wrong. */
static struct look look(struct soak *soak)
{
	struct look seen;

	soak_make_good(soak);
	soak_go_on(soak, 3 * SOAK_MINUTE);
	atomic_store(&soak->world->page->heap_bytes, -1);
	soak_go_on(soak, SOAK_SECOND);
	while (atomic_load(&soak->world->page->heap_bytes) < 0)
		soak_go_on(soak, SOAK_SECOND);
	seen.heap = atomic_load(&soak->world->page->heap_bytes);
	seen.rss_kb = rss_kb(soak->world->rig->pid);
	seen.fds = count_fds(soak->world->rig->pid);
	print_message("%5.1f h: heap %lld KiB, resident %lld KiB, %zu descriptors\n",
		      (double)(soak_wall_us(soak) - soak->begin_us) / SOAK_HOUR,
		      (long long)seen.heap / 1024, (long long)seen.rss_kb, seen.fds);
	return seen;
}

static void live(struct soak *soak, int64_t hours)
{
	int64_t end_us = rig_world_mono_us(soak->world) + hours * SOAK_HOUR;
	int64_t warm_hours = hours > KEPT_HOURS + 12 ? KEPT_HOURS + 2 : hours / 3;
	int64_t warm_us = rig_world_mono_us(soak->world) + warm_hours * SOAK_HOUR;
	struct look warm = {0}, last;

	while (rig_world_mono_us(soak->world) < end_us) {
		soak_go_on(soak, make_between(&soak->random, 1, 20 * 60) * SOAK_SECOND);
		soak_event(soak);
		/* A service that was started anew has another heap: compared is within one life. */
		if ((warm.heap == 0 || soak->n_restarts > 0) &&
		    rig_world_mono_us(soak->world) > warm_us)
			warm = look(soak);
		soak->n_restarts = 0;
	}
	last = look(soak);
	assert_true(last.heap <= warm.heap + HEAP_GROWTH);
	assert_true(last.fds <= warm.fds + FD_GROWTH);
}

static void begin(struct soak *soak)
{
	struct rig_world *world = soak->world;

	rig_short_clip(world->rig, "mot", 0, 600);
	rig_short_clip(world->rig, "hai", 1, 600);
	rig_short_clip(world->rig, "ba", 2, 600);
	soak_configure(soak, 0);
	atomic_store(&world->page->synced, true);
	/* In two days, half an hour before the permitted hours: later than any build. */
	soak->begin_us = ((int64_t)time(NULL) / 86400 + 2) * 24 * SOAK_HOUR - 7 * SOAK_HOUR +
			 SOAK_AIR_FROM * SOAK_HOUR - 30 * SOAK_MINUTE;
	atomic_store(&world->page->realtime_us, soak->begin_us - rig_world_mono_us(world));
	soak_start(soak);
}

static void a_station_over_days(void **state)
{
	struct soak soak = {.world = rig_world_new("")};
	const char *hours = getenv("HOURS");

	(void)state;
	soak.random = make_seed("soak", (uint64_t)time(NULL));
	begin(&soak);
	live(&soak, hours ? atoi(hours) : 6);
	soak_go_on(&soak, 10 * SOAK_MINUTE);
	assert_int_equal(rig_end(soak.world->rig, SIGTERM), 0);
	assert_int_equal(soak.world->page->n_left, 0);
	soak_show_events(&soak);
	print_message("%u leaps, %u events\n", atomic_load(&soak.world->page->leaps),
		      soak.n_events);
	assert_true(soak_check(&soak));
	rig_world_free(soak.world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_station_over_days)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
