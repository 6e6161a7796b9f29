/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a config. Besides memory faults it looks for answers that contradict each other: a
 * config that is taken with an error, refused without one, understood differently by libconfuse,
 * or given a plan that does not hold together.
 */
#include <errno.h>
#include <string.h>

#include "conf.h"
#include "fuzz.h"
#include "names.h"
#include "written.h"

static int zone(void *context, const char *name, struct zone *ret)
{
	(void)context;
	return strcmp(name, "Nowhere") == 0 ? -ENOENT : zone_fixed(name, 7 * 3600, ret);
}

static int recording(void *context, size_t index, const char **ret_name, struct plan_recording *ret)
{
	(void)context;
	if (index > 0)
		return -ENOENT;
	*ret_name = "a";
	*ret = (struct plan_recording){.present = true, .length_us = 40 * CIVIL_US};
	return 0;
}

static void check_broadcast(const struct plan *plan, const struct plan_campaign *campaign,
			    const struct plan_broadcast *broadcast)
{
	must(broadcast->n_items > 0 && broadcast->repeat >= 1);
	must(!broadcast->enabled || broadcast->n_at > 0 || broadcast->every_s > 0);
	must(broadcast->class != CLASS_EMERGENCY);
	for (size_t i = 1; i < broadcast->n_at; i++)
		must(broadcast->at_s[i - 1] < broadcast->at_s[i]);
	for (size_t i = 0; i < broadcast->n_items; i++)
		must(broadcast->items[i].index <
		     (broadcast->items[i].playlist ? campaign->n_playlists : plan->n_clips));
}

static void check_plan(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_clips; i++) {
		must(names_flaw(plan->clips[i].name, LIMIT_NAME, false) == NAMES_GOOD);
		must(i == 0 || strcmp(plan->clips[i - 1].name, plan->clips[i].name) < 0);
	}
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		const struct plan_campaign *campaign = &plan->campaigns[i];

		must((campaign->from.year == 0) == (campaign->until.year == 0));
		for (size_t j = 0; j < campaign->n_playlists; j++)
			must(campaign->playlists[j].n_clips > 0);
		for (size_t j = 0; j < campaign->n_broadcasts; j++)
			check_broadcast(plan, campaign, &campaign->broadcasts[j]);
	}
}

static void check_faults(const struct faults *faults, int lines)
{
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *fault = &faults->items[i];

		must(strcmp(fault->code, "parser") != 0);
		must(fault->line >= 0 && fault->line <= lines);
		must(*fault->text && !strchr(fault->text, '\n'));
		must(names_utf8_valid(fault->text, strlen(fault->text), NULL));
	}
}

/* What was taken can be changed in its place, and is taken again; the rest says what it said. */
static void check_change(const struct conf_text *text, const struct conf_world *world)
{
	static const char *const title[] = {"Một \"hai\" \\ ba"};
	const struct change_value value = {"title", title, 1, false};
	const struct written_section *campaign;
	struct conf_text again = *text;
	struct written_changed changed;
	struct faults faults = {0};
	struct change change = {.values = &value, .n_values = 1};
	struct written *written = NULL;

	must(written_read(text->text, text->n, &written) == 0);
	campaign = written_root(written)->first;
	while (campaign && strcmp(campaign->kind, "campaign") != 0)
		campaign = campaign->next;
	change.campaign = campaign ? campaign->title : "none";
	must(written_change(text->text, text->n, &change, 1, &changed) == 0);
	again.text = changed.text;
	again.n = changed.n;
	must((conf_load_text(&again, 1, world, &faults, NULL, NULL) == 0) ||
	     changed.n > LIMIT_CONFIG_BYTES || !campaign);
	faults_done(&faults);
	written_changed_done(&changed);
	written_free(written);
}

/* The station's own name, too: where no comment shows it, and where one does. */
static void check_station(const struct conf_text *text, const struct conf_world *world)
{
	static const char *const name[] = {"Đài \"A\""};
	const struct change_value value = {"name", name, 1, false};
	const struct change change = {.kind = "station", .values = &value, .n_values = 1};
	struct conf_text again = *text;
	struct written_changed changed;
	struct faults faults = {0};
	struct settings settings;
	int error;

	must(written_change(text->text, text->n, &change, 1, &changed) == 0);
	again.text = changed.text;
	again.n = changed.n;
	error = conf_load_text(&again, 1, world, &faults, NULL, &settings);
	must(changed.n > LIMIT_CONFIG_BYTES ||
	     (error == 0 && strcmp(settings.station, name[0]) == 0));
	faults_done(&faults);
	written_changed_done(&changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct conf_world world = {
		.zone = zone, .recording = recording, .now_us = INT64_C(1717200000) * CIVIL_US};
	struct conf_text text = {"x", (const char *)data, size, size % 2 == 1};
	struct faults faults = {0};
	struct settings settings;
	struct plan *plan = NULL;
	int error = conf_load_text(&text, 1, &world, &faults, &plan, &settings), lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	must(error == 0 || error == -EINVAL);
	must((error != 0) == faults_any_error(&faults));
	must((plan != NULL) == (error == 0));
	check_faults(&faults, lines);
	if (plan)
		check_plan(plan);
	if (plan && (size < 3 || memcmp(data, "\xef\xbb\xbf", 3) != 0))
		check_change(&text, &world);
	if (plan && !text.campaigns_only && (size < 3 || memcmp(data, "\xef\xbb\xbf", 3) != 0))
		check_station(&text, &world);
	plan_free(plan);
	faults_done(&faults);
	return 0;
}
