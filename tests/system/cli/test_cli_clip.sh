#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clip add, clip list and an empty log, without a service.
source "$(dirname "$0")/harness.sh"

mkdir state
cp "$RECORDINGS/goi-111.mp3" "Khẩu hiệu 3 (mới).mp3"
run 0 clip add --state state "Khẩu hiệu 3 (mới).mp3"
quiet
has "added khau-hieu-3-moi: 0:"
cmp -s state/clips/khau-hieu-3-moi.mp3 "$RECORDINGS/goi-111.mp3" || fail "the recording is not in clips/"
run 0 clip add --state state --name goi-111 "$RECORDINGS/goi-111.mp3"
has "\"khau-hieu-3-moi\" has the same recording"

# Every file is tried; one that is refused makes the answer no.
echo "no sound" >text.mp3
run 1 clip add --state state text.mp3 "$RECORDINGS/khau-hieu-01.mp3"
complains "text.mp3: "
has "added khau-hieu-01"
[ ! -e state/clips/text.mp3 ] || fail "a file that was refused is in clips/"
size=$(stat -c %s "$RECORDINGS/goi-111.mp3")
head -c $((size / 2 + 7)) "$RECORDINGS/goi-111.mp3" >cut.mp3
run 1 clip add --state state cut.mp3
complains "(truncated)"
run 1 clip add --state state missing.mp3
complains "missing.mp3 cannot be opened"
mkdir folder.mp3
run 1 clip add --state state folder.mp3
mkfifo pipe.mp3
run 1 clip add --state state pipe.mp3
complains "is not a file"
for name in "a b" "../x" ".x" "-x" "" "$(printf 'x%.0s' {1..64})"; do
	run 2 clip add --state state "--as=$name" "$RECORDINGS/goi-111.mp3"
	complains "give another name"
done
run 2 clip add --state state --as x "$RECORDINGS/goi-111.mp3" "$RECORDINGS/khau-hieu-01.mp3"
complains "one by one"
run 1 clip add --state nowhere "$RECORDINGS/goi-111.mp3"
complains "nowhere"
[ ! -e nowhere ] || fail "a state folder was made"

run 0 clip list --state state
[ "$(head -n 3 out | cut -d' ' -f1 | tr '\n' ' ')" = "goi-111 khau-hieu-01 khau-hieu-3-moi " ] || fail "not in order"
run 0 clip list --state state --json
lines 3
has "\"sha256\":\"$(sha256sum "$RECORDINGS/goi-111.mp3" | cut -d' ' -f1)\""
run 1 clip list --state nowhere

# A spoken draft gives way to what a person reads.
as_read "$RECORDINGS/goi-111.mp3" read.mp3
run 0 clip add --state state --as goi-111 read.mp3
cmp -s state/clips/goi-111.mp3 read.mp3 || fail "the draft was not replaced"

# A name that is taken: a person is asked, and may replace it or give another name.
run 1 clip add --state state --as goi-111 "$RECORDINGS/khau-hieu-02.mp3"
complains "--replace"
cmp -s state/clips/goi-111.mp3 read.mp3 || fail "the recording was replaced unsaid"
run 0 clip add --state state --as goi-111-moi "$RECORDINGS/khau-hieu-02.mp3"
rm state/clips/goi-111-moi.mp3

# A replaced recording is another one.
run 0 clip add --state state --as goi-111 --replace "$RECORDINGS/khau-hieu-02.mp3"
run 0 clip list --state state --json
has "\"sha256\":\"$(sha256sum "$RECORDINGS/khau-hieu-02.mp3" | cut -d' ' -f1)\""

run 0 log --state state
has "The log has no rows"
run 0 log --state state --notes
has "a recording added"
run 0 log --state state --csv
lines 1
run 0 log --state state --json
lines 0
run 0 log verify --state state
has "the chain is intact"
run 1 log --state nowhere
complains "there is no log in nowhere"
run 2 log --state state --from monday
complains '"monday" is not a date'
