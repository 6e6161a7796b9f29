/* SPDX-License-Identifier: MIT */
/*
 * catalogue - a gettext catalogue (.mo) as msgfmt writes it, read and searched without libintl.
 *
 * The C library obeys LANGUAGE in no locale that is called "C" or, since glibc 2.39, "C.UTF-8"
 * (sourceware bug 16621), and a box without generated locales has no other. Its gettext() would
 * speak English there whatever it is told. The format: GNU gettext manual, "The Format of GNU MO
 * Files".
 */
#ifndef CONFIG_CATALOGUE_H
#define CONFIG_CATALOGUE_H

#define CATALOGUE_BYTES (4 << 20)

struct catalogue;

/* Read whole and checked. NULL: not there, not of this machine's byte order, or damaged. */
struct catalogue *catalogue_open(const char *path);
struct catalogue *catalogue_free(struct catalogue *catalogue);
/* The translation, borrowed from the catalogue; NULL: there is none. Any thread. */
const char *catalogue_find(const struct catalogue *catalogue, const char *english);

#endif
