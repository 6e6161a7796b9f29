/* SPDX-License-Identifier: MIT */
/* A moment without memory costs no row: calloc() of our own objects (--wrap) fails when told. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "log_writer_internal.h"
#include "writer.h"

static _Atomic bool refuses;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	return atomic_load(&refuses) ? NULL : __real_calloc(n, size);
}

static int count_row(void *context, const struct asrun_row *row)
{
	size_t *n = context;

	assert_string_equal(row->items, "nhac-hieu goi-111");
	(*n)++;
	return 0;
}

static void events_find_room_without_memory(void **state)
{
	const struct store_query all = {.mode = -1};
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct store *store;
	size_t n = 0;

	/* Twice: the room that was used is made anew. */
	for (int64_t row = 1; row <= 2 * (WRITER_RESERVE + 1); row++) {
		struct asrun_event event =
			event_opened(row, EVENTS_BEGIN_US + row * 60000000, "sang");

		atomic_store(&refuses, row % (WRITER_RESERVE + 1) != 0);
		assert_int_equal(log_writer_append(writer, &event), 0);
	}
	atomic_store(&refuses, false);
	log_writer_free(writer);
	store = events_open(folder->path);
	assert_int_equal(store_rows(store, &all, count_row, &n), 0);
	assert_int_equal(n, 2 * (WRITER_RESERVE + 1));
	store_free(store);
}

static void what_finds_none_is_refused(void **state)
{
	struct log_writer *writer = writer_begin(*state);
	struct asrun_event event = event_note(EVENTS_BEGIN_US, "start");

	atomic_store(&refuses, true);
	for (size_t i = 0; i < WRITER_RESERVE; i++)
		assert_int_equal(log_writer_append(writer, &event), 0);
	assert_int_equal(log_writer_append(writer, &event), -ENOMEM);
	atomic_store(&refuses, false);
	log_writer_free(writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WRITER_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		WRITER_TEST(events_find_room_without_memory),
		WRITER_TEST(what_finds_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
