/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink_paced.h"

static int null_open(struct paced *paced, const struct pcm_format *want)
{
	(void)want;
	snprintf(paced->sink.info.sample, sizeof(paced->sink.info.sample), "none");
	snprintf(paced->sink.info.name, sizeof(paced->sink.info.name), "null");
	return 0;
}

static void null_release(struct paced *paced)
{
	free(paced);
}

static const struct paced_hooks null_hooks = {.open = null_open, .release = null_release};

int sink_null_new(struct sink **ret)
{
	struct paced *paced = calloc(1, sizeof(*paced));

	if (!paced)
		return -ENOMEM;
	paced_init(paced, &null_hooks);
	*ret = &paced->sink;
	return 0;
}
