# SPDX-License-Identifier: MIT
"""looks - what must hold of every page of the console, on a phone and on a PC: nothing sticks out, and all can be read,
hit by a thumb, and named by a screen reader; and axe-core (axe/README.md) finds nothing serious.
"""
import hashlib
import os

WIDTHS = {"phone": (360, 740), "pc": (1440, 900)}

# What stands out of the page, by the eye of somebody in the sun: contrast of every text that is seen (WCAG AA).
FAINT = """
const level = c => { const v = c.map(x => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
	return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const parse = text => text.match(/[0-9.]+/g).map(Number);
const under = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
	if (c.length < 4 || c[3] > 0.99) return c; } return [255, 255, 255]; };
const faint = [];
for (const e of document.querySelectorAll('body *')) {
	if (!e.getClientRects().length || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('[disabled]')) continue;
	const a = level(parse(getComputedStyle(e).color)), b = level(under(e));
	const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	if (ratio < 4.5) faint.push(e.textContent.trim() + ' ' + ratio.toFixed(2));
}
return faint;"""
# What a thumb cannot hit.
SMALL = """return [...document.querySelectorAll('button, nav a, input:not([type=checkbox]), select')].filter(e => { const r =
	e.getBoundingClientRect(); return r.width > 0 && (r.height < 40 || r.width < 36); }).map(e => e.outerHTML.slice(0, 80));"""
ROLES = {"button", "textbox", "combobox", "slider", "checkbox", "link", "progressbar", "dialog", "InputTime", "Date"}


# The rules of WCAG 2.1 A and AA and what axe calls best practices; what is minor or moderate is not held against a page.
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"], iframes: false}).then(result => done(result.violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.map(v => v.id + " (" + v.help + "): " + v.nodes.map(n => n.html.slice(0, 120)).join(" | "))), error => done(["axe failed: " + error]));"""
FOLDER = os.path.join(os.path.dirname(__file__), "axe")
with open(os.path.join(FOLDER, "axe.min.js"), encoding="utf-8") as file, open(os.path.join(FOLDER, "README.md"), encoding="utf-8") as about:
    AXE_ITSELF = file.read()
    assert hashlib.sha256(AXE_ITSELF.encode()).hexdigest() in about.read(), "axe.min.js is not what axe/README.md says"


def axe_finds(browser):
    if not browser.run("return 'axe' in window;"):
        browser.run(AXE_ITSELF + "; window.axe = axe;")
    return browser.run_async(AXE)


def axe_is_awake(browser):
    """It finds what is wrong, where something is."""
    browser.run("document.getElementById('main').insertAdjacentHTML('beforeend', '<p id=wrong><img src=/icon.svg></p>');")
    found = [one.split(" ")[0] for one in axe_finds(browser)]
    browser.run("document.getElementById('wrong').remove();")
    assert "image-alt" in found, found


def is_well_made(browser, name):
    """At both widths: nothing sticks out, all can be read, hit and named."""
    for width, size in WIDTHS.items():
        browser.size(*size)
        wide = browser.run("return [document.documentElement.scrollWidth, innerWidth];")
        assert wide[0] <= wide[1], (name, width, wide)
        assert not browser.run(FAINT), (name, width, browser.run(FAINT))
        assert not browser.run(SMALL), (name, width, browser.run(SMALL))
        found = axe_finds(browser)
        assert not found, (name, width, found)
        browser.run("window.scrollTo(0, 0);")
        browser.shot(f"{name}-{width}")
    # What a screen reader is told.
    tree = browser.call("POST", "/goog/cdp/execute", {"cmd": "Accessibility.getFullAXTree", "params": {}})["nodes"]
    for node in tree:
        role = node.get("role", {}).get("value")
        if role in ROLES and not node["ignored"]:
            assert node["name"]["value"].strip(), (name, role, node)
    browser.size(*WIDTHS["phone"])
