/* SPDX-License-Identifier: MIT */
#include "plan_print.h"

#include <string.h>

#include "columns.h"
#include "offline.h"
#include "phrases.h"
#include "words.h"

#define TITLE_COLUMNS_MAX 32
#define ITEMS_SHOWN	  3
#define ITEMS_TEXT	  (ITEMS_SHOWN * (LIMIT_NAME + 2) + 16)

/* Widths of the page's columns. */
struct page {
	const struct plan *plan;
	size_t title, items;
};

struct sum {
	size_t n, silent;
	int64_t sound_us;
};

void plan_print_time(char *text, size_t n, int32_t second)
{
	if (second % 60 != 0)
		civil_print_time(text, n, second);
	else
		snprintf(text, n, "%02d:%02d", second / 3600, second / 60 % 60);
}

void plan_print_items(char *text, size_t n, const char *items, size_t shown)
{
	size_t written = 0, used = 0, left = 0;

	text[0] = '\0';
	while (*items) {
		size_t length = strcspn(items, " ");

		if (written < shown && used + length + 3 < n) {
			used += (size_t)snprintf(text + used, n - used, "%s%.*s",
						 written ? ", " : "", (int)length, items);
			written++;
		} else {
			left++;
		}
		items += length;
		items += strspn(items, " ");
	}
	if (left > 0)
		snprintf(text + used, n - used, ", +%zu", left);
}

void plan_print_result(char *text, size_t n, const struct rehearsed *row)
{
	phrase_result(text, n, phrase_forecast(asrun_outcome_name(row->outcome)),
		      asrun_reason_code(row->reason));
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static struct page measure(const struct plan *plan, const struct rehearsal *rehearsal)
{
	struct page page = {.plan = plan};

	for (size_t i = 0; i < rehearsal->n; i++) {
		const struct rehearsed *row = &rehearsal->items[i];
		char items[ITEMS_TEXT];

		plan_print_items(items, sizeof(items), row->items, ITEMS_SHOWN);
		page.title = larger(page.title, columns_width(rehearsed_title(plan, row)));
		page.items = larger(page.items, columns_width(items));
	}
	if (page.title > TITLE_COLUMNS_MAX)
		page.title = TITLE_COLUMNS_MAX;
	return page;
}

static void print_line(FILE *out, const struct page *page, const struct rehearsed *row)
{
	struct civil at = zone_to_civil(&page->plan->zone, row->at_us / CIVIL_US);
	char time[16], items[ITEMS_TEXT], length[24] = "-", result[LIMIT_WHY];

	plan_print_time(time, sizeof(time), at.second);
	plan_print_items(items, sizeof(items), row->items, ITEMS_SHOWN);
	if (row->started_us)
		phrase_length(length, sizeof(length), rehearsed_length_us(row));
	plan_print_result(result, sizeof(result), row);
	fputs("  ", out);
	columns_put(out, time, 10);
	columns_put(out, rehearsed_title(page->plan, row), page->title + 2);
	columns_put(out, items, page->items + 2);
	columns_put_right(out, length, 7);
	fputs("  ", out);
	columns_put(out, result, 0);
	fputc('\n', out);
}

static void print_sum(FILE *out, const char *heading, const struct sum *sum)
{
	char duration[64];

	phrase_duration(duration, sizeof(duration), sum->sound_us);
	if (sum->n == 1)
		fprintf(out, _("%s: 1 broadcast, %s of sound"), heading, duration);
	else
		fprintf(out, _("%s: %zu broadcasts, %s of sound"), heading, sum->n, duration);
	if (sum->silent > 0)
		fprintf(out, _("; %zu without sound"), sum->silent);
	fputc('\n', out);
}

static void add(struct sum *sum, const struct rehearsed *row)
{
	sum->n++;
	sum->silent += row->started_us == 0;
	sum->sound_us += rehearsed_length_us(row);
}

/* Prints the rows of one local day; returns the index of the first row after it. */
static size_t print_day(FILE *out, const struct page *page, const struct rehearsal *rehearsal,
			size_t first, struct sum *total)
{
	const struct zone *zone = &page->plan->zone;
	int32_t day = offline_day(zone, rehearsal->items[first].at_us);
	struct sum sum = {0};
	char heading[64];
	size_t i;

	phrase_day(heading, sizeof(heading), day);
	fprintf(out, "%s\n", heading);
	for (i = first; i < rehearsal->n; i++) {
		const struct rehearsed *row = &rehearsal->items[i];

		if (offline_day(zone, row->at_us) != day)
			break;
		print_line(out, page, row);
		add(&sum, row);
		add(total, row);
	}
	print_sum(out, _("  The day"), &sum);
	return i;
}

void plan_print_page(FILE *out, const struct plan *plan, const struct rehearsal *rehearsal)
{
	struct page page = measure(plan, rehearsal);
	struct sum total = {0};
	size_t i = 0;

	while (i < rehearsal->n) {
		i = print_day(out, &page, rehearsal, i, &total);
		fputc('\n', out);
	}
	print_sum(out, _("In all"), &total);
}

static void print_campaign_date(char *text, size_t n, struct civil_date date)
{
	if (date.year)
		snprintf(text, n, "%04d-%02d-%02d", date.year, date.month, date.day);
	else
		snprintf(text, n, "%02d-%02d", date.month, date.day);
}

void plan_print_nothing(FILE *out, const struct plan *plan, const struct when_range *range)
{
	char from[40], until[40];

	civil_print_date(from, sizeof(from), range->from);
	civil_print_date(until, sizeof(until), range->until);
	fprintf(out, _("Nothing is planned from %s until %s."), from, until);
	fputc('\n', out);
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		const struct plan_campaign *campaign = &plan->campaigns[i];

		print_campaign_date(from, sizeof(from), campaign->from);
		print_campaign_date(until, sizeof(until), campaign->until);
		if (campaign->from.year)
			fprintf(out, _("Campaign \"%s\" runs from %s until %s: try --from %s"),
				campaign->name, from, until, from);
		else
			fprintf(out, _("Campaign \"%s\" runs every year from %s until %s."),
				campaign->name, from, until);
		fputc('\n', out);
	}
	if (plan->n_campaigns == 0)
		fprintf(out, "%s\n", _("The config has no campaign: write one first."));
}
