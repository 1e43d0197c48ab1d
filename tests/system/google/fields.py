"""The names that a field mask may have, by the Place message of googleapis' places/v1/place.proto,
and what a mask leaves of places."""

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
    """The part of it below these paths (lists of names below `value`); an empty path leaves all."""
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
    """The body of an answer with these places, as the mask leaves it."""
    paths = [[] if path == "*" else path.split(".") for path in mask]
    return keep({"places": places} if places else {}, paths)
