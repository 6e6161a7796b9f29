#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_version.sh - the version stands in CMakeLists.txt alone; the newest part of the ChangeLog is of that version, and
# nothing else of the tree names one of its own.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

version=$(sed -n 's/^project(loaphuong VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
[ -n "$version" ] || { echo "CMakeLists.txt names no version"; exit 1; }
newest=$(sed -n 's/^## \([^ ]*\).*/\1/p' ChangeLog.md | head -n 1)
[ "$newest" = "$version" ] || { echo "ChangeLog.md begins with $newest, the version is $version"; exit 1; }
others=$(grep -rnIF "$version" --exclude-dir='build*' --exclude-dir=.git --exclude-dir=corpus --exclude-dir=result . |
	grep -vE '^\./(CMakeLists\.txt|ChangeLog\.md):' || :)
[ -z "$others" ] || { echo "the version stands elsewhere, too:"; echo "$others"; exit 1; }
echo "version: $version, in one place"
