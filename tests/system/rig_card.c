/* SPDX-License-Identifier: MIT */
#include "rig_card.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char programme[] =
	"airtime { allow = {\"00:00-24:00\"} }\n"
	"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"
	"  broadcast \"b\" { at = {\"05:45\"} play = {\"mot\", \"hai\", \"ba\"} late = \"1min\" }\n"
	"  broadcast \"c\" { at = {\"05:46\"} play = {\"mot\"} late = \"2s\" }\n"
	"}\n";

void card_tell(const struct card *card, const char *faults)
{
	rig_write(card->control, faults, strlen(faults));
}

void card_set_mixer(const struct card *card, const char *lines)
{
	setenv("LOA_MIX_FILE", card->mixer, 1);
	rig_write(card->mixer, lines, strlen(lines));
}

void card_configure(struct card *card, const char *audio)
{
	char text[1024];

	snprintf(text, sizeof(text), "audio { %s }\n%s", audio, programme);
	rig_write_config(&card->rig, text);
}

struct card *card_new(const char *config_text)
{
	struct card *card = calloc(1, sizeof(*card));
	char service[] = LOA_SERVICE, config[512];

	assert_non_null(card);
	rig_new(&card->rig, config_text);
	snprintf(card->rig.sink, sizeof(card->rig.sink), "alsa");
	snprintf(card->control, sizeof(card->control), "%s/card", card->rig.folder);
	snprintf(card->sound, sizeof(card->sound), "%s/sound", card->rig.folder);
	snprintf(card->stamps, sizeof(card->stamps), "%s/stamps", card->rig.folder);
	snprintf(card->mixer, sizeof(card->mixer), "%s/mixer", card->rig.folder);
	snprintf(config, sizeof(config), "%s/tests/pcm/asound.conf", dirname(service));
	setenv("ALSA_CONFIG_PATH", config, 1);
	setenv("LOA_PACE_CONTROL", card->control, 1);
	setenv("LOA_PACE_FILE", card->sound, 1);
	setenv("LOA_PACE_STAMPS", card->stamps, 1);
	setenv("LOA_PACE_RATE", "48000", 1);
	setenv("LOA_PACE_CHANNELS", "1", 1);
	setenv("LOA_PACE_FORMAT", "S16_LE", 1);
	unsetenv("LOA_MIX_FILE");
	card_tell(card, "");
	return card;
}

int card_begin(void **state)
{
	struct card *card = card_new(programme);

	rig_short_clip(&card->rig, "mot", 0, 1000);
	rig_short_clip(&card->rig, "hai", 1, 3000);
	rig_short_clip(&card->rig, "ba", 2, 1000);
	*state = card;
	return 0;
}

int card_end(void **state)
{
	struct card *card = *state;

	rig_free(&card->rig);
	free(card);
	return 0;
}

json_t *card_row_of(json_t *rows, const char *broadcast)
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

int64_t card_number(json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

void card_check_aired(json_t *row, const char *const *clips, size_t n)
{
	json_t *aired = json_object_get(row, "aired");

	assert_int_equal(json_array_size(aired), n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(json_string_value(json_array_get(aired, i)), clips[i]);
}

void card_until_clip(struct card *card, const char *clip)
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

void card_until_lost(struct card *card, bool lost)
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

static int count_openings(const struct card *card)
{
	FILE *from = fopen(card->stamps, "r");
	char line[128];
	int open = 0;

	assert_non_null(from);
	while (fgets(line, sizeof(line), from))
		open += (strncmp(line, "open ", 5) == 0) - (strncmp(line, "close ", 6) == 0);
	fclose(from);
	return open;
}

void card_until_shut(const struct card *card)
{
	while (count_openings(card) > 0)
		rig_breathe();
}

json_t *card_fault(json_t *status, const char *code)
{
	json_t *fault;
	size_t i;

	json_array_foreach(rig_at(status, "status.faults"), i, fault)
	{
		if (strcmp(rig_text(fault, "code"), code) == 0)
			return fault;
	}
	return NULL;
}

static json_t *until(struct card *card, const char *code, const char *language, bool there)
{
	int64_t patience_us = rig_mono_us() + RIG_PATIENCE_US;

	while (rig_mono_us() < patience_us) {
		json_t *status =
			rig_ask(&card->rig, "{\"do\":\"status\",\"language\":\"%s\"}", language);

		if ((card_fault(status, code) != NULL) == there)
			return status;
		json_decref(status);
		rig_breathe();
	}
	rig_show_said(&card->rig);
	fail_msg("status %s the fault %s", there ? "does not show" : "still shows", code);
	return NULL;
}

json_t *card_until_fault(struct card *card, const char *code, const char *language)
{
	return until(card, code, language, true);
}

void card_until_no_fault(struct card *card, const char *code)
{
	json_decref(until(card, code, "en", false));
}
