// The output of herdctl.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace proxyherd::tools {

// Exit codes of all commands but `health`.
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;

// Writes to stdout and flushes it. Returns false if the reader has closed it.
bool Print(std::string_view text);

// Writes a line to stderr, and returns `code`.
int Fail(int exit_code, const std::string& text);

// The same for the error of a call to a node: the exit code for wrong usage if the node reports a
// malformed request.
int FailForAnswer(const absl::Status& status);

// Returns true if output to stdout is coloured: it is a terminal, and NO_COLOR is not set.
bool ColourOutput();

}  // namespace proxyherd::tools
