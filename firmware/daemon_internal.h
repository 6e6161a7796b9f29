/* SPDX-License-Identifier: MIT */
/*
 * daemon_internal - what the daemon's own files share. Nobody else includes it.
 *
 *   daemon.c          the loop: sources, turns, the timer, signals, the watchdog
 *   daemon_start.c    from options to a station that is armed, step by step
 *   daemon_release.c  relay and lights off, when there is no service any more
 *   daemon_seed.c     the shipped campaign into an empty state
 *   daemon_plan.c     config to plan, reload
 *   daemon_campaign.c changes to the programme by hand: daemon_campaign.h
 *   daemon_texts.c    the texts of a config: read, kept as the accepted copy
 *   daemon_station.c  events into the station, its actions carried out
 *   daemon_disk.c     a disk that does not answer
 *   daemon_clock.c    what the station knows of the time; daemon_trust.c: kept for a next start
 *   daemon_audio.c    the player: made, heard, replaced, silenced
 *   daemon_realtime.c memory that stays in RAM
 *   daemon_library.c  recordings: measured; daemon_import.c: those that come in
 *   daemon_inbox.c    the drop folder; daemon_usb.c: a stick; daemon_arrival.c: what of it is shown
 *   daemon_clip.c     clips: what the log tells of them, approved, removed, restored
 *   daemon_control.c  requests by hand; daemon_answer.c their answers
 *   daemon_status.c   what is said about the station
 *   daemon_lines.c    buttons, relay, lights: daemon_lines.h
 *   daemon_tone.c     the test tone
 *   daemon_watchdog.c what systemd hears; daemon_ending.c: why there is a new start
 *   daemon_fault.c    what is wrong with the box, for people
 *   daemon_device.c   the sound card: gone, back, or not as it should be; daemon_device_words.c
 *
 * One turn: a source wakes, daemon_begin_turn() reads the time once, events are fed, and
 * daemon_end_turn() feeds what could not be fed at once (a step may not happen inside another)
 * and arms the one timer.
 */
#ifndef DAEMON_INTERNAL_H
#define DAEMON_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "clash.h"
#include "clip_file.h"
#include "clock.h"
#include "conf.h"
#include "control.h"
#include "control_unix.h"
#include "daemon.h"
#include "daemon_campaign.h"
#include "daemon_fault.h"
#include "daemon_watchdog.h"
#include "fault_list.h"
#include "inbox.h"
#include "library.h"
#include "life.h"
#include "lock.h"
#include "log_writer.h"
#include "player.h"
#include "settings.h"
#include "station.h"
#include "store.h"
#include "trust.h"
#include "watchdog.h"

#define DAEMON_DEFERRED	    64 /* clips that failed at once and are still to be told */
#define DAEMON_IMPORTS	    8  /* recordings that wait to be measured */
#define DAEMON_SEED_MEASURE 64 /* this few are measured before the start of an empty station */

/* The files of a config as they were read, so that what runs and what is kept are the same. */
struct daemon_texts {
	size_t n; /* the first is the station's config, the others are campaigns */
	struct conf_text *texts;
};

struct daemon_import;
/*
 * Hears how an import ended that no request waits for. known: another clip (same_as) has this very
 * recording already, and nothing was added.
 */
typedef void daemon_import_done_fn(struct daemon *d, const struct daemon_import *import,
				   const struct library_result *result, bool known);

struct daemon_import {
	uint64_t token; /* of the request that waits, if done is NULL */
	int fd;
	struct control_hand hand;
	char name[LIMIT_NAME], title[LIMIT_WHY];
	enum clash_rule rule; /* for a name that is taken */
	bool over;	      /* it takes the place of what has its name */
	daemon_import_done_fn *done;
	struct inbox_file file; /* of the drop folder; of a stick its name alone */
};

/* What became of a file about which nobody could be asked. */
struct daemon_arrival {
	int64_t at_us;
	bool usb;   /* else the inbox */
	bool known; /* the clip same_as has the recording */
	char file[INBOX_FILE_NAME];
	struct library_result result;
	char text[256]; /* what is shown, in the language in force */
	struct control_warning warnings[LIBRARY_WARNINGS];
};

/* The last stick. */
struct daemon_usb {
	bool known, present, reading;
	char device[LIMIT_NAME], problem[32];
	int64_t began_us, ended_us, ended_mono_us;
	unsigned taken, there, refused, left_out;
};

/* Tokens of what the writer's thread does for us besides the log. */
enum daemon_work {
	DAEMON_WORK_CONFIG = 1,
	DAEMON_WORK_VOLUME,
	DAEMON_WORK_TRUST,
	DAEMON_WORK_CAMPAIGN,
};

struct daemon_ending {
	uint64_t token;
	enum station_end end;
};

struct daemon {
	struct daemon_options options;
	char state_dir[LIMIT_PATH], runtime_dir[LIMIT_PATH], socket_path[LIMIT_PATH];
	char config_path[LIMIT_PATH]; /* for others; faults name the config as it was given */
	bool journal, seeded;

	sd_event *event;
	sd_event_source *player_source, *measure_source, *watchdog_source;
	sd_event_source *relay_click; /* NULL: no test of the relay alone */
	sd_event_source *disk_timer;  /* NULL: nothing is with the disk */

	struct lock *lock;
	struct clock *clock;
	struct store *store;	      /* until the writer has it */
	struct store_opening opening; /* what was found when it was opened */
	struct log_writer *writer;
	struct library *library;
	struct lives lives; /* what the log tells of clips */
	struct station *station;
	struct player *player;
	struct control *control;
	struct control_unix *transport;
	struct daemon_lines *lines;

	struct daemon_texts texts; /* in force */
	struct settings settings;
	struct plan *plan;
	bool accepted_copy;   /* runs the accepted copy, the config has faults */
	bool clips_are_stale; /* a file is not what was measured: look at the folder again */
	int64_t replan_us;    /* not before then */
	bool plan_is_stale;   /* recordings changed: build the plan anew when they are measured */
	bool memory_locked;   /* the kernel let us */
	bool audio_is_stale;  /* the audio settings changed: new player when nothing sounds */
	const char *language;

	int64_t now_us, offset_us, relook_us, pretend_us;
	struct trust trust;
	struct trust_look clock_look; /* the last one */
	char boot[TRUST_BOOT];	      /* which boot this is; "": not known, nothing is kept */
	int64_t trust_kept_us;	      /* CLOCK_BOOTTIME of the last time */
	struct trust_rules trust_rules;
	struct trust_answer clock_answer;
	int64_t newest_row_us;

	size_t n_deferred;
	struct daemon_ending deferred[DAEMON_DEFERRED];
	unsigned n_playing; /* clips the player has to answer */
	double volume_db;
	bool start_was_late, underran; /* since the sound card was opened */
	bool no_mixer;		       /* that was said */
	int64_t device_again_us;       /* CLOCK_MONOTONIC; 0 = nothing is tried again */
	bool stopping;
	int64_t stopping_row; /* on air when the service was told to end: stays open */
	int64_t stopped_row;  /* ended by hand, perhaps still fading: never stays open */
	int64_t opened_row;   /* the last row that was opened */

	size_t n_to_measure;
	size_t n_imports;
	struct daemon_import imports[DAEMON_IMPORTS]; /* the first is under way if importing */
	bool importing;
	struct inbox *inbox; /* NULL: there is none */
	sd_event_source *inbox_timer;
	struct daemon_usb usb;
	size_t n_arrivals; /* the newest first */
	struct daemon_arrival arrivals[CONTROL_ARRIVALS];
	struct control_arrival shown_arrivals[CONTROL_ARRIVALS];

	struct daemon_fault faults[FAULT_N];
	struct fault_list *fault_list; /* present and past */
	size_t n_untold;	       /* of these, to the log */
	struct control_fault shown_faults[FAULT_N];
	char shown_texts[FAULT_N][1024], shown_cures[FAULT_N][512];
	struct daemon_edit edit;
	struct faults reload_faults;
	struct control_config_fault shown_config_faults[LIMIT_CONFIG_FAULTS];
	char *next_items;
	int64_t recordings_checked_us;
	int32_t purged_day; /* removed recordings were looked through on this day */

	uint64_t watchdog_us;
	bool watchdog_on_air, standing_still;
	struct watchdog watchdog;
	int64_t armed_us; /* UTC that the timer is set for */
	uint64_t ticks;	  /* how often it was answered */
	bool supervised, was_told;
	struct daemon_told told;
};

/* daemon.c */
void daemon_begin_turn(struct daemon *d);
void daemon_end_turn(struct daemon *d);
__attribute__((format(printf, 2, 3))) void daemon_say(const struct daemon *d, const char *format,
						      ...);
int daemon_watch(struct daemon *d, int fd, sd_event_io_handler_t handler, sd_event_source **ret);
int daemon_add_sources(struct daemon *d);

/* daemon_start.c */
int daemon_start(struct daemon *d);
int64_t daemon_now_or_pretended(const struct daemon *d); /* before there is a clock */
int daemon_path(char *path, size_t n, const char *folder, const char *name);

/* daemon_seed.c: copies the shipped campaign into the state; 0, -ENOENT: it is not to be found */
int daemon_seed(struct daemon *d);

/* daemon_texts.c */
int daemon_texts_read(const char *config, const char *campaigns_dir, struct faults *faults,
		      struct daemon_texts *ret);
int daemon_texts_read_accepted(const struct daemon *d, struct faults *faults,
			       struct daemon_texts *ret);
void daemon_texts_done(struct daemon_texts *texts);
/* Before there is a writer it is done when this returns; later its thread does it. */
int daemon_texts_accept(const struct daemon *d, const struct daemon_texts *texts);

/* daemon_plan.c */
/* now_us 0: errors alone. Warnings rehearse a year, which a change of recordings need not wait for. */
int daemon_plan_load(struct daemon *d, const struct daemon_texts *texts, int64_t now_us,
		     struct faults *faults, struct plan **ret_plan, struct settings *ret_settings);
int daemon_plan_reload(struct daemon *d, const struct control_hand *hand, struct faults *faults);
void daemon_plan_rebuild(struct daemon *d); /* the same config, other recordings */
void daemon_plan_take(struct daemon *d, const struct settings *settings);
void daemon_plan_show_faults(const struct daemon *d, const struct faults *faults);
void daemon_plan_set_fault(struct daemon *d, const struct faults *faults);
void daemon_check_recordings(struct daemon *d);

/* daemon_station.c */
int daemon_feed(struct daemon *d, struct station_event *event);
void daemon_feed_deferred(struct daemon *d);
void daemon_note(struct daemon *d, const char *what, const char *who, const char *why);
void daemon_log_answers(struct daemon *d);
void daemon_note_opening(struct daemon *d); /* what was found when the log was opened */
void daemon_append(struct daemon *d, const struct asrun_event *event);

/* daemon_disk.c: something was given to the disk just now */
void daemon_disk_expect(struct daemon *d);

/* daemon_clock.c */
void daemon_look_at_clock(struct daemon *d);
void daemon_read_time(struct daemon *d, bool stepped); /* once a turn */
struct trust_answer daemon_first_look(struct daemon *d);

/* daemon_realtime.c: true if what is in use stays in RAM; refused is no failure */
bool daemon_lock_memory(void);

/* daemon_audio.c */
int daemon_audio_start(struct daemon *d);
void daemon_audio_play(struct daemon *d, const struct station_action *action);
void daemon_audio_events(struct daemon *d);
void daemon_audio_replace(struct daemon *d); /* if it is stale and nothing sounds */
void daemon_audio_silence(struct daemon *d); /* fade out and hear what was played; row stays open */
struct chain_settings daemon_chain_settings(const struct settings *settings);
void daemon_volume_load(struct daemon *d);
int daemon_volume_save(const struct daemon *d); /* the writer's thread does it */

/* daemon_library.c */
int daemon_library_start(struct daemon *d);
int daemon_library_replace(struct daemon *d); /* under new chain settings */
void daemon_library_scan(struct daemon *d);
void daemon_library_go_on(struct daemon *d);

/* daemon_import.c: recordings that come in, one after the other */
/* Of a request; 0, -EBUSY (the line is full), -EINVAL (no clip can have that name), -ENOMEM. */
int daemon_import_request(struct daemon *d, const struct control_import *import, uint64_t token);
/*
 * Puts a file in line about which nobody can be asked. Name and title are made from the file's
 * name; a name that is taken gets a number. who is for the log, done may be NULL. Then
 * daemon_library_go_on() is to be called. fd is given away; NULL: the line is full, and it is not.
 */
struct daemon_import *daemon_import_file(struct daemon *d, const char *file, int fd,
					 const char *who, daemon_import_done_fn *done);
/* Begins the first that can begin. 0, or -EAGAIN: there is none. */
int daemon_import_begin(struct daemon *d, int *ret_fd);
void daemon_import_finish(struct daemon *d, struct library_result *result);
void daemon_import_answer(struct daemon *d, const struct daemon_import *import,
			  const struct library_result *result, bool known);
/* In the language in force; returns how many. */
size_t daemon_import_warnings(const struct library_result *result,
			      struct control_warning ret[LIBRARY_WARNINGS]);

/* daemon_arrival.c, and daemon_usb.c: daemon_usb() is a callback of control_host, daemon_usb_file()
 * as daemon_import_request(), of a file from the stick */
void daemon_arrival_note(struct daemon *d, bool usb, const char *file, bool known,
			 const struct library_result *result);
void daemon_arrival_refuse(struct daemon *d, bool usb, const char *file, const char *code);
const char *daemon_arrival_code(const struct library_result *result); /* of one that was refused */
size_t daemon_arrivals_show(struct daemon *d, const struct control_arrival **ret);
void daemon_usb(void *context, const struct control_usb *told,
		struct control_usb_orders *ret_orders, struct control_verdict *ret);
int daemon_usb_file(struct daemon *d, const struct control_import *import, uint64_t token);
void daemon_usb_show(const struct daemon *d, struct control_stick *ret);

/* daemon_inbox.c */
int daemon_inbox_start(struct daemon *d);
/* Puts the next file that is complete in line. */
void daemon_inbox_look(struct daemon *d);

/* daemon_library.c */
void daemon_clip_for_control(const struct store_clip *clip, struct control_clip *ret);

/* daemon_clip.c */
int daemon_clip_start(struct daemon *d); /* reads what the log tells */
void daemon_clip_hear(struct daemon *d, const struct asrun_event *event);
/* Completes a recording that was measured: the draft's mark, and what people said of it before. */
void daemon_clip_complete(struct daemon *d, struct store_clip *clip);
void daemon_clip_added(struct daemon *d, const char *who, const struct store_clip *clip);
void daemon_clip_purge(struct daemon *d); /* once a day, where the time is known */
enum clash_there daemon_clip_look(void *context, const char *name); /* for clash_settle() */
/* Callbacks of control_host. */
void daemon_clip_told(void *context, const char *name, struct clip_told *ret);
void daemon_clip_approve(void *context, const struct control_approval *approval,
			 struct control_verdict *ret);
void daemon_clip_remove(void *context, const struct control_hand *hand, const char *name,
			struct control_verdict *ret);
void daemon_clip_restore(void *context, const struct control_hand *hand, const char *name,
			 const char *as, struct control_verdict *ret);
int daemon_clip_removed(void *context,
			int (*fn)(void *fn_context, const struct clip_removed *removed),
			void *fn_context);

/* daemon_control.c */
void daemon_refuse(struct control_verdict *ret, const char *code, const char *message);
int daemon_control_start(struct daemon *d);
void daemon_control_answer(struct daemon *d, struct writer_answer *answer);

/* daemon_answer.c: what an answer of the station means to people; STATION_OK leaves *ret be. */
void daemon_take_answer(int answer, struct control_verdict *ret);
const char *daemon_answer_code(int answer);		       /* of the protocol; static */
int daemon_stop(struct daemon *d, struct station_event *stop); /* the station's answer */

/* daemon_tone.c: a callback of control_host */
void daemon_tone(void *context, const struct control_tone *tone, int64_t *ret_row,
		 struct control_verdict *ret);
void daemon_tone_forget(struct daemon *d); /* a click of the relay: the station decides now */
/* daemon_status.c: a callback of control_host */
void daemon_status(void *context, struct control_status *ret);

/* daemon_lines.c */
int daemon_lines_start(struct daemon *d);
void daemon_lines_reload(
	struct daemon *d);		  /* the settings changed; what is wired as before stays */
void daemon_lines_turn(struct daemon *d); /* the lights, and the timer of buttons and retries */
void daemon_lines_relay(struct daemon *d, bool on);
void daemon_lines_free(struct daemon *d); /* all outputs are switched off */
/* daemon_lines_text.c: borrowed until the next call */
size_t daemon_lines_show(struct daemon *d, const struct control_line **ret);
/* daemon_button.c: do the buttons name something that is there? And a callback of control_host. */
void daemon_lines_look_at_plan(struct daemon *d);
void daemon_press(void *context, const struct control_press *press,
		  struct control_pressed *ret_pressed, struct control_verdict *ret);

/* daemon_device.c */
void daemon_device_hear(struct daemon *d, const struct player_event *heard);
void daemon_device_played(struct daemon *d, const struct player_event *finished);
/* A clip was refused for want of room, not of a card: the station hears in a moment that it may go on. */
void daemon_device_try_again(struct daemon *d, int error);
void daemon_device_turn(struct daemon *d);
int64_t
daemon_device_deadline(const struct daemon *d); /* of the next try, by the station's clock */
void daemon_device_forget(struct daemon *d);	/* another device: nothing is known of it */
/* daemon_device_words.c: in the language in force */
const char *daemon_device_code(const struct sink_trouble *trouble);
void daemon_device_message(const struct sink_trouble *trouble, char *ret, size_t n);
void daemon_device_cure(const struct sink_trouble *trouble, char *ret, size_t n);

#endif
