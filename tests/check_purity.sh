#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_purity.sh LIBRARY - the core reads no clock, opens nothing, prints nothing, knows no thread.
#
# Looks at the undefined symbols of libloa_core.a and names every one that breaks this, with its
# object file; ends with 1 if there was one. Before that it compiles an object that calls time() and
# must find it: a check that cannot fail is none. snprintf is allowed: it only writes to memory.
set -euo pipefail
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -r "$1" ]; then
	echo "usage: check_purity.sh LIBRARY (libloa_core.a of a build)" >&2
	exit 2
fi

# Whole names; 64-bit file offsets, glibc's checked and C23 variants come under other names.
forbidden='time|clock_gettime|clock_nanosleep|gettimeofday|nanosleep|sleep|usleep'
forbidden+='|localtime.*|gmtime.*|mktime|timegm|tzset|strftime|getenv|secure_getenv|setenv'
forbidden+='|open.*|creat|fopen.*|fdopen|freopen.*|read|pread.*|write|pwrite.*|close|ioctl|fcntl.*'
forbidden+='|printf|fprintf|vprintf|vfprintf|dprintf|puts|fputs|putchar|fwrite|fread|perror'
forbidden+='|syslog|vsyslog|openlog|pthread_.*|thrd_.*|rand.*|srand.*|drand48|getrandom|arc4random.*'
forbidden+='|socket|poll|select|epoll_.*|fork|exec.*|system|popen'

# Prints "OBJECT: SYMBOL" for every breach of an object or archive.
breaches() {
	nm -A -u "$1" 2>/dev/null |
		sed -E 's/^(.*): *[Uw] ([^@]*)(@.*)?$/\1 \2/' |
		awk -v forbidden="^(__)?(isoc[0-9]*_)?(${forbidden})(_chk|64|64_time64|_time64)?\$" \
			'$NF ~ forbidden { n = split($1, part, ":"); print part[n] ": " $NF }'
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# It must find what it looks for, and not what is allowed.
printf '#include <time.h>\nlong now(void);\nlong now(void) { return (long)time(0); }\n' \
	>"$scratch/impure.c"
printf '#include <stdio.h>\nint text(char *to, int n);\nint text(char *to, int n) { return snprintf(to, 9, "%%d", n); }\n' \
	>"$scratch/pure.c"
for name in impure pure; do
	${CC:-cc} -c -O0 -o "$scratch/$name.o" "$scratch/$name.c"
done
if ! breaches "$scratch/impure.o" | grep -q ': .*time'; then
	echo "check_purity.sh: does not find time() in an object that calls it" >&2
	exit 2
fi
if [ -n "$(breaches "$scratch/pure.o")" ]; then
	echo "check_purity.sh: refuses snprintf()" >&2
	exit 2
fi

found=$(breaches "$1")
if [ -n "$found" ]; then
	while read -r breach; do
		echo "$breach is not for the core: what it needs is given to it as a value" >&2
	done <<<"$found"
	exit 1
fi
if [ -z "$(nm "$1" 2>/dev/null)" ]; then
	echo "check_purity.sh: $1 has no symbols" >&2
	exit 2
fi
echo "pure: $1"
