#include "bench/loader/load_run.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/loader/closed_loop.h"
#include "bench/loader/make_reply_framer.h"
#include "bench/loader/open_loop.h"
#include "bench/loader/pacing.h"
#include "bench/loader/request.h"

namespace proxyherd::bench {
namespace {

// A server that is silent for this long has lost a request.
constexpr int64_t kMaxSilenceNs = 30 * kSecond;

// Large enough to read the replies to the largest burst of lines at once.
constexpr size_t kReadBytes = size_t{512} * 1024;

constexpr int kEvents = 512;

// How clients are reported that must be known before the run.
constexpr int kPrepareConnections = 4;
constexpr int kPrepareDepth = 64;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

enum class Phase : uint8_t { kWarmUp, kMeasure, kLastReplies };

class LoadRun {
 public:
  LoadRun(const BenchOptions& options, Env& env)
      : options_(options),
        env_(env),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        sender_(options, env),
        meter_(options.pids),
        buffer_(kReadBytes) {}
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;
  ~LoadRun() { close(epoll_); }

  absl::Status Connect();
  absl::Status Run();
  const Measurement& result() const { return meter_.result(); }

 private:
  absl::Status IdleSpeak();
  // Waits, at most until `until_ns`, and handles what has arrived. Sets now_ns_.
  absl::Status Turn(int64_t until_ns);
  absl::Status Wait(int64_t until_ns, int& ready);
  absl::Status OnReadable(size_t index);
  absl::Status Watch(size_t index, uint32_t events, int operation);
  void MakeReady();
  absl::Status ChangePhase();
  // outstanding() costs more, so it comes last.
  bool Silent() const { return now_ns_ - heard_ns_ > kMaxSilenceNs && outstanding() > 0; }
  uint64_t outstanding() const;

  const BenchOptions& options_;
  Env& env_;
  const int epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;  // idle ones last
  RequestSender sender_;
  Meter meter_;
  std::unique_ptr<Pacing> pacing_;  // null while idle connections speak
  std::vector<char> buffer_;
  std::array<epoll_event, kEvents> events_{};
  // For each connection, whether it is watched for room to write. A connection without room has
  // requests in flight, so it will soon be readable, and is then handled.
  std::vector<bool> watched_for_room_;
  int64_t now_ns_ = 0;
  int64_t heard_ns_ = 0;  // when bytes were last read
  Phase phase_ = Phase::kWarmUp;
  int64_t next_phase_ns_ = kNever;
};

uint64_t LoadRun::outstanding() const {
  uint64_t sum = 0;
  for (const auto& connection : connections_) sum += connection->outstanding();
  return sum;
}

absl::Status LoadRun::Watch(size_t index, uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = index;
  if (epoll_ctl(epoll_, operation, connections_[index]->fd(), &event) == 0) return {};
  return absl::ErrnoToStatus(errno, "epoll_ctl");
}

absl::Status LoadRun::Connect() {
  const auto active = static_cast<size_t>(options_.connections);
  const size_t all = active + static_cast<size_t>(options_.idle);
  for (size_t i = 0; i < all; ++i) {
    absl::StatusOr<Socket> socket = Socket::Connect(options_.targets[i % options_.targets.size()]);
    if (!socket.ok()) return socket.status();
    connections_.push_back(
        std::make_unique<Connection>(*std::move(socket), MakeReplyFramer(options_.work)));
    if (absl::Status status = Watch(i, EPOLLIN, EPOLL_CTL_ADD); !status.ok()) return status;
  }
  watched_for_room_.resize(all);
  return options_.idle_spoke ? IdleSpeak() : absl::OkStatus();
}

absl::Status LoadRun::IdleSpeak() {
  heard_ns_ = env_.MonotonicNs();
  for (size_t i = static_cast<size_t>(options_.connections); i < connections_.size(); ++i) {
    if (absl::Status status = sender_.Send(*connections_[i], 1); !status.ok()) return status;
  }
  while (outstanding() > 0) {
    if (absl::Status status = Turn(kNever); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status LoadRun::Wait(int64_t until_ns, int& ready) {
  const int64_t wait_ns = std::clamp<int64_t>(until_ns - now_ns_, 0, kSecond);
  const timespec timeout{wait_ns / kSecond, wait_ns % kSecond};
  ready = epoll_pwait2(epoll_, events_.data(), kEvents, &timeout, nullptr);
  if (ready >= 0) return absl::OkStatus();
  ready = 0;
  return errno == EINTR ? absl::OkStatus() : absl::ErrnoToStatus(errno, "epoll_pwait2");
}

absl::Status LoadRun::OnReadable(size_t index) {
  Replies replies;
  const absl::StatusOr<size_t> bytes = connections_[index]->Receive(buffer_, replies);
  if (!bytes.ok()) return bytes.status();
  if (*bytes == 0) return absl::OkStatus();
  now_ns_ = env_.MonotonicNs();
  heard_ns_ = now_ns_;
  meter_.AddReplies(replies, *bytes);
  if (pacing_ == nullptr || replies.complete == 0) return absl::OkStatus();
  return pacing_->OnReplies(index, replies.complete, now_ns_);
}

absl::Status LoadRun::Turn(int64_t until_ns) {
  int ready = 0;
  if (absl::Status status = Wait(until_ns, ready); !status.ok()) return status;
  now_ns_ = env_.MonotonicNs();
  for (int i = 0; i < ready; ++i) {
    const size_t index = events_[static_cast<size_t>(i)].data.u64;
    const uint32_t what = events_[static_cast<size_t>(i)].events;
    absl::Status status;
    if ((what & EPOLLOUT) != 0) status = connections_[index]->Flush();
    if (status.ok() && (what & ~uint32_t{EPOLLOUT}) != 0) status = OnReadable(index);
    if (!status.ok()) return status;
    const bool blocked = connections_[index]->blocked();
    if (blocked == watched_for_room_[index]) continue;
    watched_for_room_[index] = blocked;
    status = Watch(index, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    if (!status.ok()) return status;
  }
  if (!Silent()) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat("no reply for ", kMaxSilenceNs / kSecond, " s"));
}

void LoadRun::MakeReady() {
  // Otherwise the kernel could prolong a wait for the next due time by 50 us.
  if (options_.rate > 0) prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  pacing_ = MakePacing(options_,
                       {connections_, static_cast<size_t>(options_.connections), sender_, meter_});
  now_ns_ = env_.MonotonicNs();
  heard_ns_ = now_ns_;
  const bool by_time = options_.requests == 0;
  next_phase_ns_ = now_ns_ + (by_time ? static_cast<int64_t>(options_.warmup_s * kSecond) : 0);
}

absl::Status LoadRun::ChangePhase() {
  if (now_ns_ < next_phase_ns_) return absl::OkStatus();
  next_phase_ns_ = kNever;
  if (phase_ == Phase::kWarmUp) {
    phase_ = Phase::kMeasure;
    if (options_.requests == 0) {
      next_phase_ns_ = now_ns_ + static_cast<int64_t>(options_.seconds * kSecond);
    }
    return meter_.Start(now_ns_);
  }
  phase_ = Phase::kLastReplies;
  pacing_->Stop(now_ns_);
  return meter_.Stop(now_ns_);
}

absl::Status LoadRun::Run() {
  MakeReady();
  absl::Status status = ChangePhase();
  if (status.ok()) status = pacing_->Begin(now_ns_);
  while (status.ok() && !(pacing_->Exhausted() && outstanding() == 0)) {
    status = Turn(std::min(pacing_->NextDueNs(), next_phase_ns_));
    if (status.ok()) status = pacing_->OnTurn(now_ns_);
    if (status.ok()) status = ChangePhase();
  }
  if (!status.ok() || phase_ == Phase::kLastReplies) return status;
  next_phase_ns_ = now_ns_;
  return ChangePhase();
}

}  // namespace

std::unique_ptr<Pacing> MakePacing(const BenchOptions& options, PacingParts parts) {
  if (options.rate > 0) return std::make_unique<OpenLoop>(options, parts);
  return std::make_unique<ClosedLoop>(options, parts);
}

absl::StatusOr<Measurement> RunLoad(const BenchOptions& options, Env& env) {
  RaiseDescriptorLimit();
  LoadRun run(options, env);
  absl::Status status = run.Connect();
  if (status.ok()) status = run.Run();
  if (!status.ok()) return status;
  return run.result();
}

absl::Status PrepareClients(const BenchOptions& options, Env& env) {
  const Work work = PreparingWork(options.work);
  if (work == options.work || options.known) return absl::OkStatus();
  for (const net::HostPort& target : options.targets) {
    BenchOptions prepare;
    prepare.work = work;
    prepare.targets = {target};
    prepare.connections = kPrepareConnections;
    prepare.depth = kPrepareDepth;
    prepare.requests = options.clients;
    prepare.clients = options.clients;
    prepare.pick = Pick::kEach;
    prepare.around = options.around;
    prepare.id_bytes = options.id_bytes;
    prepare.stamp = options.stamp;
    prepare.seed = options.seed - 1;  // its counted times are before those of the run
    const absl::StatusOr<Measurement> done = RunLoad(prepare, env);
    if (!done.ok()) return done.status();
    if (done->errors > 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("clients could not be reported first: ", done->first_error));
    }
  }
  return absl::OkStatus();
}

}  // namespace proxyherd::bench
