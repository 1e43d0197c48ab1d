// A guard that distinguishes "nothing is there" from "the data does not cover this point".
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "places/provider/provider.h"

namespace proxyherd::places {

// For a provider with the data of a region, in front of providers with more data. If it finds no
// place for a search, and none of any type within kMaxRadiusM of its centre, its data does not
// cover the search. It then returns OUT_OF_RANGE, so that a fallback asks the next provider.
//
// Not for the last or only provider: its empty answer is the best one available.
class CoverageProvider : public Provider {
 public:
  explicit CoverageProvider(std::unique_ptr<Provider> next) : next_(std::move(next)) {}

  std::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override { return next_->Describe(); }
  void Reload() override { next_->Reload(); }

 private:
  const std::unique_ptr<Provider> next_;
};

}  // namespace proxyherd::places
