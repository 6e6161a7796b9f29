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
#include "control_fake_hand.h"

#define CONTROL_FAKE_MAY __attribute__((unused)) /* not every test uses it */

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
		.edit = fake_edit,
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
