/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <stdio.h>

#include "words.h"

/* What the station's answers say to people; the codes are the protocol's. */
static const struct {
	const char *code, *message;
} answers[] = {
	[STATION_OK] = {NULL, NULL},
	[STATION_NO_SUCH] = {"no-such", N_("There is no clip or broadcast of that name; loaphuong "
					   "plan and loaphuong clip list show the names.")},
	[STATION_AMBIGUOUS] = {"ambiguous", N_("Several campaigns have that broadcast; write "
					       "campaign/broadcast.")},
	[STATION_BUSY] = {"busy", N_("Something of a higher class is on air; wait for its end or "
				     "stop it first.")},
	[STATION_OUTSIDE_AIRTIME] = {"outside-airtime",
				     N_("It is outside the permitted hours; only an emergency may "
					"sound now.")},
	[STATION_MINUTES_USED] = {"minutes-used", N_("The minutes of this session or day are used "
						     "up; only an emergency may sound now.")},
	[STATION_NO_RECORDING] = {"no-recording", N_("There is no recording for it; add one with "
						     "loaphuong clip add.")},
	[STATION_NOT_APPROVED] = {"not-approved",
				  N_("It is not approved and may not air; listen to "
				     "it, then: loaphuong clip approve.")},
	[STATION_EXPIRED] = {"expired", N_("It is not valid today: its first day is still to come, "
					   "or its last is over.")},
	[STATION_DEVICE_LOST] = {"device-lost", N_("The sound card is gone; look at its plug and "
						   "power.")},
	[STATION_NOTHING] = {"nothing", N_("There is nothing to do that to.")},
};

void daemon_take_answer(int answer, struct control_verdict *ret)
{
	if (answer < 0) {
		ret->error = "out-of-memory";
		snprintf(ret->message, sizeof(ret->message), "%s", _("Out of memory; try again."));
	} else if (answers[answer].code) {
		ret->error = answers[answer].code;
		snprintf(ret->message, sizeof(ret->message), "%s", _(answers[answer].message));
	}
}

const char *daemon_answer_code(int answer)
{
	return answer < 0 ? "out-of-memory" : answers[answer].code;
}

int daemon_stop(struct daemon *d, struct station_event *stop)
{
	struct station_status before;
	int answer;

	station_status(d->station, &before);
	answer = daemon_feed(d, stop);
	if (answer == STATION_OK && before.on_air &&
	    (stop->hand.row == 0 || stop->hand.row == before.row))
		d->stopped_row = before.row;
	return answer;
}
