/* SPDX-License-Identifier: MIT */
/* Questions that are answered in words. The config's own checks judge the answers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "setup.h"
#include "words.h"

#define WINDOWS 16 /* permitted hours that can be typed */

/* A key of the section station, that must not be empty. */
static int ask_word(struct setup *setup, const char *question, const char *key,
		    const char *standard)
{
	char line[TALK_LINE];
	int r;

	do {
		r = talk_ask(&setup->talk, question, standard, line, sizeof(line));
		if (r == 0 && !line[0])
			r = -EAGAIN;
		if (r == 0)
			r = setup_answer(&setup->answers, "station", NULL, key, line);
		if (r == 0)
			r = setup_accepts(setup);
	} while (r == -EAGAIN);
	return r;
}

int setup_ask_name(struct setup *setup)
{
	puts(_("1/5  Name of the station. It stands on the page and on the report."));
	return ask_word(setup, _("     Name"), "name", setup->settings.station);
}

int setup_ask_zone(struct setup *setup)
{
	puts(_("2/5  Time zone, by its name in /usr/share/zoneinfo."));
	return ask_word(setup, _("     Time zone"), "timezone", setup->settings.timezone);
}

/* "05:30-07:00, 16:30-18:30" apart; how many. line is cut to pieces. */
static size_t split(char *line, const char *ret[WINDOWS])
{
	size_t n = 0;
	char *rest = line;

	for (char *word; n < WINDOWS && (word = strsep(&rest, ",; "));)
		if (*word)
			ret[n++] = word;
	return n;
}

/* Without days, and as many windows as are typed: what else the section says stays. */
int setup_ask_airtime(struct setup *setup)
{
	char line[TALK_LINE];
	const char *windows[WINDOWS];
	int r;

	puts(_("5/5  Permitted hours: nothing but an emergency sounds outside them."));
	puts(_("     Several with a comma between, as 05:30-07:00, 16:30-18:30."));
	do {
		r = talk_ask(&setup->talk, _("     Hours"), setup->allow, line, sizeof(line));
		if (r == 0)
			r = setup_answer_list(&setup->answers, "airtime", NULL, "allow", windows,
					      split(line, windows));
		if (r == 0)
			r = setup_accepts(setup);
	} while (r == -EAGAIN);
	return r;
}
