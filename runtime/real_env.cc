#include "runtime/real_env.h"

#include <chrono>
#include <random>

namespace proxyherd::runtime {
namespace {

template <typename Clock>
int64_t Nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

class SystemEnv : public Env {
 public:
  int64_t NowNs() override { return Nanoseconds<std::chrono::system_clock>(); }
  int64_t MonotonicNs() override { return Nanoseconds<std::chrono::steady_clock>(); }
  uint64_t Random() override {
    thread_local std::mt19937_64 generator = [] {
      std::random_device device;
      std::seed_seq seed{device(), device(), device(), device()};
      return std::mt19937_64(seed);
    }();
    return generator();
  }
};

}  // namespace

Env& RealEnv() {
  // Not destroyed at exit, because threads that outlive main use it, e.g. that of the signals.
  static SystemEnv& env = *new SystemEnv;
  return env;
}

}  // namespace proxyherd::runtime
