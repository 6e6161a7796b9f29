/* SPDX-License-Identifier: MIT */
/*
 * scenario - one golden scenario: station.conf + events.txt -> the as-run log, as a person reads it.
 *
 *	scenario FOLDER            compares with FOLDER/expected.txt, exit 1 and a diff if it differs
 *	scenario FOLDER --print    prints what came out (to look at before it is made the expectation)
 *
 * events.txt, one a line, '#' begins a comment:
 *	recording NAME LENGTH      the library has it, approved
 *	unapproved NAME            its recording is not approved (any more)
 *	approved NAME              it is again; both count from the next reload on
 *	broken NAME / silent NAME  it cannot be decoded / nothing of it is audible
 *	start DATE TIME STATE      STATE: trusted, holdover, untrusted
 *	TIME play NAME... [class CLASS] [by WHO]
 *	TIME stop | skip | unpause | lose-card | find-card
 *	TIME pause UNTIL-TIME
 *	TIME clock STATE           the clock's state changes, it is not stepped
 *	TIME step [-]LENGTH STATE  the clock is stepped
 *	TIME set DATE TIME STATE   the clock is set
 *	TIME restart LENGTH STATE  power gone, back after LENGTH
 *	TIME reload FILE           another config
 *	until DATE TIME
 * A station with a relay prints its edges as they happen; 'stop' may be followed by a row number.
 * TIME is the station's clock, HH:MM[:SS]; earlier than the one before means the next day.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "driver.h"
#include "zoneinfo.h"

#define WORDS	   24
#define RECORDINGS 64

struct scenario {
	const char *folder;
	struct sim sim;
	size_t n_plans;
	struct plan *plans[8];
	size_t n_recordings;
	char names[RECORDINGS][LIMIT_NAME];
	struct plan_recording recordings[RECORDINGS];
	char broken[LIMIT_NAME], silent[LIMIT_NAME];
	char *out;
	size_t n_out;
	FILE *text;
	int line;
};

static void die(struct scenario *sc, const char *what, const char *word)
{
	fprintf(stderr, "%s/events.txt:%d: %s: %s\n", sc->folder, sc->line, what, word);
	exit(2);
}

static int world_zone(void *context, const char *name, struct zone *ret)
{
	(void)context;
	return zoneinfo_load(name, ret);
}

static int world_recording(void *context, size_t index, const char **ret_name,
			   struct plan_recording *ret)
{
	struct scenario *sc = context;

	if (index >= sc->n_recordings)
		return -2;
	*ret_name = sc->names[index];
	*ret = sc->recordings[index];
	return 0;
}

static struct plan *load(struct scenario *sc, const char *file)
{
	struct conf_world world = {.context = sc, .zone = world_zone, .recording = world_recording};
	char path[4096];
	struct conf_source source = {.file = path};
	struct faults faults = {0};
	struct settings settings;
	struct plan *plan = NULL;

	snprintf(path, sizeof(path), "%s/%s", sc->folder, file);
	if (conf_load(&source, &world, &faults, &plan, &settings) < 0) {
		for (size_t i = 0; i < faults.n; i++)
			fprintf(stderr, "%s:%d: %s\n", faults.items[i].file, faults.items[i].line,
				faults.items[i].text);
		exit(2);
	}
	faults_done(&faults);
	sc->sim.relay = (struct relay_rules){
		.present = settings.relay.present,
		.lead_us = settings.relay.lead_us,
		.hold_us = settings.relay.hold_us,
	};
	sc->plans[sc->n_plans++] = plan;
	return plan;
}

static void switched(void *context, bool on)
{
	struct scenario *sc = context;
	char clock[48];

	civil_print_instant(clock, sizeof(clock), &sc->plans[0]->zone, sim_now_us(&sc->sim), 3);
	fprintf(sc->text, "%.12s relay %s\n", clock + 11, on ? "on" : "off");
}

static enum clock_state state_of(struct scenario *sc, const char *word)
{
	for (int state = CLOCK_UNTRUSTED; state <= CLOCK_TRUSTED; state++)
		if (strcmp(word, clock_state_name((enum clock_state)state)) == 0)
			return (enum clock_state)state;
	die(sc, "no such clock state", word);
	return CLOCK_UNTRUSTED;
}

static int64_t length_of(struct scenario *sc, const char *word)
{
	int64_t us = 0;
	bool negative = *word == '-';

	if (civil_parse_duration(word + negative, &us) < 0)
		die(sc, "no such length", word);
	return negative ? -us : us;
}

static int64_t instant_of(struct scenario *sc, const char *date, const char *time)
{
	char text[64];
	int64_t us = 0;

	snprintf(text, sizeof(text), "%sT%s", date, time);
	if (civil_parse_instant(text, &sc->plans[0]->zone, &us) < 0)
		die(sc, "no such instant", text);
	return us;
}

/* A time of day at or after what the clock shows. */
static int64_t next_time(struct scenario *sc, const char *word)
{
	const struct zone *zone = &sc->plans[0]->zone;
	int64_t now_us = sim_now_us(&sc->sim), at_s = 0;
	struct civil now = zone_to_civil(zone, now_us / CIVIL_US);
	int32_t second = 0;

	if (civil_parse_time(word, false, &second) < 0)
		die(sc, "no such time", word);
	zone_to_utc(zone, (struct civil){now.day + (second < now.second), second}, &at_s);
	return at_s * CIVIL_US;
}

static const char *answer_name(int answer)
{
	static const char *const names[] = {
		[STATION_OK] = "ok",
		[STATION_NO_SUCH] = "no such clip or broadcast",
		[STATION_AMBIGUOUS] = "ambiguous",
		[STATION_BUSY] = "busy",
		[STATION_OUTSIDE_AIRTIME] = "outside airtime",
		[STATION_MINUTES_USED] = "minutes used",
		[STATION_NO_RECORDING] = "no recording",
		[STATION_NOT_APPROVED] = "not approved",
		[STATION_EXPIRED] = "expired",
		[STATION_DEVICE_LOST] = "device lost",
		[STATION_NOTHING] = "nothing to do",
	};

	return names[answer];
}

static void by_hand(struct scenario *sc, enum station_event_kind kind, char **words, size_t n)
{
	struct station_event event = {.kind = kind};
	const char *names[WORDS];
	char clock[48];

	if (kind == EVENT_PLAY) {
		event.play.names = names;
		event.play.trigger = TRIGGER_CLI;
		for (size_t i = 2; i < n; i++) {
			if (strcmp(words[i], "by") == 0 && i + 1 < n)
				event.play.who = words[++i];
			else if (strcmp(words[i], "class") == 0 && i + 1 < n)
				event.play.class_given = words[++i] != NULL;
			else
				names[event.play.n_names++] = words[i];
			if (event.play.class_given && strcmp(words[i - 1], "class") == 0)
				event.play.class =
					strcmp(words[i], "emergency") == 0 ? CLASS_EMERGENCY
					: strcmp(words[i], "normal") == 0  ? CLASS_NORMAL
									   : CLASS_PRIORITY;
		}
	} else if (kind == EVENT_PAUSE && n > 2) {
		event.hand.until_us = next_time(sc, words[2]);
	} else if (kind == EVENT_STOP && n > 2) {
		event.hand.row = atoll(words[2]);
	}
	civil_print_instant(clock, sizeof(clock), &sc->plans[0]->zone, sim_now_us(&sc->sim), 0);
	sim_event(&sc->sim, &event);
	fprintf(sc->text, "%.8s %s%s%s: %s\n", clock + 11, words[1], n > 2 ? " " : "",
		n > 2 ? words[2] : "", answer_name(sc->sim.answer));
}

static void set_clock(struct scenario *sc, char **words, size_t n)
{
	if (n < 5)
		die(sc, "set wants DATE TIME STATE", words[1]);
	sim_step_clock(&sc->sim, instant_of(sc, words[2], words[3]) - sim_now_us(&sc->sim),
		       state_of(sc, words[4]));
}

static void timed(struct scenario *sc, char **words, size_t n)
{
	static const struct {
		const char *word;
		enum station_event_kind kind;
	} hands[] = {{"play", EVENT_PLAY},
		     {"stop", EVENT_STOP},
		     {"skip", EVENT_SKIP},
		     {"pause", EVENT_PAUSE},
		     {"unpause", EVENT_PAUSE}};

	if (n < 2)
		die(sc, "what happens", words[0]);
	sim_run_until(&sc->sim, next_time(sc, words[0]));
	for (size_t i = 0; i < sizeof(hands) / sizeof(hands[0]); i++)
		if (strcmp(words[1], hands[i].word) == 0) {
			by_hand(sc, hands[i].kind, words, n);
			return;
		}
	if (strcmp(words[1], "lose-card") == 0)
		sim_lose_card(&sc->sim);
	else if (strcmp(words[1], "find-card") == 0)
		sim_find_card(&sc->sim);
	else if (strcmp(words[1], "clock") == 0 && n > 2)
		sim_step_clock(&sc->sim, 0, state_of(sc, words[2]));
	else if (strcmp(words[1], "step") == 0 && n > 3)
		sim_step_clock(&sc->sim, length_of(sc, words[2]), state_of(sc, words[3]));
	else if (strcmp(words[1], "set") == 0)
		set_clock(sc, words, n);
	else if (strcmp(words[1], "restart") == 0 && n > 3)
		sim_restart(&sc->sim, length_of(sc, words[2]), state_of(sc, words[3]));
	else if (strcmp(words[1], "reload") == 0 && n > 2)
		sim_reload(&sc->sim, load(sc, words[2]));
	else
		die(sc, "no such event", words[1]);
}

static void add_recording(struct scenario *sc, char **words)
{
	struct plan_recording *recording = &sc->recordings[sc->n_recordings];

	snprintf(sc->names[sc->n_recordings++], LIMIT_NAME, "%s", words[1]);
	recording->present = true;
	recording->approved = true;
	recording->length_us = length_of(sc, words[2]);
	memset(recording->sha256, (int)sc->n_recordings, sizeof(recording->sha256));
}

static void approve(struct scenario *sc, const char *name, bool approved)
{
	for (size_t i = 0; i < sc->n_recordings; i++)
		if (strcmp(sc->names[i], name) == 0)
			sc->recordings[i].approved = approved;
}

static void do_line(struct scenario *sc, char **words, size_t n)
{
	if (n == 3 && strcmp(words[0], "recording") == 0) {
		add_recording(sc, words);
	} else if (n == 2 &&
		   (strcmp(words[0], "unapproved") == 0 || strcmp(words[0], "approved") == 0)) {
		approve(sc, words[1], words[0][0] == 'a');
	} else if (n == 2 && strcmp(words[0], "broken") == 0) {
		snprintf(sc->broken, sizeof(sc->broken), "%s", words[1]);
		sc->sim.broken = sc->broken;
	} else if (n == 2 && strcmp(words[0], "silent") == 0) {
		snprintf(sc->silent, sizeof(sc->silent), "%s", words[1]);
		sc->sim.silent = sc->silent;
	} else if (n == 4 && strcmp(words[0], "start") == 0) {
		load(sc, "station.conf");
		sim_begin(&sc->sim, sc->plans[0], instant_of(sc, words[1], words[2]),
			  state_of(sc, words[3]));
	} else if (n == 3 && strcmp(words[0], "until") == 0) {
		sim_run_until(&sc->sim, instant_of(sc, words[1], words[2]));
	} else if (sc->n_plans > 0) {
		timed(sc, words, n);
	} else {
		die(sc, "comes before start", words[0]);
	}
}

static void run(struct scenario *sc)
{
	char path[4096], line[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/events.txt", sc->folder);
	file = fopen(path, "r");
	if (!file)
		die(sc, "cannot open", path);
	while (fgets(line, sizeof(line), file)) {
		char *words[WORDS], *save = NULL;
		size_t n = 0;

		sc->line++;
		line[strcspn(line, "#\n")] = '\0';
		for (char *w = strtok_r(line, " \t", &save); w && n < WORDS;
		     w = strtok_r(NULL, " \t", &save))
			words[n++] = w;
		if (n > 0)
			do_line(sc, words, n);
	}
	fclose(file);
}

static void print_span(struct scenario *sc, const struct asrun_row *row)
{
	char started[48], ended[48];

	if (!row->started_us) {
		fprintf(sc->text, "%-26s", "-");
		return;
	}
	civil_print_instant(started, sizeof(started), &sc->plans[0]->zone, row->started_us, 3);
	civil_print_instant(ended, sizeof(ended), &sc->plans[0]->zone, row->ended_us, 3);
	fprintf(sc->text, "%.12s-%.12s ", started + 11, row->ended_us ? ended + 11 : "?");
}

static int print_row(void *context, const struct asrun_row *row)
{
	struct scenario *sc = context;
	const char *reason = asrun_reason_code(row->reason);
	char planned[48], verdict[64];

	civil_print_instant(planned, sizeof(planned), &sc->plans[0]->zone, row->opened.planned_us,
			    0);
	snprintf(verdict, sizeof(verdict), "%s%s%s%s", asrun_outcome_name(row->outcome),
		 reason ? " " : "", reason ? reason : "",
		 row->opened.airtime_unknown ? " (airtime unknown)" : "");
	fprintf(sc->text, "%.10s %.8s %-12s %-28s ", planned, planned + 11,
		row->opened.broadcast[0] ? row->opened.broadcast : "by-hand", verdict);
	print_span(sc, row);
	fprintf(sc->text, "%s%s\n", row->aired ? row->aired : "",
		row->not_durable ? " (not durable)" : "");
	return 0;
}

static int compare(const struct scenario *sc)
{
	char command[8192];
	FILE *diff;

	snprintf(command, sizeof(command), "diff -u '%s/expected.txt' -", sc->folder);
	diff = popen(command, "w");
	if (!diff || fwrite(sc->out, 1, sc->n_out, diff) != sc->n_out)
		return 2;
	return pclose(diff) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct scenario sc = {0};
	int rc = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: scenario FOLDER [--print]\n");
		return 2;
	}
	sc.folder = argv[1];
	sc.sim.switched = switched;
	sc.sim.context = &sc;
	sc.text = open_memstream(&sc.out, &sc.n_out);
	run(&sc);
	fprintf(sc.text, "\n");
	sim_rows(&sc.sim, print_row, &sc);
	fclose(sc.text);
	if (argc > 2)
		fputs(sc.out, stdout);
	else
		rc = compare(&sc);
	sim_done(&sc.sim);
	for (size_t i = 0; i < sc.n_plans; i++)
		plan_free(sc.plans[i]);
	free(sc.out);
	return rc;
}
