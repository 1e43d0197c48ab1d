// A provider that asks the next of several providers if one fails.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_labels.h"
#include "base/timers.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// Asks its providers in order until one answers. An answer without places is an answer: a provider
// whose data does not cover the search returns OUT_OF_RANGE. Thread-safe.
//
// A search that no provider could accept (ValidateSearchRequest) ends with INVALID_ARGUMENT before
// any provider is asked. After that every error leads to the next provider, including
// INVALID_ARGUMENT: a field mask or a type that one provider does not know may be known to another.
// Each provider except the last gets half of the remaining time, so that one that hangs leaves time
// for the others. All providers must keep to their budgets.
//
// The answer's reason says why earlier providers did not answer. If no provider answers, the search
// ends with the first error that is not OUT_OF_RANGE, and the message contains all errors.
class FallbackProvider : public Provider {
 public:
  // Counts steps from provider `from` to the next one, by number of the error's code (StatusLabel).
  struct Step {
    std::string from;
    std::string to;
    std::array<uint64_t, kStatusCodes> by_code{};
  };

  // `timers`, of which only the clock is used, must outlive this object. REQUIRES: at least one
  // provider.
  FallbackProvider(std::vector<std::unique_ptr<Provider>> providers, Timers& timers);
  ~FallbackProvider() override;

  // The names of all providers, e.g. "google,osm".
  std::string_view name() const override { return name_; }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override;
  void Reload() override;

  std::vector<Step> steps() const;

 private:
  struct Walk {
    SearchRequest request;
    int64_t deadline_ns;
    Done done;
    size_t at = 0;
    std::vector<absl::Status> errors;  // of the providers before `at`
  };

  void Ask(const std::shared_ptr<Walk>& walk);
  void Finish(const std::shared_ptr<Walk>& walk, absl::StatusOr<SearchAnswer> answer);
  // "google: UNAVAILABLE (...); osm: ...".
  std::string Reason(const std::vector<absl::Status>& errors) const;
  absl::Status AllFailed(const std::vector<absl::Status>& errors) const;

  Timers& timers_;
  std::vector<std::string> names_;
  std::string name_;
  std::atomic<bool> ending_ = false;
  std::vector<std::array<std::atomic<uint64_t>, kStatusCodes>>
      fallbacks_;  // by number of the provider
  std::vector<std::unique_ptr<Provider>>
      providers_;  // last, because their destructors still finish calls
};

}  // namespace proxyherd::places
