/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpio_internal.h"

#define DEVICES "/dev"

/* A line asked for: by its name, or as chip and offset. */
struct asked {
	const char *line;
	char chip[GPIO_LINE]; /* "" = it is no CHIP:OFFSET */
	unsigned offset;
};

/* A search over all chips. */
struct search {
	struct asked asked;
	struct gpio_found *found;
	unsigned n_found;
	int fd;	    /* the chip with the first that was found; -1 = none */
	int denied; /* the errno of a chip that may not be opened */
	int error;  /* of a chip that does not answer */
};

/* "gpiochip0:17"; a name may have a colon too, and then it is looked for as a name as well. */
static void split(const char *line, struct asked *ret)
{
	const char *colon = strrchr(line, ':');
	char *end;
	unsigned long offset;

	*ret = (struct asked){.line = line};
	if (!colon || colon == line || colon[1] < '0' || colon[1] > '9')
		return;
	offset = strtoul(colon + 1, &end, 10);
	if (*end || offset > 65535)
		return;
	if (strncmp(line, DEVICES "/", strlen(DEVICES "/")) == 0)
		line += strlen(DEVICES "/");
	snprintf(ret->chip, sizeof(ret->chip), "%.*s", (int)(colon - line), line);
	ret->offset = (unsigned)offset;
}

static void note_line(struct search *search, int fd, const struct gpiochip_info *chip,
		      unsigned offset)
{
	struct gpio_found *found = search->found;

	search->n_found++;
	if (search->n_found == 1) {
		memcpy(found->chip, chip->name, sizeof(found->chip));
		found->offset = offset;
		search->fd = fd;
	} else if (search->n_found == 2) {
		memcpy(found->other_chip, chip->name, sizeof(found->other_chip));
		found->other_offset = offset;
	}
}

static void look_at_names(struct search *search, int fd, const struct gpiochip_info *chip)
{
	for (unsigned offset = 0; offset < chip->lines; offset++) {
		struct gpio_v2_line_info info = {.offset = offset};

		if (ioctl(fd, GPIO_V2_GET_LINEINFO_IOCTL, &info) < 0) {
			search->error = -errno;
			return;
		}
		if (strncmp(info.name, search->asked.line, sizeof(info.name)) == 0)
			note_line(search, fd, chip, offset);
	}
}

static bool is_chip(const struct search *search, const char *device,
		    const struct gpiochip_info *chip)
{
	const char *asked = search->asked.chip;

	return asked[0] &&
	       (strcmp(asked, device) == 0 || strncmp(asked, chip->name, sizeof(chip->name)) == 0 ||
		strncmp(asked, chip->label, sizeof(chip->label)) == 0);
}

/*
 * Only real device nodes are searched, each chip once: newer Raspberry Pi systems link gpiochip4 to
 * gpiochip0 for old programs (raspberrypi/linux#6144), and the same line would be found twice.
 */
static void look_at_chip(struct search *search, const char *device)
{
	struct gpiochip_info chip = {0};
	char path[300];
	int fd;

	snprintf(path, sizeof(path), DEVICES "/%s", device);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		search->denied = errno == EACCES || errno == EPERM ? -errno : search->denied;
		return;
	}
	if (ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &chip) < 0) {
		search->error = -errno;
	} else {
		search->found->n_chips++;
		if (is_chip(search, device, &chip) && search->asked.offset < chip.lines)
			note_line(search, fd, &chip, search->asked.offset);
		else
			look_at_names(search, fd, &chip);
	}
	if (search->fd != fd)
		close(fd);
}

static int is_device(const struct dirent *entry)
{
	return strncmp(entry->d_name, "gpiochip", 8) == 0 && strlen(entry->d_name) < GPIO_NAME &&
	       (entry->d_type == DT_CHR || entry->d_type == DT_UNKNOWN);
}

/* "gpiochip4:17" where that is only a link: what it points to is meant. */
static void follow_link(struct asked *asked)
{
	char path[300], real[4096];
	const char *name;

	snprintf(path, sizeof(path), DEVICES "/%s", asked->chip);
	if (!asked->chip[0] || strchr(asked->chip, '/') || !realpath(path, real))
		return;
	name = strrchr(real, '/');
	snprintf(asked->chip, sizeof(asked->chip), "%.*s", GPIO_LINE - 1, name + 1);
}

static int verdict(struct search *search)
{
	struct gpio_found *found = search->found;

	if (search->n_found == 1)
		return search->fd;
	if (search->fd >= 0)
		close(search->fd);
	found->state = search->n_found > 1 ? GPIO_AMBIGUOUS
		       : search->denied	   ? GPIO_DENIED
		       : search->error	   ? GPIO_FAILED
					   : GPIO_MISSING;
	return search->n_found > 1 ? -ENOTUNIQ
	       : search->denied	   ? search->denied
	       : search->error	   ? search->error
				   : -ENOENT;
}

int gpio_find(const char *line, struct gpio_found *found)
{
	struct search search = {.found = found, .fd = -1};
	struct dirent **devices = NULL;
	int n = scandir(DEVICES, &devices, is_device, alphasort);

	*found = (struct gpio_found){.state = GPIO_MISSING};
	split(line, &search.asked);
	follow_link(&search.asked);
	for (int i = 0; i < n; i++) {
		look_at_chip(&search, devices[i]->d_name);
		free(devices[i]);
	}
	free(devices);
	return verdict(&search);
}

static int give_chip(const char *device, gpio_list_fn *fn, void *context)
{
	struct gpiochip_info chip = {0};
	char path[300];
	int fd, error = 0;

	snprintf(path, sizeof(path), DEVICES "/%s", device);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &chip) < 0)
		error = -errno;
	for (unsigned offset = 0; error == 0 && offset < chip.lines; offset++) {
		struct gpio_v2_line_info info = {.offset = offset};

		if (ioctl(fd, GPIO_V2_GET_LINEINFO_IOCTL, &info) < 0)
			error = -errno;
		else
			gpio_give(chip.name, &info, fn, context);
	}
	close(fd);
	return error;
}

int gpio_find_all(const struct gpio *gpio, gpio_list_fn *fn, void *context)
{
	struct dirent **devices = NULL;
	int n = scandir(DEVICES, &devices, is_device, alphasort);
	int result = -ENOENT;

	(void)gpio;
	for (int i = 0; i < n; i++) {
		int error = give_chip(devices[i]->d_name, fn, context);

		if (result < 0)
			result = error;
		free(devices[i]);
	}
	free(devices);
	return result;
}
