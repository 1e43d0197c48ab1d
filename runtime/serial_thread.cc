// One at a time: the own thread, an Asio loop, or whoever comes by.
#include "runtime/serial_thread.h"

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace proxyherd {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// How often one that came by runs what has come in meanwhile, before the own thread goes on.
constexpr int kTurnsAtOnce = 16;

using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

}  // namespace

// Whoever is at it (`busy`) is the only one that touches what is not guarded by `mu`.
struct SerialThread::Impl : std::enable_shared_from_this<Impl> {
  Impl(Env& env_in, std::function<void()> tick_in, std::function<int64_t()> next_tick_in)
      : env(env_in), tick(std::move(tick_in)), next_tick(std::move(next_tick_in)) {}

  // Adds a task; whether the caller has to be at it now.
  bool Claim(std::function<void()> task) {
    const std::lock_guard lock(mu);
    waiting.push_back(std::move(task));
    return !std::exchange(busy, true);
  }

  // Runs what waits until nothing is left; or leaves the rest to the own thread, because the
  // calling one has other things to do. REQUIRES: the caller is at it.
  void Work() {
    for (int turn = 0; turn < kTurnsAtOnce; ++turn) {
      {
        const std::lock_guard lock(mu);
        if (waiting.empty()) {
          busy = false;
          return;
        }
        running.swap(waiting);
      }
      for (const auto& task : running) task();
      running.clear();
      Arm();
    }
    HandOver();
  }

  void HandOver() {
    asio::post(context, [self = shared_from_this()] { self->Work(); });
  }

  // Sets the timer when it has to fire earlier than it is set to. One that is set too early fires
  // for nothing once, which is cheaper than setting it after every task.
  void Arm() {
    if (joining) return;
    const int64_t next_ns = next_tick();
    if (next_ns >= armed_ns) return;
    armed_ns = next_ns;
    timer.expires_after(
        std::chrono::nanoseconds(std::max<int64_t>(0, next_ns - env.MonotonicNs())));
    timer.async_wait([this](const asio::error_code& error) {
      if (!error && Claim([this] { OnTimer(); })) Work();
    });
  }

  void OnTimer() {
    armed_ns = kNever;
    if (!joining && env.MonotonicNs() >= next_tick()) tick();
  }

  Env& env;
  const std::function<void()> tick;
  const std::function<int64_t()> next_tick;
  int64_t armed_ns = kNever;
  bool joining = false;
  std::vector<std::function<void()>> running;

  std::mutex mu;
  bool busy = false;                           // guarded by mu
  std::vector<std::function<void()>> waiting;  // guarded by mu

  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::shared_ptr<WorkGuard> work = std::make_shared<WorkGuard>(context.get_executor());
  std::thread thread;
};

SerialThread::SerialThread(Env& env, std::function<void()> tick, std::function<int64_t()> next_tick)
    : impl_(std::make_shared<Impl>(env, std::move(tick), std::move(next_tick))) {
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

SerialThread::~SerialThread() = default;

void SerialThread::Post(std::function<void()> task) {
  if (impl_->Claim(std::move(task))) impl_->HandOver();
}

void SerialThread::Run(std::function<void()> task) {
  // The task may give the last hold back. The own thread goes on until all is done here, and then
  // ends while this one is still on its way out.
  const std::shared_ptr<Impl> impl = impl_;
  const WorkGuard until_done(impl->context.get_executor());
  if (impl->Claim(std::move(task))) impl->Work();
}

SerialThread::Hold SerialThread::MakeHold() {
  return std::make_shared<WorkGuard>(impl_->context.get_executor());
}

void SerialThread::Join() {
  Post([impl = impl_.get()] {
    impl->joining = true;
    impl->timer.cancel();
    impl->work.reset();
  });
  impl_->thread.join();
}

}  // namespace proxyherd
