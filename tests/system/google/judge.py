"""Checks a call of Nearby Search as Google does: returns the call's meaning, or Google's error."""

import dataclasses
import json
import math
import pathlib
import re

import fields
import rows

TABLE_A = frozenset((pathlib.Path(__file__).resolve().parent / "table_a.txt").read_text(
    encoding="ascii").split())

PATH = "/v1/places:searchNearby"
MOST_TYPES = 50
MOST_RESULTS = 20
MOST_RADIUS_M = 50_000
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
REGION = re.compile(r"[A-Za-z]{2}")

TYPE_LISTS = ("includedTypes", "excludedTypes", "includedPrimaryTypes", "excludedPrimaryTypes")
BODY_FIELDS = {*TYPE_LISTS, "maxResultCount", "rankPreference", "languageCode", "regionCode",
               "locationRestriction", "includeFutureOpeningBusinesses", "routingParameters"}


class Refused(Exception):
    """Carries the answer that Google would give."""

    def __init__(self, answer):
        super().__init__(answer.body.decode())
        self.answer = answer


@dataclasses.dataclass
class Call:
    """A valid call, with the fields that it requests."""
    mask: list
    latitude: float
    longitude: float
    radius_m: float
    most: int = MOST_RESULTS
    by_distance: bool = False
    language: str = "en"
    region: str = ""
    types: dict = dataclasses.field(default_factory=dict)  # by name of the list in the body


def refuse(answer):
    raise Refused(answer)


def judge(method, target, headers, body, key):
    """Returns the Call; raises Refused. `headers` have names in lower case; `key` is the correct
    key, empty: any."""
    path, _, query = target.partition("?")
    if method != "POST" or path != PATH or query:
        refuse(rows.page(404, "Error 404 (Not Found)!!1"))
    if not headers.get("x-goog-api-key"):
        refuse(rows.no_key())
    if key and headers["x-goog-api-key"] != key:
        refuse(rows.key_invalid())
    mask = judge_mask(headers.get("x-goog-fieldmask", ""))
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        refuse(rows.error("INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected content "
                          "type; it must be application/json."))
    try:
        asked = json.loads(body.decode(), parse_constant=lambda name: refuse(not_json(name)))
    except ValueError as problem:
        refuse(not_json(problem))
    if not isinstance(asked, dict):
        refuse(not_json("Root element must be a message."))
    return judge_body(mask, asked)


def not_json(why):
    return rows.error("INVALID_ARGUMENT", f"Invalid JSON payload received. {why}")


def judge_mask(mask):
    if not mask:
        refuse(rows.no_mask())
    for path in mask.split(","):
        if not fields.is_known(path):
            refuse(rows.bad_mask(path))
    return mask.split(",")


def member(asked, name, kinds, default):
    """Returns a member of the right kind; whole numbers are numbers, but truth values are not."""
    value = asked.get(name, default)
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        refuse(rows.bad_value(name, f"Invalid value at '{name}', {json.dumps(value)}"))
    return value


def no_others(asked, known, where=""):
    for name in asked:
        if name not in known:
            message = f'Invalid JSON payload received. Unknown name "{name}"{where}: ' \
                      "Cannot find field."
            refuse(rows.error("INVALID_ARGUMENT", message, rows.violation("", message)))


def number(asked, name, least, most):
    value = member(asked, name, (int, float), 0)
    if not (math.isfinite(value) and least <= value <= most):
        refuse(rows.bad_value(name, f"{name} must be between {least} and {most}, not {value}."))
    return float(value)


def judge_circle(asked):
    where = member(asked, "locationRestriction", dict, {})
    no_others(where, {"circle"}, " at 'location_restriction'")
    circle = member(where, "circle", dict, {})
    no_others(circle, {"center", "radius"}, " at 'location_restriction.circle'")
    if not circle:
        refuse(rows.bad_value("location_restriction", "location_restriction is required."))
    center = member(circle, "center", dict, {})
    no_others(center, {"latitude", "longitude"}, " at 'location_restriction.circle.center'")
    radius = number(circle, "radius", 0, MOST_RADIUS_M)
    if radius == 0:
        refuse(rows.bad_value("location_restriction.circle.radius",
                              "radius must be greater than 0."))
    return number(center, "latitude", -90, 90), number(center, "longitude", -180, 180), radius


def judge_types(asked):
    lists = {}
    for name in TYPE_LISTS:
        lists[name] = member(asked, name, list, [])
        if len(lists[name]) > MOST_TYPES:
            refuse(rows.bad_value(name, f"At most {MOST_TYPES} types can be specified."))
        if unknown := [str(each) for each in lists[name] if each not in TABLE_A]:
            refuse(rows.bad_type(unknown))
    for kind in ("Types", "PrimaryTypes"):
        if both := sorted(set(lists["included" + kind]) & set(lists["excluded" + kind])):
            refuse(rows.bad_value("included" + kind, "Types are both included and excluded: "
                                  + ", ".join(both) + "."))
    return lists


def judge_body(mask, asked):
    no_others(asked, BODY_FIELDS)
    latitude, longitude, radius = judge_circle(asked)
    most = member(asked, "maxResultCount", int, 0)
    if not 0 <= most <= MOST_RESULTS:
        refuse(rows.bad_value("max_result_count",
                              f"max_result_count must be between 1 and 20, not {most}."))
    rank = member(asked, "rankPreference", str, "POPULARITY")
    if rank not in ("POPULARITY", "DISTANCE", "RANK_PREFERENCE_UNSPECIFIED"):
        refuse(rows.bad_value("rank_preference", f'Invalid value at \'rank_preference\', "{rank}"'))
    language = member(asked, "languageCode", str, "") or "en"
    if not LANGUAGE.fullmatch(language):
        refuse(rows.bad_value("language_code", f"Invalid language code: {language}."))
    region = member(asked, "regionCode", str, "")
    if region and not REGION.fullmatch(region):
        refuse(rows.bad_value("region_code", f"Invalid region code: {region}."))
    return Call(mask, latitude, longitude, radius, most or MOST_RESULTS, rank == "DISTANCE",
                language, region.upper(), judge_types(asked))
