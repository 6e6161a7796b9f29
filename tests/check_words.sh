#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_words.sh - every message of the tree has its Vietnamese translation, with the same places for values.
# Prints the messages that have none and ends with 1. Before that it plants one of each fault in a scratch
# catalogue and must find it: a check that cannot fail is none.
set -euo pipefail
export LC_ALL=C

cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

check() { # CATALOGUE POT
	local merged=$scratch/merged.po bad=0
	msgmerge --quiet --no-fuzzy-matching --no-wrap --output-file="$merged" "$1" "$2"
	msgattrib --untranslated --no-obsolete --no-wrap "$merged" >"$scratch/untranslated"
	msgattrib --only-fuzzy --no-obsolete --no-wrap "$merged" >"$scratch/fuzzy"
	for list in untranslated fuzzy; do
		# The first msgid of a list is its head.
		if [ "$(grep -c '^msgid' "$scratch/$list")" -gt 1 ]; then
			echo "$list in $1 (tools/po/update lists them there):"
			grep -v '^#\|^"' "$scratch/$list" | sed -n '4,60p'
			bad=1
		fi
	done
	msgfmt --check --output-file=/dev/null "$1" || bad=1
	return $bad
}

plant() { # NAME SED: the catalogue with this edit must be found bad
	sed -E "$2" tools/po/vi.po >"$scratch/planted.po"
	if cmp -s tools/po/vi.po "$scratch/planted.po"; then
		echo "check_words: the edit for $1 changes nothing; correct it here"
		exit 1
	fi
	if check "$scratch/planted.po" "$scratch/tree.pot" >/dev/null 2>&1; then
		echo "check_words: does not see $1"
		exit 1
	fi
}

tools/po/update "$scratch/tree.pot"
plant "a message without translation" 's/^msgstr "played"$/msgstr ""/; s/^msgstr "đã phát"$/msgstr ""/'
plant "a message that is gone from the catalogue" 's/^msgid "played"$/msgid "payed"/'
plant "another place for a value" 's/^(msgstr "[^"%]*)%s/\1%d/'
check tools/po/vi.po "$scratch/tree.pot"
echo "$(($(grep -c "^msgid" "$scratch/tree.pot") - 1)) messages, all translated"
