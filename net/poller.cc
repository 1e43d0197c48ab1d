#include "net/poller.h"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"

namespace proxyherd::net {
namespace {

// The maximum number of events in one round. Further ones wait for the next round, after the tasks.
constexpr int kEventsPerRound = 256;

bool Add(const Descriptor& epoll, int descriptor, uint32_t events, void* owner) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = owner;
  return epoll_ctl(epoll.fd(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace

// Turn recognizes events of `wake_` and `timer_` by their addresses, which are no watcher's.
absl::Status Poller::Open(std::function<void()> on_timer) {
  assert(!epoll_.Open());
  on_timer_ = std::move(on_timer);
  epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  wake_ = Descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  timer_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  const bool opened = epoll_.Open() && wake_.Open() && timer_.Open() &&
                      Add(epoll_, wake_.fd(), EPOLLIN, &wake_) &&
                      Add(epoll_, timer_.fd(), EPOLLIN, &timer_);
  if (opened) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("cannot set up epoll: ", std::strerror(errno)));
}

void Poller::SetTimer(int64_t delay_ns) {
  assert(timer_.Open() && delay_ns > 0);
  itimerspec when{};
  when.it_value = {delay_ns / kSecond, delay_ns % kSecond};
  // Fails only for a wrong descriptor or a malformed time.
  [[maybe_unused]] const int set = timerfd_settime(timer_.fd(), 0, &when, nullptr);
  assert(set == 0);
}

bool Poller::Watch(int socket, uint32_t events, Watcher& watcher) {
  return Add(epoll_, socket, events, &watcher);
}

bool Poller::Change(int socket, uint32_t events, Watcher& watcher) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watcher;
  return epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, socket, &event) == 0;
}

void Poller::Forget(int socket) { epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, socket, nullptr); }

void Poller::Post(Task task) {
  assert(wake_.Open());
  bool first = false;
  {
    MutexLock lock(&mu_);
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (!first) return;
  const uint64_t one = 1;
  // Fails only if the counter is at its maximum; then the poller wakes up anyway.
  [[maybe_unused]] const ssize_t written = write(wake_.fd(), &one, sizeof(one));
}

bool Poller::HasTasks() const {
  MutexLock lock(&mu_);
  return !tasks_.empty();
}

void Poller::Drain(const Descriptor& counter) const {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t size = read(counter.fd(), &count, sizeof(count));
}

void Poller::Turn() {
  assert(epoll_.Open());
  std::array<epoll_event, kEventsPerRound> events;
  const int ready = epoll_wait(epoll_.fd(), events.data(), kEventsPerRound, -1);
  bool tasks = false;
  bool fired = false;
  for (int i = 0; i < ready; ++i) {
    void* const owner = events[i].data.ptr;
    if (owner == &wake_) {
      tasks = true;
    } else if (owner == &timer_) {
      fired = true;
    } else {
      static_cast<Watcher*>(owner)->OnReady(events[i].events);
    }
  }
  if (tasks) RunTasks();
  if (fired) {
    Drain(timer_);
    on_timer_();
  }
}

void Poller::RunTasks() {
  Drain(wake_);
  {
    MutexLock lock(&mu_);
    running_.swap(tasks_);
  }
  for (Task& task : running_) task();
  running_.clear();
}

}  // namespace proxyherd::net
