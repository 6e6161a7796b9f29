/* SPDX-License-Identifier: MIT */
/* Sticks as people and their enemies make them. That reads fail in the middle of a file, as of a
 * stick that is pulled out, is done at the C library's door (the linker's --wrap). */
#include "folder.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "limit.h"
#include "usb_files.h"

ssize_t __real_read(int fd, void *bytes, size_t n);
ssize_t __wrap_read(int fd, void *bytes, size_t n);

static int reads_left = -1; /* then EIO; -1: the disk is well */

ssize_t __wrap_read(int fd, void *bytes, size_t n)
{
	if (reads_left == 0) {
		errno = EIO;
		return -1;
	}
	if (reads_left > 0)
		reads_left--;
	return __real_read(fd, bytes, n);
}

static const struct usb_caps wide = {.files = 100, .depth = 3, .bytes = USB_BYTES};

static int open_root(const struct folder *folder)
{
	int fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void make(const struct folder *folder, const char *name)
{
	char *path = folder_file(folder, name);

	assert_int_equal(mkdir(path, 0755), 0);
	free(path);
}

static void put(const struct folder *folder, const char *name)
{
	folder_write(folder, name, name, strlen(name));
}

static void put_link(const struct folder *folder, const char *to, const char *name)
{
	char *path = folder_file(folder, name);

	assert_int_equal(symlink(to, path), 0);
	free(path);
}

/* "a,b/c +2": what was listed, and how much was left out. */
static char *list(const struct folder *folder, const char *below, const struct usb_caps *caps)
{
	struct usb_listing listing;
	int root = open_root(folder);
	int error = usb_list(root, below, caps, &listing);
	char *line = NULL;
	size_t n;
	FILE *out = open_memstream(&line, &n);

	if (error < 0)
		fprintf(out, "%s", strerror(-error));
	for (size_t i = 0; i < listing.n; i++)
		fprintf(out, "%s%s", i ? "," : "", listing.files[i].path);
	if (listing.left_out)
		fprintf(out, " +%u", listing.left_out);
	fclose(out);
	usb_listing_done(&listing);
	close(root);
	return line;
}

static void check_list(const struct folder *folder, const char *below, const struct usb_caps *caps,
		       const char *want)
{
	char *line = list(folder, below, caps);

	assert_string_equal(line, want);
	free(line);
}

static void what_lies_in_the_folder_is_found(void **state)
{
	const struct folder *folder = *state;

	make(folder, "LOAPHUONG");
	make(folder, "LOAPHUONG/b");
	make(folder, "LOAPHUONG/.Trashes");
	make(folder, "LOAPHUONG/System Volume Information");
	put(folder, "outside.mp3");
	put(folder, "LOAPHUONG/c.txt");
	put(folder, "LOAPHUONG/a.mp3");
	put(folder, "LOAPHUONG/b/z.mp3");
	put(folder, "LOAPHUONG/._a.mp3");
	put(folder, "LOAPHUONG/.Trashes/a.mp3");
	put(folder, "LOAPHUONG/System Volume Information/a.mp3");
	put(folder, "LOAPHUONG/Ket-Qua.TXT");
	put(folder, "LOAPHUONG/thumbs.db");
	check_list(folder, "LOAPHUONG", &wide, "LOAPHUONG/a.mp3,LOAPHUONG/b/z.mp3,LOAPHUONG/c.txt");
	check_list(folder, "NOWHERE", &wide, strerror(ENOENT));
	check_list(folder, "outside.mp3", &wide, strerror(ENOENT));
	/* Of the whole stick only what is named like a recording. */
	check_list(folder, "/", &wide, "LOAPHUONG/a.mp3,LOAPHUONG/b/z.mp3,outside.mp3");
}

static void nothing_is_followed_out_of_the_stick(void **state)
{
	const struct folder *folder = *state;
	char *path;

	make(folder, "L");
	put(folder, "L/a.mp3");
	put(folder, "secret.mp3");
	put_link(folder, "/etc/passwd", "L/p.mp3");
	put_link(folder, "../secret.mp3", "L/q.mp3");
	put_link(folder, "/", "L/root");
	put_link(folder, ".", "L/again");
	put_link(folder, "L", "link");
	check_list(folder, "L", &wide, "L/a.mp3 +4");
	check_list(folder, "link", &wide, strerror(ENOENT));
	check_list(folder, "..", &wide, strerror(EXDEV));
	path = folder_file(folder, "L/pipe.mp3");
	assert_int_equal(mkfifo(path, 0644), 0);
	free(path);
	check_list(folder, "L", &wide, "L/a.mp3,L/pipe.mp3 +4");
}

static void a_stick_cannot_be_too_much(void **state)
{
	const struct folder *folder = *state;
	const struct usb_caps few = {.files = 2, .depth = 1, .bytes = USB_BYTES};
	const struct usb_caps small = {.files = 9, .depth = 9, .bytes = 13};

	make(folder, "L");
	make(folder, "L/x");
	make(folder, "L/x/y");
	put(folder, "L/x/y/deep.mp3");
	check_list(folder, "L", &few, " +1");
	put(folder, "L/x/1.mp3");
	put(folder, "L/x/2.mp3");
	put(folder, "L/x/3.mp3");
	{
		char *line = list(folder, "L", &few);

		assert_non_null(strstr(line, " +2")); /* one file, one folder */
		free(line);
	}
	/* Nine bytes each: one fits. */
	check_list(folder, "L", &small, "L/x/1.mp3 +3");
}

static int copy(const struct folder *folder, const char *path, int *ret_fd)
{
	struct usb_file file = {.size = 0};
	int root = open_root(folder), error;

	snprintf(file.path, sizeof(file.path), "%s", path);
	*ret_fd = -1;
	error = usb_copy(root, &file, ret_fd);
	close(root);
	return error;
}

static void a_copy_is_whole_and_cannot_be_changed(void **state)
{
	const struct folder *folder = *state;
	size_t n = 300000;
	char *bytes = malloc(n), *back = malloc(n);
	int fd;

	assert_non_null(bytes);
	assert_non_null(back);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 7);
	folder_write(folder, "a.mp3", bytes, n);
	assert_int_equal(copy(folder, "a.mp3", &fd), 0);
	put(folder, "a.mp3"); /* the stick is written to: too late */
	assert_int_equal(read(fd, back, n), n);
	assert_memory_equal(bytes, back, n);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	close(fd);
	free(bytes);
	free(back);
}

static void a_stick_that_fails_in_the_middle_gives_nothing(void **state)
{
	const struct folder *folder = *state;
	size_t n = 300000; /* five reads and one for the end */
	char *bytes = calloc(1, n);

	assert_non_null(bytes);
	folder_write(folder, "a.mp3", bytes, n);
	free(bytes);
	for (int reads = 0; reads < 6; reads++) {
		int fd;

		reads_left = reads;
		assert_int_equal(copy(folder, "a.mp3", &fd), -EIO);
		assert_int_equal(fd, -1);
	}
	reads_left = -1;
}

static void what_is_no_recording_is_not_read(void **state)
{
	const struct folder *folder = *state;
	char *path = folder_file(folder, "pipe");
	int fd;

	assert_int_equal(mkfifo(path, 0644), 0);
	free(path);
	put_link(folder, "/etc/passwd", "link");
	put_link(folder, ".", "way");
	folder_write(folder, "empty", "", 0);
	folder_write(folder, "big", "", 0);
	path = folder_file(folder, "big");
	assert_int_equal(truncate(path, (off_t)LIMIT_CLIP_BYTES + 1), 0);
	free(path);
	assert_int_equal(copy(folder, "pipe", &fd), -ESTALE);
	assert_int_equal(copy(folder, "link", &fd), -ESTALE);
	assert_int_equal(copy(folder, "empty", &fd), -ENODATA);
	assert_int_equal(copy(folder, "big", &fd), -EFBIG);
	assert_int_equal(copy(folder, "gone", &fd), -ENOENT);
	assert_int_equal(copy(folder, "../x", &fd), -ESTALE);
	assert_int_equal(copy(folder, "way/big", &fd), -ESTALE);
	assert_int_equal(copy(folder, "way/../x", &fd), -ESTALE);
	assert_int_equal(copy(folder, "empty/x", &fd), -ESTALE);
	assert_int_equal(copy(folder, "/", &fd), -ENOENT);
}

static void the_result_is_a_text_for_windows(void **state)
{
	const struct folder *folder = *state;
	static const char want[] = "\xef\xbb\xbfmột\r\n\r\nhai\r\n";
	int root = open_root(folder);
	char *text;
	size_t n;

	make(folder, "L");
	put(folder, "victim");
	put_link(folder, "../victim", "L/" USB_RESULT_FILE);
	for (int i = 0; i < 2; i++) { /* over an older one, too */
		assert_int_equal(usb_write_result(root, "L", "một\n\nhai\n"), 0);
		text = folder_read(folder, "L/" USB_RESULT_FILE, &n);
		assert_int_equal(n, sizeof(want) - 1);
		assert_memory_equal(text, want, n);
		free(text);
	}
	text = folder_read(folder, "victim", &n);
	assert_string_equal(text, "victim");
	free(text);
	assert_int_equal(usb_write_result(root, "M", "x"), -ENOENT);
	close(root);
}

/* What RestrictSUIDSGID= of the unit does to a call whose arguments it cannot see. */
static int fence_as_the_unit(void **state)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

	(void)state;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* The root of a stick is a place alone: usb_mount() opens it for root, who may not look into it. */
static void a_place_is_enough(void **state)
{
	const struct folder *folder = *state;
	struct usb_listing listing;
	int fd, root;

	make(folder, "L");
	put(folder, "L/a.mp3");
	root = open(folder->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(usb_list(root, "L", &wide, &listing), 0);
	assert_int_equal(listing.n, 1);
	assert_int_equal(usb_copy(root, &listing.files[0], &fd), 0);
	close(fd);
	usb_listing_done(&listing);
	assert_int_equal(usb_list(root, "/", &wide, &listing), 0);
	usb_listing_done(&listing);
	assert_int_equal(usb_write_result(root, "L", "x"), 0);
	close(root);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(what_lies_in_the_folder_is_found),
		IN_A_FOLDER(nothing_is_followed_out_of_the_stick),
		IN_A_FOLDER(a_stick_cannot_be_too_much),
		IN_A_FOLDER(a_copy_is_whole_and_cannot_be_changed),
		IN_A_FOLDER(a_stick_that_fails_in_the_middle_gives_nothing),
		IN_A_FOLDER(what_is_no_recording_is_not_read),
		IN_A_FOLDER(the_result_is_a_text_for_windows),
		IN_A_FOLDER(a_place_is_enough),
	};

	return cmocka_run_group_tests(tests, fence_as_the_unit, NULL);
}
