/* SPDX-License-Identifier: MIT */
/*
 * library_internal - the table (library.c), the folder (library_scan.c), measuring
 * (library_measure.c), importing (library_import.c), starting and hearing a child
 * (library_spawn.c), and the child itself (library_child.c).
 */
#ifndef EDGE_LIBRARY_INTERNAL_H
#define EDGE_LIBRARY_INTERNAL_H

#include <sys/stat.h>
#include <sys/types.h>

#include "library.h"

#define LIBRARY_SILENT_DBTP	(-50.0)
#define LIBRARY_KEPT_SILENCE_MS 500 /* at each end; what is more is not played */
#define LIBRARY_CHILD_CPU_S	60
#define LIBRARY_CHILD_WALL_S	180 /* a child that neither answers nor burns time is ended */
#define LIBRARY_CHILD_FILE	3
#define LIBRARY_CHILD_PIPE	4
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
enum finding_kind { FINDING_GOOD, FINDING_REFUSED, FINDING_SILENT, FINDING_TOO_LARGE, FINDING_IO };
struct finding {
	uint32_t magic, kind;
	uint32_t verdict; /* REFUSED: enum mp3_verdict */
	uint32_t rate_hz, channels, error;
	int64_t frames, skip_frames, air_frames;
	double lufs, peak_dbtp, gain_db, out_lufs, out_peak_dbtp;
	uint8_t sha256[32];
};
#define FINDING_MAGIC 0x4c6f6146u

struct child {
	pid_t pid;
	int pipe, timer, epoll; /* -1: none */
};

struct library {
	char *program;
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
	int file; /* open recording */
	struct file_stamp stamp;
	struct store_clip subject; /* name, title, added of it */
	char temporary[32];	   /* importing: its name in clips/ */
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

/* library_measure.c */
/* Starts the child for library->file; closes the file if that fails. */
int library_begin(struct library *library, bool importing, int *ret_fd);
void library_wait(int fd);
void library_say(struct library_result *result, enum library_verdict verdict, const char *code);

/* library_spawn.c */
int child_start(const struct library *library, int file, struct child *ret);
/* Takes the finding (false: there is none that can be believed), ends and reaps the child. */
bool child_end(struct child *child, struct finding *ret);
void child_write_environment(const struct chain_settings *settings, char *ret, size_t n);

#endif
