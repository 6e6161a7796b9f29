# SPDX-License-Identifier: MIT
"""plot - the two drawings of the page, as inline SVG that is as wide as there is room.

Widths are in percent and heights and letters in pixels, so that letters keep their size on a phone.
"""
import math
from html import escape

from figures import number

LOG_FROM = 30  # where the largest is so many times the smallest, lengths are logarithms
BAR_PX, ROW_PX = 12, 38
CURVE_PX = 200
DASHES = ("", "7 4", "2 3", "10 3 2 3")


class Scale:
    """Values to percent of the width."""

    def __init__(self, values):
        real = [value for value in values if value > 0]
        low, high = (min(real), max(real)) if real else (1, 1)
        self.log = high > LOG_FROM * low
        self.low, self.high = 10 ** math.floor(math.log10(low) - 1e-9) if self.log else 0, high

    def at(self, value):
        if self.log:
            share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            share = max(0, value - self.low) / (self.high - self.low or 1)
        return 100 * min(1, share)

    def ticks(self):
        """Whole powers of ten, or quarters, with their words."""
        if not self.log:
            return [(self.high * part / 4, number(self.high * part / 4)) for part in range(5)]
        first, last = round(math.log10(self.low)), math.floor(math.log10(self.high))
        return [(10.0 ** power, f"{10.0 ** power:g}") for power in range(first, last + 1)]


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:.2f}%" y="{y}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def aim_marks(figures, scale):
    """The one aim on every bar; where there are several, each on its own."""
    aims = {figure.aim for figure in figures if figure.aim is not None}
    marks = []
    for at, figure in enumerate(figures):
        for aim in aims if len(aims) == 1 else aims & {figure.aim}:
            x, y = scale.at(aim), at * ROW_PX
            marks.append(f'<line class="aim" x1="{x:.2f}%" x2="{x:.2f}%" y1="{y + 17}" y2="{y + 35}"/>')
    return marks


def bar(figure, y, scale):
    width = max(0.4, scale.at(figure.value))
    return [text(0, y + 14, figure.row), text(100, y + 14, number(figure.value), "end", "end"),
            f'<rect class="{figure.who}" x="0" y="{y + 20}" height="{BAR_PX}" rx="2" width="{width:.2f}%"/>']


def bars(figures, what):
    """A bar for each, under its name. All of them have a value."""
    aims = [figure.aim for figure in figures if figure.aim is not None]
    scale = Scale([figure.value for figure in figures] + aims)
    height = ROW_PX * len(figures) + 20
    parts = [part for at, figure in enumerate(figures) for part in bar(figure, at * ROW_PX, scale)]
    parts += aim_marks(figures, scale)
    foot = f"{figures[0].unit}{'; lengths are logarithms' if scale.log else ''}{'; dashed: the aim' if aims else ''}"
    parts.append(text(0, height - 4, foot.removeprefix("; "), "small"))
    return f'<svg class="bars" width="100%" height="{height}" role="img" aria-label="{escape(what)}">{"".join(parts)}</svg>'


def curve(samples, scale):
    """The share of the samples that are not above x, in steps."""
    ordered, path = sorted(samples), []
    for at, value in enumerate(ordered):
        x = 10 * scale.at(value)
        path += [f"{x:.1f},{CURVE_PX * (1 - at / len(ordered)):.1f}",
                 f"{x:.1f},{CURVE_PX * (1 - (at + 1) / len(ordered)):.1f}"]
    return " ".join(path + ["1000,0"])


def curves(figures, what):
    """Cumulative shares of the samples; each line has its own dashes besides its colour."""
    aims = [figure.aim for figure in figures if figure.aim]
    scale = Scale([value for figure in figures for value in figure.samples] + aims)
    lines = "".join(f'<polyline class="line{at % 4}" stroke-dasharray="{DASHES[at % 4]}" '
                    f'points="{curve(figure.samples, scale)}"/>' for at, figure in enumerate(figures))
    grid = "".join(f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>' for y in (0, CURVE_PX // 2, CURVE_PX))
    grid += "".join(f'<line class="aim" x1="{scale.at(aim):.2f}%" x2="{scale.at(aim):.2f}%" y1="0" y2="{CURVE_PX}"/>'
                    for aim in sorted(set(aims)))
    labels = "".join(text(scale.at(tick), CURVE_PX + 16, words, "small",
                          "end" if scale.at(tick) > 95 else "start" if scale.at(tick) < 5 else "middle")
                     for tick, words in scale.ticks())
    legend = "".join(
        f'<li><svg width="36" height="10" aria-hidden="true"><line class="line{at % 4}" stroke-dasharray="'
        f'{DASHES[at % 4]}" x1="0" x2="36" y1="5" y2="5"/></svg> {escape(figure.row)}</li>'
        for at, figure in enumerate(figures))
    unit = escape(figures[0].unit)
    return (f'<figure><ul class="legend">{legend}</ul><svg class="curves" width="100%" height="{CURVE_PX + 24}" role="img" '
            f'aria-label="{escape(what)}">{grid}<svg width="100%" height="{CURVE_PX}" viewBox="0 0 1000 {CURVE_PX}" '
            f'preserveAspectRatio="none">{lines}</svg>{labels}</svg><figcaption>The share that took no longer, '
            f'0 to 100 %, over {unit}{" (logarithmic)" if scale.log else ""}{"; dashed upright: the aim" if aims else ""}.'
            f'</figcaption></figure>')
