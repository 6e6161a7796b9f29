/* SPDX-License-Identifier: MIT */
#include "power_cut.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf.h"
#include "driver.h"
#include "library.h"
#include "store.h"
#include "zoneinfo.h"

#define RESTART_US (2 * CIVIL_US)  /* until the station is back */
#define LISTEN_US  (40 * CIVIL_US) /* and how long it is listened to then */

/* A file of the image; n is -1 if it is not there. */
struct found {
	uint8_t bytes[1 << 16];
	ssize_t n;
};

static void look(const struct moment *moment, const char *name, struct found *ret)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", moment->folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ret->n = fd < 0 ? -1 : read(fd, ret->bytes, sizeof(ret->bytes));
	if (fd >= 0)
		close(fd);
}

static bool is_text(const struct found *found, const char *text)
{
	return found->n == (ssize_t)strlen(text) && memcmp(found->bytes, text, strlen(text)) == 0;
}

static bool is_clip(const struct day *day, const struct found *found, int version)
{
	if (version == 0)
		return found->n < 0;
	return found->n == (ssize_t)day->n_bytes[version] &&
	       memcmp(found->bytes, day->recordings[version], day->n_bytes[version]) == 0;
}

/* Whole, and one that it may be: no older than what was told. */
static void check_clip(const struct day *day, const struct moment *moment,
		       const struct version *version)
{
	static struct found found;
	char name[64];
	bool good;

	snprintf(name, sizeof(name), "clips/%s.mp3", version->name);
	look(moment, name, &found);
	good = is_clip(day, &found, version->told);
	for (size_t i = 0; i < version->n_asked; i++)
		good |= is_clip(day, &found, version->asked[i]);
	if (!good)
		fail_msg("%s: %zd bytes are none of its recordings (version %d was acknowledged)",
			 name, found.n, version->told);
}

static bool is_config(const struct day *day, const struct found *config,
		      const struct found *campaign, int version)
{
	char text[2048];

	if (version == 0)
		return config->n < 0;
	snprintf(text, sizeof(text),
		 "station { name = \"Thử\" timezone = \"Asia/Ho_Chi_Minh\" language = "
		 "\"en\" }\n%s\n",
		 day->configs[version]);
	return is_text(config, text) && is_text(campaign, day->campaigns[version]);
}

/* Both files of the same version, as the next start would find them. */
static void check_config(const struct day *day, const struct moment *moment,
			 const struct version *version)
{
	static struct found config, campaign;
	const char *folder = "accepted";
	char name[64];
	bool good;

	look(moment, "accepted/loaphuong.conf", &config);
	if (config.n < 0)
		folder = "accepted.old";
	snprintf(name, sizeof(name), "%s/loaphuong.conf", folder);
	look(moment, name, &config);
	snprintf(name, sizeof(name), "%s/campaigns/c.conf", folder);
	look(moment, name, &campaign);
	good = is_config(day, &config, &campaign, version->told);
	for (size_t i = 0; i < version->n_asked; i++)
		good |= is_config(day, &config, &campaign, version->asked[i]);
	if (!good)
		fail_msg("%s: %zd and %zd bytes are no config that was accepted (version %d was)",
			 folder, config.n, campaign.n, version->told);
}

static void check_volume(const struct moment *moment, const struct version *version)
{
	static struct found found;
	char text[16];
	bool good;

	look(moment, "volume", &found);
	good = found.n < 0; /* it is acknowledged before it is on the disk, and says so */
	for (size_t i = 0; i < version->n_asked; i++) {
		snprintf(text, sizeof(text), "-%d.00\n", version->asked[i]);
		good |= is_text(&found, text);
	}
	if (!good)
		fail_msg("volume: %zd bytes are none that was set", found.n);
}

static struct store *open_store(const struct day *day, const struct moment *moment)
{
	const struct store_options options = {.state_dir = moment->folder};
	struct store_opening opening = {0}, *done = &opening;
	struct store_verdict verdict;
	struct store_newest newest;
	struct store *store;
	char why[256] = "";
	int error = store_open(&options, &store, &opening, why, sizeof(why));

	if (error < 0)
		fail_msg("the log cannot be opened: %s", why);
	if (done->lost > 0)
		fail_msg("%lld events were lost", (long long)done->lost);
	if (done->asrun_replaced || done->library_replaced || done->head_missing)
		fail_msg("replaced: log %d, library %d; head missing: %d", done->asrun_replaced,
			 done->library_replaced, done->head_missing);
	assert_int_equal(store_newest(store, &newest), 0);
	if (newest.events < moment->acknowledged)
		fail_msg("%lld events were acknowledged, %lld are there",
			 (long long)moment->acknowledged, (long long)newest.events);
	assert_int_equal(store_verify(store, &verdict), 0);
	if (!verdict.intact || verdict.events != newest.events)
		fail_msg("the chain is broken at %lld (%d)", (long long)verdict.first_bad,
			 (int)verdict.problem);
	if (memcmp(verdict.head, day->hashes[verdict.events], sizeof(verdict.head)) != 0)
		fail_msg("event %lld is not what was written", (long long)verdict.events);
	return store;
}

static int know(void *context, const struct store_clip *clip)
{
	return library_know(context, clip);
}

static void check_library(const struct moment *moment, struct store *store)
{
	const struct library_options options = {
		.state_dir = moment->folder,
		.settings = {.format = {.rate_hz = 48000, .channels = 1}},
		.program = "/proc/self/exe",
	};
	struct library *library;
	struct dirent *entry;
	char path[256];
	DIR *clips;

	assert_int_equal(library_new(&options, &library), 0);
	assert_int_equal(store_clips(store, know, library), 0);
	assert_true(library_scan(library) >= 0);
	library_free(library);
	snprintf(path, sizeof(path), "%s/clips", moment->folder);
	clips = opendir(path);
	assert_non_null(clips);
	while ((entry = readdir(clips)))
		if (entry->d_name[0] == '.' && strlen(entry->d_name) > 2)
			fail_msg("clips/%s was left", entry->d_name);
	closedir(clips);
}

/* Keeps an event as the station's driver does. */
static int keep(void *context, const struct asrun_event *event)
{
	char text[LIMIT_ASRUN_TEXT];
	struct sim *sim = context;

	assert_true(asrun_print(event, text, sizeof(text)) > 0);
	assert_true(sim->n_log < sim->room_log);
	sim->log[sim->n_log++] = strdup(text);
	return 0;
}

static void parse(const struct sim *sim, size_t at, struct asrun_event *ret)
{
	static char items[LIMIT_ASRUN_ITEMS];

	assert_int_equal(asrun_parse(sim->log[at], ret, items, sizeof(items)), 0);
	ret->items = NULL;
}

static bool same_occurrence(const struct asrun_event *a, const struct asrun_event *b)
{
	return a->broadcast[0] && a->planned_us == b->planned_us &&
	       strcmp(a->campaign, b->campaign) == 0 && strcmp(a->broadcast, b->broadcast) == 0;
}

/* An event after the restart against what the log said before it. */
static void check_again(const struct asrun_event *olds, size_t before,
			const struct asrun_event *event)
{
	for (size_t i = 0; i < before; i++) {
		const struct asrun_event *old = &olds[i];

		if (old->kind == ASRUN_NOTE)
			continue;
		if (event->row != old->row && event->kind != ASRUN_ITEM &&
		    same_occurrence(event, old))
			fail_msg("an occurrence has rows %lld and %lld", (long long)old->row,
				 (long long)event->row);
		if (event->row != old->row)
			continue;
		if (old->kind == ASRUN_CLOSED)
			fail_msg("row %lld was closed and goes on", (long long)old->row);
		if (event->kind == ASRUN_ITEM && old->kind == ASRUN_ITEM && old->whole &&
		    old->position == event->position)
			fail_msg("row %lld: clip %u was aired, and is again", (long long)old->row,
				 old->position);
	}
}

/* Was this clip heard to its end before the power went, with the disk not told yet? */
static bool was_heard(const struct day *day, const struct moment *moment,
		      const struct asrun_event *event)
{
	for (int64_t i = 0; i < day->n_told; i++) {
		const struct asrun_event *told = &day->told[i];

		if (told->kind == ASRUN_ITEM && told->row == event->row && told->whole &&
		    told->position == event->position && told->ended_us <= moment->now_us)
			return true;
	}
	return false;
}

static int no_zone(void *context, const char *name, struct zone *ret)
{
	(void)context;
	return zoneinfo_load(name, ret);
}

static int recording(void *context, size_t index, const char **ret_name, struct plan_recording *ret)
{
	static const char *const names[] = {"ba", "hai", "mot"};

	(void)context;
	if (index >= CHECK_COUNT(names))
		return -ENOENT;
	*ret_name = names[index];
	*ret = (struct plan_recording){.present = true, .length_us = 600000};
	return 0;
}

static struct plan *plan_of(const struct day *day)
{
	const struct conf_world world = {
		.zone = no_zone, .recording = recording, .errors_only = true};
	struct conf_text texts[2] = {
		{.name = "config", .text = day->configs[1], .n = strlen(day->configs[1])},
		{.name = "campaign",
		 .text = day->campaigns[1],
		 .n = strlen(day->campaigns[1]),
		 .campaigns_only = true}};
	struct faults faults = {0};
	struct settings settings;
	struct plan *plan;

	assert_int_equal(conf_load_text(texts, 2, &world, &faults, &plan, &settings), 0);
	faults_done(&faults);
	return plan;
}

/* The station starts on what the log says, and is listened to for a while. */
static void check_station(const struct day *day, const struct moment *moment, struct store *store,
			  struct tally *tally)
{
	struct plan *plan = plan_of(day);
	struct sim sim = {.plan = plan, .room_log = 4096};
	struct asrun_event *olds;
	size_t before;
	bool again = false;

	sim.log = calloc(sim.room_log, sizeof(*sim.log));
	assert_non_null(sim.log);
	sim.mono_us = CIVIL_US;
	sim.offset_us = moment->now_us - CIVIL_US;
	assert_int_equal(store_restore(store, ASRUN_PRETENDED, moment->now_us, keep, &sim), 0);
	before = sim.n_log;
	olds = calloc(before + 1, sizeof(*olds));
	assert_non_null(olds);
	for (size_t i = 0; i < before; i++)
		parse(&sim, i, &olds[i]);
	sim_restart(&sim, RESTART_US, CLOCK_TRUSTED);
	sim_run_until(&sim, moment->now_us + LISTEN_US);
	for (size_t i = before; i < sim.n_log; i++) {
		struct asrun_event event;

		parse(&sim, i, &event);
		if (event.kind == ASRUN_NOTE)
			continue;
		check_again(olds, before, &event);
		if (event.kind == ASRUN_ITEM && was_heard(day, moment, &event))
			again = true;
	}
	tally->heard_again += again;
	free(olds);
	sim_done(&sim);
	plan_free(plan);
}

void moment_check(const struct day *day, const struct moment *moment, struct tally *tally)
{
	struct store *store;

	for (size_t i = 0; i < moment->n_versions; i++) {
		const struct version *version = &moment->versions[i];

		if (strcmp(version->kind, "clip") == 0)
			check_clip(day, moment, version);
		else if (strcmp(version->kind, "config") == 0)
			check_config(day, moment, version);
		else
			check_volume(moment, version);
	}
	store = open_store(day, moment);
	check_library(moment, store);
	check_station(day, moment, store, tally);
	store_free(store);
}
