/* SPDX-License-Identifier: MIT */
#include "phrases.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

struct phrase {
	const char *code;
	const char *english;
};

static const struct phrase outcomes[] = {
	{"open", N_("on air or cut off")}, {"played", N_("played")},   {"late", N_("played late")},
	{"partial", N_("played in part")}, {"refused", N_("refused")}, {"missed", N_("missed")},
	{"failed", N_("failed")},
};

static const struct phrase forecasts[] = {
	{"open", N_("begins, end not known")},
	{"played", N_("plays")},
	{"late", N_("plays late")},
	{"partial", N_("plays in part")},
	{"refused", N_("does not play")},
	{"missed", N_("does not play")},
	{"failed", N_("gives no sound")},
};

static const struct phrase reasons[] = {
	{"outside-airtime", N_("outside the permitted hours")},
	{"ends-outside-airtime", N_("would end outside the permitted hours")},
	{"session-minutes-used", N_("the minutes of this session are used up")},
	{"day-minutes-used", N_("the minutes of this day are used up")},
	{"paused", N_("the schedule is paused")},
	{"skipped", N_("skipped by hand")},
	{"not-approved", N_("the clip is not approved")},
	{"busy", N_("something else was on air too long")},
	{"off", N_("the station was not running")},
	{"device-lost", N_("no sound card")},
	{"clock-untrusted", N_("the station did not know the time")},
	{"clock-jumped", N_("the clock was set past it")},
	{"no-recording", N_("a clip has no recording")},
	{"expired", N_("a clip is not valid on that day")},
	{"stopped", N_("stopped by hand")},
	{"interrupted", N_("something more urgent took its place")},
	{"restarted", N_("power or service was interrupted")},
	{"removed", N_("a new config took it out")},
	{"unplayable", N_("the recording cannot be decoded")},
	{"silent", N_("a recording could not be heard: check it and the volume")},
	{"hard-stop", N_("cut at the end of the permitted time")},
	{"inside-airtime", N_("inside the permitted hours")},
};

static const struct phrase classes[] = {
	{"normal", N_("normal")},
	{"priority", N_("priority")},
	{"emergency", N_("emergency")},
};

static const struct phrase triggers[] = {
	{"schedule", N_("schedule")}, {"button", N_("button")}, {"console", N_("console")},
	{"cli", N_("command line")},  {"fleet", N_("fleet")},
};

static const struct phrase clocks[] = {
	{"trusted", N_("trusted")},
	{"holdover", N_("trusted earlier, running on")},
	{"untrusted", N_("NOT TRUSTED: scheduled broadcasts are held")},
	{"pretended", N_("pretended (demonstration)")},
};

static const struct phrase clock_reasons[] = {
	{"synchronized", N_("synchronised over the network")},
	{"rtc-agrees", N_("the clock chip agrees")},
	{"confirmed", N_("confirmed by a person")},
	{"policy", N_("trusted always, as the config says")},
	{"pretended", N_("started with --pretend-now")},
	{"holdover", N_("not synchronised at the moment")},
	{"never-synced", N_("not synchronised since the box was switched on")},
	{"rtc-differs", N_("the clock chip shows another time")},
	{"holdover-over", N_("not synchronised for too long")},
	{"before-build", N_("it shows a time before this program was made")},
	{"before-log", N_("it shows a time before the newest row of the log")},
	{"far-future", N_("it shows a time too far in the future")},
	{"jumped", N_("it jumped forward by more than a day")},
};

#define NETWORK_OR_HAND                                                                            \
	N_("Connect the network for its time and wait a minute. Without one: loaphuong clock "     \
	   "confirm --by WHO if the time is right, sudo loaphuong clock set \"2024-06-01 05:30\" " \
	   "--by WHO if it is not.")

static const struct phrase clock_cures[] = {
	{"synchronized", ""},
	{"rtc-agrees", ""},
	{"policy", ""},
	{"confirmed", N_("Before that ends, connect the network, or confirm the time again.")},
	{"pretended", N_("Start it without --pretend-now for real operation.")},
	{"holdover", N_("Before that ends, bring back the network, or say that the time is right: "
			"loaphuong clock confirm --by WHO.")},
	{"never-synced", NETWORK_OR_HAND},
	{"holdover-over", NETWORK_OR_HAND},
	{"jumped", NETWORK_OR_HAND},
	{"rtc-differs",
	 N_("Set the time, and with it the clock chip: sudo loaphuong clock set \"2024-06-01 "
	    "05:30\" --by WHO. If the chip is wrong again soon, exchange its battery.")},
	{"before-build", N_("Connect the network for its time, or set it: sudo loaphuong clock set "
			    "\"2024-06-01 05:30\" --by WHO.")},
	{"before-log",
	 N_("If the time is wrong, set it: sudo loaphuong clock set \"2024-06-01 05:30\" --by "
	    "WHO. If it is right, the log was written under a wrong time: connect the network, "
	    "whose word counts for more.")},
	{"far-future",
	 N_("Set the time: sudo loaphuong clock set \"2024-06-01 05:30\" --by WHO. If the network "
	    "set it so, stop that first: sudo timedatectl set-ntp false.")},
};

static const struct phrase notes[] = {
	{"start", N_("the service started")},
	{"stop", N_("stopped by hand")},
	{"press", N_("a button names something that is not there")},
	{"pause", N_("the schedule paused")},
	{"unpause", N_("the pause ended")},
	{"skip", N_("a broadcast skipped")},
	{"reload", N_("a new config in force")},
	{"reload-refused", N_("a new config refused")},
	{"volume", N_("the volume set")},
	{"clip-add", N_("a recording added")},
	{"campaign-save", N_("the programme changed")},
	{"campaign-undo", N_("a change to the programme undone")},
	{"clip-say", N_("a spoken draft added")},
	{"clip-approve", N_("a recording approved")},
	{"clip-revoke", N_("an approval revoked")},
	{"clip-remove", N_("a recording removed")},
	{"relay-test", N_("the relay tested")},
	{"clip-restore", N_("a recording restored")},
	{"fault", N_("a fault")},
	{"fault-over", N_("a fault is over")},
	{"watchdog", N_("a part of the service stood still")},
	{"clock", N_("the clock")},
	{"clock-confirm", N_("the time confirmed by hand")},
	{"log-replaced", N_("the log was damaged: put aside, and a new one begun")},
	{"library-replaced", N_("the index of recordings was damaged: put aside, and made anew")},
	{"log-end-lost", N_("the end of the log was gone")},
	{"log-events-lost", N_("events were lost while the disk refused")},
	{"clock-set", N_("the clock set by hand")},
};

static const struct phrase dues[] = {
	{"due", N_("due at this minute")},
	{"disabled", N_("switched off (enabled = false)")},
	{"outside-campaign", N_("its campaign does not run on this day")},
	{"wrong-day", N_("not on this day of the week")},
	{"not-in-dates", N_("not on this date")},
	{"excepted", N_("this date is excepted")},
	{"other-time", N_("on this day, but at another time")},
};

static const char *find(const struct phrase *phrases, size_t n, const char *code)
{
	if (!code)
		return "";
	for (size_t i = 0; i < n; i++) {
		if (strcmp(phrases[i].code, code) == 0)
			return words(phrases[i].english);
	}
	return code;
}

#define FIND(table, code) find(table, sizeof(table) / sizeof((table)[0]), code)

const char *phrase_outcome(const char *code)
{
	return FIND(outcomes, code);
}

const char *phrase_forecast(const char *code)
{
	return FIND(forecasts, code);
}

const char *phrase_reason(const char *code)
{
	return FIND(reasons, code);
}

const char *phrase_class(const char *code)
{
	return FIND(classes, code);
}

const char *phrase_trigger(const char *code)
{
	return FIND(triggers, code);
}

const char *phrase_clock(const char *code)
{
	return FIND(clocks, code);
}

const char *phrase_clock_cure(const char *code)
{
	return FIND(clock_cures, code);
}

const char *phrase_clock_reason(const char *code)
{
	return FIND(clock_reasons, code);
}

const char *phrase_note(const char *code)
{
	return FIND(notes, code);
}

const char *phrase_due(const char *code)
{
	return FIND(dues, code);
}

void phrase_day(char *text, size_t n, int32_t day)
{
	static const char *const names[] = {N_("Monday"),   N_("Tuesday"), N_("Wednesday"),
					    N_("Thursday"), N_("Friday"),  N_("Saturday"),
					    N_("Sunday")};
	struct civil_date date = civil_date_of(day);
	const char *name = words(names[civil_weekday(day)]);

	if (strcmp(words_language(), "vi") == 0)
		snprintf(text, n, "%s, %02d/%02d/%d", name, date.day, date.month, date.year);
	else
		snprintf(text, n, "%s %04d-%02d-%02d", name, date.year, date.month, date.day);
}

static void two_units(char *text, size_t n, long long large, const char *large_unit,
		      long long small, const char *small_unit)
{
	if (small > 0)
		snprintf(text, n, "%lld %s %lld %s", large, large_unit, small, small_unit);
	else
		snprintf(text, n, "%lld %s", large, large_unit);
}

void phrase_duration(char *text, size_t n, int64_t us)
{
	long long seconds = us > 0 ? us / CIVIL_US : 0;
	long long minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

	if (days > 0)
		two_units(text, n, days, _("d"), hours % 24, _("h"));
	else if (hours > 0)
		two_units(text, n, hours, _("h"), minutes % 60, _("min"));
	else if (minutes > 0)
		two_units(text, n, minutes, _("min"), seconds % 60, _("s"));
	else
		two_units(text, n, seconds, _("s"), 0, "");
}

void phrase_length(char *text, size_t n, int64_t us)
{
	long long seconds = us > 0 ? (us + CIVIL_US - 1) / CIVIL_US : 0;

	if (seconds >= 3600)
		snprintf(text, n, "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60,
			 seconds % 60);
	else
		snprintf(text, n, "%lld:%02lld", seconds / 60, seconds % 60);
}

void phrase_result(char *text, size_t n, const char *outcome, const char *reason)
{
	if (reason && reason[0])
		snprintf(text, n, "%s: %s", outcome, phrase_reason(reason));
	else
		snprintf(text, n, "%s", outcome);
}
