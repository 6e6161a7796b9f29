/* SPDX-License-Identifier: MIT */
#include "rehearse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "station.h"

/*
 * The player here is a queue of lengths: it starts on the microsecond, takes every clip to its
 * last sample, and fades in no time at all but what STOP asks for. Time jumps from event to event.
 */

#define QUEUE	16
#define RATE_HZ 48000

struct clip_order {
	uint64_t token;
	int64_t start_us, gap_us, length_us, begin_us, end_us;
	bool started, cut;
};

/* A row that is not handed out yet. */
struct pending {
	struct asrun_row row;
	size_t rank;
};

struct rehearsal {
	const struct rehearse_options *options;
	rehearse_fn *fn;
	void *context;
	struct station *station;
	int64_t now_us;
	size_t n_queue;
	struct clip_order queue[QUEUE];
	size_t n_events; /* what the player and the disk answer, fed in order */
	struct station_event events[2 * QUEUE];
	size_t n_rows, room_rows;
	struct pending *rows; /* in order of (planned, rank) */
	int stopped;	      /* fn's non-zero answer */
};

static size_t rank_of(const struct plan *plan, const struct asrun_event *event)
{
	for (size_t c = 0; c < plan->n_campaigns; c++) {
		const struct plan_campaign *campaign = &plan->campaigns[c];

		if (strcmp(campaign->name, event->campaign) != 0)
			continue;
		for (size_t b = 0; b < campaign->n_broadcasts; b++)
			if (strcmp(campaign->broadcasts[b].name, event->broadcast) == 0)
				return c * 65536 + b;
	}
	return SIZE_MAX;
}

static bool before(const struct pending *a, int64_t planned_us, size_t rank)
{
	if (a->row.opened.planned_us != planned_us)
		return a->row.opened.planned_us < planned_us;
	return a->rank <= rank;
}

static struct pending *insert_row(struct rehearsal *r, const struct asrun_event *event)
{
	size_t rank = rank_of(r->options->plan, event), i = r->n_rows;

	if (r->n_rows == r->room_rows) {
		size_t room = r->room_rows ? r->room_rows * 2 : 64;
		struct pending *rows = realloc(r->rows, room * sizeof(*rows));

		if (!rows)
			return NULL;
		r->rows = rows;
		r->room_rows = room;
	}
	while (i > 0 && !before(&r->rows[i - 1], event->planned_us, rank))
		i--;
	memmove(&r->rows[i + 1], &r->rows[i], (r->n_rows - i) * sizeof(*r->rows));
	r->n_rows++;
	memset(&r->rows[i], 0, sizeof(r->rows[i]));
	r->rows[i].rank = rank;
	return &r->rows[i];
}

static struct pending *find_row(struct rehearsal *r, int64_t number)
{
	for (size_t i = 0; i < r->n_rows; i++)
		if (r->rows[i].row.opened.row == number)
			return &r->rows[i];
	return NULL;
}

static int take_log(struct rehearsal *r, const struct asrun_event *event)
{
	struct pending *pending = find_row(r, event->row);

	if (event->kind == ASRUN_NOTE)
		return 0;
	if (!pending)
		pending = insert_row(r, event);
	return pending ? asrun_fold(&pending->row, event) : -ENOMEM;
}

/*
 * Hand out from the front what is closed and whose time has come: nothing earlier can come any more.
 * What was skipped is closed before that.
 */
static void hand_out(struct rehearsal *r)
{
	size_t n = 0;

	while (n < r->n_rows && r->rows[n].row.closed &&
	       r->rows[n].row.opened.planned_us <= r->now_us) {
		struct asrun_row *row = &r->rows[n].row;
		int64_t planned_us = row->opened.planned_us;

		if (!r->stopped && planned_us >= r->options->from_us &&
		    planned_us < r->options->until_us)
			r->stopped = r->fn(r->context, row);
		asrun_row_done(row);
		n++;
	}
	if (n == 0)
		return;
	memmove(&r->rows[0], &r->rows[n], (r->n_rows - n) * sizeof(*r->rows));
	r->n_rows -= n;
}

static struct station_event *answer(struct rehearsal *r, enum station_event_kind kind)
{
	struct station_event *event;

	if (r->n_events == 2 * QUEUE)
		r->n_events--; /* cannot happen: at most QUEUE clips and their rows are out */
	event = &r->events[r->n_events++];
	memset(event, 0, sizeof(*event));
	event->kind = kind;
	return event;
}

static void begin_head(struct rehearsal *r, int64_t at_us)
{
	struct clip_order *head = &r->queue[0];

	head->begin_us = head->start_us > at_us ? head->start_us : at_us;
	head->end_us = head->begin_us + head->length_us;
}

static int queue_clip(struct rehearsal *r, const struct station_action *action)
{
	const struct plan_clip *clip = plan_find_clip(r->options->plan, action->play.clip);
	struct clip_order *order;

	if (r->n_queue == QUEUE || !clip)
		return -ENOBUFS;
	order = &r->queue[r->n_queue++];
	memset(order, 0, sizeof(*order));
	order->token = action->play.token;
	order->start_us = action->play.start_us;
	order->gap_us = action->play.gap_us;
	order->length_us = clip->recording.length_us;
	if (r->n_queue == 1)
		begin_head(r, r->now_us);
	return 0;
}

static void finish(struct rehearsal *r, size_t index)
{
	const struct clip_order order = r->queue[index];
	struct station_event *event = answer(r, EVENT_FINISHED);
	int64_t heard_us = order.started ? order.end_us - order.begin_us : 0;

	memmove(&r->queue[index], &r->queue[index + 1],
		(r->n_queue - index - 1) * sizeof(r->queue[0]));
	r->n_queue--;
	if (index == 0 && r->n_queue > 0)
		begin_head(r, order.cut ? r->now_us : order.end_us + r->queue[0].gap_us);
	event->finished.token = order.token;
	event->finished.end = order.cut ? END_CUT : END_WHOLE;
	event->finished.rate_hz = RATE_HZ;
	event->finished.frames = (heard_us * RATE_HZ + CIVIL_US / 2) / CIVIL_US;
	event->finished.audible = event->finished.frames;
	event->finished.ended_us = order.started ? order.end_us : 0;
}

static void cancel(struct rehearsal *r, uint64_t token)
{
	for (size_t i = 0; i < r->n_queue; i++) {
		if (r->queue[i].token != token || r->queue[i].started)
			continue;
		r->queue[i].cut = true;
		finish(r, i);
		return;
	}
}

static void stop(struct rehearsal *r, int64_t fade_us)
{
	size_t sounds = r->n_queue > 0 && r->queue[0].started;

	while (r->n_queue > sounds) {
		r->queue[r->n_queue - 1].cut = true;
		finish(r, r->n_queue - 1);
	}
	if (sounds && r->queue[0].end_us > r->now_us + fade_us) {
		r->queue[0].cut = true;
		r->queue[0].end_us = r->now_us + fade_us;
	}
}

static int carry_out(struct rehearsal *r, const struct station_action *action)
{
	switch (action->kind) {
	case ACTION_LOG:
		if (action->log->kind == ASRUN_OPENED)
			answer(r, EVENT_LOGGED)->row = action->log->row;
		return take_log(r, action->log);
	case ACTION_PLAY:
		return queue_clip(r, action);
	case ACTION_CANCEL:
		cancel(r, action->token);
		return 0;
	case ACTION_STOP:
		stop(r, action->fade_us);
		return 0;
	case ACTION_RELAY: /* a rehearsal switches nothing */
		return 0;
	}
	return 0;
}

static int step(struct rehearsal *r, struct station_event *event)
{
	const struct station_action *actions;
	size_t n;
	int rc;

	event->now_us = r->now_us;
	rc = station_step(r->station, event, &actions, &n);
	for (size_t i = 0; rc >= 0 && i < n; i++) {
		int done = carry_out(r, &actions[i]);

		rc = done < 0 ? done : rc;
	}
	return rc < 0 ? rc : 0;
}

/* What the player does next of itself, and when. */
static int64_t player_time(const struct rehearsal *r)
{
	if (r->n_queue == 0)
		return CIVIL_NEVER;
	return r->queue[0].started ? r->queue[0].end_us : r->queue[0].begin_us;
}

static void player_turn(struct rehearsal *r)
{
	struct clip_order *head = &r->queue[0];
	struct station_event *event;

	if (head->started) {
		finish(r, 0);
		return;
	}
	head->started = true;
	event = answer(r, EVENT_STARTED);
	event->started.token = head->token;
	event->started.at_us = head->begin_us;
}

static int feed_answers(struct rehearsal *r)
{
	int rc = 0;

	while (rc == 0 && r->n_events > 0) {
		struct station_event event = r->events[0];

		memmove(&r->events[0], &r->events[1], --r->n_events * sizeof(r->events[0]));
		rc = step(r, &event);
	}
	return rc;
}

static bool done(const struct rehearsal *r)
{
	if (r->stopped)
		return true;
	return r->now_us >= r->options->until_us &&
	       (r->n_rows == 0 || r->rows[0].row.opened.planned_us >= r->options->until_us);
}

static int run(struct rehearsal *r)
{
	struct station_event tick = {.kind = EVENT_TICK};
	int rc = step(r, &tick);

	while (rc == 0) {
		int64_t wanted, heard;

		rc = feed_answers(r);
		hand_out(r);
		if (rc < 0 || done(r))
			break;
		wanted = station_deadline(r->station);
		heard = player_time(r);
		if (wanted == CIVIL_NEVER && heard == CIVIL_NEVER) {
			r->now_us = CIVIL_NEVER;
			hand_out(r);
			break;
		}
		if (heard <= wanted) {
			r->now_us = heard > r->now_us ? heard : r->now_us;
			player_turn(r);
		} else {
			r->now_us = wanted > r->now_us ? wanted : r->now_us;
			rc = step(r, &tick);
		}
	}
	return rc;
}

/* Minutes used and what still sounds at 'from' depend on the day before. */
static int64_t warm_up_us(const struct rehearse_options *options)
{
	struct civil from = zone_to_civil(&options->plan->zone, options->from_us / CIVIL_US);

	return zone_day_start(&options->plan->zone, from.day - 1) * CIVIL_US;
}

static int begin(struct rehearsal *r)
{
	struct station_options options = {
		.plan = r->options->plan,
		.now_us = r->now_us,
		.clock = CLOCK_TRUSTED,
	};
	struct station_event pause = {.kind = EVENT_PAUSE};
	int rc = station_new(&options, &r->station);

	for (size_t i = 0; rc == 0 && i < r->options->n_skips; i++)
		station_skipped(r->station, r->options->skips[i].campaign,
				r->options->skips[i].broadcast, r->options->skips[i].planned_us);
	if (rc < 0 || r->options->paused_until_us <= r->now_us)
		return rc;
	pause.hand.until_us = r->options->paused_until_us;
	return step(r, &pause);
}

int rehearse_run(const struct rehearse_options *options, rehearse_fn *fn, void *context)
{
	struct rehearsal *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return -ENOMEM;
	r->options = options;
	r->fn = fn;
	r->context = context;
	r->now_us = warm_up_us(options);
	rc = begin(r);
	if (rc == 0)
		rc = run(r);
	if (rc == 0)
		rc = r->stopped;
	for (size_t i = 0; i < r->n_rows; i++)
		asrun_row_done(&r->rows[i].row);
	free(r->rows);
	station_free(r->station);
	free(r);
	return rc;
}
