/* SPDX-License-Identifier: MIT */
/* Calls of the libraries. What a call takes over even when it fails is taken over here, too. */
#include "fail.h"

#include <alsa/asoundlib.h>
#include <confuse.h>
#include <ebur128.h>
#include <jansson.h>
#include <mpg123.h>
#include <soxr.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <utf8proc.h>

/* SQLite. */
FALLIBLE_BY_HAND(int, sqlite3_open_v2,
		 (const char *path, sqlite3 **ret, int flags, const char *vfs))
{
	if (!FAILS(sqlite3_open_v2, EIO))
		return __real_sqlite3_open_v2(path, ret, flags, vfs);
	*ret = NULL;
	return SQLITE_NOMEM;
}

FALLIBLE_BY_HAND(int, sqlite3_prepare_v2,
		 (sqlite3 * db, const char *sql, int n, sqlite3_stmt **ret, const char **rest))
{
	if (!FAILS(sqlite3_prepare_v2, EIO))
		return __real_sqlite3_prepare_v2(db, sql, n, ret, rest);
	*ret = NULL;
	return SQLITE_NOMEM;
}

FALLIBLE(int, sqlite3_step, (sqlite3_stmt * statement), (statement),
	 errno == ENOSPC   ? SQLITE_FULL
	 : errno == ENOMEM ? SQLITE_NOMEM
			   : SQLITE_IOERR,
	 EIO, ENOSPC, ENOMEM)
FALLIBLE(int, sqlite3_exec,
	 (sqlite3 * db, const char *sql, int (*fn)(void *, int, char **, char **), void *context,
	  char **error),
	 (db, sql, fn, context, error), errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR, EIO, ENOSPC)
FALLIBLE(int, sqlite3_bind_text,
	 (sqlite3_stmt * statement, int at, const char *text, int n, void (*done)(void *)),
	 (statement, at, text, n, done), SQLITE_NOMEM, FAIL_MEMORY)
FALLIBLE(int, sqlite3_bind_blob,
	 (sqlite3_stmt * statement, int at, const void *bytes, int n, void (*done)(void *)),
	 (statement, at, bytes, n, done), SQLITE_NOMEM, FAIL_MEMORY)
FALLIBLE(int, sqlite3_bind_int64, (sqlite3_stmt * statement, int at, sqlite3_int64 value),
	 (statement, at, value), SQLITE_NOMEM, FAIL_MEMORY)
FALLIBLE(int, sqlite3_bind_int, (sqlite3_stmt * statement, int at, int value),
	 (statement, at, value), SQLITE_NOMEM, FAIL_MEMORY)
FALLIBLE(int, sqlite3_bind_double, (sqlite3_stmt * statement, int at, double value),
	 (statement, at, value), SQLITE_NOMEM, FAIL_MEMORY)
FALLIBLE(const unsigned char *, sqlite3_column_text, (sqlite3_stmt * statement, int at),
	 (statement, at), NULL, FAIL_MEMORY)
FALLIBLE(const void *, sqlite3_column_blob, (sqlite3_stmt * statement, int at), (statement, at),
	 NULL, FAIL_MEMORY)

/* JSON. */
FALLIBLE(json_t *, json_array, (void), (), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_object, (void), (), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_string, (const char *text), (text), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_stringn, (const char *text, size_t n), (text, n), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_integer, (json_int_t value), (value), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_real, (double value), (value), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_loadb, (const char *text, size_t n, size_t flags, json_error_t *error),
	 (text, n, flags, error), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_loads, (const char *text, size_t flags, json_error_t *error),
	 (text, flags, error), NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_loadfd, (int fd, size_t flags, json_error_t *error), (fd, flags, error),
	 NULL, FAIL_MEMORY)
FALLIBLE(json_t *, json_load_file, (const char *path, size_t flags, json_error_t *error),
	 (path, flags, error), NULL, FAIL_MEMORY)
FALLIBLE(char *, json_dumps, (const json_t *value, size_t flags), (value, flags), NULL, FAIL_MEMORY)

FALLIBLE_BY_HAND(int, json_object_set_new, (json_t * object, const char *key, json_t *value))
{
	if (!FAILS(json_object_set_new, FAIL_MEMORY))
		return __real_json_object_set_new(object, key, value);
	json_decref(value);
	return -1;
}

FALLIBLE_BY_HAND(int, json_array_append_new, (json_t * array, json_t *value))
{
	if (!FAILS(json_array_append_new, FAIL_MEMORY))
		return __real_json_array_append_new(array, value);
	json_decref(value);
	return -1;
}

FALLIBLE_BY_HAND(json_t *, json_pack, (const char *format, ...))
{
	va_list arguments;
	json_t *value;

	va_start(arguments, format);
	value = json_vpack_ex(NULL, 0, format, arguments);
	va_end(arguments);
	if (!FAILS(json_pack, FAIL_MEMORY))
		return value;
	json_decref(value);
	return NULL;
}

/* systemd. */
FALLIBLE(int, sd_event_new, (sd_event * *ret), (ret), -errno, FAIL_FD)
FALLIBLE(int, sd_event_add_io,
	 (sd_event * event, sd_event_source **ret, int fd, uint32_t events,
	  sd_event_io_handler_t handler, void *context),
	 (event, ret, fd, events, handler, context), -errno, ENOMEM, ENOSPC)
FALLIBLE(int, sd_event_add_time,
	 (sd_event * event, sd_event_source **ret, clockid_t clock, uint64_t us, uint64_t accuracy,
	  sd_event_time_handler_t handler, void *context),
	 (event, ret, clock, us, accuracy, handler, context), -errno, ENOMEM, EMFILE)
FALLIBLE(int, sd_event_add_signal,
	 (sd_event * event, sd_event_source **ret, int signal, sd_event_signal_handler_t handler,
	  void *context),
	 (event, ret, signal, handler, context), -errno, ENOMEM, EMFILE)
FALLIBLE(int, sd_event_add_inotify,
	 (sd_event * event, sd_event_source **ret, const char *path, uint32_t mask,
	  sd_event_inotify_handler_t handler, void *context),
	 (event, ret, path, mask, handler, context), -errno, ENOSPC, ENOMEM)
FALLIBLE(int, sd_event_source_set_priority, (sd_event_source * source, int64_t priority),
	 (source, priority), -errno, FAIL_MEMORY)
FALLIBLE(int, sd_event_source_set_enabled, (sd_event_source * source, int enabled),
	 (source, enabled), -errno, FAIL_MEMORY)
FALLIBLE(int, sd_event_source_set_time, (sd_event_source * source, uint64_t us), (source, us),
	 -errno, FAIL_MEMORY)
FALLIBLE(int, sd_event_now, (sd_event * event, clockid_t clock, uint64_t *ret), (event, clock, ret),
	 -errno, EINVAL)
FALLIBLE(int, sd_notify, (int unset, const char *state), (unset, state), -errno, ECONNREFUSED)

/* mpg123, soxr, ebur128. */
FALLIBLE(mpg123_handle *, mpg123_new, (const char *decoder, int *error), (decoder, error), NULL,
	 FAIL_MEMORY)
FALLIBLE(int, mpg123_param2, (mpg123_handle * handle, int type, long value, double real),
	 (handle, type, value, real), MPG123_ERR, EINVAL)
FALLIBLE(int, mpg123_format_none, (mpg123_handle * handle), (handle), MPG123_ERR, EINVAL)
FALLIBLE(int, mpg123_format2, (mpg123_handle * handle, long rate, int channels, int encodings),
	 (handle, rate, channels, encodings), MPG123_ERR, EINVAL)
FALLIBLE(int, mpg123_replace_reader_handle,
	 (mpg123_handle * handle, mpg123_ssize_t (*reader)(void *, void *, size_t),
	  off_t (*seek)(void *, off_t, int), void (*cleanup)(void *)),
	 (handle, reader, seek, cleanup), MPG123_ERR, FAIL_MEMORY)
FALLIBLE(int, mpg123_open_handle, (mpg123_handle * handle, void *context), (handle, context),
	 MPG123_ERR, FAIL_MEMORY)
FALLIBLE(int, mpg123_getformat, (mpg123_handle * handle, long *rate, int *channels, int *encoding),
	 (handle, rate, channels, encoding), MPG123_ERR, FAIL_MEMORY)
FALLIBLE(int, mpg123_scan, (mpg123_handle * handle), (handle), MPG123_ERR, FAIL_MEMORY)
FALLIBLE(off_t, mpg123_seek, (mpg123_handle * handle, off_t at, int from), (handle, at, from),
	 MPG123_ERR, EIO)
FALLIBLE(off_t, mpg123_length, (mpg123_handle * handle), (handle), MPG123_ERR, EIO)
FALLIBLE(int, mpg123_read, (mpg123_handle * handle, void *bytes, size_t n, size_t *ret),
	 (handle, bytes, n, ret), (*ret = 0, MPG123_ERR), FAIL_MEMORY)
FALLIBLE(soxr_t, soxr_create,
	 (double in, double out, unsigned channels, soxr_error_t *error, soxr_io_spec_t const *io,
	  soxr_quality_spec_t const *quality, soxr_runtime_spec_t const *runtime),
	 (in, out, channels, error, io, quality, runtime),
	 ((error ? (void)(*error = "no memory") : (void)0), NULL), FAIL_MEMORY)
FALLIBLE(soxr_error_t, soxr_process,
	 (soxr_t soxr, soxr_in_t in, size_t n_in, size_t *ret_in, soxr_out_t out, size_t n_out,
	  size_t *ret_out),
	 (soxr, in, n_in, ret_in, out, n_out, ret_out), "no memory", FAIL_MEMORY)
FALLIBLE(ebur128_state *, ebur128_init, (unsigned channels, unsigned long rate, int mode),
	 (channels, rate, mode), NULL, FAIL_MEMORY)
FALLIBLE(int, ebur128_add_frames_float, (ebur128_state * state, const float *frames, size_t n),
	 (state, frames, n), EBUR128_ERROR_NOMEM, FAIL_MEMORY)
FALLIBLE(int, ebur128_loudness_global, (ebur128_state * state, double *ret), (state, ret),
	 EBUR128_ERROR_NOMEM, FAIL_MEMORY)

/* libconfuse, utf8proc. */
FALLIBLE(cfg_t *, cfg_init, (cfg_opt_t * options, cfg_flag_t flags), (options, flags), NULL,
	 FAIL_MEMORY)
FALLIBLE(int, cfg_parse_buf, (cfg_t * cfg, const char *text), (cfg, text), CFG_PARSE_ERROR,
	 FAIL_MEMORY)
FALLIBLE(utf8proc_uint8_t *, utf8proc_NFC, (const utf8proc_uint8_t *text), (text), NULL,
	 FAIL_MEMORY)
FALLIBLE(utf8proc_ssize_t, utf8proc_map,
	 (const utf8proc_uint8_t *text, utf8proc_ssize_t n, utf8proc_uint8_t **ret,
	  utf8proc_option_t options),
	 (text, n, ret, options), UTF8PROC_ERROR_NOMEM, FAIL_MEMORY)

/* ALSA. */
FALLIBLE(int, snd_mixer_open, (snd_mixer_t * *ret, int mode), (ret, mode), -errno, ENOMEM)
FALLIBLE(int, snd_mixer_attach, (snd_mixer_t * mixer, const char *name), (mixer, name), -errno,
	 ENODEV)
FALLIBLE(int, snd_pcm_open, (snd_pcm_t * *ret, const char *name, snd_pcm_stream_t stream, int mode),
	 (ret, name, stream, mode), -errno, ENODEV, EBUSY, ENOMEM, ENOENT)
FALLIBLE(int, snd_pcm_hw_params_any, (snd_pcm_t * pcm, snd_pcm_hw_params_t *params), (pcm, params),
	 -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_access,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, snd_pcm_access_t access),
	 (pcm, params, access), -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_format,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, snd_pcm_format_t format),
	 (pcm, params, format), -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_channels,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, unsigned n), (pcm, params, n), -errno,
	 EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_rate,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, unsigned rate, int dir),
	 (pcm, params, rate, dir), -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_rate_resample,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, unsigned on), (pcm, params, on), -errno,
	 EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_period_time_near,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, unsigned *us, int *dir),
	 (pcm, params, us, dir), -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_buffer_time_near,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, unsigned *us, int *dir),
	 (pcm, params, us, dir), -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params_set_buffer_time_max,
	 (snd_pcm_t * pcm, snd_pcm_hw_params_t *params, unsigned *us, int *dir),
	 (pcm, params, us, dir), -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params, (snd_pcm_t * pcm, snd_pcm_hw_params_t *params), (pcm, params),
	 -errno, EINVAL, ENODEV)
FALLIBLE(int, snd_pcm_hw_params_get_buffer_size,
	 (const snd_pcm_hw_params_t *params, snd_pcm_uframes_t *ret), (params, ret), -errno, EINVAL)
FALLIBLE(int, snd_pcm_hw_params_get_period_size,
	 (const snd_pcm_hw_params_t *params, snd_pcm_uframes_t *ret, int *dir), (params, ret, dir),
	 -errno, EINVAL)
FALLIBLE(int, snd_pcm_sw_params_current, (snd_pcm_t * pcm, snd_pcm_sw_params_t *params),
	 (pcm, params), -errno, EINVAL)
FALLIBLE(int, snd_pcm_sw_params_set_start_threshold,
	 (snd_pcm_t * pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t n), (pcm, params, n),
	 -errno, EINVAL)
FALLIBLE(int, snd_pcm_sw_params_set_avail_min,
	 (snd_pcm_t * pcm, snd_pcm_sw_params_t *params, snd_pcm_uframes_t n), (pcm, params, n),
	 -errno, EINVAL)
FALLIBLE(int, snd_pcm_sw_params_set_tstamp_mode,
	 (snd_pcm_t * pcm, snd_pcm_sw_params_t *params, snd_pcm_tstamp_t mode), (pcm, params, mode),
	 -errno, EINVAL)
FALLIBLE(int, snd_pcm_sw_params_set_tstamp_type,
	 (snd_pcm_t * pcm, snd_pcm_sw_params_t *params, snd_pcm_tstamp_type_t type),
	 (pcm, params, type), -errno, EINVAL)
FALLIBLE(int, snd_pcm_sw_params_get_boundary,
	 (const snd_pcm_sw_params_t *params, snd_pcm_uframes_t *ret), (params, ret), -errno, EINVAL)
FALLIBLE(int, snd_pcm_sw_params, (snd_pcm_t * pcm, snd_pcm_sw_params_t *params), (pcm, params),
	 -errno, EINVAL)
FALLIBLE(int, snd_pcm_info, (snd_pcm_t * pcm, snd_pcm_info_t *ret), (pcm, ret), -errno, EINVAL)
FALLIBLE(int, snd_pcm_prepare, (snd_pcm_t * pcm), (pcm), -errno, EIO, ENODEV)
FALLIBLE(int, snd_pcm_start, (snd_pcm_t * pcm), (pcm), -errno, EIO, EPIPE, ENODEV)
FALLIBLE(int, snd_pcm_drop, (snd_pcm_t * pcm), (pcm), -errno, EIO, ENODEV)
FALLIBLE(int, snd_pcm_status, (snd_pcm_t * pcm, snd_pcm_status_t *ret), (pcm, ret), -errno, EIO,
	 ENODEV)
FALLIBLE(snd_pcm_sframes_t, snd_pcm_writei,
	 (snd_pcm_t * pcm, const void *frames, snd_pcm_uframes_t n), (pcm, frames, n), -errno, EIO,
	 EPIPE, ENODEV, EAGAIN)
FALLIBLE(snd_pcm_sframes_t, snd_pcm_avail, (snd_pcm_t * pcm), (pcm), -errno, EIO, EPIPE, ENODEV)
FALLIBLE(int, snd_pcm_poll_descriptors, (snd_pcm_t * pcm, struct pollfd *fds, unsigned n),
	 (pcm, fds, n), -errno, EIO)
FALLIBLE(int, snd_pcm_poll_descriptors_revents,
	 (snd_pcm_t * pcm, struct pollfd *fds, unsigned n, unsigned short *ret), (pcm, fds, n, ret),
	 -errno, EIO)
