// Lets one thread wait for its sockets, for tasks from other threads, and for a time.
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

namespace proxyherd::net {

// Wraps one epoll, level-triggered: a socket is registered once, and while its owner waits for the
// same events, a reply costs only the system calls to wait, read and write. docs/adr/0007 compares
// this with the cost of a library's loop.
//
// Post and HasTasks are thread-safe; the rest is for the thread that calls Turn.
class Poller {
 public:
  // The events to wait for, in any combination. A close by the other side is always reported.
  static constexpr uint32_t kNothing = 0;
  static constexpr uint32_t kReadable = EPOLLIN;
  static constexpr uint32_t kWritable = EPOLLOUT;

  // The owner of a socket.
  class Watcher {
   public:
    // `events`: as epoll reports them. May close its own socket but no other; only tasks and the
    // timer, which run between rounds of events, may close any socket.
    virtual void OnReady(uint32_t events) = 0;

   protected:
    ~Watcher() = default;
  };

  using Task = absl::AnyInvocable<void()>;

  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // `on_timer`: called once for each SetTimer. RESOURCE_EXHAUSTED if the system has no descriptors
  // left. REQUIRES: called once, before all other calls.
  absl::Status Open(std::function<void()> on_timer);

  // Sets the timer to fire once, `delay_ns` from now, instead of at the time set before. A poller
  // whose timer is not set wakes up for events and tasks only. REQUIRES: delay_ns > 0.
  void SetTimer(int64_t delay_ns);

  // `watcher` must outlive the socket, which is no longer watched once it is closed. Both return
  // false if the system refuses.
  bool Watch(int socket, uint32_t events, Watcher& watcher);
  bool Change(int socket, uint32_t events, Watcher& watcher);
  // Stops reporting events of the socket, even a close by the other side.
  void Forget(int socket);

  // Runs a task between rounds of events. Tasks left after the last Turn are destroyed with the
  // poller.
  void Post(Task task);
  // Returns true if tasks wait for the next Turn.
  bool HasTasks() const;

  // Waits for events, tasks or the timer, and handles them.
  void Turn();

 private:
  void RunTasks();
  void Drain(const Descriptor& counter) const;

  Descriptor epoll_;
  Descriptor wake_;   // an eventfd, readable while tasks wait
  Descriptor timer_;  // a timerfd, so that a round reads no clock
  std::function<void()> on_timer_;

  mutable Mutex mu_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mu_);
  std::vector<Task> running_;  // kept to reuse its memory
};

}  // namespace proxyherd::net
