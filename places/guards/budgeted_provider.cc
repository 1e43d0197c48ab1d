#include "places/guards/budgeted_provider.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"

namespace proxyherd::places {

BudgetedProvider::BudgetedProvider(std::unique_ptr<Provider> next, const BudgetLimits& limits,
                                   const BudgetRecord& restored, std::unique_ptr<BudgetStore> store,
                                   Env& env, Timers& timers, Timers& writing)
    : env_(env),
      timers_(timers),
      writing_(writing),
      budget_(limits, restored),
      store_(std::move(store)),
      next_(std::move(next)) {}

BudgetedProvider::~BudgetedProvider() {
  {
    MutexLock lock(&mu_);
    ending_ = true;
  }
  writing_.End();
  std::vector<Waiting> waiting;
  BudgetRecord used;
  bool has_counted = false;
  {
    MutexLock lock(&mu_);
    waiting.swap(waiting_);
    used = budget_.Used();
    has_counted = stats_.granted > 0;
  }
  for (const Waiting& search : waiting) search.done(absl::CancelledError("the provider is gone"));
  next_.reset();
  // If this fails, the block is taken as used, as after a crash.
  if (store_ != nullptr && has_counted) store_->Save(used).IgnoreError();
}

void BudgetedProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  switch (const Budget::Verdict verdict = Admit(request, timers_.MonotonicNs() + budget_ns, done)) {
    case Budget::Verdict::kGranted:
      next_->Search(request, budget_ns, std::move(done));
      return;
    case Budget::Verdict::kNeedsReserve:
      return;
    default:
      done(Refusal(verdict));
  }
}

Budget::Verdict BudgetedProvider::Admit(const SearchRequest& request, int64_t deadline_ns,
                                        Done& done) {
  MutexLock lock(&mu_);
  const int64_t now_ns = env_.NowNs();
  Budget::Verdict verdict = budget_.Take(now_ns);
  if (verdict == Budget::Verdict::kNeedsReserve && store_ == nullptr) {
    budget_.SetReserved(budget_.Reserve(now_ns));
    verdict = budget_.Take(now_ns);
  }
  switch (verdict) {
    case Budget::Verdict::kGranted:
      ++stats_.granted;
      break;
    case Budget::Verdict::kMinuteIsOver:
      ++stats_.refused_minute;
      break;
    case Budget::Verdict::kDayIsOver:
      ++stats_.refused_day;
      break;
    case Budget::Verdict::kNeedsReserve:
      waiting_.push_back({request, deadline_ns, std::move(done)});
      if (!is_saving_ && !ending_) {
        is_saving_ = true;
        writing_.After(0, [this] { Save(); });
      }
      break;
  }
  return verdict;
}

void BudgetedProvider::Save() {
  BudgetRecord next;
  {
    MutexLock lock(&mu_);
    next = budget_.Reserve(env_.NowNs());
  }
  const absl::Status status = store_->Save(next);
  std::vector<Waiting> waiting;
  {
    MutexLock lock(&mu_);
    ++(status.ok() ? stats_.saves : stats_.failed_saves);
    if (status.ok()) budget_.SetReserved(next);
    is_saving_ = false;
    if (ending_) return;
    waiting.swap(waiting_);
  }
  for (Waiting& search : waiting) {
    if (status.ok()) {
      // The block may have fewer calls than searches wait: the others then wait for the next block.
      Search(search.request, search.deadline_ns - timers_.MonotonicNs(), std::move(search.done));
    } else {
      absl::Status error = absl::UnavailableError(
          absl::StrCat("calls are not made while they cannot be counted: ", status.message()));
      SetRetryAdvice(error, {RetryAdvice::When::kNever});
      MarkRefusedHere(error);
      search.done(std::move(error));
    }
  }
}

absl::Status BudgetedProvider::Refusal(Budget::Verdict verdict) const {
  const int64_t now_ns = env_.NowNs();
  const bool is_day = verdict == Budget::Verdict::kDayIsOver;
  const int64_t again_ns = is_day ? Budget::NextDay(now_ns) : Budget::NextMinute(now_ns);
  const std::string again =
      absl::FormatTime(absl::RFC3339_sec, absl::FromUnixNanos(again_ns), absl::UTCTimeZone());
  absl::Status refused =
      absl::ResourceExhaustedError(absl::StrCat("its budget for ", is_day ? "today" : "this minute",
                                                " is used up; it has one again at ", again));
  RetryAdvice advice{RetryAdvice::When::kTomorrow};
  if (!is_day) advice = {RetryAdvice::When::kSoon, again_ns - now_ns};
  SetRetryAdvice(refused, advice);
  MarkRefusedHere(refused);
  return refused;
}

std::vector<ProviderStatus> BudgetedProvider::Describe() const {
  std::vector<ProviderStatus> all = next_->Describe();
  MutexLock lock(&mu_);
  const int64_t now_ns = env_.NowNs();
  const BudgetLimits& limits = budget_.limits();
  for (ProviderStatus& status : all) {
    if (limits.per_minute > 0) status.budget_left_minute = budget_.LeftOfMinute(now_ns);
    if (limits.per_day > 0) status.budget_left_day = budget_.LeftOfDay(now_ns);
    const bool is_used_up = status.budget_left_day == 0 || status.budget_left_minute == 0;
    if (is_used_up && status.state != ProviderStatus::State::kUnavailable) {
      status.state = ProviderStatus::State::kUnavailable;
      status.reason =
          std::string(Refusal(status.budget_left_day == 0 ? Budget::Verdict::kDayIsOver
                                                          : Budget::Verdict::kMinuteIsOver)
                          .message());
    }
  }
  return all;
}

BudgetedProvider::Stats BudgetedProvider::stats() const {
  MutexLock lock(&mu_);
  return stats_;
}

BudgetLimits BudgetedProvider::limits() const {
  MutexLock lock(&mu_);
  return budget_.limits();
}

}  // namespace proxyherd::places
