"""Common parts of the page's tests: a herd, a browser, and pages whose errors are checked."""

import pathlib

from browser import Browser
from case import HerdTest
from herd import Herd

PLACES = ("+34.0195-118.4912", "+34.0736-118.4004", "+34.0211-118.3965", "+34.0689-118.4451",
          "+34.2164-119.0376")


class PlacedHerd(Herd):
    """The herd of deploy/herd.conf, with the nodes' locations."""

    def file_text(self, **how):
        text = super().file_text(**how)
        for number, place in enumerate(PLACES):
            text = text.replace(f"at=+{number}-118\n", f"at={place}\n")
        return text


class PageTest(HerdTest):
    """`self.open(node)` opens a page, which must not log errors or contact other servers."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = PlacedHerd(pathlib.Path(cls.folder), wires=True)
        cls.herds.append(cls.herd)
        cls.addClassCleanup(cls.herd.close)
        for node in cls.herd.nodes:
            cls.herd.members[node].options = list(cls.OPTIONS)
        cls.herd.up()
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.end)

    def port(self, node):
        return self.herd.members[node].http

    def open(self, node="Clark", mistakes=(), **how):
        """Opens a node's page. `mistakes`: parts of error messages that the test expects."""
        page = self.browser.open(f"http://127.0.0.1:{self.port(node)}/", **how)
        self.addCleanup(self.judge, page, node, mistakes)
        page.until(f"document.querySelector('#node').innerText === '{node}'")
        page.until("document.querySelectorAll('#nodes tr').length === 5")
        return page

    def judge(self, page, node, mistakes):
        wrong = [one for one in page.wrong() if not any(part in one for part in mistakes)]
        asked = page.asked()
        page.close()
        self.assertEqual(wrong, [])
        own = (f"http://127.0.0.1:{self.port(node)}/", f"ws://127.0.0.1:{self.port(node)}/")
        self.assertEqual([url for url in asked if not url.startswith(own)], [])

    def state(self, page, node, state, seconds=20):
        """Waits until a page shows a node in a state, both in the graph and in the table."""
        page.until(f"document.querySelector('#graph [data-node={node}]')"
                   f".classList.contains('{state}')", seconds)
        page.until_text(f"#nodes [data-node={node}]", state)
