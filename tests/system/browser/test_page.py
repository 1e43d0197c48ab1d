"""Tests the page of a node as people see it, use it, and try to misuse it."""

import contextlib
import json

import settings
from page_case import PageTest
from talk import iamat_line
from viewers import request, view
from waiting import eventually

OWN_COLOUR = "getComputedStyle(document.querySelector('#graph [data-node={}] .disc')).stroke"


class HerdPageTest(PageTest):
    """A herd without --page_details and --page_console."""

    def test_a_killed_node_turns_red_and_back(self):
        page = self.open("Clark")
        self.state(page, "Jaquez", "serving")
        green = page.evaluate(OWN_COLOUR.format("Jaquez"))
        self.herd.kill("Jaquez")
        self.state(page, "Jaquez", "down")
        page.until(f"{OWN_COLOUR.format('Jaquez')} !== {json.dumps(green)}")
        page.until_text("#verdict", "Jaquez is down")
        page.until("document.querySelector('#graph [data-link=\"Clark Jaquez\"]')"
                   ".classList.contains('down')")
        self.herd.up("Jaquez")
        self.state(page, "Jaquez", "serving")
        page.until_text("#verdict", "5 of 5 nodes serve, 6 of 6 links are up")
        page.until(f"{OWN_COLOUR.format('Jaquez')} === {json.dumps(green)}")

    def test_a_cut_link_shows_on_every_page(self):
        pages = [self.open(node) for node in ("Clark", "Campbell")]
        self.herd.cut("Bona", "Clark")
        link = "document.querySelector('#graph [data-link=\"Bona Clark\"]').classList"
        for page in pages:
            page.until(f"{link}.contains('down')")
            page.until_text("#verdict", "5 of 5 nodes serve, 5 of 6 links are up")
        self.herd.heal("Bona", "Clark")
        for page in pages:
            page.until(f"{link}.contains('up')")

    def test_a_report_at_one_node_appears_on_the_page_of_another(self):
        page = self.open("Bailey")
        before = int(self.herd.metric("Bailey", "proxyherd_table_records"))
        for number in range(1, 6):
            self.herd.ask("Jaquez", iamat_line(f"newcomer-{number}", "+48.85+2.35"))
            took = page.time_until(
                f"document.querySelector('#map-words').innerText.startsWith('{before + number} ')")
            settings.measured("from a report at one node to the map of another's page",
                              f"{took:.0f} ms")

    def test_words_of_people_are_shown_as_text(self):
        page = self.open("Bona")
        words = "<b onclick=alert(1)>tea</b> & <script>window.hurt = 1</script>"
        self.assertEqual(self.herd.herdctl("notice", words, "--node=Clark").returncode, 0)
        page.until_text("#words", words)
        hurt = "Boolean(window.hurt || document.querySelector('#words b'))"
        self.assertFalse(page.evaluate(hurt))

    def test_without_details_nobody_is_named(self):
        self.herd.ask("Clark", iamat_line("secret-client", "+34.123456-118.654321"))
        page = self.open("Clark")
        page.until("document.querySelector('#find').hidden")
        question = "GET /page/map?box=-119,34,-118,35&level=0 HTTP/1.1"
        eventually("it is counted", lambda: b"[34.15,-118.65,1]" in request(
            self.port("Clark"), question)[2])
        body = request(self.port("Clark"), question)[2]
        self.assertNotIn(b"secret", body)
        for path in ("/page/client?id=secret-client", "/page/console"):
            self.assertEqual(request(self.port("Clark"), f"GET {path} HTTP/1.1")[0], 404)

    def test_a_click_on_a_spot_tells_what_is_near(self):
        page = self.open("Clark")
        page.until("document.querySelector('#map-words').innerText !== ''")
        for _ in range(4):
            page.click("#zoom-in")
        page.press("Escape")
        page.click("#map", {"x": 60, "y": 260})
        page.until_text("#card h3", "Near")
        page.until("document.querySelector('#card p, #card li') !== null &&"
                   " !document.querySelector('#card').innerText.includes('asking')")
        page.press("Escape")
        page.until("document.querySelector('#card').hidden")

    def test_the_keyboard_reaches_nodes_and_map(self):
        page = self.open("Clark")
        page.evaluate("document.querySelector('#graph [data-node=Bona]').focus()")
        page.press("Enter")
        page.until_text("#card h3", "Bona")
        page.press("Escape")
        page.evaluate("document.querySelector('#map').focus()")
        for key in ("+", "ArrowLeft", "ArrowUp", "-", "0", "Enter"):
            page.press(key)
        tree = page.accessibility()
        for words in ('button "Zoom in"', 'application "Map of the clients"', 'button "Jaquez, ',
                      'heading "What the nodes say"', 'row "Bailey', 'img "Reports'):
            self.assertIn(words, tree)

    def test_a_phone_needs_no_scrolling_sideways(self):
        page = self.open("Clark", width=390, height=844, touch=True)
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 390)

    def test_the_graph_is_as_low_again_after_its_panel_was_high(self):
        page = self.open("Clark")
        page.until("document.querySelectorAll('#graph .name').length === 5")
        height = "document.getElementById('graph').clientHeight"
        panel = "document.querySelector('.graph-panel').style.minHeight"
        usual = page.evaluate(height)
        page.evaluate(f"{panel} = '1500px'")
        page.until(f"{height} > 1000")
        page.evaluate(f"{panel} = ''")
        page.until(f"{height} === {usual}")

    def test_with_less_motion_nothing_moves(self):
        page = self.open("Clark", still=True)
        names = page.evaluate("[...document.querySelectorAll('.flow')]"
                              ".map((line) => getComputedStyle(line).animationName)")
        self.assertTrue(names)
        self.assertEqual(set(names), {"none"})

    def test_a_page_that_nobody_sees_costs_nothing_and_comes_back(self):
        page = self.open("Bailey")

        def viewers():
            return self.herd.metric("Bailey", "proxyherd_page_viewers")
        eventually("one looks", lambda: viewers() == 1)
        show = ("Object.defineProperty(document, 'hidden', {{value: {}, configurable: true}});"
                "document.dispatchEvent(new Event('visibilitychange'))")
        page.evaluate(show.format("true"))
        eventually("nobody looks", lambda: viewers() == 0)
        page.evaluate(show.format("false"))
        eventually("one looks again", lambda: viewers() == 1)
        page.until("!document.body.classList.contains('lost')")

    def test_a_page_finds_its_node_again(self):
        page = self.open("Campbell", mistakes=("WebSocket", "ERR_CONNECTION"))
        self.herd.kill("Campbell")
        page.until_text("#verdict", "Campbell does not answer")
        self.herd.up("Campbell")
        page.until_text("#verdict", "5 of 5 nodes serve")
        page.until("!document.body.classList.contains('lost')")

    def test_many_pages_and_many_more_viewers(self):
        pages = [self.open(node) for node in ("Clark", "Clark", "Clark", "Bona") for _ in range(3)]
        with contextlib.ExitStack() as stack:
            for _ in range(settings.scaled(900)):
                view(stack, self.port("Clark"))
            # None of these reads; the pages still receive their frames.
            self.herd.ask("Bona", iamat_line("seen-by-many"))
            total = int(self.herd.metric("Clark", "proxyherd_table_records"))
            for page in pages:
                page.until(f"document.querySelector('#map-words').innerText"
                           f".startsWith('{total} ')")
            self.assertTrue(self.herd.ready("Clark"))
        eventually("they are gone",
                   lambda: self.herd.metric("Clark", "proxyherd_page_viewers") == 9)


class HostileRequestsTest(PageTest):
    OPTIONS = ("--page_details", "--page_console")

    def test_paths_and_methods_that_are_none(self):
        port = self.port("Clark")
        for path in ("/page/", "/page", "/page/..", "/page/../../etc/passwd", "//",
                     "/page//main.js",
                     "/page/%2e%2e/main.js", "/page/main.js/", "/PAGE/main.js",
                     "/page/main.js%00", "/page/<script>", "/live/", "/index.html",
                     "http://evil.example/", "/" + "a" * 8000):
            self.assertEqual(request(port, f"GET {path} HTTP/1.1")[0], 404, path)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
            self.assertEqual(request(port, f"{method} / HTTP/1.1")[0], 405, method)
        self.assertEqual(request(port, "GET /page/console HTTP/1.1")[0], 405)
        self.assertEqual(request(port, "BREW / HTTP/1.1")[0], 405)
        self.assertEqual(request(port, "GET /live HTTP/1.1")[0], 426)
        self.assertEqual(request(port, "GET / HTTP/9.9")[0], 400)

    def test_questions_that_are_none(self):
        port = self.port("Clark")
        for query in ("", "?box=", "?box=1,2,3,4", "?box=a,b,c,d&level=0", "?level=0",
                      "?box=0,0,1,1&level=99", "?box=0,0,1,1&level=%zz", "?" + "&" * 3000):
            self.assertEqual(request(port, f"GET /page/map{query} HTTP/1.1")[0], 400, query)
        self.assertEqual(request(port, "GET /page/spot?at=0,0 HTTP/1.1")[0], 400)
        self.assertEqual(request(port, "GET /page/client?id=%5Cq HTTP/1.1")[0], 400)
        self.assertEqual(request(port, "GET /page/client?id=nobody HTTP/1.1")[0], 404)
        line = "POST /page/console HTTP/1.1"
        plain = "Content-Type: text/plain;charset=UTF-8"
        self.assertEqual(request(port, line, body=b"IAMAT a +1+1 1")[0], 415)
        self.assertEqual(request(port, line, plain, "Origin: http://evil.example",
                                 body=b"IAMAT a +1+1 1")[0], 403)
        for body in (b"", b"AT x", b"IAMAT a +1+1 1\nIAMAT b +1+1 1", b"GET / HTTP/1.1", b"\xff"):
            self.assertEqual(request(port, line, plain, body=body)[0], 400, body)

    def test_every_answer_tells_browsers_what_they_may_do(self):
        port = self.port("Clark")
        _, page, _ = request(port, "GET / HTTP/1.1")
        policy = page["content-security-policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        for path in ("/", "/page/main.js", "/metrics", "/healthz", "/nothing", "/page/map"):
            _, fields, _ = request(port, f"GET {path} HTTP/1.1")
            self.assertEqual(fields["x-content-type-options"], "nosniff", path)
            self.assertIn("default-src 'none'", fields["content-security-policy"], path)
            self.assertEqual(fields["x-frame-options"], "deny", path)
        line = "GET /page/main.js HTTP/1.1"
        version = request(port, line)[1]["etag"]
        self.assertEqual(request(port, line, f"If-None-Match: {version}")[0], 304)

    def test_markup_in_an_id_stays_text(self):
        hostile = "<img/src=x/onerror=window.hurt=1>\"'&amp;</script>"
        self.herd.ask("Bona", iamat_line(hostile, "+10.5+20.5"),
                      iamat_line(b"\xff\xfe\x00\x1b[31m<b>", "+10.5001+20.5001"))
        page = self.open("Clark")
        page.fill("#find-id", hostile)
        page.click("#find button")
        page.until_text("#card h3", hostile)
        page.until_text("#card .at-line", hostile)
        hurt = "Boolean(window.hurt || document.querySelector('#card img'))"
        self.assertFalse(page.evaluate(hurt))
        body = request(self.port("Clark"), "GET /page/map?box=20,10,21,11&level=0 HTTP/1.1")[2]
        names = [one[3] for one in json.loads(body)["clusters"]]
        self.assertIn("\\xff\\xfe\\x00\x1b[31m<b>".replace("\\x00", "\x00"), names)

    def test_the_console_speaks_the_protocol(self):
        page = self.open("Clark", mistakes=("400",))
        page.fill("#console-line", "IAMAT typed +34.0689-118.4451 1700000000")
        page.click("#console-form button")
        page.until_text("#console-out", "AT Clark +")
        self.assertTrue(page.evaluate("document.querySelector('#console-line').value")
                        .startswith("WHATSAT typed"))
        page.press("Enter")
        page.until_text("#console-out", '"places"')
        page.fill("#console-line", "NONSENSE")
        page.press("Enter")
        page.until_text("#console-out", "one line of IAMAT or WHATSAT")
        self.assertIn(b" typed +34.0689-118.4451 ", self.herd.at_line("Bailey", "typed"))
