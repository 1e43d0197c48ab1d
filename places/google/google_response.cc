#include "places/google/google_response.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/utf8_cut.h"
#include "places/google/api_key.h"
#include "places/google/google_errors.h"
#include "places/google/lenient_json.h"
#include "places/place/place_json.h"

namespace proxyherd::places {
namespace {

using Json = nlohmann::ordered_json;

// Maximum bytes of an error in a log line or a reply.
constexpr size_t kMaxErrorBytes = 600;

// Returns the status in the body, for errors whose HTTP status means success.
int StatusInside(const Json& error) {
  const Json* code = Member(error, "code", Json::value_t::number_unsigned);
  return code != nullptr && *code >= 400 && *code <= 599 ? code->get<int>() : 500;
}

}  // namespace

absl::StatusOr<std::string> ReadGoogleResponse(HttpResponse response, int max_results) {
  std::optional<Json> json = ParseJson(response.body);
  const Json* error = json ? Member(*json, "error", Json::value_t::object) : nullptr;
  if (response.status >= 300) {
    return ReadGoogleError(response.status, error, response.retry_after_ns);
  }
  if (error != nullptr) {
    return ReadGoogleError(StatusInside(*error), error, response.retry_after_ns);
  }
  if (!json || !json->is_object()) {
    return absl::UnavailableError(absl::StrCat("the endpoint answered HTTP ", response.status,
                                               " with something that is not a JSON object: is it "
                                               "Google's?"));
  }
  const auto places = json->find("places");
  if (places == json->end()) return std::move(response.body);
  if (!places->is_array() ||
      !std::all_of(places->begin(), places->end(), [](const Json& p) { return p.is_object(); })) {
    return absl::UnavailableError(
        "the endpoint's answer has \"places\" that are no array of places: is it Google's?");
  }
  if (places->size() <= static_cast<size_t>(max_results)) return std::move(response.body);
  places->erase(places->begin() + max_results, places->end());
  return PrintLikeGoogle(*json);
}

absl::Status PresentableError(const absl::Status& error, std::string_view key) {
  // Removes the key before cutting, which might leave an unrecognizable part of the key.
  std::string text = Scrub(FromAbsl(error.message()), key);
  for (char& c : text) {
    if (absl::ascii_iscntrl(c)) c = ' ';
  }
  text.resize(Utf8CutPoint(text, kMaxErrorBytes));
  absl::Status presentable(error.code(), text);
  error.ForEachPayload([&presentable](const auto& type, const absl::Cord& payload) {
    presentable.SetPayload(type, payload);
  });
  return presentable;
}

}  // namespace proxyherd::places
