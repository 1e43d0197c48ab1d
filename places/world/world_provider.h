// The provider that needs neither a key nor a network: the embedded world data.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "places/provider/provider.h"
#include "places/world/world_data.h"

namespace proxyherd::places {

// Answers from memory, before Search returns. Supports types, ranks and regions, but no language
// except that of its data. Thread-safe.
class WorldProvider : public Provider {
 public:
  explicit WorldProvider(WorldData data) : data_(std::move(data)) {}

  // Decompresses and indexes the embedded data, which takes about 0.1 s and 20 MB.
  static absl::StatusOr<std::unique_ptr<WorldProvider>> Load();

  std::string_view name() const override { return "world"; }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  // Includes the number of records, and the date and credits of the data.
  std::vector<ProviderStatus> Describe() const override;

 private:
  const WorldData data_;
};

}  // namespace proxyherd::places
