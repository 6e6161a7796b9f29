/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>

#include "scene.h"
#include "words.h"

static void print_summary(const char *config, const struct faults *faults)
{
	size_t n_errors = 0;

	for (size_t i = 0; i < faults->n; i++)
		n_errors += faults->items[i].error;
	if (faults->n == 0)
		printf(_("%s: no faults"), config);
	else
		printf(_("%s: %zu errors, %zu warnings"), config, n_errors, faults->n - n_errors);
	putchar('\n');
}

static int check(const struct scene *scene)
{
	struct recordings recordings = {0};
	struct offline offline = {0};
	int r = scene_recordings(scene, &recordings);

	if (r == EXIT_DONE) {
		r = offline_load(scene->config, scene->state, &recordings, scene->now_us, &offline);
		if (r == -ENOMEM)
			complain_memory();
		offline_print_faults(stdout, &offline.faults);
		print_summary(scene->config, &offline.faults);
		r = r < 0 ? EXIT_NO : EXIT_DONE;
	}
	offline_done(&offline);
	recordings_done(&recordings);
	return r;
}

int cmd_check(const struct call *call)
{
	struct scene scene;
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	r = check(&scene);
	scene_close(&scene);
	return r;
}
