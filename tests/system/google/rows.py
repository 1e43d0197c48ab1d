"""The errors of Google's Places API (New), as it is known to send them: HTTP status, and a body
that is a google.rpc.Status in JSON.

Messages and reasons are the documented ones; the numbers of projects are made up.
"""

import dataclasses
import json

TYPE = "type.googleapis.com/google.rpc."
SERVICE = "places.googleapis.com"
PROJECT = "projects/123456789012"
METHOD = "google.maps.places.v1.Places.SearchNearby"
ENABLE = "https://console.developers.google.com/apis/api/places.googleapis.com/overview"

HTTP_STATUS = {
    "INVALID_ARGUMENT": 400, "UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403, "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429, "INTERNAL": 500, "UNIMPLEMENTED": 501, "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504}


@dataclasses.dataclass(frozen=True)
class Answer:
    """The bytes on the wire."""
    status: int
    body: bytes
    headers: tuple = ()  # of (name, value)
    content_type: str = "application/json; charset=UTF-8"


def print_like_google(value):
    """Returns JSON indented by two, with characters as they are except for angle brackets."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return (text.replace("<", "\\u003c").replace(">", "\\u003e") + "\n").encode()


def error(status, message, *details, headers=()):
    code = HTTP_STATUS[status]
    body = {"code": code, "message": message, "status": status}
    if details:
        body["details"] = list(details)
    return Answer(code, print_like_google({"error": body}), tuple(headers))


def info(reason, **metadata):
    return {"@type": TYPE + "ErrorInfo", "reason": reason, "domain": "googleapis.com",
            "metadata": {"service": SERVICE, **metadata}}


def help_link(description, url):
    return {"@type": TYPE + "Help", "links": [{"description": description, "url": url}]}


def localized(message):
    return {"@type": TYPE + "LocalizedMessage", "locale": "en-US", "message": message}


def violation(field, description):
    return {"@type": TYPE + "BadRequest",
            "fieldViolations": [{"field": field, "description": description}]}


def key_invalid():
    message = "API key not valid. Please pass a valid API key."
    return error("INVALID_ARGUMENT", message, info("API_KEY_INVALID"), localized(message))


def no_key():
    return error("PERMISSION_DENIED", "Method doesn't allow unregistered callers (callers without "
                 "established identity). Please use API Key or other form of API consumer identity "
                 "to call this API.")


def no_mask():
    return error("INVALID_ARGUMENT", "FieldMask is a required parameter. See "
                 "https://cloud.google.com/apis/docs/system-parameters on how to provide it. As an "
                 "example, you can set the header 'X-Goog-FieldMask' with value "
                 "'places.displayName', to ask for the display names of places.")


def bad_mask(path):
    message = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    return error("INVALID_ARGUMENT", message, violation(path, message))


def bad_type(names):
    return error("INVALID_ARGUMENT", f"Unsupported types: {', '.join(names)}.")


def bad_value(field, description):
    return error("INVALID_ARGUMENT", description, violation(field, description))


def blocked(reason, whose):
    return error("PERMISSION_DENIED", f"Requests from {whose} are blocked.",
                 info(reason, consumer=PROJECT))


def service_blocked():
    message = f"Requests to this API {SERVICE} method {METHOD} are blocked."
    return error("PERMISSION_DENIED", message,
                 info("API_KEY_SERVICE_BLOCKED", consumer=PROJECT, apiName=SERVICE,
                      methodName=METHOD), localized(message))


def service_disabled():
    message = ("Places API (New) has not been used in project 123456789012 before or it is "
               f"disabled. Enable it by visiting {ENABLE}?project=123456789012 then retry. If you "
               "enabled this API recently, wait a few minutes for the action to propagate to our "
               "systems and retry.")
    return error("PERMISSION_DENIED", message,
                 info("SERVICE_DISABLED", consumer=PROJECT, containerInfo="123456789012",
                      serviceTitle="Places API (New)"), localized(message),
                 help_link("Google developers console API activation", ENABLE))


def billing_disabled():
    return error("PERMISSION_DENIED", "This API method requires billing to be enabled. Please "
                 "enable billing on project #123456789012 by visiting "
                 "https://console.developers.google.com/billing/enable?project=123456789012 then "
                 "retry.", info("BILLING_DISABLED", consumer=PROJECT),
                 help_link("Google developers console billing",
                           "https://console.developers.google.com/billing/enable"))


def quota(period, *details, headers=()):
    """`period`: Day or Minute."""
    return error("RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'SearchNearbyRequest' and "
                 f"limit 'SearchNearbyRequest per {period.lower()}' of service '{SERVICE}' for "
                 "consumer 'project_number:123456789012'.",
                 info("RATE_LIMIT_EXCEEDED", consumer=PROJECT, quota_metric="SearchNearbyRequest",
                      quota_limit=f"SearchNearbyRequestPer{period}PerProject",
                      quota_limit_value="600", quota_location="global"),
                 help_link("Request a higher quota limit.",
                           "https://cloud.google.com/docs/quotas/help/request_increase"),
                 *details, headers=headers)


def retry_info(delay):
    return {"@type": TYPE + "RetryInfo", "retryDelay": delay}


def page(status, title):
    """A page that a proxy, or Google's front end, sends instead of JSON."""
    body = f"<!DOCTYPE html>\n<html><title>{title}</title><h1>{title}</h1></html>\n"
    return Answer(status, body.encode(), content_type="text/html; charset=UTF-8")


# Each is a mode of the server: the answer to every call, however valid the call is.
ROWS = {
    "key_invalid": key_invalid,
    "no_key": no_key,
    "unauthenticated": lambda: error(
        "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    "service_blocked": service_blocked,
    "ip_blocked": lambda: blocked("API_KEY_IP_ADDRESS_BLOCKED", "this IP address 192.0.2.7"),
    "referrer_blocked": lambda: blocked("API_KEY_HTTP_REFERRER_BLOCKED", "referer <empty>"),
    "android_blocked": lambda: blocked("API_KEY_ANDROID_APP_BLOCKED",
                                       "this Android client application <empty>"),
    "ios_blocked": lambda: blocked("API_KEY_IOS_APP_BLOCKED",
                                   "this iOS client application <empty>"),
    "service_disabled": service_disabled,
    "billing_disabled": billing_disabled,
    "no_mask": no_mask,
    "bad_mask": lambda: bad_mask("places.nonsense"),
    "bad_type": lambda: bad_type(["nonsense"]),
    "bad_radius": lambda: bad_value("location_restriction.circle.radius",
                                    "radius must be between 0 and 50000."),
    "not_found": lambda: page(404, "Error 404 (Not Found)!!1"),
    "quota_day": lambda: quota("Day"),
    "quota_minute": lambda: quota("Minute"),
    "quota_no_details": lambda: error("RESOURCE_EXHAUSTED", "Resource has been exhausted."),
    "quota_retry_info": lambda: quota("Minute", retry_info("2.5s")),
    "internal": lambda: error("INTERNAL", "Internal error encountered."),
    "bad_gateway": lambda: page(502, "502 Bad Gateway"),
    "unavailable": lambda: error("UNAVAILABLE", "The service is currently unavailable."),
    "deadline": lambda: error("DEADLINE_EXCEEDED", "Deadline expired before operation could "
                              "complete."),
    "no_details": lambda: error("PERMISSION_DENIED", "The caller does not have permission."),
}
