// Numbers node names, so that a record stores the node that took it in two bytes.
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "core/record.h"

namespace proxyherd {

// Append-only; the numbers are valid in this process only. Thread-safe; reading a name takes no
// lock.
class OriginTable {
 public:
  // A herd has up to about a thousand nodes, and names change only over years. The bound keeps a
  // faulty peer from filling memory with invented names.
  static constexpr size_t kMaxOrigins = 4096;

  // `hash_seed` seeds HashOf; it is the same on all nodes of a herd.
  explicit OriginTable(uint64_t hash_seed);

  // Returns the number of a name, and assigns one to a new name. Returns nullopt if the name is
  // malformed or there are kMaxOrigins already.
  std::optional<OriginIndex> Intern(std::string_view name);

  // REQUIRES: `index` came from Intern.
  std::string_view NameOf(OriginIndex index) const { return Get(index).name; }
  uint64_t HashOf(OriginIndex index) const { return Get(index).hash; }

 private:
  struct Origin {
    std::string name;
    uint64_t hash;
  };
  const Origin& Get(OriginIndex index) const {
    assert(index < kMaxOrigins);
    const Origin* const origin = by_index_[index].load(std::memory_order_acquire);
    assert(origin != nullptr);
    return *origin;
  }

  const uint64_t hash_seed_;
  Mutex mu_;
  absl::flat_hash_map<std::string_view, OriginIndex> by_name_ ABSL_GUARDED_BY(mu_);
  std::array<std::unique_ptr<Origin>, kMaxOrigins> owned_ ABSL_GUARDED_BY(mu_);
  std::array<std::atomic<const Origin*>, kMaxOrigins> by_index_{};
};

}  // namespace proxyherd
