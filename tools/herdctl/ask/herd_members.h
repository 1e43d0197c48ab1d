// The herd file of a command, and the nodes that it concerns.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "config/herd_file.h"
#include "tools/herdctl/ask/options.h"

namespace proxyherd::tools {

// All errors are INVALID_ARGUMENT and describe what is wrong with the file or the name; a message
// may have several lines.
absl::StatusOr<config::HerdFile> ReadHerdOf(const Options& options);

// Returns the node of that name; an error suggests a similar name.
absl::StatusOr<config::HerdNode> FindMember(const config::HerdFile& file, const std::string& name,
                                            const Options& options);

// Returns the nodes to ask, in order: the one given by --node, or all.
absl::StatusOr<std::vector<config::HerdNode>> MembersToAsk(const Options& options);

}  // namespace proxyherd::tools
