/* SPDX-License-Identifier: MIT */
/* A card is found by its id or its port, whatever number it has today. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "sink_alsa_internal.h"

/* A tree like /sys: two cards on USB ports, one soldered. */
struct tree {
	char root[64], sound[96];
};

static void make_file(const struct tree *tree, const char *path, const char *text)
{
	char full[256];
	FILE *to;

	snprintf(full, sizeof(full), "%s/%s", tree->root, path);
	to = fopen(full, "w");
	assert_non_null(to);
	fprintf(to, "%s\n", text);
	fclose(to);
}

static void make_folder(const struct tree *tree, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", tree->root, path);
	assert_int_equal(mkdir(full, 0700), 0);
}

static void make_card(const struct tree *tree, const char *card, const char *id, const char *device)
{
	char path[128], target[128];

	snprintf(path, sizeof(path), "sound/%s", card);
	make_folder(tree, path);
	snprintf(path, sizeof(path), "sound/%s/id", card);
	make_file(tree, path, id);
	snprintf(path, sizeof(path), "%s/sound/%s/device", tree->root, card);
	snprintf(target, sizeof(target), "../../%s", device);
	assert_int_equal(symlink(target, path), 0);
}

static void make_usb(const struct tree *tree, const char *port, const char *vendor,
		     const char *product)
{
	char path[128];

	make_folder(tree, port);
	snprintf(path, sizeof(path), "%s/idVendor", port);
	make_file(tree, path, vendor);
	snprintf(path, sizeof(path), "%s/idProduct", port);
	make_file(tree, path, product);
	snprintf(path, sizeof(path), "%s/%s:1.0", port, port);
	make_folder(tree, path);
}

static int tree_begin(void **state)
{
	struct tree *tree = calloc(1, sizeof(*tree));

	assert_non_null(tree);
	snprintf(tree->root, sizeof(tree->root), "/tmp/sysfs-XXXXXX");
	assert_non_null(mkdtemp(tree->root));
	snprintf(tree->sound, sizeof(tree->sound), "%s/sound", tree->root);
	make_folder(tree, "sound");
	make_folder(tree, "sound/controlC0");
	make_folder(tree, "soc");
	make_usb(tree, "1-1.2", "0d8c", "0014");
	make_usb(tree, "1-1.4", "0d8c", "0014");
	make_card(tree, "card0", "vc4hdmi", "soc");
	make_card(tree, "card1", "Device", "1-1.4/1-1.4:1.0");
	make_card(tree, "card2", "Device_1", "1-1.2/1-1.2:1.0");
	*state = tree;
	return 0;
}

static int tree_end(void **state)
{
	struct tree *tree = *state;
	char command[96];

	snprintf(command, sizeof(command), "rm -r '%s'", tree->root);
	assert_int_equal(system(command), 0);
	free(tree);
	return 0;
}

struct device_row {
	int line;
	const char *device, *first; /* NULL: not connected */
	unsigned n;
};

static void test_names(void **state)
{
	static const struct device_row rows[] = {
		{ROW, "default", "default", 1},
		{ROW, "hw:0,0", "hw:0,0", 1},
		{ROW, "card:Device", "hw:CARD=Device", 2},
		{ROW, "card:Dev", NULL, 0},
		{ROW, "card:", NULL, 0},
		{ROW, "usb:1-1.2", "hw:CARD=Device_1", 2},
		{ROW, "usb:1-1.4", "hw:CARD=Device", 2},
		{ROW, "usb:0d8c:0014@1-1.2", "hw:CARD=Device_1", 2},
		{ROW, "usb:0D8C:0014@1-1.4", "hw:CARD=Device", 2},
		{ROW, "usb:0d8c:0102@1-1.2", NULL, 0},
		{ROW, "usb:0d8c:0014@1-1.3", NULL, 0},
		{ROW, "usb:0d8c:0102", NULL, 0},
		{ROW, "usb:", NULL, 0},
		{ROW, "usb:1-1", NULL, 0},
	};
	const struct tree *tree = *state;

	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct alsa_names names = {.n = 0};
		char cards[128] = "";
		int error =
			alsa_names_of(rows[i].device, tree->sound, &names, cards, sizeof(cards));

		check_row_int(rows[i].line, error, rows[i].first ? 0 : -ENODEV);
		if (!rows[i].first)
			check_row(rows[i].line, strstr(cards, "Device_1"));
		else
			check_row_str(rows[i].line, names.name[0], rows[i].first);
		if (rows[i].first)
			check_row_int(rows[i].line, names.n, rows[i].n);
	}
}

static void test_tells_what_is_connected(void **state)
{
	const struct tree *tree = *state;
	struct alsa_names names;
	char cards[128] = "";

	assert_int_equal(alsa_names_of("card:DAC", tree->sound, &names, cards, sizeof(cards)),
			 -ENODEV);
	assert_non_null(strstr(cards, "vc4hdmi"));
	assert_non_null(strstr(cards, "Device_1"));
	assert_int_equal(alsa_names_of("card:DAC", "/nowhere", &names, cards, sizeof(cards)),
			 -ENODEV);
	assert_string_equal(cards, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, tree_begin, tree_end),
		cmocka_unit_test_setup_teardown(test_tells_what_is_connected, tree_begin, tree_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
