/* SPDX-License-Identifier: MIT */
/* All commands and all options, in the order in which the help lists them. */
#include "command.h"
#include "library.h"
#include "limit.h"
#include "options.h"
#include "words.h"

/* Bits of the option rows: to which command an option belongs. */
enum {
	CHECK = 1 << 0,
	PLAN = 1 << 1,
	WHY = 1 << 2,
	STATUS = 1 << 3,
	PLAY = 1 << 4,
	STOP = 1 << 5,
	PAUSE = 1 << 6,
	SKIP = 1 << 7,
	RELOAD = 1 << 8,
	VOLUME = 1 << 9,
	REPORT = 1 << 26,
	CLOCK = 1 << 27,
	CLOCK_CONFIRM = 1 << 28,
	CLOCK_SET = 1 << 29,
	LOG = 1 << 10,
	LOG_VERIFY = 1 << 11,
	CLIP_ADD = 1 << 12,
	CLIP_LIST = 1 << 13,
	PRESS = 1 << 14,
	CLIP_SHOW = 1 << 15,
	CLIP_APPROVE = 1 << 16,
	CLIP_REMOVE = 1 << 17,
	CLIP_RESTORE = 1 << 18,
	CLIP_SAY = 1 << 19,
	TONE = 1 << 20,
	DOCTOR = 1 << 21,
	CONSOLE_CODE = 1 << 22,
	USB_IMPORT = 1 << 23,
	USB_OUT = 1 << 24,
	CAMPAIGN_SHOW = 1 << 25,
	CAMPAIGN_TRY = 1 << 30,
};
#define CAMPAIGN_SAVE	 (UINT64_C(1) << 31)
#define CAMPAIGN_HISTORY (UINT64_C(1) << 32)
#define CAMPAIGN_UNDO	 (UINT64_C(1) << 33)
#define CLOCK_ANSWER	 (UINT64_C(1) << 34)
#define BACKUP		 (UINT64_C(1) << 35)
#define RESTORE		 (UINT64_C(1) << 36)
#define SETUP		 (UINT64_C(1) << 37)

const struct option_row command_rows[] = {
	{"config", 'c', "FILE", N_("the station's config (/etc/loaphuong/loaphuong.conf)"), 0},
	{"state", 0, "DIR", N_("the station's state folder (/var/lib/loaphuong)"), 0},
	{"runtime", 0, "DIR", N_("the running station's folder (/run/loaphuong)"), 0},
	{"help", 'h', NULL, N_("show this and do nothing"), 0},
	{"version", 0, NULL, N_("show the version and do nothing"), 0},
	{"by", 0, "WHO", N_("the person who knows the time, for the log"),
	 CLOCK_CONFIRM | CLOCK_SET},
	{"why", 0, "TEXT", N_("the reason, for the log"), CLOCK_CONFIRM | CLOCK_SET},
	{"yes", 0, NULL, N_("do it, after what it means was shown"), CLOCK_SET},
	{"json", 0, NULL, N_("JSON for programs"), CLOCK},
	{"from", 0, "DATE", N_("first day: 2024-06-01, today, tomorrow"), PLAN | LOG},
	{"until", 0, "DATE", N_("last day, inclusive"), PLAN | LOG},
	{"until", 0, "TIME", N_("until 17:00 today, or \"2024-06-01 17:00\""), PAUSE},
	{"off", 0, NULL, N_("end the pause"), PAUSE},
	{"json", 0, NULL, N_("JSON for programs"),
	 PLAN | STATUS | LOG | CLIP_LIST | CLIP_SHOW | DOCTOR | CAMPAIGN_SHOW | CAMPAIGN_TRY |
		 CAMPAIGN_HISTORY},
	{"faults", 0, NULL, N_("all faults since the service was started, past ones too"), STATUS},
	{"csv", 0, NULL, N_("a table for spreadsheets"), LOG | REPORT},
	{"proof", 0, NULL, N_("what the sound card took of each clip, too"), LOG},
	{"notes", 0, NULL, N_("what was done by hand, starts, and the clock, instead"), LOG},
	{"month", 0, "YYYY-MM", N_("the month"), REPORT},
	{"output", 'o', "FILE.html",
	 N_("where to, the table beside it as .csv; - prints it, or with --csv the table"), REPORT},
	{"airtime", 0, NULL, N_("the permitted hours of these days instead, as JSON"), PLAN},
	{"diff", 0, "OTHER.conf", N_("compare: OTHER.conf is the old config"), PLAN},
	{"emergency", 0, NULL, N_("at any hour, over everything; needs --by"), PLAY},
	{"hold", 0, NULL, N_("hold it for its hold-time, instead of a short press"), PRESS},
	{"wiring", 0, NULL, N_("buttons, relay and lights alone, with what to try"), DOCTOR},
	{"watch", 0, "SECONDS", N_("show what happens on the lines, as it happens"), DOCTOR},
	{"seconds", 0, "N", N_("how long, 1 to 30 (3)"), TONE},
	{"level", 0, "DB", N_("how loud, -60 to -16 dB (-30); a broadcast has -16"), TONE},
	{"relay-only", 0, NULL, N_("only click the amplifier's relay, without a sound"), TONE},
	{"anyway", 0, NULL, N_("outside the permitted hours too; needs --by"), TONE},
	{"by", 0, "WHO", N_("the person who orders it, for the log"),
	 PLAY | PRESS | TONE | CLIP_APPROVE | CLIP_REMOVE | CLIP_RESTORE | CAMPAIGN_SAVE |
		 CAMPAIGN_UNDO},
	{"why", 0, "TEXT", N_("the reason, for the log"),
	 PLAY | PRESS | STOP | PAUSE | SKIP | RELOAD | TONE | CLIP_APPROVE | CLIP_REMOVE |
		 CLIP_RESTORE | CAMPAIGN_SAVE | CAMPAIGN_UNDO},
	{"as", 0, "NAME", N_("the clip's name, instead of the file's"), CLIP_ADD},
	{"name", 0, "NAME", N_("the same as --as"), CLIP_ADD},
	{"replace", 0, NULL, N_("take the place of the recording that has the name"),
	 CLIP_ADD | CLIP_SAY},
	{"words", 0, NULL, N_("only print the words that would be spoken"), CLIP_SAY},
	{"console", 0, "DIR", N_("the web console's folder (/var/lib/loaphuong-console)"),
	 CONSOLE_CODE | BACKUP | RESTORE},
	{"force", 0, NULL, N_("replace the file if it is there"), BACKUP},
	{"yes", 0, NULL, N_("do it, after what is in it was shown"), RESTORE},
	{"removed", 0, NULL, N_("what was removed and can be restored"), CLIP_LIST},
	{"answers", 0, "FILE", N_("take them from a config that has only those keys; ask nothing"),
	 SETUP},
	{"start", 0, NULL, N_("start the station then, or have it take the config over"), SETUP},
	{"lines", 0, "WHERE", N_("where the lines are: real, or sim:SOCKET as loaphuongd has it"),
	 SETUP},
	{"revoke", 0, NULL, N_("take the approval back"), CLIP_APPROVE},
	{"as", 0, "NAME", N_("restore it under another name"), CLIP_RESTORE},
	{"anyway", 0, NULL, N_("also where the file was changed since"), CAMPAIGN_UNDO},
};
const size_t n_command_rows = sizeof(command_rows) / sizeof(command_rows[0]);
_Static_assert(sizeof(command_rows) / sizeof(command_rows[0]) <= COMMAND_ROWS_MAX, "raise it");

const struct command commands[] = {
	{"setup", "", 0, 0,
	 N_("The first start: five questions, and the config is written and checked."),
	 "  sudo loaphuong setup\n"
	 "  sudo loaphuong setup --answers answers.conf --start\n",
	 SETUP, cmd_setup},
	{"check", "", 0, 0, N_("Find all faults of the config."),
	 "  loaphuong check -c station.conf\n", CHECK, cmd_check},
	{"plan", "", 0, 0, N_("Show what will be played, as the station itself works it out."),
	 "  loaphuong plan --from 2024-06-01 --until 2024-06-30\n"
	 "  loaphuong plan -c new.conf --diff " COMMAND_CONFIG "\n",
	 PLAN, cmd_plan},
	{"why", "TIME|BROADCAST", 1, 2, N_("Say why something plays, played, or does not."),
	 "  loaphuong why 03:15\n"
	 "  loaphuong why \"2024-06-05 17:00\"\n"
	 "  loaphuong why buoi-sang\n",
	 WHY, cmd_why},
	{"status", "", 0, 0, N_("Show what the station does now, and its faults."),
	 "  loaphuong status\n", STATUS, cmd_status},
	{"play", "NAME...", 1, LIMIT_ITEMS, N_("Play clips, or one broadcast, by hand."),
	 "  loaphuong play goi-111 --why \"asked by the school\"\n"
	 "  loaphuong play bao-lu --emergency --by \"Nguyễn Văn An\"\n",
	 PLAY, cmd_play},
	{"press", "BUTTON", 1, 1,
	 N_("Press a button of the config by hand, to rehearse the wiring."),
	 "  loaphuong press main\n"
	 "  loaphuong press main --hold\n",
	 PRESS, cmd_press},
	{"stop", "", 0, 0, N_("Stop what is on air or waits; later broadcasts go on."),
	 "  loaphuong stop --why \"wrong clip\"\n", STOP, cmd_stop},
	{"pause", "", 0, 0, N_("Hold the schedule until a time (mourning, an exam)."),
	 "  loaphuong pause --until \"2024-06-05 18:00\" --why \"exam\"\n"
	 "  loaphuong pause --off\n",
	 PAUSE, cmd_pause},
	{"skip", "", 0, 0, N_("Leave out the next broadcast."), "  loaphuong skip --why \"rain\"\n",
	 SKIP, cmd_skip},
	{"reload", "", 0, 0, N_("Take over the changed config, if it has no errors."),
	 "  loaphuong check && loaphuong reload\n", RELOAD, cmd_reload},
	{"clock confirm", "", 0, 0, N_("Say that the station's clock is right."),
	 "  loaphuong clock confirm --by \"Trần Văn Bình\"\n", CLOCK_CONFIRM, cmd_clock_confirm},
	{"clock set", "TIME", 1, 1,
	 N_("Set the clock of the box; says first what that means for broadcasts."),
	 "  loaphuong clock set \"2024-06-01 05:30\" --by \"Trần Văn Bình\"\n"
	 "  sudo loaphuong clock set \"2024-06-01 05:30\" --by \"Trần Văn Bình\" --yes\n",
	 CLOCK_SET, cmd_clock_set},
	{"clock answer", "", 0, 0,
	 N_("Set the clock for the web console: for loaphuong-clock.socket."),
	 "  systemctl start loaphuong-clock.socket\n", CLOCK_ANSWER, cmd_clock_answer},
	{"clock", "", 0, 0, N_("Show whether the station knows the time, and what to do."),
	 "  loaphuong clock\n", CLOCK, cmd_clock},
	{"volume", "[DB]", 0, 1, N_("Show or set the volume, in dB from -60 to 0."),
	 "  loaphuong volume -6\n", VOLUME, cmd_volume},
	{"test-tone", "", 0, 0, N_("A quiet tone through amplifier relay and sound card."),
	 "  loaphuong test-tone\n"
	 "  loaphuong test-tone --seconds 10 --level -24 --by \"Trần Văn Bình\" --anyway\n",
	 TONE, cmd_test_tone},
	{"doctor", "", 0, 0, N_("Examine the box: what could keep it from being heard."),
	 "  loaphuong doctor\n"
	 "  loaphuong doctor --wiring\n"
	 "  loaphuong doctor --watch 60\n",
	 DOCTOR, cmd_doctor},
	{"backup", "FILE", 1, 1,
	 N_("All of the station in one file: config, campaigns, recordings, log, accounts."),
	 "  sudo loaphuong backup /media/usb/loaphuong.tar.gz\n", BACKUP, cmd_backup},
	{"restore", "FILE", 1, 1,
	 N_("A backup in the place of what is there, on this card or another."),
	 "  loaphuong restore /media/usb/loaphuong.tar.gz\n"
	 "  sudo loaphuong restore /media/usb/loaphuong.tar.gz --yes\n",
	 RESTORE, cmd_restore},
	{"console-code", "", 0, 0, N_("A one-time code for the first account of the web console."),
	 "  loaphuong console-code\n", CONSOLE_CODE, cmd_console_code},
	{"report", "", 0, 0, N_("Make the month's report for the level above."),
	 "  loaphuong report --month 2024-06 -o bao-cao.html\n", REPORT, cmd_report},
	{"log verify", "", 0, 0, N_("Prove that nothing in the log was changed or removed."),
	 "  loaphuong log verify\n", LOG_VERIFY, cmd_log_verify},
	{"log", "", 0, 0, N_("Show what was really sent."),
	 "  loaphuong log --from yesterday\n"
	 "  loaphuong log --from 2024-06-01 --until 2024-06-30 --csv > june.csv\n"
	 "  loaphuong log --notes --from today\n",
	 LOG, cmd_log},
	{"clip add", "FILE...", 1, 1000,
	 N_("Take recordings into the library, also those of a phone."),
	 "  loaphuong clip add khau-hieu-01.mp3\n"
	 "  loaphuong clip add \"New recording.mp3\" --as goi-111 --replace\n",
	 CLIP_ADD, cmd_clip_add},
	{"clip list", "", 0, 0,
	 N_("List the clips: what is missing, waits for approval, expires, was never aired."),
	 "  loaphuong clip list\n"
	 "  loaphuong clip list --removed\n",
	 CLIP_LIST, cmd_clip_list},
	{"clip show", "NAME", 1, 1, N_("Show all that is known of a clip."),
	 "  loaphuong clip show goi-111\n", CLIP_SHOW, cmd_clip_show},
	{"clip approve", "NAME...", 1, 1000, N_("Approve recordings for the air."),
	 "  loaphuong clip approve goi-111 --by \"Nguyễn Văn An\"\n"
	 "  loaphuong clip approve goi-111 --by \"Nguyễn Văn An\" --revoke --why \"wrong "
	 "number\"\n",
	 CLIP_APPROVE, cmd_clip_approve},
	{"clip remove", "NAME...", 1, 1000, N_("Remove recordings; they are kept for 30 days."),
	 "  loaphuong clip remove thong-bao-cu\n", CLIP_REMOVE, cmd_clip_remove},
	{"clip restore", "NAME...", 1, 1000, N_("Bring removed recordings back."),
	 "  loaphuong clip restore thong-bao-cu\n", CLIP_RESTORE, cmd_clip_restore},
	{"clip say", "NAME [TEXT]", 1, 2,
	 N_("Have a draft of a clip spoken, until a person reads its text."),
	 "  loaphuong clip say khau-hieu-01\n"
	 "  loaphuong clip say thong-bao \"UBND phường họp dân 19h30 ngày 01/6/2024.\"\n",
	 CLIP_SAY, cmd_clip_say},
	{"campaign show", "", 0, 0, N_("Show the campaigns as they are written, file by file."),
	 "  loaphuong campaign show\n", CAMPAIGN_SHOW, cmd_campaign_show},
	{"campaign try", "CHANGES.json", 1, 1,
	 N_("Say what changes to a campaign would do, and change nothing."),
	 "  loaphuong campaign try changes.json\n"
	 "  loaphuong campaign try - < changes.json\n",
	 CAMPAIGN_TRY, cmd_campaign_try},
	{"campaign save", "CHANGES.json", 1, 1,
	 N_("Make changes to a campaign, and have them in force."),
	 "  loaphuong campaign save changes.json --why \"exam\"\n", CAMPAIGN_SAVE,
	 cmd_campaign_save},
	{"campaign history", "", 0, 0, N_("List who changed the campaigns, and when."),
	 "  loaphuong campaign history\n", CAMPAIGN_HISTORY, cmd_campaign_history},
	{"campaign undo", "[NUMBER]", 0, 1,
	 N_("Undo a change to a campaign: the newest, or that of this number."),
	 "  loaphuong campaign undo\n", CAMPAIGN_UNDO, cmd_campaign_undo},
	{"usb import", "DEVICE|FOLDER", 1, 1,
	 N_("Take in the recordings of a USB stick; a stick that is plugged in does it by itself."),
	 "  loaphuong usb import /dev/sda1\n"
	 "  loaphuong usb import /media/usb\n",
	 USB_IMPORT, cmd_usb_import},
	{"usb out", "", 0, 0, N_("Tell the station that the USB stick is gone."),
	 "  loaphuong usb out\n", USB_OUT, cmd_usb_out},
};
const size_t n_commands = sizeof(commands) / sizeof(commands[0]);
