// The output of herdctl.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace proxyherd::tools {

// Exit codes of all commands except `health`.
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;

// Writes to stdout and flushes it. Returns false if the reader has closed the output.
bool Print(std::string_view text);

// Writes a line to stderr. Returns `exit_code`.
int Fail(int exit_code, const std::string& text);

// Writes the error of a call to a node. Returns the exit code for wrong usage if the node reports a
// malformed request, otherwise that for failure.
int FailForAnswer(const absl::Status& status);

// Returns true if stdout should be coloured: it is a terminal, and NO_COLOR is not set.
bool ColourOutput();

}  // namespace proxyherd::tools
