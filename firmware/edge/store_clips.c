/* SPDX-License-Identifier: MIT */
#include "store_internal.h"

#include <errno.h>
#include <string.h>

static const char *const steps[] = {
	"CREATE TABLE clip("
	" name TEXT PRIMARY KEY, title TEXT NOT NULL, sha256 BLOB NOT NULL,"
	" size INTEGER NOT NULL, mtime INTEGER NOT NULL, frames INTEGER NOT NULL,"
	" rate INTEGER NOT NULL, channels INTEGER NOT NULL,"
	" lufs REAL NOT NULL, peak REAL NOT NULL,"
	" gain REAL NOT NULL, out_lufs REAL NOT NULL, out_peak REAL NOT NULL,"
	" settings TEXT NOT NULL, added INTEGER NOT NULL, added_by TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;",
	"ALTER TABLE clip ADD COLUMN skip INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE clip ADD COLUMN air INTEGER NOT NULL DEFAULT 0;",

	/* What the log tells of clips, up to the event 'number' with that hash: see store_life.c. */
	"ALTER TABLE clip ADD COLUMN draft INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE life("
	" name TEXT PRIMARY KEY, aired INTEGER NOT NULL, last_aired INTEGER NOT NULL,"
	" pretended INTEGER NOT NULL, last_pretended INTEGER NOT NULL,"
	" approved INTEGER NOT NULL, approved_by TEXT NOT NULL, approved_sha256 BLOB NOT NULL,"
	" added INTEGER NOT NULL, added_by TEXT NOT NULL, title TEXT NOT NULL,"
	" draft INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE life_until("
	" one INTEGER PRIMARY KEY CHECK(one = 1), number INTEGER NOT NULL, hash BLOB NOT NULL"
	") STRICT;",
};

const struct store_file store_library_file = {"library.db", 0x4c6f614c, steps,
					      sizeof(steps) / sizeof(steps[0])};

static int bind_clip(sqlite3_stmt *put, const struct store_clip *clip)
{
	int code = store_bind_text(put, 1, clip->name);

	code |= store_bind_text(put, 2, clip->title);
	code |= sqlite3_bind_blob(put, 3, clip->sha256, sizeof(clip->sha256), SQLITE_STATIC);
	code |= sqlite3_bind_int64(put, 4, clip->size);
	code |= sqlite3_bind_int64(put, 5, clip->mtime_ns);
	code |= sqlite3_bind_int64(put, 6, clip->frames);
	code |= sqlite3_bind_int64(put, 7, clip->rate_hz);
	code |= sqlite3_bind_int64(put, 8, clip->channels);
	code |= sqlite3_bind_double(put, 9, clip->lufs);
	code |= sqlite3_bind_double(put, 10, clip->peak_dbtp);
	code |= sqlite3_bind_double(put, 11, clip->gain_db);
	code |= sqlite3_bind_double(put, 12, clip->out_lufs);
	code |= sqlite3_bind_double(put, 13, clip->out_peak_dbtp);
	code |= store_bind_text(put, 14, clip->settings);
	code |= sqlite3_bind_int64(put, 15, clip->added_us);
	code |= store_bind_text(put, 16, clip->added_by);
	code |= sqlite3_bind_int64(put, 17, clip->skip_frames);
	code |= sqlite3_bind_int64(put, 18, clip->air_frames);
	code |= sqlite3_bind_int(put, 19, clip->draft);
	return code == SQLITE_OK ? 0 : -ENOMEM;
}

int store_put_clip(struct store *store, const struct store_clip *clip)
{
	sqlite3_stmt *put;
	int error;

	if (store->read_only)
		return -EROFS;
	error = store_prepare(store->library,
			      "INSERT OR REPLACE INTO clip"
			      " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			      &put);
	if (error < 0)
		return error;
	error = bind_clip(put, clip);
	if (error == 0)
		error = store_run(store->library, put);
	sqlite3_finalize(put);
	return error;
}

int store_remove_clip(struct store *store, const char *name)
{
	sqlite3_stmt *remove;
	int error;

	if (store->read_only)
		return -EROFS;
	error = store_prepare(store->library, "DELETE FROM clip WHERE name = ?", &remove);
	if (error < 0)
		return error;
	error = store_bind_text(remove, 1, name) == SQLITE_OK ? 0 : -ENOMEM;
	if (error == 0)
		error = store_run(store->library, remove);
	sqlite3_finalize(remove);
	return error;
}

/* Before the ends were looked at, a recording sounded whole. */
static void read_part(sqlite3_stmt *at, struct store_clip *clip)
{
	clip->skip_frames = sqlite3_column_int64(at, 16);
	clip->air_frames = sqlite3_column_int64(at, 17);
	if (clip->skip_frames >= 0 && clip->air_frames > 0 &&
	    clip->air_frames <= clip->frames - clip->skip_frames)
		return;
	clip->skip_frames = 0;
	clip->air_frames = clip->frames;
}

static int read_texts(sqlite3_stmt *at, struct store_clip *clip)
{
	int error = store_column_text(at, 0, clip->name, sizeof(clip->name));

	if (error == 0)
		error = store_column_text(at, 1, clip->title, sizeof(clip->title));
	if (error == 0)
		error = store_column_text(at, 13, clip->settings, sizeof(clip->settings));
	if (error == 0)
		error = store_column_text(at, 15, clip->added_by, sizeof(clip->added_by));
	return error;
}

/* -EINVAL: a record that cannot be one of ours; it is left out, and the recording measured anew. */
static int read_clip(sqlite3_stmt *at, struct store_clip *ret)
{
	struct store_clip clip = {0};
	int error = read_texts(at, &clip);

	if (error == 0)
		error = store_column_hash(at, 2, clip.sha256);
	if (error < 0)
		return error;
	clip.size = sqlite3_column_int64(at, 3);
	clip.mtime_ns = sqlite3_column_int64(at, 4);
	clip.frames = sqlite3_column_int64(at, 5);
	clip.rate_hz = (unsigned)sqlite3_column_int(at, 6);
	clip.channels = (unsigned)sqlite3_column_int(at, 7);
	clip.lufs = sqlite3_column_double(at, 8);
	clip.peak_dbtp = sqlite3_column_double(at, 9);
	clip.gain_db = sqlite3_column_double(at, 10);
	clip.out_lufs = sqlite3_column_double(at, 11);
	clip.out_peak_dbtp = sqlite3_column_double(at, 12);
	clip.added_us = sqlite3_column_int64(at, 14);
	read_part(at, &clip);
	clip.draft = sqlite3_column_int(at, 18) != 0;
	*ret = clip;
	return 0;
}

int store_clips(struct store *store, int (*fn)(void *context, const struct store_clip *clip),
		void *context)
{
	sqlite3_stmt *clips;
	int code,
		result = store_prepare(store->library, "SELECT * FROM clip ORDER BY name", &clips);

	if (result < 0)
		return result;
	while (result == 0 && (code = sqlite3_step(clips)) == SQLITE_ROW) {
		struct store_clip clip;

		result = read_clip(clips, &clip);
		if (result == 0)
			result = fn(context, &clip);
		else if (result == -EINVAL)
			result = 0;
	}
	if (result == 0)
		result = store_error(store->library, code);
	sqlite3_finalize(clips);
	return result;
}
