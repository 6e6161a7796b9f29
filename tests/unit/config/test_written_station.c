/* SPDX-License-Identifier: MIT */
/* The station's own sections, changed in place: the comment that shows a key gives way to it. */
#include <errno.h>

#include "check.h"
#include "conf.h"
#include "written.h"

#define TEXTS_MAX 4

struct asked {
	const char *kind, *name, *key;
	const char *texts[TEXTS_MAX];
	bool list, remove;
};

static size_t count(const char *const *texts)
{
	size_t n = 0;

	while (n < TEXTS_MAX && texts[n])
		n++;
	return n;
}

static const struct {
	int line;
	const char *before;
	struct asked asked;
	int error;
	const char *after;
} station_table[] = {
	/* in the place of the comment that shows it */
	{ROW,
	 "station {\n\t# name = \"\"    # tên\n\t# language = \"vi\"\n}\n",
	 {"station", NULL, "name", {"Đài A"}, false, false},
	 0,
	 "station {\n\tname = \"Đài A\" # tên\n\t# language = \"vi\"\n}\n"},
	/* and what is said behind it stays where it was, if there is room */
	{ROW,
	 "station {\n\t# timezone = \"\"         # múi\n}\n",
	 {"station", NULL, "timezone", {"UTC"}, false, false},
	 0,
	 "station {\n\ttimezone = \"UTC\"        # múi\n}\n"},
	{ROW,
	 "airtime {\n\t# allow = {\"05:30-21:00\"}\n}\n",
	 {"airtime", NULL, "allow", {"05:30-07:00", "17:00-18:00"}, true, false},
	 0,
	 "airtime {\n\tallow = {\"05:30-07:00\", \"17:00-18:00\"}\n}\n"},
	/* a comment that only begins so, one that goes on in words, and one within a comment */
	{ROW,
	 "audio {\n\t# device: ask\n\t# device-old = \"a\"\n}\n",
	 {"audio", NULL, "device", {"card:A"}, false, false},
	 0,
	 "audio {\n\tdevice = \"card:A\"\n\t# device: ask\n\t# device-old = \"a\"\n}\n"},
	{ROW,
	 "audio {\n\t# device = \"a\" was the old one\n}\n",
	 {"audio", NULL, "device", {"card:A"}, false, false},
	 0,
	 "audio {\n\tdevice = \"card:A\"\n\t# device = \"a\" was the old one\n}\n"},
	{ROW,
	 "audio {\n/*\n# device = \"a\"\n*/\n}\n",
	 {"audio", NULL, "device", {"card:A"}, false, false},
	 0,
	 "audio {\n\tdevice = \"card:A\"\n/*\n# device = \"a\"\n*/\n}\n"},
	{ROW,
	 "audio {\n/* a */ # b /* c\n\t# device = \"a\"\n\trate = 48000 /* d\n# device = "
	 "\"b\"*/\n}\n",
	 {"audio", NULL, "device", {"card:A"}, false, false},
	 0,
	 "audio {\n/* a */ # b /* c\n\tdevice = \"card:A\"\n\trate = 48000 /* d\n# device = "
	 "\"b\"*/\n}\n"},
	/* what is set stays where it is */
	{ROW,
	 "audio {\n\t# device = \"default\"\n\tdevice = \"b\" # mới\n}\n",
	 {"audio", NULL, "device", {"card:A"}, false, false},
	 0,
	 "audio {\n\t# device = \"default\"\n\tdevice = \"card:A\" # mới\n}\n"},
	/* a section stands behind its example, or at the end */
	{ROW,
	 "# button \"main\" {\n#\tline = \"GPIO17\"\n# }\n\nusb {\n}\n",
	 {"button", "main", "line", {"GPIO4"}, false, false},
	 0,
	 "# button \"main\" {\n#\tline = \"GPIO17\"\n# }\n\nbutton \"main\" {\n\tline = "
	 "\"GPIO4\"\n}\n\nusb {\n}\n"},
	{ROW,
	 "# in campaigns/*.conf\n# relay {\n# }\nusb {\n}\n",
	 {"relay", NULL, "line", {"GPIO27"}, false, false},
	 0,
	 "# in campaigns/*.conf\n# relay {\n# }\n\nrelay {\n\tline = \"GPIO27\"\n}\nusb {\n}\n"},
	{ROW,
	 "/*\n# relay {\n# }\n*/\nusb {\n}\n",
	 {"relay", NULL, "line", {"GPIO27"}, false, false},
	 0,
	 "/*\n# relay {\n# }\n*/\nusb {\n}\n\nrelay {\n\tline = \"GPIO27\"\n}\n"},
	{ROW,
	 "usb {\n}\n",
	 {"relay", NULL, "line", {"GPIO27"}, false, false},
	 0,
	 "usb {\n}\n\nrelay {\n\tline = \"GPIO27\"\n}\n"},
	{ROW,
	 "relay {\n\tline = \"GPIO27\"\n}\n",
	 {"relay", NULL, NULL, {NULL}, false, true},
	 0,
	 ""},
	/* what cannot be */
	{ROW, "", {"station", "x", "name", {"a"}, false, false}, -EBADMSG, NULL},
	{ROW, "", {"button", NULL, "line", {"a"}, false, false}, -EBADMSG, NULL},
	{ROW, "", {"station", NULL, "nam", {"a"}, false, false}, -EBADMSG, NULL},
	{ROW, "", {"radio", NULL, "name", {"a"}, false, false}, -EBADMSG, NULL},
	{ROW, "", {NULL, NULL, "name", {"a"}, false, false}, -EBADMSG, NULL},
	{ROW, "", {"relay", NULL, NULL, {NULL}, false, true}, -ENOENT, NULL},
};

static void test_station(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(station_table); i++) {
		const struct asked *asked = &station_table[i].asked;
		const char *before = station_table[i].before;
		struct change_value value = {asked->key, asked->texts, count(asked->texts),
					     asked->list};
		struct change change = {NULL,	       asked->kind, asked->name,
					asked->remove, &value,	    asked->key ? 1 : 0};
		struct written_changed changed;
		int error = written_change(before, strlen(before), &change, 1, &changed);

		if (error != station_table[i].error ||
		    (error == 0 && strcmp(changed.text, station_table[i].after) != 0))
			fail_msg("line %d: %d, %s", station_table[i].line, error,
				 error == 0 ? changed.text : "");
		written_changed_done(&changed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_station),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
