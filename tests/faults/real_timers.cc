// Loaded before libfaketime, so that only what the clock says is wrong, and not how long things
// take: libfaketime shifts every absolute timer, also those of the monotonic clock, which then
// never fire. On a machine whose time is set they go on as they were.
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

extern "C" int timerfd_settime(int timer, int flags, const itimerspec* value,
                               itimerspec* old_value) noexcept {
  return static_cast<int>(syscall(SYS_timerfd_settime, timer, flags, value, old_value));
}
