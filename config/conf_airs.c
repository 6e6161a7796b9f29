/* SPDX-License-Identifier: MIT */
/* Is there any day on which a broadcast is due? */
#include "conf_check.h"

/* Every date falls on every weekday within these years, 29 February as well (28 years are enough). */
#define FIRST_YEAR 2000
#define LAST_YEAR  2060

static bool any_date(const struct civil_date *dates, size_t n, int32_t day)
{
	for (size_t i = 0; i < n; i++)
		if (plan_date_is(dates[i], day))
			return true;
	return false;
}

static bool airs_on(const struct plan_campaign *campaign, const struct plan_broadcast *broadcast,
		    int32_t day)
{
	int32_t edition;

	return (broadcast->days >> civil_weekday(day) & 1) != 0 &&
	       plan_campaign_open(campaign, day, &edition) &&
	       (broadcast->n_dates == 0 || any_date(broadcast->dates, broadcast->n_dates, day)) &&
	       !any_date(broadcast->except, broadcast->n_except, day);
}

struct years {
	int16_t first, last;
};

static struct years years_of(const struct plan_campaign *campaign)
{
	return campaign->from.year ? (struct years){campaign->from.year, campaign->until.year}
				   : (struct years){FIRST_YEAR, LAST_YEAR};
}

static bool airs_on_date(const struct plan_campaign *campaign,
			 const struct plan_broadcast *broadcast, struct civil_date date)
{
	struct years years = years_of(campaign);

	if (date.year != 0)
		return airs_on(campaign, broadcast, civil_day(date));
	for (date.year = years.first; date.year <= years.last; date.year++)
		if (civil_date_exists(date) && airs_on(campaign, broadcast, civil_day(date)))
			return true;
	return false;
}

bool conf_can_air(const struct plan_campaign *campaign, const struct plan_broadcast *broadcast)
{
	struct years years = years_of(campaign);
	int32_t last = civil_day((struct civil_date){years.last, 12, 31});

	for (size_t i = 0; i < broadcast->n_dates; i++)
		if (airs_on_date(campaign, broadcast, broadcast->dates[i]))
			return true;
	if (broadcast->n_dates > 0)
		return false;
	for (int32_t day = civil_day((struct civil_date){years.first, 1, 1}); day <= last; day++)
		if (airs_on(campaign, broadcast, day))
			return true;
	return false;
}
