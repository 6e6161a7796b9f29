/* SPDX-License-Identifier: MIT */
/* What the state folder of a service must hold, whatever failed while it ran. */
#include "torture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store.h"

#define ROWS 64

struct all {
	struct asrun_row rows[ROWS];
	size_t n;
};

static int take_row(void *context, const struct asrun_row *row)
{
	struct all *all = context;

	assert_true(all->n < ROWS);
	return asrun_row_copy(row, &all->rows[all->n++]);
}

static bool check_chain(struct store *store, struct all *all)
{
	const struct store_query query = {.mode = -1};
	struct store_verdict verdict;
	int error = store_verify(store, &verdict);

	if (error == 0)
		error = store_rows(store, &query, take_row, all);
	if (error < 0)
		printf("the log cannot be read: %s\n", strerror(-error));
	else if (!verdict.intact)
		printf("the chain is broken: problem %d at %lld of %lld\n", (int)verdict.problem,
		       (long long)verdict.first_bad, (long long)verdict.events);
	return error == 0 && verdict.intact;
}

/* Frames that the card took: what was consumed of 16 bits, one channel. */
static int64_t sounded(const struct rig_world *world)
{
	struct stat status;

	return stat(world->card->sound, &status) == 0 ? status.st_size / 2 : 0;
}

static unsigned n_words(const char *text)
{
	unsigned n = text && *text;

	for (; text && *text; text++)
		n += *text == ' ';
	return n;
}

/* All of it was heard, each item whole; one that was cut off may have come again. */
static bool was_heard(const struct asrun_row *row)
{
	return row->audible > 0 && row->n_whole >= n_words(row->items);
}

static bool check_sound(const struct rig_world *world, const struct all *all)
{
	int64_t frames = 0;
	bool well = true;

	for (size_t i = 0; i < all->n; i++) {
		const struct asrun_row *row = &all->rows[i];

		frames += row->frames;
		if ((row->outcome == OUTCOME_PLAYED || row->outcome == OUTCOME_LATE) &&
		    !was_heard(row)) {
			printf("row %lld says played: %lld frames audible, %u of %u items whole\n",
			       (long long)row->opened.row, (long long)row->audible, row->n_whole,
			       n_words(row->items));
			well = false;
		}
	}
	if (frames > sounded(world)) {
		printf("the rows have %lld frames, the card got %lld\n", (long long)frames,
		       (long long)sounded(world));
		well = false;
	}
	return well;
}

static bool check_due(const struct all *all, const char *broadcast)
{
	size_t n = 0, open = 0;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->rows[i].opened.broadcast, broadcast) == 0) {
			n++;
			open += !all->rows[i].closed;
		}
	if (n == 1 && open == 0)
		return true;
	printf("broadcast %s has %zu rows, %zu of them open\n", broadcast, n, open);
	return false;
}

/* A row that was shown as closed says the same for ever. */
static bool check_shown(const struct all *all, json_t *shown)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(shown, "rows"), i, row)
	{
		int64_t number = json_integer_value(json_object_get(row, "row"));
		const char *outcome = rig_text(row, "outcome");
		const struct asrun_row *now = NULL;

		for (size_t k = 0; k < all->n; k++)
			if (all->rows[k].opened.row == number)
				now = &all->rows[k];
		if (now && (strcmp(outcome, "open") == 0 ||
			    strcmp(outcome, asrun_outcome_name(now->outcome)) == 0))
			continue;
		printf("row %lld was shown as %s and is %s\n", (long long)number, outcome,
		       now ? asrun_outcome_name(now->outcome) : "gone");
		return false;
	}
	return true;
}

bool torture_check_log(struct rig_world *world, json_t *shown, const char *const *broadcasts,
		       size_t n_broadcasts)
{
	const struct store_options options = {.state_dir = world->rig->state, .read_only = true};
	struct all *all = calloc(1, sizeof(*all));
	struct store *store = NULL;
	char why[256] = "";
	bool well;

	assert_non_null(all);
	well = store_open(&options, &store, NULL, why, sizeof(why)) == 0;
	if (!well)
		printf("the log cannot be opened: %s\n", why);
	well = well && check_chain(store, all);
	well = well && check_sound(world, all) && check_shown(all, shown);
	for (size_t i = 0; well && i < n_broadcasts; i++)
		well = check_due(all, broadcasts[i]);
	for (size_t i = 0; i < all->n; i++)
		asrun_row_done(&all->rows[i]);
	store_free(store);
	free(all);
	return well;
}
