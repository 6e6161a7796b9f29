# SPDX-License-Identifier: MIT
"""page - figures.json as one HTML file that needs nothing else: no script, no font, no address."""
from html import escape
from pathlib import Path

import plot
from figures import NOT_INSTALLED, PEER, aim_words, number, of_section, percentile
from sections import SECTIONS

STYLE = Path(__file__).resolve().with_name("page.css")
MANY = 20  # samples from which on they are drawn
FACTS = ("system", "kernel", "processor", "cores", "memory")
SHARES = (("fastest", 0), ("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("slowest", 1))


def cell(words, kind=""):
    return f'<td class="{kind}">{words}</td>' if kind else f"<td>{words}</td>"


def table(heads, rows):
    head = "".join(f'<th class="{kind}">{escape(name)}</th>' for name, kind in heads)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def quantity(figure):
    if figure.value is None:
        return NOT_INSTALLED if figure.note == NOT_INSTALLED else "not measured"
    return escape(f"{number(figure.value)} {figure.unit}".rstrip())


def verdict(figure):
    """In words, so that nobody needs the colour."""
    met = figure.met()
    if met is None:
        return ""
    return '<span class="met">met</span>' if met else '<span class="missed">MISSED</span>'


def by_measure(figures):
    groups = {}
    for figure in figures:
        groups.setdefault(figure.measure, []).append(figure)
    return groups


def best_peer(figure, figures):
    """Of those that did the same; None: no peer does it, or none is installed."""
    rivals = [other for other in figures
              if other.who == PEER and other.measure == figure.measure and other.value is not None]
    if not rivals:
        return None
    return (min if figure.better == "less" else max)(rivals, key=lambda rival: rival.value)


def summary_row(figure, figures):
    peer = best_peer(figure, figures)
    beside = f"{quantity(peer)}<br><span class='soft'>{escape(peer.row)}</span>" if peer else "-"
    return "<tr>" + "".join((cell(escape(f"{figure.measure}: {figure.row}"), "what"), cell(quantity(figure), "n"),
                             cell(verdict(figure)), cell(escape(aim_words(figure)), "n"), cell(beside))) + "</tr>"


def summary_of(section, figures):
    """The section's name, and under it what is judged."""
    judged = [figure for figure in figures if figure.met() is not None]
    missing = "" if judged else ' <span class="missed">not measured</span>'
    return [f'<tr><th colspan="5" class="of"><a href="#{section.key}">{escape(section.title)}</a>{missing}</th></tr>',
            *(summary_row(figure, figures) for figure in judged)]


def summary(sections):
    """Every figure that has an aim, and what could not be measured."""
    rows, met = [], []
    for section in SECTIONS:
        figures = of_section(sections[section.key]) if section.key in sections else []
        met += [figure.met() for figure in figures if figure.met() is not None]
        rows += summary_of(section, figures)
    heads = (("", ""), ("loaphuong", "n"), ("", ""), ("Aim", "n"), ("Best peer", ""))
    return (f"<h2>Summary</h2><p>{sum(met)} of {len(met)} aims are met, {len(met) - sum(met)} missed. The best peer is "
            f"the best of those that are installed and do the same work.</p>{table(heads, rows)}")


def row(figure):
    note = "" if figure.note == NOT_INSTALLED else figure.note
    return (f'<tr class="{figure.who}">' + cell(escape(figure.row), "what") + cell(quantity(figure), "n")
            + cell(verdict(figure)) + cell(escape(aim_words(figure)), "n") + cell(escape(note), "note") + "</tr>")


def spread(figures):
    """How the samples lie; only for those that have them."""
    rows = []
    for figure in figures:
        cells = [cell(escape(figure.row), "what"), cell(number(len(figure.samples)), "n")]
        cells += [cell(number(percentile(figure.samples, share)), "n") for _, share in SHARES]
        rows.append(f'<tr class="{figure.who}">{"".join(cells)}</tr>')
    heads = [(f"in {figures[0].unit}", ""), ("n", "n")] + [(name, "n") for name, _ in SHARES]
    return table(heads, rows)


def measure(name, figures):
    parts = [f"<h3>{escape(name)}</h3>"]
    heads = (("", ""), ("Value", "n"), ("", ""), ("Aim", "n"), ("", ""))
    parts.append(table(heads, [row(figure) for figure in figures]))
    valued = [figure for figure in figures if figure.value is not None]
    sampled = [figure for figure in figures if len(figure.samples) >= MANY]
    if len(valued) > 1 and len({figure.unit for figure in valued}) == 1:
        parts.append(f"<figure>{plot.bars(valued, name)}</figure>")
    if sampled:
        parts.append(spread(sampled))
        parts.append(plot.curves(sampled, name))
    return "".join(parts)


def section_of(section, kept):
    head = f'<h2 id="{section.key}">{escape(section.title)}</h2><p>{escape(section.how)}</p>'
    if not kept:
        return f'<section>{head}<p class="missed">not measured</p></section>'
    note = (f"Measured {escape(when(kept['made']))} at {escape(kept['commit'])}; load of the machine at the end "
            f"{escape(str(kept['load']))}.")
    body = "".join(measure(name, figures) for name, figures in by_measure(of_section(kept)).items())
    return f'<section>{head}{body}<p class="soft">{note}</p></section>'


def listed(pairs):
    return "<dl>" + "".join(f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>"
                            for name, value in pairs) + "</dl>"


def when(made):
    """2024-06-01T05:45:00Z for a reader."""
    return f"{made[:10]} {made[11:16]} UTC"


def made_of(sections):
    """One commit and one date, or from when to when."""
    dates = sorted(when(section["made"]) for section in sections.values())
    commits = sorted({section["commit"] for section in sections.values()})
    if not dates:
        return [("measured", "nothing yet")]
    return [("measured", f"{dates[0]} to {dates[-1]}" if len(dates) > 1 else dates[0]), ("commit", ", ".join(commits))]


def page(result):
    sections = result["sections"]
    versions = "".join(f"<li>{escape(str(name))} {escape(str(value))}</li>"
                       for name, value in sorted(result["versions"].items(), key=lambda pair: pair[0].lower()))
    facts = made_of(sections) + [(name, result["machine"][name]) for name in FACTS if name in result["machine"]]
    body = "".join(section_of(section, sections.get(section.key)) for section in SECTIONS)
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>loaphuong: figures</title>\n'
            f"<style>\n{STYLE.read_text()}</style>\n</head>\n<body>\n<h1>loaphuong: figures, with the peers beside them</h1>\n"
            f"<p>What the box costs and how exact it is, measured by <code>tools/bench</code> on one machine. Times "
            f"depend on the machine and on what else it does; instructions repeat.</p>\n{listed(facts)}\n"
            f"{summary(sections)}\n{body}\n<section><h2>Versions</h2><ul class=\"versions\">{versions}</ul></section>\n"
            f"</body>\n</html>\n")
