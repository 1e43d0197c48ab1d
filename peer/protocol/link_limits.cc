#include "peer/protocol/link_limits.h"

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd::peer {

std::string_view NameOf(LinkLimit limit) {
  constexpr std::string_view kNames[kLinkLimits] = {"batch_bytes", "batch_origins", "message_rate",
                                                    "origins", "members"};
  return kNames[static_cast<size_t>(limit)];
}

std::string OverLimit(const std::string& neighbour, LinkLimit limit) {
  return absl::StrCat(neighbour, " exceeds the limit ", ToAbsl(NameOf(limit)), " of a link");
}

std::optional<LinkLimit> LimitOver(const Batch& batch) {
  if (batch.records.size() > kMaxWireBatchBytes) return LinkLimit::kBatchBytes;
  if (batch.origins.size() > kMaxBatchOrigins) return LinkLimit::kBatchOrigins;
  return std::nullopt;
}

}  // namespace proxyherd::peer
