# SPDX-License-Identifier: MIT
"""stations - the configs that several scenarios share, beside what all have (board.STATION)."""

BOX = """
clock { trust = "rtc" }
relay { line = "RELAY" lead = "1500ms" hold = "800ms" }
button "chinh" { line = "BUTTON" bias = "pull-up" active-low = true debounce = "30ms"
	press = "goi-111" hold = "stop" hold-time = "3s" }
button "duong-day" { line = "HOTLINE" bias = "pull-up" active-low = true debounce = "30ms" press = "goi-111" }
led "dang-phat" { line = "ON-AIR" shows = "on-air" }
"""
MORNING = BOX + """
campaign "thang-6" {
	from = "2024-06-01" until = "2024-06-30"
	broadcast "sang" { at = {"06:00"} gap = "500ms" play = {"nhac-hieu", "khau-hieu-01", "goi-111"} }
}
"""
# The time comes from the network. A broadcast each year in June, so that a wrong year has one, too.
CLOCK = """
airtime { allow = {"04:30-07:30"} }
campaign "thang-6" {
	from = "06-01" until = "06-30"
	broadcast "sang" { at = {"06:00"} gap = "500ms" play = {"nhac-hieu", "goi-111"} }
}
"""
