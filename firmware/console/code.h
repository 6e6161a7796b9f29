/* SPDX-License-Identifier: MIT */
/*
 * code - the one-time code of first use, which loaphuong console-code leaves in the console's folder.
 *
 * Only who may write there (root, or the console's own user) can make one: there is no password
 * that works before. It holds for CODE_HOLDS_S, for one account, and is gone when it was used.
 */
#ifndef CONSOLE_CODE_H
#define CONSOLE_CODE_H

#include <stdbool.h>

#define CODE_FILE    "first-code"
#define CODE_HOLDS_S 3600

/* Is it the code that lies in that folder? */
bool code_is(const char *folder, const char *code);
void code_used(const char *folder);

#endif
