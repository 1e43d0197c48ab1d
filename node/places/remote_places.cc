// Lookups of places at herd-places.
#include "node/places/remote_places.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "node/places/pending_lookups.h"
#include "node/places/places_lookups.h"
#include "node/places/places_stream.h"
#include "places/wire/search_messages.h"
#include "runtime/timer_thread.h"

namespace proxyherd {
namespace {

// Something is said so often, also to keep gRPC's threads of both sides awake.
constexpr int64_t kBeatNs = 500 * kMillisecond;
// A stream that has said nothing for so long is dead.
constexpr int64_t kMaxSilenceNs = 2 * kSecond;
// Between attempts while the service is away.
constexpr int64_t kFirstBackoffNs = 100 * kMillisecond;
constexpr int64_t kMaxBackoffNs = 1 * kSecond;

// A channel of its own for each stream, as for links: gRPC's back-off would add to ours, and a new
// stream over a connection that is dead would find nothing.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address,
                                           const ClientMetrics& metrics) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                   static_cast<int>(kMaxSilenceNs / kMillisecond));
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      address, grpc::InsecureChannelCredentials(), arguments, metrics.MakeInterceptors());
}

}  // namespace

class RemotePlaces::Client final : public PlacesStream::Owner {
 public:
  using Done = PendingLookups::Done;

  Client(std::string address, const ClientMetrics& metrics, Env& env, Limits limits)
      : address_(std::move(address)),
        metrics_(metrics),
        env_(env),
        limits_(std::move(limits)),
        timers_(env) {}

  void Search(const PlacesQuery& query, const Done& done) {
    const int64_t now_ns = env_.MonotonicNs();
    absl::Status refused;
    std::shared_ptr<PlacesStream> stream;
    bool opened = false;
    {
      absl::MutexLock lock(&mu_);
      refused = Refused(now_ns);
      if (refused.ok() && !pending_.Add(query, now_ns + kLookupDeadlineNs, done)) {
        limits_.too_many();
        refused = absl::ResourceExhaustedError(
            "this node waits for too many lookups of places already; try again in a moment");
      }
      if (refused.ok()) {
        opened = stream_ == nullptr;
        if (opened) MakeStream(now_ns);
        stream = stream_;
      }
    }
    if (!refused.ok()) return done(ToFailure(refused));
    if (opened) return Begin(*stream);
    stream->Drive();
  }

  void Stop() {
    std::vector<Done> failed;
    std::shared_ptr<PlacesStream> stream;
    Timers::Id beat = Timers::kNone;
    {
      absl::MutexLock lock(&mu_);
      stopped_ = true;  // so no beat follows
      failed = pending_.TakeAll();
      stream = stream_;
      beat = beat_;
    }
    timers_.Cancel(beat);
    if (stream != nullptr) stream->Cancel();
    Fail(failed, absl::UnavailableError("this node is stopping; ask another one"));
    absl::MutexLock lock(&mu_);
    mu_.Await(absl::Condition(
        +[](Client* self) ABSL_NO_THREAD_SAFETY_ANALYSIS { return self->streams_ == 0; }, this));
  }

  // PlacesStream::Owner
  bool NextMessage(PlacesStream::Request& message) override {
    absl::MutexLock lock(&mu_);
    pending_.TakeMessage(env_.MonotonicNs(), message);
    return std::exchange(beat_due_, false) || message.searches_size() > 0;
  }

  void OnResponse(PlacesStream& stream, const PlacesStream::Response& response) override {
    std::vector<std::pair<Done, const places::v1::NumberedAnswer*>> answered;
    {
      absl::MutexLock lock(&mu_);
      if (stream_.get() != &stream) return;
      heard_ = true;
      heard_ns_ = env_.MonotonicNs();
      backoff_ns_ = kFirstBackoffNs;
      for (const auto& answer : response.answers()) {
        if (Done done = pending_.Take(answer.number())) {
          answered.emplace_back(std::move(done), &answer);
        }
      }
    }
    for (auto& [done, answer] : answered) {
      done(answer->has_found() ? PlacesAnswer(answer->found().json())
                               : PlacesAnswer(ToFailure(ToStatus(answer->failure()))));
    }
  }

  void OnEnded(std::shared_ptr<PlacesStream> stream, const grpc::Status& status) override {
    std::vector<Done> failed;
    absl::Status reason;
    {
      absl::MutexLock lock(&mu_);
      stream_.reset();
      ended_.push_back(std::move(stream));
      failed = pending_.OnStreamEnded(heard_);
      if (!heard_) {
        next_attempt_ns_ = env_.MonotonicNs() + backoff_ns_;
        backoff_ns_ = std::min(2 * backoff_ns_, kMaxBackoffNs);
      }
      away_ = reason = AwayReason(status);
    }
    Fail(failed, reason);
    timers_.After(std::chrono::nanoseconds::zero(), [this] { AfterStream(); });
  }

 private:
  absl::Status Refused(int64_t now_ns) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (stopped_) return absl::UnavailableError("this node is stopping; ask another one");
    if (stream_ == nullptr && now_ns < next_attempt_ns_) return away_;
    return absl::OkStatus();
  }

  absl::Status AwayReason(const grpc::Status& status) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const std::string prefix = absl::StrCat("the places service at ", address_, ": ");
    if (cut_) {
      return absl::UnavailableError(
          absl::StrCat(prefix, "has said nothing for ", kMaxSilenceNs / kSecond, " s"));
    }
    if (status.ok()) return absl::UnavailableError(absl::StrCat(prefix, "it ended the stream"));
    return {static_cast<absl::StatusCode>(status.error_code()),
            absl::StrCat(prefix, status.error_message())};
  }

  void MakeStream(int64_t now_ns) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    stream_ = std::make_shared<PlacesStream>(MakeChannel(address_, metrics_), *this);
    ++streams_;
    heard_ = cut_ = false;
    heard_ns_ = now_ns;
  }

  // On the timers' thread: see PlacesStream.
  void AfterStream() {
    std::shared_ptr<PlacesStream> next;
    std::vector<std::shared_ptr<PlacesStream>> ended;
    {
      absl::MutexLock lock(&mu_);
      ended.swap(ended_);
      if (!stopped_ && stream_ == nullptr && pending_.HasUnsent()) {
        MakeStream(env_.MonotonicNs());
        next = stream_;
      }
    }
    if (next != nullptr) Begin(*next);
    const size_t count = ended.size();
    ended.clear();
    absl::MutexLock lock(&mu_);
    streams_ -= count;
  }

  // Once for each stream, without the lock.
  void Begin(PlacesStream& stream) {
    stream.Start();
    absl::MutexLock lock(&mu_);
    if (!std::exchange(beating_, true)) SetBeat();
  }

  void SetBeat() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (!stopped_) beat_ = timers_.After(std::chrono::nanoseconds(kBeatNs), [this] { Beat(); });
  }

  void Beat() {
    std::shared_ptr<PlacesStream> stream;
    std::vector<Done> expired;
    bool dead = false;
    {
      absl::MutexLock lock(&mu_);
      beating_ = stream_ != nullptr;
      if (!beating_) return;
      const int64_t now_ns = env_.MonotonicNs();
      expired = pending_.TakeExpired(now_ns);
      dead = !cut_ && now_ns - heard_ns_ >= kMaxSilenceNs;
      cut_ = cut_ || dead;
      beat_due_ = true;
      stream = stream_;
    }
    Fail(expired, absl::DeadlineExceededError(absl::StrCat("the places service at ", address_,
                                                           " has not answered in time")));
    if (dead) {
      limits_.silence();
      stream->Cancel();
    } else {
      stream->Drive();
    }
    absl::MutexLock lock(&mu_);
    SetBeat();
  }

  static void Fail(const std::vector<Done>& lookups, const absl::Status& reason) {
    for (const Done& done : lookups) done(ToFailure(reason));
  }

  const std::string address_;
  const ClientMetrics& metrics_;
  Env& env_;
  const Limits limits_;

  absl::Mutex mu_;
  PendingLookups pending_ ABSL_GUARDED_BY(mu_);
  std::shared_ptr<PlacesStream> stream_ ABSL_GUARDED_BY(mu_);  // nullptr: none is open
  std::vector<std::shared_ptr<PlacesStream>> ended_ ABSL_GUARDED_BY(mu_);
  size_t streams_ ABSL_GUARDED_BY(mu_) = 0;    // that are not destroyed yet
  bool heard_ ABSL_GUARDED_BY(mu_) = false;    // the stream has said something
  bool cut_ ABSL_GUARDED_BY(mu_) = false;      // the stream was found dead
  int64_t heard_ns_ ABSL_GUARDED_BY(mu_) = 0;  // its begin, before it says something
  int64_t next_attempt_ns_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t backoff_ns_ ABSL_GUARDED_BY(mu_) = kFirstBackoffNs;
  absl::Status away_ ABSL_GUARDED_BY(mu_);  // why the last stream ended
  bool beat_due_ ABSL_GUARDED_BY(mu_) = false;
  bool beating_ ABSL_GUARDED_BY(mu_) = false;
  Timers::Id beat_ ABSL_GUARDED_BY(mu_) = Timers::kNone;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;

  TimerThread timers_;  // last: its thread uses the others
};

RemotePlaces::RemotePlaces(const std::string& address, const ClientMetrics& metrics, Env& env,
                           Limits limits)
    : client_(std::make_shared<Client>(address, metrics, env, std::move(limits))) {}

RemotePlaces::~RemotePlaces() = default;

PlacesLookup RemotePlaces::Lookup() {
  return
      [client = client_](const PlacesQuery& query, const std::function<void(PlacesAnswer)>& done) {
        client->Search(query, done);
      };
}

void RemotePlaces::Stop() { client_->Stop(); }

}  // namespace proxyherd
