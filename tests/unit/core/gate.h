/* SPDX-License-Identifier: MIT */
/*
 * gate - an airtime gate with its zone, for tests.
 */
#ifndef TESTS_GATE_H
#define TESTS_GATE_H

#include "airtime.h"
#include "check.h"
#include "make_plan.h"

#define MINUTE (60 * CIVIL_US)
#define DAY_US (CIVIL_DAY_S * CIVIL_US)

/* Europe/Berlin, 2024 and 2025. */
static const struct zone_change berlin_changes[] = {
	{0, 3600}, {1711846800, 7200}, {1729990800, 3600}, {1743296400, 7200}, {1761440400, 3600},
};

/* Windows by their text, separated by one space. */
MAKER struct airtime_rules rules_of(const char *windows, int session_min, int day_min)
{
	struct airtime_rules rules = {.days = 0x7f,
				      .session_max_us = session_min * MINUTE,
				      .day_max_us = day_min * MINUTE};
	char word[32];

	while (make_word(&windows, word, sizeof(word))) {
		struct airtime_window *window = &rules.windows[rules.n_windows++];

		assert_int_equal(civil_parse_window(word, &window->from_s, &window->until_s), 0);
	}
	return rules;
}

struct gate {
	struct zone zone;
	struct airtime *airtime;
};

/* In place: the gate borrows the zone. */
MAKER void open_gate(struct gate *gate, struct airtime_rules rules, bool berlin)
{
	if (berlin)
		gate->zone =
			make_zone("Europe/Berlin", berlin_changes, CHECK_COUNT(berlin_changes));
	else
		assert_int_equal(zone_fixed("+07", 25200, &gate->zone), 0);
	assert_int_equal(airtime_new(&rules, &gate->zone, &gate->airtime), 0);
}

MAKER void close_gate(struct gate *gate)
{
	assert_null(airtime_free(gate->airtime));
	zone_done(&gate->zone);
}

MAKER int64_t at(const struct gate *gate, const char *text)
{
	int64_t us;

	assert_int_equal(civil_parse_instant(text, &gate->zone, &us), 0);
	return us;
}

MAKER enum airtime_verdict ask(const struct gate *gate, const char *start, int64_t length_us)
{
	struct airtime_request request = {.start_us = at(gate, start), .length_us = length_us};
	struct permit permit;

	return airtime_permit(gate->airtime, &request, &permit);
}

#endif
