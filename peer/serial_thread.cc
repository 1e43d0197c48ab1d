// The thread is an Asio loop of its own.
#include "peer/serial_thread.h"

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

namespace proxyherd {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

}  // namespace

struct SerialThread::Impl {
  Impl(Env& env_in, std::function<void()> tick_in, std::function<int64_t()> next_tick_in)
      : env(env_in), tick(std::move(tick_in)), next_tick(std::move(next_tick_in)) {}

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
      if (error) return;
      armed_ns = kNever;
      if (env.MonotonicNs() >= next_tick()) tick();
      Arm();
    });
  }

  Env& env;
  const std::function<void()> tick;
  const std::function<int64_t()> next_tick;
  int64_t armed_ns = kNever;
  bool joining = false;
  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::shared_ptr<WorkGuard> work = std::make_shared<WorkGuard>(context.get_executor());
  std::thread thread;
};

SerialThread::SerialThread(Env& env, std::function<void()> tick, std::function<int64_t()> next_tick)
    : impl_(std::make_unique<Impl>(env, std::move(tick), std::move(next_tick))) {
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

SerialThread::~SerialThread() = default;

void SerialThread::Post(std::function<void()> task) {
  asio::post(impl_->context, [this, task = std::move(task)] {
    task();
    impl_->Arm();
  });
}

SerialThread::Hold SerialThread::MakeHold() {
  return std::make_shared<WorkGuard>(impl_->context.get_executor());
}

void SerialThread::Join() {
  asio::post(impl_->context, [this] {
    impl_->joining = true;
    impl_->timer.cancel();
    impl_->work.reset();
  });
  impl_->thread.join();
}

}  // namespace proxyherd
