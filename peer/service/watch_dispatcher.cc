#include "peer/service/watch_dispatcher.h"

#include <cassert>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "peer/wire/location_message.h"

namespace proxyherd::peer {
namespace {

// Maximum bytes of records taken from the feed in one turn, so that events of watchers get a turn
// too.
constexpr size_t kTurnBytes = size_t{64} * 1024;

}  // namespace

// Lifetime: keeps itself alive until OnDone. `owner_` lists it while it receives changes.
class WatchDispatcher::Watcher : public WatchReactor {
 public:
  Watcher(WatchDispatcher& owner, WatchFilter filter)
      : owner_(owner), hold_(owner.thread_.MakeHold()), self_(this) {
    owner_.thread_.Post([self = self_, filter = std::move(filter)]() mutable {
      self->filter_ = std::move(filter);
      self->owner_.Add(self.get());
    });
  }

  // The functions below run on the watch thread.
  void Begin(const Table& table) {
    watch_.emplace(table, std::move(filter_), owner_.limit_hits_, owner_.memory_);
    Pump();
  }
  void OnChanged(const RecordView& record) { watch_->OnChanged(record); }
  void Pump() {
    if (writing_ || finished_) return;
    const std::optional<WatchEvent> event = watch_->Next();
    if (!event.has_value()) {
      // The search continues after other watchers have had a turn.
      if (watch_->Searching()) owner_.thread_.Post([self = self_] { self->Pump(); });
      return;
    }
    response_.Clear();
    if (const auto* found = std::get_if<WatchedClient>(&*event)) {
      FillLocation(found->client, found->report, *response_.mutable_location());
    } else if (std::holds_alternative<WatchCaughtUp>(*event)) {
      response_.mutable_caught_up();
    } else {
      response_.mutable_resync();
    }
    writing_ = true;
    StartWrite(&response_);
  }
  void End(const grpc::Status& status) {
    if (finished_) return;
    if (writing_) {
      if (!finish_.has_value()) finish_ = status;
      return;
    }
    finished_ = true;
    Finish(status);
  }

  void OnWriteDone(bool ok) override {
    owner_.thread_.Post([self = self_, ok] { self->AfterWrite(ok); });
  }
  void OnCancel() override {
    owner_.thread_.Post([self = self_] { self->End(grpc::Status::CANCELLED); });
  }
  void OnDone() override {
    owner_.thread_.Post([self = std::move(self_)] { self->owner_.Remove(self.get()); });
  }

 private:
  void AfterWrite(bool ok) {
    writing_ = false;
    if (finish_.has_value()) return End(*std::exchange(finish_, std::nullopt));
    if (!ok) return End(grpc::Status::CANCELLED);
    Pump();
  }

  WatchDispatcher& owner_;
  const runtime::SerialThread::Hold hold_;
  std::shared_ptr<Watcher> self_;
  WatchFilter filter_;
  std::optional<Watch> watch_;
  peer::v1::WatchLocationsResponse response_;  // owned by gRPC from StartWrite to OnWriteDone
  bool writing_ = false;
  bool finished_ = false;
  std::optional<grpc::Status> finish_;
};

WatchDispatcher::WatchDispatcher(Table& table, Env& env, size_t memory_bytes)
    : table_(table), thread_(env, {}), memory_(memory_bytes), batch_(kTurnBytes) {}

WatchDispatcher::~WatchDispatcher() { assert(joined_); }

WatchReactor* WatchDispatcher::NewWatcher(WatchFilter filter) {
  return new Watcher(*this, std::move(filter));
}

void WatchDispatcher::Add(Watcher* watcher) {
  if (stopped_.has_value()) {
    return watcher->End({grpc::StatusCode::UNAVAILABLE, *stopped_});
  }
  if (watchers_.size() == kMaxWatchers) {
    limit_hits_[WatchLimit::kWatchers].Add();
    return watcher->End({grpc::StatusCode::RESOURCE_EXHAUSTED,
                         "too many watchers on this node; watch at another one"});
  }
  const bool first = cursor_ == nullptr;
  Follow();
  watchers_.push_back(watcher);
  watcher->Begin(table_);
  // Dispatch makes the cursor idle once it finds no change.
  if (first) Dispatch();
}

void WatchDispatcher::Remove(Watcher* watcher) {
  watchers_.remove(watcher);
  Unfollow();
}

void WatchDispatcher::SetTap(std::function<void(const RecordView&)> tap) {
  thread_.Post([this, tap = std::move(tap)]() mutable {
    tap_ = std::move(tap);
    if (tap_ == nullptr) return Unfollow();
    const bool first = cursor_ == nullptr;
    Follow();
    if (first) Dispatch();
  });
}

void WatchDispatcher::Follow() {
  if (cursor_ != nullptr) return;
  cursor_ = std::make_unique<Cursor>(table_, [this] { thread_.Post([this] { Dispatch(); }); });
}

void WatchDispatcher::Unfollow() {
  if (watchers_.empty() && tap_ == nullptr) cursor_.reset();
}

void WatchDispatcher::Dispatch() {
  if (cursor_ == nullptr) return;
  batch_.Clear();
  const bool more = cursor_->Take(batch_);
  cursor_->Acknowledge(cursor_->Position());
  for (std::string_view rest = batch_.bytes(); !rest.empty();) {
    const RecordView record = *DecodeRecord(rest);
    for (Watcher* watcher : watchers_) watcher->OnChanged(record);
    if (tap_ != nullptr) tap_(record);
    rest.remove_prefix(record.Bytes());
  }
  for (Watcher* watcher : watchers_) watcher->Pump();
  if (more || !cursor_->GoIdle()) thread_.Post([this] { Dispatch(); });
}

void WatchDispatcher::Stop(const std::string& reason) {
  thread_.Post([this, reason] {
    stopped_ = reason;
    for (Watcher* watcher : watchers_) watcher->End({grpc::StatusCode::UNAVAILABLE, reason});
  });
}

void WatchDispatcher::Join() {
  thread_.Join();
  joined_ = true;
}

}  // namespace proxyherd::peer
