/* SPDX-License-Identifier: MIT */
#include "sink_alsa_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARDS_MAX 32 /* as many as ALSA can have */

/* "pcmC1D0p": the first device of card 1 that plays. */
static bool can_play(const char *sysfs, int card)
{
	char path[PATH_MAX];

	for (int device = 0; device < 32; device++) {
		snprintf(path, sizeof(path), "%s/pcmC%dD%dp", sysfs, card, device);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

static void read_name(int card, char *ret, size_t n)
{
	char *name = NULL;

	ret[0] = '\0';
	if (snd_card_get_name(card, &name) == 0)
		snprintf(ret, n, "%s", name);
	free(name);
}

/* "1-1.2"; "" where it is no USB card. */
static void read_port(const char *card_folder, char *ret, size_t n)
{
	char folder[PATH_MAX];
	const char *slash = alsa_usb_folder(card_folder, folder) ? strrchr(folder, '/') : NULL;

	snprintf(ret, n, "%.*s", (int)n - 1, slash ? slash + 1 : "");
}

/*
 * Two of one product have ids that change places when they are found in another order at the next
 * boot; the ports they are plugged into do not.
 */
static void name_by_port(struct sink_card *cards, char ports[][64], size_t n)
{
	size_t n_usb = 0;

	for (size_t i = 0; i < n; i++)
		n_usb += ports[i][0] != '\0';
	for (size_t i = 0; i < n && n_usb > 1; i++)
		if (ports[i][0])
			snprintf(cards[i].device, sizeof(cards[i].device), "usb:%s", ports[i]);
}

size_t alsa_cards_of(const char *sysfs, struct sink_card *ret, size_t n)
{
	char ports[CARDS_MAX][64] = {""};
	size_t found = 0;

	for (int card = 0; card < CARDS_MAX && found < n; card++) {
		char id[64], folder[PATH_MAX];

		snprintf(folder, sizeof(folder), "%s/card%d", sysfs, card);
		if (!can_play(sysfs, card) || !alsa_read_word(folder, "id", id, sizeof(id)) ||
		    !id[0])
			continue;
		snprintf(ret[found].device, sizeof(ret[found].device), "card:%s", id);
		read_name(card, ret[found].name, sizeof(ret[found].name));
		read_port(folder, ports[found], sizeof(ports[found]));
		found++;
	}
	name_by_port(ret, ports, found);
	return found;
}

size_t sink_alsa_cards(struct sink_card *ret, size_t n)
{
	return alsa_cards_of(ALSA_SYSFS, ret, n);
}
