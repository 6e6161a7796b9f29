/* SPDX-License-Identifier: MIT */
/*
 * The service and a clock that cannot be believed: what the network, a clock chip and people do to
 * it. Nothing airs outside airtime, nothing twice, nothing without a row.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "civil.h"
#include "rig_clock.h"

#define HOUR_US	 (3600 * CIVIL_US)
#define DAY_US	 (24 * HOUR_US)
#define LOCAL_US (7 * HOUR_US) /* Asia/Ho_Chi_Minh since 1975 */
#define AIRTIME	 "airtime { allow = {\"04:30-07:00\", \"11:00-12:00\"} }\n"

struct box {
	struct rig rig;
	struct rig_clock *clock;
	int64_t midnight_us; /* of a day that is after the build */
	char campaign[512];
};

static int64_t at(const struct box *box, int day, int64_t time_us)
{
	return box->midnight_us + day * DAY_US + time_us;
}

#define TIME(h, m, s) ((h)*HOUR_US + (m)*60 * CIVIL_US + (int64_t)((s)*1e6))

static void configure(struct box *box, const char *before)
{
	char from[16], until[16], text[1024];
	int32_t day = (int32_t)(at(box, 0, LOCAL_US) / DAY_US);

	civil_print_date(from, sizeof(from), day - 1);
	civil_print_date(until, sizeof(until), day + 60);
	snprintf(text, sizeof(text),
		 "%s" AIRTIME "campaign \"c\" { title = \"C\" from = \"%s\" until = \"%s\"\n"
		 "  broadcast \"sang\" { at = {\"05:45\"} play = {\"mot\", \"hai\"} }\n"
		 "  broadcast \"trua\" { at = {\"11:44\"} play = {\"mot\"} }\n}\n",
		 before, from, until);
	rig_write_config(&box->rig, text);
}

static int begin(void **state)
{
	struct box *box = calloc(1, sizeof(*box));

	assert_non_null(box);
	box->midnight_us = (time(NULL) / 86400 + 40) * DAY_US - LOCAL_US;
	rig_new(&box->rig, "");
	configure(box, "");
	rig_short_clip(&box->rig, "mot", 0, 1000);
	rig_short_clip(&box->rig, "hai", 1, 1500);
	setenv("LOAPHUONG_BOOT", "boot-1", 1);
	box->clock = rig_clock_new(&box->rig, at(box, 0, TIME(5, 0, 0)));
	*state = box;
	return 0;
}

static int end(void **state)
{
	struct box *box = *state;

	rig_free(&box->rig);
	rig_clock_free(box->clock);
	free(box);
	return 0;
}

static void check_clock(struct box *box, const char *want, const char *reason)
{
	json_t *reply = rig_ask(&box->rig, "{\"do\":\"status\"}");

	assert_string_equal(rig_text(reply, "status.clock.state"), want);
	assert_string_equal(rig_text(reply, "status.clock.reason"), reason);
	json_decref(reply);
}

static void run_until(struct box *box, int64_t now_us)
{
	while (rig_clock_now_us(box->clock) < now_us)
		rig_breathe();
}

/* Neither sound nor a row, now that what was due is a second ago. */
static void check_silence(struct box *box, size_t n_rows)
{
	json_t *reply = rig_ask(&box->rig, "{\"do\":\"status\"}"), *rows;

	assert_true(json_is_null(rig_at(reply, "status.on_air")));
	json_decref(reply);
	rows = rig_rows(&box->rig);
	assert_int_equal(json_array_size(rows), n_rows);
	json_decref(rows);
}

static void check_outcome(json_t *rows, size_t i, const char *broadcast, const char *outcome)
{
	json_t *row = json_array_get(rows, i);

	assert_string_equal(rig_text(row, "broadcast"), broadcast);
	assert_string_equal(rig_text(row, "outcome"), outcome);
}

/* Without a battery a box begins in 1970: what is due waits, and airs when the network comes. */
static void boots_in_1970(void **state)
{
	struct box *box = *state;
	json_t *rows;

	rig_clock_set(box->clock, TIME(5, 44, 59));
	rig_start(&box->rig, NULL);
	check_clock(box, "untrusted", "before-build");
	rig_do(&box->rig, "{\"do\":\"play\",\"names\":[\"mot\"]}");
	json_decref(rig_until_closed(&box->rig, 1));
	rig_clock_sync(box->clock, at(box, 0, TIME(5, 47, 0)));
	check_clock(box, "trusted", "synchronized");
	rows = rig_until_closed(&box->rig, 2);
	assert_string_equal(rig_text(json_array_get(rows, 0), "trigger"), "cli");
	assert_string_equal(rig_text(json_array_get(rows, 0), "outcome"), "played");
	check_outcome(rows, 1, "sang", "late");
	assert_memory_equal(rig_text(json_array_get(rows, 1), "start") + 11, "05:47:0", 7);
	json_decref(rows);
}

/* A clock that was saved at power-off and is six hours behind: the morning is not aired at noon. */
static void a_saved_clock_six_hours_behind(void **state)
{
	struct box *box = *state;
	json_t *rows;

	rig_clock_set(box->clock, at(box, 0, TIME(5, 44, 59)));
	rig_start(&box->rig, NULL);
	check_clock(box, "untrusted", "never-synced");
	run_until(box, at(box, 0, TIME(5, 45, 1)));
	check_silence(box, 0);
	rig_clock_sync(box->clock, at(box, 0, TIME(11, 45, 1)));
	rows = rig_until_closed(&box->rig, 1);
	check_outcome(rows, 0, "trua", "late");
	json_decref(rows);
	check_silence(box, 1);
}

static void the_network_says_2099(void **state)
{
	const int64_t in_2099_us = INT64_C(4070908800) * CIVIL_US - LOCAL_US + TIME(5, 44, 59.5);
	struct box *box = *state;
	json_t *rows;

	rig_clock_sync(box->clock, in_2099_us);
	rig_start(&box->rig, NULL);
	check_clock(box, "untrusted", "far-future");
	run_until(box, in_2099_us + CIVIL_US);
	check_silence(box, 0);
	rig_clock_sync(box->clock, at(box, 0, TIME(5, 40, 0)));
	check_clock(box, "trusted", "synchronized");
	rig_clock_sync(box->clock, in_2099_us); /* and again, when the time was known */
	check_clock(box, "untrusted", "far-future");
	run_until(box, in_2099_us + CIVIL_US);
	check_silence(box, 0);
	rig_clock_sync(box->clock, at(box, 0, TIME(5, 44, 59)));
	rows = rig_until_closed(&box->rig, 1);
	check_outcome(rows, 0, "sang", "played");
	json_decref(rows);
}

/* The network steps the clock by an hour, around a broadcast of 2.5 s at 05:45. */
static const struct {
	int line;
	double after_s; /* when, against 05:45 */
	int64_t by_us;
	const char *outcome;
} steps[] = {
	{ROW, -1.0, HOUR_US, "missed"}, {ROW, -1.0, -HOUR_US, "played"},
	{ROW, 0.05, HOUR_US, "played"}, {ROW, 0.05, -HOUR_US, "played"},
	{ROW, 1.25, HOUR_US, "played"}, {ROW, 1.25, -HOUR_US, "played"},
	{ROW, 3.5, HOUR_US, "played"},	{ROW, 3.5, -HOUR_US, "played"},
};

static void step_once(struct box *box, int day)
{
	int64_t planned_us = at(box, day, TIME(5, 45, 0));

	rig_clock_sync(box->clock, planned_us - (steps[day].after_s < 0 ? 1000 : 300) * 1000);
	if (steps[day].after_s > 0) {
		if (steps[day].after_s < 2)
			json_decref(rig_until(&box->rig, "on_air.started", true));
		run_until(box, planned_us + (int64_t)(steps[day].after_s * 1e6));
	}
	rig_clock_set(box->clock, rig_clock_now_us(box->clock) + steps[day].by_us);
	json_decref(rig_until(&box->rig, "on_air", false));
	if (steps[day].by_us < 0) { /* 05:45 comes once more */
		rig_clock_set(box->clock, planned_us - 200000);
		run_until(box, planned_us + CIVIL_US);
		json_decref(rig_until(&box->rig, "on_air", false));
	}
}

static void the_network_steps_an_hour(void **state)
{
	struct box *box = *state;
	json_t *rows, *row;
	size_t i;

	rig_clock_sync(box->clock, at(box, 0, TIME(5, 40, 0)));
	rig_start(&box->rig, NULL);
	for (i = 0; i < CHECK_COUNT(steps); i++)
		step_once(box, (int)i);
	rows = rig_until_closed(&box->rig, CHECK_COUNT(steps));
	assert_int_equal(json_array_size(rows), 2 * CHECK_COUNT(steps) - 1);
	json_array_foreach(rows, i, row)
	{
		int day = (int)i / 2;
		int64_t planned_us = 0;

		civil_parse_instant(rig_text(row, "at"), NULL, &planned_us);
		if (i % 2) { /* jumped over on the way to the next day */
			assert_string_equal(rig_text(row, "broadcast"), "trua");
			assert_string_equal(rig_text(row, "outcome"), "missed");
			continue;
		}
		check_row_int(steps[day].line, planned_us, at(box, day, TIME(5, 45, 0)));
		if (strcmp(rig_text(row, "outcome"), steps[day].outcome) != 0)
			json_dumpf(row, stderr, JSON_INDENT(2));
		check_row_str(steps[day].line, rig_text(row, "outcome"), steps[day].outcome);
		if (strcmp(steps[day].outcome, "missed") == 0)
			check_row_str(steps[day].line, rig_text(row, "reason"), "clock-jumped");
		else
			check_row_int(steps[day].line, json_array_size(rig_at(row, "aired")), 2);
	}
	json_decref(rows);
}

static void another_boot(struct box *box, const char *name)
{
	assert_int_equal(rig_end(&box->rig, SIGKILL), -SIGKILL);
	setenv("LOAPHUONG_BOOT", name, 1);
	rig_start(&box->rig, NULL);
}

/* A clock chip that agrees vouches; one that does not is no reason to trust, nor to forget. */
static void a_clock_chip_disagrees(void **state)
{
	struct box *box = *state;
	json_t *rows;

	configure(box, "clock { trust = \"rtc\" }\n");
	rig_clock_chip(box->clock, true, 3 * HOUR_US);
	rig_start(&box->rig, NULL);
	check_clock(box, "untrusted", "rtc-differs");
	rig_clock_set(box->clock, at(box, 0, TIME(5, 44, 59)));
	run_until(box, at(box, 0, TIME(5, 45, 2)));
	check_silence(box, 0);
	rig_clock_chip(box->clock, true, CIVIL_US);
	check_clock(box, "trusted", "rtc-agrees");
	rows = rig_until_closed(&box->rig, 1);
	check_outcome(rows, 0, "sang", "late");
	json_decref(rows);
	rig_clock_chip(box->clock, true, -HOUR_US);
	check_clock(box, "holdover", "holdover");
	another_boot(box, "boot-1"); /* a service that died, in the same boot */
	check_clock(box, "holdover", "holdover");
	another_boot(box, "boot-2");
	check_clock(box, "untrusted", "rtc-differs");
}

/* The command line; its exit code. What it printed is in *ret_text, until the next call. */
static int command(struct box *box, const char *words, const char **ret_text)
{
	static char text[8192];
	char line[512];
	FILE *out;
	size_t n;

	snprintf(line, sizeof(line), "LANGUAGE=en %s %s --state %s --runtime %s 2>&1", LOA_CLI,
		 words, box->rig.state, box->rig.runtime);
	out = popen(line, "re");
	assert_non_null(out);
	n = fread(text, 1, sizeof(text) - 1, out);
	text[n] = '\0';
	*ret_text = text;
	return WEXITSTATUS(pclose(out));
}

static void check_command(struct box *box, const char *words, int code, const char *says)
{
	const char *text;
	int got = command(box, words, &text);

	if (got != code || !strstr(text, says))
		fail_msg("%s: exit %d, expected %d and \"%s\":\n%s", words, got, code, says, text);
}

static bool has_note(struct box *box, const char *what, const char *who, const char *why)
{
	json_t *reply = rig_ask(&box->rig, "{\"do\":\"notes\"}"), *note;
	bool found = false;
	size_t i;

	json_array_foreach(rig_at(reply, "notes"), i, note) found =
		found || (strcmp(rig_text(note, "what"), what) == 0 &&
			  strncmp(rig_text(note, "who"), who, strlen(who)) == 0 &&
			  strstr(rig_text(note, "why"), why));
	json_decref(reply);
	return found;
}

/* No network, ever: a person says that the time is right, and that counts for 'holdover'. */
static void a_person_confirms(void **state)
{
	struct box *box = *state;
	json_t *rows;

	rig_clock_set(box->clock, at(box, 0, TIME(5, 44, 30)));
	rig_start(&box->rig, NULL);
	check_command(box, "clock", 0, "What to do");
	check_command(box, "clock confirm", 2, "--by WHO");
	check_clock(box, "untrusted", "never-synced");
	check_command(box, "clock confirm --by Lan --why 'phone'", 0, "trusted (confirmed");
	check_command(box, "clock", 0, "Still for   6 d");
	assert_true(has_note(box, "clock-confirm", "Lan (", "phone"));
	rig_clock_set(box->clock, at(box, 0, TIME(5, 44, 59)));
	rows = rig_until_closed(&box->rig, 1);
	check_outcome(rows, 0, "sang", "played");
	json_decref(rows);
	another_boot(box, "boot-1");
	check_clock(box, "trusted", "confirmed");
	another_boot(box, "boot-2");
	check_clock(box, "untrusted", "never-synced");
}

static void a_person_sets_the_time(void **state)
{
	struct box *box = *state;
	char text[128], day[16];
	json_t *rows;

	civil_print_date(day, sizeof(day), (int32_t)(at(box, 0, LOCAL_US) / DAY_US));
	rig_clock_set(box->clock, TIME(5, 0, 0));
	rig_start(&box->rig, NULL);
	check_command(box, "clock set 05:47 --by Lan --yes", 2, "write the date too");
	check_command(box, "clock set '2020-06-01 05:47' --by Lan --yes", 1, "would not believe");
	check_command(box, "clock set '2099-06-01 05:47' --by Lan --yes", 1, "would not believe");
	check_command(box, "clock set soon --by Lan --yes", 2, "is not a time");
	snprintf(text, sizeof(text), "clock set '%s 05:47'", day);
	check_command(box, text, 2, "--by WHO");
	snprintf(text, sizeof(text), "clock set '%s 05:47' --by Lan", day);
	check_command(box, text, 1, "05:45  sang (c/sang)");
	check_command(box, text, 1, "add --yes");
	check_clock(box, "untrusted", "before-build");
	snprintf(text, sizeof(text), "clock set '%s 05:47' --by Lan --yes", day);
	check_command(box, text, 0, "trusted (confirmed");
	assert_true(has_note(box, "clock-set", "Lan (", "T05:47:00+07:00"));
	rows = rig_until_closed(&box->rig, 1);
	check_outcome(rows, 0, "sang", "late");
	json_decref(rows);
	check_command(box, "clock set 05:44 --by Lan", 1,
		      "would not believe"); /* behind its rows */
	rig_clock_vouch(box->clock, true);
	check_command(box, "clock set 11:00 --by Lan --yes", 1, "the network keeps this clock");
	rig_clock_vouch(box->clock, false);
	check_command(box, "clock set 12:00 --by Lan", 1, "Left out");
	check_command(box, "clock set 11:43 --by Lan --yes", 0, "trusted (confirmed");
	check_clock(box, "trusted", "confirmed");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(boots_in_1970),	      CASE(a_saved_clock_six_hours_behind),
		CASE(the_network_says_2099),  CASE(the_network_steps_an_hour),
		CASE(a_clock_chip_disagrees), CASE(a_person_confirms),
		CASE(a_person_sets_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
