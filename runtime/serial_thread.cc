#include "runtime/serial_thread.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <system_error>
#include <thread>
#include <utility>

namespace proxyherd::runtime {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace

// Members other than the poller are accessed only by the thread itself, once it runs.
struct SerialThread::Impl {
  Impl(Env& env_in, Hooks hooks_in) : env(env_in), hooks(std::move(hooks_in)) {
    if (!poller.Open([this] { OnTimer(); }).ok()) {
      throw std::system_error(errno, std::generic_category(), "cannot make a thread's poller");
    }
  }

  void Work() {
    while (!joining || holds > 0 || poller.HasTasks()) {
      poller.Turn();
      if (hooks.after_round != nullptr) hooks.after_round();
      Arm();
    }
  }

  // Sets the timer if it must fire earlier than it would. A timer that is set too early fires once
  // without effect, which is cheaper than setting it after every round.
  void Arm() {
    if (hooks.next_tick == nullptr) return;
    const int64_t next_ns = hooks.next_tick();
    if (next_ns >= armed_ns) return;
    armed_ns = next_ns;
    poller.SetTimer(std::max<int64_t>(1, next_ns - env.MonotonicNs()));
  }

  void OnTimer() {
    armed_ns = kNever;
    if (env.MonotonicNs() >= hooks.next_tick()) hooks.tick();
  }

  Env& env;
  const Hooks hooks;
  net::Poller poller;
  int64_t armed_ns = kNever;
  int holds = 0;
  bool joining = false;
  std::thread thread;
};

SerialThread::SerialThread(Env& env, Hooks hooks)
    : impl_(std::make_shared<Impl>(env, std::move(hooks))) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->Work(); });
}

SerialThread::~SerialThread() { assert(!impl_->thread.joinable()); }

// The task may release the last hold, and the thread end, before the poller's Post has returned; so
// `impl` keeps the poller alive until then.
void SerialThread::Post(net::Poller::Task task) {
  const std::shared_ptr<Impl> impl = impl_;
  impl->poller.Post(std::move(task));
}

net::Poller& SerialThread::poller() { return impl_->poller; }

SerialThread::Hold SerialThread::MakeHold() {
  Post([impl = impl_.get()] { ++impl->holds; });
  return {nullptr, [impl = impl_](void*) { impl->poller.Post([i = impl.get()] { --i->holds; }); }};
}

void SerialThread::Join() {
  assert(impl_->thread.joinable() && impl_->thread.get_id() != std::this_thread::get_id());
  Post([impl = impl_.get()] { impl->joining = true; });
  impl_->thread.join();
}

}  // namespace proxyherd::runtime
