// gRPC functions of a stream (StartRead, StartWrite, Finish) are called only by the thread in
// Drive, one after another and without a lock. So nothing is started after Finish, although
// reactions and providers' answers arrive on any thread.
#include "places/service/search_streams.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "places/wire/search_messages.h"
#include "places/wire/search_turns.h"
#include "rpc/grpc_status.h"

namespace proxyherd::places {
namespace {

// A refused stream.
class Refusal final : public SearchStreamReactor {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

class SearchStreams::Stream final : public SearchStreamReactor,
                                    public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(SearchStreams& streams) : streams_(streams) {}

  void Drive() {
    // OnDone may follow Finish before this function returns.
    const auto self = shared_from_this();
    {
      MutexLock lock(&mu_);
      if (std::exchange(driven_, true)) return;
    }
    for (;;) {
      switch (NextTurn()) {
        case SearchTurns::Turn::kNone:
          return;
        case SearchTurns::Turn::kRead:
          StartRead(&request_);
          break;
        case SearchTurns::Turn::kWrite:
          StartWrite(&response_);
          break;
        case SearchTurns::Turn::kFinish:
          Finish(Status());
          break;
      }
    }
  }

  void Stop() {
    {
      MutexLock lock(&mu_);
      turns_.Stop(absl::UnavailableError("the places service is stopping; ask again"));
    }
    Drive();
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      BeginSearches();
    } else {
      MutexLock lock(&mu_);
      turns_.OnReadsOver();
    }
    Drive();
  }
  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(&mu_);
      turns_.OnWritten(ok);
    }
    Drive();
  }
  void OnCancel() override {
    {
      MutexLock lock(&mu_);
      turns_.OnBroken();
    }
    Drive();
  }
  void OnDone() override { streams_.Remove(this); }

 private:
  SearchTurns::Turn NextTurn() {
    MutexLock lock(&mu_);
    const SearchTurns::Turn turn = turns_.Next(response_);
    driven_ = turn != SearchTurns::Turn::kNone;
    return turn;
  }

  grpc::Status Status() {
    MutexLock lock(&mu_);
    return rpc::ToGrpc(turns_.status());
  }

  void BeginSearches() {
    {
      MutexLock lock(&mu_);
      if (!turns_.OnMessage(request_.searches_size())) return;
    }
    for (const v1::NumberedSearch& search : request_.searches()) Begin(search);
    MutexLock lock(&mu_);
    turns_.AllBegun();
  }

  void Begin(const v1::NumberedSearch& message) {
    const absl::StatusOr<SearchRequest> search = ToSearchRequest(message.search());
    if (!search.ok()) return Answer(message.number(), search.status());
    const int64_t asked_ns = message.time_left_ms() * kMillisecond;
    const int64_t budget_ns =
        asked_ns == 0 ? streams_.max_budget_ns_ : std::min(asked_ns, streams_.max_budget_ns_);
    streams_.provider_.Search(
        *search, budget_ns,
        [self = shared_from_this(), number = message.number()](
            absl::StatusOr<SearchAnswer> answer) { self->Answer(number, std::move(answer)); });
  }

  void Answer(uint64_t number, absl::StatusOr<SearchAnswer> answer) {
    v1::NumberedAnswer message;
    message.set_number(number);
    if (answer.ok()) {
      ToMessage(*std::move(answer), *message.mutable_found());
    } else {
      ToMessage(answer.status(), *message.mutable_failure());
    }
    {
      MutexLock lock(&mu_);
      turns_.OnAnswer(std::move(message));
    }
    Drive();
  }

  SearchStreams& streams_;
  v1::SearchStreamRequest request_;    // used by gRPC from StartRead to OnReadDone
  v1::SearchStreamResponse response_;  // used by gRPC from StartWrite to OnWriteDone
  Mutex mu_;
  SearchTurns turns_ ABSL_GUARDED_BY(mu_);
  bool driven_ ABSL_GUARDED_BY(mu_) = false;
};

SearchStreams::SearchStreams(Provider& provider, int64_t max_budget_ns)
    : provider_(provider), max_budget_ns_(max_budget_ns) {
  assert(max_budget_ns > 0);
}

SearchStreams::~SearchStreams() {
  MutexLock lock(&mu_);
  assert(streams_.empty());
}

SearchStreamReactor* SearchStreams::Open() {
  std::shared_ptr<Stream> stream;
  {
    MutexLock lock(&mu_);
    if (stopping_) {
      return new Refusal({grpc::StatusCode::UNAVAILABLE, "the places service is stopping"});
    }
    if (streams_.size() >= kMaxStreams) {
      return new Refusal({grpc::StatusCode::RESOURCE_EXHAUSTED,
                          "the places service has reached its limit of streams"});
    }
    stream = std::make_shared<Stream>(*this);
    streams_.emplace(stream.get(), stream);
  }
  stream->Drive();
  return stream.get();
}

void SearchStreams::Stop() {
  std::vector<std::shared_ptr<Stream>> streams;
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    for (const auto& [unused, stream] : streams_) streams.push_back(stream);
  }
  for (const auto& stream : streams) stream->Stop();
}

void SearchStreams::Remove(Stream* stream) {
  std::shared_ptr<Stream> removed;  // destroyed after the lock is released
  MutexLock lock(&mu_);
  const auto found = streams_.find(stream);
  removed = std::move(found->second);
  streams_.erase(found);
}

}  // namespace proxyherd::places
