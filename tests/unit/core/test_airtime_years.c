/* SPDX-License-Identifier: MIT */
#include "gate.h"

/* Years of charges, forgetting as the station does: today's are all there. */
static void years_of_charges(void **state)
{
	struct gate gate;
	int64_t start_us;

	(void)state;
	open_gate(&gate, rules_of("06:00-07:00 22:00-01:00", 0, 100), false);
	start_us = at(&gate, "2024-06-01T00:00");
	for (int day = 0; day < 3 * 365; day++) {
		int64_t day_us = start_us + day * DAY_US;

		for (int i = 0; i < 30; i++)
			airtime_charge(gate.airtime, day_us + 6 * 60 * MINUTE + i * MINUTE, MINUTE);
		for (int i = 0; i < 30; i++)
			airtime_charge(gate.airtime, day_us + 23 * 60 * MINUTE + i * 4 * MINUTE,
				       MINUTE);
		airtime_forget(gate.airtime, day_us + 26 * 60 * MINUTE);
		assert_int_equal(airtime_use_at(gate.airtime, day_us + 6 * 60 * MINUTE).day_used_us,
				 60 * MINUTE);
	}
	close_gate(&gate);
}

/* The clock goes to a wrong year and comes back: today is not forgotten. */
static void clock_comes_back(void **state)
{
	struct gate gate;
	int64_t today_us;

	(void)state;
	open_gate(&gate, rules_of("06:00-07:00", 10, 0), false);
	today_us = at(&gate, "2024-06-01T06:00");
	airtime_charge(gate.airtime, today_us, 10 * MINUTE);
	for (int day = 0; day < 20; day++) {
		int64_t wrong_us = today_us + (5000 + day) * DAY_US;

		airtime_charge(gate.airtime, wrong_us, MINUTE);
		airtime_forget(gate.airtime, wrong_us);
	}
	assert_int_equal(ask(&gate, "2024-06-01T06:30", MINUTE), AIRTIME_SESSION_FULL);
	airtime_charge(gate.airtime, today_us + 30 * MINUTE, MINUTE);
	assert_int_equal(airtime_use_at(gate.airtime, today_us).session_used_us, 11 * MINUTE);
	close_gate(&gate);
}

/* Is that second of local time inside a window of its day or of the day before? */
static bool slow_inside(const struct airtime_rules *rules, int64_t local_s)
{
	int32_t day = (int32_t)(local_s / CIVIL_DAY_S), second = (int32_t)(local_s % CIVIL_DAY_S);

	for (size_t i = 0; i < rules->n_windows; i++) {
		const struct airtime_window *it = &rules->windows[i];

		if (rules->days >> civil_weekday(day) & 1 && second >= it->from_s &&
		    second < it->until_s)
			return true;
		if (rules->days >> civil_weekday(day - 1) & 1 && second + CIVIL_DAY_S < it->until_s)
			return true;
	}
	return false;
}

static enum airtime_verdict slow_verdict(const struct airtime_rules *rules, int64_t local_s,
					 int64_t length_s)
{
	int64_t inside_s = 0;

	while (inside_s < length_s && slow_inside(rules, local_s + inside_s))
		inside_s++;
	if (inside_s == length_s)
		return AIRTIME_OK;
	return inside_s == 0 ? AIRTIME_OUTSIDE : AIRTIME_ENDS_OUTSIDE;
}

/* Second by second, in a zone without changes, where local time says all. */
static void same_as_a_slow_model(void **state)
{
	uint64_t random = make_seed("same_as_a_slow_model", 315);
	unsigned seen[AIRTIME_DAY_FULL + 1] = {0};

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct airtime_rules rules = {.days = (uint8_t)make_between(&random, 1, 0x7f)};
		struct gate gate;

		rules.n_windows = (size_t)make_between(&random, 1, 4);
		for (size_t i = 0; i < rules.n_windows; i++) {
			int64_t from = make_between(&random, 0, 95);

			rules.windows[i].from_s = (int32_t)(from * 900);
			rules.windows[i].until_s =
				(int32_t)((from + make_between(&random, 1, 30)) * 900);
		}
		open_gate(&gate, rules, false);
		for (int i = 0; i < 60; i++) {
			int64_t local_s = 19875 * (int64_t)CIVIL_DAY_S +
					  make_between(&random, 0, 7 * 96 * 15) * 60;
			int64_t length_s = make_between(&random, 1, 120) * 60;
			struct airtime_request request = {.start_us = (local_s - 25200) * CIVIL_US,
							  .length_us = length_s * CIVIL_US};
			enum airtime_verdict want = slow_verdict(&rules, local_s, length_s);
			struct permit permit;

			assert_int_equal(airtime_permit(gate.airtime, &request, &permit), want);
			seen[want]++;
		}
		close_gate(&gate);
	}
	assert_true(seen[AIRTIME_OK] > 100 && seen[AIRTIME_OUTSIDE] > 100 &&
		    seen[AIRTIME_ENDS_OUTSIDE] > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(years_of_charges),
		cmocka_unit_test(clock_comes_back),
		cmocka_unit_test(same_as_a_slow_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
