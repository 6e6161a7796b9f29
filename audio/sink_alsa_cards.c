/* SPDX-License-Identifier: MIT */
#include "sink_alsa_internal.h"

#include <limits.h>
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

static bool read_id(const char *sysfs, int card, char *ret, size_t n)
{
	char path[PATH_MAX];
	FILE *file;
	bool ok;

	snprintf(path, sizeof(path), "%s/card%d/id", sysfs, card);
	file = fopen(path, "re");
	ok = file && fgets(ret, (int)n, file);
	if (file)
		fclose(file);
	if (ok)
		ret[strcspn(ret, "\n")] = '\0';
	return ok && ret[0];
}

static void read_name(int card, char *ret, size_t n)
{
	char *name = NULL;

	ret[0] = '\0';
	if (snd_card_get_name(card, &name) == 0)
		snprintf(ret, n, "%s", name);
	free(name);
}

/* "1-1.2" of a USB card: cardN/device leads to its interface, the folder above it is the plug's. */
static bool read_port(const char *sysfs, int card, char *ret, size_t n)
{
	char link[PATH_MAX], folder[PATH_MAX + 16], *slash;

	snprintf(link, sizeof(link), "%s/card%d/device", sysfs, card);
	if (!realpath(link, folder) || !(slash = strrchr(folder, '/')))
		return false;
	memcpy(slash, "/", 2);
	strncat(folder, "idVendor", sizeof(folder) - strlen(folder) - 1);
	if (access(folder, F_OK) < 0)
		return false;
	*slash = '\0';
	slash = strrchr(folder, '/');
	return slash && (size_t)snprintf(ret, n, "%s", slash + 1) < n;
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
		char id[64];

		if (!can_play(sysfs, card) || !read_id(sysfs, card, id, sizeof(id)))
			continue;
		snprintf(ret[found].device, sizeof(ret[found].device), "card:%s", id);
		read_name(card, ret[found].name, sizeof(ret[found].name));
		if (!read_port(sysfs, card, ports[found], sizeof(ports[found])))
			ports[found][0] = '\0';
		found++;
	}
	name_by_port(ret, ports, found);
	return found;
}

size_t sink_alsa_cards(struct sink_card *ret, size_t n)
{
	return alsa_cards_of(ALSA_SYSFS, ret, n);
}
