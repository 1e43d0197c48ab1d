#include "places/guards/retrying_provider.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "places/provider/errors.h"

namespace proxyherd {

using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds kNoRetry{-1};

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
  // A timer that is not cancelled in time starts its attempt, which the destruction of `next_`
  // ends.
  timers_.End();
  {
    MutexLock lock(&mu_);
    open.swap(pausing_);
  }
  for (const Shared& search : open) search->done(absl::CancelledError("the provider is gone"));
  next_.reset();
}

void RetryingProvider::Search(const SearchRequest& request, nanoseconds budget, Done done) {
  const auto search = std::make_shared<Attempts>();
  search->request = request;
  search->done = std::move(done);
  search->deadline = timers_.Now() + budget;
  {
    MutexLock lock(&mu_);
    ++stats_.first;
  }
  Try(search);
}

void RetryingProvider::Try(const Shared& search) {
  ++search->made;
  next_->Search(
      search->request, search->deadline - timers_.Now(),
      [this, search](absl::StatusOr<SearchAnswer> answer) { Finish(search, std::move(answer)); });
}

void RetryingProvider::Finish(const Shared& search, absl::StatusOr<SearchAnswer> answer) {
  if (!answer.ok()) {
    const nanoseconds pause = PauseAfter(*search, answer.status());
    if (pause >= nanoseconds::zero() && Pause(search, pause)) return;
    if (RetryAdviceOf(answer.status()).when == RetryAdvice::When::kSoon) {
      MutexLock lock(&mu_);
      ++stats_.given_up;
    }
  }
  search->done(std::move(answer));
}

nanoseconds RetryingProvider::PauseAfter(const Attempts& search, const absl::Status& error) {
  const RetryAdvice advice = RetryAdviceOf(error);
  if (advice.when != RetryAdvice::When::kSoon || search.made >= options_.max_attempts) {
    return kNoRetry;
  }
  const nanoseconds left = search.deadline - timers_.Now();
  // Compared before anything is added, because an upstream may ask for centuries.
  if (advice.delay >= left) return kNoRetry;
  // A shift of more than 20 exceeds every max_pause.
  const nanoseconds longest = std::min(
      options_.max_pause, options_.first_pause * (int64_t{1} << std::min(search.made - 1, 20)));
  const auto jitter = nanoseconds(static_cast<int64_t>(
      env_.Random() % static_cast<uint64_t>(std::max<int64_t>(longest.count(), 0) + 1)));
  const nanoseconds pause = std::max(advice.delay, nanoseconds::zero()) + jitter;
  return pause < left ? pause : kNoRetry;
}

bool RetryingProvider::Pause(const Shared& search, nanoseconds pause) {
  MutexLock lock(&mu_);
  if (ending_) return false;
  pausing_.insert(search);
  timers_.After(pause, [this, search] {
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

}  // namespace proxyherd
