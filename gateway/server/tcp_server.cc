#include "gateway/server/tcp_server.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <functional>
#include <future>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/limits/held_total.h"
#include "gateway/protocol/reply.h"
#include "gateway/server/acceptor.h"
#include "gateway/server/event_loop.h"
#include "runtime/wait.h"

namespace proxyherd::gateway {
namespace {

int LoopCount(const GatewayOptions& options) {
  if (options.loops > 0) return options.loops;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int64_t MaxConnectionsFor(const GatewayOptions& options) {
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  const auto may_open = static_cast<int64_t>(std::min<rlim_t>(descriptors.rlim_cur, INT32_MAX));
  return ConnectionLimit({options.max_connections, may_open, options.memory_bytes});
}

absl::Status Validate(const GatewayOptions& options) {
  const SessionLimits& session = options.session;
  const auto require = [](bool holds, const char* what) {
    return holds ? absl::OkStatus() : absl::InvalidArgumentError(what);
  };
  absl::Status status;
  status.Update(require(session.max_line_bytes >= kTooLongEchoBytes,
                        "the line limit must be at least 64 bytes"));
  status.Update(require(session.max_unsent_bytes > 0 && session.max_pending_lookups > 0,
                        "the limits on unsent replies and on lookups must be at least 1"));
  status.Update(require(options.max_unsent_total_bytes >= session.max_unsent_bytes,
                        "the limit on unsent bytes of all connections must be at least that of "
                        "one connection"));
  status.Update(require(session.lookup_timeout_ns > 0 && session.first_line_timeout_ns > 0 &&
                            session.idle_timeout_ns > 0 && session.write_stall_timeout_ns > 0 &&
                            options.stop_timeout_ns > 0 && options.handshake_grace_ns >= 0,
                        "time-outs must be greater than 0"));
  status.Update(require(options.loops >= 0 && options.max_connections >= 0 &&
                            options.max_connections_per_address >= 0 &&
                            options.log_lines_per_second >= 0,
                        "numbers of loops, connections and log lines must not be negative"));
  return status;
}

// The part of stop_timeout_ns that is reserved for clients to take their last replies and close:
// the time that a connection lingers, and two ticks. At most half of stop_timeout_ns.
constexpr int64_t kLastRepliesNs = 1500 * kMillisecond;

}  // namespace

class TcpServer::Impl {
 public:
  Impl(GatewayOptions options, Backend backend)
      : options_(std::move(options)),
        backend_(std::move(backend)),
        budget_(options_.log_lines_per_second),
        held_(std::make_shared<HeldTotal>(options_.max_unsent_total_bytes,
                                          static_cast<size_t>(LoopCount(options_)))) {}

  absl::Status Listen();
  void Serve();
  void Reconfigure(const GatewayOptions& options);
  void StopAccepting();
  GatewayStop Stop();

  uint16_t port() const {
    assert(listening_);
    return acceptor_->port();
  }
  int64_t max_connections() const { return max_connections_; }
  const HeldTotal& held() const { return *held_; }
  const std::vector<std::shared_ptr<EventLoop>>& loops() const { return loops_; }

 private:
  void MakeLoops();
  void RunOnFirstLoop(const std::function<void()>& task);
  bool OnTick();

  // Constant after construction, loops and acceptor after Listen.
  const GatewayOptions options_;
  const Backend backend_;
  std::vector<std::shared_ptr<EventLoop>> loops_;
  std::unique_ptr<Acceptor> acceptor_;

  // Thread-safe.
  TrafficBudget budget_;
  const std::shared_ptr<HeldTotal> held_;
  std::atomic<int64_t> max_connections_{0};

  bool listen_called_ = false;
  bool listening_ = false;  // constant after Listen
  bool served_ = false;
  bool running_ = false;
  bool accepting_ = false;

  // Owned by the first loop's thread.
  int64_t second_began_ns_ = 0;
};

void TcpServer::Impl::MakeLoops() {
  for (int i = 0; i < LoopCount(options_); ++i) {
    EventLoop::Hooks hooks;
    hooks.on_tick = [this, first = i == 0] { return first && OnTick(); };
    hooks.on_closed = [this](const net::ClientAddress& address) { acceptor_->Forget(address); };
    // A loop checks the total after each round of events, even an empty one.
    hooks.wake = [this](size_t loop) { loops_[loop]->Post([] {}); };
    loops_.push_back(std::make_shared<EventLoop>(backend_, options_.session, budget_, held_,
                                                 static_cast<size_t>(i), std::move(hooks)));
  }
}

absl::Status TcpServer::Impl::Listen() {
  assert(!listen_called_);
  listen_called_ = true;
  absl::Status status = Validate(options_);
  if (!status.ok()) return status;
  MakeLoops();
  for (const auto& loop : loops_) status.Update(loop->Open());
  if (!status.ok()) return status;
  max_connections_ = MaxConnectionsFor(options_);
  acceptor_ =
      std::make_unique<Acceptor>(loops_, max_connections_, options_.max_connections_per_address);
  status = acceptor_->Listen(options_.address, options_.port);
  listening_ = status.ok();
  return status;
}

void TcpServer::Impl::Serve() {
  assert(listening_ && !served_);
  second_began_ns_ = backend_.env.MonotonicNs();
  acceptor_->Start();
  for (const auto& loop : loops_) loop->Start();
  served_ = true;
  running_ = true;
  accepting_ = true;
}

void TcpServer::Impl::Reconfigure(const GatewayOptions& options) {
  assert(listening_ && Validate(options).ok());
  SessionLimits limits = options_.session;
  limits.first_line_timeout_ns = options.session.first_line_timeout_ns;
  limits.idle_timeout_ns = options.session.idle_timeout_ns;
  limits.write_stall_timeout_ns = options.session.write_stall_timeout_ns;
  limits.close_after_first_reply = options.session.close_after_first_reply;
  for (const auto& loop : loops_) loop->SetLimits(limits);
  budget_.SetLinesPerSecond(options.log_lines_per_second);
  max_connections_ = MaxConnectionsFor(options);
  loops_.front()->Post([this, connections = MaxConnectionsFor(options)] {
    acceptor_->SetMaxConnections(connections);
  });
}

// Returns true if the first loop must continue to tick: to resume accepting, or because clients of
// any loop use up the second's budget of log lines.
bool TcpServer::Impl::OnTick() {
  acceptor_->Resume();
  const int64_t now_ns = backend_.env.MonotonicNs();
  if (now_ns - second_began_ns_ < kSecond) return true;
  second_began_ns_ = now_ns;
  uint64_t left_out = 0;
  for (const auto& loop : loops_) left_out += loop->counters().log_lines_left_out.Value();
  const uint64_t lines = budget_.BeginSecond(left_out);
  if (lines != 0) backend_.log.LeftOut(lines);
  return acceptor_->Paused() || acceptor_->Connections() > 0;
}

void TcpServer::Impl::StopAccepting() {
  if (!accepting_) return;
  accepting_ = false;
  RunOnFirstLoop([this] { acceptor_->TakeLast(); });
  runtime::SleepFor(options_.handshake_grace_ns);
  RunOnFirstLoop([this] { acceptor_->Close(); });
}

void TcpServer::Impl::RunOnFirstLoop(const std::function<void()>& task) {
  std::promise<void> done;
  loops_.front()->Post([&task, &done] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

GatewayStop TcpServer::Impl::Stop() {
  GatewayStop stop;
  if (!running_) {
    if (acceptor_ != nullptr && !served_) acceptor_->Abandon();
    return stop;
  }
  StopAccepting();
  running_ = false;
  for (const auto& loop : loops_) stop.connections += static_cast<uint64_t>(loop->Connections());
  const int64_t deadline_ns = backend_.env.MonotonicNs() + options_.stop_timeout_ns;
  const int64_t give_up_ns = deadline_ns - std::min(kLastRepliesNs, options_.stop_timeout_ns / 2);
  for (const auto& loop : loops_) loop->BeginStop(give_up_ns, deadline_ns);
  for (const auto& loop : loops_) {
    loop->Join();
    stop.cut_off += loop->CutOff();
  }
  return stop;
}

TcpServer::TcpServer(GatewayOptions options, Backend backend)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(backend))) {}

TcpServer::~TcpServer() { Stop(); }

absl::Status TcpServer::Listen() { return impl_->Listen(); }

void TcpServer::Serve() { impl_->Serve(); }

absl::Status TcpServer::Start() {
  absl::Status status = Listen();
  if (status.ok()) Serve();
  return status;
}

void TcpServer::Reconfigure(const GatewayOptions& options) { impl_->Reconfigure(options); }

void TcpServer::StopAccepting() { impl_->StopAccepting(); }

GatewayStop TcpServer::Stop() { return impl_->Stop(); }

uint16_t TcpServer::port() const { return impl_->port(); }

int64_t TcpServer::OpenConnections() const {
  int64_t open = 0;
  for (const auto& loop : impl_->loops()) open += loop->Connections();
  return open;
}

int64_t TcpServer::MaxConnections() const { return impl_->max_connections(); }

uint64_t TcpServer::UnsentBytes() const { return impl_->held().Bytes(); }

uint64_t TcpServer::MaxUnsentBytes() const { return impl_->held().max_bytes(); }

uint64_t TcpServer::AcceptedConnections() const {
  uint64_t accepted = 0;
  for (const auto& loop : impl_->loops()) accepted += loop->Accepted();
  return accepted;
}

uint64_t TcpServer::Reports() const {
  uint64_t reports = 0;
  for (const auto& loop : impl_->loops()) {
    const auto& iamat = loop->counters().requests[static_cast<size_t>(Verb::kIamat)];
    for (RequestResult result : {RequestResult::kOk, RequestResult::kStale}) {
      reports += iamat[static_cast<size_t>(result)].Value();
    }
  }
  return reports;
}

std::vector<const GatewayCounters*> TcpServer::Counters() const {
  std::vector<const GatewayCounters*> counters;
  for (const auto& loop : impl_->loops()) counters.push_back(&loop->counters());
  return counters;
}

}  // namespace proxyherd::gateway
