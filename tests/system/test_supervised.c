/* SPDX-License-Identifier: MIT */
/*
 * The chain of watchdogs, with this test in the place of systemd: it gives a NOTIFY_SOCKET and a
 * WATCHDOG_USEC, ends the service when that asks for it, runs what the unit runs afterwards, and
 * starts it again.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig_card.h"

#define LONG_BEFORE "2024-06-01T05:40:00+07:00"
#define JUST_BEFORE "2024-06-01T05:44:57+07:00"

static int begin(void **state)
{
	setenv("WATCHDOG_USEC", "3000000", 1);
	unsetenv("WATCHDOG_PID");
	return card_begin(state);
}

static int end(void **state)
{
	unsetenv("WATCHDOG_USEC");
	return card_end(state);
}

/* ExecStopPost= of the unit, told as systemd tells it. */
static void run_after(struct card *card, const char *result, const char *code, const char *status)
{
	char program[] = LOA_SERVICE;
	pid_t child = fork();
	int ended = 0;

	if (child == 0) {
		setenv("SERVICE_RESULT", result, 1);
		setenv("EXIT_CODE", code, 1);
		setenv("EXIT_STATUS", status, 1);
		execl(program, program, "--release", "-c", card->rig.config, "--state",
		      card->rig.state, "--runtime", card->rig.runtime, "--lines=none", NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &ended, 0), child);
	assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
}

static bool has_note(struct card *card, const char *what, const char *who, const char *why)
{
	json_t *reply = rig_ask(&card->rig, "{\"do\":\"notes\"}"), *note;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(reply, "notes"), i, note) found =
		found ||
		(strcmp(rig_text(note, "what"), what) == 0 &&
		 strcmp(rig_text(note, "who"), who) == 0 && strstr(rig_text(note, "why"), why));
	json_decref(reply);
	return found;
}

static void it_says_that_it_lives_and_how_it_is(void **state)
{
	struct card *card = *state;

	rig_start(&card->rig, LONG_BEFORE);
	rig_until_told(&card->rig, "WATCHDOG=1");
	rig_do(&card->rig, "{\"do\":\"play\",\"names\":[\"mot\"]}");
	rig_until_told(&card->rig, "STATUS=On air: mot.");
	rig_until_told(&card->rig, "STATUS=Next: b at 2024-06-01 05:45.");
	rig_until_told(&card->rig, "WATCHDOG=1");
	assert_int_equal(rig_end(&card->rig, SIGTERM), 0);
	rig_start(&card->rig, NULL); /* nothing is said of an end that was ordered */
	assert_false(has_note(card, "fault", "restarted", ""));
}

/* The driver never comes back from a write: the thread stands, and only a new process helps. */
static void an_audio_thread_that_stands_is_replaced(void **state)
{
	struct card *card = *state;
	int64_t begin_us;
	json_t *rows, *reply;

	card_tell(card, "write-hangs");
	rig_start(&card->rig, JUST_BEFORE);
	begin_us = rig_mono_us();
	rig_until_told(&card->rig, "WATCHDOG=trigger");
	assert_true(has_note(card, "watchdog", "loaphuongd", "audio stood still for"));
	assert_int_equal(rig_end(&card->rig, SIGABRT), -SIGABRT);
	run_after(card, "watchdog", "killed", "ABRT");
	card_tell(card, "");
	rig_start(&card->rig, NULL);
	print_message("    back %.1f s after the start whose audio stood still\n",
		      (double)(rig_mono_us() - begin_us) / 1e6);
	/* What that one knew is told, not what systemd saw of it. */
	assert_true(has_note(card, "fault", "restarted", "watchdog: audio stood still for"));
	reply = rig_ask(&card->rig, "{\"do\":\"status\"}");
	assert_string_equal(
		rig_text(json_array_get(rig_at(reply, "status.past_faults"), 0), "code"),
		"restarted");
	json_decref(reply);
	rows = rig_until_closed(&card->rig, 1); /* and the broadcast airs after all */
	assert_string_equal(rig_text(json_array_get(rows, 0), "outcome"), "late");
	assert_int_equal(json_array_size(rig_at(json_array_get(rows, 0), "aired")), 3);
	json_decref(rows);
}

static void a_crash_is_told_by_the_next_start(void **state)
{
	struct card *card = *state;
	json_t *reply;

	rig_start(&card->rig, LONG_BEFORE);
	assert_int_equal(rig_end(&card->rig, SIGKILL), -SIGKILL);
	run_after(card, "signal", "killed", "KILL");
	rig_start(&card->rig, NULL);
	assert_true(has_note(card, "fault", "restarted", "signal: killed KILL"));
	reply = rig_ask(&card->rig, "{\"do\":\"faults\"}");
	assert_int_equal(json_array_size(rig_at(reply, "faults")), 1);
	json_decref(reply);
	assert_int_equal(rig_end(&card->rig, SIGKILL), -SIGKILL);
	rig_start(&card->rig, NULL); /* told once */
	reply = rig_ask(&card->rig, "{\"do\":\"faults\"}");
	assert_int_equal(json_array_size(rig_at(reply, "faults")), 0);
	json_decref(reply);
}

/* A card that goes and comes back: a fault with its times, in status and log. */
static void a_fault_that_is_over_is_still_known(void **state)
{
	struct card *card = *state;
	json_t *reply, *past;

	card_tell(card, "absent");
	rig_start(&card->rig, LONG_BEFORE);
	json_decref(card_until_fault(card, "device-absent", "en"));
	card_tell(card, "");
	card_until_no_fault(card, "device-absent");
	reply = rig_ask(&card->rig, "{\"do\":\"status\"}");
	past = json_array_get(rig_at(reply, "status.past_faults"), 0);
	assert_string_equal(rig_text(past, "code"), "device-absent");
	assert_true(strcmp(rig_text(past, "first"), rig_text(past, "last")) <= 0);
	json_decref(reply);
	assert_true(has_note(card, "fault", "device-absent", "is not there"));
	assert_true(has_note(card, "fault-over", "device-absent", ""));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(it_says_that_it_lives_and_how_it_is),
		CASE(an_audio_thread_that_stands_is_replaced),
		CASE(a_crash_is_told_by_the_next_start),
		CASE(a_fault_that_is_over_is_still_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
