#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_architecture.sh [PAGE] - every file and folder that firmware/ARCHITECTURE.md names must be there, and every struct that it
# names must be one. Before that it names a file that does not exist and must find it missing.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

missing() { # PAGE: what it names and is not there
	grep -oE '`[^`]+`' "$1" | tr -d '`' | sort -u | while read -r name; do
		case $name in
		*NAME* | loaphuong* | plan | why | report | late | wait | "campaign try" | "log verify") ;;
		"struct "*) grep -rqE "^$name \{" --include='*.h' --include='*.c' firmware audio config tools || echo "$name" ;;
		*) [ -e "$name" ] || echo "$name" ;;
		esac
	done
}

scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT
# shellcheck disable=SC2016 # backticks of a page
echo 'see `firmware/core/none.c` and `struct none_such`' >"$scratch"
[ "$(missing "$scratch" | wc -l)" -eq 2 ] || { echo "self-test: what is missing was not noticed"; exit 1; }
page=${1:-firmware/ARCHITECTURE.md}
[ "$(grep -oE '`[^`]+`' "$page" | sort -u | wc -l)" -gt 50 ] || { echo "$page names hardly anything"; exit 1; }
found=$(missing "$page")
[ -z "$found" ] || { echo "$page names what is not there:"; echo "$found"; exit 1; }
echo "architecture: all that is named is there"
