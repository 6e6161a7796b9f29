/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the small things that are read from outside: an event of the as-run log, a time zone
 * of the system, a name of a file, a time that a person wrote, what a station left in its lock, the
 * battery clock's word. The first byte says which. Besides memory faults it looks for what was
 * taken and does not hold together.
 */
#include <errno.h>
#include <jansson.h>
#include <unistd.h>

#include "asrun.h"
#include "clock.h"
#include "fuzz.h"
#include "lock.h"
#include "names.h"
#include "row_json.h"
#include "zoneinfo.h"

static void check_json(json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);

	must(text != NULL);
	free(text);
	json_decref(value);
}

/* What is read is what would be written; and it can be shown to people. */
static void asrun_text(const struct fuzz_bytes *bytes)
{
	static char text[LIMIT_ASRUN_TEXT + 1], again[LIMIT_ASRUN_TEXT], items[LIMIT_ASRUN_ITEMS];
	struct asrun_row row = {0};
	struct asrun_event event;
	struct zone zone;

	fuzz_text(bytes, text, sizeof(text));
	if (asrun_parse(text, &event, items, sizeof(items)) != 0)
		return;
	must(asrun_print(&event, again, sizeof(again)) == (int)strlen(text));
	must(strcmp(again, text) == 0);
	must(zone_fixed("+07", 25200, &zone) == 0);
	must(asrun_fold(&row, &event) == 0);
	check_json(event.kind == ASRUN_NOTE ? row_json_note(&event, &zone) : row_json(&row, &zone));
	asrun_row_done(&row);
	zone_done(&zone);
}

static void zone_file(const struct fuzz_bytes *bytes)
{
	struct zone zone;
	int error = zoneinfo_parse("Test", bytes->at, bytes->n, &zone);

	must(error == 0 || error == -EBADMSG);
	if (error < 0)
		return;
	must(zone.n_changes > 0);
	for (size_t i = 0; i < zone.n_changes; i++) {
		int64_t from_s = zone.changes[i].from_s, back_s;

		must(i == 0 || zone.changes[i - 1].from_s < from_s);
		must(zone.changes[i].offset_s > -26 * 3600 && zone.changes[i].offset_s < 27 * 3600);
		must(zone_offset(&zone, from_s) == zone.changes[i].offset_s);
		if (zone_to_utc(&zone, zone_to_civil(&zone, from_s), &back_s) == CIVIL_PLAIN)
			must(back_s == from_s);
	}
	zone_done(&zone);
}

static void name(const struct fuzz_bytes *bytes)
{
	char text[512], slug[LIMIT_NAME];
	char *composed;

	fuzz_text(bytes, text, sizeof(text));
	composed = names_nfc(text);
	must((composed != NULL) == names_utf8_valid(text, strlen(text), NULL));
	if (composed) {
		char *again = names_nfc(composed);

		must(again && strcmp(again, composed) == 0);
		must(names_distance(text, composed, 5) <= 6);
		free(again);
	}
	free(composed);
	if (names_utf8_valid(text, strlen(text), NULL)) {
		names_flaw(text, LIMIT_NAME, true);
		if (names_slug(text, slug, sizeof(slug)) == 0)
			must(names_flaw(slug, LIMIT_NAME, false) == NAMES_GOOD);
	}
}

/* What is printed of it reads as the same again. */
static void time_of_a_person(const struct fuzz_bytes *bytes)
{
	char text[128], again[64];
	struct civil_date date;
	int64_t us, same_us;
	int32_t from_s, until_s;

	fuzz_text(bytes, text, sizeof(text));
	if (civil_parse_date(text, true, &date) == 0)
		must(civil_date_exists(date));
	if (civil_parse_time(text, true, &from_s) == 0)
		must(from_s >= 0 && from_s <= CIVIL_DAY_S);
	if (civil_parse_window(text, &from_s, &until_s) == 0)
		must(from_s >= 0 && from_s < until_s && until_s <= 2 * CIVIL_DAY_S);
	if (civil_parse_duration(text, &us) == 0) {
		civil_print_duration(again, sizeof(again), us);
		must(civil_parse_duration(again, &same_us) == 0 && same_us == us);
	}
	if (civil_parse_instant(text, NULL, &us) == 0) {
		civil_print_instant(again, sizeof(again), NULL, us, 3);
		must(civil_parse_instant(again, NULL, &same_us) == 0);
		must(same_us <= us && us - same_us < 1000); /* before 1970, too */
	}
}

static void lock_of_a_station(const struct fuzz_bytes *bytes)
{
	const char *folder = fuzz_folder();
	struct lock *lock = NULL;
	char path[96], found[108];
	int error;

	snprintf(path, sizeof(path), "%s/" LOCK_FILE, folder);
	must(lock_take(folder, "/run/x", &lock) == 0);
	fuzz_write(path, bytes->at, bytes->n);
	error = lock_find(folder, found, sizeof(found));
	must(error == 0 || error == -ENOENT || error == -ENOBUFS);
	must(error < 0 || (found[0] && strlen(found) < sizeof(found) && !strchr(found, '\n')));
	lock_free(lock);
	must(unlink(path) == 0);
}

static void battery_clock(const struct fuzz_bytes *bytes)
{
	char path[96], text[128];
	int64_t now_s = 1717195500;

	snprintf(path, sizeof(path), "%s/rtc", fuzz_folder());
	fuzz_write(path, bytes->at, bytes->n);
	fuzz_text(bytes, text, sizeof(text));
	if (clock_rtc_agrees(path, now_s * CIVIL_US))
		must(llabs(strtoll(text, NULL, 10) - now_s) <= 120);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const kinds[])(const struct fuzz_bytes *) = {
		asrun_text, zone_file, name, time_of_a_person, lock_of_a_station, battery_clock,
	};
	struct fuzz_bytes bytes = {data, size};

	kinds[fuzz_byte(&bytes) % (sizeof(kinds) / sizeof(kinds[0]))](&bytes);
	return 0;
}
