# SPDX-License-Identifier: MIT
"""browser - a real Chromium, driven over the WebDriver protocol, without more than Python itself.

Debian's chromium and chromium-driver. Waits are for what a person would see, never for a time.
"""
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from harness import PATIENCE_S, wait_for

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def is_there():
    return bool(shutil.which("chromedriver") and shutil.which("chromium"))


class Browser:
    """One window. Leave with 'with'."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="loa-browser-")
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        self.driver = subprocess.Popen(["chromedriver", "--port=" + self.base.rsplit(":", 1)[1]],
                                       env=dict(os.environ, LC_ALL="C.UTF-8"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for("chromedriver", self.driver_answers)
            options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
                                "--no-first-run", "--force-prefers-reduced-motion", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required",
                                f"--user-data-dir={self.folder}", "--lang=vi"]}
            session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
            self.base += "/session/" + session["sessionId"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if "/session/" in self.base:
                self.call("DELETE", "")
        except (OSError, AssertionError):
            pass
        self.driver.terminate()
        self.driver.wait(PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def driver_answers(self):
        try:
            return self.call("GET", "/status")["ready"]
        except OSError:
            return False

    def call(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {json.load(error)['value']['message']}") from None

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def size(self, width, height):
        """Of the page itself: a window cannot be narrower than its own frame."""
        self.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """The script calls its last argument with what is to be returned."""
        return self.call("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def find(self, css):
        return self.call("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def all(self, css):
        return [e[ELEMENT] for e in self.call("POST", "/elements", {"using": "css selector", "value": css})]

    def text(self, css):
        return self.run("const e = document.querySelector(arguments[0]); return e && !e.hidden ? e.innerText : '';", css)

    def see(self, css, *texts):
        """Wait until the element shows all these texts; returns what it shows."""
        try:
            return wait_for(f"{texts} in {css}", lambda: (lambda shown: shown if shown and all(t in shown for t in texts) else None)(
                self.text(css)))
        except AssertionError:
            print(f"{css} shows: {self.text(css)!r}\nthe page: {self.text('body')!r}\nsaid: {self.log()}")
            raise

    def click(self, css):
        # Not while the page moves it under something else: a person's finger would not hit it either.
        wait_for(f"{css} to click", lambda: self.run(
            "const e = document.querySelector(arguments[0]); if (!e || e.disabled || !e.getClientRects().length) return false;"
            "e.scrollIntoView({block: 'center'}); const r = e.getClientRects()[0];"
            "const hit = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2); return e.contains(hit);", css))
        self.call("POST", f"/element/{self.find(css)}/click")

    def type(self, css, text):
        wait_for(css, lambda: self.run("const e = document.querySelector(arguments[0]); return e && !e.disabled;", css))
        self.call("POST", f"/element/{self.find(css)}/value", {"text": text})

    def keys(self, *keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def choose(self, css, value):
        wait_for(f"{value} in {css}", lambda: self.run(
            "const e = document.querySelector(arguments[0]); return e && [...e.options].some(o => o.value === arguments[1]);", css, value))
        self.run("const e = document.querySelector(arguments[0]); e.value = arguments[1];"
                 "e.dispatchEvent(new Event('change', {bubbles: true}));", css, value)

    def log(self):
        return self.call("POST", "/se/log", {"type": "browser"})

    def shot(self, name):
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            with open(f"{folder}/{name}.png", "wb") as file:
                file.write(base64.b64decode(self.call("POST", "/goog/cdp/execute", {"cmd": "Page.captureScreenshot", "params": {
                    "captureBeyondViewport": True}})["data"]))
