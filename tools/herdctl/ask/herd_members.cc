#include "tools/herdctl/ask/herd_members.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "tools/herdctl/view/near_name.h"

namespace proxyherd::tools {

absl::StatusOr<config::HerdFile> ReadHerdOf(const Options& options) {
  absl::StatusOr<config::HerdFile> file = config::ReadHerdFile(options.herd_path);
  if (file.ok()) return file;
  return absl::InvalidArgumentError(file.status().message());
}

absl::StatusOr<config::HerdNode> FindMember(const config::HerdFile& file, const std::string& name,
                                            const Options& options) {
  if (const config::HerdNode* node = file.Find(name); node != nullptr) return *node;
  std::vector<std::string> names;
  for (const config::HerdNode& node : file.nodes) names.push_back(node.name);
  const std::string near = NearestName(name, names);
  return absl::InvalidArgumentError(
      absl::StrCat("no node called '", name, "' in ", options.herd_path,
                   near.empty() ? "" : absl::StrCat("; did you mean '", near, "'?")));
}

absl::StatusOr<std::vector<config::HerdNode>> MembersToAsk(const Options& options) {
  absl::StatusOr<config::HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return file.status();
  if (options.node.empty()) return file->nodes;
  absl::StatusOr<config::HerdNode> node = FindMember(*file, options.node, options);
  if (!node.ok()) return node.status();
  return std::vector<config::HerdNode>{*std::move(node)};
}

}  // namespace proxyherd::tools
