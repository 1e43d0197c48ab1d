#include "places/provider/fallback_provider.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/provider/refusal.h"

namespace proxyherd::places {

FallbackProvider::FallbackProvider(std::vector<std::unique_ptr<Provider>> providers, Timers& timers)
    : timers_(timers), fallbacks_(providers.size()), providers_(std::move(providers)) {
  assert(!providers_.empty());
  for (const auto& provider : providers_) {
    names_.emplace_back(provider->name());
    absl::StrAppend(&name_, name_.empty() ? "" : ",", ToAbsl(provider->name()));
  }
}

FallbackProvider::~FallbackProvider() {
  ending_ = true;  // so that destroying a provider does not pass its calls to the next
  providers_.clear();
}

void FallbackProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  if (absl::Status status = ValidateSearchRequest(request); !status.ok()) {
    done(std::move(status));
    return;
  }
  const auto walk = std::make_shared<Walk>();
  walk->request = request;
  walk->deadline_ns = timers_.MonotonicNs() + budget_ns;
  walk->done = std::move(done);
  Ask(walk);
}

void FallbackProvider::Ask(const std::shared_ptr<Walk>& walk) {
  const int64_t left_ns = walk->deadline_ns - timers_.MonotonicNs();
  const bool is_last = walk->at + 1 == names_.size();
  providers_[walk->at]->Search(
      walk->request, is_last ? left_ns : left_ns / 2,
      [this, walk](absl::StatusOr<SearchAnswer> answer) { Finish(walk, std::move(answer)); });
}

void FallbackProvider::Finish(const std::shared_ptr<Walk>& walk,
                              absl::StatusOr<SearchAnswer> answer) {
  if (answer.ok()) {
    answer->reason = Reason(walk->errors);
    walk->done(std::move(answer));
    return;
  }
  if (ending_) {
    walk->done(std::move(answer));
    return;
  }
  walk->errors.push_back(answer.status());
  if (walk->at + 1 == names_.size()) {
    walk->done(AllFailed(walk->errors));
    return;
  }
  fallbacks_[walk->at][static_cast<size_t>(answer.status().code())].fetch_add(
      1, std::memory_order_relaxed);
  ++walk->at;
  Ask(walk);
}

std::string FallbackProvider::Reason(const std::vector<absl::Status>& errors) const {
  std::string reason;
  for (size_t i = 0; i < errors.size(); ++i) {
    absl::StrAppend(&reason, i == 0 ? "" : "; ", names_[i], ": ", ShortError(errors[i]));
  }
  return reason;
}

absl::Status FallbackProvider::AllFailed(const std::vector<absl::Status>& errors) const {
  if (errors.size() == 1) return errors.front();
  const auto chosen = std::find_if(errors.begin(), errors.end(), [](const absl::Status& error) {
    return error.code() != absl::StatusCode::kOutOfRange;
  });
  const absl::Status& error = chosen == errors.end() ? errors.front() : *chosen;
  absl::Status all(error.code(), Reason(errors));
  error.ForEachPayload(
      [&all](const auto& type, const absl::Cord& payload) { all.SetPayload(type, payload); });
  return all;
}

std::vector<ProviderStatus> FallbackProvider::Describe() const {
  std::vector<ProviderStatus> all;
  for (const auto& provider : providers_) {
    for (ProviderStatus& status : provider->Describe()) all.push_back(std::move(status));
  }
  return all;
}

void FallbackProvider::Reload() {
  for (const auto& provider : providers_) provider->Reload();
}

std::vector<FallbackProvider::Step> FallbackProvider::steps() const {
  std::vector<Step> steps;
  for (size_t i = 0; i + 1 < names_.size(); ++i) {
    Step step{names_[i], names_[i + 1], {}};
    for (size_t code = 0; code < kStatusCodes; ++code) {
      step.by_code[code] = fallbacks_[i][code].load(std::memory_order_relaxed);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace proxyherd::places
