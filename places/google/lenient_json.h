// Parses untrusted JSON, and looks into it without assuming its shape.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace proxyherd::places {

// Places nest about ten deep. The limit keeps printing, which recurses, from overflowing the stack.
inline constexpr int kMaxJsonDepth = 64;

// Returns nothing if the text is not JSON, or is nested deeper than kMaxJsonDepth.
std::optional<nlohmann::ordered_json> ParseJson(std::string_view text);

// Returns the member of an object; null if `json` is not an object or lacks such a member of this
// type.
const nlohmann::ordered_json* Member(const nlohmann::ordered_json& json, const char* key,
                                     nlohmann::ordered_json::value_t kind);

// Returns the text of a member; empty if Member returns null.
std::string MemberText(const nlohmann::ordered_json& json, const char* key);

}  // namespace proxyherd::places
