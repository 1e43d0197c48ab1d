// Connects the state machine of remote_searches.h with searching threads, gRPC's threads and a
// timer.
#include "places/remote/client/remote_provider.h"

#include <algorithm>
#include <utility>

#include "absl/synchronization/notification.h"
#include "base/mutex.h"
#include "base/owned_timers.h"
#include "places/remote/remote_searches.h"
#include "rpc/grpc_status.h"

namespace proxyherd::places {

// Events enter the machine one at a time, under the lock. The machine's actions are collected, and
// executed by the event's thread after the lock is released.
class RemoteProvider::Impl final : public RemoteSearches::Effects, public SearchCall::Owner {
 public:
  Impl(const std::string& address, rpc::ChannelFactory channels, Env& env, Timers& timers,
       Counters counters)
      : address_(address),
        channels_(std::move(channels)),
        counters_(std::move(counters)),
        searches_(address, env, *this),
        timers_(timers) {}

  void Search(const SearchRequest& request, int64_t budget_ns, Done done) {
    const Turn turn(*this);
    searches_.OnSearch(turn.now_ns(), request, budget_ns, std::move(done));
  }

  ProviderStatus Describe() const {
    MutexLock lock(&mu_);
    const RemoteSearches::State state = searches_.state();
    ProviderStatus status;
    if (state == RemoteSearches::State::kWaiting || state == RemoteSearches::State::kStopped) {
      status.state = ProviderStatus::State::kUnavailable;
      status.reason = std::string(searches_.reason().message());
    }
    return status;
  }

  void Stop() {
    bool is_over = false;
    {
      const Turn turn(*this);
      searches_.OnStop();
      is_over = calls_.empty();
    }
    if (!is_over) last_call_gone_.WaitForNotification();
  }

 private:
  // The actions of one event, in the order of execution.
  struct Actions {
    std::shared_ptr<SearchCall> cancelled;
    std::vector<std::pair<Done, absl::StatusOr<SearchAnswer>>> answers;
    std::shared_ptr<SearchCall> opened;
    std::shared_ptr<SearchCall> written;
    SearchCall::Request message;

    void Run() {
      if (cancelled != nullptr) cancelled->Cancel();
      for (auto& [done, answer] : answers) done(std::move(answer));
      if (opened != nullptr) opened->Start();
      if (written != nullptr) written->Write(std::move(message));
    }
  };

  // Holds the lock while an event is passed to the machine, then executes the actions of the event.
  class ABSL_SCOPED_LOCKABLE Turn {
   public:
    explicit Turn(Impl& impl) ABSL_EXCLUSIVE_LOCK_FUNCTION(impl.mu_) : impl_(impl) {
      impl_.mu_.Lock();
      now_ns_ = impl_.timers_.MonotonicNs();
    }
    ~Turn() ABSL_UNLOCK_FUNCTION() {
      Actions actions = std::exchange(impl_.actions_, {});
      impl_.mu_.Unlock();
      actions.Run();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    int64_t now_ns() const { return now_ns_; }

   private:
    Impl& impl_;
    int64_t now_ns_ = 0;
  };

  // RemoteSearches::Effects.
  void Open() override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    call_ = std::make_shared<SearchCall>(address_, channels_, *this);
    calls_.push_back(call_);
    actions_.opened = call_;
  }
  void Write(SearchCall::Request message) override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    actions_.written = call_;
    actions_.message = std::move(message);
  }
  void Cancel() override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    actions_.cancelled = std::exchange(call_, nullptr);
  }
  void SetTimer(int64_t delay_ns) override {
    timers_.After(delay_ns, [this] {
      const Turn turn(*this);
      searches_.OnTimer(turn.now_ns());
    });
  }
  void Answer(Done done, absl::StatusOr<SearchAnswer> answer) override
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    actions_.answers.emplace_back(std::move(done), std::move(answer));
  }
  void CountTooMany() override { counters_.too_many(); }
  void CountSilence() override { counters_.silence(); }

  // SearchCall::Owner. A cancelled call no longer belongs to the machine.
  void OnWritten(SearchCall& call) override {
    const Turn turn(*this);
    if (call_.get() == &call) searches_.OnWritten(turn.now_ns());
  }
  void OnMessage(SearchCall& call, SearchCall::Response& message) override {
    {
      const Turn turn(*this);
      if (call_.get() == &call) searches_.OnMessage(turn.now_ns(), message);
    }
    const Turn turn(*this);
    if (call_.get() == &call) searches_.OnAnswered(turn.now_ns());
  }
  // The timers' thread does the rest, because the call must not be destroyed on a thread of gRPC's.
  void OnEnded(SearchCall& call, const grpc::Status& status) override {
    timers_.After(0, [this, &call, reason = rpc::FromGrpc(status)] {
      LoseCall(call, reason);
      RemoveCall(call);
    });
  }

  void LoseCall(const SearchCall& call, const absl::Status& reason) {
    const Turn turn(*this);
    if (call_.get() != &call) return;
    call_ = nullptr;
    searches_.OnEnded(turn.now_ns(), reason);
  }

  void RemoveCall(const SearchCall& call) {
    std::shared_ptr<SearchCall> removed;
    bool is_last = false;
    {
      MutexLock lock(&mu_);
      const auto found = std::find_if(calls_.begin(), calls_.end(),
                                      [&](const auto& each) { return each.get() == &call; });
      removed = std::move(*found);
      calls_.erase(found);
      is_last = calls_.empty() && searches_.state() == RemoteSearches::State::kStopped;
    }
    removed.reset();
    if (is_last) last_call_gone_.Notify();
  }

  const std::string address_;
  const rpc::ChannelFactory channels_;
  const Counters counters_;

  mutable Mutex mu_;
  RemoteSearches searches_ ABSL_GUARDED_BY(mu_);
  Actions actions_ ABSL_GUARDED_BY(mu_);                   // of the present event
  std::shared_ptr<SearchCall> call_ ABSL_GUARDED_BY(mu_);  // the machine's stream; may be nullptr
  std::vector<std::shared_ptr<SearchCall>> calls_ ABSL_GUARDED_BY(mu_);  // still used by gRPC

  absl::Notification last_call_gone_;  // after Stop
  OwnedTimers timers_;                 // last: its callbacks use the others
};

RemoteProvider::RemoteProvider(const std::string& address, rpc::ChannelFactory channels, Env& env,
                               Timers& timers, Counters counters)
    : impl_(
          std::make_unique<Impl>(address, std::move(channels), env, timers, std::move(counters))) {}

RemoteProvider::~RemoteProvider() { Stop(); }

void RemoteProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  impl_->Search(request, budget_ns, std::move(done));
}

std::vector<ProviderStatus> RemoteProvider::Describe() const {
  ProviderStatus status = impl_->Describe();
  status.name = std::string(name());
  return {status};
}

void RemoteProvider::Stop() { impl_->Stop(); }

}  // namespace proxyherd::places
