/* SPDX-License-Identifier: MIT */
/*
 * What is left to do when the service is gone: most chips keep the level of an output whose owner
 * was killed (raspberrypi/linux#6150), and an amplifier must not hum on until a start succeeds.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpio.h"
#include "words.h"

static int settings_of(struct daemon *d, int read, struct daemon_texts *texts, struct settings *ret)
{
	struct faults faults = {0};
	struct plan *plan = NULL;
	int error = read;

	if (error == 0)
		error = daemon_plan_load(d, texts, 0, &faults, &plan, ret);
	plan_free(plan);
	faults_done(&faults);
	daemon_texts_done(texts);
	return error;
}

static int accepted(struct daemon *d, struct settings *ret)
{
	struct faults faults = {0};
	struct daemon_texts texts = {0};
	int error = settings_of(d, daemon_texts_read_accepted(d, &faults, &texts), &texts, ret);

	faults_done(&faults);
	return error;
}

static int present(struct daemon *d, struct settings *ret)
{
	struct faults faults = {0};
	struct daemon_texts texts = {0};
	char campaigns[LIMIT_PATH];
	int error = daemon_path(campaigns, sizeof(campaigns), d->state_dir, "campaigns");

	if (error == 0)
		error = daemon_texts_read(d->options.config, campaigns, &faults, &texts);
	error = settings_of(d, error, &texts, ret);
	faults_done(&faults);
	return error;
}

/* A request begins with the output off, whatever it was. False if there was none to be had. */
static bool release(const struct daemon *d, struct gpio *gpio, const char *name, const char *line,
		    bool active_low)
{
	struct gpio_wish wish = {.output = true, .active_low = active_low};
	struct gpio_line *ours = NULL;
	struct gpio_found found;

	snprintf(wish.line, sizeof(wish.line), "%s", line);
	if (gpio_request(gpio, &wish, &found, &ours) == GPIO_OK) {
		gpio_line_free(ours);
		return true;
	}
	if (found.state == GPIO_BUSY)
		daemon_say(d, _("%s (%s) is in use and stays as it is."), name, line);
	else
		daemon_say(d, _("%s (%s) could not be switched off; see loaphuong doctor."), name,
			   line);
	return false;
}

static int release_all(const struct daemon *d, const struct settings *settings)
{
	struct gpio *gpio;
	bool all = true;
	int error = gpio_new(d->options.lines, &gpio);

	if (error < 0)
		return error;
	if (settings->relay.present)
		all = release(d, gpio, "relay", settings->relay.line, settings->relay.active_low);
	for (size_t i = 0; i < settings->n_leds; i++) {
		const struct settings_led *led = &settings->leds[i];

		all &= release(d, gpio, led->name, led->line, led->active_low);
	}
	gpio_free(gpio);
	return all ? 0 : -EBUSY;
}

int daemon_release(const struct daemon_options *options)
{
	static int (*const sources[])(struct daemon * d, struct settings * ret) = {accepted,
										   present};
	struct daemon *d = calloc(1, sizeof(*d));
	struct settings settings;
	unsigned n_read = 0;
	int error = 0;

	if (!d)
		return -ENOMEM;
	d->options = *options;
	d->journal = getenv("JOURNAL_STREAM") != NULL;
	snprintf(d->state_dir, sizeof(d->state_dir), "%s", options->state_dir);
	daemon_ending_of_unit(options->runtime_dir);
	/* What ran, and what may have been reloaded so shortly before that no copy is kept yet. */
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		if (sources[i](d, &settings) != 0)
			continue;
		n_read++;
		if (strcmp(options->lines, "none") != 0 && release_all(d, &settings) < 0)
			error = -EBUSY;
	}
	if (n_read == 0) {
		error = -ENOENT;
		daemon_say(d, _("There is no config that names the lines: %s"),
			   words_error(-error));
	}
	free(d);
	return error;
}
