/* SPDX-License-Identifier: MIT */
/*
 * limit - every size that somebody outside can influence, named in one place.
 *
 * A value past a limit is refused with a message that names the limit; nothing
 * is cut off silently.
 */
#ifndef CORE_LIMIT_H
#define CORE_LIMIT_H

#define LIMIT_NAME	      64	  /* bytes of a clip, campaign, ... name, NUL included */
#define LIMIT_TEXT	      4096	  /* bytes of a title, text or source, NUL included */
#define LIMIT_WHO	      64	  /* bytes of the name of a person or program */
#define LIMIT_WHY	      256	  /* bytes of a reason given by a person */
#define LIMIT_PATH	      4096	  /* bytes of a path */
#define LIMIT_CONFIG_BYTES    262144	  /* one config file */
#define LIMIT_CONFIG_SECTIONS 2000	  /* sections in one config file */
#define LIMIT_CONFIG_FAULTS   100	  /* faults reported of one config */
#define LIMIT_CAMPAIGN_FILES  256	  /* files in campaigns/ */
#define LIMIT_ITEMS	      256	  /* items of one occurrence, repeat included */
#define LIMIT_TIMES	      512	  /* start times of one broadcast on one day */
#define LIMIT_REQUEST_BYTES   65536	  /* one control request */
#define LIMIT_CLIENTS	      64	  /* control clients at a time */
#define LIMIT_CLIP_BYTES      (200 << 20) /* one recording, as it comes in or as MP3 */
#define LIMIT_CLIP_SECONDS    7200	  /* one recording */
#define LIMIT_WAITING	      256	  /* occurrences waiting, suspended or on air at a time */
#define LIMIT_ASRUN_ITEMS     16384	  /* bytes of the names of a row's items */
#define LIMIT_ASRUN_TEXT      40960	  /* bytes of one event's canonical text */

#endif
