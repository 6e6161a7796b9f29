/* SPDX-License-Identifier: MIT */
/*
 * gettext chooses its language from the environment, which must not change once there are threads.
 * So the catalogue is told once, at the start, to speak Vietnamese (LANGUAGE=vi, which gettext obeys
 * in every locale but "C"), and English is what the source says already: words() picks between the
 * two.
 */
#include "words.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limit.h"

enum language { LANGUAGE_NONE, LANGUAGE_VI, LANGUAGE_EN };

/*
 * The language in force. The only variable of its kind in the house: gettext itself keeps its
 * state in the process, and handing a language through every function that might find a fault
 * would put an argument into all of them for a thing that is the same for a whole request.
 */
static struct {
	enum language own; /* the process's own */
	enum language now; /* in force */
	bool chosen;
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

static bool has_catalogue(const char *folder)
{
	char path[LIMIT_PATH];
	int n = snprintf(path, sizeof(path), "%s/vi/LC_MESSAGES/%s.mo", folder, WORDS_DOMAIN);

	return n > 0 && (size_t)n < sizeof(path) && access(path, R_OK) == 0;
}

/* locale/ beside the executable (build tree), else ../share/locale (installed). */
static bool find_catalogue(char *folder, size_t n)
{
	static const char *const places[] = {"locale", "../locale", "../share/locale"};
	char self[LIMIT_PATH];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (length <= 0)
		return false;
	self[length] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int used = snprintf(folder, n, "%s/%s", self, places[i]);

		if (used > 0 && (size_t)used < n && has_catalogue(folder))
			return true;
	}
	return false;
}

static void set_locale(int category)
{
	if (!setlocale(category, "C.UTF-8") && !setlocale(category, "C.utf8"))
		setlocale(category, "");
}

void words_init(const char *catalogues, const char *fallback)
{
	enum language named = from_environment();
	enum language other = fallback ? language_of(fallback, strlen(fallback)) : LANGUAGE_NONE;
	char folder[LIMIT_PATH];

	if (other == LANGUAGE_NONE)
		other = LANGUAGE_EN;
	state.chosen = named != LANGUAGE_NONE;
	state.own = state.chosen ? named : other;
	state.now = state.own;

	set_locale(LC_CTYPE);
	set_locale(LC_MESSAGES);
	setenv("LANGUAGE", "vi", 1);
	if (catalogues)
		bindtextdomain(WORDS_DOMAIN, catalogues);
	else if (find_catalogue(folder, sizeof(folder)))
		bindtextdomain(WORDS_DOMAIN, folder);
	bind_textdomain_codeset(WORDS_DOMAIN, "UTF-8");
}

const char *words(const char *english)
{
	/* gettext answers "" with the head of the catalogue. */
	if (state.now != LANGUAGE_VI || !*english)
		return english;
	return dgettext(WORDS_DOMAIN, english);
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

const char *words_error(int error)
{
	const char *english = strerrordesc_np(error);

	return state.now == LANGUAGE_VI || !english ? strerror(error) : english;
}
