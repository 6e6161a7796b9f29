/* SPDX-License-Identifier: MIT */
/* Mad clients on the control socket while a broadcast is on air: nobody hears or feels them. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "limit.h"
#include "rig.h"

#define CROWD 50

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	rig_new(rig, "airtime { allow = {\"00:00-24:00\"} }\n"
		     "campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"
		     "  broadcast \"b\" { at = {\"05:45\"} play = {\"mot\"} }\n}\n");
	rig_short_clip(rig, "mot", 0, 3000);
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;

	rig_free(rig);
	free(rig);
	return 0;
}

static int visit(const struct rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(snprintf(address.sun_path, sizeof(address.sun_path), "%s/control.sock",
			     rig->runtime) < (int)sizeof(address.sun_path));
	while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		assert_int_equal(errno, EAGAIN); /* the queue is full: the station takes its time */
		rig_breathe();
	}
	return fd;
}

static void put(int fd, const char *text, size_t n)
{
	while (n > 0) {
		struct pollfd ready = {.fd = fd, .events = POLLOUT};
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EAGAIN && poll(&ready, 1, 1000) == 1)
			continue;
		if (sent <= 0)
			return;
		text += sent;
		n -= (size_t)sent;
	}
}

static void mad_clients_disturb_nobody(void **state)
{
	static char flood[LIMIT_REQUEST_BYTES + 1], rubbish[4096];
	struct rig *rig = *state;
	json_t *rows, *row, *reply;
	int crowd[CROWD];

	memset(flood, 'x', sizeof(flood));
	for (size_t i = 0; i < sizeof(rubbish); i++)
		rubbish[i] = (char)(i * 31 % 256);
	rig_start(rig, "2024-06-01T05:44:55+07:00");
	for (size_t i = 0; i < CROWD; i++) {
		crowd[i] = visit(rig);
		switch (i % 5) {
		case 0: /* a line that is too long */
			put(crowd[i], flood, sizeof(flood));
			break;
		case 1: /* half a line, for ever */
			put(crowd[i], "{\"do\":\"sta", 10);
			break;
		case 2:
			put(crowd[i], rubbish, sizeof(rubbish));
			break;
		case 3: /* asks and never reads */
			for (int k = 0; k < 200; k++)
				put(crowd[i], "{\"do\":\"status\"}\n", 16);
			break;
		default: /* comes and goes */
			close(crowd[i]);
			crowd[i] = -1;
			break;
		}
		reply = rig_ask(rig, "{\"do\":\"ping\"}");
		assert_true(json_is_true(rig_at(reply, "ok")));
		json_decref(reply);
	}
	rows = rig_until_closed(rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_int_equal(json_integer_value(rig_at(row, "xruns")), 0);
	json_decref(rows);
	for (size_t i = 0; i < CROWD; i++)
		if (crowd[i] >= 0)
			close(crowd[i]);
	rig_do(rig, "{\"do\":\"ping\"}");
	assert_int_equal(rig_end(rig, SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(mad_clients_disturb_nobody, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
