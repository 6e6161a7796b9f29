/* SPDX-License-Identifier: MIT */
/* Calls of the C library and the kernel. Some go on to the world's own clock and timers. */
#include "fail.h"

#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <glob.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/timerfd.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/gpio.h>

#include "world.h"

/* Memory. */
FALLIBLE(void *, malloc, (size_t n), (n), NULL, FAIL_MEMORY)
FALLIBLE(void *, calloc, (size_t n, size_t size), (n, size), NULL, FAIL_MEMORY)
FALLIBLE(void *, realloc, (void *old, size_t n), (old, n), NULL, FAIL_MEMORY)
FALLIBLE(void *, reallocarray, (void *old, size_t n, size_t size), (old, n, size), NULL,
	 FAIL_MEMORY)
FALLIBLE(void *, aligned_alloc, (size_t edge, size_t n), (edge, n), NULL, FAIL_MEMORY)
FALLIBLE(char *, strdup, (const char *text), (text), NULL, FAIL_MEMORY)
FALLIBLE(char *, strndup, (const char *text, size_t n), (text, n), NULL, FAIL_MEMORY)
FALLIBLE(int, vasprintf, (char **ret, const char *format, va_list arguments),
	 (ret, format, arguments), -1, FAIL_MEMORY)
FALLIBLE(char *, realpath, (const char *path, char *ret), (path, ret), NULL, FAIL_FILE)
FALLIBLE(char *, getcwd, (char *ret, size_t n), (ret, n), NULL, ENOENT, FAIL_MEMORY)

FALLIBLE_BY_HAND(int, asprintf, (char **ret, const char *format, ...))
{
	va_list arguments;
	int n;

	if (FAILS(asprintf, FAIL_MEMORY))
		return -1;
	va_start(arguments, format);
	n = __real_vasprintf(ret, format, arguments);
	va_end(arguments);
	return n;
}

/* Files. */
static mode_t mode_of(int flags, va_list arguments)
{
	return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, int) : 0;
}

FALLIBLE_BY_HAND(int, open64, (const char *path, int flags, ...))
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return FAILS(open64, FAIL_FILE) ? -1 : __real_open64(path, flags, mode);
}

FALLIBLE_BY_HAND(int, openat64, (int dir, const char *path, int flags, ...))
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return FAILS(openat64, FAIL_FILE) ? -1 : __real_openat64(dir, path, flags, mode);
}

FALLIBLE_BY_HAND(int, fcntl64, (int fd, int what, ...))
{
	va_list arguments;
	void *argument;

	va_start(arguments, what);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	return FAILS(fcntl64, FAIL_FD) ? -1 : __real_fcntl64(fd, what, argument);
}

FALLIBLE(FILE *, fopen64, (const char *path, const char *mode), (path, mode), NULL, FAIL_FILE)
FALLIBLE(char *, fgets, (char *text, int n, FILE *file), (text, n, file), NULL, EIO)
FALLIBLE(DIR *, opendir, (const char *path), (path), NULL, FAIL_FILE)
FALLIBLE(DIR *, fdopendir, (int fd), (fd), NULL, FAIL_MEMORY)
FALLIBLE(struct dirent64 *, readdir64, (DIR * dir), (dir), NULL, EIO)
FALLIBLE(int, glob64,
	 (const char *pattern, int flags, int (*error)(const char *, int), glob64_t *ret),
	 (pattern, flags, error, ret), GLOB_NOSPACE, FAIL_MEMORY)
FALLIBLE(ssize_t, write, (int fd, const void *bytes, size_t n), (fd, bytes, n), -1, FAIL_DATA)
FALLIBLE(ssize_t, pread64, (int fd, void *bytes, size_t n, off64_t at), (fd, bytes, n, at), -1, EIO,
	 EINTR)
FALLIBLE(ssize_t, pwrite64, (int fd, const void *bytes, size_t n, off64_t at), (fd, bytes, n, at),
	 -1, FAIL_DATA)
FALLIBLE(ssize_t, sendfile64, (int out, int in, off64_t *at, size_t n), (out, in, at, n), -1,
	 FAIL_DATA)
FALLIBLE(int, fsync, (int fd), (fd), -1, EIO, ENOSPC)
FALLIBLE(int, fdatasync, (int fd), (fd), -1, EIO, ENOSPC)
FALLIBLE(int, ftruncate64, (int fd, off64_t n), (fd, n), -1, FAIL_DATA)
FALLIBLE(int, fstat64, (int fd, struct stat64 *ret), (fd, ret), -1, EIO)
FALLIBLE(int, fstatat64, (int dir, const char *path, struct stat64 *ret, int flags),
	 (dir, path, ret, flags), -1, EIO, EACCES)
FALLIBLE(int, fchmodat, (int dir, const char *path, mode_t mode, int flags),
	 (dir, path, mode, flags), -1, EROFS, EPERM)
FALLIBLE(int, chmod, (const char *path, mode_t mode), (path, mode), -1, EROFS, EPERM)
FALLIBLE(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, FAIL_FILE)
FALLIBLE(int, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode), -1, FAIL_FILE)
FALLIBLE(int, rename, (const char *from, const char *to), (from, to), -1, EIO, ENOSPC, EROFS)
FALLIBLE(int, renameat, (int dir, const char *from, int dir_to, const char *to),
	 (dir, from, dir_to, to), -1, EIO, ENOSPC, EROFS)
FALLIBLE(int, renameat2, (int dir, const char *from, int dir_to, const char *to, unsigned flags),
	 (dir, from, dir_to, to, flags), -1, EIO, ENOSPC, EROFS)
FALLIBLE(int, unlink, (const char *path), (path), -1, EIO, EROFS)
FALLIBLE(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags), -1, EIO, EROFS)

FALLIBLE(int, access, (const char *path, int mode), (path, mode), -1, EACCES, EIO)
FALLIBLE(ssize_t, readlink, (const char *path, char *ret, size_t n), (path, ret, n), -1, EIO)
FALLIBLE(int, rmdir, (const char *path), (path), -1, EIO, EROFS)
FALLIBLE(int, link, (const char *from, const char *to), (from, to), -1, EPERM, EXDEV, EROFS)
FALLIBLE(int, linkat, (int from_dir, const char *from, int to_dir, const char *to, int flags),
	 (from_dir, from, to_dir, to, flags), -1, EPERM, EXDEV, EROFS)
FALLIBLE(int, fchmod, (int fd, mode_t mode), (fd, mode), -1, EPERM, EROFS)
FALLIBLE(int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid), -1, EPERM, EROFS)
FALLIBLE(int, stat64, (const char *path, struct stat64 *ret), (path, ret), -1, EACCES, EIO)
FALLIBLE(int, statvfs64, (const char *path, struct statvfs64 *ret), (path, ret), -1, EIO)
FALLIBLE(int, fstatvfs64, (int fd, struct statvfs64 *ret), (fd, ret), -1, EIO)
FALLIBLE(off64_t, lseek64, (int fd, off64_t at, int from), (fd, at, from), -1, EINVAL)
FALLIBLE(int, flock, (int fd, int operation), (fd, operation), -1, ENOLCK)
FALLIBLE(char *, mkdtemp, (char *path), (path), NULL, FAIL_FILE)
FALLIBLE(int, mkostemp64, (char *path, int flags), (path, flags), -1, FAIL_FILE)
FALLIBLE(FILE *, tmpfile64, (void), (), NULL, FAIL_FILE)
FALLIBLE(int, memfd_create, (const char *name, unsigned flags), (name, flags), -1, FAIL_FD)
FALLIBLE(FILE *, fmemopen, (void *bytes, size_t n, const char *mode), (bytes, n, mode), NULL,
	 FAIL_MEMORY)
FALLIBLE(int, fflush, (FILE * file), (file), EOF, ENOSPC, EIO)
FALLIBLE(FTS64 *, fts64_open,
	 (char *const *paths, int options, int (*compare)(const FTSENT64 **, const FTSENT64 **)),
	 (paths, options, compare), NULL, FAIL_MEMORY)
FALLIBLE(int, mlockall, (int flags), (flags), -1, ENOMEM, EPERM)
FALLIBLE(int, fstatfs64, (int fd, struct statfs64 *ret), (fd, ret), -1, EIO)
FALLIBLE(int, scandir64,
	 (const char *dir, struct dirent64 ***ret, int (*keep)(const struct dirent64 *),
	  int (*compare)(const struct dirent64 **, const struct dirent64 **)),
	 (dir, ret, keep, compare), -1, ENOMEM, EACCES)

FALLIBLE_BY_HAND(int, fclose, (FILE * file))
{
	int error = __real_fclose(file);

	return FAILS(fclose, ENOSPC, EIO) ? EOF : error;
}

FALLIBLE_BY_HAND(int, ioctl, (int fd, unsigned long what, ...))
{
	va_list arguments;
	void *argument;

	va_start(arguments, what);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	return FAILS(ioctl, EBUSY, ENODEV, EIO) ? -1 : __real_ioctl(fd, what, argument);
}

ssize_t world_read(int fd, void *bytes, size_t n);
FALLIBLE_BY_HAND(ssize_t, read, (int fd, void *bytes, size_t n))
{
	return FAILS(read, EIO, EINTR) ? -1 : world_read(fd, bytes, n);
}

/* No error of it means anything to a program; the world has to know. */
FALLIBLE_BY_HAND(int, close, (int fd))
{
	world_forget_timer(fd);
	return __real_close(fd);
}

FALLIBLE(int, fsetxattr, (int fd, const char *name, const void *value, size_t n, int flags),
	 (fd, name, value, n, flags), -1, ENOSPC, ENOTSUP)
FALLIBLE(ssize_t, fgetxattr, (int fd, const char *name, void *value, size_t n),
	 (fd, name, value, n), -1, ENODATA, ENOTSUP)

/* Things to wait for. */
FALLIBLE(int, epoll_create1, (int flags), (flags), -1, FAIL_FD)
FALLIBLE(int, epoll_ctl, (int epoll, int what, int fd, struct epoll_event *event),
	 (epoll, what, fd, event), -1, ENOMEM, ENOSPC)
FALLIBLE(int, epoll_wait, (int epoll, struct epoll_event *events, int n, int ms),
	 (epoll, events, n, ms), -1, EINTR)
FALLIBLE(int, eventfd, (unsigned count, int flags), (count, flags), -1, FAIL_FD)
FALLIBLE(int, eventfd_write, (int fd, eventfd_t value), (fd, value), -1, EAGAIN)
FALLIBLE(int, timerfd_create, (int id, int flags), (id, flags), -1, FAIL_FD)
FALLIBLE(int, timerfd_settime,
	 (int fd, int flags, const struct itimerspec *when, struct itimerspec *before),
	 (fd, flags, when, before), -1, EINVAL)
FALLIBLE(int, inotify_init1, (int flags), (flags), -1, FAIL_FD)
FALLIBLE(int, inotify_add_watch, (int fd, const char *path, uint32_t mask), (fd, path, mask), -1,
	 ENOSPC, ENOMEM)
FALLIBLE(int, pipe2, (int *ends, int flags), (ends, flags), -1, FAIL_FD)
FALLIBLE(int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms), -1, EINTR, ENOMEM)

/* Sockets. */
FALLIBLE(int, socket, (int domain, int type, int protocol), (domain, type, protocol), -1, FAIL_FD)
FALLIBLE(int, bind, (int fd, const struct sockaddr *address, socklen_t n), (fd, address, n), -1,
	 EACCES, ENOSPC)
FALLIBLE(int, listen, (int fd, int n), (fd, n), -1, EADDRINUSE)
FALLIBLE(int, accept4, (int fd, struct sockaddr *address, socklen_t *n, int flags),
	 (fd, address, n, flags), -1, FAIL_FD)
FALLIBLE(int, connect, (int fd, const struct sockaddr *address, socklen_t n), (fd, address, n), -1,
	 ECONNREFUSED, EAGAIN)
FALLIBLE(int, getsockopt, (int fd, int level, int name, void *value, socklen_t *n),
	 (fd, level, name, value, n), -1, EINVAL)
FALLIBLE(ssize_t, send, (int fd, const void *bytes, size_t n, int flags), (fd, bytes, n, flags), -1,
	 FAIL_SOCKET)
FALLIBLE(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags),
	 -1, FAIL_SOCKET)
FALLIBLE(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags), -1,
	 FAIL_SOCKET)

/* The board of a test stamps its edges by the machine's clock. */
FALLIBLE_BY_HAND(ssize_t, recv, (int fd, void *bytes, size_t n, int flags))
{
	ssize_t got = FAILS(recv, FAIL_SOCKET) ? -1 : __real_recv(fd, bytes, n, flags);
	struct gpio_v2_line_event *event = bytes;

	if (world_page() && got == sizeof(*event))
		event->timestamp_ns += (uint64_t)atomic_load(&world_page()->offset_us) * 1000;
	return got;
}

/* Children and threads: these return their error. */
FALLIBLE(int, posix_spawn,
	 (pid_t * pid, const char *path, const posix_spawn_file_actions_t *files,
	  const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment),
	 (pid, path, files, attributes, arguments, environment), errno, EAGAIN, ENOMEM)
FALLIBLE(int, posix_spawn_file_actions_init, (posix_spawn_file_actions_t * files), (files), errno,
	 FAIL_MEMORY)
FALLIBLE(int, posix_spawn_file_actions_addopen,
	 (posix_spawn_file_actions_t * files, int fd, const char *path, int flags, mode_t mode),
	 (files, fd, path, flags, mode), errno, FAIL_MEMORY)
FALLIBLE(int, posix_spawn_file_actions_adddup2,
	 (posix_spawn_file_actions_t * files, int from, int to), (files, from, to), errno,
	 FAIL_MEMORY)
FALLIBLE(int, posix_spawnattr_init, (posix_spawnattr_t * attributes), (attributes), errno,
	 FAIL_MEMORY)
FALLIBLE(pid_t, fork, (void), (), -1, EAGAIN, ENOMEM)
FALLIBLE(int, dup2, (int from, int to), (from, to), -1, EMFILE)
FALLIBLE(int, pidfd_open, (pid_t pid, unsigned flags), (pid, flags), -1, FAIL_FD)
FALLIBLE(int, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags), -1, FAIL_FD)
FALLIBLE(int, posix_spawnp,
	 (pid_t * ret, const char *program, const posix_spawn_file_actions_t *actions,
	  const posix_spawnattr_t *attributes, char *const *argv, char *const *envp),
	 (ret, program, actions, attributes, argv, envp), errno, EAGAIN, ENOMEM, ENOENT)
FALLIBLE(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options), -1, EINTR)
FALLIBLE(int, pthread_create,
	 (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *),
	  void *context),
	 (thread, attributes, run, context), errno, EAGAIN)
FALLIBLE(int, pthread_attr_init, (pthread_attr_t * attributes), (attributes), errno, FAIL_MEMORY)
FALLIBLE(int, pthread_attr_setstacksize, (pthread_attr_t * attributes, size_t n), (attributes, n),
	 errno, EINVAL)
FALLIBLE(int, pthread_mutex_init, (pthread_mutex_t * mutex, const pthread_mutexattr_t *attributes),
	 (mutex, attributes), errno, FAIL_MEMORY)
FALLIBLE(int, pthread_cond_init, (pthread_cond_t * cond, const pthread_condattr_t *attributes),
	 (cond, attributes), errno, FAIL_MEMORY)
