/* SPDX-License-Identifier: MIT */
/* Checks of what the station plays with: its config, the service, sound card, time. */
#include "cmd_doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "phrases.h"
#include "sink.h"
#include "words.h"

#define DOCTOR_PAST_FAULTS 5

void doctor_check_config(const struct doctor *d, struct doctor_findings *ret)
{
	const struct faults *faults = &d->offline.faults;
	const char *config = d->scene.config;
	size_t n_errors = 0;
	char cure[512];

	snprintf(cure, sizeof(cure), _("loaphuong check -c %s shows every fault with its line."),
		 config);
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *fault = &faults->items[i];

		if (!fault->error || n_errors++ > 0)
			continue;
		if (fault->line > 0)
			doctor_fail(ret, cure, "%s:%d: %s", fault->file, fault->line, fault->text);
		else /* the file itself */
			doctor_fail(ret, cure, "%s: %s", fault->file, fault->text);
	}
	if (n_errors > 1)
		doctor_fail(ret, cure, _("%zu errors in all."), n_errors);
	else if (n_errors == 0 && d->config_error < 0)
		doctor_fail(ret, cure, "%s: %s", config, words_error(-d->config_error));
	else if (n_errors == 0 && faults->n > 0)
		doctor_warn(ret, cure, _("%s: no errors, %zu warnings"), config, faults->n);
	else if (n_errors == 0)
		doctor_ok(ret, _("%s: no faults"), config);
	if (json_is_true(json_object_get(json_object_get(d->status, "config"), "accepted_copy")))
		doctor_fail(ret, _("Correct the config, then: loaphuong reload"),
			    _("The station runs on the last good copy of its config."));
}

static bool installed(const struct doctor *d)
{
	return strcmp(d->scene.state, COMMAND_STATE) == 0 && strcmp(d->unit.load, "loaded") == 0;
}

static void check_starts_again(const struct doctor *d, struct doctor_findings *ret)
{
	if (!installed(d))
		return;
	if (strcmp(d->unit.active, "active") != 0 && d->status)
		doctor_warn(ret, _("End it, then: sudo systemctl enable --now loaphuongd"),
			    _("It runs, but not under systemd: after a power cut nobody starts "
			      "it."));
	else if (strcmp(d->unit.enabled, "enabled") != 0)
		doctor_fail(ret, "sudo systemctl enable loaphuongd",
			    _("It does not start by itself after a power cut (%s)."),
			    d->unit.enabled[0] ? d->unit.enabled : "?");
}

static void check_no_station(const struct doctor *d, struct doctor_findings *ret)
{
	switch (d->station_error) {
	case -EACCES:
	case -EPERM:
		doctor_fail(ret,
			    _("Use sudo, or: sudo adduser $USER loaphuong, then log in again."),
			    _("It runs, but you may not talk to it."));
		break;
	case -ENOENT:
		doctor_fail(ret,
			    strcmp(d->unit.active, "failed") == 0
				    ? _("journalctl -u loaphuongd -n 20 says why it ended.")
				    : "sudo systemctl enable --now loaphuongd",
			    _("It does not run (state folder %s)."), d->scene.state);
		break;
	default:
		doctor_fail(ret, "sudo systemctl restart loaphuongd",
			    _("It runs, but does not answer (%s)."),
			    words_error(-d->station_error));
		break;
	}
}

/* Faults that belong to a check of their own are told there. */
static bool told_elsewhere(const char *code)
{
	static const char *const codes[] = {"config-refused", "log-not-writable", "clock-untrusted",
					    "no-recording"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return strncmp(code, "device-", 7) == 0 || strcmp(code, "line-unusable") == 0 ||
	       strncmp(code, "button-", 7) == 0;
}

const json_t *doctor_fault(const struct doctor *d, const char *code)
{
	size_t n = code[strlen(code) - 1] == '-' ? strlen(code) : SIZE_MAX;
	const json_t *fault;
	size_t i;

	json_array_foreach(json_object_get(d->status, "faults"), i, fault)
	{
		if (strncmp(ask_text(fault, "code"), code, n) == 0)
			return fault;
	}
	return NULL;
}

/* A service that had to be started again is more than a fault that is over. */
static void tell_past_faults(const struct doctor *d, struct doctor_findings *ret)
{
	const json_t *faults = json_object_get(d->status, "past_faults"), *fault;
	size_t i;

	json_array_foreach(faults, i, fault)
	{
		const char *message = ask_text(fault, "message"), *last = ask_text(fault, "last");

		if (i >= DOCTOR_PAST_FAULTS)
			return;
		if (strcmp(ask_text(fault, "code"), "restarted") == 0)
			doctor_warn(ret, ask_text(fault, "cure"), "%.10s: %s", last, message);
		else
			doctor_ok(ret, _("Over since %.10s %.5s, %lld times: %s"), last,
				  strlen(last) > 11 ? last + 11 : "", ask_number(fault, "count"),
				  message);
	}
}

void doctor_check_service(const struct doctor *d, struct doctor_findings *ret)
{
	const char *version = ask_text(d->status, "version");
	const json_t *fault;
	size_t i;

	if (!d->status)
		check_no_station(d, ret);
	else if (strcmp(version, LOA_VERSION) != 0)
		doctor_warn(ret, "sudo systemctl restart loaphuongd",
			    _("It runs as version %s, but %s is installed."), version, LOA_VERSION);
	else
		doctor_ok(ret, _("It runs, version %s."), version);
	check_starts_again(d, ret);
	json_array_foreach(json_object_get(d->status, "faults"), i, fault)
	{
		if (!told_elsewhere(ask_text(fault, "code")))
			doctor_fail(ret, ask_text(fault, "cure"), "%s", ask_text(fault, "message"));
	}
	if (ask_text(d->status, "paused_until")[0])
		doctor_warn(ret, _("loaphuong pause --off ends it."),
			    _("The schedule is paused until %.16s."),
			    ask_text(d->status, "paused_until"));
	tell_past_faults(d, ret);
}

/* ---- sound ---- */

void doctor_tell_sound(const struct sink_trouble *trouble, const char *device,
		       struct doctor_findings *ret)
{
	const char *detail = trouble->detail[0] ? trouble->detail : _("nothing");

	if (trouble->cause == SINK_ABSENT)
		doctor_fail(ret,
			    _("Look at its plug and power, or name one that is there: \"card:ID\" "
			      "and \"usb:PORT\" stay the same over a reboot."),
			    _("%s is not there; there is: %s."), device, detail);
	else if (trouble->cause == SINK_BUSY)
		doctor_fail(ret, _("End that program and keep it from starting again."),
			    _("%s is held by another program: %s."), device, detail);
	else if (trouble->cause == SINK_FORBIDDEN)
		doctor_warn(ret, _("Use sudo: the service has the group audio, you may not."),
			    _("You may not open %s, so it was not tried."), device);
	else
		doctor_fail(ret,
			    _("Start the service; loaphuong status then says what does not fit, "
			      "and what to write."),
			    _("%s cannot be set up for %u Hz or %u channels (%s)."), device,
			    trouble->wanted, trouble->most,
			    trouble->error ? words_error(trouble->error) : detail);
}

/* Opening and configuring starts nothing: no sample leaves the card. */
static void try_device(const struct doctor *d, struct doctor_findings *ret)
{
	const struct settings *settings = &d->scene.settings;
	const struct pcm_format want = {.rate_hz = settings->rate_hz,
					.channels = settings->channels};
	struct sink *sink;

	if (sink_alsa_new(settings->device, &sink) < 0)
		return;
	if (sink->ops->open(sink, &want) < 0)
		doctor_tell_sound(&sink->trouble, settings->device, ret);
	else
		doctor_ok(ret, _("%s opens at %u Hz, %u channels (%s)."), settings->device,
			  sink->info.format.rate_hz, sink->info.format.channels, sink->info.sample);
	sink_free(sink);
}

void doctor_check_sound(const struct doctor *d, struct doctor_findings *ret)
{
	const json_t *device = json_object_get(d->status, "device");
	const json_t *fault = doctor_fault(d, "device-");
	const char *name = ask_text(device, "name");

	if (!d->status && d->scene.unreachable) {
		doctor_warn(ret, _("See \"service\" above."),
			    _("The running station has the card; it cannot be asked."));
		return;
	}
	if (!d->status) {
		try_device(d, ret);
		return;
	}
	if (fault || json_is_true(json_object_get(device, "lost")))
		doctor_fail(
			ret,
			fault ? ask_text(fault, "cure") : _("Look at plug and power of the card."),
			"%s: %s", name, fault ? ask_text(fault, "message") : _("no sound card"));
	else if (strncmp(name, "wav:", 4) == 0 || strcmp(name, "null") == 0)
		doctor_warn(ret, _("Start it without --sink to hear it."),
			    _("%s: a demonstration, no sound card."), name);
	else
		doctor_ok(ret, _("%s, volume %.1f dB."), name,
			  json_number_value(json_object_get(d->status, "volume_db")));
}

/* ---- time ---- */

static void check_asked_clock(const struct doctor *d, struct doctor_findings *ret)
{
	const json_t *clock = json_object_get(d->status, "clock");
	const char *state = ask_text(clock, "state");
	const char *reason = phrase_clock_reason(ask_text(clock, "reason"));

	if (strcmp(state, clock_state_name(CLOCK_TRUSTED)) == 0)
		doctor_ok(ret, "%s: %s", phrase_clock(state), reason);
	else if (strcmp(state, clock_state_name(CLOCK_UNTRUSTED)) == 0)
		doctor_fail(ret, phrase_clock_cure(ask_text(clock, "reason")),
			    _("Nothing scheduled sounds: %s"), reason);
	else
		doctor_warn(ret, phrase_clock_cure(ask_text(clock, "reason")), "%s: %s",
			    phrase_clock(state), reason);
}

static bool has_rtc(const struct doctor *d)
{
	char path[LIMIT_PATH];

	return doctor_path(d, "/sys/class/rtc/rtc0", path, sizeof(path)) && access(path, F_OK) == 0;
}

static void check_sources(const struct doctor *d, struct doctor_findings *ret)
{
	if (d->time_service[0])
		doctor_ok(ret, _("%s keeps the time."), d->time_service);
	else if (d->systemd)
		doctor_fail(ret, "sudo apt install systemd-timesyncd",
			    _("No service sets the clock by the network (NTP)."));
	if (has_rtc(d))
		doctor_ok(ret, _("A battery clock (RTC) is there."));
	else
		doctor_warn(ret,
			    _("Fit a DS3231 module, or see to it that the network is there when "
			      "the power comes back."),
			    _("There is no battery clock (RTC): after a power cut without "
			      "network, scheduled sound waits for the time."));
}

void doctor_check_clock(const struct doctor *d, struct doctor_findings *ret)
{
	if (d->status)
		check_asked_clock(d, ret);
	else if (d->look.kernel_synced)
		doctor_ok(ret, _("The kernel's clock is synchronised."));
	else if (d->look.rtc_agrees)
		doctor_warn(ret, _("Connect the network once, or set clock { trust = \"rtc\" }."),
			    _("Not synchronised by the network; the battery clock agrees."));
	else
		doctor_fail(
			ret,
			_("Connect the network and wait a minute, or start the service and set "
			  "the time by hand: sudo loaphuong clock set \"2024-06-01 05:30\" --by "
			  "WHO"),
			_("The clock is not synchronised: nothing scheduled would sound."));
	check_sources(d, ret);
}

void doctor_check_zone(const struct doctor *d, struct doctor_findings *ret)
{
	char now[64];

	if (d->zone_error < 0) {
		doctor_fail(ret, "sudo apt install tzdata",
			    _("The data of time zone %s cannot be read."),
			    d->scene.settings.timezone);
		return;
	}
	civil_print_instant(now, sizeof(now), &d->scene.zone, d->scene.now_us, 0);
	doctor_ok(ret, _("%s: it is %.10s %.5s there."), d->scene.settings.timezone, now, now + 11);
}
