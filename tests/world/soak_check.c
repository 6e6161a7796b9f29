/* SPDX-License-Identifier: MIT */
/* The law of outcomes over the log that a soak left. */
#include "soak.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store.h"

#define SLOTS (100 * 24 * 60 / SOAK_EVERY_MIN) /* planned instants of a hundred days */

struct law {
	const struct soak *soak;
	unsigned rows, outcomes[OUTCOME_FAILED + 1];
	unsigned open, outside, empty;
	int64_t frames;
	unsigned char seen[SLOTS]; /* rows of "b" by planned instant since the start */
};

static int64_t day_us(int64_t wall_us)
{
	return (wall_us + 7 * SOAK_HOUR) % (24 * SOAK_HOUR);
}

static void check_airtime(struct law *law, const struct asrun_row *row)
{
	int64_t at_us = day_us(row->started_us);

	if (row->started_us == 0 || row->opened.class == CLASS_EMERGENCY ||
	    row->opened.airtime_unknown ||
	    (at_us >= SOAK_AIR_FROM * SOAK_HOUR && at_us < SOAK_AIR_UNTIL * SOAK_HOUR))
		return;
	law->outside++;
	printf("row %lld (%s) began outside the permitted hours\n", (long long)row->opened.row,
	       row->opened.broadcast);
}

static int take_row(void *context, const struct asrun_row *row)
{
	struct law *law = context;
	int64_t slot =
		(row->opened.planned_us - law->soak->begin_us) / (SOAK_EVERY_MIN * SOAK_MINUTE);

	law->rows++;
	law->frames += row->frames;
	law->outcomes[row->outcome]++;
	law->open += !row->closed;
	if ((row->outcome == OUTCOME_PLAYED || row->outcome == OUTCOME_LATE) && row->audible == 0) {
		law->empty++;
		printf("row %lld says it was played and has no sound\n",
		       (long long)row->opened.row);
	}
	check_airtime(law, row);
	/* By schedule alone: one played by hand besides is no occurrence. */
	if (strcmp(row->opened.broadcast, "b") == 0 && row->opened.trigger == TRIGGER_SCHEDULE &&
	    row->opened.planned_us >= law->soak->begin_us && slot < SLOTS)
		law->seen[slot]++;
	return 0;
}

static bool is_due(int64_t planned_us)
{
	return day_us(planned_us) >= SOAK_FROM_HOUR * SOAK_HOUR &&
	       day_us(planned_us) < SOAK_UNTIL_HOUR * SOAK_HOUR;
}

/* Every planned instant that the station's clock passed has one row, and no other has any. */
static bool check_due(const struct law *law)
{
	const struct soak *soak = law->soak;
	int64_t every_us = SOAK_EVERY_MIN * SOAK_MINUTE;
	unsigned due = 0, wrong = 0;

	for (int64_t i = 0; i < SLOTS; i++) {
		int64_t planned_us = soak->begin_us + i * every_us;
		bool may = is_due(planned_us) && planned_us >= soak->begin_us &&
			   planned_us <= soak->farthest_us + SOAK_MINUTE;
		bool must = may && planned_us > soak->begin_us &&
			    planned_us <= soak->latest_us - SOAK_LATE_US - SOAK_MINUTE;

		due += must;
		if (law->seen[i] >= must && law->seen[i] <= may)
			continue;
		wrong++;
		printf("the occurrence of %lld has %u rows\n",
		       (long long)(planned_us / SOAK_SECOND), law->seen[i]);
	}
	printf("%u occurrences were due, %u of them wrong\n", due, wrong);
	return due > 0 && wrong == 0;
}

/* No row has sound that the card did not get. */
static bool check_sound(const struct law *law)
{
	struct stat card = {0};

	stat(law->soak->world->card->sound, &card);
	printf("%lld frames in the rows, %lld at the card\n", (long long)law->frames,
	       (long long)card.st_size / 2);
	return law->frames <= card.st_size / 2;
}

static bool verify(struct store *store)
{
	struct store_verdict verdict;
	int error = store_verify(store, &verdict);

	printf("log verify: %s, %lld events\n", error == 0 && verdict.intact ? "intact" : "BROKEN",
	       (long long)verdict.events);
	return error == 0 && verdict.intact;
}

bool soak_check(const struct soak *soak)
{
	const struct store_options options = {.state_dir = soak->world->rig->state,
					      .read_only = true};
	const struct store_query query = {.mode = -1};
	struct law *law = calloc(1, sizeof(*law));
	struct store *store = NULL;
	bool well;

	assert_non_null(law);
	law->soak = soak;
	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), 0);
	well = verify(store) && store_rows(store, &query, take_row, law) == 0;
	printf("%u rows:", law->rows);
	for (int i = 0; i <= OUTCOME_FAILED; i++)
		printf(" %u %s", law->outcomes[i], asrun_outcome_name((enum asrun_outcome)i));
	printf("\n");
	if (law->open > 0)
		printf("%u rows are open\n", law->open);
	well = check_due(law) && check_sound(law) && well && law->open == 0 && law->outside == 0 &&
	       law->empty == 0;
	store_free(store);
	free(law);
	return well;
}
