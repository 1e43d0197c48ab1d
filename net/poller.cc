// Waiting by epoll.
#include "net/poller.h"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

// Events of a round. More wait for the next, after the tasks.
constexpr int kEventsPerRound = 256;

constexpr int64_t kSecondNs = 1'000'000'000;

bool Add(const Descriptor& epoll, int descriptor, uint32_t events, void* whose) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = whose;
  return epoll_ctl(epoll.fd(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace

// The poller's own two descriptors are known by their addresses, which are no watchers'.
absl::Status Poller::Open(int64_t tick_every_ns, std::function<void()> tick) {
  tick_ = std::move(tick);
  itimerspec when{};
  when.it_interval = {tick_every_ns / kSecondNs, tick_every_ns % kSecondNs};
  when.it_value = when.it_interval;
  epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  wake_ = Descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  timer_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  const bool opened = epoll_.Open() && wake_.Open() && timer_.Open() &&
                      Add(epoll_, wake_.fd(), EPOLLIN, &wake_) &&
                      Add(epoll_, timer_.fd(), EPOLLIN, &timer_) &&
                      timerfd_settime(timer_.fd(), 0, &when, nullptr) == 0;
  if (opened) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot wait for connections: ", std::strerror(errno)));
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
  bool first = false;
  {
    MutexLock lock(&mu_);
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (!first) return;
  const uint64_t one = 1;
  // It can only fail when it is readable already.
  [[maybe_unused]] const ssize_t written = write(wake_.fd(), &one, sizeof(one));
}

void Poller::Drain(const Descriptor& counter) const {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t size = read(counter.fd(), &count, sizeof(count));
}

void Poller::Turn() {
  std::array<epoll_event, kEventsPerRound> events;
  const int ready = epoll_wait(epoll_.fd(), events.data(), kEventsPerRound, -1);
  bool tasks = false;
  bool tick = false;
  for (int i = 0; i < ready; ++i) {
    void* const whose = events[i].data.ptr;
    if (whose == &wake_) {
      tasks = true;
    } else if (whose == &timer_) {
      tick = true;
    } else {
      static_cast<Watcher*>(whose)->OnReady(events[i].events);
    }
  }
  if (tasks) RunTasks();
  if (tick) {
    Drain(timer_);
    tick_();
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

}  // namespace proxyherd
