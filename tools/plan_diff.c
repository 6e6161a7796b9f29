/* SPDX-License-Identifier: MIT */
#include "plan_diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOVE_US (CIVIL_DAY_S * CIVIL_US) /* further apart it is no move */

int64_t plan_diff_time(const struct plan_difference *difference)
{
	const struct rehearsed *before = difference->before, *after = difference->after;

	if (!before)
		return after->at_us;
	if (!after)
		return before->at_us;
	return before->at_us < after->at_us ? before->at_us : after->at_us;
}

static int compare_name(const struct rehearsed *a, const struct rehearsed *b)
{
	int order = strcmp(a->campaign, b->campaign);

	return order ? order : strcmp(a->broadcast, b->broadcast);
}

static int compare_key(const struct rehearsed *a, const struct rehearsed *b)
{
	int order = compare_name(a, b);

	return order ? order : (a->at_us > b->at_us) - (a->at_us < b->at_us);
}

static int by_key(const void *a, const void *b)
{
	return compare_key(*(const struct rehearsed *const *)a,
			   *(const struct rehearsed *const *)b);
}

static int by_time(const void *a, const void *b)
{
	int64_t left = plan_diff_time(a), right = plan_diff_time(b);

	return (left > right) - (left < right);
}

/* Pointers to the rows in order of (campaign, broadcast, time). */
static const struct rehearsed **sorted(const struct rehearsal *rehearsal)
{
	const struct rehearsed **rows = calloc(rehearsal->n + 1, sizeof(const struct rehearsed *));

	if (!rows)
		return NULL;
	for (size_t i = 0; i < rehearsal->n; i++)
		rows[i] = &rehearsal->items[i];
	qsort(rows, rehearsal->n, sizeof(*rows), by_key);
	return rows;
}

static void push(struct plan_diff *diff, enum plan_diff_kind kind, const struct rehearsed *before,
		 const struct rehearsed *after)
{
	diff->items[diff->n++] = (struct plan_difference){kind, before, after, false};
}

static bool same(const struct rehearsed *a, const struct rehearsed *b)
{
	return strcmp(a->items, b->items) == 0 && a->outcome == b->outcome &&
	       a->reason == b->reason;
}

/* What stands in both at the same instant is the same or changed; the rest is added or removed. */
static void merge(const struct rehearsed **before, size_t n_before, const struct rehearsed **after,
		  size_t n_after, struct plan_diff *diff)
{
	size_t b = 0, a = 0;

	while (b < n_before || a < n_after) {
		int order = b == n_before  ? 1
			    : a == n_after ? -1
					   : compare_key(before[b], after[a]);

		if (order < 0) {
			push(diff, DIFF_REMOVED, before[b++], NULL);
		} else if (order > 0) {
			push(diff, DIFF_ADDED, NULL, after[a++]);
		} else {
			if (!same(before[b], after[a]))
				push(diff, DIFF_CHANGED, before[b], after[a]);
			b++;
			a++;
		}
	}
}

static bool is_move(const struct rehearsed *before, const struct rehearsed *after)
{
	int64_t apart = after->at_us - before->at_us;

	return llabs(apart) < MOVE_US && strcmp(before->items, after->items) == 0;
}

/*
 * Pairs the removed with the added of one broadcast, in order of time; both at most a day away,
 * so that the search is short however long the range. What was paired is marked as taken.
 */
static void pair_moves(struct plan_difference *items, size_t n)
{
	size_t start = 0;

	for (size_t i = 0; i < n; i++) {
		struct plan_difference *removed = &items[i];

		while (start < i &&
		       plan_diff_time(&items[start]) <= plan_diff_time(&items[i]) - MOVE_US)
			start++;
		for (size_t k = start; removed->kind == DIFF_REMOVED && k < n; k++) {
			struct plan_difference *added = &items[k];

			if (added->kind != DIFF_ADDED || added->taken)
				continue;
			if (added->after->at_us - removed->before->at_us >= MOVE_US)
				break;
			if (!is_move(removed->before, added->after))
				continue;
			removed->kind = DIFF_MOVED;
			removed->after = added->after;
			added->taken = true;
		}
	}
}

static const struct rehearsed *row_of(const struct plan_difference *difference)
{
	return difference->before ? difference->before : difference->after;
}

static void find_moves(struct plan_diff *diff)
{
	size_t first = 0, kept = 0;

	for (size_t i = 1; i <= diff->n; i++) {
		if (i < diff->n &&
		    compare_name(row_of(&diff->items[first]), row_of(&diff->items[i])) == 0)
			continue;
		pair_moves(diff->items + first, i - first);
		first = i;
	}
	for (size_t i = 0; i < diff->n; i++) {
		if (!diff->items[i].taken)
			diff->items[kept++] = diff->items[i];
	}
	diff->n = kept;
}

int plan_diff_make(const struct rehearsal *before, const struct rehearsal *after,
		   struct plan_diff *ret)
{
	const struct rehearsed **old_rows = sorted(before), **new_rows = sorted(after);
	struct plan_diff diff = {
		.items = calloc(before->n + after->n + 1, sizeof(*diff.items)),
	};
	int r = -ENOMEM;

	if (old_rows && new_rows && diff.items) {
		merge(old_rows, before->n, new_rows, after->n, &diff);
		if (diff.n > 0)
			find_moves(&diff);
		qsort(diff.items, diff.n, sizeof(*diff.items), by_time);
		for (size_t i = 0; i < diff.n; i++)
			diff.counts[diff.items[i].kind]++;
		*ret = diff;
		diff.items = NULL;
		r = 0;
	}
	free(old_rows);
	free(new_rows);
	free(diff.items);
	return r;
}

void plan_diff_done(struct plan_diff *diff)
{
	free(diff->items);
	*diff = (struct plan_diff){0};
}
