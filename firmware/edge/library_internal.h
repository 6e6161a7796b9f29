/* SPDX-License-Identifier: MIT */
/*
 * library_internal - the table (library.c), the folder (library_scan.c), measuring
 * (library_measure.c), importing (library_import.c), its waiting for the disk (library_work.c),
 * what is kept with a file (library_about.c), starting and hearing a child
 * (library_spawn.c), and the child itself (library_child.c): what kind of file it is
 * (library_container), making an MP3 of it (library_convert), whether that is fit for the air
 * (library_judge), and what a process may do meanwhile (library_confine, library_filter).
 */
#ifndef EDGE_LIBRARY_INTERNAL_H
#define EDGE_LIBRARY_INTERNAL_H

#include <pthread.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "library.h"

#define LIBRARY_SILENT_DBTP	(-50.0)
#define LIBRARY_KEPT_SILENCE_MS 500 /* at each end; what is more is not played */
/* Speech driven 20 dB into the ceiling has 0.15 to 0.2 of its samples there, 10 dB into it 0.04. */
#define LIBRARY_CLIPPED_MOST	0.15 /* share of the samples: refused */
#define LIBRARY_CLIPPED_MUCH	0.04 /* a warning */
/* Between the loud parts and the pauses; a telephone line has 25 dB and more. */
#define LIBRARY_NOISE_LEAST_DB	15.0
#define LIBRARY_NOISE_LIFT_DB	12.0 /* noise is worth a word only where it is lifted so much */
#define LIBRARY_QUIET_LU	1.0  /* below the target by more than this: the listener hears it */
#define LIBRARY_CANCELS_LU	20.0 /* lost when two channels become one */
#define LIBRARY_GAP_US		10000000 /* a silence inside of so long is worth a word */
#define LIBRARY_CUT_US		200000 /* a converted recording may be so much shorter than told */

/* Two hours of sound on the slowest board: ten minutes to convert, five to measure. */
#define LIBRARY_CHILD_CPU_S	900
#define LIBRARY_CHILD_WALL_S	1800 /* a child that neither answers nor burns time is ended */
#define LIBRARY_CHILD_NICE	19
#define LIBRARY_CHILD_FILE	3
#define LIBRARY_CHILD_PIPE	4
#define LIBRARY_CHILD_CONVERTED 5 /* importing: an empty file for what is made of fd 3 */
#define LIBRARY_ENVIRONMENT	"LOA_MEASURE"

/* Which file was measured: equal stamps are taken for an unchanged file. */
struct file_stamp {
	uint64_t inode;
	int64_t size, mtime_ns;
};

/* A file in clips/ that waits to be measured, or was refused. clip keeps what people said of it. */
struct todo {
	struct store_clip clip;
	bool refused; /* leave it alone while its stamp is this one */
};

/* What the child tells: fixed layout, one write below PIPE_BUF, believed only after checking. */
enum finding_kind { FINDING_GOOD, FINDING_REFUSED, FINDING_IO };
struct finding {
	uint32_t magic, kind;
	uint32_t rate_hz, channels, error;
	uint32_t converted; /* the recording is in the second file */
	char code[32];	    /* REFUSED */
	int64_t frames, skip_frames, air_frames;
	int64_t gap_at_us, gap_us; /* the longest silence inside */
	double lufs, peak_dbtp, gain_db, out_lufs, out_peak_dbtp;
	double clipped, noise_db; /* share; how far the pauses lie below the loud parts */
	uint8_t sha256[32];
};
#define FINDING_MAGIC 0x4c6f6146u

struct child {
	pid_t pid;
	int pipe, timer, epoll; /* -1: none */
};

/* What a thread does for an import: it alone touches the library's files meanwhile. */
enum work_kind { WORK_COPY, WORK_PLACE };
struct work {
	bool running;
	enum work_kind kind;
	pthread_t thread;
	int event; /* readable when it is done; -1 */
	int from;  /* WORK_COPY: borrowed */
	int error; /* what came of it */
};

struct library {
	char *program, *converter;
	bool background;
	struct work work;
	struct finding found; /* WORK_PLACE: of what is placed */
	struct chain_settings settings;
	char settings_text[128];
	int dir; /* clips/ */
	struct store_clip *clips;
	size_t n_clips, room_clips;
	struct todo *todos;
	size_t n_todos, room_todos;
	char (*gone)[LIMIT_NAME];
	size_t n_gone, room_gone;

	/* What the child measures. */
	bool measuring, importing;
	struct child child;
	int file;      /* open recording */
	int converted; /* importing: what the child may write; -1 */
	struct file_stamp stamp;
	struct store_clip subject; /* name, title, added of it */
	char temporary[32];	   /* importing: its name in clips/ */
	char other[32];		   /* and that of the converted one */
};

struct file_stamp file_stamp(const struct stat *st);
bool file_stamp_is(const struct file_stamp *stamp, const struct stat *st);
/* NAME.mp3 */
#define LIBRARY_FILE_NAME (LIMIT_NAME + 4)
void library_file_name(const char *name, char *ret);
/* The array with room for one more of 'size' bytes each; NULL: no memory, the old one stands. */
void *library_room(void *array, size_t size, size_t n, size_t *room);
/* Takes the clip into the table, over one of the same name. */
int library_put(struct library *library, const struct store_clip *clip);
size_t library_place(const struct library *library, const char *name, bool *ret_there);
void library_forget(struct library *library, size_t at);
struct todo *todo_find(const struct library *library, const char *name);
int todo_put(struct library *library, const struct store_clip *clip, bool refused);
void todo_remove(struct library *library, const char *name);

/* library_import.c */
/* Copies the file into the private one. 0 or a negative errno. */
int library_copy(struct library *library, int fd);
/* The result of an import that got no child, or no place: error is of library_copy() or the disk. */
void library_refuse(int error, struct library_result *ret);
/* Closes what is open of the recording under way; an import's temporary files go. */
void library_drop_files(struct library *library);

/* library_measure.c */
/* Is it one of the codes the child may give? n: bytes of code, which may have no end. */
bool library_refusal_known(const char *code, size_t n);
/* Starts the child for library->file; closes the file if that fails. */
int library_begin(struct library *library, bool importing, int *ret_fd);
void library_wait(int fd);
void library_say(struct library_result *result, enum library_verdict verdict, const char *code);

/* Gives the measured file its name, durably. 0 or a negative errno. */
int library_give_name(struct library *library);

/* library_work.c */
/* 0, and library_fd() becomes readable; a negative errno: it is to be done in the foreground. */
int library_work_begin(struct library *library, enum work_kind kind, int from);
/* Waits for its end; returns what came of it. */
int library_work_end(struct library *library);

/* library_about.c: title and by of a recording, kept with its file where the file system can. */
void library_about_put(int file, const struct store_clip *clip);
void library_about_get(int file, struct store_clip *clip); /* fills what is empty */

/* library_spawn.c */
int child_start(const struct library *library, struct child *ret);
/* Takes the finding (false: there is none that can be believed), ends and reaps the child. */
bool child_end(struct child *child, struct finding *ret);

#endif
