/* SPDX-License-Identifier: MIT */
/*
 * The service starts on databases that are damaged: they are kept aside, new ones are begun, the log
 * and the status say so, and the station plays.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig.h"

static void path_of(const struct rig *rig, const char *name, char *ret, size_t n)
{
	snprintf(ret, n, "%s/%s", rig->state, name);
}

/* Each takes the file's size. */
static void zero_the_middle(int fd, off_t size)
{
	static const char zeros[8192];
	off_t at;

	for (at = size / 4; at < size * 3 / 4; at += (off_t)sizeof(zeros))
		assert_int_equal(pwrite(fd, zeros, sizeof(zeros), at), sizeof(zeros));
}

static void cut_off(int fd, off_t size)
{
	assert_int_equal(ftruncate(fd, size / 3), 0);
}

static void break_the_header(int fd, off_t size)
{
	(void)size;
	assert_int_equal(pwrite(fd, "rubbish, not a database", 23, 0), 23);
}

static const struct {
	int line;
	void (*damage)(int fd, off_t size);
} damages[] = {
	{ROW, zero_the_middle},
	{ROW, cut_off},
	{ROW, break_the_header},
};

static void damage(const struct rig *rig, const char *name, size_t i)
{
	char path[160];
	struct stat st;
	int fd;

	path_of(rig, name, path, sizeof(path));
	fd = open(path, O_RDWR | O_CLOEXEC);
	check_row(damages[i].line, fd >= 0 && fstat(fd, &st) == 0);
	damages[i].damage(fd, st.st_size);
	close(fd);
}

/* The note's why is the name under which the file lies there now. */
static void check_note(struct rig *rig, const char *what, const char *name, int line)
{
	json_t *reply = rig_ask(rig, "{\"do\":\"notes\"}"), *note;
	char path[512], why[256] = "";
	size_t at;

	json_array_foreach(json_object_get(reply, "notes"), at, note)
	{
		if (strcmp(rig_text(note, "what"), what) == 0)
			snprintf(why, sizeof(why), "%s", rig_text(note, "why"));
	}
	json_decref(reply);
	check_row(line, strncmp(why, name, strlen(name)) == 0);
	path_of(rig, why, path, sizeof(path));
	check_row_int(line, access(path, F_OK), 0);
}

static void check_fault(struct rig *rig, int line)
{
	json_t *reply = rig_ask(rig, "{\"do\":\"status\"}"), *fault;
	bool there = false;
	size_t at;

	json_array_foreach(rig_at(reply, "status.faults"), at, fault)
	{
		if (strcmp(rig_text(fault, "code"), "log-replaced") != 0)
			continue;
		there = true;
		check_row(line, strstr(rig_text(fault, "message"), "library.db.corrupt-"));
		check_row(line, rig_text(fault, "cure")[0] != '\0');
	}
	check_row(line, there);
	json_decref(reply);
}

static void check_plays(struct rig *rig, int line)
{
	json_t *rows, *reply;

	rig_do(rig, "{\"do\":\"play\",\"names\":[\"mot\"],\"who\":\"Hoa\"}");
	rows = rig_until_closed(rig, 1);
	check_row_str(line, rig_text(json_array_get(rows, 0), "outcome"), "played");
	json_decref(rows);
	reply = rig_ask(rig, "{\"do\":\"log-verify\"}");
	check_row(line, json_is_true(rig_at(reply, "intact")));
	json_decref(reply);
}

static void they_are_kept_aside_and_the_station_plays(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(damages); i++) {
		struct rig rig;

		rig_new(&rig, "airtime { allow = {\"00:00-24:00\"} }\n");
		rig_short_clip(&rig, "mot", 0, 700);
		rig_start(&rig, "2024-06-01T05:44:00+07:00");
		check_plays(&rig, damages[i].line);
		assert_int_equal(rig_end(&rig, SIGTERM), 0);
		damage(&rig, "asrun.db", i);
		damage(&rig, "library.db", i);
		rig_start(&rig, NULL);
		check_note(&rig, "log-replaced", "asrun.db", damages[i].line);
		check_note(&rig, "library-replaced", "library.db", damages[i].line);
		check_fault(&rig, damages[i].line);
		check_plays(&rig, damages[i].line);
		rig_free(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_kept_aside_and_the_station_plays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
