// The herd file of a command, and the nodes that it is about.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "config/herd_file.h"
#include "tools/herdctl/ask/options.h"

namespace proxyherd {

// Errors are INVALID_ARGUMENT; each says what is wrong with the file or the name, and may have
// several lines.
absl::StatusOr<HerdFile> ReadHerdOf(const Options& options);

// The node of that name; a near one is suggested where there is none.
absl::StatusOr<HerdNode> FindMember(const HerdFile& file, const std::string& name,
                                    const Options& options);

// The nodes to ask, in order: the one of --node, or all.
absl::StatusOr<std::vector<HerdNode>> MembersToAsk(const Options& options);

}  // namespace proxyherd
