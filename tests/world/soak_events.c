/* SPDX-License-Identifier: MIT */
#include "soak.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "make_plan.h"

#define VARIANTS 5

static int64_t draw(struct soak *soak, int64_t low, int64_t high)
{
	return make_between(&soak->random, low, high);
}

int64_t soak_wall_us(const struct soak *soak)
{
	return rig_world_mono_us(soak->world) + atomic_load(&soak->world->page->realtime_us);
}

/* A time that nobody vouches for may be passed over, or the schedule is held. */
static void note_time(struct soak *soak)
{
	if (soak_wall_us(soak) > soak->farthest_us)
		soak->farthest_us = soak_wall_us(soak);
	if (atomic_load(&soak->world->page->synced) && soak_wall_us(soak) > soak->latest_us)
		soak->latest_us = soak_wall_us(soak);
}

void soak_go_on(struct soak *soak, int64_t us)
{
	if (!rig_world_go_on(soak->world, us)) {
		rig_show_said(soak->world->rig);
		fail_msg("the service ended with %d, or time stood still", rig_world_status);
	}
	note_time(soak);
}

void soak_configure(struct soak *soak, unsigned variant)
{
	static const char *const others[VARIANTS] = {
		"",
		"  broadcast \"v\" { every = \"37min\" between = \"05:00-20:00\" play = {\"ba\"} "
		"}\n",
		"  broadcast \"v\" { every = \"10min\" between = \"06:00-22:00\" play = {\"ba\", "
		"\"mot\"} "
		"class = \"priority\" late = \"0s\" }\n",
		"  playlist \"p\" { clips = {\"mot\", \"hai\", \"ba\"} order = \"shuffle\" take = "
		"2 }\n"
		"  broadcast \"w\" { every = \"1h\" between = \"05:00-21:00\" play = {\"p\"} "
		"repeat = 2 }\n",
		"  broadcast \"broken\" { at = {\"25:00\"} play = {\"nothing\"}\n",
	};
	char text[4096];

	snprintf(text, sizeof(text),
		 "airtime { allow = {\"%02d:00-%02d:00\"} }\n"
		 "audio { loudness = %d }\n"
		 "button \"main\" { line = \"GPIO17\" press = \"ba\" hold = \"stop\" debounce = "
		 "\"5ms\" "
		 "cooldown = \"%ds\" }\n"
		 "relay { line = \"GPIO27\" lead = \"500ms\" }\n"
		 "led \"on-air\" { line = \"GPIO22\" shows = \"on-air\" }\n"
		 "campaign \"c\" { title = \"C\" from = \"01-01\" until = \"12-31\"\n"
		 "  broadcast \"b\" { every = \"%dmin\" between = \"%02d:00-%02d:00\" play = "
		 "{\"mot\", "
		 "\"hai\"} late = \"5min\" }\n%s}\n",
		 SOAK_AIR_FROM, SOAK_AIR_UNTIL, variant == 3 ? -18 : -16, 1 + (int)variant,
		 SOAK_EVERY_MIN, SOAK_FROM_HOUR, SOAK_UNTIL_HOUR, others[variant % VARIANTS]);
	rig_write_config(soak->world->rig, text);
}

void soak_start(struct soak *soak)
{
	rig_start(soak->world->rig, NULL);
	note_time(soak);
}

static void ask(struct soak *soak, const char *text)
{
	json_t *reply = rig_world_ask(soak->world, -1, text);

	if (!reply)
		fail_msg("%s: no reply", text);
	json_decref(reply);
}

static void press(struct soak *soak)
{
	rig_line_press(soak->world->lines, "GPIO17", 30000);
}

static void reload(struct soak *soak)
{
	soak_configure(soak, (unsigned)draw(soak, 0, VARIANTS - 1));
	ask(soak, "{\"do\":\"reload\"}");
}

static void hang_up(struct soak *soak)
{
	soak_configure(soak, (unsigned)draw(soak, 0, VARIANTS - 1));
	kill(soak->world->rig->pid, SIGHUP);
}

static void import(struct soak *soak)
{
	static const char *const files[] = {"tone", "other", "quiet", "silent", "ends"};
	char path[512], text[256];
	int fd;

	snprintf(path, sizeof(path), LOA_SOURCE_DIR "/tests/unit/edge/fixtures/%s.mp3",
		 files[draw(soak, 0, 4)]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	snprintf(text, sizeof(text), "{\"do\":\"clip-add\",\"name\":\"moi-%d\",\"who\":\"x\"}",
		 (int)draw(soak, 0, 3));
	json_decref(rig_world_ask(soak->world, fd, text));
	close(fd);
}

static void remove_clip(struct soak *soak)
{
	char text[128];

	snprintf(text, sizeof(text), "{\"do\":\"clip-remove\",\"name\":\"moi-%d\"}",
		 (int)draw(soak, 0, 3));
	ask(soak, text);
}

static void lose_card(struct soak *soak)
{
	static const char *const faults[] = {"gone-at 0 absent", "absent",	    "busy",
					     "stall-at 4000",	 "xrun-every 9000", "start-fails"};

	card_tell(soak->world->card, faults[draw(soak, 0, 5)]);
	soak_go_on(soak, draw(soak, 1, 100) * SOAK_SECOND);
	card_tell(soak->world->card, "");
}

static void step_clock(struct soak *soak)
{
	static const int64_t most[] = {2, 90, 1200, 3700};
	int64_t us = draw(soak, 100000, most[draw(soak, 0, 3)] * SOAK_SECOND);

	note_time(soak);
	rig_world_step(soak->world, draw(soak, 0, 1) ? us : -us);
	note_time(soak);
}

static void lose_trust(struct soak *soak)
{
	note_time(soak);
	atomic_store(&soak->world->page->synced, !atomic_load(&soak->world->page->synced));
}

static void by_hand(struct soak *soak)
{
	static const char *const requests[] = {
		"{\"do\":\"play\",\"names\":[\"mot\",\"hai\"],\"who\":\"x\"}",
		"{\"do\":\"play\",\"names\":[\"b\"],\"who\":\"x\"}",
		"{\"do\":\"play\",\"names\":[\"ba\"],\"emergency\":true,\"who\":\"x\"}",
		"{\"do\":\"stop\",\"who\":\"x\"}",
		"{\"do\":\"skip\",\"who\":\"x\"}",
		"{\"do\":\"pause\",\"until\":null,\"who\":\"x\"}",
		"{\"do\":\"volume\",\"db\":-4.5}",
		"{\"do\":\"press\",\"name\":\"main\"}",
		"{\"do\":\"test-tone\",\"relay_only\":true}",
		"{\"do\":\"clock-confirm\",\"who\":\"x\"}",
	};

	ask(soak, requests[draw(soak, 0, 9)]);
}

static void look_around(struct soak *soak)
{
	ask(soak, "{\"do\":\"status\"}");
	ask(soak, "{\"do\":\"log\",\"limit\":20,\"newest_first\":true}");
	ask(soak, "{\"do\":\"clips\"}");
	ask(soak, "{\"do\":\"notes\",\"limit\":20,\"newest_first\":true}");
	ask(soak, "{\"do\":\"log-verify\"}");
}

static void restart(struct soak *soak)
{
	bool killed = draw(soak, 0, 1);

	assert_int_equal(rig_end(soak->world->rig, killed ? SIGKILL : SIGTERM),
			 killed ? -SIGKILL : 0);
	soak_configure(
		soak,
		0); /* a broken one would start on its accepted copy, which is tested elsewhere */
	soak_start(soak);
	soak->n_restarts++;
}

static const struct {
	const char *name;
	void (*happen)(struct soak *soak);
	unsigned weight;
} kinds[] = {
	{"press", press, 3},
	{"reload", reload, 3},
	{"SIGHUP", hang_up, 1},
	{"import", import, 2},
	{"clip-remove", remove_clip, 1},
	{"card", lose_card, 4},
	{"clock step", step_clock, 4},
	{"trust", lose_trust, 2},
	{"by hand", by_hand, 6},
	{"look around", look_around, 2},
	{"restart", restart, 1},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

void soak_event(struct soak *soak)
{
	unsigned total = 0;
	int64_t at;

	for (size_t i = 0; i < KINDS; i++)
		total += kinds[i].weight;
	at = draw(soak, 0, total - 1);
	for (size_t i = 0; i < KINDS; i++) {
		at -= kinds[i].weight;
		if (at >= 0)
			continue;
		if (getenv("SHOW"))
			print_message("%lld %s\n", (long long)(soak_wall_us(soak) / SOAK_SECOND),
				      kinds[i].name);
		kinds[i].happen(soak);
		soak->done[i]++;
		soak->n_events++;
		return;
	}
}

void soak_show_events(const struct soak *soak)
{
	for (size_t i = 0; i < KINDS; i++)
		print_message("%s%u %s", i > 0 ? ", " : "", soak->done[i], kinds[i].name);
	print_message("\n");
}

void soak_make_good(struct soak *soak)
{
	atomic_store(&soak->world->page->synced, true);
	soak_configure(soak, 0);
	ask(soak, "{\"do\":\"reload\"}");
	ask(soak, "{\"do\":\"pause\",\"until\":null,\"who\":\"x\"}");
}
