/* SPDX-License-Identifier: MIT */
/*
 * The service on an ALSA card that paces in real time (tests/pcm): it plays whole, it says so when the
 * card is gone, and what was cut is aired whole when the card is back.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

#define RATE 48000

struct card {
	struct rig rig;
	char control[128], sound[128];
};

static const char programme[] =
	"airtime { allow = {\"00:00-24:00\"} }\n"
	"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"
	"  broadcast \"b\" { at = {\"05:45\"} play = {\"mot\", \"hai\", \"ba\"} late = \"1min\" }\n"
	"  broadcast \"c\" { at = {\"05:46\"} play = {\"mot\"} late = \"2s\" }\n"
	"}\n";

static void tell_card(const struct card *card, const char *fault)
{
	rig_write(card->control, fault, strlen(fault));
}

static int begin(void **state)
{
	struct card *card = calloc(1, sizeof(*card));
	char service[] = LOA_SERVICE, config[512];

	assert_non_null(card);
	rig_new(&card->rig, programme);
	rig_short_clip(&card->rig, "mot", 0, 1000);
	rig_short_clip(&card->rig, "hai", 1, 3000);
	rig_short_clip(&card->rig, "ba", 2, 1000);
	snprintf(card->rig.sink, sizeof(card->rig.sink), "alsa");
	snprintf(card->control, sizeof(card->control), "%s/card", card->rig.folder);
	snprintf(card->sound, sizeof(card->sound), "%s/sound", card->rig.folder);
	snprintf(config, sizeof(config), "%s/tests/pcm/asound.conf", dirname(service));
	setenv("ALSA_CONFIG_PATH", config, 1);
	setenv("LOA_PACE_CONTROL", card->control, 1);
	setenv("LOA_PACE_FILE", card->sound, 1);
	setenv("LOA_PACE_RATE", "48000", 1);
	setenv("LOA_PACE_CHANNELS", "1", 1);
	setenv("LOA_PACE_FORMAT", "S16_LE", 1);
	tell_card(card, "");
	*state = card;
	return 0;
}

static int end(void **state)
{
	struct card *card = *state;

	rig_free(&card->rig);
	free(card);
	return 0;
}

static json_t *row_of(json_t *rows, const char *broadcast)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(rig_text(row, "broadcast"), broadcast) == 0)
			return row;
	}
	fail();
	return NULL;
}

static int64_t number(json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

static void check_aired(json_t *row, const char *const *clips, size_t n)
{
	json_t *aired = json_object_get(row, "aired");

	assert_int_equal(json_array_size(aired), n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(json_string_value(json_array_get(aired, i)), clips[i]);
}

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

static void until_clip(struct card *card, const char *clip)
{
	for (;;) {
		json_t *status = rig_until(&card->rig, "on_air", true);
		bool there = strcmp(rig_text(status, "on_air.clip"), clip) == 0;

		json_decref(status);
		if (there)
			return;
		rig_breathe();
	}
}

static void until_lost(struct card *card, bool lost)
{
	for (;;) {
		json_t *status = rig_ask(&card->rig, "{\"do\":\"status\"}");
		bool now = json_is_true(rig_at(status, "status.device.lost"));

		json_decref(status);
		if (now == lost)
			return;
		rig_breathe();
	}
}

static const char *first_fault(json_t *status, const char *key)
{
	return rig_text(json_array_get(rig_at(status, "status.faults"), 0), key);
}

static void test_plays_whole_on_the_card(void **state)
{
	static const char *const whole[] = {"mot", "hai", "ba"};
	struct card *card = *state;
	json_t *rows, *row;

	rig_start(&card->rig, "2024-06-01T05:44:57+07:00");
	rows = rig_until_closed(&card->rig, 1);
	row = row_of(rows, "b");
	assert_string_equal(rig_text(row, "outcome"), "played");
	check_aired(row, whole, 3);
	assert_int_equal(number(row, "xruns"), 0);
	assert_true(number(row, "frames") >= 5 * RATE - RATE / 10);
	assert_true(heard_samples(card) > (size_t)number(row, "audible") / 2);
	json_decref(rows);
}

static void test_pulled_and_put_back(void **state)
{
	static const char *const cut_and_whole[] = {"mot", "hai", "hai", "ba"};
	struct card *card = *state;
	json_t *rows, *row, *status;

	rig_start(&card->rig, "2024-06-01T05:44:57+07:00");
	until_clip(card, "hai");
	tell_card(card, "gone-at 0 absent");
	until_lost(card, true);
	status = rig_ask(&card->rig, "{\"do\":\"status\"}"); /* and it answers meanwhile */
	assert_string_equal(first_fault(status, "code"), "device-lost");
	assert_non_null(
		strstr(first_fault(status, "message"), "went away while it played: default"));
	assert_non_null(strstr(first_fault(status, "cure"), "plug and power"));
	assert_true(json_is_null(rig_at(status, "status.on_air")));
	json_decref(status);
	tell_card(card, "");
	until_lost(card, false);
	rows = rig_until_closed(&card->rig, 1);
	row = row_of(rows, "b");
	assert_string_equal(rig_text(row, "outcome"), "played");
	check_aired(row, cut_and_whole, 4);
	json_decref(rows);
}

static void test_absent_all_along(void **state)
{
	struct card *card = *state;
	json_t *rows, *row;

	tell_card(card, "absent");
	rig_start(&card->rig, "2024-06-01T05:45:55+07:00");
	rows = rig_until_closed(&card->rig, 2); /* 05:45 waits for its minute, too */
	row = row_of(rows, "c");
	assert_string_equal(rig_text(row, "outcome"), "missed");
	assert_string_equal(rig_text(row, "reason"), "device-lost");
	assert_int_equal(number(row, "frames"), 0);
	json_decref(rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plays_whole_on_the_card),
		TEST(test_pulled_and_put_back),
		TEST(test_absent_all_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
