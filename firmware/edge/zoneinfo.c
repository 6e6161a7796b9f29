/* SPDX-License-Identifier: MIT */
/*
 * TZif as in RFC 9636: a header and data block of version 1 (skipped), the same again with 64-bit
 * times, and a footer line with the POSIX rule for the time after the last transition.
 */
#include "zoneinfo.h"
#include "zoneinfo_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX 131072 /* the largest of the system has less than 4 KiB */
#define LIST_MAX       16384
#define RULE_MAX       256
#define LAST_YEAR      2100
#define BEGIN_S	       (-3 * 366 * (int64_t)CIVIL_DAY_S) /* in 1967 */
#define END_S	       INT64_C(4133980800)		 /* 2101-01-01 */
#define HEADER_BYTES   44
#define TYPE_BYTES     6

/* The six counts of a header, in their order. */
struct counts {
	uint32_t is_utc, is_standard, leap, transitions, types, chars;
};

struct block {
	const uint8_t *times, *indexes, *types;
	uint32_t n_transitions, n_types;
};

static uint64_t big_endian(const uint8_t *bytes, unsigned n)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < n; i++)
		value = value << 8 | bytes[i];
	return value;
}

int zoneinfo_add(struct zoneinfo_list *list, int64_t from_s, int32_t offset_s)
{
	if (from_s < 0)
		from_s = 0;
	if (list->n > 0 && list->changes[list->n - 1].from_s > from_s)
		return -EBADMSG;
	if (list->n > 0 && list->changes[list->n - 1].from_s == from_s)
		list->n--;
	if (list->n > 0 && list->changes[list->n - 1].offset_s == offset_s)
		return 0;
	if (list->n == list->space) {
		size_t space = list->space ? list->space * 2 : 64;
		struct zone_change *more;

		if (space > LIST_MAX)
			return -EBADMSG;
		more = realloc(list->changes, space * sizeof(*more));
		if (!more)
			return -ENOMEM;
		list->changes = more;
		list->space = space;
	}
	list->changes[list->n++] = (struct zone_change){from_s, offset_s};
	return 0;
}

/* Reads a header at *bytes and steps over it. */
static bool take_header(const uint8_t **bytes, size_t *n, struct counts *ret)
{
	const uint8_t *p = *bytes;

	/* Version 2 or later: '2', '3', '4'. */
	if (*n < HEADER_BYTES || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	ret->is_utc = (uint32_t)big_endian(p + 20, 4);
	ret->is_standard = (uint32_t)big_endian(p + 24, 4);
	ret->leap = (uint32_t)big_endian(p + 28, 4);
	ret->transitions = (uint32_t)big_endian(p + 32, 4);
	ret->types = (uint32_t)big_endian(p + 36, 4);
	ret->chars = (uint32_t)big_endian(p + 40, 4);
	*bytes += HEADER_BYTES;
	*n -= HEADER_BYTES;
	return true;
}

/* Steps over a data block whose times have time_bytes. */
static bool take_block(const uint8_t **bytes, size_t *n, const struct counts *counts,
		       unsigned time_bytes, struct block *ret)
{
	uint64_t indexes = (uint64_t)counts->transitions * time_bytes;
	uint64_t types = indexes + counts->transitions;
	uint64_t chars = types + (uint64_t)counts->types * TYPE_BYTES;
	uint64_t end = chars + counts->chars + (uint64_t)counts->leap * (time_bytes + 4) +
		       counts->is_standard + counts->is_utc;

	if (end > *n || counts->types == 0)
		return false;
	*ret = (struct block){*bytes, *bytes + indexes, *bytes + types, counts->transitions,
			      counts->types};
	*bytes += end;
	*n -= (size_t)end;
	return true;
}

static bool offset_of_type(const struct block *block, uint32_t type, int32_t *ret_s)
{
	int64_t offset_s;

	if (type >= block->n_types)
		return false;
	offset_s = (int32_t)(uint32_t)big_endian(block->types + type * TYPE_BYTES, 4);
	*ret_s = (int32_t)offset_s;
	/* RFC 9636: -25 h to 26 h, both not reached. */
	return offset_s > -25 * 3600 && offset_s < 26 * 3600;
}

/*
 * The transitions of the block; *ret_last_s is the time of the last one, but no earlier than the
 * first day whose changes can matter.
 */
static int add_block(struct zoneinfo_list *list, const struct block *block, int64_t *ret_last_s)
{
	int64_t last_s = INT64_MIN;
	int32_t offset_s;
	int error;

	/* Type 0 holds before the first transition. */
	if (!offset_of_type(block, 0, &offset_s))
		return -EBADMSG;
	error = zoneinfo_add(list, 0, offset_s);
	for (uint32_t i = 0; i < block->n_transitions && !error; i++) {
		int64_t from_s = (int64_t)big_endian(block->times + (size_t)i * 8, 8);

		if ((i > 0 && from_s <= last_s) ||
		    !offset_of_type(block, block->indexes[i], &offset_s))
			return -EBADMSG;
		last_s = from_s;
		if (from_s < END_S)
			error = zoneinfo_add(list, from_s, offset_s);
	}
	*ret_last_s = last_s > BEGIN_S ? last_s : BEGIN_S;
	return error;
}

/* The footer: the rule between two newlines. Empty = nothing is known of the time after. */
static int add_footer(struct zoneinfo_list *list, const uint8_t *bytes, size_t n, int64_t last_s)
{
	char rule[RULE_MAX];
	const uint8_t *end;
	size_t length;

	if (n < 2 || bytes[0] != '\n')
		return -EBADMSG;
	end = memchr(bytes + 1, '\n', n - 1);
	if (!end)
		return -EBADMSG;
	length = (size_t)(end - bytes) - 1;
	if (length >= sizeof(rule) || memchr(bytes + 1, '\0', length))
		return -EBADMSG;
	if (length == 0 || last_s >= END_S)
		return 0;
	memcpy(rule, bytes + 1, length);
	rule[length] = '\0';
	return zoneinfo_add_rule(list, rule, last_s, LAST_YEAR);
}

static int read_changes(const uint8_t *bytes, size_t n, struct zoneinfo_list *list)
{
	struct counts counts;
	struct block block;
	int64_t last_s;
	int error;

	if (!take_header(&bytes, &n, &counts) || !take_block(&bytes, &n, &counts, 4, &block) ||
	    !take_header(&bytes, &n, &counts) || !take_block(&bytes, &n, &counts, 8, &block))
		return -EBADMSG;
	/* A zone that counts leap seconds is 27 s off: one of right/, under whatever name. */
	if (counts.leap > 0)
		return -EBADMSG;
	error = add_block(list, &block, &last_s);
	return error ? error : add_footer(list, bytes, n, last_s);
}

/* A name of letters, digits and "+-_/", no part of it empty or dots. */
static bool is_name(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++) {
		char c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !strchr("+-_/", c))
			return false;
	}
	return n > 0 && n < sizeof(((struct zone *)0)->name) && name[0] != '/' &&
	       name[n - 1] != '/' && !strstr(name, "//") && strncmp(name, "right/", 6) != 0;
}

int zoneinfo_parse(const char *name, const void *bytes, size_t n, struct zone *ret)
{
	struct zoneinfo_list list = {0};
	struct zone zone = {.name = ""};
	int error;

	if (!is_name(name))
		return -ENOENT;
	error = read_changes(bytes, n, &list);
	if (error) {
		free(list.changes);
		return error;
	}
	memcpy(zone.name, name, strlen(name));
	zone.n_changes = list.n;
	zone.changes = list.changes;
	*ret = zone;
	return 0;
}

/* Reads an open file to its end. Returns the bytes read, at most n, or -EBADMSG. */
static ssize_t read_all(int fd, uint8_t *bytes, size_t n)
{
	size_t used = 0;

	while (used < n) {
		ssize_t got = read(fd, bytes + used, n - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -EBADMSG;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	return (ssize_t)used;
}

/* Whether there is no such file, or it cannot be opened just now (too many open files, no memory). */
static int no_zone(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		return -ENOENT;
	default:
		return -error;
	}
}

/* The zone's file; a folder ("Asia") or a device is no zone. */
static int open_zone(const char *name)
{
	const char *folder = getenv("TZDIR");
	struct stat status;
	int folder_fd, fd, error;

	folder_fd = open(folder && *folder ? folder : "/usr/share/zoneinfo",
			 O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd < 0)
		return no_zone(errno);
	fd = openat(folder_fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	error = fd < 0 ? no_zone(errno) : 0;
	close(folder_fd);
	if (error < 0)
		return error;
	error = fstat(fd, &status) != 0 ? -errno : S_ISREG(status.st_mode) ? 0 : -ENOENT;
	if (error < 0)
		close(fd);
	return error < 0 ? error : fd;
}

int zoneinfo_load(const char *name, struct zone *ret)
{
	uint8_t *bytes;
	ssize_t n;
	int fd, error;

	if (!is_name(name))
		return -ENOENT;
	fd = open_zone(name);
	if (fd < 0)
		return fd;
	bytes = malloc(FILE_BYTES_MAX);
	n = bytes ? read_all(fd, bytes, FILE_BYTES_MAX) : -ENOMEM;
	close(fd);
	error = n < 0 ? (int)n : zoneinfo_parse(name, bytes, (size_t)n, ret);
	free(bytes);
	return error;
}
