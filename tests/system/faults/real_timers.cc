// Corrects waits under libfaketime, which must be loaded after this, so that only the wall clock is
// wrong and waits last as long as on a machine whose clock was set. Under libfaketime alone
// - absolute times of the monotonic clock are also shifted: timers then never fire, and waits end
//   at once or much too late. Such calls go straight to the C library;
// - absolute times of the wall clock in futex calls, which Abseil uses to wait, are not shifted,
//   although the clock that they were computed from is. Here they are shifted.
#include <dlfcn.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include <cstdarg>
#include <cstdint>
#include <ctime>

namespace {

constexpr int64_t kSecond = 1'000'000'000;

template <typename Function>
Function* FromLibc(const char* name) {
  static void* const libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  return reinterpret_cast<Function*>(dlsym(libc, name));
}

using TimerfdSettime = int(int, int, const itimerspec*, itimerspec*);
using TimedWait = int(pthread_cond_t*, pthread_mutex_t*, const timespec*);
using ClockGettime = int(clockid_t, timespec*);
using Syscall = long(long, ...);  // NOLINT(google-runtime-int): as unistd.h declares it

int64_t Nanoseconds(const timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

// Converts a deadline of libfaketime's clock to one of the real clock.
timespec Righted(const timespec& deadline) {
  static auto* const real_clock = FromLibc<ClockGettime>("clock_gettime");
  timespec wrong;
  timespec right;
  clock_gettime(CLOCK_REALTIME, &wrong);  // libfaketime's
  real_clock(CLOCK_REALTIME, &right);
  const int64_t at = Nanoseconds(deadline) - Nanoseconds(wrong) + Nanoseconds(right);
  return at < 0 ? timespec{0, 0} : timespec{at / kSecond, at % kSecond};
}

}  // namespace

extern "C" {

int timerfd_settime(int timer, int flags, const itimerspec* value, itimerspec* old_value) noexcept {
  static auto* const real = FromLibc<TimerfdSettime>("timerfd_settime");
  return real(timer, flags, value, old_value);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* deadline) {
  static auto* const real = FromLibc<TimedWait>("pthread_cond_timedwait");
  return real(condition, mutex, deadline);
}

// NOLINTNEXTLINE(google-runtime-int,cert-dcl50-cpp): as unistd.h declares it
long syscall(long number, ...) noexcept {
  static auto* const real = FromLibc<Syscall>("syscall");
  long words[6];  // NOLINT(google-runtime-int)
  va_list rest;
  va_start(rest, number);
  for (auto& word : words) word = va_arg(rest, long);  // NOLINT(google-runtime-int)
  va_end(rest);
  timespec righted;
  if (number == SYS_futex && (words[1] & FUTEX_CLOCK_REALTIME) != 0 && words[3] != 0) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): syscall() passes pointers as integers
    righted = Righted(*reinterpret_cast<const timespec*>(words[3]));
    words[3] = reinterpret_cast<intptr_t>(&righted);
  }
  return real(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

}  // extern "C"
