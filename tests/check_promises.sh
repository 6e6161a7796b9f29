#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_promises.sh [TREE] - every test that firmware/PROMISES.md names must exist: a program of tests/, a case in
# one, a folder of tests/sim/ or a scenario of tests/board/ or tests/package/. A promise without a test is none. Before that it
# names a test that does not exist and must find it missing.
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "$0")/..}"
page=firmware/PROMISES.md

has_case() {
	grep -rqE "^(static )?(void|int) $1\(void \*\*" tests --include='*.c'
}

exists() { # NAME as it stands between backticks
	case $1 in
	"sim: "*) [ -f "tests/sim/${1#sim: }/expected.txt" ] ;;
	"board: "*) grep -q "^def ${1#board: }(" tests/board/scenarios*.py ;;
	"package: "*) grep -q "^def ${1#package: }(" tests/package/scenarios*.py ;;
	*.sh) [ -x "tests/$1" ] ;;
	fuzz_*) [ -f "tests/fuzz/$1.c" ] ;;
	test_*) [ -n "$(find tests -name "$1.*" -print -quit)" ] || has_case "$1" ;;
	*) has_case "$1" ;;
	esac
}

names() { # the last column of the tables
	sed -n 's/^|.*|\(.*\)|$/\1/p' "$page" | grep -oE '`[a-z][^`]+`' | tr -d '`' | sort -u
}

for none in "sim: no-such-scenario" "board: no_such" "package: no_such" no_such.sh test_no_such no_such_case; do
	! exists "$none" || { echo "self-test: $none was called there"; exit 1; }
done
n=0
bad=0
while read -r name; do
	n=$((n + 1))
	exists "$name" || { echo "$page: names $name, which no test is called"; bad=1; }
done < <(names)
[ "$n" -gt 100 ] || { echo "$page: only $n tests are named; is the table still a table?"; exit 1; }
[ "$bad" -ne 0 ] || echo "promises: $n tests named, all there"
exit "$bad"
