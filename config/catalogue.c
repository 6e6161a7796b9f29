/* SPDX-License-Identifier: MIT */
#include "catalogue.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0x950412deU

/* Length and place of a text; the tables of originals and translations are made of them. */
struct place {
	uint32_t length, offset;
};

struct catalogue {
	char *bytes;
	size_t n;
	uint32_t count;
	uint32_t originals, translations; /* offsets of the tables */
};

static uint32_t number_at(const struct catalogue *catalogue, size_t offset)
{
	uint32_t number;

	memcpy(&number, catalogue->bytes + offset, sizeof(number));
	return number;
}

static struct place place_at(const struct catalogue *catalogue, uint32_t table, uint32_t i)
{
	size_t at = table + (size_t)i * sizeof(struct place);

	return (struct place){number_at(catalogue, at), number_at(catalogue, at + 4)};
}

static const char *text_at(const struct catalogue *catalogue, uint32_t table, uint32_t i)
{
	return catalogue->bytes + place_at(catalogue, table, i).offset;
}

static bool table_fits(const struct catalogue *catalogue, uint32_t table)
{
	return (uint64_t)table + (uint64_t)catalogue->count * sizeof(struct place) <= catalogue->n;
}

static bool text_fits(const struct catalogue *catalogue, uint32_t table, uint32_t i)
{
	struct place place = place_at(catalogue, table, i);

	return (uint64_t)place.offset + place.length < catalogue->n &&
	       catalogue->bytes[place.offset + place.length] == '\0';
}

static bool is_sound(struct catalogue *catalogue)
{
	if (catalogue->n < 5 * sizeof(uint32_t) || number_at(catalogue, 0) != MAGIC)
		return false;
	catalogue->count = number_at(catalogue, 8);
	catalogue->originals = number_at(catalogue, 12);
	catalogue->translations = number_at(catalogue, 16);
	if (!table_fits(catalogue, catalogue->originals) ||
	    !table_fits(catalogue, catalogue->translations))
		return false;
	for (uint32_t i = 0; i < catalogue->count; i++) {
		if (!text_fits(catalogue, catalogue->originals, i) ||
		    !text_fits(catalogue, catalogue->translations, i))
			return false;
		if (i > 0 && strcmp(text_at(catalogue, catalogue->originals, i - 1),
				    text_at(catalogue, catalogue->originals, i)) >= 0)
			return false; /* it is searched by halves */
	}
	return true;
}

struct catalogue *catalogue_open(const char *path)
{
	struct catalogue *catalogue = calloc(1, sizeof(*catalogue));
	FILE *file = fopen(path, "re");
	bool sound = false;

	if (catalogue && file) {
		catalogue->bytes = malloc(CATALOGUE_BYTES);
		if (catalogue->bytes)
			catalogue->n = fread(catalogue->bytes, 1, CATALOGUE_BYTES, file);
		sound = !ferror(file) && catalogue->n < CATALOGUE_BYTES && is_sound(catalogue);
	}
	if (file)
		fclose(file);
	if (sound) {
		char *less = realloc(catalogue->bytes, catalogue->n);

		catalogue->bytes = less ? less : catalogue->bytes;
		return catalogue;
	}
	return catalogue_free(catalogue);
}

struct catalogue *catalogue_free(struct catalogue *catalogue)
{
	if (catalogue)
		free(catalogue->bytes);
	free(catalogue);
	return NULL;
}

const char *catalogue_find(const struct catalogue *catalogue, const char *english)
{
	uint32_t low = 0, high = catalogue->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(english, text_at(catalogue, catalogue->originals, middle));

		if (order == 0)
			return text_at(catalogue, catalogue->translations, middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
