#include "runtime/serial_thread.h"

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cassert>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace proxyherd::runtime {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// After draining this many batches of tasks, a thread that called Run hands over to the executor's
// thread.
constexpr int kMaxTurns = 16;

using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

}  // namespace

// Members not guarded by `mu` are accessed only by the thread that drains the queue (see `busy`).
struct SerialThread::Impl : std::enable_shared_from_this<Impl> {
  Impl(Env& env_in, std::function<void()> tick_in, std::function<int64_t()> next_tick_in)
      : env(env_in), tick(std::move(tick_in)), next_tick(std::move(next_tick_in)) {}

  // Adds a task. Returns true if the caller must drain the queue now.
  bool Claim(std::function<void()> task) {
    MutexLock lock(&mu);
    waiting.push_back(std::move(task));
    return !std::exchange(busy, true);
  }

  // Drains the queue until it is empty, or hands the rest over to the executor's thread after
  // kMaxTurns batches, because the calling thread has other work. REQUIRES: Claim returned true.
  void Work() {
    for (int turn = 0; turn < kMaxTurns; ++turn) {
      {
        MutexLock lock(&mu);
        assert(busy);
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

  // Sets the timer if it must fire earlier than it would. A timer that is set too early fires once
  // without effect, which is cheaper than setting it after every task.
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

  Mutex mu;
  bool busy ABSL_GUARDED_BY(mu) = false;  // a thread drains the queue
  std::vector<std::function<void()>> waiting ABSL_GUARDED_BY(mu);

  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::shared_ptr<WorkGuard> work = std::make_shared<WorkGuard>(context.get_executor());
  std::thread thread;
};

SerialThread::SerialThread(Env& env, std::function<void()> tick, std::function<int64_t()> next_tick)
    : impl_(std::make_shared<Impl>(env, std::move(tick), std::move(next_tick))) {
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

SerialThread::~SerialThread() { assert(!impl_->thread.joinable()); }

void SerialThread::Post(std::function<void()> task) {
  if (impl_->Claim(std::move(task))) impl_->HandOver();
}

void SerialThread::Run(std::function<void()> task) {
  // The task may release the last hold. So the guard keeps the executor's thread alive until Work
  // has returned, and `impl` keeps the object alive until this function has returned.
  const std::shared_ptr<Impl> impl = impl_;
  const WorkGuard until_done(impl->context.get_executor());
  if (impl->Claim(std::move(task))) impl->Work();
}

SerialThread::Hold SerialThread::MakeHold() {
  return std::make_shared<WorkGuard>(impl_->context.get_executor());
}

void SerialThread::Join() {
  assert(impl_->thread.joinable() && impl_->thread.get_id() != std::this_thread::get_id());
  Post([impl = impl_.get()] {
    impl->joining = true;
    impl->timer.cancel();
    impl->work.reset();
  });
  impl_->thread.join();
}

}  // namespace proxyherd::runtime
