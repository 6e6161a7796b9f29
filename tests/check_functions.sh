#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_functions.sh [TREE] - prints the three longest functions; a function over 80 lines or a file over
# 400 is a fault. main may have 60.
set -euo pipefail
export LC_ALL=C
most_function=80 most_main=60 most_file=400

too_long() { # TREE: prints what is too long; ends with 1 if anything is
	(
		cd "$1"
		mapfile -t files < <(find . -path './build*' -prune -o -name '*.[ch]' -print | sort)
		[ ${#files[@]} -gt 0 ] || exit 0
		ctags -x --_xformat='%{line} %{end} %N %F' --fields=+e --kinds-C=f "${files[@]}" |
			awk '$2 ~ /^[0-9]+$/ { print $2 - $1 + 1, $3, $4 ":" $1 }' | sort -rn >"$scratch/lengths"
		head -3 "$scratch/lengths" | sed 's/^/longest: /'
		awk -v most=$most_function -v main=$most_main '
			$1 > most || ($2 == "main" && $1 > main) { print $3 ": " $2 " has " $1 " lines"; bad = 1 }
			END { exit bad }' "$scratch/lengths" &&
			wc -l "${files[@]}" | awk -v most=$most_file '
			$1 > most && $2 != "total" { print $2 ": the file has " $1 " lines"; bad = 1 }
			END { exit bad }'
	)
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/function" "$scratch/file"
{ echo 'int f(int x)'; echo '{'; seq -f '	x += %g;' 79; echo '	return x;'; echo '}'; } >"$scratch/function/f.c"
seq -f 'int v%g;' 401 >"$scratch/file/f.c"
for planted in function file; do
	if too_long "$scratch/$planted" >/dev/null; then
		echo "self-test: a $planted that is too long was not noticed"
		exit 1
	fi
done
too_long "${1:-$(dirname "$0")/..}"
