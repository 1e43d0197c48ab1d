// Reads bodies as suspiciously as they deserve: a proxy may have written them.
#include "places/google_response.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "places/api_key.h"
#include "places/errors.h"
#include "places/place_json.h"

namespace proxyherd {
namespace {

using Json = nlohmann::ordered_json;

// Places nest about ten deep. The limit keeps printing, which recurses, off the end of the stack.
constexpr int kMaxDepth = 64;

// As much of an error as a line of a log or a reply should hold.
constexpr size_t kMaxErrorBytes = 600;

// What a person can do about an ErrorInfo.reason.
struct Advice {
  absl::string_view reason;
  absl::string_view text;
};
constexpr Advice kAdvice[] = {
    {"API_KEY_INVALID",
     "API key not valid: check the key in the file of --places_api_key_file or in the environment "
     "variable PROXYHERD_PLACES_API_KEY"},
    {"API_KEY_SERVICE_BLOCKED",
     "the API key may not call Places API (New): add that API to the key's restrictions in the "
     "Google Cloud console"},
    {"API_KEY_IP_ADDRESS_BLOCKED",
     "the API key may not be used from this machine's address: add the address to the key's "
     "restrictions in the Google Cloud console"},
    {"API_KEY_HTTP_REFERRER_BLOCKED",
     "the API key is for web pages only: use one that is restricted by IP address, or by API "
     "alone"},
    {"API_KEY_ANDROID_APP_BLOCKED",
     "the API key is for an Android app only: use one that is restricted by IP address, or by API "
     "alone"},
    {"API_KEY_IOS_APP_BLOCKED",
     "the API key is for an iOS app only: use one that is restricted by IP address, or by API "
     "alone"},
    {"SERVICE_DISABLED",
     "Places API (New) is not enabled in the key's project: enable it in the Google Cloud console "
     "and wait a few minutes"},
    {"BILLING_DISABLED",
     "billing is off in the key's project: turn it on in the Google Cloud console"},
    {"RATE_LIMIT_EXCEEDED",
     "Google's quota is used up: wait, or raise it in the Google Cloud console"},
};

// Nothing when the text is not JSON, or is nested too deeply to be Google's.
std::optional<Json> ParseJson(absl::string_view text) {
  bool too_deep = false;
  const auto keep = [&too_deep](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  Json json = Json::parse(text.begin(), text.end(), keep, /*allow_exceptions=*/false);
  if (too_deep || json.is_discarded()) return std::nullopt;
  return json;
}

// The member of an object; nothing when `json` is no object, has no such member, or of another
// kind.
const Json* Member(const Json& json, const char* key, Json::value_t kind) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(key);
  return found != json.end() && found->type() == kind ? &*found : nullptr;
}

std::string Text(const Json& json, const char* key) {
  const Json* member = Member(json, key, Json::value_t::string);
  return member == nullptr ? std::string() : member->get<std::string>();
}

// Google's ErrorInfo, when there is one.
struct ErrorInfo {
  std::string reason;
  std::string quota_limit;
};

ErrorInfo FindErrorInfo(const Json& error) {
  const Json* details = Member(error, "details", Json::value_t::array);
  if (details == nullptr) return {};
  for (const Json& detail : *details) {
    if (Text(detail, "@type") != "type.googleapis.com/google.rpc.ErrorInfo") continue;
    const Json* metadata = Member(detail, "metadata", Json::value_t::object);
    return {Text(detail, "reason"),
            metadata == nullptr ? std::string() : Text(*metadata, "quota_limit")};
  }
  return {};
}

std::string Explain(absl::StatusCode code, int http_status, const ErrorInfo& info) {
  for (const Advice& advice : kAdvice) {
    if (advice.reason != info.reason) continue;
    return info.quota_limit.empty() ? std::string(advice.text)
                                    : absl::StrCat(advice.text, " (", info.quota_limit, ")");
  }
  const std::string what =
      absl::StrCat("Google answered ", absl::StatusCodeToString(code), " (HTTP ", http_status, ")");
  return info.reason.empty() ? what : absl::StrCat(what, ", ", info.reason);
}

absl::Status ReadError(int http_status, const Json* error) {
  absl::StatusCode code = CodeOfHttpStatus(http_status);
  ErrorInfo info;
  std::string said;
  if (error != nullptr) {
    code = ParseErrorCode(Text(*error, "status")).value_or(code);
    info = FindErrorInfo(*error);
    said = Text(*error, "message");
  }
  std::string message = Explain(code, http_status, info);
  if (!said.empty()) absl::StrAppend(&message, "; Google says: ", said);
  absl::Status status(code, message);
  SetUpstreamHttpStatus(status, http_status);
  return status;
}

// An error that came with a success for its HTTP status has its own in the body.
int StatusInside(const Json& error) {
  const Json* code = Member(error, "code", Json::value_t::number_unsigned);
  return code != nullptr && *code >= 400 && *code <= 599 ? code->get<int>() : 500;
}

// Where a text of at most `limit` bytes may end without cutting a character.
size_t CutPoint(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return limit;
}

}  // namespace

absl::StatusOr<std::string> ReadGoogleResponse(HttpResponse response, int max_results) {
  if (response.status >= 300 && response.status < 400) {
    return absl::UnavailableError(absl::StrCat("the endpoint redirects elsewhere (HTTP ",
                                               response.status, "): is it Google's?"));
  }
  std::optional<Json> json = ParseJson(response.body);
  const Json* error = json ? Member(*json, "error", Json::value_t::object) : nullptr;
  if (response.status >= 400) return ReadError(response.status, error);
  if (error != nullptr) return ReadError(StatusInside(*error), error);
  if (!json || !json->is_object()) {
    return absl::UnavailableError(absl::StrCat("the endpoint answered HTTP ", response.status,
                                               " with something that is not a JSON object: is it "
                                               "Google's?"));
  }
  const auto places = json->find("places");
  if (places == json->end()) return std::move(response.body);
  if (!places->is_array()) {
    return absl::UnavailableError("the endpoint's answer has \"places\" that are no array");
  }
  if (places->size() <= static_cast<size_t>(max_results)) return std::move(response.body);
  places->erase(places->begin() + max_results, places->end());
  return PrintLikeGoogle(*json);
}

absl::Status PresentableError(const absl::Status& error, absl::string_view key) {
  // The key goes first: cutting might leave a part of it that is no longer recognized.
  std::string text = Scrub(error.message(), key);
  for (char& c : text) {
    if (absl::ascii_iscntrl(c)) c = ' ';
  }
  text.resize(CutPoint(text, kMaxErrorBytes));
  absl::Status presentable(error.code(), text);
  error.ForEachPayload([&presentable](absl::string_view type, const absl::Cord& payload) {
    presentable.SetPayload(type, payload);
  });
  return presentable;
}

}  // namespace proxyherd
