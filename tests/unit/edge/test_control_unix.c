/* SPDX-License-Identifier: MIT */
/*
 * The transport under clients that flood, stall, send rubbish or never read: each pays for itself,
 * and a good client beside them is answered all the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "control_unix.h"

#define PING "{\"do\":\"ping\"}\n"

struct rig {
	char folder[64], path[100];
	struct zone zone;
	struct control *control;
	struct control_unix *transport;
	uint64_t token;
	char title[200000];
	char imported[32];
};

static const char *rig_word(void *context, const char *english)
{
	(void)context;
	return english;
}

static void rig_language(void *context, const char *language)
{
	(void)context, (void)language;
}

static const struct zone *rig_zone(void *context)
{
	struct rig *rig = context;

	return &rig->zone;
}

/* A library that makes a long reply. */
static bool rig_clip(void *context, size_t index, struct control_clip *ret)
{
	static const uint8_t sha256[32];

	*ret = (struct control_clip){.name = "x", .added_by = "", .sha256 = sha256};
	ret->title = ((struct rig *)context)->title;
	return index < 4;
}

static void rig_verify(void *context, uint64_t token, struct control_verdict *ret)
{
	struct rig *rig = context;

	(void)ret;
	rig->token = token;
}

static void rig_import(void *context, const struct control_import *import, uint64_t token,
		       struct control_verdict *ret)
{
	struct rig *rig = context;
	ssize_t n = pread(import->fd, rig->imported, sizeof(rig->imported) - 1, 0);

	assert_true(n >= 0);
	rig->token = token;
	ret->error = "silent";
}

static void rig_told(void *context, const char *name, struct clip_told *ret)
{
	(void)name;
	ret->zone = rig_zone(context);
}

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct control_host host = {
		.word = rig_word,
		.language = rig_language,
		.zone = rig_zone,
		.clip = rig_clip,
		.verify = rig_verify,
		.import = rig_import,
		.told = rig_told,
	};

	assert_non_null(rig);
	host.context = rig;
	memset(rig->title, 'x', sizeof(rig->title) - 1);
	assert_int_equal(zone_fixed("UTC", 0, &rig->zone), 0);
	snprintf(rig->folder, sizeof(rig->folder), "/tmp/loa-control-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->path, sizeof(rig->path), "%s/control.sock", rig->folder);
	assert_int_equal(control_unix_new(rig->path, &rig->transport), 0);
	assert_int_equal(control_new(&host, "1", control_unix_reply, rig->transport, &rig->control),
			 0);
	control_unix_attach(rig->transport, rig->control);
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;

	control_unix_free(rig->transport);
	control_free(rig->control);
	assert_int_equal(access(rig->path, F_OK), -1);
	rmdir(rig->folder);
	zone_done(&rig->zone);
	free(rig);
	return 0;
}

/* Lets the transport do all it can do now. */
static void turn(struct rig *rig)
{
	struct pollfd ready = {.fd = control_unix_fd(rig->transport), .events = POLLIN};

	for (int i = 0; i < 100000 && poll(&ready, 1, 0) > 0; i++)
		assert_int_equal(control_unix_step(rig->transport), 0);
	assert_int_equal(poll(&ready, 1, 0), 0); /* and does not spin */
}

static int visit(struct rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", rig->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	turn(rig);
	return fd;
}

static size_t put(struct rig *rig, int fd, const char *text, size_t n)
{
	size_t sent = 0;

	while (sent < n) {
		ssize_t some = send(fd, text + sent, n - sent, MSG_NOSIGNAL);

		turn(rig);
		if (some <= 0)
			break;
		sent += (size_t)some;
	}
	turn(rig);
	return sent;
}

/* What came; -1 = the connection is closed and nothing is left to read. */
static ssize_t get(struct rig *rig, int fd, char *text, size_t n)
{
	ssize_t all = 0, some;

	while ((some = recv(fd, text + all, n - 1 - (size_t)all, 0)) > 0) {
		all += some;
		turn(rig);
	}
	text[all] = '\0';
	return all == 0 && (some == 0 || errno != EAGAIN) ? -1 : all;
}

static void is_answered(struct rig *rig, int fd)
{
	char text[256];

	assert_int_equal(put(rig, fd, PING, strlen(PING)), strlen(PING));
	assert_true(get(rig, fd, text, sizeof(text)) > 0);
	assert_string_equal(text, "{\"ok\":true,\"version\":\"1\"}\n");
}

static void many_requests_in_one_write_are_answered_in_order(void **state)
{
	struct rig *rig = *state;
	int fd = visit(rig);
	char text[65536], reply[65536];
	size_t n = 0, lines = 0;

	for (int i = 0; i < 1000; i++) {
		memcpy(text + n, i % 2 ? PING : "{\"do\":1}\n",
		       strlen(i % 2 ? PING : "{\"do\":1}\n"));
		n += strlen(i % 2 ? PING : "{\"do\":1}\n");
	}
	assert_int_equal(put(rig, fd, text, n), n);
	while (get(rig, fd, reply, sizeof(reply)) > 0)
		for (char *line = reply; line && *line; line = strchr(line, '\n') + 1, lines++)
			assert_int_equal(strncmp(line, "{\"ok\":true", 10) == 0, lines % 2);
	assert_int_equal(lines, 1000);
	close(fd);
	turn(rig);
}

static void a_line_too_long_is_refused_and_the_longest_is_not(void **state)
{
	struct rig *rig = *state;
	int good = visit(rig), bad = visit(rig);
	char *text = malloc(LIMIT_REQUEST_BYTES + 2), reply[256];

	assert_non_null(text);
	memset(text, ' ', LIMIT_REQUEST_BYTES + 1);
	memcpy(text, PING, strlen(PING) - 1);
	text[LIMIT_REQUEST_BYTES] = '\n';
	put(rig, good, text, LIMIT_REQUEST_BYTES + 1);
	assert_true(get(rig, good, reply, sizeof(reply)) > 0);
	assert_non_null(strstr(reply, "version"));

	memset(text, 'x', LIMIT_REQUEST_BYTES + 1);
	put(rig, bad, text, LIMIT_REQUEST_BYTES + 1);
	assert_true(get(rig, bad, reply, sizeof(reply)) > 0);
	assert_non_null(strstr(reply, "\"error\":\"too-large\""));
	assert_int_equal(get(rig, bad, reply, sizeof(reply)), -1);
	is_answered(rig, good);
	free(text);
	close(good);
	close(bad);
}

static void half_a_line_and_rubbish_disturb_nobody(void **state)
{
	static const char rubbish[] = "\0\xff\xfe{\"do\":\n\x80\n";
	struct rig *rig = *state;
	int half = visit(rig), mad = visit(rig), good = visit(rig);
	char reply[1024];

	put(rig, half, "{\"do\":\"pi", 9);
	put(rig, mad, rubbish, sizeof(rubbish) - 1);
	is_answered(rig, good);
	assert_true(get(rig, mad, reply, sizeof(reply)) > 0);
	assert_non_null(strstr(reply, "bad-request"));
	put(rig, half, "ng\"}\n", 5);
	assert_true(get(rig, half, reply, sizeof(reply)) > 0);
	assert_non_null(strstr(reply, "version"));
	close(half);
	close(mad);
	close(good);
}

static void a_client_that_only_writes_then_reads_gets_its_answer(void **state)
{
	struct rig *rig = *state;
	int fd = visit(rig);
	char reply[256];

	assert_int_equal(send(fd, PING, strlen(PING), MSG_NOSIGNAL), strlen(PING));
	shutdown(fd, SHUT_WR);
	turn(rig);
	assert_true(get(rig, fd, reply, sizeof(reply)) > 0);
	assert_non_null(strstr(reply, "version"));
	assert_int_equal(get(rig, fd, reply, sizeof(reply)), -1);
	close(fd);
}

static void a_client_that_never_reads_costs_one_reply(void **state)
{
	static const char ask[] = "{\"do\":\"clips\"}\n";
	struct rig *rig = *state;
	int deaf = visit(rig), good = visit(rig);
	size_t taken = 0, some;

	do { /* what the socket's buffers hold, and not a byte more */
		some = put(rig, deaf, ask, sizeof(ask) - 1);
		taken += some;
		assert_true(taken < 4 << 20);
	} while (some == sizeof(ask) - 1);
	is_answered(rig, good);
	close(deaf);
	turn(rig);
	is_answered(rig, good);
	close(good);
}

static void an_answer_that_comes_later_holds_up_its_client_alone(void **state)
{
	struct rig *rig = *state;
	int slow = visit(rig), good = visit(rig);
	char reply[1024];

	put(rig, slow, "{\"do\":\"log-verify\"}\n" PING, 19 + strlen(PING) + 1);
	is_answered(rig, good);
	assert_int_equal(get(rig, slow, reply, sizeof(reply)), 0);
	control_answer_proof(rig->control, rig->token, 0, &(struct control_proof){.intact = true});
	turn(rig);
	assert_true(get(rig, slow, reply, sizeof(reply)) > 0);
	assert_non_null(strstr(reply, "\"intact\":true"));
	assert_non_null(strstr(reply, "version")); /* the request behind it */
	close(slow);
	close(good);
}

static void the_quietest_client_makes_room(void **state)
{
	struct rig *rig = *state;
	int crowd[LIMIT_CLIENTS], late;
	char reply[256];

	for (size_t i = 0; i < LIMIT_CLIENTS; i++)
		crowd[i] = visit(rig);
	for (size_t i = 0; i < LIMIT_CLIENTS; i++)
		if (i != 5)
			is_answered(rig, crowd[i]);
	late = visit(rig);
	is_answered(rig, late);
	assert_int_equal(get(rig, crowd[5], reply, sizeof(reply)), -1);
	for (size_t i = 0; i < LIMIT_CLIENTS; i++) {
		if (i != 5)
			is_answered(rig, crowd[i]);
		close(crowd[i]);
	}
	close(late);
}

static void a_file_comes_along_with_its_request(void **state)
{
	static const char ask[] = "{\"do\":\"clip-add\",\"name\":\"x\"}\n";
	struct rig *rig = *state;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control = {0};
	struct iovec part = {.iov_base = (void *)(uintptr_t)ask, .iov_len = sizeof(ask) - 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.room,
				 .msg_controllen = sizeof(control.room)};
	char path[100], reply[256];
	int fd = visit(rig), files[2];

	snprintf(path, sizeof(path), "%s/file", rig->folder);
	files[0] = open(path, O_RDWR | O_CREAT, 0600);
	files[1] = open("/dev/null", O_RDONLY);
	assert_int_equal(write(files[0], "sound", 5), 5);
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(files));
	memcpy(CMSG_DATA(&control.header), files, sizeof(files));
	assert_int_equal(sendmsg(fd, &message, 0), sizeof(ask) - 1);
	turn(rig);
	assert_string_equal(rig->imported, "sound");
	assert_true(get(rig, fd, reply, sizeof(reply)) > 0);
	assert_non_null(strstr(reply, "silent"));
	unlink(path);
	close(files[0]);
	close(files[1]);
	close(fd);
}

static void a_socket_in_use_is_left_alone_and_a_stale_one_replaced(void **state)
{
	struct rig *rig = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct control_unix *second = NULL;
	struct stat status;
	char path[100];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), good;

	assert_int_equal(control_unix_new(rig->path, &second), -EADDRINUSE);
	good = visit(rig);
	is_answered(rig, good);
	close(good);
	snprintf(path, sizeof(path), "%s/stale", rig->folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	assert_int_equal(control_unix_new(path, &second), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0660);
	control_unix_free(second);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(many_requests_in_one_write_are_answered_in_order),
		CASE(a_line_too_long_is_refused_and_the_longest_is_not),
		CASE(half_a_line_and_rubbish_disturb_nobody),
		CASE(a_client_that_only_writes_then_reads_gets_its_answer),
		CASE(a_client_that_never_reads_costs_one_reply),
		CASE(an_answer_that_comes_later_holds_up_its_client_alone),
		CASE(the_quietest_client_makes_room),
		CASE(a_file_comes_along_with_its_request),
		CASE(a_socket_in_use_is_left_alone_and_a_stale_one_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
