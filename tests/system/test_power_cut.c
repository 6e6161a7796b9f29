/* SPDX-License-Identifier: MIT */
/*
 * The power goes anywhere in a day of the real service. Every write that loaphuongd and its SQLite make
 * to the state folder is recorded (tests/fake/write_tape.c) and played onto a model of the disk that
 * loses and tears what was not synced (tests/fake/disk.h); the image is opened with the station's own
 * code. What somebody was told must be there: rows of the log, clips, configs; the chain is whole; and
 * what was aired is not aired again.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "power_cut.h"

#define CUTS 1000 /* other numbers with CUTS in the environment; SHOW: each is named */

struct play {
	struct day day;
	uint8_t *tape;
	size_t n;
	struct version versions[16];
	size_t n_versions;
	int64_t acknowledged;
	int64_t clock_us; /* the station's clock minus CLOCK_MONOTONIC */
	char image[96];
	struct tally tally;
	size_t n_records, n_cuts, by_luck[DISK_LUCKS];
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void read_tape(struct play *play)
{
	int fd = open(play->day.tape, O_RDONLY | O_CLOEXEC);
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	play->n = (size_t)st.st_size;
	play->tape = malloc(play->n);
	assert_non_null(play->tape);
	assert_int_equal(read(fd, play->tape, play->n), play->n);
	close(fd);
}

static struct version *version_of(struct play *play, const char *kind, const char *name)
{
	struct version *version = play->versions;

	for (size_t i = 0; i < play->n_versions; i++, version++)
		if (strcmp(version->kind, kind) == 0 && strcmp(version->name, name) == 0)
			return version;
	assert_true(play->n_versions < CHECK_COUNT(play->versions));
	play->n_versions++;
	snprintf(version->kind, sizeof(version->kind), "%s", kind);
	snprintf(version->name, sizeof(version->name), "%s", name);
	return version;
}

static void ask(struct version *version, int number)
{
	for (size_t i = 0; i < version->n_asked; i++)
		if (version->asked[i] == number)
			return;
	assert_true(version->n_asked < DAY_VERSIONS);
	version->asked[version->n_asked++] = number;
}

static void take_mark(struct play *play, const char *mark, int64_t mono_us)
{
	char word[8], kind[16], name[32];
	long long number;
	struct version *version;

	if (sscanf(mark, "asrun %lld", &number) == 1) {
		assert_in_range(number, 1, play->day.n_told);
		play->acknowledged = number;
		play->clock_us = play->day.told[number - 1].time_us - mono_us;
		return;
	}
	assert_int_equal(sscanf(mark, "%7s %15s %31s %lld", word, kind, name, &number), 4);
	version = version_of(play, kind, name);
	if (strcmp(word, "have") == 0) {
		version->told = (int)number;
		version->n_asked = 0;
	} else {
		ask(version, (int)number);
	}
}

static void cut(struct play *play, const struct tape_at *record, unsigned seed)
{
	unsigned mine = seed;
	enum disk_luck luck = (enum disk_luck)(rand_r(&mine) % DISK_LUCKS);
	const struct moment moment = {
		.folder = play->image,
		.now_us = play->clock_us + record->head->mono_us,
		.acknowledged = play->acknowledged,
		.versions = play->versions,
		.n_versions = play->n_versions,
	};

	if (getenv("SHOW"))
		print_message("record %zu, luck %d, %lld acknowledged\n", play->n_records,
			      (int)luck, (long long)play->acknowledged);
	assert_true(disk_cut(play->day.disk, luck, &mine, play->image));
	moment_check(&play->day, &moment, &play->tally);
	remove_tree(play->image);
	play->n_cuts++;
	play->by_luck[luck]++;
}

static size_t count_records(const struct play *play)
{
	struct tape_at record;
	size_t at = 0, n = 0;

	while (tape_next(play->tape, play->n, &at, &record))
		n++;
	assert_int_equal(at, play->n);
	return n;
}

static int by_place(const void *a, const void *b)
{
	const size_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Every place once before any comes twice. */
static size_t *draw_places(size_t n, size_t n_records, unsigned *seed)
{
	size_t *places = calloc(n, sizeof(*places));
	size_t whole = n / n_records * n_records;

	assert_non_null(places);
	for (size_t i = 0; i < n; i++)
		places[i] = i < whole ? i % n_records : (size_t)rand_r(seed) % n_records;
	qsort(places, n, sizeof(*places), by_place);
	return places;
}

/* What the tape makes must be what is there: nothing was written past it. */
static void check_tape(const struct play *play)
{
	unsigned seed = 1;
	char command[512];

	assert_true(disk_cut(play->day.disk, DISK_ALL, &seed, play->image));
	snprintf(command, sizeof(command), "diff -r --exclude=station.lock '%s' '%s'", play->image,
		 play->day.rig.state);
	if (system(command) != 0)
		fail_msg("the tape does not lead to what is in the folder");
	remove_tree(play->image);
}

static void play_all(struct play *play, size_t n, unsigned seed)
{
	size_t n_records = count_records(play), at = 0, next = 0;
	size_t *places = draw_places(n, n_records, &seed);
	struct tape_at record;

	print_message("%zu records, %zu cuts\n", n_records, n);
	while (tape_next(play->tape, play->n, &at, &record)) {
		if (!disk_play(play->day.disk, &record))
			fail_msg("record %zu (kind %u %s) speaks of what is not there",
				 play->n_records, record.head->kind, record.name);
		if (record.head->kind == TAPE_MARK)
			take_mark(play, record.name, record.head->mono_us);
		for (; next < n && places[next] == play->n_records; next++)
			cut(play, &record, seed + (unsigned)next);
		play->n_records++;
	}
	free(places);
	assert_int_equal(play->n_cuts, n);
}

static void the_power_goes_anywhere(void **state)
{
	static struct play play;
	const char *seed_text = getenv("SEED"), *cuts_text = getenv("CUTS");
	unsigned seed = seed_text ? (unsigned)strtoul(seed_text, NULL, 10) : (unsigned)time(NULL);
	size_t cuts = cuts_text ? strtoul(cuts_text, NULL, 10) : CUTS;
	int64_t begin_us;

	(void)state;
	print_message("SEED=%u\n", seed);
	day_live(&play.day);
	read_tape(&play);
	snprintf(play.image, sizeof(play.image), "%s/loa-cut-%ld",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
	begin_us = rig_mono_us();
	play.clock_us = play.day.rig.begin_us - play.day.rig.begin_mono_us;
	play_all(&play, cuts, seed);
	check_tape(&play);
	print_message("%zu cuts in %.1f s: nothing lost, broken, half or twice; after %lld of them "
		      "a clip "
		      "is heard again that had ended a moment before\n",
		      play.n_cuts, (double)(rig_mono_us() - begin_us) / 1e6,
		      (long long)play.tally.heard_again);
	assert_true(play.acknowledged >= 40);
	free(play.tape);
	day_free(&play.day);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_power_goes_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
