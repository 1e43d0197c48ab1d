// One thread's waiting: for its sockets, for other threads' tasks, and for its tick.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "base/mutex.h"
#include "net/descriptor.h"

namespace proxyherd {

// An epoll of its own, level-triggered: a socket is registered once, and as long as its owner wants
// to hear the same, an answer costs no call but wait, read and write. (docs/adr/0007 has what a
// library's loop costs beside it.)
//
// Post is thread-safe; the rest is for the thread that calls Turn.
class Poller {
 public:
  // What can be waited for, in any combination. That the other side is gone is always told.
  static constexpr uint32_t kNothing = 0;
  static constexpr uint32_t kReadable = EPOLLIN;
  static constexpr uint32_t kWritable = EPOLLOUT;

  // Whose socket it is.
  class Watcher {
   public:
    // `events` as epoll gives them. It may close its own socket, but no other's: tasks and ticks,
    // which come between rounds of events, may close any.
    virtual void OnReady(uint32_t events) = 0;

   protected:
    ~Watcher() = default;
  };

  using Task = absl::AnyInvocable<void()>;

  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // `tick` is called every so often. RESOURCE_EXHAUSTED: the system gives no more descriptors.
  // Called before all else.
  absl::Status Open(int64_t tick_every_ns, std::function<void()> tick);

  // `watcher` outlives the socket, which is forgotten when it is closed. False: the system refuses.
  bool Watch(int socket, uint32_t events, Watcher& watcher);
  bool Change(int socket, uint32_t events, Watcher& watcher);
  // Nothing is told of it any more, not even that the other side is gone.
  void Forget(int socket);

  // Runs a task between rounds of events. Those that are left when nobody turns any more are
  // destroyed with the poller.
  void Post(Task task);

  // Waits until something is there and does it.
  void Turn();

 private:
  void RunTasks();
  void Drain(const Descriptor& counter) const;

  Descriptor epoll_;
  Descriptor wake_;   // an eventfd, readable while tasks wait
  Descriptor timer_;  // a timerfd: no clock is asked in between
  std::function<void()> tick_;

  Mutex mu_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mu_);
  std::vector<Task> running_;  // its memory is used again
};

}  // namespace proxyherd
