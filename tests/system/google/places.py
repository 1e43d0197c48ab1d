"""Makes places up: the same call always receives the same ones.

They lie on a spiral around the point, out to the edge of the circle, and have all the fields that
masks are likely to ask for, in the order of the Place message.
"""

import math
import zlib

POOL = ("cafe", "restaurant", "library", "museum", "atm", "park", "university", "book_store",
        "bus_stop", "hotel", "pharmacy", "bank")
EVERY_BUSINESS = ["point_of_interest", "establishment"]
# The number of places in a circle; more than an answer may have, so that ranks have an effect.
CROWD = 40
METRES_A_DEGREE = 111_195
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
# Captures of real answers show this viewport for places without an extent.
VIEWPORT_DEGREES = 0.0013489802915


def pool(types):
    """Returns the primary types that a call's lists of types let through."""
    wanted = types.get("includedPrimaryTypes") or types.get("includedTypes") or POOL
    if types.get("includedPrimaryTypes") and types.get("includedTypes"):
        wanted = [name for name in wanted if name in types["includedTypes"]]
    unwanted = {*types.get("excludedTypes", ()), *types.get("excludedPrimaryTypes", ())}
    return [name for name in wanted if name not in unwanted]


def spot(call, number):
    """Returns (latitude, longitude) of a place inside the circle."""
    # A little less than the radius, because the earth is not flat.
    metres = 0.98 * call.radius_m * math.sqrt((number + 0.5) / CROWD)
    north = metres * math.cos(number * GOLDEN_ANGLE) / METRES_A_DEGREE
    latitude = max(-90.0, min(90.0, call.latitude + north))
    shrink = max(0.01, math.cos(math.radians(latitude)))
    east = metres * math.sin(number * GOLDEN_ANGLE) / METRES_A_DEGREE / shrink
    longitude = (call.longitude + east + 180) % 360 - 180
    return round(latitude, 7), round(longitude, 7)


def place(call, number, primary):
    latitude, longitude = spot(call, number)
    ident = f"ChIJ{zlib.crc32(f'{latitude} {longitude} {primary}'.encode()):08x}stand-in"
    title = f"{primary.replace('_', ' ').capitalize()} {number + 1}"
    street = f"{100 + number} Stand-in St, Los Angeles, CA 90095"
    text = {"text": title if call.language == "en" else f"{title} ({call.language})",
            "languageCode": call.language}
    return {
        "name": f"places/{ident}",
        "id": ident,
        "types": [primary, *EVERY_BUSINESS],
        "nationalPhoneNumber": f"(310) 555-01{number:02}",
        "internationalPhoneNumber": f"+1 310-555-01{number:02}",
        "formattedAddress": street if call.region == "US" else f"{street}, USA",
        "addressComponents": [
            {"longText": "Los Angeles", "shortText": "Los Angeles",
             "types": ["locality", "political"], "languageCode": "en"},
            {"longText": "United States", "shortText": "US", "types": ["country", "political"],
             "languageCode": "en"}],
        "location": {"latitude": latitude, "longitude": longitude},
        "viewport": {"low": {"latitude": latitude - VIEWPORT_DEGREES,
                             "longitude": longitude - VIEWPORT_DEGREES},
                     "high": {"latitude": latitude + VIEWPORT_DEGREES,
                              "longitude": longitude + VIEWPORT_DEGREES}},
        "rating": 3 + number % 20 / 10,
        "googleMapsUri": f"https://maps.google.com/?cid={number + 1}",
        "websiteUri": f"https://place-{number + 1}.example/?a=<b>",
        "regularOpeningHours": {"openNow": True,
                                "periods": [{"open": {"day": 0, "hour": 0, "minute": 0}}],
                                "weekdayDescriptions": ["Monday: Open 24 hours"]},
        "utcOffsetMinutes": -480,
        "businessStatus": "OPERATIONAL",
        "priceLevel": "PRICE_LEVEL_MODERATE",
        "attributions": [{"provider": "A stand-in", "providerUri": "https://stand-in.example/"}],
        "userRatingCount": popularity(number),
        "displayName": text,
        "primaryTypeDisplayName": {"text": primary.replace("_", " ").capitalize(),
                                   "languageCode": call.language},
        "takeout": number % 2 == 0,
        "reservable": False,
        "primaryType": primary,
        "shortFormattedAddress": f"{100 + number} Stand-in St, Los Angeles",
        "editorialSummary": {"text": "A place that nobody has built.", "languageCode": "en"},
        "reviews": [{"name": f"places/{ident}/reviews/1", "rating": 5}],
        "accessibilityOptions": {"wheelchairAccessibleEntrance": True},
        "timeZone": {"id": "America/Los_Angeles"},
    }


def popularity(number):
    return (number * 7919 + 13) % 997


def near(call):
    """Returns as many places as the call requests, in the order that it requests."""
    types = pool(call.types)
    if not types:
        return []
    numbers = sorted(range(CROWD), key=(lambda number: number) if call.by_distance
                     else (lambda number: -popularity(number)))
    return [place(call, number, types[number % len(types)]) for number in numbers[:call.most]]
