/* SPDX-License-Identifier: MIT */
/* What may be written, and what holds where it is not. */
#include <string.h>

#include "conf_draft.h"
#include "names.h"

static const struct conf_key station_keys[] = {
	{"name", CONF_TEXT, "", NULL},	     {"timezone", CONF_TEXT, "Asia/Ho_Chi_Minh", NULL},
	{"language", CONF_TEXT, "vi", NULL}, {"approval", CONF_TEXT, "none", NULL},
	{"say", CONF_LIST, NULL, NULL},	     {"say-as", CONF_LIST, NULL, NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key audio_keys[] = {
	{"device", CONF_TEXT, "default", NULL}, {"mixer", CONF_TEXT, "auto", NULL},
	{"mixer-level", CONF_TEXT, "0", NULL},	{"rate", CONF_TEXT, "48000", NULL},
	{"channels", CONF_TEXT, "1", NULL},	{"loudness", CONF_TEXT, "-16.0", NULL},
	{"peak", CONF_TEXT, "-1.0", NULL},	{"high-pass", CONF_TEXT, "200", NULL},
	{"pre-roll", CONF_TEXT, "30ms", NULL},	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key airtime_keys[] = {
	{"allow", CONF_LIST, NULL, NULL},	{"days", CONF_LIST, NULL, NULL},
	{"session-max", CONF_TEXT, "0s", NULL}, {"day-max", CONF_TEXT, "0s", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key clock_keys[] = {
	{"trust", CONF_TEXT, "synchronized", NULL},
	{"holdover", CONF_TEXT, "7d", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key button_keys[] = {
	{"line", CONF_TEXT, "", NULL},		 {"bias", CONF_TEXT, "pull-up", NULL},
	{"active-low", CONF_TEXT, "true", NULL}, {"debounce", CONF_TEXT, "30ms", NULL},
	{"press", CONF_TEXT, "", NULL},		 {"hold", CONF_TEXT, "", NULL},
	{"hold-time", CONF_TEXT, "3s", NULL},	 {"cooldown", CONF_TEXT, "30s", NULL},
	{"confirm", CONF_TEXT, "0s", NULL},	 {"again", CONF_TEXT, "ignore", NULL},
	{"emergency", CONF_TEXT, "false", NULL}, {NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key relay_keys[] = {
	{"line", CONF_TEXT, "", NULL},	 {"active-low", CONF_TEXT, "false", NULL},
	{"lead", CONF_TEXT, "0s", NULL}, {"hold", CONF_TEXT, "0s", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key led_keys[] = {
	{"line", CONF_TEXT, "", NULL},	      {"active-low", CONF_TEXT, "false", NULL},
	{"shows", CONF_TEXT, "on-air", NULL}, {"blink", CONF_TEXT, "true", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key usb_keys[] = {
	{"enabled", CONF_TEXT, "true", NULL},
	{"folder", CONF_TEXT, "LOAPHUONG", NULL},
	{"result-file", CONF_TEXT, "false", NULL},
	{"files-max", CONF_TEXT, "200", NULL},
	{"depth-max", CONF_TEXT, "3", NULL},
	{"monitor", CONF_TEXT, "", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key console_keys[] = {
	{"listen", CONF_TEXT, "127.0.0.1:8080", NULL},
	{"names", CONF_TEXT, "", NULL},
	{"certificate", CONF_TEXT, "", NULL},
	{"key", CONF_TEXT, "", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key report_keys[] = {
	{"parent", CONF_TEXT, "", NULL},       {"authority", CONF_TEXT, "", NULL},
	{"number", CONF_TEXT, "", NULL},       {"place", CONF_TEXT, "", NULL},
	{"signer-title", CONF_TEXT, "", NULL}, {"signer", CONF_TEXT, "", NULL},
	{"recipients", CONF_LIST, NULL, NULL}, {NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key clip_keys[] = {
	{"title", CONF_TEXT, "", NULL},	 {"text", CONF_TEXT, "", NULL},
	{"source", CONF_TEXT, "", NULL}, {"from", CONF_TEXT, "", NULL},
	{"until", CONF_TEXT, "", NULL},	 {NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key playlist_keys[] = {
	{"clips", CONF_LIST, NULL, NULL},
	{"order", CONF_TEXT, "rotate", NULL},
	{"take", CONF_TEXT, "1", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key broadcast_keys[] = {
	{"title", CONF_TEXT, "", NULL},	    {"at", CONF_LIST, NULL, NULL},
	{"every", CONF_TEXT, "", NULL},	    {"between", CONF_TEXT, "", NULL},
	{"days", CONF_LIST, NULL, NULL},    {"dates", CONF_LIST, NULL, NULL},
	{"except", CONF_LIST, NULL, NULL},  {"play", CONF_LIST, NULL, NULL},
	{"repeat", CONF_TEXT, "1", NULL},   {"gap", CONF_TEXT, "0s", NULL},
	{"late", CONF_TEXT, "5min", NULL},  {"class", CONF_TEXT, "normal", NULL},
	{"interrupt", CONF_TEXT, "", NULL}, {"resume", CONF_TEXT, "clip", NULL},
	{"volume", CONF_TEXT, "0", NULL},   {"enabled", CONF_TEXT, "true", NULL},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key campaign_keys[] = {
	{"title", CONF_TEXT, "", NULL},
	{"from", CONF_TEXT, "", NULL},
	{"until", CONF_TEXT, "", NULL},
	{"clip", CONF_SECTIONS, NULL, clip_keys},
	{"playlist", CONF_SECTIONS, NULL, playlist_keys},
	{"broadcast", CONF_SECTIONS, NULL, broadcast_keys},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key programme_keys[] = {
	{"clip", CONF_SECTIONS, NULL, clip_keys},
	{"campaign", CONF_SECTIONS, NULL, campaign_keys},
	{NULL, CONF_TEXT, NULL, NULL},
};

static const struct conf_key station_file_keys[] = {
	{"station", CONF_SECTION, NULL, station_keys},
	{"audio", CONF_SECTION, NULL, audio_keys},
	{"airtime", CONF_SECTION, NULL, airtime_keys},
	{"clock", CONF_SECTION, NULL, clock_keys},
	{"button", CONF_SECTIONS, NULL, button_keys},
	{"relay", CONF_SECTION, NULL, relay_keys},
	{"led", CONF_SECTIONS, NULL, led_keys},
	{"usb", CONF_SECTION, NULL, usb_keys},
	{"console", CONF_SECTION, NULL, console_keys},
	{"clip", CONF_SECTIONS, NULL, clip_keys},
	{"campaign", CONF_SECTIONS, NULL, campaign_keys},
	{"report", CONF_SECTION, NULL, report_keys},
	{NULL, CONF_TEXT, NULL, NULL},
};

const struct conf_key *conf_schema(bool campaigns_only)
{
	return campaigns_only ? programme_keys : station_file_keys;
}

const struct conf_key *conf_key_find(const struct conf_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

const struct draft_option *draft_option(const struct draft_section *section, const char *name)
{
	const struct draft_option *option = section->first_option;

	while (option && strcmp(option->key->name, name) != 0)
		option = option->next;
	return option;
}

/* About a third of the letters may be wrong. */
static size_t slips_allowed(const char *word)
{
	size_t n = strlen(word);

	return n <= 3 ? 1 : n <= 5 ? 2 : n / 3 + 1;
}

struct nearest {
	const char *word, *name;
	size_t distance;
};

static void consider(struct nearest *nearest, const char *name)
{
	size_t distance = names_distance(nearest->word, name, nearest->distance);
	size_t n = strlen(name), m = strlen(nearest->word);

	/* one begins with the other: "atime" for "at", "camp" for "campaign" */
	if (n >= 2 && m >= 2 && distance > 2 && strncmp(nearest->word, name, n < m ? n : m) == 0)
		distance = 2;
	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->name = name;
	}
}

const char *draft_nearest(const char *word, const char *const *names)
{
	struct nearest nearest = {word, NULL, slips_allowed(word) + 1};

	for (; *names; names++)
		consider(&nearest, *names);
	return nearest.name;
}

const char *draft_nearest_key(const char *word, const struct conf_key *keys)
{
	struct nearest nearest = {word, NULL, slips_allowed(word) + 1};

	for (; keys->name; keys++)
		consider(&nearest, keys->name);
	return nearest.name;
}
