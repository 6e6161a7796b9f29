/* SPDX-License-Identifier: MIT */
/*
 * Card numbers change between boots and boards; a card's id, and the port its plug is in, do not.
 */
#include "sink_alsa_internal.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool alsa_read_word(const char *folder, const char *file, char *ret, size_t n)
{
	char path[PATH_MAX + 64];
	FILE *from;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	from = fopen(path, "re");
	if (!from)
		return false;
	ok = fgets(ret, (int)n, from) != NULL;
	fclose(from);
	if (ok)
		ret[strcspn(ret, "\n")] = '\0';
	return ok;
}

/* "card12" but not "card12-hdmi", and not "controlC12". */
static bool is_card(const char *entry)
{
	return strncmp(entry, "card", 4) == 0 && isdigit((unsigned char)entry[4]) &&
	       entry[4 + strspn(entry + 4, "0123456789")] == '\0';
}

/* What "usb:" is followed by: VENDOR:PRODUCT, PORT, or VENDOR:PRODUCT@PORT. */
struct usb_wish {
	char id[16]; /* "0d8c:0014", "" = any */
	char port[64];
};

static bool usb_wish_parse(const char *text, struct usb_wish *ret)
{
	const char *at = strchr(text, '@'), *port = at ? at + 1 : text;
	size_t n_id = at ? (size_t)(at - text) : 0;
	bool id_alone = !at && strchr(text, ':');

	if (id_alone)
		n_id = strlen(text), port = "";
	if (n_id >= sizeof(ret->id) || strlen(port) >= sizeof(ret->port))
		return false;
	memcpy(ret->id, text, n_id);
	ret->id[n_id] = '\0';
	memcpy(ret->port, port, strlen(port) + 1);
	return ret->id[0] || ret->port[0];
}

/* cardN/device leads to the interface "1-1.2:1.0"; the folder above it is the device "1-1.2". */
bool alsa_usb_folder(const char *card_folder, char ret[PATH_MAX])
{
	char link[PATH_MAX + 16], vendor[8];
	char *slash;

	snprintf(link, sizeof(link), "%s/device", card_folder);
	if (!realpath(link, ret))
		return false;
	slash = strrchr(ret, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return alsa_read_word(ret, "idVendor", vendor, sizeof(vendor));
}

static bool usb_fits(const char *card_folder, const struct usb_wish *wish)
{
	char folder[PATH_MAX], vendor[8], product[8], id[20];
	const char *slash;

	if (!alsa_usb_folder(card_folder, folder) ||
	    !alsa_read_word(folder, "idVendor", vendor, sizeof(vendor)) ||
	    !alsa_read_word(folder, "idProduct", product, sizeof(product)))
		return false;
	snprintf(id, sizeof(id), "%s:%s", vendor, product);
	slash = strrchr(folder, '/');
	return (!wish->id[0] || strcasecmp(id, wish->id) == 0) &&
	       (!wish->port[0] || (slash && strcmp(slash + 1, wish->port) == 0));
}

/* The id of the first card that fits; wish NULL: of each, as a list for people. */
static bool find_card(const char *sysfs, const struct usb_wish *wish, char *ret, size_t n_ret)
{
	struct dirent *entry;
	DIR *folder = opendir(sysfs);
	bool found = false;

	ret[0] = '\0';
	while (folder && !found && (entry = readdir(folder))) {
		char path[PATH_MAX], id[64];
		size_t used = strlen(ret);

		if (!is_card(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", sysfs, entry->d_name);
		if (!alsa_read_word(path, "id", id, sizeof(id)))
			continue;
		if (wish && !usb_fits(path, wish))
			continue;
		found = wish != NULL;
		snprintf(ret + used, n_ret - used, "%s%s", used ? ", " : "", id);
	}
	if (folder)
		closedir(folder);
	return found;
}

static bool is_connected(const char *sysfs, const char *id)
{
	char all[256], *next = all;

	find_card(sysfs, NULL, all, sizeof(all));
	while (next && *next) {
		char *comma = strstr(next, ", ");

		if (comma)
			*comma = '\0';
		if (strcmp(next, id) == 0)
			return true;
		next = comma ? comma + 2 : NULL;
	}
	return false;
}

/* The card itself first; where it cannot do the format or channels, ALSA may convert them. */
static int names_of_card(const char *id, struct alsa_names *ret)
{
	ret->n = 2;
	if ((size_t)snprintf(ret->name[0], ALSA_NAME_BYTES, "hw:CARD=%s", id) >= ALSA_NAME_BYTES ||
	    (size_t)snprintf(ret->name[1], ALSA_NAME_BYTES, "plughw:CARD=%s", id) >=
		    ALSA_NAME_BYTES)
		return -ENAMETOOLONG;
	return 0;
}

int alsa_names_of(const char *device, const char *sysfs, struct alsa_names *ret, char *ret_cards,
		  size_t n_cards)
{
	struct usb_wish wish;
	char id[64];

	if (strncmp(device, "card:", 5) == 0) {
		if (is_connected(sysfs, device + 5))
			return names_of_card(device + 5, ret);
		find_card(sysfs, NULL, ret_cards, n_cards);
		return -ENODEV;
	}
	if (strncmp(device, "usb:", 4) == 0) {
		if (usb_wish_parse(device + 4, &wish) && find_card(sysfs, &wish, id, sizeof(id)))
			return names_of_card(id, ret);
		find_card(sysfs, NULL, ret_cards, n_cards);
		return -ENODEV;
	}
	ret->n = 1;
	if ((size_t)snprintf(ret->name[0], ALSA_NAME_BYTES, "%s", device) >= ALSA_NAME_BYTES)
		return -ENAMETOOLONG;
	return 0;
}
