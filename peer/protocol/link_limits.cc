#include "peer/protocol/link_limits.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd::peer {
namespace {

constexpr int64_t kMessageCostNs = kSecond / kMessagesPerSecond;

}  // namespace

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

bool MessageBudget::Take(int64_t now_ns) {
  paid_until_ns_ =
      std::max(paid_until_ns_, now_ns - kMessageBurst * kMessageCostNs) + kMessageCostNs;
  return paid_until_ns_ <= now_ns;
}

}  // namespace proxyherd::peer
