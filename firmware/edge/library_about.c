/* SPDX-License-Identifier: MIT */
/*
 * What a person said of a recording comes into the index after the file has its name. A process that
 * is killed between the two would have lost it, so the file carries it as well. A file system without
 * such attributes does without.
 */
#include "library_internal.h"

#include <string.h>
#include <sys/xattr.h>

#define TITLE "user.loaphuong.title"
#define BY    "user.loaphuong.by"

static void put(int file, const char *key, const char *text)
{
	if (text[0])
		fsetxattr(file, key, text, strlen(text), 0);
}

void library_about_put(int file, const struct store_clip *clip)
{
	put(file, TITLE, clip->title);
	put(file, BY, clip->added_by);
}

/* The attribute is taken for what it may be: anything. */
static void get(int file, const char *key, char *ret, size_t n)
{
	char text[LIMIT_WHY];
	ssize_t length =
		ret[0] ? 0
		       : fgetxattr(file, key, text, n < sizeof(text) ? n - 1 : sizeof(text) - 1);

	if (length <= 0)
		return;
	text[length] = '\0';
	for (ssize_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return;
	memcpy(ret, text, (size_t)length + 1);
}

void library_about_get(int file, struct store_clip *clip)
{
	get(file, TITLE, clip->title, sizeof(clip->title));
	get(file, BY, clip->added_by, sizeof(clip->added_by));
}
