#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is seen afterwards: faults that are over, what arrived and was refused, what a press did, notes of the clock, the
# proof as a table, and the help of the programs that nobody starts by hand.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"

make_config station.conf
make_state state
cat >>station.conf <<-'END'
	button "chinh" { line = "GPIO17" press = "khau-hieu-01" cooldown = "1h" }
END

# The programs behind: their help, and a word that they do not know.
for program in "$LOAPHUONGD" "${LOAPHUONGD%/*}/loaphuong-console"; do
	"$program" --help >out 2>err || fail "no help of $program"
	has "$(basename "$program")"
	quiet
	! "$program" --no-such-option >out 2>err || fail "$program takes any option"
	complains "no-such-option"
	! "$program" too many words >out 2>err || fail "$program takes any word"
	[ -s err ] || fail "$program does not say what is wrong"
done

mkfifo orders
python3 "$(dirname "$0")/board.py" board outputs <orders &
board_pid=$!
exec 9>orders
trap 'kill "$board_pid" 2>/dev/null || :; finish' EXIT
until [ -S board ]; do sleep 0.05; done # it says nothing when it is there
"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null --lines "sim:$work/board" \
	--pretend-now 2024-06-01T05:40:00+07:00 >said 2>&1 &
station_pid=$!
until_answer "Thử" status --state state

run 0 status --faults --state state
quiet
has "No fault since the service was started"
run 0 clock --json --state state
has '"timezone": "Asia/Ho_Chi_Minh"'

# Pressed once it plays; pressed again it does nothing, and both say so.
run 0 press chinh --state state
run 0 press chinh --state state
has "The button did nothing"
run 0 stop --state state
run 0 press chinh --state state
has "its cooldown is not over"

# A file that is no recording came into the inbox.
mkdir -p state/inbox
printf 'no sound' >state/inbox/hong.mp3.part
mv state/inbox/hong.mp3.part state/inbox/hong.mp3
until_answer "hong.mp3" status --state state
has "Arrived"

# What was played, and its proof as a table.
until_answer "khau-hieu-01" log --state state
run 0 log --proof --csv --state state
answer_line 1 "$(head -1 out)"
has "khau-hieu-01"
run 0 log --proof --state state

exec 9>&-
kill "$board_pid" 2>/dev/null || :
wait "$board_pid" 2>/dev/null || :
until_answer "GPIO17" status --faults --state state

# Other clips at the same time are a change, said as one.
sed 's/at = {"05:45", "06:30"} play = {"khau-hieu"}/at = {"05:45", "06:30"} play = {"khau-hieu-02"}/' station.conf >other.conf
run 0 plan -c other.conf --state state --diff station.conf --from 2024-06-02 --until 2024-06-03
has "changed"
has " -> khau-hieu-02"
echo "as it should be"
