/* SPDX-License-Identifier: MIT */
/* All that can be asked for. The page /api is made of this table, and a test asks for every row. */
#include "console_internal.h"

#include "words.h"

#define V1 "/api/v1/"
#define STATION(method, path, role, request, parameters, does)                                     \
	{                                                                                          \
		HTTP_##method, V1 path, role, HTTP_##method == HTTP_GET ? BODY_NONE : BODY_JSON,   \
			visit_station, request, parameters, does                                   \
	}

const struct route console_routes[] = {
	{HTTP_GET, "/", ROLE_NONE, BODY_NONE, visit_page, NULL, "", N_("The console's page.")},
	{HTTP_GET, "/console.css", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/console.js", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/words.js", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/now.js", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/day.js", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/clips.js", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/people.js", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/icon.svg", ROLE_NONE, BODY_NONE, visit_page, NULL, "",
	 N_("A file of that page.")},
	{HTTP_GET, "/api", ROLE_NONE, BODY_NONE, visit_list_routes, NULL, "", N_("This list.")},
	{HTTP_GET, "/healthz", ROLE_NONE, BODY_NONE, visit_health, NULL, "",
	 N_("200 if console and station are alive, else 503.")},

	{HTTP_GET, V1 "session", ROLE_NONE, BODY_NONE, visit_session, NULL, "",
	 N_("Who is logged in, and the token for changes.")},
	{HTTP_POST, V1 "session", ROLE_NONE, BODY_JSON, visit_login, NULL, "name, password",
	 N_("Log in.")},
	{HTTP_DELETE, V1 "session", ROLE_VIEWER, BODY_NONE, visit_logout, NULL, "", N_("Log out.")},
	{HTTP_POST, V1 "first-use", ROLE_NONE, BODY_JSON, visit_first_use, NULL,
	 "code, name, password",
	 N_("Make an account with the code of loaphuong console-code, or of an invitation.")},
	{HTTP_POST, V1 "password", ROLE_VIEWER, BODY_JSON, visit_password, NULL, "old, new",
	 N_("Change the own password; all sessions of the account end.")},
	{HTTP_GET, V1 "accounts", ROLE_APPROVER, BODY_NONE, visit_accounts, NULL, "",
	 N_("All accounts.")},
	{HTTP_POST, V1 "accounts", ROLE_APPROVER, BODY_JSON, visit_invite, NULL, "name, role",
	 N_("Invite a person; the answer has a code that is valid for one day.")},
	{HTTP_DELETE, V1 "accounts", ROLE_APPROVER, BODY_NONE, visit_remove_account, NULL, "name",
	 N_("Remove an account and end its sessions.")},

	{HTTP_POST, V1 "tokens", ROLE_APPROVER, BODY_JSON, visit_make_token, NULL, "name, role",
	 N_("An account for a machine: the answer has its token, for Authorization: Bearer.")},
	{HTTP_GET, "/metrics", ROLE_VIEWER, BODY_NONE, visit_metrics, NULL, "",
	 N_("Figures for Prometheus.")},

	STATION(GET, "status", ROLE_VIEWER, "status", "", N_("How things stand.")),
	{HTTP_GET, V1 "events", ROLE_VIEWER, BODY_NONE, visit_events, NULL, "",
	 N_("The same once a second, as server-sent events.")},
	STATION(GET, "log", ROLE_VIEWER, "log",
		"from, until, campaign, broadcast, after_row, limit, newest_first, pretended",
		N_("Rows of the as-run log.")),
	STATION(GET, "notes", ROLE_VIEWER, "notes",
		"from, until, skip, limit, newest_first, pretended",
		N_("What was done by hand, starts, and the clock.")),
	STATION(GET, "log-verify", ROLE_VIEWER, "log-verify", "",
		N_("Prove that nothing in the log was changed or removed.")),
	STATION(GET, "clips", ROLE_VIEWER, "clips", "after, limit, all",
		N_("The recordings; with all=true also clips that have none yet.")),
	STATION(GET, "clip", ROLE_VIEWER, "clip", "name",
		N_("One clip, with its text and its broadcasts.")),
	STATION(GET, "clips-removed", ROLE_VIEWER, "clips-removed", "",
		N_("Removed recordings that can be restored.")),
	STATION(POST, "clip-approve", ROLE_APPROVER, "clip-approve", "name, sha256, revoke",
		N_("Approve a recording, or revoke that.")),
	STATION(POST, "clip-restore", ROLE_OPERATOR, "clip-restore", "name, as",
		N_("Restore a removed recording.")),
	{HTTP_PUT, V1 "clips", ROLE_OPERATOR, BODY_RECORDING, visit_upload, "clip-add",
	 "name, file, title, replace",
	 N_("Take in a recording: the body is the file, at most 200 MiB; name, or file to make a "
	    "name "
	    "of.")},
	{HTTP_GET, V1 "clip-audio", ROLE_VIEWER, BODY_NONE, visit_audio, NULL, "name",
	 N_("A recording, to listen to.")},
	{HTTP_GET, V1 "plan", ROLE_VIEWER, BODY_NONE, visit_plan, NULL, "from, until",
	 N_("The programme of these days, as loaphuong plan --json prints it.")},
	STATION(POST, "play", ROLE_OPERATOR, "play", "names, class, emergency, why",
		N_("Play clips, or one broadcast, by hand.")),
	{HTTP_POST, V1 "stop", ROLE_OPERATOR, BODY_JSON, visit_urgent, "stop", "why",
	 N_("Stop what is on air or waits.")},
	STATION(POST, "pause", ROLE_OPERATOR, "pause", "until, why",
		N_("Hold the schedule until a time; null ends a pause.")),
	STATION(POST, "skip", ROLE_OPERATOR, "skip", "why", N_("Leave out the next broadcast.")),
	STATION(POST, "volume", ROLE_OPERATOR, "volume", "db", N_("Set the volume, -60 to 0 dB.")),
	STATION(POST, "clock-confirm", ROLE_OPERATOR, "clock-confirm", "",
		N_("Confirm that the box shows the right time.")),
	STATION(POST, "clip-remove", ROLE_OPERATOR, "clip-remove", "name, why",
		N_("Remove a recording.")),
	{0},
};
