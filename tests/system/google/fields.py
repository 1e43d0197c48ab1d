"""The names that a field mask may have, from the Place message of googleapis'
places/v1/place.proto, and what a mask leaves of places."""

PLACE = frozenset("""
name id types nationalPhoneNumber internationalPhoneNumber formattedAddress addressComponents
plusCode location viewport rating googleMapsUri websiteUri regularOpeningHours utcOffsetMinutes
adrFormatAddress businessStatus priceLevel attributions userRatingCount iconMaskBaseUri
iconBackgroundColor displayName primaryTypeDisplayName takeout delivery dineIn curbsidePickup
reservable servesBreakfast servesLunch servesDinner servesBeer servesWine servesBrunch
servesVegetarianFood currentOpeningHours currentSecondaryOpeningHours regularSecondaryOpeningHours
primaryType shortFormattedAddress editorialSummary reviews photos outdoorSeating liveMusic
menuForChildren servesCocktails servesDessert servesCoffee goodForChildren allowsDogs restroom
goodForGroups goodForWatchingSports paymentOptions parkingOptions subDestinations
accessibilityOptions fuelOptions evChargeOptions generativeSummary containingPlaces
pureServiceAreaBusiness addressDescriptor googleMapsLinks priceRange reviewSummary timeZone
evChargeAmenitySummary postalAddress neighborhoodSummary consumerAlert movedPlace movedPlaceId
openingDate googleMapsTypeLabel transitStation
""".split())

BELOW = {
    "displayName": {"text", "languageCode"}, "primaryTypeDisplayName": {"text", "languageCode"},
    "editorialSummary": {"text", "languageCode"}, "location": {"latitude", "longitude"},
    "viewport": {"low", "high"}, "plusCode": {"globalCode", "compoundCode"},
    "addressComponents": {"longText", "shortText", "types", "languageCode"},
    "attributions": {"provider", "providerUri"}, "timeZone": {"id", "version"}}


def is_known(path):
    if path == "*":
        return True
    parts = path.split(".")
    if parts[0] == "routingSummaries":
        return len(parts) == 1
    if parts[0] != "places" or not all(parts) or any(" " in part for part in parts):
        return False
    if len(parts) == 1:
        return True
    if parts[1] not in PLACE:
        return False
    return len(parts) == 2 or parts[2] in BELOW.get(parts[1], {parts[2]})


def keep(value, paths):
    """Returns the part of `value` below these paths (lists of names); an empty path keeps all."""
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        return [keep(each, paths) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, below in value.items():
        if wanted := [path[1:] for path in paths if path[0] == name]:
            kept[name] = keep(below, wanted)
    return kept


def apply(mask, places):
    """Returns the body of an answer with these places, reduced by the mask."""
    paths = [[] if path == "*" else path.split(".") for path in mask]
    return keep({"places": places} if places else {}, paths)
