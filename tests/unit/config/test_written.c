/* SPDX-License-Identifier: MIT */
/* Changes in place: what was asked for is there, and nothing else has moved. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "conf.h"
#include "written.h"

#define CAMPAIGN  "c"
#define TEXTS_MAX 16

/* A change in one line: kind, name, key, texts. texts NULL: the key is taken away. */
struct asked {
	const char *kind, *name, *key;
	const char *texts[TEXTS_MAX];
	bool list, remove;
};

struct changing {
	int line;
	const char *before;
	struct asked asked;
	int error;
	const char *after, *lost;
};

static size_t count(const char *const *texts)
{
	size_t n = 0;

	while (n < TEXTS_MAX && texts[n])
		n++;
	return n;
}

static int apply(const char *text, const struct asked *asked, struct written_changed *ret)
{
	struct change_value value = {asked->key, asked->texts, count(asked->texts), asked->list};
	struct change change = {CAMPAIGN,      asked->kind, asked->name,
				asked->remove, &value,	    asked->key ? 1 : 0};

	return written_change(text, strlen(text), &change, 1, ret);
}

static const struct changing table[] = {
	{ROW,
	 "campaign \"c\" {\n\tbroadcast \"b\" {\n\t\tat    = {\"17:00\"} # chiều\n\t}\n}\n",
	 {"broadcast", "b", "at", {"17:15"}, true, false},
	 0,
	 "campaign \"c\" {\n\tbroadcast \"b\" {\n\t\tat    = {\"17:15\"} # chiều\n\t}\n}\n",
	 ""},
	/* the same again, however it is quoted: not a byte differs */
	{ROW,
	 "campaign c {\n\tbroadcast 'b' {\n\t\tat = 17:00 // x\n\t}\n}\n",
	 {"broadcast", "b", "at", {"17:00"}, true, false},
	 0,
	 "campaign c {\n\tbroadcast 'b' {\n\t\tat = 17:00 // x\n\t}\n}\n",
	 ""},
	/* a comment inside of the value goes, and is told */
	{ROW,
	 "campaign \"c\" {\n  broadcast \"b\" {\n    at = {\"05:45\", # sáng\n      \"17:00\" /* "
	 "chiều */ }\n  }\n}\n",
	 {"broadcast", "b", "at", {"05:45"}, true, false},
	 0,
	 "campaign \"c\" {\n  broadcast \"b\" {\n    at = {\"05:45\"}\n  }\n}\n",
	 "# sáng\n/* chiều */\n"},
	/* a key that was not there stands behind the last, set in as that is */
	{ROW,
	 "campaign \"c\" {\n  broadcast \"b\" {\n    at = \"05:45\" # sáng\n  }\n}\n",
	 {"broadcast", "b", "days", {"mon", "tue"}, true, false},
	 0,
	 "campaign \"c\" {\n  broadcast \"b\" {\n    at = \"05:45\" # sáng\n    days = {\"mon\", "
	 "\"tue\"}\n  }\n}\n",
	 ""},
	{ROW,
	 "campaign \"c\" { broadcast \"b\" { at = \"05:45\" } }\n",
	 {"broadcast", "b", "enabled", {"false"}, false, false},
	 0,
	 "campaign \"c\" { broadcast \"b\" { at = \"05:45\" enabled = false } }\n",
	 ""},
	{ROW,
	 "campaign \"c\" {\n\tbroadcast \"b\" {\n\t}\n}\n",
	 {"broadcast", "b", "repeat", {"2"}, false, false},
	 0,
	 "campaign \"c\" {\n\tbroadcast \"b\" {\n\t\trepeat = 2\n\t}\n}\n",
	 ""},
	/* taken away with its line, and the comment on it */
	{ROW,
	 "campaign \"c\" {\n\ttitle = \"T\"\n\tfrom = \"06-01\" # đầu\n\t# sau\n}\n",
	 {NULL, NULL, "from", {NULL}, false, false},
	 0,
	 "campaign \"c\" {\n\ttitle = \"T\"\n\t# sau\n}\n",
	 "# đầu\n"},
	{ROW,
	 "campaign \"c\" { title = \"T\" from = \"06-01\" until = \"06-30\" }\n",
	 {NULL, NULL, "from", {NULL}, false, false},
	 0,
	 "campaign \"c\" { title = \"T\"  until = \"06-30\" }\n",
	 ""},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {NULL, NULL, "from", {NULL}, false, false},
	 0,
	 "campaign \"c\" {\n}\n",
	 ""},
	/* a new section stands behind its brothers */
	{ROW,
	 "campaign \"c\" {\n\tclip \"x\" {\n\t}\n\n\t# giờ\n\tbroadcast \"b\" {\n\t}\n}\n",
	 {"clip", "y", "title", {"Lời \"chào\"\\\nhai"}, false, false},
	 0,
	 "campaign \"c\" {\n\tclip \"x\" {\n\t}\n\n\tclip \"y\" {\n\t\ttitle = \"Lời "
	 "\\\"chào\\\"\\\\\\nhai\"\n\t}\n\n\t# giờ\n\tbroadcast \"b\" {\n\t}\n}\n",
	 ""},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {"clip", "y", "title", {"a"}, false, false},
	 0,
	 "campaign \"c\" {\n\n\tclip \"y\" {\n\t\ttitle = \"a\"\n\t}\n}\n",
	 ""},
	{ROW,
	 "",
	 {NULL, NULL, "title", {"Mới"}, false, false},
	 0,
	 "campaign \"c\" {\n\ttitle = \"Mới\"\n}\n",
	 ""},
	{ROW,
	 "# tệp\nclip \"x\" {}\n",
	 {NULL, NULL, "title", {"Mới"}, false, false},
	 0,
	 "# tệp\nclip \"x\" {}\n\ncampaign \"c\" {\n\ttitle = \"Mới\"\n}\n",
	 ""},
	/* removed: what stands in it goes, what stands over it stays */
	{ROW,
	 "campaign \"c\" {\n\tclip \"x\" {\n\t}\n\n\t# trên\n\tclip \"y\" {\n\t\t# trong\n\t}\n}\n",
	 {"clip", "y", NULL, {NULL}, false, true},
	 0,
	 "campaign \"c\" {\n\tclip \"x\" {\n\t}\n\n\t# trên\n}\n",
	 "# trong\n"},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {"clip", "y", NULL, {NULL}, false, true},
	 -ENOENT,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"d\" {\n}\n",
	 {"clip", "y", "title", {"a"}, false, false},
	 -ENOENT,
	 NULL,
	 NULL},
	/* what cannot be written */
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {NULL, NULL, "title\" evil", {"a"}, false, false},
	 -EBADMSG,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {"station", "y", "name", {"a"}, false, false},
	 -EBADMSG,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {"clip", "y\r", "title", {"a"}, false, false},
	 -EBADMSG,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {"clip", "y", "title", {"a\x01"}, false, false},
	 -EBADMSG,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {"clip", "y", "title", {"a", "b"}, false, false},
	 -EBADMSG,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" {\n}\n",
	 {"clip", "y", "title", {"a", "b"}, true, false},
	 -EBADMSG,
	 NULL,
	 NULL},
	/* what is no config */
	{ROW,
	 "campaign \"c\" {\n",
	 {NULL, NULL, "title", {"a"}, false, false},
	 -EINVAL,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" }\n",
	 {NULL, NULL, "title", {"a"}, false, false},
	 -EINVAL,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" { title = }\n",
	 {NULL, NULL, "title", {"a"}, false, false},
	 -EINVAL,
	 NULL,
	 NULL},
	{ROW,
	 "campaign \"c\" { } \"\n",
	 {NULL, NULL, "title", {"a"}, false, false},
	 -EINVAL,
	 NULL,
	 NULL},
};

static void test_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(table); i++) {
		const struct changing *row = &table[i];
		struct written_changed changed;

		check_row_int(row->line, apply(row->before, &row->asked, &changed), row->error);
		if (row->error == 0) {
			check_row_str(row->line, changed.text, row->after);
			check_row_str(row->line, changed.lost, row->lost);
			check_row_int(row->line, changed.n, strlen(row->after));
			check_row_int(row->line, changed.differs,
				      strcmp(row->before, row->after) != 0);
		}
		written_changed_done(&changed);
	}
}

static char *shipped(void)
{
	static const char path[] =
		LOA_SOURCE_DIR "/config/campaigns/thang-hanh-dong-2024/campaign.conf";
	struct faults faults = {0};
	char *text = NULL;
	size_t n;

	assert_int_equal(conf_read_file(path, &faults, &text, &n), 0);
	faults_done(&faults);
	return text;
}

static const struct written_option *option_of(const struct written *written, const char *kind,
					      const char *name, const char *key)
{
	const struct written_section *campaign =
		written_find(written_root(written), "campaign", "thang-hanh-dong-2024");

	return written_option(written_find(campaign, kind, name), key);
}

/* An official's day in the file that is shipped: times, items in another order, one thing more and off again. */
static void test_shipped_file(void **state)
{
	static const char *const at[] = {"17:15"};
	static const char *const play[] = {"goi-111", "khau-hieu"};
	static const char *const once[] = {"2024-06-12"};
	const struct change_value times = {"at", at, 1, true}, items = {"play", play, 2, true},
				  dates = {"dates", once, 1, true};
	const struct change_value added[] = {times, dates, items};
	const char *name = "thang-hanh-dong-2024";
	const struct change changes[] = {
		{name, "broadcast", "buoi-chieu", false, &times, 1},
		{name, "broadcast", "buoi-chieu", false, &items, 1},
		{name, "broadcast", "them", false, added, 3},
	};
	const struct change back = {name, "broadcast", "them", true, NULL, 0};
	struct written_changed changed, again;
	struct written *written;
	char *text = shipped();

	(void)state;
	assert_int_equal(written_change(text, strlen(text), changes, 3, &changed), 0);
	assert_string_equal(changed.lost, "");
	assert_int_equal(written_read(changed.text, changed.n, &written), 0);
	assert_string_equal(option_of(written, "broadcast", "buoi-chieu", "at")->first->text,
			    "17:15");
	assert_string_equal(
		option_of(written, "broadcast", "buoi-chieu", "play")->first->next->text,
		"khau-hieu");
	assert_string_equal(option_of(written, "broadcast", "them", "dates")->first->text,
			    "2024-06-12");
	assert_string_equal(option_of(written, "broadcast", "buoi-sang", "at")->first->text,
			    "05:45");
	written_free(written);
	/* add and remove: as if nothing had been */
	assert_int_equal(written_change(changed.text, changed.n, &back, 1, &again), 0);
	written_changed_done(&changed);
	assert_int_equal(written_change(text, strlen(text), changes, 2, &changed), 0);
	assert_string_equal(again.text, changed.text);
	written_changed_done(&changed);
	written_changed_done(&again);
	free(text);
}

/* A list that is too long for a line is broken, and says the same. */
static void test_long_list(void **state)
{
	static const char *const clips[] = {"khau-hieu-01", "khau-hieu-02", "khau-hieu-03",
					    "khau-hieu-04", "khau-hieu-05", "khau-hieu-06",
					    "khau-hieu-07", "khau-hieu-08", "khau-hieu-09"};
	const struct change_value value = {"clips", clips, CHECK_COUNT(clips), true};
	const struct change change = {
		"thang-hanh-dong-2024", "playlist", "khau-hieu", false, &value, 1};
	struct written_changed changed;
	struct written *written;
	char *text = shipped();

	(void)state;
	assert_int_equal(written_change(text, strlen(text), &change, 1, &changed), 0);
	assert_non_null(strstr(changed.text, "\"khau-hieu-04\",\n\t\t\t\"khau-hieu-05\""));
	assert_non_null(strstr(changed.text, "\"khau-hieu-09\"\n\t\t}\n\t\torder = \"rotate\"\n"));
	assert_int_equal(written_read(changed.text, changed.n, &written), 0);
	assert_int_equal(option_of(written, "playlist", "khau-hieu", "clips")->n,
			 CHECK_COUNT(clips));
	written_free(written);
	written_changed_done(&changed);
	free(text);
}

/* All or nothing, and which one it was. */
static void test_whole_or_not(void **state)
{
	static const char *const title[] = {"T"};
	const struct change_value value = {"title", title, 1, false};
	const struct change changes[] = {
		{CAMPAIGN, NULL, NULL, false, &value, 1},
		{CAMPAIGN, "clip", "none", true, NULL, 0},
		{CAMPAIGN, NULL, NULL, false, &value, 1},
	};
	struct written_changed changed;

	(void)state;
	assert_int_equal(written_change("campaign c {\n}\n", 15, changes, 3, &changed), -ENOENT);
	assert_int_equal(changed.at, 1);
	assert_null(changed.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_shipped_file),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
