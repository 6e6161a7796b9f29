/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "asrun_events.h"

static void check_text(int line, const struct asrun_event *event, const char *want)
{
	char text[LIMIT_ASRUN_TEXT], items[LIMIT_ASRUN_ITEMS];
	struct asrun_event back;

	check_row_int(line, asrun_print(event, text, sizeof(text)), strlen(want));
	check_row_str(line, text, want);
	check_row_int(line, asrun_parse(text, &back, items, sizeof(items)), 0);
	check_row(line, (back.items == NULL) == (event->items == NULL));
	if (event->items)
		check_row_str(line, back.items, event->items);
	back.items = event->items;
	check_row(line, memcmp(&back, event, sizeof(back)) == 0);
}

/* The text is hashed into the log: it must not change from one version to the next. */
static void canonical_text(void **state)
{
	struct asrun_event event = opened_event();

	(void)state;
	check_text(ROW, &event,
		   "{\"kind\":\"opened\",\"mode\":\"real\",\"row\":7,\"time\":1717195485000,"
		   "\"accounted\":1717191900000,\"clock\":\"trusted\",\"planned\":1717195500000,"
		   "\"campaign\":\"thang-hanh-dong-2024\",\"broadcast\":\"buoi-sang\","
		   "\"trigger\":\"schedule\",\"class\":\"normal\","
		   "\"items\":\"nhac-hieu khau-hieu-01\"}");
	event = item_event(1, "khau-hieu-01");
	event.start_error_us = -137;
	check_text(ROW, &event,
		   "{\"kind\":\"item\",\"mode\":\"real\",\"row\":7,\"time\":1717195520000,"
		   "\"clock\":\"trusted\",\"position\":1,\"clip\":\"khau-hieu-01\",\"sha256\":"
		   "\"0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1eaf3fc050e17\","
		   "\"started\":1717195510000,\"ended\":1717195520000,\"frames\":480000,"
		   "\"audible\":470000,\"rate\":48000,\"xruns\":1,\"whole\":true,"
		   "\"start_error_us\":-137}");
	event.rms_cdbfs = -1834;
	event.silence_ms = 420;
	check_text(ROW, &event,
		   "{\"kind\":\"item\",\"mode\":\"real\",\"row\":7,\"time\":1717195520000,"
		   "\"clock\":\"trusted\",\"position\":1,\"clip\":\"khau-hieu-01\",\"sha256\":"
		   "\"0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1eaf3fc050e17\","
		   "\"started\":1717195510000,\"ended\":1717195520000,\"frames\":480000,"
		   "\"audible\":470000,\"rate\":48000,\"xruns\":1,\"rms_cdbfs\":-1834,"
		   "\"silence_ms\":420,\"whole\":true,\"start_error_us\":-137}");
	event = closed_event();
	check_text(ROW, &event,
		   "{\"kind\":\"closed\",\"mode\":\"real\",\"row\":7,\"time\":1717195521000,"
		   "\"clock\":\"holdover\",\"trigger\":\"schedule\",\"class\":\"normal\","
		   "\"started\":1717195500000,\"ended\":1717195520000,\"outcome\":\"partial\","
		   "\"reason\":\"no-recording\"}");
	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_NOTE;
	event.mode = ASRUN_PRETENDED;
	event.clock = CLOCK_PRETENDED;
	event.time_us = JUNE;
	SET(event.who, "chị Lan");
	SET(event.why, "quốc \"tang\"\\\n\x01");
	SET(event.what, "pause");
	event.until_us = JUNE + 86400 * CIVIL_US;
	check_text(ROW, &event,
		   "{\"kind\":\"note\",\"mode\":\"pretended\",\"time\":1717195500000,"
		   "\"clock\":\"pretended\",\"who\":\"chị Lan\","
		   "\"why\":\"quốc \\\"tang\\\"\\\\\\u000a\\u0001\",\"what\":\"pause\","
		   "\"until\":1717281900000}");
	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_ITEM;
	event.items = "";
	check_text(ROW, &event,
		   "{\"kind\":\"item\",\"mode\":\"real\",\"clock\":\"untrusted\",\"items\":\"\","
		   "\"position\":0,\"frames\":0,\"audible\":0}");
}

static void kept_to_the_millisecond(void **state)
{
	struct asrun_event event = item_event(0, "a"), back;
	char text[1024], items[8];

	(void)state;
	event.started_us = JUNE + 999;
	event.ended_us = -1;
	assert_true(asrun_print(&event, text, sizeof(text)) > 0);
	assert_int_equal(asrun_parse(text, &back, items, sizeof(items)), 0);
	assert_int_equal(back.started_us, JUNE);
	assert_int_equal(back.ended_us, -1000);
}

static void random_name(uint64_t *random, char *to, size_t n)
{
	size_t length = (size_t)make_between(random, 0, (int64_t)n - 1);

	for (size_t i = 0; i < length; i++)
		to[i] = (char)make_between(random, 1, 255);
}

/* Whatever an event holds, parsing what was printed gives it back. */
static void random_events(void **state)
{
	uint64_t random = make_seed("random_events", 11);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char text[LIMIT_ASRUN_TEXT], items[LIMIT_ASRUN_ITEMS], planned[200] = "";
		struct asrun_event event, back;

		memset(&event, 0, sizeof(event));
		event.kind = (enum asrun_kind)make_between(&random, 0, ASRUN_NOTE);
		event.mode = (enum asrun_clock_mode)make_between(&random, 0, 1);
		event.row = (int64_t)(make_random(&random) >> make_between(&random, 5, 63));
		event.time_us = make_between(&random, -5, INT64_C(4000000000000)) * 1000;
		event.clock = (enum clock_state)make_between(&random, 0, CLOCK_PRETENDED);
		event.trigger = (enum asrun_trigger)make_between(&random, 0, TRIGGER_FLEET);
		event.class = (enum plan_class)make_between(&random, 0, CLASS_EMERGENCY);
		event.outcome = (enum asrun_outcome)make_between(&random, 0, OUTCOME_FAILED);
		event.reason = (enum asrun_reason)make_between(&random, 0, REASON_HARD_STOP);
		event.rate_hz = (unsigned)make_random(&random);
		event.frames = -make_between(&random, 0, 1000000);
		event.airtime_unknown = make_random(&random) % 2;
		event.not_durable = make_random(&random) % 2;
		random_name(&random, event.campaign, sizeof(event.campaign));
		random_name(&random, event.why, sizeof(event.why));
		random_name(&random, planned, sizeof(planned));
		event.items = make_random(&random) % 2 ? planned : NULL;
		assert_true(asrun_print(&event, text, sizeof(text)) > 0);
		assert_int_equal(asrun_parse(text, &back, items, sizeof(items)), 0);
		if (event.items)
			assert_string_equal(back.items, event.items);
		back.items = event.items;
		assert_memory_equal(&back, &event, sizeof(event));
	}
}

static void refused_texts(void **state)
{
	static const struct {
		int line;
		const char *text;
	} rows[] = {
		{ROW, ""},
		{ROW, "{}"},
		{ROW, "{"},
		{ROW, "null"},
		/* no kind, no mode, wrong order, twice, unknown key */
		{ROW, "{\"mode\":\"real\",\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"clock\":\"trusted\"}"},
		{ROW, "{\"mode\":\"real\",\"kind\":\"note\",\"clock\":\"trusted\"}"},
		{ROW,
		 "{\"kind\":\"note\",\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"x\":1}"},
		/* spaces, something behind, other words and numbers */
		{ROW, "{\"kind\": \"note\",\"mode\":\"real\",\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\"} "},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\"}{"},
		{ROW, "{\"kind\":\"notes\",\"mode\":\"real\",\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"?\",\"mode\":\"real\",\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"row\":07,\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"row\":0,\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"row\":+7,\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"row\":1.5,\"clock\":\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"row\":99999999999999999999,\"clock\":"
		      "\"trusted\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"time\":9223372036854775807,\"clock\":"
		      "\"trusted\"}"},
		/* strings: an escape that is not ours, one cut off, an empty one, one too long */
		{ROW,
		 "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"\\n\"}"},
		{ROW,
		 "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"\\u0041\"}"},
		{ROW,
		 "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"\\u0000\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"\n\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"a"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"\\"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"\\u00"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\"\"}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"who\":\""
		      "0123456789012345678901234567890123456789012345678901234567890123\"}"},
		{ROW,
		 "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"sha256\":\"00\"}"},
		{ROW,
		 "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"whole\":false}"},
		{ROW, "{\"kind\":\"note\",\"mode\":\"real\",\"clock\":\"trusted\",\"items\":"
		      "\"12345678\"}"},
		/* what an item must always say */
		{ROW, "{\"kind\":\"item\",\"mode\":\"real\",\"clock\":\"trusted\"}"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct asrun_event event, before;
		char items[8];

		memset(&event, 0x5a, sizeof(event));
		before = event;
		check_row_int(rows[i].line, asrun_parse(rows[i].text, &event, items, sizeof(items)),
			      -EINVAL);
		check_row(rows[i].line, memcmp(&event, &before, sizeof(event)) == 0);
	}
}

/* A text with one byte changed or cut off is another event or none, never a crash. */
static void damaged_texts(void **state)
{
	uint64_t random = make_seed("damaged_texts", 12);
	struct asrun_event event = item_event(3, "khau-hieu-01"), back;
	char text[1024], copy[1024], again[1024], items[64];
	int n = asrun_print(&event, text, sizeof(text));

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		memcpy(copy, text, (size_t)n + 1);
		copy[i] = '\0';
		assert_int_equal(asrun_parse(copy, &back, items, sizeof(items)), -EINVAL);
	}
	for (int i = 0; i < 20000; i++) {
		memcpy(copy, text, (size_t)n + 1);
		copy[make_between(&random, 0, n - 1)] = (char)make_between(&random, 1, 255);
		if (asrun_parse(copy, &back, items, sizeof(items)) != 0)
			continue;
		assert_true(asrun_print(&back, again, sizeof(again)) > 0);
		assert_string_equal(again, copy);
	}
}

static void room_for_the_text(void **state)
{
	struct asrun_event event = opened_event();
	char text[LIMIT_ASRUN_TEXT];
	int n = asrun_print(&event, text, sizeof(text));

	(void)state;
	assert_true(n > 0);
	assert_int_equal(asrun_print(&event, text, (size_t)n), -ENOSPC);
	assert_int_equal(asrun_print(&event, text, 0), -ENOSPC);
	assert_int_equal(asrun_print(&event, text, (size_t)n + 1), n);
}

/* The most that can be in an event finds room. */
static void longest_text(void **state)
{
	char *text = malloc(LIMIT_ASRUN_TEXT), *items = malloc(LIMIT_ASRUN_ITEMS);
	struct asrun_event event = item_event(255, "a"), back;

	(void)state;
	assert_non_null(text);
	assert_non_null(items);
	memset(items, 'x', LIMIT_ASRUN_ITEMS - 1);
	items[LIMIT_ASRUN_ITEMS - 1] = '\0';
	event.items = items;
	memset(event.why, 1, sizeof(event.why) - 1);
	memset(event.who, 1, sizeof(event.who) - 1);
	memset(event.campaign, '"', sizeof(event.campaign) - 1);
	assert_true(asrun_print(&event, text, LIMIT_ASRUN_TEXT) > LIMIT_ASRUN_ITEMS);
	assert_int_equal(asrun_parse(text, &back, items, LIMIT_ASRUN_ITEMS), 0);
	free(text);
	free(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_text), cmocka_unit_test(kept_to_the_millisecond),
		cmocka_unit_test(random_events),  cmocka_unit_test(refused_texts),
		cmocka_unit_test(damaged_texts),  cmocka_unit_test(room_for_the_text),
		cmocka_unit_test(longest_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
