// Reads JSON that anybody may have written, and looks into it without trusting its shape.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace proxyherd {

// Places nest about ten deep. The limit keeps printing, which recurses, off the end of the stack.
inline constexpr int kMaxJsonDepth = 64;

// Nothing when the text is not JSON, or is nested deeper than kMaxJsonDepth.
std::optional<nlohmann::ordered_json> ParseJson(absl::string_view text);

// The member of an object; null when `json` is no object, has no such member, or of another kind.
const nlohmann::ordered_json* Member(const nlohmann::ordered_json& json, const char* key,
                                     nlohmann::ordered_json::value_t kind);

// The text of a member; empty when there is none, as above.
std::string MemberText(const nlohmann::ordered_json& json, const char* key);

}  // namespace proxyherd
