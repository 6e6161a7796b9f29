/* SPDX-License-Identifier: MIT */
/* clip say: a draft, spoken by a machine until a person reads the text. */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clip_add.h"
#include "shelf.h"
#include "speak.h"
#include "words.h"

#define TITLE_BYTES 120 /* of a text that becomes the title of a clip that has none */

/* The text of the config's clip, malloc'ed. */
static int text_of_clip(const struct scene *scene, const char *name, char **ret)
{
	json_t *clip = NULL;
	int r = shelf_look(scene, name, &clip);

	if (r != EXIT_DONE)
		return r;
	*ret = strdup(ask_text(clip, "text"));
	json_decref(clip);
	if (!*ret)
		return complain_memory();
	if (**ret)
		return EXIT_DONE;
	complain(_("the clip \"%s\" has no text: give it one in the config, or here: loaphuong "
		   "clip say %s \"TEXT\""),
		 name, name);
	free(*ret);
	return EXIT_NO;
}

static int take_text(const struct call *call, const struct scene *scene, const char *name,
		     char **ret)
{
	if (call->n_operands == 1)
		return text_of_clip(scene, name, ret);
	if (strlen(call->operands[1]) >= LIMIT_TEXT) {
		complain(_("the text is longer than %d bytes: make two clips of it"),
			 LIMIT_TEXT - 1);
		return EXIT_WRONG;
	}
	*ret = strdup(call->operands[1]);
	return *ret ? EXIT_DONE : complain_memory();
}

/* The beginning of the text, never half a character; its title where the config gives none. */
static void title_of(const char *text, char *ret, size_t n)
{
	size_t length = strlen(text);

	if (length >= n) {
		length = n - 1;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	for (size_t i = 0; i < length; i++)
		ret[i] = (char)((unsigned char)text[i] < ' ' ? ' ' : text[i]);
	ret[length] = '\0';
}

static int add_spoken(const struct call *call, const struct scene *scene, struct incoming *draft,
		      const char *text, const char *spoken)
{
	char title[TITLE_BYTES];
	int r = speak_draft(&scene->settings, spoken, &draft->fd);

	if (r != EXIT_DONE)
		return r;
	title_of(text, title, sizeof(title));
	memcpy(draft->title, title, sizeof(title));
	r = clip_add(scene, draft, call_has(call, "replace"));
	close(draft->fd);
	return r;
}

static int say(const struct call *call, const struct scene *scene, struct incoming *draft)
{
	char *text = NULL, *spoken = NULL;
	int r = take_text(call, scene, draft->name, &text), error;

	if (r != EXIT_DONE)
		return r;
	error = speak_words(&scene->settings, text, &spoken);
	if (error == -EINVAL)
		complain(_("the text is not UTF-8: type it again"));
	if (error < 0)
		r = error == -EINVAL ? EXIT_WRONG : complain_memory();
	else if (!spoken[strspn(spoken, " .,-")])
		complain(_("the text is empty")), r = EXIT_WRONG;
	else if (call_has(call, "words"))
		puts(spoken);
	else
		r = add_spoken(call, scene, draft, text, spoken);
	free(text);
	free(spoken);
	return r;
}

int cmd_clip_say(const struct call *call)
{
	struct incoming draft = {.file = call->operands[0]};
	struct scene scene;
	int r = clip_name(call->operands[0], &draft);

	if (r == EXIT_DONE)
		r = scene_open(call, &scene);
	if (r != EXIT_DONE)
		return r;
	r = scene.unreachable ? ask_unreachable(scene.unreachable) : say(call, &scene, &draft);
	scene_close(&scene);
	return r;
}
