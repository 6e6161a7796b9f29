/* SPDX-License-Identifier: MIT */
/* The config as it is, and what answers make of it. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "offline.h"
#include "setup.h"
#include "words.h"
#include "written.h"

#ifndef LOA_SAMPLE_INSTALLED
#define LOA_SAMPLE_INSTALLED "/usr/share/loaphuong/loaphuong.conf.sample"
#endif
#ifndef LOA_SAMPLE_SOURCE
#define LOA_SAMPLE_SOURCE ""
#endif
#define ALLOW_STANDARD "05:30-21:00" /* that of an empty section airtime */

static int understand(const char *name, const char *text, size_t n, struct faults *faults,
		      struct settings *ret)
{
	const struct conf_world world = {
		.zone = offline_give_zone, .errors_only = true, .box_only = true};
	const struct conf_text texts[] = {{.name = name, .text = text, .n = n}};

	return conf_load_text(texts, 1, &world, faults, NULL, ret);
}

int setup_apply(const struct setup *setup, char **ret, size_t *ret_n, char *why, size_t n_why)
{
	struct change changes[SETUP_SECTIONS];
	struct written_changed changed;
	struct faults faults = {0};
	size_t n = 0;
	int r;

	for (size_t i = 0; i < setup->answers.n; i++)
		if (setup->answers.changes[i].n_values > 0 || setup->answers.changes[i].remove)
			changes[n++] = setup->answers.changes[i];
	why[0] = '\0';
	r = written_change(setup->base, setup->n_base, changes, n, &changed);
	if (r == -EBADMSG)
		snprintf(why, n_why, _("a text with control characters"));
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	r = understand(setup->config, changed.text, changed.n, &faults, NULL);
	for (size_t i = faults.n; i-- > 0;)
		if (faults.items[i].error)
			snprintf(why, n_why, "%s", faults.items[i].text);
	faults_done(&faults);
	if (r == 0) {
		*ret = changed.text;
		*ret_n = changed.n;
		changed.text = NULL;
	}
	written_changed_done(&changed);
	return r;
}

int setup_accepts(struct setup *setup)
{
	char why[512], *text = NULL;
	size_t n;
	int r = setup_apply(setup, &text, &n, why, sizeof(why));

	free(text);
	if (r == -EINVAL) {
		printf("     %s\n", why);
		return -EAGAIN;
	}
	return r;
}

void setup_tell(struct setup *setup)
{
	for (size_t i = 0; i < setup->findings->n; i++) {
		printf("     %s\n", setup->findings->items[i].message);
		if (setup->findings->items[i].cure[0])
			printf("     -> %s\n", setup->findings->items[i].cure);
	}
	setup->findings->n = 0;
}

static void find_allow(struct setup *setup)
{
	const struct written_section *section;
	const struct written_option *option;
	struct written *written;
	size_t used = 0;

	snprintf(setup->allow, sizeof(setup->allow), "%s", ALLOW_STANDARD);
	if (written_read(setup->base, setup->n_base, &written) < 0)
		return;
	section = written_find(written_root(written), "airtime", NULL);
	option = section ? written_option(section, "allow") : NULL;
	for (const struct written_value *value = option ? option->first : NULL;
	     value && used < sizeof(setup->allow); value = value->next)
		used += (size_t)snprintf(setup->allow + used, sizeof(setup->allow) - used, "%s%s",
					 used ? ", " : "", value->text);
	written_free(written);
}

int setup_read_base(struct setup *setup)
{
	const char *path = setup->exists			     ? setup->config
			   : access(LOA_SAMPLE_INSTALLED, R_OK) == 0 ? LOA_SAMPLE_INSTALLED
								     : LOA_SAMPLE_SOURCE;
	struct faults faults = {0};
	int r = conf_read_file(path, &faults, &setup->base, &setup->n_base);

	if (r == 0)
		r = understand(path, setup->base, setup->n_base, &faults, &setup->settings);
	if (r < 0) {
		offline_print_faults(stderr, &faults);
		complain(_("correct %s first, or move it away: then setup begins from the sample"),
			 path);
	} else {
		find_allow(setup);
	}
	faults_done(&faults);
	return r < 0 ? EXIT_NO : EXIT_DONE;
}

/* The file itself: of a link only what it leads to is written anew. */
int setup_find_place(struct setup *setup, const char *config)
{
	char copy[LIMIT_PATH], folder[LIMIT_PATH];
	struct stat status;

	snprintf(copy, sizeof(copy), "%s", config);
	setup->exists = stat(config, &status) == 0 || errno != ENOENT;
	if (setup->exists && realpath(config, setup->config))
		snprintf(copy, sizeof(copy), "%s", setup->config);
	else
		snprintf(setup->config, sizeof(setup->config), "%s", config);
	snprintf(folder, sizeof(folder), "%s", dirname(copy));
	if (access(folder, W_OK | X_OK) == 0)
		return EXIT_DONE;
	complain(_("setup may not write into %s (%s): use sudo, or name another file with -c"),
		 folder, words_error(errno));
	return EXIT_NO;
}
