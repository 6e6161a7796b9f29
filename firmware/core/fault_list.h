/* SPDX-License-Identifier: MIT */
/*
 * fault_list - what was wrong with the box, and when: present faults and past ones.
 *
 * Pure. A fault that comes back within FAULT_LIST_MERGE_US of its end is the same one, counted: a
 * loose plug is one line, not a thousand. What the list says is new, or over, goes into the log too,
 * where it is kept for ever.
 */
#ifndef CORE_FAULT_LIST_H
#define CORE_FAULT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

#define LIMIT_FAULTS	    1000 /* faults of the box that are remembered */
#define FAULT_LIST_MERGE_US (600 * INT64_C(1000000))

/* One fault. A value. */
struct fault_item {
	char code[LIMIT_NAME];
	char text[LIMIT_WHY]; /* of the last time, in the station's language; cut if it is longer */
	int64_t first_us, last_us; /* UTC: when it first came, and came last or was last there */
	unsigned count;		   /* how often it came */
	bool over;
	int64_t told_us; /* when the log was last told of it */
};

struct fault_list; /* opaque; holds LIMIT_FAULTS, then the oldest gives way */

int fault_list_new(struct fault_list **ret); /* 0 or -ENOMEM */
struct fault_list *fault_list_free(struct fault_list *list);

/*
 * It is there (again). True: the log is to hear of it. Out of memory it is not kept, but true: the
 * log keeps it.
 */
bool fault_list_begin(struct fault_list *list, const char *code, const char *text, int64_t now_us);
/* It is over. True: the log is to hear of it. A code that is not there is ignored. */
bool fault_list_end(struct fault_list *list, const char *code, int64_t now_us);

size_t fault_list_count(const struct fault_list *list);
/* 0 is the newest. Borrowed until the next change; NULL past the end. */
const struct fault_item *fault_list_item(const struct fault_list *list, size_t index);

#endif
