// Helpers for the rows of herdctl's commands. Only for the files that define rows. Pure.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/herdctl/ask/option_values.h"
#include "tools/herdctl/command/command_table.h"

namespace proxyherd::tools {

// Longer than a person waits at a prompt. Also keeps the sum with the clock in range.
inline constexpr double kMaxWaitS = 3600;

// Stores a parsed value in its field.
template <typename Value, typename Field>
absl::Status Store(const absl::StatusOr<Value>& value, Field& field) {
  if (value.ok()) field = *value;
  return value.status();
}

// Setters. The parameter is a pointer to a member of Options.
template <auto kField>
absl::Status SetText(std::string_view value, Options& options) {
  options.*kField = std::string(value);
  return absl::OkStatus();
}

template <auto kField>
absl::Status SetFlag(std::string_view /*value*/, Options& options) {
  options.*kField = true;
  return absl::OkStatus();
}

template <int kMax>
absl::Status SetMost(std::string_view value, Options& options) {
  return Store(ReadCount(value, 1, kMax), options.max_count);
}

// The options --herd, --node and --json, which most commands have.
OptionRow HerdOption();
OptionRow NodeOption();
OptionRow JsonOption(std::string help = "Write JSON instead of text");

// The commands that inspect a herd, and those that act on it.
CommandTable LookingRows();
CommandTable ActingRows();

}  // namespace proxyherd::tools
