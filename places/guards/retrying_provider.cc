#include "places/guards/retrying_provider.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "places/provider/errors.h"

namespace proxyherd::places {

namespace {

constexpr int64_t kNoRetryNs = -1;

}  // namespace

RetryingProvider::RetryingProvider(std::unique_ptr<Provider> next, const RetryOptions& options,
                                   Env& env, Timers& timers)
    : options_(options), env_(env), timers_(timers), next_(std::move(next)) {}

RetryingProvider::~RetryingProvider() {
  std::set<Shared> open;
  {
    MutexLock lock(&mu_);
    ending_ = true;
  }
  // A timer that is not cancelled in time starts its attempt; the destruction of `next_` then ends
  // that attempt.
  timers_.End();
  {
    MutexLock lock(&mu_);
    open.swap(pausing_);
  }
  for (const Shared& search : open) search->done(absl::CancelledError("the provider is gone"));
  next_.reset();
}

void RetryingProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  const auto search = std::make_shared<Attempts>();
  search->request = request;
  search->done = std::move(done);
  search->deadline_ns = timers_.MonotonicNs() + budget_ns;
  {
    MutexLock lock(&mu_);
    ++stats_.first;
  }
  Try(search);
}

void RetryingProvider::Try(const Shared& search) {
  ++search->made;
  next_->Search(
      search->request, search->deadline_ns - timers_.MonotonicNs(),
      [this, search](absl::StatusOr<SearchAnswer> answer) { Finish(search, std::move(answer)); });
}

void RetryingProvider::Finish(const Shared& search, absl::StatusOr<SearchAnswer> answer) {
  if (!answer.ok()) {
    const int64_t pause_ns = PauseAfterNs(*search, answer.status());
    if (pause_ns >= 0 && Pause(search, pause_ns)) return;
    if (RetryAdviceOf(answer.status()).when == RetryAdvice::When::kSoon) {
      MutexLock lock(&mu_);
      ++stats_.given_up;
    }
  }
  search->done(std::move(answer));
}

int64_t RetryingProvider::PauseAfterNs(const Attempts& search, const absl::Status& error) {
  const RetryAdvice advice = RetryAdviceOf(error);
  if (advice.when != RetryAdvice::When::kSoon || search.made >= options_.max_attempts) {
    return kNoRetryNs;
  }
  const int64_t left_ns = search.deadline_ns - timers_.MonotonicNs();
  // Compared before anything is added, because an upstream may ask for centuries.
  if (advice.delay_ns >= left_ns) return kNoRetryNs;
  // With a shift of more than 20 the pause would exceed every max_pause_ns.
  const int64_t longest_ns =
      std::min(options_.max_pause_ns,
               options_.first_pause_ns * (int64_t{1} << std::min(search.made - 1, 20)));
  const auto jitter_ns = static_cast<int64_t>(
      env_.Random() % static_cast<uint64_t>(std::max<int64_t>(longest_ns, 0) + 1));
  const int64_t pause_ns = std::max<int64_t>(advice.delay_ns, 0) + jitter_ns;
  return pause_ns < left_ns ? pause_ns : kNoRetryNs;
}

bool RetryingProvider::Pause(const Shared& search, int64_t pause_ns) {
  MutexLock lock(&mu_);
  if (ending_) return false;
  pausing_.insert(search);
  timers_.After(pause_ns, [this, search] {
    {
      MutexLock running(&mu_);
      if (pausing_.erase(search) == 0) return;
      ++stats_.retries;
    }
    Try(search);
  });
  return true;
}

RetryingProvider::Stats RetryingProvider::stats() const {
  MutexLock lock(&mu_);
  Stats now = stats_;
  now.pausing = pausing_.size();
  return now;
}

}  // namespace proxyherd::places
