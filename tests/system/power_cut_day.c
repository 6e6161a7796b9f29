/* SPDX-License-Identifier: MIT */
#include "power_cut.h"

#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "store.h"

#define DAY_VOLUMES 12 /* each is a note, a file, and now and then a checkpoint */

#define CONFIG                                                                                     \
	"airtime { allow = {\"00:00-24:00\"} }\n clip \"mot\" { }\n clip \"hai\" { }\n"            \
	"campaign \"rieng\" { title = \"phien-ban %d\" from = \"2024-06-01\" until = "             \
	"\"2024-06-30\"\n"                                                                         \
	"  broadcast \"toi\" { at = {\"22:00\"} play = {\"mot\"} }\n}\n"
#define CAMPAIGN                                                                                   \
	"campaign \"c\" { title = \"phien-ban %d\" from = \"2024-06-01\" until = \"2024-06-30\"\n" \
	"  broadcast \"b\" { every = \"3s\" between = \"05:45-05:45:10\" late = \"20s\"\n"         \
	"    play = {\"mot\", \"hai\"} }\n"                                                        \
	"  broadcast \"u\" { at = {\"05:45:07\"} play = {\"hai\", \"mot\", \"hai\"}\n"             \
	"    class = \"priority\" interrupt = \"now\" }\n"                                         \
	"  broadcast \"d\" { every = \"3s\" between = \"05:45:32-05:46\" late = \"20s\"\n"         \
	"    play = {\"mot\"} }\n}\n"

__attribute__((format(printf, 2, 3))) static void mark(struct day *day, const char *format, ...)
{
	struct tape_record record = {.kind = TAPE_MARK};
	int tape = open(day->tape, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	va_list arguments;
	char text[128];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	assert_true(tape >= 0);
	tape_put(tape, &record, text, NULL, NULL, 0);
	close(tape);
}

/* With what is recorded like the service: a hand that copies files into the folder. */
__attribute__((format(printf, 2, 3))) static void hand(struct day *day, const char *format, ...)
{
	char command[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	assert_int_equal(chdir(day->rig.state), 0);
	assert_int_equal(system(command), 0);
	assert_int_equal(chdir("/"), 0);
}

static void record(struct day *day)
{
	const char *options = getenv("ASAN_OPTIONS");
	char service[] = LOA_SERVICE, path[512], text[512];

	snprintf(path, sizeof(path), "%s/tests/fake/libwrite_tape.so", dirname(service));
	assert_int_equal(access(path, R_OK), 0);
	snprintf(text, sizeof(text), "%s:verify_asan_link_order=0", options ? options : "");
	setenv("ASAN_OPTIONS", text, 1);
	setenv("LD_PRELOAD", path, 1);
	setenv("LOA_TAPE", day->tape, 1);
	setenv("LOA_TAPE_ROOT", day->rig.state, 1);
	setenv("LOAPHUONG_LOG_PART", "24576", 1); /* so that the log is divided now and then */
}

/* The station's config, and a campaign as an operator saves it: beside its place, then renamed. */
static void write_configs(struct day *day, int version)
{
	char path[128];

	assert_true(asprintf(&day->configs[version], CONFIG, version) > 0);
	assert_true(asprintf(&day->campaigns[version], CAMPAIGN, version) > 0);
	mark(day, "want config accepted %d", version);
	rig_write_config(&day->rig, day->configs[version]);
	snprintf(path, sizeof(path), "%s/fresh", day->rig.folder);
	rig_write(path, day->campaigns[version], strlen(day->campaigns[version]));
	hand(day,
	     "dd if=%s of=campaigns/.fresh conv=fsync status=none && "
	     "mv campaigns/.fresh campaigns/c.conf && sync campaigns",
	     path);
}

/* A recording of its own for each version. */
static void make_recording(struct day *day, int version, char *path)
{
	struct rig aside = day->rig;
	FILE *file;
	char name[16];

	snprintf(aside.state, sizeof(aside.state), "%s", day->rig.folder);
	snprintf(name, sizeof(name), "v%d", version);
	rig_short_clip(&aside, name, (unsigned)version, 500 + 40 * version);
	snprintf(path, 128, "%s/clips/%s.mp3", aside.state, name);
	file = fopen(path, "re");
	assert_non_null(file);
	day->recordings[version] = malloc(1 << 16);
	assert_non_null(day->recordings[version]);
	day->n_bytes[version] = fread(day->recordings[version], 1, 1 << 16, file);
	fclose(file);
	assert_in_range(day->n_bytes[version], 1, (1 << 16) - 1);
}

static void add_clip(struct day *day, const char *name, int version)
{
	char path[128];
	struct client *client = NULL;
	json_t *request =
		       json_pack("{s:s, s:s, s:b}", "do", "clip-add", "name", name, "replace", 1),
	       *reply = NULL;
	int file;

	make_recording(day, version, path);
	file = open(path, O_RDONLY | O_CLOEXEC);
	mark(day, "want clip %s %d", name, version);
	assert_int_equal(client_open(day->rig.runtime, &client), 0);
	assert_int_equal(client_call(client, request, file, CLIENT_IMPORT_MS, &reply), 0);
	if (!json_is_true(json_object_get(reply, "ok")))
		fail_msg("clip-add: %s", rig_text(reply, "message"));
	mark(day, "have clip %s %d", name, version);
	close(file);
	json_decref(reply);
	json_decref(request);
	client_free(client);
}

static void remove_clip(struct day *day, const char *name)
{
	mark(day, "want clip %s 0", name);
	rig_do(&day->rig, "{\"do\":\"clip-remove\",\"name\":\"%s\"}", name);
	mark(day, "have clip %s 0", name);
}

static void drop_into_inbox(struct day *day, const char *name, int version)
{
	char path[128];
	bool there = false;

	make_recording(day, version, path);
	mark(day, "want clip %s %d", name, version);
	hand(day,
	     "dd if=%s of=inbox/.%s conv=fsync status=none && mv inbox/.%s inbox/%s.mp3 && "
	     "sync inbox",
	     path, name, name, name);
	while (!there) {
		json_t *clips = rig_ask(&day->rig, "{\"do\":\"clips\"}"), *clip;
		size_t i;

		json_array_foreach(json_object_get(clips, "clips"), i, clip) there |=
			strcmp(rig_text(clip, "name"), name) == 0;
		json_decref(clips);
		if (!there)
			rig_breathe();
	}
	mark(day, "have clip %s %d", name, version);
}

static void start(struct day *day, int version)
{
	rig_start(&day->rig, DAY_BEGIN);
	mark(day, "have config accepted %d", version);
}

static void turn_the_volume(struct day *day)
{
	for (int i = 1; i <= DAY_VOLUMES; i++) {
		mark(day, "want volume - %d", i);
		rig_do(&day->rig, "{\"do\":\"volume\",\"db\":-%d}", i);
	}
}

static void morning(struct day *day)
{
	start(day, 1);
	add_clip(day, "mot", 1);
	add_clip(day, "hai", 2);
	turn_the_volume(day);
	rig_do(&day->rig, "{\"do\":\"play\",\"names\":[\"mot\"],\"who\":\"Hoa\"}");
	json_decref(rig_until_closed(&day->rig, 2));
	write_configs(day, 2);
	rig_do(&day->rig, "{\"do\":\"reload\"}");
	rig_do(&day->rig, "{\"do\":\"skip\"}");
	add_clip(day, "hai", 3);
	json_decref(rig_until_closed(&day->rig, 5));
}

/* Begins with a service that was killed in the middle of something. */
static void noon(struct day *day)
{
	assert_int_equal(rig_end(&day->rig, SIGKILL), -SIGKILL);
	start(day, 2);
	drop_into_inbox(day, "ba", 4);
	turn_the_volume(day);
	rig_do(&day->rig, "{\"do\":\"play\",\"names\":[\"hai\"],\"who\":\"Hoa\"}");
	rig_do(&day->rig, "{\"do\":\"stop\"}");
	remove_clip(day, "ba");
	for (int version = 3; version < 6; version++) {
		write_configs(day, version);
		rig_do(&day->rig, "{\"do\":\"reload\"}");
	}
	json_decref(rig_until_closed(&day->rig, 7));
}

static void evening(struct day *day)
{
	assert_int_equal(rig_end(&day->rig, SIGTERM), 0);
	start(day, 5);
	add_clip(day, "mot", 5);
	turn_the_volume(day);
	json_decref(rig_until_closed(&day->rig, 10));
	assert_int_equal(rig_end(&day->rig, SIGTERM), 0);
}

static int take_event(void *context, const struct asrun_event *event)
{
	struct day *day = context;

	assert_true(day->n_told < day->n_events);
	day->told[day->n_told] = *event;
	day->told[day->n_told++].items = NULL; /* was borrowed */
	return 0;
}

/* The whole log as it was in the end: what is found after a cut must be a beginning of it. */
static void read_log(struct day *day)
{
	const struct store_options options = {.state_dir = day->rig.state, .read_only = true};
	struct store_verdict verdict;
	struct store_walk walk = {0};
	struct store *store;

	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), 0);
	assert_int_equal(store_verify(store, &verdict), 0);
	assert_true(verdict.intact);
	day->n_events = verdict.events;
	day->hashes = calloc((size_t)verdict.events + 1, sizeof(*day->hashes));
	assert_non_null(day->hashes);
	for (int64_t number = 1; number <= verdict.events; number++) {
		assert_true(store_verify_some(store, &walk, 1, &verdict) >= 0);
		memcpy(day->hashes[number], walk.hash, sizeof(walk.hash));
	}
	day->told = calloc((size_t)verdict.events, sizeof(*day->told));
	assert_non_null(day->told);
	assert_int_equal(store_restore(store, ASRUN_PRETENDED, day->rig.begin_us, take_event, day),
			 0);
	store_free(store);
}

void day_live(struct day *day)
{
	char path[128];

	memset(day, 0, sizeof(*day));
	rig_new(&day->rig, "");
	snprintf(day->tape, sizeof(day->tape), "%s/tape", day->rig.folder);
	snprintf(path, sizeof(path), "%s/clips", day->rig.folder);
	assert_int_equal(mkdir(path, 0700), 0);
	day->disk = disk_new(day->rig.state);
	assert_non_null(day->disk);
	record(day);
	write_configs(day, 1);
	morning(day);
	noon(day);
	evening(day);
	unsetenv("LD_PRELOAD");
	hand(day, "ls asrun-0001-*.db >/dev/null");
	read_log(day);
}

void day_free(struct day *day)
{
	rig_free(&day->rig);
	for (size_t i = 0; i < DAY_VERSIONS; i++) {
		free(day->recordings[i]);
		free(day->configs[i]);
		free(day->campaigns[i]);
	}
	free(day->hashes);
	free(day->told);
	disk_free(day->disk);
}
