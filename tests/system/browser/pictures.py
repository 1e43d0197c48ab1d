#!/usr/bin/env python3
"""Makes docs/images/page.png and docs/images/page-phone.png again: a herd with a thousand clients
that move, one node of which has been killed.

    tests/system/browser/pictures.py [--bin=DIR]
"""

import argparse
import os
import pathlib
import random
import sys
import tempfile
import threading
import time

FOLDER = pathlib.Path(__file__).resolve().parent
IMAGES = FOLDER.parents[2] / "docs" / "images"
SEED = 7
# Latitude, longitude, and how many of the clients are near them.
CITIES = ((34.05, -118.25, 30), (40.7, -74, 24), (51.5, -0.1, 24), (48.8, 2.3, 16),
          (35.7, 139.7, 30), (28.6, 77.2, 24), (-23.5, -46.6, 20), (6.5, 3.4, 16),
          (-33.9, 151.2, 9), (19.4, -99.1, 16), (30, 31.2, 12), (55.7, 37.6, 12),
          (1.3, 103.8, 12), (-1.3, 36.8, 8), (52.5, 13.4, 10), (-34.6, -58.4, 9))
CLIENTS = 1000
SECONDS = 75  # of traffic, for the charts


def somewhere(chance):
    latitude, longitude, _ = chance.choices(CITIES, [city[2] for city in CITIES])[0]
    spread = chance.choice((0.2, 1, 3))
    return f"{chance.gauss(latitude, spread):+.6f}{chance.gauss(longitude, spread):+.6f}"


def move(herd, stopped):
    """Reports clients at three nodes, at a changing rate, until stopped."""
    from talk import iamat_line
    chance = random.Random(SEED)
    while not stopped.is_set():
        for node in ("Clark", "Bailey", "Bona"):
            count = int(chance.gammavariate(6, 9))
            herd.ask(node, *[iamat_line(f"client-{chance.randrange(CLIENTS)}", somewhere(chance),
                                        f"{time.time():.6f}") for _ in range(count)])
        stopped.wait(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin")
    os.environ["HERD_BIN"] = parser.parse_args().bin
    sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "processes")]
    from browser import Browser
    from page_case import PlacedHerd
    IMAGES.mkdir(exist_ok=True)
    stopped = threading.Event()
    with tempfile.TemporaryDirectory() as folder, PlacedHerd(folder) as herd:
        for node in herd.nodes:
            herd.members[node].options = ["--page_details", "--log_lines_per_second=0"]
        herd.up()
        mover = threading.Thread(target=move, args=(herd, stopped))
        mover.start()
        try:
            time.sleep(SECONDS - 5)
            herd.kill("Jaquez")
            time.sleep(5)
            with Browser() as browser:
                url = f"http://127.0.0.1:{herd.members['Clark'].http}/"
                for name, how in (("page", {"width": 1280, "height": 860}),
                                  ("page-phone", {"width": 390, "height": 844, "dark": True})):
                    page = browser.open(url, **how)
                    page.until_text("#verdict", "Jaquez is down")
                    page.until("document.querySelector('.flow:not(.still)') !== null")
                    time.sleep(2.5)
                    page.shot(str(IMAGES / f"{name}.png"), False)
        finally:
            stopped.set()
            mover.join()


if __name__ == "__main__":
    main()
