// Tests links that end, and streams that are replaced, while their events are still to come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/table.h"
#include "peer/link/link_set.h"
#include "tests/support/fake_clock.h"

namespace proxyherd::peer {
namespace {

using ::testing::ElementsAre;

// The calls that the transports of links received, in order.
using Calls = std::vector<std::string>;

class Outgoing : public LinkSender::Transport {
 public:
  Outgoing(std::string neighbour, Calls& calls) : neighbour_(std::move(neighbour)), calls_(calls) {}
  ~Outgoing() override { calls_.push_back("end " + neighbour_); }

  void Open(const Hello& /*hello*/) override { calls_.push_back("open " + neighbour_); }
  void Write(SenderMessage /*message*/) override { calls_.push_back("write " + neighbour_); }
  void Close() override { calls_.push_back("close " + neighbour_); }

 private:
  const std::string neighbour_;
  Calls& calls_;
};

struct Incoming : LinkReceiver::Transport {
  void Write(ReceiverMessage /*message*/) override { ++writes; }
  void Finish(const absl::Status& status) override { ended = ReasonOf(status); }

  LinkReceiver* receiver = nullptr;
  int writes = 0;
  std::optional<CloseReason> ended;
};

class LinkEndTest : public ::testing::Test, public LinkSet::Owner {
 protected:
  LinkEndTest()
      : links_({"seed", "Clark", 1, 1, {"Bona", "Jaquez"}, 0, {}, {}}, table_, env_, *this) {
    links_.Start();
    links_.Tick();
  }

  std::unique_ptr<LinkSender::Transport> MakeTransport(Link& link) override {
    links_by_name_[link.neighbour()] = &link;
    return std::make_unique<Outgoing>(link.neighbour(), calls_);
  }
  void Wake() override { ++wakes_; }
  void OnEvent(const LinkEvent& event) override { events_.push_back(event); }

  void Greet(Incoming& stream, const std::string& node, uint64_t attempt) {
    stream.receiver = links_.Accept(stream);
    stream.receiver->OnMessage(Hello{"seed", node, 7, attempt, kLinkProtocolVersion, 1, 0, 0});
  }
  void Close(Incoming& stream, const std::string& reason) {
    links_.OnIncomingClosed(std::exchange(stream.receiver, nullptr), {CloseKind::kEnded, reason});
  }
  // Brings up Clark's stream to the neighbour, and makes it idle.
  void ComeUp(const std::string& neighbour) {
    Link& link = *links_by_name_.at(neighbour);
    link.OnWritten();
    link.OnMessage(Hello{"seed", neighbour, 7, 0, kLinkProtocolVersion, 1, 0, 0});
    for (int i = 0; i < 3; ++i) link.OnWritten();
  }
  bool Hears(const std::string& neighbour) {
    for (const LinkView& link : links_.View().links) {
      if (link.neighbour == neighbour) return link.incoming == LinkState::kUp;
    }
    return false;
  }

  FakeClock env_;
  Table table_{{.herd = "seed", .node = "Clark", .probe_seed = 1}};
  Calls calls_;
  std::map<std::string, Link*> links_by_name_;
  std::vector<LinkEvent> events_;
  int wakes_ = 0;
  LinkSet links_;
};

TEST_F(LinkEndTest, WhatIsOnItsWayReachesNoLinkThatHasEnded) {
  Incoming stream;
  Greet(stream, "Bona", 1);
  ComeUp("Bona");
  ASSERT_TRUE(Hears("Bona"));
  table_.TakeReport({"kiwi", "+1-1", "1"}, env_.NowNs());
  ASSERT_EQ(wakes_, 1);
  calls_.clear();

  links_.Reshape({2, {"Jaquez"}, {"Clark", "Jaquez"}}, {});
  EXPECT_THAT(calls_, ElementsAre("close Bona", "end Bona"));
  ASSERT_TRUE(stream.ended.has_value());
  EXPECT_EQ(stream.ended->kind, CloseKind::kHerdFile);
  const size_t events = events_.size();
  const int writes = stream.writes;
  links_.OnWake();
  stream.receiver->OnMessage(Batch{1, {}, "", false});
  stream.receiver->OnMessage(RepairDone{});
  stream.receiver->OnWritten();
  Close(stream, "ended");
  EXPECT_EQ(events_.size(), events);
  EXPECT_EQ(stream.writes, writes);
  EXPECT_EQ(links_.View().links.size(), 1U);
}

TEST_F(LinkEndTest, AWakeUpIsForTheLinksThatWereWoken) {
  ComeUp("Bona");
  ComeUp("Jaquez");
  calls_.clear();
  links_.OnWake();
  EXPECT_THAT(calls_, ElementsAre()) << "nothing has changed";
  env_.Advance(kBatchIntervalNs);
  table_.TakeReport({"kiwi", "+1-1", "1"}, env_.NowNs());
  EXPECT_EQ(wakes_, 2);
  links_.OnWake();
  EXPECT_THAT(calls_, ElementsAre("write Bona", "write Jaquez"));
  links_.OnWake();
  EXPECT_EQ(calls_.size(), 2U);
}

TEST_F(LinkEndTest, AStreamThatWasReplacedDoesNotTakeTheNewerAlong) {
  Incoming older;
  Incoming newer;
  Greet(older, "Bona", 1);
  Greet(newer, "Bona", 2);
  ASSERT_TRUE(older.ended.has_value());
  EXPECT_EQ(older.ended->kind, CloseKind::kReplaced);
  EXPECT_TRUE(Hears("Bona"));
  Close(older, "ended");
  EXPECT_TRUE(Hears("Bona"));
  Close(newer, "ended");
  EXPECT_FALSE(Hears("Bona"));
}

TEST_F(LinkEndTest, AStreamThatBreaksTheRulesIsNoLongerTheLinks) {
  Incoming stream;
  Greet(stream, "Bona", 1);
  stream.receiver->OnMessage(Batch{5, {}, "", false});
  ASSERT_TRUE(stream.ended.has_value());
  EXPECT_EQ(stream.ended->kind, CloseKind::kUnexpected);
  EXPECT_FALSE(Hears("Bona"));
  const size_t events = events_.size();
  Close(stream, "ended");
  EXPECT_EQ(events_.size(), events) << "it was said why";
  EXPECT_EQ(links_.View().refused, 0U);
}

TEST_F(LinkEndTest, AStreamThatIsNotAdmittedIsRefused) {
  Incoming stream;
  Greet(stream, "Bailey", 1);
  ASSERT_TRUE(stream.ended.has_value());
  EXPECT_EQ(stream.ended->kind, CloseKind::kNotANeighbour);
  Close(stream, "ended");
  EXPECT_EQ(links_.View().refused, 1U);
}

TEST_F(LinkEndTest, StreamsThatEndWithTheNodeAreSaidToBeDownByTheirClose) {
  Incoming stream;
  Greet(stream, "Bona", 1);
  links_.Stop();
  ASSERT_TRUE(stream.ended.has_value());
  EXPECT_TRUE(Hears("Bona"));
  Close(stream, "the stream ended");
  EXPECT_FALSE(Hears("Bona"));
  EXPECT_EQ(events_.back().kind, LinkEvent::Kind::kIncomingDown);
  EXPECT_EQ(events_.back().reason, "the stream ended");
}

}  // namespace
}  // namespace proxyherd::peer
