/* SPDX-License-Identifier: MIT */
/* The box: station, audio, airtime, clock, console. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "words.h"

#define DAY_US	       (CIVIL_DAY_S * CIVIL_US)
#define FIXED_OFFSET_S (7 * 3600) /* where no zones are known: tests */

const struct draft_section *check_single(struct check *check, const char *key, bool *ret_present)
{
	struct draft_section *absent;

	for (size_t i = 0; i < check->n_roots; i++)
		for (struct draft_section *s = check->roots[i]->first; s; s = s->next)
			if (strcmp(s->key->name, key) == 0) {
				*ret_present = true;
				return s;
			}
	*ret_present = false;
	absent = arena_take(check->arena, sizeof(*absent));
	if (!absent) {
		check->no_memory = true;
		return NULL;
	}
	absent->key = conf_key_find(conf_schema(false), key);
	absent->keys = absent->key->keys;
	absent->file = check->n_roots ? check->roots[0]->file : "";
	return absent;
}

static void copy_text(char *ret, size_t n, const char *text)
{
	snprintf(ret, n, "%s", text);
}

/* An unknown zone is an error: the C library would silently take UTC. */
static void check_zone(struct check *check, const struct draft_section *section)
{
	const char *name = check->settings.timezone;
	int line = value_line(section, "timezone");
	int error = check->world->zone
			    ? check->world->zone(check->world->context, name, &check->plan->zone)
			    : zone_fixed(name, FIXED_OFFSET_S, &check->plan->zone);

	if (error == -ENOMEM)
		check->no_memory = true;
	else if (error == -ENOENT || error == -EINVAL)
		check_error(check, "bad-zone", section, line,
			    _("unknown time zone '%s'; write it as in /usr/share/zoneinfo, for "
			      "example \"Asia/Ho_Chi_Minh\""),
			    name);
	else if (error == -EBADMSG)
		check_error(
			check, "bad-zone", section, line,
			_("the data of time zone '%s' cannot be read; install the package tzdata "
			  "again"),
			name);
	else if (error < 0)
		check_error(check, "bad-zone", section, line,
			    _("the data of time zone '%s' cannot be read just now (%s); try again"),
			    name, words_error(-error));
}

static void check_station(struct check *check)
{
	static const char *const languages[] = {"vi", "en", NULL};
	struct settings *settings = &check->settings;
	bool present;
	const struct draft_section *section = check_single(check, "station", &present);

	if (!section)
		return;
	copy_text(settings->station, sizeof(settings->station),
		  value_text(check, section, "name", sizeof(settings->station)));
	copy_text(settings->timezone, sizeof(settings->timezone),
		  value_text(check, section, "timezone", sizeof(settings->timezone)));
	copy_text(settings->language, sizeof(settings->language),
		  languages[value_word(check, section, "language", languages)]);
	check->plan->station = check_keep(check, settings->station);
	check_zone(check, section);
	check_say(check, section);
}

static void check_mixer(struct check *check, const struct draft_section *section)
{
	struct settings *settings = &check->settings;
	const char *mixer = value_text(check, section, "mixer", sizeof(settings->mixer));

	if (!*mixer)
		check_error(check, "bad-text", section, value_line(section, "mixer"),
			    _("'mixer' is empty; write \"auto\", \"off\", or the name of a "
			      "control as alsamixer shows it"));
	copy_text(settings->mixer, sizeof(settings->mixer), mixer);
	settings->mixer_db = value_number(check, section, "mixer-level",
					  (struct value_range){-60, 0, .unit = "dB"});
}

static void check_audio(struct check *check)
{
	struct settings *settings = &check->settings;
	bool present;
	const struct draft_section *section = check_single(check, "audio", &present);
	const char *device;

	if (!section)
		return;
	device = value_text(check, section, "device", sizeof(settings->device));
	if (!*device)
		check_error(
			check, "bad-text", section, value_line(section, "device"),
			_("'device' is empty; write \"default\", an ALSA name, or \"card:ID\" or "
			  "\"usb:PORT\""));
	copy_text(settings->device, sizeof(settings->device), device);
	check_mixer(check, section);
	settings->rate_hz = (unsigned)value_number(
		check, section, "rate",
		(struct value_range){8000, 192000, .whole = true, .unit = "Hz"});
	settings->channels = (unsigned)value_number(
		check, section, "channels", (struct value_range){1, 2, .whole = true, .unit = ""});
	settings->loudness_lufs = value_number(check, section, "loudness",
					       (struct value_range){-40, -5, .unit = "LUFS"});
	settings->peak_dbtp =
		value_number(check, section, "peak", (struct value_range){-20, 0, .unit = "dBTP"});
	settings->highpass_hz =
		value_number(check, section, "high-pass",
			     (struct value_range){20, 1000, .zero = true, .unit = "Hz"});
	settings->preroll_us = value_duration(check, section, "pre-roll", 0, SETTINGS_PREROLL_US);
}

static void check_windows(struct check *check, const struct draft_section *section,
			  struct airtime_rules *rules)
{
	const struct draft_option *option = draft_option(section, "allow");
	const struct draft_value *value;

	if (!option)
		return; /* the default's windows */
	rules->n_windows = 0;
	if (option->n == 0 || option->n > AIRTIME_WINDOWS_MAX)
		check_error(check, "bad-window", section, option->line,
			    _("'allow' has %zu windows; write 1 to %d, for example "
			      "{\"05:30-07:00\", \"16:30-18:30\"}"),
			    option->n, AIRTIME_WINDOWS_MAX);
	for (value = option->first; value; value = value->next) {
		struct airtime_window window;

		if (civil_parse_window(value->text, &window.from_s, &window.until_s) < 0)
			check_error(check, "bad-window", section, value->line,
				    _("allow: '%s' is not a window of time; write for example "
				      "\"05:30-07:00\""),
				    value->text);
		else if (rules->n_windows < AIRTIME_WINDOWS_MAX)
			rules->windows[rules->n_windows++] = window;
	}
}

static void check_airtime(struct check *check)
{
	struct airtime_rules *rules = &check->plan->airtime;
	bool present;
	const struct draft_section *section = check_single(check, "airtime", &present);

	*rules = airtime_default();
	if (!section || !present)
		return;
	check_windows(check, section, rules);
	rules->days = value_days(check, section, "days");
	rules->session_max_us = value_duration(check, section, "session-max", 0, DAY_US);
	rules->day_max_us = value_duration(check, section, "day-max", 0, DAY_US);
}

static void check_clock(struct check *check)
{
	static const char *const policies[] = {"synchronized", "rtc", "always", NULL};
	static const enum trust_policy values[] = {TRUST_SYNCHRONIZED, TRUST_RTC, TRUST_ALWAYS};
	bool present;
	const struct draft_section *section = check_single(check, "clock", &present);

	if (!section)
		return;
	check->settings.trust = values[value_word(check, section, "trust", policies)];
	check->settings.holdover_us = value_duration(check, section, "holdover", 0, 366 * DAY_US);
}

/* "127.0.0.1:8080", "[::1]:8080", "box.lan:80": something, a colon, a port. */
static bool is_address(const char *text)
{
	const char *colon = strrchr(text, ':'), *close = strchr(text, ']');
	long port = 0;

	if (!colon || colon == text || strpbrk(text, " \t\n/"))
		return false;
	if ((*text == '[') != (close == colon - 1) || (*text != '[' && strchr(text, ':') != colon))
		return false;
	if (strlen(colon + 1) < 1 || strlen(colon + 1) > 5)
		return false;
	for (const char *p = colon + 1; *p; p++) {
		if (*p < '0' || *p > '9')
			return false;
		port = port * 10 + (*p - '0');
	}
	return port >= 1 && port <= 65535;
}

/* The path of a file, or "". */
static void check_pem(struct check *check, const struct draft_section *section, const char *key,
		      char *ret)
{
	const char *path = value_text(check, section, key, SETTINGS_FILE);

	if (path[0] && path[0] != '/')
		check_error(check, "bad-path", section, value_line(section, key),
			    _("%s = \"%s\" is not a whole path; write for example "
			      "\"/etc/loaphuong/%s.pem\""),
			    key, path, key);
	copy_text(ret, SETTINGS_FILE, path);
}

static void check_console(struct check *check)
{
	struct settings *settings = &check->settings;
	const struct draft_section *section = check_single(check, "console", &settings->console);
	const char *listen;

	if (!section)
		return;
	listen = value_text(check, section, "listen", sizeof(settings->console_listen));
	if (!is_address(listen))
		check_error(check, "bad-address", section, value_line(section, "listen"),
			    _("listen = \"%s\" is not an address with a port; write for example "
			      "\"127.0.0.1:8080\""),
			    listen);
	copy_text(settings->console_listen, sizeof(settings->console_listen), listen);
	copy_text(settings->console_names, sizeof(settings->console_names),
		  value_text(check, section, "names", sizeof(settings->console_names)));
	check_pem(check, section, "certificate", settings->console_certificate);
	check_pem(check, section, "key", settings->console_key);
	if (!settings->console_certificate[0] != !settings->console_key[0])
		check_error(check, "half-tls", section, section->line,
			    _("'certificate' and 'key' belong together; write both, or none"));
}

static void check_recipients(struct check *check, const struct draft_section *section)
{
	const struct draft_option *option = draft_option(section, "recipients");
	struct settings_report *report = &check->settings.report;

	if (option && option->n > SETTINGS_RECIPIENTS_MAX)
		check_error(check, "too-long", section, option->line,
			    _("'recipients' has %zu entries; write at most %d"), option->n,
			    SETTINGS_RECIPIENTS_MAX);
	for (const struct draft_value *value = option ? option->first : NULL; value;
	     value = value->next) {
		if (strlen(value->text) >= SETTINGS_REPORT_TEXT)
			check_error(check, "too-long", section, value->line,
				    _("'%s' is longer than %zu bytes; shorten it"), "recipients",
				    (size_t)SETTINGS_REPORT_TEXT - 1);
		else if (report->n_recipients < SETTINGS_RECIPIENTS_MAX)
			copy_text(report->recipients[report->n_recipients++], SETTINGS_REPORT_TEXT,
				  value->text);
	}
}

static void check_report(struct check *check)
{
	struct settings_report *report = &check->settings.report;
	const struct {
		const char *key;
		char *text;
		size_t n;
	} texts[] = {
		{"parent", report->parent, sizeof(report->parent)},
		{"authority", report->authority, sizeof(report->authority)},
		{"number", report->number, sizeof(report->number)},
		{"place", report->place, sizeof(report->place)},
		{"signer-title", report->signer_title, sizeof(report->signer_title)},
		{"signer", report->signer, sizeof(report->signer)},
	};
	bool present;
	const struct draft_section *section = check_single(check, "report", &present);

	if (!section)
		return;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		copy_text(texts[i].text, texts[i].n,
			  value_text(check, section, texts[i].key, texts[i].n));
	check_recipients(check, section);
}

void check_box(struct check *check)
{
	check->settings = settings_default();
	check_station(check);
	check_audio(check);
	check_airtime(check);
	check_clock(check);
	check_console(check);
	check_report(check);
}
