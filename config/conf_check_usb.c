/* SPDX-License-Identifier: MIT */
/* The USB stick: which folder of it, how much of it, and a loudspeaker that is not the horns. */
#include <stdio.h>
#include <string.h>

#include "conf_check.h"
#include "words.h"

/* The card that a device's name names, without "hw:", "CARD=" and what follows; false: none. */
static bool card_of(const char *device, const char **ret, size_t *ret_n)
{
	const char *colon = strchr(device, ':');

	if (!colon || strncmp(device, "usb:", 4) == 0)
		return false;
	*ret = colon + 1;
	if (strncmp(*ret, "CARD=", 5) == 0)
		*ret += 5;
	*ret_n = strcspn(*ret, ",");
	return *ret_n > 0;
}

static bool is_same(const char *a, const char *b)
{
	const char *card, *other;
	size_t n, m;

	if (strcmp(a, b) == 0)
		return true;
	return card_of(a, &card, &n) && card_of(b, &other, &m) && n == m &&
	       memcmp(card, other, n) == 0;
}

/* A card by its number, whose id is not known here; or by the port that it is plugged into. */
static bool is_by_place(const char *device)
{
	const char *card;
	size_t n;

	return strncmp(device, "usb:", 4) == 0 ||
	       (card_of(device, &card, &n) && strspn(card, "0123456789") >= n);
}

/* A name that ALSA, or a sound server, leads to whatever card it likes. */
static bool is_any_card(const char *device)
{
	static const char *const names[] = {"default", "sysdefault", "pulse", "pipewire", "jack"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(device, names[i]) == 0)
			return true;
	return false;
}

static bool is_unsure(const char *a, const char *b)
{
	return is_any_card(a) || is_any_card(b) || is_by_place(a) != is_by_place(b);
}

/* The tone must not come out of the horns: what cannot be told apart for sure is refused. */
static void check_monitor(struct check *check, const struct draft_section *section)
{
	struct settings *settings = &check->settings;
	char *monitor = settings->usb.monitor;
	size_t n = sizeof(settings->usb.monitor);

	snprintf(monitor, n, "%s", value_text(check, section, "monitor", n));
	if (!*monitor)
		return;
	if (is_same(monitor, settings->device))
		check_error(check, "same-device", section, value_line(section, "monitor"),
			    _("monitor = \"%s\" is the sound card of the loudspeakers (device = "
			      "\"%s\" in audio); name another card, or leave monitor out"),
			    monitor, settings->device);
	else if (is_unsure(monitor, settings->device))
		check_error(check, "unsure-device", section, value_line(section, "monitor"),
			    _("monitor = \"%s\" may lead to the card of the loudspeakers (device = "
			      "\"%s\" in audio); name both by their cards, for example "
			      "\"card:Headphones\""),
			    monitor, settings->device);
}

static bool is_folder(const char *text)
{
	if (strcmp(text, "/") == 0)
		return true;
	return *text && *text != '.' && !strpbrk(text, "/\\:*?\"<>|");
}

static void check_folder(struct check *check, const struct draft_section *section)
{
	struct settings_usb *usb = &check->settings.usb;
	const char *folder = value_text(check, section, "folder", sizeof(usb->folder));

	if (!is_folder(folder))
		check_error(check, "bad-text", section, value_line(section, "folder"),
			    _("folder = \"%s\" is no folder of a stick; write one name, for "
			      "example \"LOAPHUONG\", or \"/\" for all of the stick"),
			    folder);
	snprintf(usb->folder, sizeof(usb->folder), "%s", folder);
}

void check_usb(struct check *check)
{
	struct settings_usb *usb = &check->settings.usb;
	bool present;
	const struct draft_section *section = check_single(check, "usb", &present);

	if (!section || !present)
		return;
	usb->enabled = value_flag(check, section, "enabled");
	usb->result_file = value_flag(check, section, "result-file");
	check_folder(check, section);
	usb->files_max = (unsigned)value_number(
		check, section, "files-max",
		(struct value_range){1, SETTINGS_USB_FILES, .whole = true, .unit = ""});
	usb->depth_max = (unsigned)value_number(
		check, section, "depth-max",
		(struct value_range){0, SETTINGS_USB_DEPTH, .whole = true, .unit = ""});
	check_monitor(check, section);
}
