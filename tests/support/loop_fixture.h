// A loop of links on a thread with a real poller, whose time a test moves by hand.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <future>
#include <utility>

#include "peer/transport/link_loop.h"
#include "runtime/serial_thread.h"
#include "tests/support/fake_clock.h"

namespace proxyherd {

class LoopFixture : public testing::Test {
 protected:
  // `after_round`: called before the loop's own, from the first task on.
  explicit LoopFixture(
      FakeClock& clock, std::function<void()> after_round = [] {})
      : clock_(clock), after_round_(std::move(after_round)) {}
  // All parts end within these times, whatever their peers do.
  void TearDown() override {
    OnLoop([this] { loop_.Stop(); });
    for (int i = 0; i < 4; ++i) Pass(10 * kSecond);
    thread_.Join();
  }

  // Runs a task on the thread, and returns after the round in which it ran.
  void OnLoop(const std::function<void()>& task) {
    for (const std::function<void()>& next : {task, std::function<void()>([] {})}) {
      std::promise<void> done;
      thread_.Post([&] {
        next();
        done.set_value();
      });
      done.get_future().get();
    }
  }
  template <typename T>
  T Ask(const std::function<T()>& question) {
    T answer{};
    OnLoop([&] { answer = question(); });
    return answer;
  }
  // Waits for something that comes by the network.
  void WaitFor(const std::function<bool()>& holds) {
    while (!Ask<bool>(holds)) {
    }
  }
  void Pass(int64_t ns) {
    OnLoop([&] {
      clock_.Advance(ns);
      loop_.Tick(clock_.MonotonicNs());
    });
  }

  FakeClock& clock_;
  const std::function<void()> after_round_;
  runtime::SerialThread thread_{clock_, {nullptr, nullptr, [this] {
                                           after_round_();
                                           loop_.AfterRound();
                                         }}};
  peer::LinkLoop loop_{clock_, thread_};
};

}  // namespace proxyherd
