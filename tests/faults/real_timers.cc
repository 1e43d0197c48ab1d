// Loaded before libfaketime, so that only what the wall clock says is wrong, and not how long
// things take. libfaketime shifts absolute times of the monotonic clock, too, when they are waited
// for: timers then never fire, and waits end at once or much too late. On a machine whose time is
// set they go on as they were. So these calls go straight to the C library.
#include <dlfcn.h>
#include <pthread.h>
#include <sys/timerfd.h>

namespace {

template <typename Function>
Function* FromLibc(const char* name) {
  static void* const libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  return reinterpret_cast<Function*>(dlsym(libc, name));
}

const auto kTimerfdSettime =
    FromLibc<int(int, int, const itimerspec*, itimerspec*)>("timerfd_settime");
const auto kTimedWait =
    FromLibc<int(pthread_cond_t*, pthread_mutex_t*, const timespec*)>("pthread_cond_timedwait");

}  // namespace

extern "C" {

int timerfd_settime(int timer, int flags, const itimerspec* value, itimerspec* old_value) noexcept {
  return kTimerfdSettime(timer, flags, value, old_value);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* deadline) {
  return kTimedWait(condition, mutex, deadline);
}

}  // extern "C"
