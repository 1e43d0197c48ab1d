// Where herdctl's words go.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace proxyherd {

// Exit codes of all commands but `health`.
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;

// Writes to stdout at once. False when nobody reads it any more.
bool Print(std::string_view text);

// Writes a line to stderr, and returns the code.
int Fail(int exit_code, const std::string& text);

// The same for what a question of a node ended with: wrong usage when the node says that it was
// asked something malformed.
int FailForAnswer(const absl::Status& status);

// Whether to colour what goes to stdout: a terminal, and NO_COLOR is not set.
bool ColourOutput();

}  // namespace proxyherd
