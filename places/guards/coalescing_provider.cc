#include "places/guards/coalescing_provider.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/env.h"
#include "places/provider/refusal.h"
#include "places/provider/request_key.h"

namespace proxyherd::places {

namespace {

// The provider's time-outs are rounded. An answer less than this before the call's deadline is
// taken for a time-out, and searches with no more than this left are not worth another call.
constexpr int64_t kSlackNs = 5 * kMillisecond;

}  // namespace

CoalescingProvider::CoalescingProvider(std::unique_ptr<Provider> next, Timers& timers,
                                       size_t max_waiting)
    : timers_(timers), max_waiting_(max_waiting), next_(std::move(next)) {}

CoalescingProvider::~CoalescingProvider() {
  std::vector<Shared> open;
  {
    MutexLock lock(&mu_);
    ending_ = true;
    for (const auto& [key, call] : calls_) open.push_back(call);
  }
  timers_.End();
  next_.reset();
  // Ends calls that the provider has not answered.
  for (const Shared& call : open) Finish(call, absl::CancelledError("the provider is gone"));
}

void CoalescingProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  if (budget_ns <= 0) {
    done(absl::DeadlineExceededError(absl::StrCat("no time left to ask ", ToAbsl(name()))));
    return;
  }
  const Joined joined = Join(request, timers_.MonotonicNs() + budget_ns, std::move(done));
  if (joined.refused != nullptr) {
    absl::Status refused = absl::ResourceExhaustedError(
        absl::StrCat(max_waiting_, " searches wait for ", ToAbsl(name()), " already"));
    MarkRefusedHere(refused);
    joined.refused(std::move(refused));
    return;
  }
  if (joined.is_new) Ask(joined.call, budget_ns);
  SetTimer(joined.call, joined.waiter);  // after Ask, because most answers need no timer
}

CoalescingProvider::Joined CoalescingProvider::Join(const SearchRequest& request,
                                                    int64_t deadline_ns, Done done) {
  MutexLock lock(&mu_);
  if (stats_.waiting >= max_waiting_) {
    ++stats_.refused;
    Joined none;
    none.refused = std::move(done);
    return none;
  }
  std::string key = RequestKey(request);
  Shared& known = calls_[key];
  const bool is_new = known == nullptr;
  if (is_new) {
    known = std::make_shared<Call>();
    known->key = std::move(key);
    known->request = request;
    known->deadline_ns = deadline_ns;
  } else {
    ++stats_.joined;
  }
  const uint64_t waiter = ++last_waiter_;
  known->waiters[waiter] = {std::move(done), deadline_ns, Timers::kNone};
  ++stats_.waiting;
  Joined joined;
  joined.call = known;
  joined.waiter = waiter;
  joined.is_new = is_new;
  return joined;
}

void CoalescingProvider::Ask(const Shared& call, int64_t budget_ns) {
  next_->Search(call->request, budget_ns,
                [this, call](const absl::StatusOr<SearchAnswer>& answer) { Finish(call, answer); });
}

void CoalescingProvider::SetTimer(const Shared& call, uint64_t waiter) {
  MutexLock lock(&mu_);
  const auto found = call->waiters.find(waiter);
  if (found == call->waiters.end() || ending_) return;
  found->second.timer = timers_.After(found->second.deadline_ns - timers_.MonotonicNs(),
                                      [this, call, waiter] { Expire(call, waiter); });
}

void CoalescingProvider::Expire(const Shared& call, uint64_t waiter) {
  Done done;
  {
    MutexLock lock(&mu_);
    const auto found = call->waiters.find(waiter);
    if (found == call->waiters.end()) return;
    done = std::move(found->second.done);
    call->waiters.erase(found);
    --stats_.waiting;
    ++stats_.expired;
    // If a call is past its deadline, the provider is at fault; no further search may join it.
    if (call->waiters.empty() && timers_.MonotonicNs() >= call->deadline_ns) Forget(call);
  }
  done(absl::DeadlineExceededError(absl::StrCat(ToAbsl(name()), " did not answer in time")));
}

void CoalescingProvider::Finish(const Shared& call, const absl::StatusOr<SearchAnswer>& answer) {
  std::map<uint64_t, Waiter> waiters;
  int64_t more_ns = 0;
  {
    MutexLock lock(&mu_);
    more_ns = MoreTimeNs(*call, answer.status());
    if (more_ns == 0) {
      Forget(call);
      waiters.swap(call->waiters);
      stats_.waiting -= waiters.size();
    }
  }
  if (more_ns > 0) {
    Ask(call, more_ns);
    return;
  }
  for (auto& [id, waiter] : waiters) {
    timers_.Cancel(waiter.timer);
    waiter.done(answer);
  }
}

int64_t CoalescingProvider::MoreTimeNs(Call& call, const absl::Status& answer) {
  const int64_t now_ns = timers_.MonotonicNs();
  if (ending_ || answer.code() != absl::StatusCode::kDeadlineExceeded ||
      now_ns + kSlackNs < call.deadline_ns) {
    return 0;
  }
  int64_t latest_ns = 0;
  for (const auto& [id, waiter] : call.waiters) latest_ns = std::max(latest_ns, waiter.deadline_ns);
  if (latest_ns <= now_ns + kSlackNs) return 0;
  call.deadline_ns = latest_ns;
  ++stats_.repeated;
  return latest_ns - now_ns;
}

void CoalescingProvider::Forget(const Shared& call) {
  const auto found = calls_.find(call->key);
  if (found != calls_.end() && found->second == call) calls_.erase(found);
}

CoalescingProvider::Stats CoalescingProvider::stats() const {
  MutexLock lock(&mu_);
  return stats_;
}

}  // namespace proxyherd::places
