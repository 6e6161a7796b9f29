/* SPDX-License-Identifier: MIT */
#include "life.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum note { NOTE_NONE, NOTE_ADD, NOTE_SAY, NOTE_APPROVE, NOTE_REVOKE };

static enum note note_of(const struct asrun_event *event)
{
	static const char *const names[] = {
		[NOTE_ADD] = "clip-add",
		[NOTE_SAY] = "clip-say",
		[NOTE_APPROVE] = "clip-approve",
		[NOTE_REVOKE] = "clip-revoke",
	};

	for (enum note note = NOTE_ADD; note <= NOTE_REVOKE; note++)
		if (strcmp(event->what, names[note]) == 0)
			return note;
	return NOTE_NONE;
}

/* The name at the head of a note; *ret_rest is what follows its blank. */
static bool split(const char *why, char *ret_name, const char **ret_rest)
{
	size_t n = strcspn(why, " ");

	*ret_rest = why[n] ? why + n + 1 : why + n;
	if (why[n] && n > 0 && why[n - 1] == ':')
		n--;
	if (n == 0 || n >= LIMIT_NAME)
		return false;
	memcpy(ret_name, why, n);
	ret_name[n] = '\0';
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_sha256(const char *text, uint8_t *ret)
{
	for (size_t i = 0; i < 32; i++) {
		int high = digit(text[2 * i]);
		int low = high < 0 ? -1 : digit(text[2 * i + 1]);

		if (low < 0)
			return false;
		ret[i] = (uint8_t)(high * 16 + low);
	}
	return text[64] == '\0' || text[64] == ' ' || text[64] == ':';
}

/* Where a clip of that name is, or belongs. */
static size_t place(const struct lives *lives, const char *name, bool *ret_there)
{
	size_t low = 0, high = lives->n;

	*ret_there = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, lives->items[middle].name);

		if (order == 0) {
			*ret_there = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static struct life *take(struct lives *lives, const char *name)
{
	bool there;
	size_t at = place(lives, name, &there);

	if (there)
		return &lives->items[at];
	if (lives->n == lives->room) {
		size_t room = lives->room ? 2 * lives->room : 16;
		struct life *items = realloc(lives->items, room * sizeof(*items));

		if (!items)
			return NULL;
		lives->items = items;
		lives->room = room;
	}
	memmove(&lives->items[at + 1], &lives->items[at], (lives->n - at) * sizeof(*lives->items));
	lives->n++;
	memset(&lives->items[at], 0, sizeof(lives->items[at]));
	memcpy(lives->items[at].name, name, strlen(name) + 1);
	return &lives->items[at];
}

static void fold_note(struct life *life, enum note note, const struct asrun_event *event,
		      const char *rest)
{
	switch (note) {
	case NOTE_ADD:
	case NOTE_SAY:
		life->draft = note == NOTE_SAY;
		life->added_us = event->time_us;
		memcpy(life->added_by, event->who, sizeof(life->added_by));
		snprintf(life->title, sizeof(life->title), "%s", rest);
		break;
	case NOTE_APPROVE:
		if (!read_sha256(rest, life->approved_sha256))
			break;
		life->approved_us = event->time_us ? event->time_us : 1;
		memcpy(life->approved_by, event->who, sizeof(life->approved_by));
		break;
	case NOTE_REVOKE:
		life->approved_us = 0;
		break;
	case NOTE_NONE:
		break;
	}
}

static int fold_aired(struct lives *lives, const struct asrun_event *event)
{
	struct life *life = take(lives, event->clip);
	struct life_aired *aired;

	if (!life)
		return -ENOMEM;
	aired = &life->aired[event->mode == ASRUN_PRETENDED];
	aired->times++;
	if (event->started_us > aired->last_us)
		aired->last_us = event->started_us;
	life->changed = true;
	return 0;
}

int lives_fold(struct lives *lives, const struct asrun_event *event)
{
	char name[LIMIT_NAME];
	enum note note;
	struct life *life;
	const char *rest;

	if (event->kind == ASRUN_ITEM)
		return event->audible > 0 && event->clip[0] ? fold_aired(lives, event) : 0;
	note = event->kind == ASRUN_NOTE ? note_of(event) : NOTE_NONE;
	if (note == NOTE_NONE || !split(event->why, name, &rest))
		return 0;
	life = take(lives, name);
	if (!life)
		return -ENOMEM;
	fold_note(life, note, event, rest);
	life->changed = true;
	return 0;
}

int lives_put(struct lives *lives, const struct life *life)
{
	struct life *mine = take(lives, life->name);

	if (!mine)
		return -ENOMEM;
	*mine = *life;
	return 0;
}

const struct life *lives_find(const struct lives *lives, const char *name)
{
	bool there;
	size_t at = place(lives, name, &there);

	return there ? &lives->items[at] : NULL;
}

void lives_done(struct lives *lives)
{
	free(lives->items);
	memset(lives, 0, sizeof(*lives));
}

bool life_approves(const struct life *life, const uint8_t *sha256)
{
	return life && life->approved_us != 0 &&
	       memcmp(life->approved_sha256, sha256, sizeof(life->approved_sha256)) == 0;
}

/* snprintf cuts where the place ends: what is left of a character at the end goes too. */
static void mend_end(char *text, size_t n)
{
	size_t length = strlen(text), at = length;

	if (length + 1 < n)
		return;
	while (at > 0 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
		at--;
	if (at > 0 && (unsigned char)text[at - 1] >= 0xc0)
		text[at - 1] = '\0';
}

void life_print_added(char *ret, size_t n, const char *name, const char *title)
{
	snprintf(ret, n, "%s%s%s", name, title[0] ? ": " : "", title);
	mend_end(ret, n);
}

void life_print_approved(char *ret, size_t n, const char *name, const uint8_t *sha256,
			 const char *why)
{
	static const char digits[] = "0123456789abcdef";
	char hex[65];

	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = digits[sha256[i] >> 4];
		hex[2 * i + 1] = digits[sha256[i] & 15];
	}
	hex[64] = '\0';
	snprintf(ret, n, "%s %s%s%s", name, hex, why[0] ? ": " : "", why);
	mend_end(ret, n);
}

void life_print_revoked(char *ret, size_t n, const char *name, const char *why)
{
	life_print_added(ret, n, name, why);
}
