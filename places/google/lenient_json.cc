#include "places/google/lenient_json.h"

namespace proxyherd::places {

using Json = nlohmann::ordered_json;

std::optional<Json> ParseJson(std::string_view text) {
  bool too_deep = false;
  const auto keep = [&too_deep](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxJsonDepth;
    return !too_deep;
  };
  Json json = Json::parse(text.begin(), text.end(), keep, /*allow_exceptions=*/false);
  if (too_deep || json.is_discarded()) return std::nullopt;
  return json;
}

const Json* Member(const Json& json, const char* key, Json::value_t kind) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(key);
  return found != json.end() && found->type() == kind ? &*found : nullptr;
}

std::string MemberText(const Json& json, const char* key) {
  const Json* member = Member(json, key, Json::value_t::string);
  return member == nullptr ? std::string() : member->get<std::string>();
}

}  // namespace proxyherd::places
