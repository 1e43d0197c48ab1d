#include "core/origins.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace proxyherd {

OriginTable::OriginTable(uint64_t hash_seed) : hash_seed_(hash_seed) {}

std::optional<OriginIndex> OriginTable::Intern(std::string_view name) {
  if (!IsNodeName(name)) return std::nullopt;
  MutexLock lock(&mu_);
  if (auto known = by_name_.find(name); known != by_name_.end()) return known->second;
  if (by_name_.size() == kMaxOrigins) return std::nullopt;
  const auto index = static_cast<OriginIndex>(by_name_.size());
  owned_[index] = std::make_unique<Origin>(
      Origin{std::string(name), XXH3_64bits_withSeed(name.data(), name.size(), hash_seed_)});
  by_name_.emplace(owned_[index]->name, index);
  by_index_[index].store(owned_[index].get(), std::memory_order_release);
  return index;
}

}  // namespace proxyherd
