/* SPDX-License-Identifier: MIT */
/*
 * The service on an ALSA card that paces in real time (tests/pcm): it plays whole, it says so when the
 * card is gone, and what was cut is aired whole when the card is back.
 */
#include <stdio.h>

#include "rig_card.h"

/* Samples that are not silence, of all that the card consumed. */
static size_t heard_samples(const struct card *card)
{
	FILE *file = fopen(card->sound, "r");
	int16_t sample;
	size_t n = 0;

	assert_non_null(file);
	while (fread(&sample, sizeof(sample), 1, file) == 1)
		n += sample > 32 || sample < -32;
	fclose(file);
	return n;
}

static void test_plays_whole_on_the_card(void **state)
{
	static const char *const whole[] = {"mot", "hai", "ba"};
	struct card *card = *state;
	json_t *rows, *row;

	rig_start(&card->rig, "2024-06-01T05:44:57+07:00");
	rows = rig_until_closed(&card->rig, 1);
	row = card_row_of(rows, "b");
	assert_string_equal(rig_text(row, "outcome"), "played");
	card_check_aired(row, whole, 3);
	assert_int_equal(card_number(row, "xruns"), 0);
	assert_true(card_number(row, "frames") >= 5 * CARD_RATE - CARD_RATE / 10);
	assert_true(heard_samples(card) > (size_t)card_number(row, "audible") / 2);
	json_decref(rows);
}

static void test_pulled_and_put_back(void **state)
{
	static const char *const cut_and_whole[] = {"mot", "hai", "hai", "ba"};
	struct card *card = *state;
	json_t *rows, *row, *status, *fault;

	rig_start(&card->rig, "2024-06-01T05:44:57+07:00");
	card_until_clip(card, "hai");
	card_tell(card, "gone-at 0 absent");
	card_until_lost(card, true);
	status = rig_ask(&card->rig, "{\"do\":\"status\"}"); /* and it answers meanwhile */
	fault = card_fault(status, "device-lost");
	assert_non_null(strstr(rig_text(fault, "message"), "went away while it played: default"));
	assert_non_null(strstr(rig_text(fault, "cure"), "plug and power"));
	assert_true(json_is_null(rig_at(status, "status.on_air")));
	json_decref(status);
	card_tell(card, "");
	card_until_lost(card, false);
	rows = rig_until_closed(&card->rig, 1);
	row = card_row_of(rows, "b");
	assert_string_equal(rig_text(row, "outcome"), "played");
	card_check_aired(row, cut_and_whole, 4);
	json_decref(rows);
}

static void test_absent_all_along(void **state)
{
	struct card *card = *state;
	json_t *rows, *row;

	card_tell(card, "absent");
	rig_start(&card->rig, "2024-06-01T05:45:55+07:00");
	rows = rig_until_closed(&card->rig, 2); /* 05:45 waits for its minute, too */
	row = card_row_of(rows, "c");
	assert_string_equal(rig_text(row, "outcome"), "missed");
	assert_string_equal(rig_text(row, "reason"), "device-lost");
	assert_int_equal(card_number(row, "frames"), 0);
	json_decref(rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, card_begin, card_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plays_whole_on_the_card),
		TEST(test_pulled_and_put_back),
		TEST(test_absent_all_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
