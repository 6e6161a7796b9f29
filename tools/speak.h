/* SPDX-License-Identifier: MIT */
/*
 * speak - a text spoken by a machine, as an MP3 that says of itself that it is a draft.
 *
 * The config's command ('say', its words as they are, no shell) is given the text as a person would
 * read it (config/spoken) on its standard input, and in place of a word "{text}"; what it writes to
 * its standard output, ffmpeg makes an MP3 of. Both are ended when they take too long or write too
 * much. The mark is the comment of an ID3v1 tag (CLIP_FILE_DRAFT).
 */
#ifndef TOOLS_SPEAK_H
#define TOOLS_SPEAK_H

#include "settings.h"

#define SPEAK_SECONDS 120	 /* of each of the two programs */
#define SPEAK_BYTES   (64 << 20) /* of what one may write */

/* The text as it is read aloud, malloc'ed. 0, -EINVAL (not UTF-8), -ENOMEM. */
int speak_words(const struct settings *settings, const char *text, char **ret);
/* spoken is that text. Returns an exit code, with a complaint; on EXIT_DONE *ret_fd is the caller's. */
int speak_draft(const struct settings *settings, const char *spoken, int *ret_fd);

#endif
