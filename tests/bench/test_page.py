#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of figures: whole, safe to open, and honest. Made here from figures that this file makes up; the kept
result must make a page, too. And the fit behind the resampling quality finds a noise that was put in."""
import argparse
import math
import random
import re
import sys
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import figures  # noqa: E402
import page  # noqa: E402
import quality  # noqa: E402
from sections import SECTIONS  # noqa: E402

HOSTILE = '<script>alert("1")</script>'
VOID = {"meta", "br", "line", "rect", "polyline"}


def made_up(**more):
    """A result with one figure of ours, met, and one of a peer in every section."""
    sections = {}
    for section in SECTIONS:
        record = figures.Record(None, None, argparse.Namespace())
        record.ours("time", "ours", 3.0, "ms", aim=5, samples=[1.0, 2.0, 3.0] * 10)
        record.peer("time", "a peer", 300.0, "ms")
        sections[section.key] = figures.as_section(record, "abc1234")
    return {"machine": {"processor": "a machine"}, "versions": {"mpd": "1"}, "sections": sections} | more


def with_figure(*figure, who=figures.OURS, **more):
    """The result in which the first section has one more figure."""
    result = made_up()
    record = figures.Record(None, None, argparse.Namespace())
    record.add(who, *figure, **more)
    result["sections"][SECTIONS[0].key]["figures"] += figures.as_section(record, "")["figures"]
    return result


class Balance(HTMLParser):
    """Every tag is closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.addresses = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise AssertionError(f"</{tag}> where {self.open} is open")


def parsed(html):
    balance = Balance()
    balance.feed(html)
    return balance


def rows_of(html, words):
    return [row for row in re.findall(r"<tr.*?</tr>", html) if words in row]


class Page(unittest.TestCase):
    def test_every_section_is_on_it(self):
        html = page.page(made_up())
        for section in SECTIONS:
            self.assertIn(f'<h2 id="{section.key}">{section.title}</h2>', html)

    def test_a_section_that_was_not_measured_is_told(self):
        html = page.page({"machine": {}, "versions": {}, "sections": {}})
        self.assertEqual(html.count('<p class="missed">not measured</p>'), len(SECTIONS))

    def test_it_needs_nothing_else(self):
        seen = parsed(page.page(made_up()))
        self.assertEqual(seen.open, [])
        self.assertFalse(seen.tags & {"script", "link", "img", "iframe"})
        self.assertTrue(all(address.startswith("#") for address in seen.addresses))
        self.assertNotIn("url(", page.STYLE.read_text())

    def test_hostile_words_stay_words(self):
        cases = [made_up(versions={"mpd": HOSTILE}), made_up(versions={HOSTILE: "1"}), made_up(machine={"kernel": HOSTILE}),
                 with_figure("time", HOSTILE, 1.0, "ms"), with_figure(HOSTILE, "ours", 1.0, "ms"),
                 with_figure("other", "ours", 1.0, HOSTILE), with_figure("other", "ours", 1.0, "ms", note=HOSTILE),
                 with_figure("time", HOSTILE, 1.0, "ms", samples=[1.0] * 30),
                 with_figure("time", "gone", None, "ms", who=figures.PEER, note=HOSTILE)]
        for case in cases:
            html = page.page(case)
            self.assertNotIn("<script", html)
            self.assertIn("&lt;script&gt;", html)
            self.assertEqual(parsed(html).open, [])

    def test_a_missed_aim_is_shown_as_missed(self):
        html = page.page(with_figure("late", "too late", 7.0, "ms", aim=5))
        rows = rows_of(html, "too late")
        self.assertEqual(len(rows), 2)  # in the summary and in its section
        for row in rows:
            self.assertIn(">MISSED<", row)
        self.assertIn(f"{len(SECTIONS)} of {len(SECTIONS) + 1} aims are met, 1 missed", html)

    def test_more_can_be_better(self):
        for value, word in ((119.9, ">MISSED<"), (120.0, ">met<")):
            html = page.page(with_figure("noise", "this one", value, "dB", aim=120, better="more"))
            self.assertTrue(all(word in row for row in rows_of(html, "this one")))

    def test_what_could_not_be_measured_meets_no_aim(self):
        html = page.page(with_figure("time", "broken", None, "ms", aim=5, note="it did not start"))
        rows = rows_of(html, "broken")
        self.assertTrue(all("not measured" in row and ">MISSED<" in row for row in rows))
        self.assertIn("it did not start", rows[-1])

    def test_a_peer_that_is_not_installed(self):
        html = page.page(with_figure("time", "liquidsoap", None, "ms", who=figures.PEER, note=figures.NOT_INSTALLED))
        self.assertTrue(all(figures.NOT_INSTALLED in row for row in rows_of(html, "liquidsoap")))

    def test_the_kept_result_makes_a_page(self):
        result = figures.load(HERE / "result/figures.json")
        html = page.page(result)
        self.assertEqual(parsed(html).open, [])
        self.assertEqual(set(result["sections"]), {section.key for section in SECTIONS})
        self.assertEqual(html, (HERE / "result/figures.html").read_text(), "tools/bench --page makes it anew")


class Figures(unittest.TestCase):
    def test_percentiles(self):
        hundred = list(range(1, 101))
        for share, value in ((0, 1), (0.5, 50), (0.95, 95), (0.99, 99), (1, 100)):
            self.assertEqual(figures.percentile(hundred, share), value)
        self.assertEqual(figures.percentile([7], 0.99), 7)

    def test_they_are_kept_as_they_were(self):
        result = made_up()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "figures.json"
            figures.save(path, result)
            self.assertEqual(figures.load(path), result)
            self.assertLess(len(path.read_text().splitlines()), 60 * len(SECTIONS))

    def test_the_noise_that_was_put_in_is_found(self):
        """A sine of 0.5 (power 0.125) that plays a little flat, a shift and noise 60 dB below it."""
        rate, hz, chance = 48000, 1000, random.Random(1)
        size = 0.5 / math.sqrt(2) / 1000
        samples = [0.1 + 0.5 * math.sin(2 * math.pi * hz * 0.9999 * at / rate + 1) + chance.gauss(0, size)
                   for at in range(2 * rate + rate // 2)]
        self.assertAlmostEqual(quality.snr_db(samples, hz, rate), 60, delta=0.2)


if __name__ == "__main__":
    unittest.main()
