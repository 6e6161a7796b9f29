/* SPDX-License-Identifier: MIT */
/*
 * A station whose sound card is wrong, busy, late, dry or dumb: it is shown with cause and cure, and
 * the broadcast is sent all the same, or goes on when the card is well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig_card.h"

#define LONG_BEFORE "2024-06-01T05:40:00+07:00"
#define JUST_BEFORE "2024-06-01T05:44:57+07:00"
#define WELL_BEFORE "2024-06-01T05:44:48+07:00"

static const char *const whole[] = {"mot", "hai", "ba"};

/* The words of a fault in a language; the status is the caller's. */
static void check_words(struct card *card, const char *code, const char *language,
			const char *message, const char *cure)
{
	json_t *status = card_until_fault(card, code, language), *fault = card_fault(status, code);

	if (!strstr(rig_text(fault, "message"), message) || !strstr(rig_text(fault, "cure"), cure))
		fail_msg("%s: %s %s", code, rig_text(fault, "message"), rig_text(fault, "cure"));
	json_decref(status);
}

static json_t *until_aired(struct card *card, const char *outcome)
{
	json_t *rows = rig_until_closed(&card->rig, 1);

	assert_string_equal(rig_text(card_row_of(rows, "b"), "outcome"), outcome);
	return rows;
}

static void test_absent_is_shown_at_the_start(void **state)
{
	struct card *card = *state;

	card_tell(card, "absent");
	rig_start(&card->rig, LONG_BEFORE);
	check_words(card, "device-absent", "en", "is not there: default", "plug and power");
	check_words(card, "device-absent", "vi", "Không thấy card âm thanh: default", "đầu cắm");
	/* Another trouble at a later look is told as that. */
	card_tell(card, "busy");
	json_decref(card_until_fault(card, "device-busy", "en"));
	card_until_no_fault(card, "device-absent");
	card_tell(card, "");
	card_until_no_fault(card, "device-busy");
	card_until_lost(card, false);
	assert_true(rig_said(&card->rig, "The sound card can be used again."));
}

/* Seconds of processor time that the service has used. */
static double used_s(const struct card *card)
{
	char path[64];
	unsigned long user = 0, system = 0;
	FILE *from;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)card->rig.pid);
	from = fopen(path, "r");
	assert_non_null(from);
	assert_int_equal(fscanf(from,
				"%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
				&user, &system),
			 2);
	fclose(from);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void test_idle_while_it_is_gone(void **state)
{
	struct card *card = *state;
	int64_t begin_us;
	double begin_s;

	card_tell(card, "absent");
	rig_start(&card->rig, LONG_BEFORE);
	json_decref(card_until_fault(card, "device-absent", "en"));
	begin_us = rig_mono_us();
	begin_s = used_s(card);
	while (rig_mono_us() < begin_us + 4000000) /* two probes and more */
		rig_breathe();
	assert_true(used_s(card) - begin_s < 0.05 * (double)(rig_mono_us() - begin_us) / 1e6);
}

static void test_busy_then_free(void **state)
{
	struct card *card = *state;
	json_t *rows;

	card_tell(card, "busy");
	rig_start(&card->rig, JUST_BEFORE);
	check_words(card, "device-busy", "en", "in use by another program", "End that program");
	check_words(card, "device-busy", "vi", "bị một chương trình khác chiếm",
		    "Tắt chương trình");
	json_decref(rig_until(&card->rig, "next", true));
	card_tell(card, "");
	card_until_no_fault(card, "device-busy");
	rows = rig_until_closed(&card->rig, 1);
	card_check_aired(card_row_of(rows, "b"), whole, 3);
	json_decref(rows);
}

/* The rate is never converted by ALSA: it is refused, and the line to change is named. */
static void test_only_another_rate(void **state)
{
	struct card *card = *state;

	setenv("LOA_PACE_RATE", "44100", 1);
	rig_start(&card->rig, LONG_BEFORE);
	check_words(card, "device-unsuitable", "en", "It offers 44100 Hz, not 48000.",
		    "rate = 44100");
	check_words(card, "device-unsuitable", "vi", "Card chỉ có 44100 Hz", "rate = 44100");
	card_configure(card, "rate = 44100");
	rig_do(&card->rig, "{\"do\":\"reload\"}");
	card_until_no_fault(card, "device-unsuitable");
	card_until_lost(card, false);
}

static void test_reload_to_a_wrong_device(void **state)
{
	struct card *card = *state;

	rig_start(&card->rig, LONG_BEFORE);
	card_configure(card, "device = \"nowhere\"");
	rig_do(&card->rig, "{\"do\":\"reload\"}");
	check_words(card, "device-absent", "en", "is not there: nowhere", "device =");
	card_configure(card, "device = \"default\"");
	rig_do(&card->rig, "{\"do\":\"reload\"}");
	card_until_no_fault(card, "device-absent");
	card_until_lost(card, false);
}

/* While the clip that was cut is on air again, it has not shown yet that it plays. */
static void check_still_shown(struct card *card)
{
	json_t *status = rig_ask(&card->rig, "{\"do\":\"status\"}");

	if (strcmp(rig_text(status, "status.on_air.clip"), "hai") == 0)
		assert_non_null(card_fault(status, "device-stalled"));
	json_decref(status);
}

/* It opens, so it is probed as well; that it does not play stays shown until it has played. */
static void test_stands_still_and_goes_on(void **state)
{
	static const char *const cut_and_whole[] = {"mot", "hai", "hai", "ba"};
	struct card *card = *state;
	json_t *rows;

	rig_start(&card->rig, JUST_BEFORE);
	card_until_clip(card, "hai");
	card_tell(card, "stall-at 0");
	json_decref(card_until_fault(card, "device-stalled", "en"));
	card_tell(card, "");
	card_until_lost(card, false);
	check_still_shown(card);
	card_until_no_fault(card, "device-stalled");
	rows = until_aired(card, "played");
	card_check_aired(card_row_of(rows, "b"), cut_and_whole, 4);
	json_decref(rows);
}

static void test_does_not_start(void **state)
{
	struct card *card = *state;
	json_t *rows;

	card_tell(card, "start-fails");
	rig_start(&card->rig, JUST_BEFORE);
	check_words(card, "device-no-start", "en", "did not start", "exchange it");
	card_tell(card, "");
	rows = rig_until_closed(&card->rig, 1);
	assert_int_equal(json_array_size(json_object_get(card_row_of(rows, "b"), "aired")), 3);
	card_until_no_fault(card, "device-no-start");
	json_decref(rows);
}

static void test_late_and_dry_and_heard(void **state)
{
	struct card *card = *state;
	json_t *rows, *row;

	card_tell(card, "start-late 300000 xrun-every 24000");
	rig_start(&card->rig, JUST_BEFORE);
	check_words(card, "start-late", "en", "began late: default. It took 3", "exchange");
	check_words(card, "underruns", "en", "6 times in one broadcast", "power supply");
	rows = rig_until_closed(&card->rig, 1);
	row = card_row_of(rows, "b");
	card_check_aired(row, whole, 3);
	assert_true(card_number(row, "xruns") > 5);
	assert_true(card_number(row, "start_error_us") >= 300000);
	json_decref(rows);
}

static void check_mixer(const struct card *card, const char *text)
{
	char is[64] = "";
	FILE *from = fopen(card->mixer, "r");

	assert_non_null(from);
	is[fread(is, 1, sizeof(is) - 1, from)] = '\0';
	fclose(from);
	assert_string_equal(is, text);
}

/* Somebody muted it after the start: the broadcast is heard all the same. */
static void test_muted_before_the_broadcast(void **state)
{
	struct card *card = *state;
	json_t *rows;

	card_set_mixer(card, "1 80 db PCM\n");
	rig_start(&card->rig, WELL_BEFORE); /* before the card is opened */
	card_set_mixer(card, "0 20 db PCM\n");
	rows = until_aired(card, "played");
	check_mixer(card, "1 80 db PCM\n");
	json_decref(rows);
}

static void test_mixer_that_does_not_obey(void **state)
{
	struct card *card = *state;
	json_t *rows;

	card_set_mixer(card, "stuck\n0 20 db PCM\n");
	rig_start(&card->rig, JUST_BEFORE);
	check_words(card, "mixer-stuck", "en", "These are: PCM.", "alsamixer");
	check_words(card, "mixer-stuck", "vi", "Gồm: PCM.", "alsamixer");
	rows = until_aired(card, "played");
	card_check_aired(card_row_of(rows, "b"), whole, 3);
	card_until_shut(card);
	card_set_mixer(card, "0 20 db PCM\n");
	rig_do(&card->rig, "{\"do\":\"play\",\"names\":[\"mot\"]}");
	card_until_no_fault(card, "mixer-stuck");
	json_decref(rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, card_begin, card_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_absent_is_shown_at_the_start),
		TEST(test_idle_while_it_is_gone),
		TEST(test_busy_then_free),
		TEST(test_only_another_rate),
		TEST(test_reload_to_a_wrong_device),
		TEST(test_stands_still_and_goes_on),
		TEST(test_does_not_start),
		TEST(test_late_and_dry_and_heard),
		TEST(test_muted_before_the_broadcast),
		TEST(test_mixer_that_does_not_obey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
