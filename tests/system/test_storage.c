/* SPDX-License-Identifier: MIT */
/*
 * The disk is full, read-only, broken, or stalls for half a minute: every broadcast comes out of the
 * station all the same, sample by sample where it was planned; status shows the fault; and when the
 * disk is well again the log has every row. All stations at once, so that the time is spent once.
 */
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "civil.h"
#include "rig.h"

#define BEGIN	   "2024-06-01T05:44:42+07:00"
#define FIRST_S	   18 /* after that, the first broadcast; then one every EVERY_S */
#define EVERY_S	   4
#define CLIP_MS	   800
#define ILL_S	   30	 /* how long the disk is ill */
#define ILL	   4	 /* of the stations; the others are well */
#define BYTES_MOST 20480 /* to the card for one broadcast */

#define PROGRAMME(play)                                                                            \
	"airtime { allow = {\"00:00-24:00\"} }\n"                                                  \
	"campaign \"thang-hanh-dong-2024\" { title = \"C\" from = \"2024-06-01\" until = "         \
	"\"2024-06-30\"\n"                                                                         \
	"  broadcast \"buoi-sang\" { every = \"4s\" between = \"05:45-06:00\" play = {" play       \
	"} }\n}\n"

/* As many clips as a morning of the campaign has: tune, three slogans, the number. */
static const char *const clips[] = {"nhac-hieu", "khau-hieu-01", "khau-hieu-02", "khau-hieu-03",
				    "goi-111"};
static const char one_clip[] = PROGRAMME("\"nhac-hieu\"");
static const char all_clips[] = PROGRAMME("\"nhac-hieu\", \"khau-hieu-01\", \"khau-hieu-02\", "
					  "\"khau-hieu-03\", \"goi-111\"");

struct station {
	int line;
	const char *illness, *fault; /* what status calls it */
	const char *programme;
	int clip_ms;
	struct rig rig;
	char ill[96], count[96];
	int64_t shown_us; /* after the disk fell ill */
};

static struct station stations[] = {
	{.line = ROW,
	 .illness = "full",
	 .fault = "log-not-writable",
	 .programme = one_clip,
	 .clip_ms = CLIP_MS},
	{.line = ROW,
	 .illness = "read-only",
	 .fault = "log-not-writable",
	 .programme = one_clip,
	 .clip_ms = CLIP_MS},
	{.line = ROW,
	 .illness = "broken",
	 .fault = "log-not-writable",
	 .programme = one_clip,
	 .clip_ms = CLIP_MS},
	{.line = ROW,
	 .illness = "stalled",
	 .fault = "disk-stalled",
	 .programme = one_clip,
	 .clip_ms = CLIP_MS},
	/* well all the time: what a broadcast costs */
	{.line = ROW, .illness = "", .programme = one_clip, .clip_ms = CLIP_MS},
	{.line = ROW, .illness = "", .programme = all_clips, .clip_ms = CLIP_MS / 2},
};

static void set_illness(struct station *station, const char *illness)
{
	char fresh[128];

	snprintf(fresh, sizeof(fresh), "%s.new", station->ill);
	rig_write(fresh, illness, strlen(illness));
	assert_int_equal(rename(fresh, station->ill), 0);
}

static void begin(struct station *station)
{
	const char *options = getenv("ASAN_OPTIONS");
	char service[] = LOA_SERVICE, path[512], text[512];

	rig_new(&station->rig, station->programme);
	for (size_t i = 0; i < CHECK_COUNT(clips); i++)
		rig_short_clip(&station->rig, clips[i], (unsigned)i, station->clip_ms);
	snprintf(station->rig.sink, sizeof(station->rig.sink), "wav:%s", station->rig.wav);
	snprintf(station->ill, sizeof(station->ill), "%s/ill", station->rig.folder);
	snprintf(station->count, sizeof(station->count), "%s/count", station->rig.folder);
	set_illness(station, "");
	snprintf(path, sizeof(path), "%s/tests/fake/libsick_disk.so", dirname(service));
	assert_int_equal(access(path, R_OK), 0);
	if (!options || !strstr(options, "verify_asan_link_order")) {
		snprintf(text, sizeof(text), "%s:verify_asan_link_order=0", options ? options : "");
		setenv("ASAN_OPTIONS", text, 1);
	}
	setenv("LD_PRELOAD", path, 1);
	setenv("LOA_SICK", station->ill, 1);
	setenv("LOA_SICK_COUNT", station->count, 1);
	setenv("LOA_SICK_ROOT", station->rig.state, 1);
	rig_start(&station->rig, BEGIN);
	unsetenv("LD_PRELOAD");
}

static bool shows(struct station *station)
{
	json_t *reply = rig_ask(&station->rig, "{\"do\":\"status\"}"), *fault;
	bool there = false;
	size_t i;

	json_array_foreach(rig_at(reply, "status.faults"), i, fault) there |=
		station->fault && strcmp(rig_text(fault, "code"), station->fault) == 0 &&
		rig_text(fault, "cure")[0] != '\0';
	json_decref(reply);
	return there;
}

/* All fall ill together, and stay so for ILL_S and until each has shown its fault. */
static void fall_ill(void)
{
	int64_t begin_us = rig_mono_us();
	size_t left = ILL;

	for (size_t i = 0; i < CHECK_COUNT(stations); i++)
		set_illness(&stations[i], stations[i].illness);
	while (left > 0 || rig_mono_us() - begin_us < ILL_S * INT64_C(1000000)) {
		for (size_t i = 0; i < CHECK_COUNT(stations); i++) {
			if (stations[i].shown_us || !shows(&stations[i]))
				continue;
			stations[i].shown_us = rig_mono_us() - begin_us;
			left--;
		}
		if (rig_mono_us() - begin_us > RIG_PATIENCE_US)
			fail_msg("%zu of the faults are not shown", left);
		rig_breathe();
	}
	for (size_t i = 0; i < CHECK_COUNT(stations); i++)
		set_illness(&stations[i], "");
}

/* Every broadcast that is over has its row, played; the chain is whole and the fault is gone. */
static size_t check_log(struct station *station)
{
	size_t wanted = (FIRST_S + ILL_S) / EVERY_S, i;
	json_t *rows = rig_until_closed(&station->rig, wanted), *row, *reply;
	int64_t next_us = 0, first_us;

	assert_int_equal(civil_parse_instant(BEGIN, NULL, &first_us), 0);
	first_us += FIRST_S * CIVIL_US;
	json_array_foreach(rows, i, row)
	{
		int64_t at_us;

		assert_int_equal(civil_parse_instant(rig_text(row, "at"), NULL, &at_us), 0);
		check_row_int(station->line, at_us, next_us ? next_us : first_us);
		next_us = at_us + EVERY_S * CIVIL_US;
		if (i < wanted)
			check_row_str(station->line, rig_text(row, "outcome"), "played");
	}
	json_decref(rows);
	while (shows(station))
		rig_breathe();
	reply = rig_ask(&station->rig, "{\"do\":\"log-verify\"}");
	check_row(station->line, json_is_true(rig_at(reply, "intact")));
	json_decref(reply);
	return wanted;
}

/* The place in the file is the time: sound where a broadcast was planned, and nowhere else. */
static void check_sound(struct station *station, size_t broadcasts)
{
	unsigned rate;
	size_t n;
	int16_t *samples = rig_read_wav(station->rig.wav, &n, &rate);

	for (size_t i = 0; i < broadcasts; i++) {
		size_t at = (FIRST_S + i * EVERY_S) * rate, k, loud = 0, before = 0;

		check_row(station->line, at + CLIP_MS * rate / 1000 <= n);
		for (k = at; k < at + CLIP_MS * rate / 1000; k++)
			loud += samples[k] > 300 || samples[k] < -300;
		for (k = at - rate; k < at - rate / 100; k++)
			before += samples[k] != 0;
		check_row(station->line, loud > rate / 20);
		check_row_int(station->line, before, 0);
	}
	free(samples);
}

/* fsync is the writer's, or the loop's; and what a broadcast costs the card. */
static void check_count(struct station *station, size_t broadcasts, bool bytes)
{
	FILE *file = fopen(station->count, "re");
	char thread[64], what[64];
	long long written = 0, syncs = 0;

	assert_non_null(file);
	while (fscanf(file, "%63s %63s", thread, what) == 2) {
		check_row(station->line,
			  strcmp(thread, "log-writer") == 0 || strcmp(thread, "loaphuongd") == 0);
		syncs += strcmp(what, "sync") == 0;
		if (strcmp(thread, "log-writer") == 0)
			written += strtoll(what, NULL, 10);
	}
	fclose(file);
	if (!bytes)
		return;
	print_message("%lld bytes and %lld syncs a broadcast of %s\n",
		      written / (long long)broadcasts, syncs / (long long)broadcasts,
		      station->programme == one_clip ? "one clip" : "five clips");
	assert_true(written / (long long)broadcasts <= BYTES_MOST);
}

static void the_station_plays_on(void **state)
{
	size_t broadcasts = 0;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(stations); i++)
		begin(&stations[i]);
	for (size_t i = 0; i < CHECK_COUNT(stations); i++)
		json_decref(rig_until(&stations[i].rig, "on_air", true));
	fall_ill();
	for (size_t i = 0; i < CHECK_COUNT(stations); i++) {
		struct station *station = &stations[i];

		broadcasts = check_log(station);
		if (station->fault)
			print_message("%s: shown after %lld ms\n", station->illness,
				      (long long)station->shown_us / 1000);
		assert_int_equal(rig_end(&station->rig, SIGTERM), 0);
		check_sound(station, broadcasts);
		check_count(station, broadcasts, i >= ILL);
		rig_free(&station->rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_station_plays_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
