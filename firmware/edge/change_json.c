/* SPDX-License-Identifier: MIT */
#include "change_json.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool change_file_ok(const char *name)
{
	size_t n = strlen(name);

	if (n <= strlen(".conf") || n >= CHANGE_FILE || name[0] == '.' ||
	    strcmp(name + n - strlen(".conf"), ".conf") != 0)
		return false;
	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		if (*c == '/' || *c < ' ' || *c == 0x7f)
			return false;
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_base(const json_t *base, struct changes *ret)
{
	const char *text = json_string_value(base);

	ret->has_base = text != NULL;
	if (!text)
		return !base || json_is_null(base);
	if (strlen(text) != 2 * sizeof(ret->base))
		return false;
	for (size_t i = 0; i < sizeof(ret->base); i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret->base[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static int take_value(const char *key, const json_t *json, struct change_value *ret)
{
	size_t n = json_is_array(json) ? json_array_size(json) : 1;
	const char **texts;

	ret->key = key;
	ret->list = json_is_array(json);
	if (json_is_null(json))
		return 0;
	if (n > LIMIT_CHANGE_TEXTS)
		return -EINVAL;
	texts = calloc(n + 1, sizeof(*texts));
	if (!texts)
		return -ENOMEM;
	ret->texts = texts;
	ret->n = n;
	for (size_t i = 0; i < n; i++) {
		texts[i] = json_string_value(ret->list ? json_array_get(json, i) : json);
		if (!texts[i])
			return -EINVAL;
	}
	return 0;
}

static int take_values(json_t *values, struct change *ret)
{
	struct change_value *list;
	const char *key;
	json_t *value;
	int error = 0;

	if (!values)
		return 0;
	if (!json_is_object(values) || json_object_size(values) > LIMIT_CHANGE_VALUES)
		return -EINVAL;
	list = calloc(json_object_size(values) + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	ret->values = list;
	json_object_foreach(values, key, value)
	{
		if (error == 0)
			error = take_value(key, value, &list[ret->n_values++]);
	}
	return error;
}

/* A text of the change, or NULL. False: there, but no text. */
static bool take_text(const json_t *change, const char *key, const char **ret)
{
	const json_t *value = json_object_get(change, key);

	*ret = json_string_value(value);
	return *ret || !value || json_is_null(value);
}

static int take_change(const json_t *json, struct change *ret)
{
	const json_t *remove = json_object_get(json, "remove");

	if (!json_is_object(json) || !take_text(json, "campaign", &ret->campaign) ||
	    !take_text(json, "kind", &ret->kind) || !take_text(json, "name", &ret->name) ||
	    !ret->campaign || !ret->kind != !ret->name || (remove && !json_is_boolean(remove)))
		return -EINVAL;
	ret->remove = json_is_true(remove);
	return take_values(json_object_get(json, "values"), ret);
}

int change_json_take(const json_t *request, struct changes *ret)
{
	const json_t *list = json_object_get(request, "changes");
	size_t n = json_array_size(list);
	int error = 0;

	ret->file = json_string_value(json_object_get(request, "file"));
	if (!ret->file || !change_file_ok(ret->file) ||
	    !take_base(json_object_get(request, "base"), ret) || n == 0 || n > LIMIT_CHANGES)
		return -EINVAL;
	ret->items = calloc(n, sizeof(*ret->items));
	if (!ret->items)
		return -ENOMEM;
	for (; ret->n < n && error == 0; ret->n++)
		error = take_change(json_array_get(list, ret->n), &ret->items[ret->n]);
	return error;
}

void change_json_done(struct changes *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		struct change *change = &changes->items[i];

		for (size_t k = 0; k < change->n_values; k++)
			free((void *)(uintptr_t)change->values[k].texts);
		free((void *)(uintptr_t)change->values);
	}
	free(changes->items);
	*changes = (struct changes){0};
}
