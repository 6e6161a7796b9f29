/* SPDX-License-Identifier: MIT */
#include "fault_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fault_list {
	size_t n, room;
	struct fault_item *items; /* oldest first */
};

int fault_list_new(struct fault_list **ret)
{
	struct fault_list *list = calloc(1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	*ret = list;
	return 0;
}

struct fault_list *fault_list_free(struct fault_list *list)
{
	if (list)
		free(list->items);
	free(list);
	return NULL;
}

static struct fault_item *find(struct fault_list *list, const char *code)
{
	for (size_t i = list->n; i-- > 0;)
		if (strcmp(list->items[i].code, code) == 0)
			return &list->items[i];
	return NULL;
}

/* The oldest that is over gives way; where all are there still, the oldest. */
static void make_way(struct fault_list *list)
{
	size_t i = 0;

	while (i < list->n && !list->items[i].over)
		i++;
	if (i == list->n)
		i = 0;
	list->n--;
	memmove(&list->items[i], &list->items[i + 1], (list->n - i) * sizeof(list->items[0]));
}

static struct fault_item *add(struct fault_list *list)
{
	size_t room = list->room ? 2 * list->room : 16;
	struct fault_item *items;

	if (list->n == LIMIT_FAULTS)
		make_way(list);
	if (list->n < list->room)
		return &list->items[list->n++];
	if (room > LIMIT_FAULTS)
		room = LIMIT_FAULTS;
	items = realloc(list->items, room * sizeof(*items));
	if (!items)
		return NULL;
	list->items = items;
	list->room = room;
	return &list->items[list->n++];
}

/* A clock that was set back is no reason to begin a new line. */
static bool is_the_same(const struct fault_item *item, int64_t now_us)
{
	return !item->over || now_us - item->last_us < FAULT_LIST_MERGE_US;
}

bool fault_list_begin(struct fault_list *list, const char *code, const char *text, int64_t now_us)
{
	struct fault_item *item = find(list, code);
	bool is_new = !item || !is_the_same(item, now_us);

	if (is_new) {
		item = add(list);
		if (!item)
			return true;
		*item = (struct fault_item){.first_us = now_us, .told_us = now_us};
		snprintf(item->code, sizeof(item->code), "%s", code);
	}
	snprintf(item->text, sizeof(item->text), "%s", text);
	item->last_us = now_us;
	item->over = false;
	item->count++;
	return is_new;
}

bool fault_list_end(struct fault_list *list, const char *code, int64_t now_us)
{
	struct fault_item *item = find(list, code);

	if (!item || item->over)
		return false;
	item->over = true;
	item->last_us = now_us;
	/* One that came and went again since the log heard of it is told of seldom. */
	if (item->count > 1 && now_us - item->told_us < FAULT_LIST_MERGE_US)
		return false;
	item->told_us = now_us;
	return true;
}

size_t fault_list_count(const struct fault_list *list)
{
	return list->n;
}

const struct fault_item *fault_list_item(const struct fault_list *list, size_t index)
{
	return index < list->n ? &list->items[list->n - 1 - index] : NULL;
}
