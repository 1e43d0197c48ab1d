// Tests when the loops send, and which latencies they report; the test moves the time by hand.
#include "bench/loader/pacing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "bench/loader/make_reply_framer.h"
#include "bench/loader/open_loop.h"
#include "runtime/real_env.h"
#include "tests/support/local_server.h"

namespace proxyherd::bench {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// One connection to each server that the test plays, and a pacing that uses them.
class PacingTest : public testing::Test {
 protected:
  void Start(const BenchOptions& options, bool measure = true) {
    sender_ = std::make_unique<RequestSender>(options, runtime::RealEnv());
    for (int i = 0; i < options.connections; ++i) {
      servers_.push_back(std::make_unique<LocalServer>());
      absl::StatusOr<Socket> socket = Socket::Connect(servers_.back()->target());
      ASSERT_TRUE(socket.ok()) << socket.status();
      servers_.back()->Accept();
      connections_.push_back(
          std::make_unique<Connection>(*std::move(socket), MakeReplyFramer(options.work)));
    }
    pacing_ = MakePacing(options, {connections_, connections_.size(), *sender_, meter_});
    if (measure) {
      ASSERT_TRUE(meter_.Start(0).ok());
    }
    ASSERT_TRUE(pacing_->Begin(0).ok());
  }

  // The server of connection `index` answers `count` requests; the answer arrives at `now_ns`.
  void Answer(size_t index, uint64_t count, int64_t now_ns) {
    std::string text;
    for (uint64_t i = 0; i < count; ++i) text += "AT Clark\n";
    servers_[index]->Say(text);
    Replies replies;
    while (replies.complete < count) {
      WaitReadable(connections_[index]->fd());
      ASSERT_TRUE(connections_[index]->Receive(buffer_, replies).ok());
    }
    ASSERT_TRUE(pacing_->OnReplies(index, count, now_ns).ok());
  }

  void Turn(int64_t now_ns) { ASSERT_TRUE(pacing_->OnTurn(now_ns).ok()); }

  uint64_t Sent() const {
    uint64_t sum = 0;
    for (const auto& connection : connections_) sum += connection->requests();
    return sum;
  }
  uint64_t Outstanding(size_t index) const { return connections_[index]->outstanding(); }
  const Histogram& Latency() const { return meter_.result().latency; }

  std::vector<std::unique_ptr<LocalServer>> servers_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::unique_ptr<RequestSender> sender_;
  Meter meter_{{}};
  std::vector<char> buffer_ = std::vector<char>(1 << 20);
  std::unique_ptr<Pacing> pacing_;
};

BenchOptions Closed(int connections, int depth) {
  BenchOptions options;
  options.connections = connections;
  options.depth = depth;
  return options;
}

BenchOptions Open(int connections, double rate) {
  BenchOptions options;
  options.connections = connections;
  options.rate = rate;
  return options;
}

TEST_F(PacingTest, AClosedLoopSendsTheNextBurstWhenAllIsAnswered) {
  Start(Closed(2, 4));
  EXPECT_EQ(Sent(), 8U);
  Answer(0, 3, 100);
  EXPECT_EQ(Outstanding(0), 1U);
  Answer(0, 1, 200);
  EXPECT_EQ(Outstanding(0), 4U);
  EXPECT_EQ(Outstanding(1), 4U);
  EXPECT_EQ(pacing_->NextDueNs(), kNever);
  Answer(0, 4, 300);
  EXPECT_EQ(Latency().count(), 8U);
  EXPECT_EQ(Latency().max_ns(), 200) << "the second burst was sent at 200";
}

TEST_F(PacingTest, AClosedLoopSendsNoMoreThanItIsAskedFor) {
  BenchOptions options = Closed(2, 4);
  options.requests = 10;
  Start(options);
  Answer(0, 4, 1);
  EXPECT_EQ(Outstanding(0), 2U);
  EXPECT_TRUE(pacing_->Exhausted());
  Answer(1, 4, 2);
  Answer(0, 2, 3);
  EXPECT_EQ(Sent(), 10U);
}

TEST_F(PacingTest, AClosedLoopThatIsStoppedSendsNoMore) {
  Start(Closed(1, 1));
  pacing_->Stop(1);
  EXPECT_TRUE(pacing_->Exhausted());
  Answer(0, 1, 2);
  EXPECT_EQ(Outstanding(0), 0U);
}

TEST_F(PacingTest, AnOpenLoopSendsWhatIsDue) {
  Start(Open(2, 1000));
  EXPECT_EQ(Sent(), 1U);
  EXPECT_EQ(pacing_->NextDueNs(), kMillisecond);
  Turn(kMillisecond - 1);
  EXPECT_EQ(Sent(), 1U);
  Turn(kMillisecond);
  EXPECT_EQ(Sent(), 2U);
  EXPECT_EQ(Outstanding(1), 1U) << "connections take turns";
  // The rate continues although there was no reply.
  Turn(9 * kMillisecond);
  EXPECT_EQ(Sent(), 10U);
  EXPECT_EQ(Outstanding(0), 5U);
}

TEST_F(PacingTest, AnOpenLoopTimesFromWhenARequestShouldHaveBeenSent) {
  Start(Open(1, 1000));
  // The loader itself is late: the requests due at 1 to 10 ms leave at 10 ms.
  Turn(10 * kMillisecond);
  ASSERT_EQ(Sent(), 11U);
  Answer(0, 11, 11 * kMillisecond);
  EXPECT_EQ(Latency().count(), 11U);
  EXPECT_EQ(Latency().max_ns(), 11 * kMillisecond);
  EXPECT_DOUBLE_EQ(Latency().mean_ns(), 6.0 * kMillisecond);
}

TEST_F(PacingTest, AServerThatStandsStillIsChargedForWhatHadToWait) {
  Start(Open(1, 1e6));
  const auto max = static_cast<int64_t>(OpenLoop::kMaxInFlight);
  Turn(4 * max * kMicrosecond);
  EXPECT_EQ(Sent(), OpenLoop::kMaxInFlight);
  EXPECT_EQ(pacing_->NextDueNs(), kNever) << "until there is room";
  Answer(0, OpenLoop::kMaxInFlight, 4 * max * kMicrosecond);
  Turn(4 * max * kMicrosecond);
  EXPECT_EQ(Sent(), 2 * OpenLoop::kMaxInFlight);
  Answer(0, OpenLoop::kMaxInFlight, 5 * max * kMicrosecond);
  EXPECT_EQ(Latency().max_ns(), 4 * max * kMicrosecond);
  // The last of the second 1024 was due at 2047 us.
  EXPECT_GT(Latency().Quantile(0.1), 3 * max * kMicrosecond);
  pacing_->Stop(5 * max * kMicrosecond);
  EXPECT_EQ(meter_.result().unsent, 3 * OpenLoop::kMaxInFlight + 1);
}

TEST_F(PacingTest, AnOpenLoopTimesWhatIsAnsweredOnceItIsMeasured) {
  Start(Open(1, 1000), /*measure=*/false);
  Turn(2 * kMillisecond);
  Answer(0, 1, 3 * kMillisecond);
  EXPECT_EQ(Latency().count(), 0U) << "while it warms up";
  ASSERT_TRUE(meter_.Start(10 * kMillisecond).ok());
  // A backlog from the warm-up is included in the measurement, and so are replies after its end.
  Answer(0, 1, 11 * kMillisecond);
  ASSERT_TRUE(meter_.Stop(12 * kMillisecond).ok());
  Answer(0, 1, 22 * kMillisecond);
  EXPECT_EQ(Latency().count(), 2U);
  EXPECT_EQ(Latency().max_ns(), 20 * kMillisecond);
}

TEST_F(PacingTest, AnOpenLoopGivesTheShareOfAFullConnectionToTheOthers) {
  Start(Open(2, 1e6));
  Turn((2 * static_cast<int64_t>(OpenLoop::kMaxInFlight) - 1) * kMicrosecond);
  ASSERT_EQ(Outstanding(0), OpenLoop::kMaxInFlight);
  Answer(1, OpenLoop::kMaxInFlight, 3 * kMillisecond);
  Turn((2 * static_cast<int64_t>(OpenLoop::kMaxInFlight) + 99) * kMicrosecond);
  EXPECT_EQ(Outstanding(0), OpenLoop::kMaxInFlight);
  EXPECT_EQ(Outstanding(1), 100U);
}

TEST_F(PacingTest, AnOpenLoopStopsAtItsNumber) {
  BenchOptions options = Open(1, 1000);
  options.requests = 3;
  Start(options);
  Turn(kSecond);
  EXPECT_EQ(Sent(), 3U);
  EXPECT_TRUE(pacing_->Exhausted());
  EXPECT_EQ(pacing_->NextDueNs(), kNever);
}

}  // namespace
}  // namespace proxyherd::bench
