/* SPDX-License-Identifier: MIT */
/* English is what the source says already: words() picks between that and the catalogue. */
#include "words.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue.h"
#include "limit.h"

enum language { LANGUAGE_NONE, LANGUAGE_VI, LANGUAGE_EN };

/*
 * The language in force, and the catalogue. The only variable of its kind in the house: handing a
 * language through every function that might find a fault would put an argument into all of them
 * for a thing that is the same for a whole request.
 */
static struct {
	enum language own; /* the process's own */
	enum language now; /* in force */
	bool chosen;
	struct catalogue *vietnamese; /* NULL: not found; everybody hears English */
} state;

/* "vi_VN.UTF-8" -> vi. n: only that many bytes count. */
static enum language language_of(const char *text, size_t n)
{
	if (n < 2 || (n > 2 && !strchr("_.@-", text[2])))
		return LANGUAGE_NONE;
	if (strncmp(text, "vi", 2) == 0)
		return LANGUAGE_VI;
	return strncmp(text, "en", 2) == 0 ? LANGUAGE_EN : LANGUAGE_NONE;
}

/* LANGUAGE is a list in order of preference: "fr:vi:en". */
static enum language from_list(const char *list)
{
	while (list && *list) {
		size_t n = strcspn(list, ":");
		enum language found = language_of(list, n);

		if (found != LANGUAGE_NONE)
			return found;
		list += n + (list[n] == ':');
	}
	return LANGUAGE_NONE;
}

static enum language from_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	enum language found = from_list(getenv("LANGUAGE"));

	for (size_t i = 0; found == LANGUAGE_NONE && i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		/* LC_ALL=C is how programs ask for untranslated messages. */
		if (i == 0 && (strcmp(value, "C") == 0 || strcmp(value, "POSIX") == 0))
			return LANGUAGE_EN;
		return language_of(value, strlen(value));
	}
	return found;
}

static struct catalogue *open_in(const char *folder)
{
	char path[LIMIT_PATH];
	int n = snprintf(path, sizeof(path), "%s/vi/LC_MESSAGES/%s.mo", folder, WORDS_DOMAIN);

	return n > 0 && (size_t)n < sizeof(path) ? catalogue_open(path) : NULL;
}

/* locale/ beside the executable (build tree), else ../share/locale (installed). */
static struct catalogue *find_catalogue(void)
{
	static const char *const places[] = {"locale", "../locale", "../share/locale"};
	char self[LIMIT_PATH], folder[LIMIT_PATH];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct catalogue *found = NULL;
	char *slash;

	self[length > 0 ? length : 0] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	for (size_t i = 0; !found && i < sizeof(places) / sizeof(places[0]); i++)
		if (snprintf(folder, sizeof(folder), "%s/%s", self, places[i]) <
		    (int)sizeof(folder))
			found = open_in(folder);
	return found;
}

void words_init(const char *catalogues, const char *fallback)
{
	enum language named = from_environment();
	enum language other = fallback ? language_of(fallback, strlen(fallback)) : LANGUAGE_NONE;

	if (other == LANGUAGE_NONE)
		other = LANGUAGE_EN;
	state.chosen = named != LANGUAGE_NONE;
	state.own = state.chosen ? named : other;
	state.now = state.own;

	if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8"))
		setlocale(LC_CTYPE, "");
	catalogue_free(state.vietnamese);
	state.vietnamese = catalogues ? open_in(catalogues) : find_catalogue();
}

const char *words(const char *english)
{
	const char *found = NULL;

	/* "" stands for the head of the catalogue */
	if (state.now == LANGUAGE_VI && state.vietnamese && *english)
		found = catalogue_find(state.vietnamese, english);
	return found && *found ? found : english;
}

void words_use(const char *language)
{
	enum language wanted = language ? language_of(language, strlen(language)) : LANGUAGE_NONE;

	state.now = wanted != LANGUAGE_NONE ? wanted : state.own;
}

const char *words_language(void)
{
	return state.now == LANGUAGE_VI ? "vi" : "en";
}

bool words_chosen(void)
{
	return state.chosen;
}

/* Of what the C library says, that which a box meets. Its own translations come with no small Debian. */
static const char *const system_says[] = {
	N_("Operation not permitted"),
	N_("No such file or directory"),
	N_("Input/output error"),
	N_("No such device or address"),
	N_("Resource temporarily unavailable"),
	N_("Cannot allocate memory"),
	N_("Permission denied"),
	N_("Device or resource busy"),
	N_("File exists"),
	N_("Invalid cross-device link"),
	N_("No such device"),
	N_("Not a directory"),
	N_("Is a directory"),
	N_("Invalid argument"),
	N_("Too many open files"),
	N_("File too large"),
	N_("No space left on device"),
	N_("Read-only file system"),
	N_("Broken pipe"),
	N_("File name too long"),
	N_("Directory not empty"),
	N_("Too many levels of symbolic links"),
	N_("No data available"),
	N_("Bad message"),
	N_("Address already in use"),
	N_("Connection refused"),
	N_("Connection timed out"),
	N_("Disk quota exceeded"),
	N_("Operation not supported"),
};

const char *words_error(int error)
{
	const char *english = strerrordesc_np(error);

	for (size_t i = 0; english && i < sizeof(system_says) / sizeof(system_says[0]); i++)
		if (strcmp(system_says[i], english) == 0)
			return words(system_says[i]);
	return english ? english : strerror(error);
}
