/* SPDX-License-Identifier: MIT */
#include "offline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "recordings.h"
#include "words.h"
#include "zoneinfo.h"

int offline_give_zone(void *context, const char *name, struct zone *ret)
{
	(void)context;
	return zoneinfo_load(name, ret);
}

static int load(const char *config, const char *state, const struct conf_world *world,
		struct faults *faults, struct plan **ret_plan, struct settings *ret_settings)
{
	char campaigns[LIMIT_PATH];
	struct conf_source source = {.file = config, .campaigns_dir = campaigns};

	if (snprintf(campaigns, sizeof(campaigns), "%s/campaigns", state) >= (int)sizeof(campaigns))
		source.campaigns_dir = NULL;
	return conf_load(&source, world, faults, ret_plan, ret_settings);
}

struct settings offline_settings(const char *config, const char *state)
{
	const struct conf_world world = {
		.zone = offline_give_zone, .errors_only = true, .box_only = true};
	struct settings settings = settings_default();
	struct faults faults = {0};

	load(config, state, &world, &faults, NULL, &settings);
	faults_done(&faults);
	return settings;
}

/* The value of 'language' on this line, or NULL. A config with faults must still find its tongue. */
static const char *language_on(const char *line)
{
	const char *at = line + strcspn(line, "#\n");
	const char *key = strstr(line, "language");

	if (!key || key >= at)
		return NULL;
	key += strlen("language");
	key += strspn(key, " \t");
	if (*key++ != '=')
		return NULL;
	key += strspn(key, " \t");
	if (strncmp(key, "\"en\"", 4) == 0)
		return "en";
	return strncmp(key, "\"vi\"", 4) == 0 ? "vi" : NULL;
}

/*
 * The config is not parsed for it: faults are said in the language that it is to tell, so it must
 * be known first.
 */
void offline_speak(const char *config)
{
	struct faults faults = {0};
	char *text = NULL;
	size_t n;

	if (words_chosen())
		return;
	if (conf_read_file(config, &faults, &text, &n) == 0) {
		const char *found = NULL;

		for (const char *line = text; line && !found; line = strchr(line, '\n')) {
			line += *line == '\n';
			found = language_on(line);
		}
		words_use(found);
	}
	free(text);
	faults_done(&faults);
}

static int load_offline(const char *config, const char *state, struct recordings *recordings,
			int64_t now_us, bool errors_only, struct offline *ret)
{
	const struct conf_world world = {
		.context = recordings,
		.zone = offline_give_zone,
		.recording = recordings && recordings->known ? recordings_give : NULL,
		.now_us = now_us,
		.errors_only = errors_only,
	};
	int r;

	*ret = (struct offline){.settings = settings_default()};
	r = load(config, state, &world, &ret->faults, &ret->plan, &ret->settings);
	faults_sort(&ret->faults);
	return r;
}

int offline_load(const char *config, const char *state, struct recordings *recordings,
		 int64_t now_us, struct offline *ret)
{
	return load_offline(config, state, recordings, now_us, false, ret);
}

void offline_done(struct offline *offline)
{
	offline->plan = plan_free(offline->plan);
	faults_done(&offline->faults);
}

/* One line: the first error, and where all of them are shown. */
static void complain_fault(const char *config, const struct faults *faults)
{
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *fault = &faults->items[i];

		if (!fault->error)
			continue;
		if (fault->line > 0)
			complain(_("%s:%d: %s (\"loaphuong check -c %s\" shows all faults)"),
				 fault->file, fault->line, fault->text, config);
		else /* the file itself */
			complain("%s: %s", fault->file, fault->text);
		return;
	}
}

int offline_need(const char *config, const char *state, struct recordings *recordings,
		 int64_t now_us, struct offline *ret)
{
	int r = load_offline(config, state, recordings, now_us, true, ret);

	if (r == 0)
		return EXIT_DONE;
	if (r == -ENOMEM)
		return complain_memory();
	complain_fault(config, &ret->faults);
	return EXIT_NO;
}

int offline_zone(const struct settings *settings, struct zone *ret)
{
	int r = zoneinfo_load(settings->timezone, ret);

	if (r < 0)
		complain(_("time zone %s cannot be read: install the package tzdata"),
			 settings->timezone);
	return r;
}

void offline_print_faults(FILE *out, const struct faults *faults)
{
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *fault = &faults->items[i];
		/* Not translated: editors and scripts look for these two words. */
		const char *kind = fault->error ? "error" : "warning";

		if (fault->line > 0)
			fprintf(out, "%s:%d: %s: %s\n", fault->file, fault->line, kind,
				fault->text);
		else
			fprintf(out, "%s: %s: %s\n", fault->file, kind, fault->text);
	}
	if (faults->cut)
		fprintf(out, _("There are more faults; the first %d are shown.\n"),
			LIMIT_CONFIG_FAULTS);
}

int64_t offline_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * CIVIL_US + now.tv_nsec / 1000;
}

int32_t offline_day(const struct zone *zone, int64_t us)
{
	int64_t seconds = us / CIVIL_US - (us % CIVIL_US < 0);

	return zone_to_civil(zone, seconds).day;
}
