/* SPDX-License-Identifier: MIT */
#include "control_internal.h"

#include <stdio.h>
#include <string.h>

#include "row_json.h"

#define VOLUME_MIN_DB (-60.0)
#define TONE_SECONDS  3
#define TONE_LEVEL_DB (-30.0)

json_t *control_bad(struct control_call *call, const char *english)
{
	struct control_host *host = &call->control->host;

	return control_error("bad-request", host->word(host->context, english));
}

json_t *control_bad_hand(struct control_call *call)
{
	return control_bad(call,
			   N_("\"who\" or \"why\" is too long or has a control character; use "
			      "a short line of text."));
}

/* A text of a request fits its place, is one line and holds no control character. */
bool control_take_text(const json_t *request, const char *key, char *text, size_t n)
{
	const json_t *value = json_object_get(request, key);
	const char *given = json_string_value(value);

	text[0] = '\0';
	if (!value || json_is_null(value))
		return true;
	if (!given || strlen(given) >= n)
		return false;
	for (const char *c = given; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	snprintf(text, n, "%s", given);
	return true;
}

/* "name (user uid 0)", or "user (uid 0)"; false if it does not fit. */
static bool print_who(char ret[LIMIT_WHO], const char *who, const char *user, const char *uid)
{
	int n;

	if (!who[0] || strcmp(who, user) == 0)
		n = snprintf(ret, LIMIT_WHO, uid[0] ? "%s (%s)" : "%s%s", user, uid);
	else
		n = snprintf(ret, LIMIT_WHO, "%s (%s%s%s)", who, user, uid[0] ? " " : "", uid);
	return n > 0 && n < LIMIT_WHO;
}

/* The peer is always there, whatever name the request gives. */
bool control_take_hand(const struct control_call *call, struct control_hand *ret)
{
	const char *user = call->peer->user;
	char who[LIMIT_WHO], uid[24] = "";

	memset(ret, 0, sizeof(*ret));
	if (!control_take_text(call->request, "who", who, sizeof(who)) ||
	    !control_take_text(call->request, "why", ret->why, sizeof(ret->why)))
		return false;
	ret->trigger = strcmp(user, CONTROL_CONSOLE_USER) == 0 ? TRIGGER_CONSOLE : TRIGGER_CLI;
	if (ret->trigger == TRIGGER_CONSOLE)
		user = "console"; /* leaves more of the place to the person's name */
	else if (call->peer->has_uid)
		snprintf(uid, sizeof(uid), "uid %u", call->peer->uid);
	return print_who(ret->who, who, user, uid) || print_who(ret->who, who, user, "");
}

static json_t *do_ping(struct control_call *call)
{
	return control_with(control_done(), "version", json_string(call->control->version));
}

static json_t *do_status(struct control_call *call)
{
	return control_with(control_done(), "status", control_status_json(call->control));
}

static bool take_class(const json_t *request, struct control_play *play)
{
	const char *name = json_string_value(json_object_get(request, "class"));

	if (json_is_true(json_object_get(request, "emergency")))
		name = plan_class_name(CLASS_EMERGENCY);
	if (!name)
		return json_object_get(request, "class") == NULL;
	for (enum plan_class class = CLASS_NORMAL; class <= CLASS_EMERGENCY; class ++) {
		if (strcmp(name, plan_class_name(class)) != 0)
			continue;
		play->class = class;
		play->class_given = true;
		return true;
	}
	return false;
}

static bool take_names(const json_t *request, const char **names, size_t *ret_n)
{
	const json_t *array = json_object_get(request, "names");
	size_t n = json_array_size(array);

	if (n == 0 || n > LIMIT_ITEMS)
		return false;
	for (size_t i = 0; i < n; i++) {
		names[i] = json_string_value(json_array_get(array, i));
		if (!names[i])
			return false;
	}
	*ret_n = n;
	return true;
}

static bool names_somebody(const json_t *request)
{
	const char *who = json_string_value(json_object_get(request, "who"));

	return who && who[strspn(who, " ")];
}

static json_t *do_play(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	const char *names[LIMIT_ITEMS];
	struct control_play play = {.names = names};
	struct control_verdict verdict = {0};
	int64_t row = 0;
	json_t *reply;

	if (!control_take_hand(call, &play.hand))
		return control_bad_hand(call);
	if (!take_names(call->request, names, &play.n_names))
		return control_bad(call,
				   N_("\"names\" is to be a list of clips, or one broadcast."));
	if (!take_class(call->request, &play))
		return control_bad(call, N_("\"class\" is normal, priority or emergency."));
	if (play.class_given && play.class == CLASS_EMERGENCY && !names_somebody(call->request))
		return control_bad(call,
				   N_("An emergency wants the name of the person who orders it."));
	host->play(host->context, &play, &row, &verdict);
	reply = control_verdict_reply(&verdict);
	if (verdict.error)
		return reply;
	return control_with(reply, "row", row > 0 ? json_integer(row) : json_null());
}

static json_t *do_press(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_press press = {
		.name = json_string_value(json_object_get(call->request, "name")),
		.hold = json_is_true(json_object_get(call->request, "hold")),
		.named = names_somebody(call->request),
	};
	struct control_pressed pressed = {0};
	struct control_verdict verdict = {0};

	if (!control_take_hand(call, &press.hand))
		return control_bad_hand(call);
	if (!press.name)
		return control_bad(call, N_("\"name\" is to be the name of a button."));
	host->press(host->context, &press, &pressed, &verdict);
	if (verdict.error)
		return control_verdict_reply(&verdict);
	return control_with(control_with(control_done(), "did", json_string(pressed.did)), "row",
			    pressed.row > 0 ? json_integer(pressed.row) : json_null());
}

static bool take_number(const json_t *request, const char *key, double least, double most,
			double *ret)
{
	const json_t *value = json_object_get(request, key);
	double number = json_number_value(value);

	if (!value)
		return true;
	if (!json_is_number(value) || !(number >= least) || !(number <= most))
		return false;
	*ret = number;
	return true;
}

static json_t *do_test_tone(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_tone tone = {.level_db = TONE_LEVEL_DB};
	struct control_verdict verdict = {0};
	double seconds = TONE_SECONDS;
	int64_t row = 0;
	json_t *reply;

	if (!control_take_hand(call, &tone.hand))
		return control_bad_hand(call);
	if (!take_number(call->request, "seconds", 1, CONTROL_TONE_SECONDS_MAX, &seconds) ||
	    !take_number(call->request, "level_db", CONTROL_TONE_LEVEL_MIN_DB,
			 CONTROL_TONE_LEVEL_MAX_DB, &tone.level_db))
		return control_bad(call, N_("A test tone has 1 to 30 seconds and a level of -60 to "
					    "-16 dB."));
	tone.seconds = (unsigned)seconds;
	tone.anyway = json_is_true(json_object_get(call->request, "anyway"));
	tone.relay_only = json_is_true(json_object_get(call->request, "relay_only"));
	if (tone.anyway && !names_somebody(call->request))
		return control_bad(call, N_("A tone outside the permitted hours wants the name of "
					    "the person who orders it."));
	host->tone(host->context, &tone, &row, &verdict);
	reply = control_verdict_reply(&verdict);
	if (verdict.error)
		return reply;
	return control_with(reply, "row", row > 0 ? json_integer(row) : json_null());
}

static json_t *do_stop(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	struct control_hand hand;

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	host->stop(host->context, &hand, &verdict);
	return control_verdict_reply(&verdict);
}

bool control_take_instant(const struct control_call *call, const char *key, int64_t *ret_us)
{
	const json_t *value = json_object_get(call->request, key);
	struct control_host *host = &call->control->host;

	if (!value || json_is_null(value)) {
		*ret_us = 0;
		return true;
	}
	return json_is_string(value) && civil_parse_instant(json_string_value(value),
							    host->zone(host->context), ret_us) == 0;
}

static json_t *do_pause(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	struct control_hand hand;
	int64_t until_us;

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	if (!json_object_get(call->request, "until") ||
	    !control_take_instant(call, "until", &until_us))
		return control_bad(
			call, N_("\"until\" is to be a time like 2024-06-01T12:00:00+07:00, or "
				 "null to end the pause."));
	host->pause(host->context, &hand, until_us, &verdict);
	return control_verdict_reply(&verdict);
}

static json_t *do_skip(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	struct control_skipped skipped = {0};
	struct control_hand hand;

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	host->skip(host->context, &hand, &skipped, &verdict);
	if (verdict.error)
		return control_verdict_reply(&verdict);
	return control_with(control_done(), "skipped",
			    json_pack("{s:o, s:o, s:o}", "at",
				      row_json_instant(host->zone(host->context), skipped.at_us, 0),
				      "campaign", row_json_text(skipped.campaign), "broadcast",
				      row_json_text(skipped.broadcast)));
}

static json_t *do_volume(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	const json_t *db = json_object_get(call->request, "db");
	struct control_verdict verdict = {0};
	struct control_hand hand;

	if (db && (!json_is_number(db) || !(json_number_value(db) >= VOLUME_MIN_DB) ||
		   !(json_number_value(db) <= 0.0)))
		return control_bad(call, N_("The volume is a number of dB from -60 to 0."));
	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	if (db)
		host->set_volume(host->context, &hand, json_number_value(db), &verdict);
	if (verdict.error)
		return control_verdict_reply(&verdict);
	return control_with(control_done(), "db", json_real(host->volume(host->context)));
}

json_t *control_config_faults_json(const struct control_config_fault *faults, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < n; i++)
		json_array_append_new(
			array, json_pack("{s:o, s:i, s:s, s:s, s:o}", "file",
					 row_json_text(faults[i].file), "line", faults[i].line,
					 "level", faults[i].error ? "error" : "warning", "code",
					 faults[i].code, "text", row_json_text(faults[i].text)));
	return array;
}

static json_t *do_reload(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	const struct control_config_fault *faults = NULL;
	struct control_verdict verdict = {0};
	struct control_hand hand;
	size_t n = 0;
	json_t *list;

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	host->reload(host->context, &hand, &faults, &n, &verdict);
	list = control_config_faults_json(faults, n);
	return control_with(control_verdict_reply(&verdict), verdict.error ? "faults" : "warnings",
			    list);
}

static json_t *confirm(struct control_call *call, const int64_t *set_us)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	struct trust_answer clock = {0};
	struct control_hand hand;

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	if (!names_somebody(call->request))
		return control_bad(call, N_("Who says that the time is right gives a name."));
	host->confirm_clock(host->context, &hand, set_us, &clock, &verdict);
	if (verdict.error)
		return control_verdict_reply(&verdict);
	return control_with(control_done(), "clock", control_clock_json(clock));
}

static json_t *do_clock_confirm(struct control_call *call)
{
	return confirm(call, NULL);
}

static json_t *do_clock_set(struct control_call *call)
{
	int64_t set_us[2];

	if (!control_take_instant(call, "from", &set_us[0]) ||
	    !control_take_instant(call, "to", &set_us[1]) || !set_us[1])
		return control_bad(call, N_("\"from\" and \"to\" are to be times like "
					    "2024-06-01T12:00:00+07:00."));
	return confirm(call, set_us);
}

control_do_fn *control_find(const char *name)
{
	static const struct {
		const char *name;
		control_do_fn *fn;
	} requests[] = {
		{"ping", do_ping},
		{"status", do_status},
		{"play", do_play},
		{"press", do_press},
		{"test-tone", do_test_tone},
		{"stop", do_stop},
		{"pause", do_pause},
		{"skip", do_skip},
		{"volume", do_volume},
		{"reload", do_reload},
		{"clock-confirm", do_clock_confirm},
		{"clock-set", do_clock_set},
		{"faults", control_do_faults},
		{"log", control_do_log},
		{"notes", control_do_notes},
		{"log-verify", control_do_log_verify},
		{"clips", control_do_clips},
		{"clip", control_do_clip},
		{"clip-approve", control_do_clip_approve},
		{"clips-removed", control_do_clips_removed},
		{"clip-restore", control_do_clip_restore},
		{"clip-add", control_do_clip_add},
		{"clip-bring", control_do_clip_bring},
		{"usb", control_do_usb},
		{"clip-remove", control_do_clip_remove},
		{"campaign-save", control_do_campaign_save},
		{"campaign-undo", control_do_campaign_undo},
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (strcmp(requests[i].name, name) == 0)
			return requests[i].fn;
	return NULL;
}
