// Tests the promise of --ack_after=neighbour on simulated herds: a report that a neighbour has
// acknowledged survives the loss of any one node, at any moment.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"

namespace proxyherd::peer {
namespace {

// After this long, nothing that was in flight when a process died is still in flight.
constexpr int64_t kInFlightNs = 2 * kMillisecond;

// Clients report at nodes of a herd; the acknowledged reports are remembered.
class ConfirmedLoad {
 public:
  ConfirmedLoad(config::HerdFile file, uint64_t seed) : herd_(std::move(file), seed) {
    herd_.AwaitNeighbours();
    herd_.StartAll();
    Settle();
  }

  SimHerd& herd() { return herd_; }
  uint64_t Random(uint64_t below) { return herd_.clock().Random() % below; }
  std::string RandomNode() { return herd_.Names()[Random(herd_.Names().size())]; }

  // Reports arrive for `ns`, some tenths of a millisecond apart.
  void Run(int64_t ns) {
    for (const int64_t until = Now() + ns; Now() < until;) {
      herd_.Advance(static_cast<int64_t>(Random(kMillisecond / 2)));
      const std::string node = RandomNode();
      if (herd_.Alive(node)) Report(node);
    }
  }

  void Crash(const std::string& node) {
    herd_.Crash(node);
    crashed_at_ns_ = Now();
  }

  // Runs until all nodes are alive, linked and equal.
  void Settle() {
    for (const std::string& name : herd_.Names()) {
      if (!herd_.Alive(name)) herd_.Start(name);
    }
    int looks = 0;
    do {
      ASSERT_LT(++looks, 200) << "they do not become equal";
      herd_.Advance(100 * kMillisecond);
    } while (!Settled());
  }

  // Checks that the best acknowledged report of each client is known to some node, or to all.
  void ExpectNothingLost(bool at_all) {
    for (const auto& [client, time] : acknowledged_) {
      int holders = 0;
      int alive = 0;
      for (const std::string& name : herd_.Names()) {
        if (!herd_.Alive(name)) continue;
        ++alive;
        if (Time(name, client) >= time) ++holders;
      }
      EXPECT_GE(holders, at_all ? alive : 1) << client << " at " << time;
    }
  }

  uint64_t confirmed() const { return confirmed_; }
  uint64_t timed_out() const { return timed_out_; }

  void ExpireAll() {
    for (const std::string& name : herd_.Names()) {
      if (herd_.Alive(name)) herd_.confirmations(name).Expire(Now());
    }
  }

 private:
  int64_t Now() { return herd_.clock().MonotonicNs(); }

  bool Settled() {
    if (!herd_.Agree()) return false;
    for (const std::string& name : herd_.Names()) {
      const auto links = herd_.links(name).View().links;
      if (std::any_of(links.begin(), links.end(), [](const LinkView& link) {
            return link.outgoing != LinkState::kUp || link.repairing || link.lag_records != 0;
          })) {
        return false;
      }
    }
    return true;
  }

  int64_t Time(const std::string& node, const std::string& client) {
    StoredReport report;
    return herd_.table(node).Find(client, report) ? std::stoll(report.time) : 0;
  }

  // Most reports are newer than before; some are older or repeated. A few clients send most.
  void Report(const std::string& node) {
    const std::string client = "c" + std::to_string(Random(2) == 0 ? Random(2) : Random(30));
    int64_t time = ++clock_;
    if (Random(4) == 0) time = std::max<int64_t>(1, time - static_cast<int64_t>(Random(40)));
    FeedPosition place;
    herd_.table(node).TakeReport({client, "+1-1", std::to_string(time)}, herd_.clock().NowNs(),
                                 &place);
    AwaitedPositions places;
    places.Add(place);
    herd_.confirmations(node).Wait(places, Now(), [this, client, time](Confirmation confirmation) {
      if (confirmation == Confirmation::kConfirmed) {
        OnConfirmed(client, time);
      } else {
        ++timed_out_;
      }
    });
  }

  // At this moment two processes have the report, unless one of them has just died.
  void OnConfirmed(const std::string& client, int64_t time) {
    ++confirmed_;
    acknowledged_[client] = std::max(acknowledged_[client], time);
    if (crashed_at_ns_.has_value() && Now() < *crashed_at_ns_ + kInFlightNs) return;
    int holders = 0;
    for (const std::string& name : herd_.Names()) {
      if (herd_.Alive(name) && Time(name, client) >= time) ++holders;
    }
    EXPECT_GE(holders, 2) << client << " at " << time;
  }

  SimHerd herd_;
  std::map<std::string, int64_t> acknowledged_;
  int64_t clock_ = 0;
  std::optional<int64_t> crashed_at_ns_;
  uint64_t confirmed_ = 0;
  uint64_t timed_out_ = 0;
};

config::HerdFile TwoNodes() {
  return config::ParseHerdFile(
             "herd seed\n"
             "node Bona host=b text=1 grpc=2 http=3 at=+1-1\n"
             "node Clark host=d text=1 grpc=2 http=3 at=+1-1\n"
             "link Bona Clark\n",
             "two_nodes")
      .herd;
}

class ConfirmTest : public ::testing::TestWithParam<config::HerdFile (*)()> {};

TEST_P(ConfirmTest, NoSingleCrashLosesWhatWasAcknowledged) {
  uint64_t confirmed = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    ConfirmedLoad load(GetParam()(), seed);
    for (int round = 0; round < 5; ++round) {
      load.Run(static_cast<int64_t>(load.Random(60 * kMillisecond)));
      load.Crash(load.RandomNode());
      load.ExpectNothingLost(false);
      load.Run(static_cast<int64_t>(load.Random(60 * kMillisecond)));
      load.ExpectNothingLost(false);
      load.Settle();
      load.ExpectNothingLost(true);
    }
    confirmed += load.confirmed();
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(confirmed, 1000U);
}

// A crash before the node that crashed last has learned everything may lose that node's records;
// but each acknowledged report was held by two processes.
TEST_P(ConfirmTest, WhatIsAcknowledgedDuringRepairIsHeldByTwo) {
  uint64_t confirmed = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    ConfirmedLoad load(GetParam()(), seed);
    for (int round = 0; round < 10; ++round) {
      load.Run(static_cast<int64_t>(load.Random(20 * kMillisecond)));
      const std::string node = load.RandomNode();
      load.Crash(node);
      load.Run(static_cast<int64_t>(load.Random(20 * kMillisecond)));
      load.herd().Start(node);
      load.Run(static_cast<int64_t>(load.Random(200 * kMillisecond)));
    }
    confirmed += load.confirmed();
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(confirmed, 1000U);
}

// A stream is lost with its messages in flight, and the next one connects the same processes.
TEST_P(ConfirmTest, NothingIsAcknowledgedThatWasLostWithItsStream) {
  uint64_t confirmed = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    ConfirmedLoad load(GetParam()(), seed);
    const std::vector<std::pair<std::string, std::string>> links = load.herd().herd().links;
    for (int round = 0; round < 3; ++round) {
      const auto [a, b] = links[load.Random(links.size())];
      load.Run(static_cast<int64_t>(load.Random(20 * kMillisecond)));
      load.herd().Cut(a, b);
      load.Run(static_cast<int64_t>(load.Random(50 * kMillisecond)));
      load.herd().Advance(2200 * kMillisecond);  // until both ends have noticed
      load.herd().Mend(a, b);
      load.Run(static_cast<int64_t>(load.Random(300 * kMillisecond)));
    }
    load.Settle();
    load.ExpectNothingLost(true);
    confirmed += load.confirmed();
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(confirmed, 1000U);
}

TEST_P(ConfirmTest, ANodeThatNeighboursHaveLeftConfirmsNothing) {
  ConfirmedLoad load(GetParam()(), 1);
  for (const std::string& name : load.herd().Names()) {
    if (name != "Clark") load.Crash(name);
  }
  load.herd().Advance(10 * kMillisecond);  // until it has noticed
  const uint64_t before = load.confirmed();
  load.Run(100 * kMillisecond);
  EXPECT_EQ(load.confirmed(), before);
  EXPECT_EQ(load.timed_out(), 0U);
  load.herd().Advance(2 * kSecond);
  load.ExpireAll();
  EXPECT_GT(load.timed_out(), 10U);
}

INSTANTIATE_TEST_SUITE_P(Herds, ConfirmTest, ::testing::Values(&TwoNodes, &FiveNodes),
                         [](const auto& info) { return info.index == 0 ? "Two" : "Five"; });

}  // namespace
}  // namespace proxyherd::peer
