// The real server on a port of the system's choice.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "gateway/server/tcp_server.h"
#include "runtime/cond_var.h"
#include "tests/support/fake_clock.h"
#include "tests/support/recording_log.h"
#include "tests/support/text_client.h"

namespace proxyherd {

// Waits for an effect of another thread. Returns false if it does not happen within 30 s.
inline bool Eventually(const std::function<bool()>& happened) {
  constexpr int kNapMs = 5;
  constexpr int kNaps = 30'000 / kNapMs;
  for (int i = 0; i < kNaps; ++i) {
    if (happened()) return true;
    poll(nullptr, 0, kNapMs);
  }
  return false;
}

// Lookups that a test answers by hand.
class HeldLookups {
 public:
  using Done = std::function<void(gateway::PlacesAnswer)>;

  gateway::PlacesLookup Lookup() {
    return [this](const gateway::PlacesQuery& /*query*/, Done done) {
      MutexLock lock(&mu_);
      held_.push_back(std::move(done));
      started_.NotifyOne();
    };
  }

  // Waits for the next lookup.
  Done Next() {
    MutexLock lock(&mu_);
    while (held_.empty()) started_.Wait(&mu_);
    Done done = std::move(held_.front());
    held_.erase(held_.begin());
    return done;
  }

 private:
  Mutex mu_;
  runtime::CondVar started_;
  std::vector<Done> held_ ABSL_GUARDED_BY(mu_);
};

class TcpServerTest : public testing::Test {
 protected:
  static constexpr std::string_view kKiwi =
      "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503\n";
  static constexpr std::string_view kKiwiAt =
      "AT Clark +0.040501497 kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503\n";

  TcpServerTest() {
    options_.loops = 2;
    options_.handshake_grace_ns = 0;  // there are no handshakes under way on one machine
  }

  // A connection whose last bytes the system has not delivered yet lingers for up to a second, and
  // stopping is bounded in time: both need a clock that moves.
  ~TcpServerTest() override {
    std::atomic<bool> stopped{server_ == nullptr};
    std::thread clock([this, &stopped] {
      constexpr int kNapMs = 1;
      while (!stopped) {
        env_.Advance(kSecond / 4);
        poll(nullptr, 0, kNapMs);
      }
    });
    server_.reset();
    stopped = true;
    clock.join();
  }

  // Starts the server with the options_ at the first call.
  gateway::TcpServer& server() {
    if (server_ == nullptr) {
      server_ = std::make_unique<gateway::TcpServer>(
          options_, gateway::Backend{table_, *env_used_, lookups_.Lookup(), log_});
      const absl::Status status = server_->Start();
      EXPECT_TRUE(status.ok()) << status;
    }
    return *server_;
  }
  TextClient Connect() { return TextClient(server().port()); }

  uint64_t Hits(gateway::GatewayLimit limit) {
    uint64_t hits = 0;
    for (const gateway::GatewayCounters* counters : server().Counters()) {
      hits += counters->limits[static_cast<size_t>(limit)].Value();
    }
    return hits;
  }

  gateway::GatewayOptions options_;
  Table table_{TableOptions{.herd = "seed", .node = "Clark"}};
  FakeClock env_;
  Env* env_used_ = &env_;
  RecordingLog log_;
  HeldLookups lookups_;
  std::unique_ptr<gateway::TcpServer> server_;
};

}  // namespace proxyherd
