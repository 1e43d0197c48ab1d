// The herd file of a command, and the nodes that it concerns.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "config/herd_file.h"
#include "tools/herdctl/ask/options.h"

namespace proxyherd::tools {

// Reads the herd file. Errors of this file's functions are INVALID_ARGUMENT and describe what is
// wrong with the file or a name, perhaps in several lines.
absl::StatusOr<config::HerdFile> ReadHerdOf(const Options& options);

// Returns the node with that name. If it is missing, the error suggests a similar name.
absl::StatusOr<config::HerdNode> FindMember(const config::HerdFile& file, const std::string& name,
                                            const Options& options);

// Returns the nodes to ask, in order: the node given with --node, or else all.
absl::StatusOr<std::vector<config::HerdNode>> MembersToAsk(const Options& options);

}  // namespace proxyherd::tools
