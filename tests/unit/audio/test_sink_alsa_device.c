/* SPDX-License-Identifier: MIT */
/* A card is found by its id or its port, whatever number it has today. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alsa_bench.h"
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

/* What a technician chooses from: cards that play, by names that are the same after a reboot. */
static void test_lists_what_can_play(void **state)
{
	const struct tree *tree = *state;
	struct sink_card cards[8];

	make_folder(tree, "sound/pcmC0D3p");
	make_folder(tree, "sound/pcmC1D0p");
	make_folder(tree, "sound/pcmC2D0c"); /* a microphone */
	assert_int_equal(alsa_cards_of(tree->sound, cards, 8), 2);
	assert_string_equal(cards[0].device, "card:vc4hdmi");
	assert_string_equal(cards[1].device, "card:Device");
	make_folder(tree, "sound/pcmC2D0p");
	assert_int_equal(alsa_cards_of(tree->sound, cards, 8), 3);
	assert_string_equal(cards[0].device, "card:vc4hdmi");
	assert_string_equal(cards[1].device, "usb:1-1.4");
	assert_string_equal(cards[2].device, "usb:1-1.2");
	assert_int_equal(alsa_cards_of(tree->sound, cards, 2), 2);
	assert_int_equal(alsa_cards_of("/nowhere", cards, 8), 0);
}

static void remake_card(const struct tree *tree, const char *card, const char *id,
			const char *device)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/sound/%s/device", tree->root, card);
	unlink(path);
	snprintf(path, sizeof(path), "%s/sound/%s/id", tree->root, card);
	unlink(path);
	snprintf(path, sizeof(path), "%s/sound/%s", tree->root, card);
	rmdir(path);
	make_card(tree, card, id, device);
}

/* The boards probe in another order today: the numbers moved, and with them two ids of one product. */
static void reboot_in_other_order(const struct tree *tree)
{
	remake_card(tree, "card0", "Device", "1-1.2/1-1.2:1.0");
	remake_card(tree, "card1", "vc4hdmi", "soc");
	remake_card(tree, "card2", "Device_1", "1-1.4/1-1.4:1.0");
}

struct reboot_row {
	int line;
	const char *device, *before, *after;
};

static void check_opens(int line, const struct tree *tree, const char *device, const char *as)
{
	const struct pcm_format format = {48000, 1};
	struct sink *sink;

	check_row_int(line, sink_alsa_new(device, &sink), 0);
	((struct sink_alsa *)sink)->sysfs = tree->sound;
	check_row_int(line, sink->ops->open(sink, &format), 0);
	check_row_str(line, sink->trouble.device, as);
	sink_free(sink);
}

static void test_opens_the_same_card_after_a_reboot(void **state)
{
	static const struct reboot_row rows[] = {
		{ROW, "card:vc4hdmi", "hw:CARD=vc4hdmi", "hw:CARD=vc4hdmi"},
		{ROW, "usb:1-1.2", "hw:CARD=Device_1", "hw:CARD=Device"},
		{ROW, "usb:0d8c:0014@1-1.4", "hw:CARD=Device", "hw:CARD=Device_1"},
	};
	const struct tree *tree = *state;

	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_opens(rows[i].line, tree, rows[i].device, rows[i].before);
	reboot_in_other_order(tree);
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_opens(rows[i].line, tree, rows[i].device, rows[i].after);
}

/* Where the card itself cannot do it, ALSA converts; not the rate. */
static void test_falls_back_to_conversions(void **state)
{
	const struct tree *tree = *state;
	const struct pcm_format format = {48000, 1};
	struct sink *sink;

	setenv("LOA_PACE_FORMAT", "U8", 1);
	check_opens(ROW, tree, "card:Device", "plughw:CARD=Device");
	alsa_bench_unlimited();
	setenv("LOA_PACE_RATE", "44100", 1);
	assert_int_equal(sink_alsa_new("card:Device", &sink), 0);
	((struct sink_alsa *)sink)->sysfs = tree->sound;
	assert_int_equal(sink->ops->open(sink, &format), -ENODEV);
	assert_int_equal(sink->trouble.cause, SINK_WRONG_RATE);
	assert_int_equal(sink->trouble.least, 44100);
	sink_free(sink);
	alsa_bench_unlimited();
}

static void test_says_what_is_connected_instead(void **state)
{
	const struct tree *tree = *state;
	const struct pcm_format format = {48000, 1};
	struct sink *sink;

	assert_int_equal(sink_alsa_new("usb:1-1.3", &sink), 0);
	((struct sink_alsa *)sink)->sysfs = tree->sound;
	assert_int_equal(sink->ops->open(sink, &format), -ENODEV);
	assert_int_equal(sink->trouble.cause, SINK_ABSENT);
	assert_string_equal(sink->trouble.device, "usb:1-1.3");
	assert_non_null(strstr(sink->trouble.detail, "Device_1"));
	sink_free(sink);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, tree_begin, tree_end),
		cmocka_unit_test_setup_teardown(test_lists_what_can_play, tree_begin, tree_end),
		cmocka_unit_test_setup_teardown(test_tells_what_is_connected, tree_begin, tree_end),
		cmocka_unit_test_setup_teardown(test_opens_the_same_card_after_a_reboot, tree_begin,
						tree_end),
		cmocka_unit_test_setup_teardown(test_falls_back_to_conversions, tree_begin,
						tree_end),
		cmocka_unit_test_setup_teardown(test_says_what_is_connected_instead, tree_begin,
						tree_end),
	};

	return cmocka_run_group_tests(tests, alsa_bench_use, NULL);
}
