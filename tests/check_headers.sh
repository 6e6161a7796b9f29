#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_headers.sh [TREE] - every header compiles alone, so that no room leans on the include order of
# another. CC names the compiler.
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "$0")/..}"
cc=${CC:-cc}
read -ra found < <(pkg-config --cflags libmpg123 soxr libebur128 alsa libconfuse libutf8proc libsystemd \
	sqlite3 jansson libsodium libmicrohttpd)
flags=(-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wstrict-prototypes -Werror -fsyntax-only "${found[@]}")

# What a header of this floor may see.
floors() { # HEADER
	case $1 in
	firmware/core/*) echo -Ifirmware/core ;;
	firmware/edge/*) echo -Ifirmware/edge -Ifirmware/core -Iaudio ;;
	audio/*) echo -Iaudio ;;
	config/*) echo -Iconfig -Ifirmware/core ;;
	*) echo -Ifirmware -Ifirmware/console -Itools -Ifirmware/edge -Iconfig -Ifirmware/core -Iaudio ;;
	esac
}

alone() { # HEADER
	local include
	read -ra include < <(floors "$1")
	printf '#include "%s"\n#include "%s"\n' "$PWD/$1" "$PWD/$1" |
		"$cc" "${flags[@]}" "${include[@]}" -x c -
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo 'size_t planted(void);' >"$scratch/planted.h"
if (cd "$scratch" && alone planted.h) 2>/dev/null; then
	echo "self-test: a header without its includes was not noticed"
	exit 1
fi

bad=0
while read -r header; do
	alone "$header" || bad=1
done < <(find firmware audio config tools -name '*.h' | sort)
exit $bad
