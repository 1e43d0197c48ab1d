#include "places/google/google_errors.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/absl_strings.h"
#include "base/env.h"
#include "places/google/http.h"
#include "places/google/lenient_json.h"
#include "places/provider/errors.h"

namespace proxyherd::places {
namespace {

using Code = absl::StatusCode;
using Json = nlohmann::ordered_json;
using When = RetryAdvice::When;

// An error has a handful of details; Google sends at most four.
constexpr size_t kMaxDetails = 32;

struct KnownReason {
  std::string_view reason;
  Code code;
  bool key_refused;
  std::string_view advice;
};

// A used-up quota recovers by itself; the name of its limit shows whether soon or tomorrow (see
// WhenToAskAgain). All other reasons here persist until a person acts.
constexpr KnownReason kReasons[] = {
    {kKeyInvalidReason, Code::kInvalidArgument, true,
     "API key not valid: check the key in the file of --places_api_key_file or in the environment "
     "variable PROXYHERD_PLACES_API_KEY"},
    {"API_KEY_SERVICE_BLOCKED", Code::kPermissionDenied, true,
     "the API key may not call Places API (New): add that API to the key's restrictions in the "
     "Google Cloud console"},
    {"API_KEY_IP_ADDRESS_BLOCKED", Code::kPermissionDenied, true,
     "the API key may not be used from this machine's address: add the address to the key's "
     "restrictions in the Google Cloud console"},
    {"API_KEY_HTTP_REFERRER_BLOCKED", Code::kPermissionDenied, true,
     "the API key is for web pages only: use one that is restricted by IP address, or by API "
     "alone"},
    {"API_KEY_ANDROID_APP_BLOCKED", Code::kPermissionDenied, true,
     "the API key is for an Android app only: use one that is restricted by IP address, or by API "
     "alone"},
    {"API_KEY_IOS_APP_BLOCKED", Code::kPermissionDenied, true,
     "the API key is for an iOS app only: use one that is restricted by IP address, or by API "
     "alone"},
    {"SERVICE_DISABLED", Code::kPermissionDenied, true,
     "Places API (New) is not enabled in the key's project: enable it in the Google Cloud console "
     "and wait a few minutes"},
    {"BILLING_DISABLED", Code::kPermissionDenied, true,
     "billing is off in the key's project: turn it on in the Google Cloud console"},
    {"CONSUMER_SUSPENDED", Code::kPermissionDenied, true,
     "the key's project is suspended: look up the reason in the Google Cloud console"},
    {"CONSUMER_INVALID", Code::kPermissionDenied, true,
     "the key's project no longer exists: create a key in another project"},
    {"RATE_LIMIT_EXCEEDED", Code::kResourceExhausted, false,
     "Google's quota is used up: wait, or raise it in the Google Cloud console"},
    {"RESOURCE_QUOTA_EXCEEDED", Code::kResourceExhausted, false,
     "Google's quota is used up: wait, or raise it in the Google Cloud console"},
};

const KnownReason* FindReason(std::string_view reason) {
  for (const KnownReason& known : kReasons) {
    if (known.reason == reason) return &known;
  }
  return nullptr;
}

// Returns advice to a person about a code without a known reason.
std::string_view AdviceOf(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition:
    case Code::kOutOfRange:
      return "it does not accept what it was asked: check the field mask, the types and the "
             "language that are configured or asked for";
    case Code::kUnauthenticated:
    case Code::kPermissionDenied:
      return "it refuses the API key or its project: check in the Google Cloud console that the "
             "key is there, that it may call Places API (New), and that billing is on";
    case Code::kNotFound:
    case Code::kUnimplemented:
      return "it does not know the call: check that the endpoint is Google's";
    case Code::kResourceExhausted:
      return "its quota is used up: wait, or raise it in the Google Cloud console";
    case Code::kInternal:
    case Code::kUnavailable:
    case Code::kUnknown:
    case Code::kDeadlineExceeded:
      return "it, or a proxy in front of it, has a temporary fault: wait";
    default:
      return "";
  }
}

// The details of an error that are used.
struct Details {
  std::string reason;
  std::string quota_limit;
  int64_t retry_delay_ns = 0;
  std::string violation;  // the first invalid field, and why
};

// Parses google.protobuf.Duration in JSON, e.g. "3.5s". Returns 0 unless it is a positive number.
int64_t ParseDelayNs(std::string_view text) {
  double seconds = 0;
  if (!ConsumeSuffix(&text, "s") || !absl::SimpleAtod(ToAbsl(text), &seconds) || !(seconds > 0)) {
    return 0;
  }
  return static_cast<int64_t>(std::min(seconds * kSecond, double{kMaxRetryAfterNs}));
}

std::string FirstViolation(const Json& bad_request) {
  const Json* violations = Member(bad_request, "fieldViolations", Json::value_t::array);
  if (violations == nullptr || violations->empty()) return "";
  const std::string field = MemberText(violations->front(), "field");
  const std::string description = MemberText(violations->front(), "description");
  return description.empty() ? field : absl::StrCat(field, ": ", description);
}

Details ReadDetails(const Json& error) {
  Details found;
  const Json* details = Member(error, "details", Json::value_t::array);
  if (details == nullptr) return found;
  for (size_t i = 0; i < std::min(details->size(), kMaxDetails); ++i) {
    const Json& detail = (*details)[i];
    const std::string type = MemberText(detail, "@type");
    if (type == "type.googleapis.com/google.rpc.ErrorInfo" && found.reason.empty()) {
      found.reason = MemberText(detail, "reason");
      const Json* metadata = Member(detail, "metadata", Json::value_t::object);
      if (metadata != nullptr) found.quota_limit = MemberText(*metadata, "quota_limit");
    } else if (type == "type.googleapis.com/google.rpc.RetryInfo") {
      found.retry_delay_ns =
          std::max(found.retry_delay_ns, ParseDelayNs(MemberText(detail, "retryDelay")));
    } else if (type == "type.googleapis.com/google.rpc.BadRequest" && found.violation.empty()) {
      found.violation = FirstViolation(detail);
    }
  }
  return found;
}

// `code` is that of the reason if the reason is known.
When WhenToAskAgain(Code code, std::string_view quota_limit) {
  switch (code) {
    case Code::kResourceExhausted:
      // The limit is, e.g., SearchNearbyRequestPerDayPerProject or ...PerMinutePerProject.
      return absl::StrContains(ToAbsl(quota_limit), "PerDay") ? When::kTomorrow : When::kSoon;
    case Code::kInternal:
    case Code::kUnavailable:
    case Code::kUnknown:
    case Code::kDeadlineExceeded:
      return When::kSoon;
    default:
      return When::kNever;
  }
}

std::string Explain(Code code, int http_status, const KnownReason* known, const Details& details) {
  if (known != nullptr) {
    return details.quota_limit.empty()
               ? std::string(known->advice)
               : absl::StrCat(ToAbsl(known->advice), " (", details.quota_limit, ")");
  }
  std::string text =
      absl::StrCat("Google answered ", absl::StatusCodeToString(code), " (HTTP ", http_status, ")");
  if (!details.reason.empty()) absl::StrAppend(&text, ", ", details.reason);
  if (const std::string_view advice = AdviceOf(code); !advice.empty()) {
    absl::StrAppend(&text, ": ", ToAbsl(advice));
  }
  return text;
}

}  // namespace

std::vector<std::string_view> KnownGoogleReasons() {
  std::vector<std::string_view> reasons;
  for (const KnownReason& known : kReasons) reasons.push_back(known.reason);
  return reasons;
}

bool IsKeyRefused(const absl::Status& error) {
  if (const KnownReason* known = FindReason(UpstreamReason(error)); known != nullptr) {
    return known->key_refused;
  }
  return error.code() == Code::kPermissionDenied || error.code() == Code::kUnauthenticated;
}

absl::Status ReadGoogleError(int http_status, const Json* error, int64_t retry_after_ns) {
  if (http_status < 400) {
    absl::Status redirect = absl::UnavailableError(
        absl::StrCat("the endpoint redirects elsewhere (HTTP ", http_status, "): is it Google's?"));
    SetRetryAdvice(redirect, {When::kNever});
    return redirect;
  }
  Code code = CodeOfHttpStatus(http_status);
  Details details;
  std::string said;
  if (error != nullptr) {
    code = ParseErrorCode(MemberText(*error, "status")).value_or(code);
    details = ReadDetails(*error);
    said = MemberText(*error, "message");
  }
  const KnownReason* known = FindReason(details.reason);
  if (known != nullptr) code = known->code;
  std::string message = Explain(code, http_status, known, details);
  if (!details.violation.empty()) absl::StrAppend(&message, "; at fault is ", details.violation);
  if (!said.empty()) absl::StrAppend(&message, "; Google says: ", said);
  absl::Status status(code, message);
  SetUpstreamHttpStatus(status, http_status);
  SetUpstreamReason(status, details.reason);
  RetryAdvice advice{WhenToAskAgain(code, details.quota_limit)};
  if (advice.when == When::kSoon) {
    advice.delay_ns = std::max(retry_after_ns, details.retry_delay_ns);
  }
  SetRetryAdvice(status, advice);
  return status;
}

}  // namespace proxyherd::places
