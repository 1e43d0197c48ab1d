// A guard that tells "nothing is there" from "my data does not reach there".
#pragma once

#include <memory>
#include <utility>

#include "places/provider/provider.h"

namespace proxyherd {

// For a provider with the data of a region, in front of others that know more. When it has no place
// for a search and none of any kind within kMaxRadiusM of the middle either, its data is of
// elsewhere: the search ends with OUT_OF_RANGE, and a fallback asks the next one.
//
// Not for the last or only provider, whose empty answer is the best that there is.
class CoverageProvider : public Provider {
 public:
  explicit CoverageProvider(std::unique_ptr<Provider> next) : next_(std::move(next)) {}

  absl::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override;
  std::vector<ProviderStatus> Describe() const override { return next_->Describe(); }
  void Reload() override { next_->Reload(); }

 private:
  const std::unique_ptr<Provider> next_;
};

}  // namespace proxyherd
