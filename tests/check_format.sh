#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_format.sh [TREE] - the C files are as clang-format leaves them. Versions of clang-format differ in
# what they do with the same .clang-format; the house's is 14, that of Debian 12. With another one this
# check only says so.
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "$0")/..}"
program=$(command -v clang-format-14 || command -v clang-format || :)
[ -n "$program" ] || { echo "clang-format is missing; install it: apt install clang-format"; exit 1; }
version=$("$program" --version | sed -E 's/.*version ([0-9]+).*/\1/')
if [ "$version" != 14 ]; then
	echo "left out: clang-format here is version $version, the files are kept with version 14"
	exit 0
fi
if printf 'int  x ;\n' | "$program" --style=file:.clang-format --dry-run -Werror 2>/dev/null; then
	echo "self-test: a badly set line was not noticed"
	exit 1
fi
mapfile -t files < <(find firmware audio config tools tests -name '*.[ch]' | sort)
[ ${#files[@]} -gt 0 ] || exit 0
faults=$("$program" --style=file:.clang-format --dry-run -Werror "${files[@]}" 2>&1 | grep ': error:' || :)
[ -z "$faults" ] && exit 0
sed -E 's/^([^:]+):.*/\1/' <<<"$faults" | sort | uniq -c |
	sed -E 's/^ *([0-9]+) (.*)/\2: \1 places to format: clang-format -i \2/'
exit 1
