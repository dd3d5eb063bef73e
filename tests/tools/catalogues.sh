#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# catalogues.sh PAGEC SOURCE_ROOT
# Every sentence that a reporter can see is in po/cy.po and po/bn.po, translated, with the same
# {names}. The sentences come from the templates (pagec --pot) and the C sources (xgettext).
set -eu
pagec=$(realpath "$1")
cd "$2"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find src/pages -name '*.html' ! -name 'desk_*' | sort | xargs "$pagec" --pot >"$work/all.pot"
msguniq --use-first -o "$work/pages.pot" "$work/all.pot"
find src/pages src/web src/front src/intake -name '*.c' ! -name 'desk_*' | sort |
    xargs xgettext --from-code=UTF-8 --omit-header -kMSG -kMSG_INIT -kN_ -o "$work/c.pot"
# xgettext leaves the header out, msgcat wants one.
{ printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'; cat "$work/c.pot"; } >"$work/c2.pot"
msgcat --use-first -o "$work/messages.pot" "$work/pages.pot" "$work/c2.pot"
count=$(msgattrib --no-obsolete "$work/messages.pot" | grep -c '^msgid')
[ "$count" -gt 150 ] || { echo "only $count messages were found"; exit 1; }
failed=0
for language in cy bn; do
    if ! msgcmp "po/$language.po" "$work/messages.pot" 2>"$work/why"; then
        cat "$work/why"
        failed=1
    fi
    # Names in braces, sorted, of each pair.
    msgcat --no-wrap "po/$language.po" | awk -v language="$language" '
        function names(text,   list, n, i, j, swap, all) {
            n = 0
            while (match(text, /\{[^}]*\}/)) {
                list[++n] = substr(text, RSTART, RLENGTH)
                text = substr(text, RSTART + RLENGTH)
            }
            for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (list[j] < list[i]) {
                swap = list[i]; list[i] = list[j]; list[j] = swap
            }
            all = ""
            for (i = 1; i <= n; i++) all = all list[i]
            return all
        }
        /^msgid /  { id = $0 }
        /^msgstr / { if (names(id) != names($0)) { print language ": names differ: " id; bad = 1 } }
        END { exit bad }' || failed=1
done
[ "$failed" = 0 ] && echo "$count messages, both languages complete"
exit "$failed"
