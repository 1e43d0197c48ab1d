// A provider that asks the next one when one fails.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status_labels.h"
#include "base/timers.h"
#include "places/provider/provider.h"

namespace proxyherd {

// Asks its providers in order until one has an answer. An answer without places is one, too: a
// provider whose data does not reach to where the search is says so with OUT_OF_RANGE.
//
// A search that no provider may take (ValidateSearchRequest) ends with INVALID_ARGUMENT before
// anybody is asked. After that any error is a reason to go on, INVALID_ARGUMENT too: what one
// provider does not accept, a field mask or a type that it does not know, another may answer. Each
// provider but the last gets half of the time that is left, so that one that hangs leaves time for
// the others; each keeps to its time, as all providers do.
//
// The answer's reason says why providers before it had none. When none has one the error is the
// first one's that is not OUT_OF_RANGE, and its message tells all.
class FallbackProvider : public Provider {
 public:
  // What left provider `from` for the next one, by number of the error's code (StatusLabel).
  struct Step {
    std::string from;
    std::string to;
    std::array<uint64_t, kStatusCodes> by_code{};
  };

  // REQUIRES: at least one provider. `timers`, of which only the clock is used, must outlive this.
  FallbackProvider(std::vector<std::unique_ptr<Provider>> providers, Timers& timers);
  ~FallbackProvider() override;

  // The names of all, as "google,osm".
  absl::string_view name() const override { return name_; }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override;
  std::vector<ProviderStatus> Describe() const override;
  void Reload() override;

  std::vector<Step> steps() const;

 private:
  struct Walk {
    SearchRequest request;
    std::chrono::nanoseconds deadline;
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
      fallbacks_;                                     // by number of the provider
  std::vector<std::unique_ptr<Provider>> providers_;  // last: ending them still finishes calls
};

}  // namespace proxyherd
