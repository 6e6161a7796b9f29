/* SPDX-License-Identifier: MIT */
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SANITIZER_EXIT 99
#define SECOND	       INT64_C(1000000)

#define BEGIN "2024-06-01T05:44:40+07:00"
#define BOX                                                                                        \
	"airtime { allow = {\"00:00-24:00\"} }\n"                                                  \
	"button \"main\" { line = \"GPIO17\" press = \"ba\" debounce = \"5ms\" }\n"                \
	"relay { line = \"GPIO27\" }\n"                                                            \
	"led \"on-air\" { line = \"GPIO22\" shows = \"on-air\" }\n"
#define BROADCAST(name, at)                                                                        \
	"  broadcast \"" name "\" { at = {\"" at "\"} play = {\"mot\", \"hai\"} late = \"1min\" "  \
	"}\n"
#define CAMPAIGN(inside)                                                                           \
	"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n" inside "}" \
	"\n"

static const char before[] = BOX CAMPAIGN(BROADCAST("b", "05:45:00"));
static const char after[] = BOX CAMPAIGN(BROADCAST("b", "05:45:00") BROADCAST("d", "05:47:00"));

/* Where in the program it failed, for people: function and line. */
static void show_places(const struct world *page)
{
	char command[1024];
	int n = snprintf(command, sizeof(command), "addr2line -s -f -p -e %s", LOA_WORLD_SERVICE);

	for (unsigned i = 0; i < page->n_places && i < WORLD_PLACES && n < 900; i++)
		n += snprintf(command + n, sizeof(command) - (size_t)n, " 0x%llx",
			      (unsigned long long)page->places[i]);
	fflush(stdout);
	if (page->n_places > 0 && system(command) != 0)
		printf("(addr2line is missing)\n");
}

static void be_strict(void)
{
	char options[128];

	snprintf(options, sizeof(options), "exitcode=%d:detect_leaks=1", SANITIZER_EXIT);
	setenv("ASAN_OPTIONS", options, 1);
	setenv("LSAN_OPTIONS", options, 1);
	snprintf(options, sizeof(options), "exitcode=%d:print_stacktrace=1", SANITIZER_EXIT);
	setenv("UBSAN_OPTIONS", options, 1);
}

static struct rig_world *asking; /* of answers() */

/* A service whose word to systemd was lost is there all the same. */
static bool answers(struct rig *rig)
{
	static unsigned looks;
	json_t *reply;

	(void)rig;
	if (strncmp(asking->page->fail, "sd_", 3) != 0 || ++looks % 20 != 0)
		return false;
	reply = rig_world_ask(asking, -1, "{\"do\":\"ping\"}");
	json_decref(reply);
	return reply != NULL;
}

/* 0, or how it ended. */
static int start(struct rig_world *world)
{
	int code;

	asking = world;
	code = rig_begin(world->rig, BEGIN, answers);
	if (code == -ETIMEDOUT)
		printf("the service neither came up nor ended\n");
	return code;
}

/* A line that was given back for want of memory is asked for again, with growing pauses. */
static void press(struct rig_world *world)
{
	if (rig_line_requests(world->lines, "GPIO17") == 0)
		return;
	for (int tries = 0; tries < 10 && !rig_line_held(world->lines, "GPIO17"); tries++)
		rig_world_go_on(world, 10 * SECOND);
	if (!rig_line_held(world->lines, "GPIO17"))
		return; /* it has ended: why, is looked at then */
	rig_line_press(world->lines, "GPIO17", 30000);
	rig_world_go_on(world, 5 * SECOND);
}

static void ask(struct rig_world *world, const char *text)
{
	json_decref(rig_world_ask(world, -1, text));
}

/* Whoever is refused for want of memory asks again. */
static void reload(struct rig_world *world)
{
	bool done = false;

	rig_write_config(world->rig, after);
	for (int tries = 0; tries < 2 && !done; tries++) {
		json_t *reply = rig_world_ask(world, -1, "{\"do\":\"reload\"}");

		done = json_is_true(json_object_get(reply, "ok"));
		json_decref(reply);
	}
}

static void import(struct rig_world *world)
{
	int fd = open(LOA_SOURCE_DIR "/tests/unit/edge/fixtures/tone.mp3", O_RDONLY | O_CLOEXEC);

	json_decref(
		rig_world_ask(world, fd, "{\"do\":\"clip-add\",\"name\":\"moi\",\"who\":\"x\"}"));
	close(fd);
}

static json_t *ask_around(struct rig_world *world)
{
	ask(world, "{\"do\":\"status\"}");
	ask(world, "{\"do\":\"clips\"}");
	ask(world, "{\"do\":\"notes\"}");
	ask(world, "{\"do\":\"log-verify\"}");
	ask(world, "{\"do\":\"volume\",\"db\":-3}");
	ask(world, "{\"do\":\"play\",\"names\":[\"mot\"],\"who\":\"x\"}");
	rig_world_go_on(world, 5 * SECOND);
	ask(world, "{\"do\":\"clip-remove\",\"name\":\"moi\"}");
	return rig_world_ask(world, -1, "{\"do\":\"log\"}");
}

/* The day of the station; ret_shown: what it answered of its log. */
static void live(struct rig_world *world, json_t **ret_shown)
{
	rig_world_go_on(world, 35 * SECOND);
	press(world);
	import(world);
	reload(world);
	*ret_shown = ask_around(world);
	rig_world_go_on(world, 120 * SECOND);
}

/* SIGTERM, and how it ended; leaps go on meanwhile, for pauses of those who must end first. */
static int stop(struct rig_world *world)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	if (!rig_world_runs(world))
		return rig_world_status;
	kill(world->rig->pid, SIGTERM);
	atomic_store(&world->page->limit_us, INT64_MAX);
	while (rig_world_runs(world)) {
		if (rig_mono_us() > deadline_us) {
			printf("the service did not end\n");
			rig_end(world->rig, SIGABRT);
			return -SIGABRT;
		}
		rig_breathe();
	}
	return rig_world_status;
}

static bool check_end(const struct rig_world *world, int code, bool asked)
{
	bool well = code == 0 || (code == 1 && !asked);

	if (!well)
		printf("the service ended with %d\n", code);
	if (well && !atomic_load(&world->page->ended)) {
		printf("the service did not end by exit()\n");
		well = false;
	}
	for (unsigned i = 0; i < world->page->n_left && i < 8; i++)
		printf("left open: %s\n", world->page->left[i]);
	if (code != 0 && rig_said(world->rig, "") && !rig_said(world->rig, "loaphuongd: ")) {
		printf("the service ended and did not say why\n");
		well = false;
	}
	return well && world->page->n_left == 0;
}

/* Once more without a fault: nobody would have started it with what it left otherwise. */
static bool start_again(struct rig_world *world)
{
	world->page->fail[0] = '\0';
	world->page->n_left = 0;
	atomic_store(&world->page->ended, false);
	atomic_store(&world->page->limit_us, 0);
	rig_world_shift(world);
	if (start(world) != 0) {
		printf("it cannot be started again\n");
		return false;
	}
	reload(world);
	rig_world_go_on(world, 180 * SECOND);
	return check_end(world, stop(world), true);
}

static bool run(struct rig_world *world)
{
	static const char *const due[] = {"b", "d"};
	json_t *shown = NULL;
	bool well, stopped = false;
	int code = start(world);

	if (code == 0) {
		live(world, &shown);
		stopped = rig_world_runs(world);
		code = stop(world);
	}
	well = check_end(world, code, stopped);
	if (well && !stopped)
		well = start_again(world);
	well = well && torture_check_log(world, shown, due, 2);
	json_decref(shown);
	return well;
}

static void take_counts(const struct world *page, struct torture_counts *ret)
{
	ret->n = page->n_calls;
	for (unsigned i = 0; i < ret->n; i++) {
		snprintf(ret->names[i], WORLD_NAME, "%s", page->names[i]);
		ret->calls[i] = atomic_load(&page->calls[i]);
	}
}

bool torture_run(const struct torture_call *call, struct torture_counts *ret_counts)
{
	struct rig_world *world = rig_world_new(before);
	bool well;

	be_strict();
	rig_short_clip(world->rig, "mot", 0, 600);
	rig_short_clip(world->rig, "hai", 1, 600);
	rig_short_clip(world->rig, "ba", 2, 600);
	memcpy(world->page->fail, call->name, sizeof(world->page->fail));
	world->page->fail_at = call->number;
	world->page->fail_for = 1;
	world->page->fail_how = call->how;
	atomic_store(&world->page->armed, true);
	well = run(world);
	if (!well || (call->name[0] && getenv("SHOW"))) {
		show_places(world->page);
		rig_show_said(world->rig);
		printf("replay: test_torture %s %u %u\n", call->name, call->number, call->how);
	}
	if (ret_counts)
		take_counts(world->page, ret_counts);
	rig_world_free(world);
	return well;
}
