/* SPDX-License-Identifier: MIT */
#include "schedule_internal.h"

#define MINUTE_US (60 * CIVIL_US)

/* Does a second of that day fall into the minute that begins at at_us? */
static bool falls_in(const struct zone *zone, int32_t day, int32_t second, bool at, int64_t at_us)
{
	int64_t us;

	return schedule_instant(zone, day, second, at, &us) && us >= at_us &&
	       us < at_us + MINUTE_US;
}

/* Does any start time of the broadcast, were it due that day? */
static bool has_time(const struct zone *zone, const struct plan_broadcast *broadcast, int32_t day,
		     int64_t at_us)
{
	for (size_t i = 0; i < broadcast->n_at; i++) {
		if (falls_in(zone, day, broadcast->at_s[i], true, at_us))
			return true;
	}
	for (int32_t second = broadcast->from_s;
	     broadcast->every_s > 0 && second < broadcast->until_s; second += broadcast->every_s) {
		if (falls_in(zone, day, second, false, at_us))
			return true;
	}
	return false;
}

static enum schedule_reason verdict(const struct plan_campaign *campaign,
				    const struct plan_broadcast *broadcast, int32_t day)
{
	int32_t edition;

	if (!plan_campaign_open(campaign, day, &edition))
		return SCHEDULE_OUTSIDE_CAMPAIGN;
	return schedule_day_verdict(broadcast, day, civil_date_of(day));
}

enum schedule_reason schedule_explain(const struct plan *plan, size_t campaign, size_t broadcast,
				      int64_t at_us)
{
	const struct plan_campaign *of = &plan->campaigns[campaign];
	const struct plan_broadcast *it = &of->broadcasts[broadcast];
	int32_t today = zone_to_civil(&plan->zone, at_us / CIVIL_US - (at_us % CIVIL_US < 0)).day;
	enum schedule_reason on_day = verdict(of, it, today);
	enum schedule_reason answer = on_day == SCHEDULE_DUE ? SCHEDULE_OTHER_TIME : on_day;

	if (!it->enabled)
		return SCHEDULE_DISABLED;
	/* Yesterday's window may reach into today. If a start time is there on a day on which
	 * nothing is due, that day's reason is the answer. */
	for (int32_t day = today - 1; day <= today; day++) {
		if (!has_time(&plan->zone, it, day, at_us))
			continue;
		answer = verdict(of, it, day);
		if (answer == SCHEDULE_DUE)
			return answer;
	}
	return answer;
}

const char *schedule_reason_code(enum schedule_reason reason)
{
	static const char *const codes[] = {
		[SCHEDULE_DUE] = "due",
		[SCHEDULE_DISABLED] = "disabled",
		[SCHEDULE_OUTSIDE_CAMPAIGN] = "outside-campaign",
		[SCHEDULE_WRONG_DAY] = "wrong-day",
		[SCHEDULE_NOT_IN_DATES] = "not-in-dates",
		[SCHEDULE_EXCEPTED] = "excepted",
		[SCHEDULE_OTHER_TIME] = "other-time",
	};

	return (size_t)reason < sizeof(codes) / sizeof(codes[0]) ? codes[reason] : "?";
}
