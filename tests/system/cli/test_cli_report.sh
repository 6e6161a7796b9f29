#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The month's report: its figures against those that the maker of the log counted, what must not count, hostile texts,
# the table beside it, and the printed page.
source "$(dirname "$0")/harness.sh"
: "${MAKE_MONTH:?}"

cat >station.conf <<'END'
station { name = "Đài <thử>" timezone = "Asia/Ho_Chi_Minh" language = "vi" }
report {
    parent = "UBND HUYỆN CAO LỘC"  authority = "UBND THỊ TRẤN ĐỒNG ĐĂNG"  number = "      /BC-UBND"  place = "Đồng Đăng"
    signer-title = "CHỦ TỊCH"  signer = "Nguyễn Văn An"  recipients = {"UBND huyện (b/c);", "Trang <thông tin>;"}
}
clip "goi-111" { title = "Tổng đài 111 & bạn" }
campaign "thang-6" { from = "2024-06-01" until = "2024-06-30"
    broadcast "buoi-sang" { title = "Buổi <sáng>" at = {"05:45"} play = {"nhac-hieu", "goi-111"} }
    broadcast "buoi-chieu" { at = {"17:00"} play = {"nhac-hieu", "goi-111"} }
}
clip "nhac-hieu" { }
END
mkdir state
"$MAKE_MONTH" state >counted
counted() { awk -v name="$1" '$1 == name { print $2 }' counted; }
report() { # CODE MONTH FILE
	run "$1" report --month "$2" -o "$3" -c station.conf --state state
}
holds() { grep -qF -- "$2" "$1" || fail "$1 does not hold: $2"; }
sum() { awk -F, -v kind="$1" -v what="$2" '$1 == kind && $2 == what { print $4 }' bao-cao.csv; }

export LANGUAGE=vi
report 0 2024-06 bao-cao.html
quiet
for name in due played late partial refused missed by-hand; do
	[ "$(sum sum $name)" = "$(counted $name)" ] || fail "$name: $(sum sum $name) in the table, $(counted $name) written"
done
[ "$(sum message goi-111)" = "$(counted messages)" ] || fail "plays of the message: $(sum message goi-111)"
[ "$(sum message nhac-hieu)" = "$(counted tunes)" ] || fail "plays of the tune: $(sum message nhac-hieu)"
# What is heard of a day is what is heard of the messages.
awk -F, '$1 == "day" { days += $5 } $1 == "message" { messages += $5 } END { exit (days - messages)^2 > 0.25 }' bao-cao.csv ||
	fail "the minutes of the days are not those of the messages"
[ "$(awk -F, '$1 == "not-as-planned"' bao-cao.csv | wc -l)" = "$(($(counted due) - $(counted played)))" ] || fail "lines of what did not air"
# No formula, no markup.
! grep -qE '(^|,)=' bao-cao.csv || fail "a formula stands in the table"
holds bao-cao.html "Chị &lt;Lan&gt;"
holds bao-cao.html "Tổng đài 111 &amp; bạn"
holds bao-cao.html "Buổi &lt;sáng&gt;"
holds bao-cao.html "Trang &lt;thông tin&gt;;"
! grep -qi '<script\|https\?://' bao-cao.html || fail "the page has a script or an address"
holds bao-cao.html "tháng 06 năm 2024"
run 0 log verify --state state
holds bao-cao.html "$(sed -n 's/.*: \([0-9a-f]\{64\}\)$/\1/p' out)"

# Another month has nothing, one to come is refused, and so is what is no month.
report 0 2024-07 bay.html
grep -q '^sum,due,,1,' bay.csv || fail "July has another row than its own"
report 2 2099-01 x.html
complains "chưa"
report 2 2024-6 x.html
complains "--month 2024-06"
run 2 report --month 2024-06 -c station.conf --state state
complains "-o bao-cao.html"
report 1 2024-06 nowhere/x.html
complains "nowhere/x.html"
LANGUAGE=en report 0 2024-06 english.html
holds english.html "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
holds english.html "What did not air as planned"

# Without the section there are dots to be filled in by hand, and the station's name.
sed -i '/^report/,/^}/d' station.conf
report 0 2024-06 dots.html
holds dots.html "Đài &lt;thử&gt;"
holds dots.html "……"

# A log that was altered is no proof, and the report says so.
cp -r state altered
python3 - <<'END'
import sqlite3
db = sqlite3.connect("altered/asrun.db")
db.execute("UPDATE event SET text = replace(text, 'missed', 'played') WHERE text LIKE '%missed%'")
db.commit()
END
run 1 report --month 2024-06 -o altered.html -c station.conf --state altered
holds altered.html 'class="alarm"'
! grep -q 'class="alarm"' bao-cao.html || fail "an intact log raises the alarm"

# On paper: A4, one to three pages.
if command -v chromium >/dev/null && command -v pdfinfo >/dev/null; then
	chromium --headless=new --no-sandbox --disable-gpu --no-pdf-header-footer --user-data-dir="$work/chromium" \
		--print-to-pdf=bao-cao.pdf "file://$work/bao-cao.html" >/dev/null 2>&1 || fail "Chromium does not print it"
	[ -z "${SCREENSHOTS:-}" ] || cp bao-cao.pdf bao-cao.html "$SCREENSHOTS"
	pages=$(pdfinfo bao-cao.pdf | sed -n 's/^Pages: *//p')
	[ "$pages" -ge 1 ] && [ "$pages" -le 3 ] || fail "$pages pages"
	pdfinfo bao-cao.pdf >about
	grep -q '^Page size: .*A4' about || fail "not A4: $(grep '^Page size' about)"
	pdftotext -layout bao-cao.pdf paper
	grep -q "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" paper || fail "no national title on paper"
	echo "on paper: $pages pages of A4"
else
	echo "not printed: chromium or pdfinfo is not installed"
fi
echo "as it should be"
