/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "asrun.h"
#include "check.h"
#include "make_plan.h"

#define JUNE INT64_C(1717195500000000) /* 2024-06-01T05:45+07:00 */

static void copy_text(char *to, size_t n, const char *from)
{
	assert_true(strlen(from) < n);
	memset(to, 0, n);
	memcpy(to, from, strlen(from));
}

#define SET(field, text) copy_text(field, sizeof(field), text)

static struct asrun_event opened_event(void)
{
	struct asrun_event event;

	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_OPENED;
	event.row = 7;
	event.time_us = JUNE - 15 * CIVIL_US;
	event.accounted_us = JUNE - 3600 * CIVIL_US;
	event.clock = CLOCK_TRUSTED;
	event.planned_us = JUNE;
	SET(event.campaign, "thang-hanh-dong-2024");
	SET(event.broadcast, "buoi-sang");
	event.items = "nhac-hieu khau-hieu-01";
	return event;
}

static struct asrun_event item_event(unsigned position, const char *clip)
{
	struct asrun_event event;

	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_ITEM;
	event.row = 7;
	event.time_us = JUNE + (position + 1) * 10 * CIVIL_US;
	event.clock = CLOCK_TRUSTED;
	event.position = position;
	SET(event.clip, clip);
	for (unsigned i = 0; i < 32; i++)
		event.sha256[i] = (uint8_t)(i * 9);
	event.started_us = JUNE + position * 10 * CIVIL_US;
	event.ended_us = event.started_us + 10 * CIVIL_US;
	event.frames = 480000;
	event.audible = 470000;
	event.rate_hz = 48000;
	event.xruns = position;
	event.whole = true;
	return event;
}

static struct asrun_event closed_event(void)
{
	struct asrun_event event;

	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_CLOSED;
	event.row = 7;
	event.time_us = JUNE + 21 * CIVIL_US;
	event.clock = CLOCK_HOLDOVER;
	event.started_us = JUNE;
	event.ended_us = JUNE + 20 * CIVIL_US;
	event.outcome = OUTCOME_PARTIAL;
	event.reason = REASON_NO_RECORDING;
	return event;
}

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

static void fold_a_row(void **state)
{
	struct asrun_event opened = opened_event(), first = item_event(0, "nhac-hieu"),
			   second = item_event(1, "khau-hieu-01"), closed = closed_event(), note;
	struct asrun_row row = {0};

	(void)state;
	assert_int_equal(asrun_fold(&row, &opened), 0);
	assert_true(row.seen && !row.closed);
	assert_int_equal(row.outcome, OUTCOME_NONE);
	assert_int_equal(asrun_fold(&row, &first), 0);
	assert_int_equal(row.started_us, JUNE);
	assert_int_equal(row.ended_us, JUNE + 10 * CIVIL_US);
	second.whole = false;
	assert_int_equal(asrun_fold(&row, &second), 0);
	memset(&note, 0, sizeof(note));
	note.kind = ASRUN_NOTE;
	assert_int_equal(asrun_fold(&row, &note), 0);
	assert_int_equal(asrun_fold(&row, &closed), 0);
	assert_true(row.closed);
	assert_string_equal(row.opened.broadcast, "buoi-sang");
	assert_int_equal(row.opened.planned_us, JUNE);
	assert_string_equal(row.items, "nhac-hieu khau-hieu-01");
	assert_ptr_equal(row.opened.items, row.items);
	assert_string_equal(row.aired, "nhac-hieu khau-hieu-01");
	assert_int_equal(row.n_items, 2);
	assert_int_equal(row.n_whole, 1);
	assert_int_equal(row.frames, 960000);
	assert_int_equal(row.audible, 940000);
	assert_int_equal(row.xruns, 1);
	assert_int_equal(row.outcome, OUTCOME_PARTIAL);
	assert_int_equal(row.reason, REASON_NO_RECORDING);
	assert_int_equal(row.started_us, JUNE);
	assert_int_equal(row.ended_us, JUNE + 20 * CIVIL_US);
	asrun_row_done(&row);
	assert_null(row.items);
	asrun_row_done(&row);
}

/* Missed: closed alone. A clip of which nothing sounded is not among the aired. */
static void fold_what_did_not_sound(void **state)
{
	struct asrun_event closed = opened_event(), opened = opened_event(),
			   item = item_event(0, "nhac-hieu");
	struct asrun_row row = {0};

	(void)state;
	closed.kind = ASRUN_CLOSED;
	closed.outcome = OUTCOME_MISSED;
	closed.reason = REASON_OFF;
	assert_int_equal(asrun_fold(&row, &closed), 0);
	assert_true(row.seen && row.closed);
	assert_string_equal(row.opened.campaign, "thang-hanh-dong-2024");
	assert_string_equal(row.items, "nhac-hieu khau-hieu-01");
	assert_null(row.aired);
	assert_int_equal(row.started_us, 0);
	assert_int_equal(row.outcome, OUTCOME_MISSED);
	asrun_row_done(&row);

	opened.items = NULL;
	item.frames = 0;
	assert_int_equal(asrun_fold(&row, &opened), 0);
	assert_int_equal(asrun_fold(&row, &item), 0);
	assert_null(row.items);
	assert_null(row.aired);
	assert_int_equal(row.n_items, 1);
	asrun_row_done(&row);
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(asrun_outcome_name(OUTCOME_NONE), "open");
	assert_string_equal(asrun_outcome_name(OUTCOME_REFUSED), "refused");
	assert_null(asrun_reason_code(REASON_NONE));
	assert_string_equal(asrun_reason_code(REASON_OUTSIDE_AIRTIME), "outside-airtime");
	assert_string_equal(asrun_reason_code(REASON_HARD_STOP), "hard-stop");
	assert_string_equal(asrun_trigger_name(TRIGGER_CLI), "cli");
	for (int i = REASON_NONE + 1; i <= REASON_HARD_STOP; i++) {
		assert_string_not_equal(asrun_reason_code((enum asrun_reason)i), "?");
		for (int j = REASON_NONE + 1; j < i; j++)
			assert_string_not_equal(asrun_reason_code((enum asrun_reason)i),
						asrun_reason_code((enum asrun_reason)j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_text),
		cmocka_unit_test(kept_to_the_millisecond),
		cmocka_unit_test(random_events),
		cmocka_unit_test(refused_texts),
		cmocka_unit_test(damaged_texts),
		cmocka_unit_test(room_for_the_text),
		cmocka_unit_test(longest_text),
		cmocka_unit_test(fold_a_row),
		cmocka_unit_test(fold_what_did_not_sound),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
