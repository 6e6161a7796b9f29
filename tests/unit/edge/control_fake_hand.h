/* SPDX-License-Identifier: MIT */
/* What control_fake.h's station is told to do by hand: it writes it down. */
#ifndef TESTS_CONTROL_FAKE_HAND_H
#define TESTS_CONTROL_FAKE_HAND_H

#include <stdio.h>

#include "control.h"

struct fake {
	struct zone zone;
	struct control *control;
	char told[1024]; /* what the station was told to do */
	char *reply;	 /* the last one */
	unsigned n_replies;
	uint64_t token; /* of the last thing that takes time */
	struct control_query query;
	const char *refuse;
	bool untrusted; /* the clock */
	char language[8];
	double volume_db;
	bool wants_approval;
	struct life life; /* of the clip "a" */
};

static void tell(struct fake *fake, struct control_verdict *ret, const char *what,
		 const struct control_hand *hand)
{
	snprintf(fake->told, sizeof(fake->told), "%s by %s why %s %s", what, hand->who, hand->why,
		 asrun_trigger_name(hand->trigger));
	ret->error = fake->refuse;
}

static void fake_play(void *context, const struct control_play *play, int64_t *ret_row,
		      struct control_verdict *ret)
{
	char what[256];

	snprintf(what, sizeof(what), "play %zu %s %s", play->n_names, play->names[0],
		 play->class_given ? plan_class_name(play->class) : "-");
	tell(context, ret, what, &play->hand);
	*ret_row = 7;
}

static void fake_press(void *context, const struct control_press *press,
		       struct control_pressed *ret_pressed, struct control_verdict *ret)
{
	char what[256];

	snprintf(what, sizeof(what), "%s %s%s", press->hold ? "hold" : "press", press->name,
		 press->named ? " named" : "");
	tell(context, ret, what, &press->hand);
	ret_pressed->did = "played";
	ret_pressed->row = 3;
}

static void fake_tone(void *context, const struct control_tone *tone, int64_t *ret_row,
		      struct control_verdict *ret)
{
	char what[64];

	snprintf(what, sizeof(what), "tone %u %.0f %s", tone->seconds, tone->level_db,
		 tone->anyway ? "anyway" : "-");
	tell(context, ret, what, &tone->hand);
	*ret_row = 8;
}

static void fake_stop(void *context, const struct control_hand *hand, struct control_verdict *ret)
{
	tell(context, ret, "stop", hand);
}

static void fake_pause(void *context, const struct control_hand *hand, int64_t until_us,
		       struct control_verdict *ret)
{
	char what[64];

	snprintf(what, sizeof(what), "pause %lld", (long long)(until_us / CIVIL_US));
	tell(context, ret, what, hand);
}

static void fake_skip(void *context, const struct control_hand *hand,
		      struct control_skipped *ret_skipped, struct control_verdict *ret)
{
	ret_skipped->at_us = INT64_C(1717195500) * CIVIL_US;
	snprintf(ret_skipped->campaign, sizeof(ret_skipped->campaign), "c");
	snprintf(ret_skipped->broadcast, sizeof(ret_skipped->broadcast), "b");
	tell(context, ret, "skip", hand);
}

static double fake_volume(void *context)
{
	struct fake *fake = context;

	return fake->volume_db;
}

static void fake_set_volume(void *context, const struct control_hand *hand, double db,
			    struct control_verdict *ret)
{
	struct fake *fake = context;

	fake->volume_db = db;
	tell(fake, ret, "volume", hand);
}

static void fake_reload(void *context, const struct control_hand *hand,
			const struct control_config_fault **ret_faults, size_t *ret_n,
			struct control_verdict *ret)
{
	static const struct control_config_fault fault = {"f", "unknown-key", "text", 3, true};

	tell(context, ret, "reload", hand);
	*ret_faults = &fault;
	*ret_n = 1;
}

static void fake_confirm(void *context, const struct control_hand *hand, const int64_t *set_us,
			 struct trust_answer *ret_clock, struct control_verdict *ret)
{
	char what[64] = "confirm";

	if (set_us)
		snprintf(what, sizeof(what), "set %lld", (long long)(set_us[1] - set_us[0]));
	tell(context, ret, what, hand);
	*ret_clock = (struct trust_answer){.state = CLOCK_TRUSTED, .reason = TRUST_CONFIRMED};
}

/* The first change, with its first value. */
static void print_changes(char *text, size_t n, const struct changes *changes)
{
	const struct change *change = &changes->items[0];
	const struct change_value *value = change->values;

	snprintf(text, n, "save %s %s %zu: %s %s %s%s %s=%s%s", changes->file,
		 changes->has_base ? "based" : "new", changes->n, change->campaign,
		 change->kind ? change->kind : "-", change->name ? change->name : "-",
		 change->remove ? " gone" : "", change->n_values ? value->key : "",
		 change->n_values && value->n ? value->texts[value->n - 1] : "",
		 change->n_values && value->list ? "[]" : "");
}

static void fake_edit(void *context, const struct control_edit *edit, uint64_t token,
		      struct control_said *ret_said, struct control_verdict *ret)
{
	static const struct control_config_fault fault = {"f", "unknown-key", "text", 3, true};
	struct fake *fake = context;
	char what[512];

	if (edit->changes)
		print_changes(what, sizeof(what), edit->changes);
	else
		snprintf(what, sizeof(what), "undo %lld%s", (long long)edit->number,
			 edit->anyway ? " anyway" : "");
	tell(fake, ret, what, edit->hand);
	fake->token = token;
	ret_said->faults = &fault;
	ret_said->n = 1;
}

#endif
