/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"

#define TEXT_MAX 1000 /* bytes of one fault */

static void fault_free(struct fault *fault)
{
	free(fault->file);
	free(fault->text);
}

/*
 * A text is one line, whatever a config's names hold, and no longer than a person reads: a name may
 * be as long as the file.
 */
static void make_readable(char *text)
{
	size_t n = strlen(text);

	if (n > TEXT_MAX) {
		n = TEXT_MAX;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
		text[n] = '\0';
	}
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = ' ';
}

/*
 * The list is cut, never the reporter: out of memory counts as "more were found", so that a caller
 * who sees cut knows that the list is not the whole truth.
 */
void fault_add(struct faults *faults, bool error, const char *code, const char *file, int line,
	       const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fault_add_list(faults, error, code, file, line, format, arguments);
	va_end(arguments);
}

void fault_add_list(struct faults *faults, bool error, const char *code, const char *file, int line,
		    const char *format, va_list arguments)
{
	struct fault fault = {.line = line, .error = error, .code = code};
	struct fault *items;

	if (error)
		faults->errors = true;
	if (faults->n >= LIMIT_CONFIG_FAULTS) {
		faults->cut = true;
		return;
	}
	items = realloc(faults->items, (faults->n + 1) * sizeof(*items));
	if (!items) {
		faults->cut = true;
		return;
	}
	faults->items = items;
	fault.file = strdup(file);
	if (vasprintf(&fault.text, format, arguments) < 0)
		fault.text = NULL;
	if (!fault.file || !fault.text) {
		fault_free(&fault);
		faults->cut = true;
		return;
	}
	make_readable(fault.text);
	items[faults->n++] = fault;
}

bool faults_any_error(const struct faults *faults)
{
	return faults->errors;
}

/* Where a file was first mentioned; files are few, faults at most LIMIT_CONFIG_FAULTS. */
static size_t file_rank(const struct faults *faults, const char *file)
{
	size_t i;

	for (i = 0; i < faults->n; i++)
		if (strcmp(faults->items[i].file, file) == 0)
			break;
	return i;
}

struct fault_order {
	size_t rank, place;
	struct fault fault;
};

static int compare_order(const void *left, const void *right)
{
	const struct fault_order *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->fault.line != b->fault.line)
		return a->fault.line < b->fault.line ? -1 : 1;
	if (a->fault.error != b->fault.error)
		return a->fault.error ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

void faults_sort(struct faults *faults)
{
	struct fault_order *order;

	if (faults->n < 2)
		return;
	order = calloc(faults->n, sizeof(*order));
	if (!order)
		return; /* unsorted is still true */
	for (size_t i = 0; i < faults->n; i++)
		order[i] = (struct fault_order){file_rank(faults, faults->items[i].file), i,
						faults->items[i]};
	qsort(order, faults->n, sizeof(*order), compare_order);
	for (size_t i = 0; i < faults->n; i++)
		faults->items[i] = order[i].fault;
	free(order);
}

void faults_done(struct faults *faults)
{
	for (size_t i = 0; i < faults->n; i++)
		fault_free(&faults->items[i]);
	free(faults->items);
	*faults = (struct faults){0};
}
