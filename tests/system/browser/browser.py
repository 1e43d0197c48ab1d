"""A real browser: Chromium, by playwright-core.

    with Browser() as browser:
        page = browser.open("http://127.0.0.1:12000/")
        page.until("document.title !== ''")
"""

import itertools
import json
import os
import pathlib
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[2]
MODULES = pathlib.Path(os.environ.get("HERD_PLAYWRIGHT",
                                      ROOT / "build" / "tools" / "playwright" / "node_modules"))
SECONDS = 20


class Page:
    def __init__(self, browser, name):
        self.browser = browser
        self.name = name

    def __getattr__(self, call):
        return lambda *arguments: self.browser.call(call, self.name, *arguments)

    def until(self, script, seconds=SECONDS):
        """Waits until an expression is true in the page; returns its value."""
        return self.browser.call("until", self.name, script, seconds * 1000)[0]

    def time_until(self, script, seconds=SECONDS):
        """Waits like until(); returns how many milliseconds that took."""
        return self.browser.call("until", self.name, script, seconds * 1000)[1]

    def text(self, selector):
        return self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")

    def until_text(self, selector, words, seconds=SECONDS):
        """Waits until an element contains some words."""
        return self.until(f"document.querySelector({json.dumps(selector)})?.innerText"
                          f".includes({json.dumps(words)})", seconds)


class Browser:
    def __init__(self):
        environment = dict(os.environ, NODE_PATH=str(MODULES),
                           CHROMIUM=shutil.which("chromium") or "/usr/bin/chromium")
        self.process = subprocess.Popen(["node", FOLDER / "browser.mjs"], env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.numbers = itertools.count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def call(self, call, *arguments):
        number = next(self.numbers)
        self.process.stdin.write(json.dumps([number, call, arguments]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the browser has ended")
        answered, error, result = json.loads(line)
        assert answered == number, line
        if error is not None:
            raise AssertionError(f"{call} {arguments}: {error}")
        return result

    def open(self, url, **how):
        name = f"page-{next(self.numbers)}"
        self.call("open", name, url, how)
        return Page(self, name)
