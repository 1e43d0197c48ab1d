// Tests that REQUIRES of peer/ are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/table.h"
#include "peer/calls/listing.h"
#include "peer/calls/watch.h"
#include "peer/calls/watch_memory.h"
#include "peer/link/batch_source.h"
#include "peer/link/line_budget.h"
#include "peer/link/link_receiver.h"
#include "peer/membership/membership.h"
#include "peer/repair/part_sums.h"
#include "peer/repair/repair_rules.h"
#include "peer/service/watch_dispatcher.h"
#include "peer/transport/links.h"
#include "runtime/real_env.h"

namespace proxyherd::peer {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

MemberEntry EntryOf(const std::string& node) {
  MemberEntry member;
  member.node = node;
  member.version = {1, 1};
  member.state = NodeState::kServing;
  return member;
}

class PeerAssertionsDeathTest : public ::testing::Test {
 protected:
  PeerAssertionsDeathTest() { table_.TakeReport({"kiwi", "+1+1", "1"}, kSecond); }

  Table table_{{.herd = "seed", .node = "Clark"}};
};

TEST_F(PeerAssertionsDeathTest, BatchesFollowThePaceOfTheWindow) {
  SenderCounters counters;
  BatchSource source(
      table_, [] {}, counters);
  source.OnDial();
  source.OnStreamUp(false, true, 0);
  EXPECT_DEATH(source.Acknowledge(1, 0), "WasSent");
  source.Begin();
  source.PackRepair(0);
  EXPECT_DEATH(source.NextChanges(false, 0), "MayWrite");
  EXPECT_DEATH(source.PackRepair(0), "MayWrite");
}

TEST_F(PeerAssertionsDeathTest, ALineBudgetLetsLinesThrough) {
  EXPECT_DEATH(LineBudget(0, kSecond), "burst >= 1");
  EXPECT_DEATH(LineBudget(1, 0), "interval_ns > 0");
}

TEST_F(PeerAssertionsDeathTest, AReceiverHasAHelloOnceItHasGreeted) {
  class NoTransport : public LinkReceiver::Transport {
    void Write(ReceiverMessage /*message*/) override {}
    void Finish(const absl::Status& /*status*/) override {}
  } transport;
  class NoGate : public LinkReceiver::Gate {
    absl::StatusOr<LinkReceiver::Owner*> Admit(LinkReceiver& /*receiver*/,
                                               const Hello& /*hello*/) override {
      return absl::InternalError("");
    }
    void OnRefused(const absl::Status& /*status*/, const std::string& /*node*/) override {}
  } gate;
  const LinkIdentity own = {.herd = "seed", .node = "Clark"};
  LatencyHistogram flood_ages;
  const LinkReceiver receiver(own, table_, runtime::RealEnv(), transport, gate, flood_ages);
  EXPECT_DEATH(receiver.hello(), "greeted_");
}

TEST_F(PeerAssertionsDeathTest, ANodePublishesItsOwnEntry) {
  Membership membership("Clark", {});
  EXPECT_DEATH(membership.Publish(EntryOf("Bona")), "member.node == own_");
}

TEST_F(PeerAssertionsDeathTest, AFollowerIsOfItsMembership) {
  const Membership fresh("Clark", {});
  Membership::Follower of_another = {.seen = 1};
  EXPECT_DEATH(fresh.Take(of_another, 0), "follower.seen <= changes_");
}

TEST_F(PeerAssertionsDeathTest, SumsAreOfRangesThatHaveParts) {
  EXPECT_DEATH(SumParts(table_, {0, 1}, 0), "IsDivisible");
  EXPECT_DEATH(SumParts(table_, {0, HashRange::kMaxBits}, 0), "IsDivisible");
  const uint64_t past_its_bits = 1;
  EXPECT_DEATH(SumParts(table_, {past_its_bits, kGroupBits}, 0), "IsValid");
}

TEST_F(PeerAssertionsDeathTest, APageIsOfAValidRange) {
  EXPECT_DEATH(ReadPage(table_, "", 1, {0, HashRange::kMaxBits + 1}), "IsValid");
}

TEST_F(PeerAssertionsDeathTest, AWatchIsOfClientsOrAnArea) {
  WatchLimitHits hits;
  WatchMemory memory;
  const WatchFilter both = {{"kiwi"}, WatchFilter::Circle{{1, 1}, 10}};
  EXPECT_DEATH(Watch(table_, both, hits, memory), "filter_.clients.empty");
}

TEST_F(PeerAssertionsDeathTest, MemoryIsGivenBackThatWasTaken) {
  WatchMemory memory;
  memory.Take(5, 0);
  EXPECT_DEATH(memory.Give(6), "bytes <= used_");
}

TEST_F(PeerAssertionsDeathTest, ThreadsAreJoinedBeforeTheirOwnersEnd) {
  EXPECT_DEATH(std::make_unique<WatchDispatcher>(table_, runtime::RealEnv(), 1), "joined_");
  const LinksOptions options = {.identity = {.herd = "seed", .node = "Clark"}};
  EXPECT_DEATH(std::make_unique<Links>(options, table_, runtime::RealEnv(), Links::Observer{}),
               "joined_");
}

TEST_F(PeerAssertionsDeathTest, LinksListenOnce) {
  const LinksOptions options = {.identity = {.herd = "seed", .node = "Clark"}};
  EXPECT_DEATH(
      {
        Links links(options, table_, runtime::RealEnv(), Links::Observer{});
        links.Listen(*ListenForLinks("127.0.0.1", 0));
        links.Listen(*ListenForLinks("127.0.0.1", 0));
        links.Join();
      },
      "listener_ == nullptr");
}

#endif  // NDEBUG

}  // namespace
}  // namespace proxyherd::peer
