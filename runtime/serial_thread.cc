#include "runtime/serial_thread.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <limits>
#include <system_error>
#include <thread>
#include <utility>

#include "base/mutex.h"

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

  // Starts the thread unless it runs.
  void Start() {
    if (started.load(std::memory_order_acquire)) return;
    MutexLock lock(&mu);
    if (started.load(std::memory_order_relaxed)) return;
    thread = std::thread([this] { Work(); });
    started.store(true, std::memory_order_release);
  }

  Env& env;
  const Hooks hooks;
  net::Poller poller;
  int64_t armed_ns = kNever;
  int holds = 0;
  bool joining = false;
  bool joined = false;  // of the caller of Join

  Mutex mu;
  std::atomic<bool> started{false};  // set under `mu`, once `thread` is
  std::thread thread;
};

SerialThread::SerialThread(Env& env, Hooks hooks)
    : impl_(std::make_shared<Impl>(env, std::move(hooks))) {}

SerialThread::~SerialThread() { assert(impl_->joined); }

// The task may release the last hold, and the thread end, before the poller's Post has returned; so
// `impl` keeps the poller alive until then.
void SerialThread::Post(net::Poller::Task task) {
  const std::shared_ptr<Impl> impl = impl_;
  impl->Start();
  impl->poller.Post(std::move(task));
}

net::Poller& SerialThread::poller() { return impl_->poller; }

SerialThread::Hold SerialThread::MakeHold() {
  Post([impl = impl_.get()] { ++impl->holds; });
  return {nullptr, [impl = impl_](void*) { impl->poller.Post([i = impl.get()] { --i->holds; }); }};
}

void SerialThread::Join() {
  assert(!impl_->joined && impl_->thread.get_id() != std::this_thread::get_id());
  impl_->joined = true;
  if (!impl_->started) return;
  Post([impl = impl_.get()] { impl->joining = true; });
  impl_->thread.join();
}

}  // namespace proxyherd::runtime
