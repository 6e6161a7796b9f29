/* SPDX-License-Identifier: MIT */
/* A control with a station behind it that only writes down what it is told. For one test each. */
#ifndef TESTS_CONTROL_FAKE_H
#define TESTS_CONTROL_FAKE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "control.h"
#include "control_fake_fault.h"

#define CONTROL_FAKE_MAY __attribute__((unused)) /* not every test uses it */

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

static const char *fake_word(void *context, const char *english)
{
	(void)context;
	return english;
}

static void fake_language(void *context, const char *language)
{
	struct fake *fake = context;

	snprintf(fake->language, sizeof(fake->language), "%s", language ? language : "-");
}

static const struct zone *fake_zone(void *context)
{
	struct fake *fake = context;

	return &fake->zone;
}

static int64_t fake_now(void *context)
{
	(void)context;
	return 0;
}

static void fake_status(void *context, struct control_status *ret)
{
	struct fake *fake = context;

	ret->station = "Đồng Đăng";
	ret->version = "1";
	ret->device = "default";
	ret->config_file = "/etc/x";
	ret->zone = &fake->zone;
	ret->now_us = INT64_C(1717195490) * CIVIL_US;
	ret->clock_source = "system";
	ret->clock.left_us = CIVIL_NEVER;
	ret->clock.state = fake->untrusted ? CLOCK_UNTRUSTED : CLOCK_TRUSTED;
	ret->has_next = true;
	ret->next_at_us = ret->now_us + 10 * CIVIL_US;
	ret->next_campaign = "c";
	ret->next_broadcast = "sang";
	ret->next_items = "mot";
	ret->next_outcome = OUTCOME_PLAYED;
	ret->airtime.session_left_us = INT64_MAX;
	ret->airtime.day_left_us = 60 * CIVIL_US;
	ret->airtime.window_end_us = CIVIL_NEVER;
}

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

static void fake_ask(void *context, const struct control_query *query, uint64_t token,
		     struct control_verdict *ret)
{
	struct fake *fake = context;

	fake->token = token;
	fake->query = *query;
	ret->error = fake->refuse;
}

static void fake_verify(void *context, uint64_t token, struct control_verdict *ret)
{
	struct fake *fake = context;

	(void)ret;
	fake->token = token;
}

static bool fake_clip(void *context, size_t index, struct control_clip *ret)
{
	static const uint8_t sha256[32] = {0xab};
	static const char *const names[] = {"a", "b", "c"};

	(void)context;
	if (index >= 3)
		return false;
	*ret = (struct control_clip){.name = names[index],
				     .title = "",
				     .added_by = "x",
				     .sha256 = sha256,
				     .frames = 44100,
				     .air_frames = 44100,
				     .rate_hz = 44100,
				     .lufs = -INFINITY};
	return true;
}

static void fake_import(void *context, const struct control_import *import, uint64_t token,
			struct control_verdict *ret)
{
	struct fake *fake = context;

	tell(fake, ret, import->file ? import->file : import->name, &import->hand);
	fake->token = token;
	if (!ret->error)
		close(import->fd);
}

static void fake_usb(void *context, const struct control_usb *usb,
		     struct control_usb_orders *ret_orders, struct control_verdict *ret)
{
	struct fake *fake = context;

	*ret_orders = (struct control_usb_orders){.folder = "L", .monitor = "", .device = "hw:1"};
	ret->error = fake->refuse;
	snprintf(fake->told, sizeof(fake->told), "usb %d %s %s %s %u", usb->step, usb->device,
		 usb->file, usb->code, usb->left_out);
}

static void fake_remove(void *context, const struct control_hand *hand, const char *name,
			struct control_verdict *ret)
{
	char what[80];

	snprintf(what, sizeof(what), "remove %s", name);
	tell(context, ret, what, hand);
}

/* Three recordings a, b, c; b expires in three days and is played, d is declared and has none. */
static const struct plan *fake_plan(void)
{
	static struct plan_clip clips[] = {
		{"a", "", "", "", CIVIL_DAY_MIN, CIVIL_DAY_MAX, {0}, false, false},
		{"b", "Bài b", "Xin chào.", "156/KH-UBND", 10, 103, {0}, false, true},
		{"d", "", "Chưa thu.", "", CIVIL_DAY_MIN, CIVIL_DAY_MAX, {0}, false, true},
	};
	static struct plan_item items[] = {{false, 1}};
	static struct plan_broadcast broadcasts[] = {
		{.name = "sang", .items = items, .n_items = 1},
	};
	static struct plan_campaign campaigns[] = {
		{.name = "c", .n_broadcasts = 1, .broadcasts = broadcasts},
	};
	static const struct plan plan = {
		.n_clips = 3, .clips = clips, .n_campaigns = 1, .campaigns = campaigns};

	campaigns[0].from = (struct civil_date){1970, 1, 2};
	campaigns[0].until = (struct civil_date){1971, 1, 1};
	return &plan;
}

static void fake_told(void *context, const char *name, struct clip_told *ret)
{
	struct fake *fake = context;

	*ret = (struct clip_told){
		.plan = fake_plan(),
		.life = name && strcmp(name, "a") == 0 ? &fake->life : NULL,
		.approval = fake->wants_approval,
		.today = 100,
		.zone = &fake->zone,
	};
}

static void fake_approve(void *context, const struct control_approval *approval,
			 struct control_verdict *ret)
{
	char what[80];

	snprintf(what, sizeof(what), "%s %s%s%02x", approval->revoke ? "revoke" : "approve",
		 approval->name, approval->sha256_given ? " only " : " ", approval->sha256[31]);
	tell(context, ret, what, &approval->hand);
}

static void fake_restore(void *context, const struct control_hand *hand, const char *name,
			 const char *as, struct control_verdict *ret)
{
	char what[80];

	snprintf(what, sizeof(what), "restore %s as %s", name, as);
	tell(context, ret, what, hand);
}

static int fake_removed(void *context,
			int (*fn)(void *fn_context, const struct clip_removed *removed),
			void *fn_context)
{
	static const struct clip_removed removed[] = {
		{"x", INT64_C(1717195500) * CIVIL_US, 5},
		{"y", 0, 6},
	};

	(void)context;
	for (size_t i = 0; i < CHECK_COUNT(removed); i++)
		fn(fn_context, &removed[i]);
	return 0;
}

static void take_reply(void *context, uint64_t client, const char *text, size_t n)
{
	struct fake *fake = context;

	assert_int_equal(client, 9);
	free(fake->reply);
	fake->reply = strndup(text, n);
	fake->n_replies++;
}

static struct control_host fake_host(struct fake *fake)
{
	return (struct control_host){
		.context = fake,
		.word = fake_word,
		.language = fake_language,
		.zone = fake_zone,
		.now = fake_now,
		.status = fake_status,
		.past_fault = fake_past_fault,
		.play = fake_play,
		.press = fake_press,
		.tone = fake_tone,
		.stop = fake_stop,
		.pause = fake_pause,
		.skip = fake_skip,
		.volume = fake_volume,
		.set_volume = fake_set_volume,
		.reload = fake_reload,
		.confirm_clock = fake_confirm,
		.log = fake_ask,
		.notes = fake_ask,
		.verify = fake_verify,
		.clip = fake_clip,
		.import = fake_import,
		.usb = fake_usb,
		.remove = fake_remove,
		.told = fake_told,
		.approve = fake_approve,
		.restore = fake_restore,
		.removed = fake_removed,
	};
}

CONTROL_FAKE_MAY static int begin(void **state)
{
	struct fake *fake = calloc(1, sizeof(*fake));
	struct control_host host = fake_host(fake);

	assert_non_null(fake);
	assert_int_equal(zone_fixed("+07", 25200, &fake->zone), 0);
	assert_int_equal(control_new(&host, "1.2", take_reply, fake, &fake->control), 0);
	*state = fake;
	return 0;
}

CONTROL_FAKE_MAY static int end(void **state)
{
	struct fake *fake = *state;

	control_free(fake->control);
	zone_done(&fake->zone);
	free(fake->reply);
	free(fake);
	return 0;
}

CONTROL_FAKE_MAY static void ask_as(struct fake *fake, const char *user, const char *request)
{
	struct control_peer peer = {.client = 9};

	snprintf(peer.user, sizeof(peer.user), "%s", user);
	fake->told[0] = '\0';
	control_request(fake->control, &peer, request, strlen(request), -1);
}

#endif
