#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The life of a clip as an operator sees it: what is missing, waits for approval, expires; approved, aired, removed and
# restored. First on the files, then with a station that runs.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"

day() { TZ=Asia/Ho_Chi_Minh date -d "$1" +%F; }
config() { # FILE FROM UNTIL SOON
	cat >"$1" <<-END
		station { name = "Thử" approval = "required" }
		airtime { allow = {"05:30-07:00", "16:30-18:30"} }
		clip "khau-hieu-02" { text = "Hai." title = "Khẩu hiệu hai" source = "156/KH-UBND" until = "$4" }
		clip "chua-thu" { text = "Chưa ai thu." }
		campaign "thang-6" {
			from  = "$2"
			until = "$3"
			broadcast "sang" { at = {"05:45"} play = {"khau-hieu-01", "khau-hieu-02"} }
			broadcast "mot" { at = {"06:30"} play = {"khau-hieu-01"} }
		}
		button "cong" { line = "GPIO17" press = "goi-111" }
	END
}

# Without a station.
config files.conf "$(day now)" "$(day 60days)" "$(day 3days)"
make_state files
run 0 clip add --state files "$RECORDINGS/goi-111.mp3" "$RECORDINGS/nhac-hieu.mp3"
set -- --state files -c files.conf
run 0 clip list "$@"
has "no recording: chua-thu"
has "waits for approval: goi-111, khau-hieu-01, khau-hieu-02, nhac-hieu"
has "spoken draft: goi-111, khau-hieu-01, khau-hieu-02, nhac-hieu"
has "expires within a week: khau-hieu-02"
has "never aired: goi-111, khau-hieu-01, khau-hieu-02, nhac-hieu"
LANGUAGE=vi run 0 clip list "$@"
has "chờ duyệt: goi-111"
run 0 check "$@"
has "clip 'khau-hieu-02' is not approved"
run 0 clip show khau-hieu-02 "$@"
quiet
has "Khẩu hiệu hai"
has "Hai."
has "156/KH-UBND"
has "until $(day 3days)"
has "NOT YET: it does not air until it is"
has "thang-6/sang"
has "a draft spoken by the machine"
has ", by $(id -un)"
run 0 clip show chua-thu "$@"
has "NONE: record it, then loaphuong clip add FILE --as chua-thu"
run 1 clip show nothing "$@"
complains 'there is no clip "nothing"'

run 2 clip approve khau-hieu-01 "$@"
complains "--by WHO"
run 1 clip approve khau-hieu-01 nothing --by "Chủ tịch Lan" "$@"
complains 'no recording "nothing"'
has "khau-hieu-01: approved"
run 0 clip show khau-hieu-01 --json "$@"
python3 - out "$(sha256sum files/clips/khau-hieu-01.mp3)" <<'END' || fail "clip show --json is another"
import json, sys
clip = json.load(open(sys.argv[1]))
assert clip["approval"] == "approved" and clip["approved_by"].startswith("Chủ tịch Lan ("), clip
assert clip["sha256"] == sys.argv[2].split()[0] and clip["times_aired"] == 0 and clip["last_aired"] is None
assert clip["used_by"] == ["thang-6/sang", "thang-6/mot"] and clip["draft"] and "waiting" not in clip["marks"]
END
# The log holds who approved what: the very recording.
run 0 log --notes --json "$@"
has "\"why\":\"khau-hieu-01 $(sha256sum files/clips/khau-hieu-01.mp3 | cut -d' ' -f1)\""
# Another recording under the name needs it anew; the old one has it still.
run 0 clip add --as khau-hieu-01 --replace "$RECORDINGS/khau-hieu-03.mp3" "$@"
run 0 clip list "$@"
has "waits for approval: goi-111, khau-hieu-01"
run 0 clip add --as khau-hieu-01 --replace "$RECORDINGS/khau-hieu-01.mp3" "$@"
run 0 clip approve khau-hieu-01 --revoke --by "Chủ tịch Lan" --why "sai số" "$@"
run 0 clip show khau-hieu-01 "$@"
has "NOT YET"

# What is used stays; what is removed comes back.
run 1 clip remove khau-hieu-02 "$@"
complains "khau-hieu-02 is still used by thang-6/sang"
run 1 clip remove goi-111 "$@"
complains 'goi-111 is still used by button "cong"'
run 0 clip remove nhac-hieu "$@"
has "nhac-hieu: removed"
[ ! -e files/clips/nhac-hieu.mp3 ] || fail "it is in clips/ still"
run 1 clip remove nhac-hieu "$@"
run 0 clip list "$@"
hasnt "nhac-hieu"
run 0 clip list --removed "$@"
has "nhac-hieu"
run 1 clip restore nhac-hieu --as goi-111 "$@"
complains "another name"
run 2 clip restore nhac-hieu --as ../nhac-hieu "$@"
run 0 clip restore nhac-hieu "$@"
cmp -s files/clips/nhac-hieu.mp3 "$RECORDINGS/nhac-hieu.mp3" || fail "another recording came back"
run 0 clip list "$@"
has "nhac-hieu"
run 1 clip restore nhac-hieu "$@"
run 0 log verify --state files
has "the chain is intact"

# With a station: what is not approved does not air, by hand or by schedule, and the log says why.
config station.conf 2024-06-01 2024-06-30 2024-06-05
make_state state
run 0 clip add --state state "$RECORDINGS/goi-111.mp3" "$RECORDINGS/nhac-hieu.mp3"
"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null --lines "sim:$work/board.sock" \
	--pretend-now 2024-06-01T05:44:57+07:00 >said 2>&1 &
station_pid=$!
until_answer "Thử" status --state state
set -- --state state
until_answer "wait for approval and will not air" status "$@"
run 3 play khau-hieu-01 "$@"
complains "not approved"
until_answer "refused" log --json "$@"
has '"reason":"not-approved"'
run 0 clip list "$@"
has "no recording: chua-thu"
has "waits for approval: goi-111, khau-hieu-01, khau-hieu-02, nhac-hieu"
has "expires within a week: khau-hieu-02"
run 2 clip approve khau-hieu-01 --by " " "$@"
run 0 clip approve khau-hieu-01 khau-hieu-02 --by "Chủ tịch Lan" "$@"
has "khau-hieu-02: approved"
run 0 play khau-hieu-01 "$@"
until_answer '"outcome":"played"' log --json "$@"
run 0 clip show khau-hieu-01 "$@"
has "once, on 2024-06-01"
has "Chủ tịch Lan ("
run 0 clip list "$@"
has "never aired: goi-111, khau-hieu-02, nhac-hieu"
run 0 clip approve khau-hieu-01 --revoke --by "Chủ tịch Lan" "$@"
run 3 play khau-hieu-01 "$@"
complains "not approved"
run 0 log --notes "$@"
has "a recording approved"
has "an approval revoked"
has "Chủ tịch Lan ("
run 1 clip remove khau-hieu-02 "$@"
complains "thang-6/sang"
run 1 clip remove goi-111 "$@"
complains 'button "cong"'
run 0 clip remove nhac-hieu --by Lan "$@"
run 0 clip list --removed "$@"
has "nhac-hieu"
run 0 clip list "$@"
hasnt "nhac-hieu"
run 1 clip restore nhac-hieu --as khau-hieu-01 "$@"
run 1 clip restore nhac-hieu --as ../x "$@"
run 0 clip restore nhac-hieu --as nhac-cu "$@"
until_answer '"name":"nhac-cu"' clip list --json "$@"

# What people said outlives a restart, and a lost index.
kill "$station_pid"
wait "$station_pid"
rm state/library.db*
run 0 clip show khau-hieu-02 -c station.conf "$@"
has "Chủ tịch Lan ("
