/* SPDX-License-Identifier: MIT */
#include "clash.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* NAME-2; a long name is shortened to make room, never inside a character or to end in a dash. */
static void print_version(const char *name, unsigned version, char *ret)
{
	char tail[8];
	size_t n = strlen(name);
	size_t room = LIMIT_NAME - 1 - (size_t)snprintf(tail, sizeof(tail), "-%u", version);

	if (n > room) {
		n = room;
		while (n > 1 && ((unsigned char)name[n] & 0xc0) == 0x80)
			n--;
	}
	while (n > 1 && name[n - 1] == '-')
		n--;
	memcpy(ret, name, n);
	memcpy(ret + n, tail, strlen(tail) + 1);
}

static enum clash_answer next_version(const char *name, clash_look_fn *look, void *context,
				      char *ret_name)
{
	for (unsigned version = 2; version <= CLASH_VERSIONS; version++) {
		enum clash_there there;

		print_version(name, version, ret_name);
		there = look(context, ret_name);
		if (there == CLASH_FREE)
			return CLASH_TAKE;
		if (there == CLASH_SAME)
			return CLASH_KNOWN;
	}
	return CLASH_FULL;
}

enum clash_answer clash_settle(const char *name, enum clash_rule rule, clash_look_fn *look,
			       void *context, char *ret_name)
{
	snprintf(ret_name, LIMIT_NAME, "%s", name);
	switch (look(context, name)) {
	case CLASH_FREE:
		return CLASH_TAKE;
	case CLASH_DRAFT:
		return CLASH_OVER;
	case CLASH_SAME:
		return CLASH_KNOWN;
	case CLASH_RECORDED:
		break;
	}
	if (rule == CLASH_REPLACE)
		return CLASH_OVER;
	return rule == CLASH_ASK ? CLASH_REFUSED : next_version(name, look, context, ret_name);
}
