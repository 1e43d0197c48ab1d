// Tests two processes of one node name, and nodes that no neighbour hears, on a simulated herd.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"
#include "tests/support/played_neighbour.h"

namespace proxyherd::peer {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Another stream to the same node, from a process that must be refused.
class Second : public LinkReceiver::Transport {
 public:
  explicit Second(LinkSet& links) : links_(links) {}

  // Returns the reason of the refusal.
  CloseReason Greet(const Hello& hello) {
    LinkReceiver* receiver = links_.Accept(*this);
    receiver->OnMessage(hello);
    links_.OnIncomingClosed(receiver, {CloseKind::kEnded, "played"});
    return reason_;
  }
  void Write(ReceiverMessage /*message*/) override { ADD_FAILURE() << "it is not refused"; }
  void Finish(const absl::Status& status) override { reason_ = ReasonOf(status); }

 private:
  LinkSet& links_;
  CloseReason reason_;
};

class RivalsTest : public ::testing::Test {
 protected:
  RivalsTest() : herd_(FiveNodes(), 1) {
    herd_.StartAll();
    herd_.Advance(kSecond);
  }

  LinkSetView View(const std::string& process) { return herd_.links(process).View(); }
  // Returns true if the process's stream to the neighbour is up.
  bool Reaches(const std::string& process, const std::string& neighbour) {
    for (const LinkView& link : View(process).links) {
      if (link.neighbour == neighbour) return link.outgoing == LinkState::kUp;
    }
    return false;
  }
  std::vector<std::string> Said(const std::string& process, LinkEvent::Kind kind) {
    std::vector<std::string> reasons;
    for (const LinkEvent& event : herd_.events(process)) {
      if (event.kind == kind) reasons.push_back(event.reason);
    }
    return reasons;
  }
  void ExpectNoneDisplaced() {
    for (const std::string& name : herd_.Names()) {
      if (herd_.Alive(name)) EXPECT_FALSE(View(name).displaced) << name;
    }
  }
  // Cuts the process off from both neighbours of Clark, like a pulled cable.
  void CutOff(const std::string& process) {
    for (const char* neighbour : {"Bona", "Jaquez"}) herd_.Cut(process, neighbour);
  }

  SimHerd herd_;
};

TEST_F(RivalsTest, TheOlderOfTwoProcessesIsDisplacedAndTheNewerServes) {
  herd_.StartAs("twin", "Clark", 0);
  herd_.Advance(kDisplacedAfterNs - kSecond);
  EXPECT_FALSE(View("Clark").displaced) << "too soon";
  herd_.Advance(4 * kSecond);
  const LinkSetView older = View("Clark");
  EXPECT_TRUE(older.displaced);
  EXPECT_FALSE(older.ready);
  EXPECT_FALSE(older.mute) << "the one reason is enough";
  EXPECT_EQ(herd_.displaced("Clark"), 1);
  EXPECT_FALSE(View("twin").displaced);
  EXPECT_TRUE(View("twin").ready);
  EXPECT_TRUE(Reaches("twin", "Bona"));
  EXPECT_TRUE(Reaches("twin", "Jaquez"));
  herd_.Advance(60 * kSecond);
  EXPECT_EQ(herd_.displaced("Clark"), 1) << "once";
  EXPECT_EQ(herd_.displaced("twin"), 0);
  EXPECT_THAT(Said("Clark", LinkEvent::Kind::kDisplaced),
              ElementsAre(AllOf(HasSubstr("displaced: "), HasSubstr("another process of Clark"))));
  EXPECT_EQ(View("Clark").waiting_for.substr(0, 11), "displaced: ");
}

// A restarted process is not a rival of the earlier one, however soon it comes.
TEST_F(RivalsTest, ARestartWithinASecondDisplacesNoProcess) {
  for (int i = 0; i < 5; ++i) {
    herd_.Crash("Clark");
    herd_.Advance(200 * kMillisecond);
    herd_.Start("Clark");
    herd_.Advance(300 * kMillisecond);
  }
  herd_.Advance(20 * kSecond);
  ExpectNoneDisplaced();
  EXPECT_TRUE(View("Clark").ready);
}

// The machine dies without closing its streams, and returns with a clock that is far behind.
TEST_F(RivalsTest, ARestartWithAClockSetBackComesInOnceItsDeadStreamIsCut) {
  CutOff("Clark");
  herd_.Crash("Clark");
  herd_.Advance(100 * kMillisecond);
  for (const char* neighbour : {"Bona", "Jaquez"}) herd_.Mend("Clark", neighbour);
  herd_.StartAs("Clark", "Clark", -3600 * kSecond);
  herd_.Advance(kSecond);
  EXPECT_FALSE(Reaches("Clark", "Bona")) << "the test is of a refusal";
  EXPECT_THAT(Said("Bona", LinkEvent::Kind::kRefused),
              ElementsAre(HasSubstr("a newer stream from Clark is here already")));
  herd_.Advance(5 * kSecond);
  EXPECT_TRUE(Reaches("Clark", "Bona"));
  EXPECT_TRUE(Reaches("Clark", "Jaquez"));
  herd_.Advance(20 * kSecond);
  ExpectNoneDisplaced();
  EXPECT_TRUE(View("Clark").ready);
}

// The process that begins last has the lesser epoch, and so is the older one by the only order.
TEST_F(RivalsTest, ATwinWhoseClockIsBehindIsTheOneThatIsDisplaced) {
  herd_.StartAs("twin", "Clark", -3600 * kSecond);
  herd_.Advance(10 * kSecond);
  EXPECT_TRUE(View("twin").displaced);
  EXPECT_FALSE(View("Clark").displaced);
  EXPECT_TRUE(View("Clark").ready);
}

// Each of the two has one neighbour; once both reach all, only the older one is displaced.
TEST_F(RivalsTest, AfterAPartitionHealsExactlyTheOlderOneIsDisplaced) {
  herd_.Cut("twin", "Jaquez");
  herd_.Cut("Clark", "Bona");
  herd_.StartAs("twin", "Clark", 0);
  herd_.Advance(20 * kSecond);
  EXPECT_TRUE(Reaches("twin", "Bona"));
  EXPECT_TRUE(Reaches("Clark", "Jaquez"));
  EXPECT_FALSE(View("Clark").displaced);
  EXPECT_FALSE(View("twin").displaced);
  herd_.Mend("twin", "Jaquez");
  herd_.Mend("Clark", "Bona");
  herd_.Advance(10 * kSecond);
  EXPECT_TRUE(View("Clark").displaced);
  EXPECT_FALSE(View("twin").displaced);
  herd_.Advance(60 * kSecond);
  EXPECT_EQ(herd_.displaced("twin"), 0);
  EXPECT_TRUE(View("twin").ready);
  EXPECT_EQ(herd_.States("Campbell")["Clark"], NodeState::kServing)
      << "the word of the newer one is the last";
}

// Reports that a displaced process acknowledged and could not send on are not lost while it runs.
TEST_F(RivalsTest, ADisplacedProcessHandsOverWhatItKnowsWhenTheOtherOneEnds) {
  // Otherwise Bona would request the report with repair.
  herd_.Cut("Clark", "Bona");
  herd_.StartAs("twin", "Clark", 0);
  herd_.Advance(kSecond);
  ASSERT_EQ(herd_.table("Clark").TakeReport({"kiwi", "+1-1", "5"}, herd_.clock().NowNs()),
            MergeOutcome::kWon);
  herd_.Advance(10 * kSecond);
  ASSERT_TRUE(View("Clark").displaced);
  StoredReport report;
  EXPECT_FALSE(herd_.table("Campbell").Find("kiwi", report));
  herd_.Crash("twin");
  herd_.Advance(5 * kSecond);
  EXPECT_TRUE(herd_.table("Campbell").Find("kiwi", report));
  EXPECT_TRUE(View("Clark").displaced) << "people decide which of the two is to be";
  EXPECT_EQ(herd_.States("Campbell")["Clark"], NodeState::kDraining) << "no clients go there";
}

TEST_F(RivalsTest, NeighboursOfTheLastReleaseSendNoEpochAndDisplaceNoProcess) {
  Displacement displacement(1);
  const CloseReason reason =
      ReasonOfCall(absl::AbortedError("a newer stream from Clark is here already"), 0);
  displacement.OnRefused("Bona", reason.newer_epoch_ns, 0);
  displacement.OnRefused("Bona", reason.newer_epoch_ns, 100 * kSecond);
  EXPECT_FALSE(displacement.by().has_value());
}

// Clark, and a neighbour that the test plays and that keeps its own stream alive.
class SpokenToTest : public ::testing::Test {
 protected:
  SpokenToTest() {
    bona_.Greet();
    bona_.Send(RepairDone{.serving = true});
    EXPECT_TRUE(bona_.links().ready());
  }
  // Advances the time; `answers`: Clark's stream is accepted as well.
  void Pass(int64_t ns, bool answers = false) {
    for (int64_t passed_ns = 0; passed_ns < ns; passed_ns += kHeartbeatIntervalNs) {
      if (!answers) bona_.BreakOff();
      if (answers && bona_.view().outgoing != LinkState::kUp) bona_.AnswerHello();
      bona_.Send(Heartbeat{++beats_});
      if (answers) bona_.Answer(Heartbeat{beats_});
      bona_.Pass(kHeartbeatIntervalNs);
      while (!std::holds_alternative<std::monostate>(bona_.Read())) {
      }
      while (!std::holds_alternative<std::monostate>(bona_.ReadOutgoing())) {
      }
    }
  }
  LinkSetView View() { return bona_.links().View(); }

  PlayedNeighbour bona_;
  uint64_t beats_ = 0;
};

TEST_F(SpokenToTest, ANodeThatHearsAndCannotSpeakIsNotReadyUntilItCan) {
  Pass(kMuteAfterNs - kSecond);
  ASSERT_EQ(bona_.view().incoming, LinkState::kUp);
  EXPECT_FALSE(View().mute);
  EXPECT_TRUE(View().ready);
  Pass(2 * kSecond);
  EXPECT_TRUE(View().mute);
  EXPECT_FALSE(View().ready);
  EXPECT_THAT(View().waiting_for, HasSubstr("cannot speak"));
  Pass(2 * kSecond, true);
  ASSERT_EQ(bona_.view().outgoing, LinkState::kUp);
  EXPECT_FALSE(View().mute);
  EXPECT_TRUE(View().ready);
  EXPECT_EQ(View().waiting_for, "");
}

TEST_F(SpokenToTest, ANodeThatHearsNoNeighbourEitherServesOn) {
  Pass(kMuteAfterNs + kSecond);
  EXPECT_TRUE(View().mute);
  bona_.Disconnect();
  bona_.Pass(kSecond);
  EXPECT_FALSE(View().mute);
  EXPECT_TRUE(View().ready) << "it is alone, not mute";
}

// Any process that can pose as a neighbour can forge an entry, and clocks step.
TEST_F(SpokenToTest, AForgedMembershipEntryDisplacesNoProcess) {
  MemberEntry forged;
  forged.node = "Clark";
  forged.version = {kMaxMemberNumber - 1, 7};
  forged.state = NodeState::kServing;
  forged.address.host = "elsewhere.example";
  bona_.Send(MembershipUpdate{{forged}});
  Pass(5 * kSecond, true);
  EXPECT_EQ(bona_.links().membership().rival().address.host, "elsewhere.example");
  EXPECT_FALSE(View().displaced);
  EXPECT_TRUE(View().ready);
}

// The neighbour names the epoch only if it has heard from the other process since its last refusal.
TEST_F(SpokenToTest, ARefusalNamesTheNewerProcessOnlyWhileThatIsHeard) {
  const auto refusal = [&] {
    Second second(bona_.links());
    return second.Greet(
        {"seed", "Bona", PlayedNeighbour::kEpochNs - 1, ++beats_, kLinkProtocolVersion, 1});
  };
  EXPECT_EQ(refusal().newer_epoch_ns, PlayedNeighbour::kEpochNs);
  EXPECT_EQ(refusal().newer_epoch_ns, 0U) << "nothing heard in between";
  bona_.Send(Heartbeat{++beats_});
  EXPECT_EQ(refusal().newer_epoch_ns, PlayedNeighbour::kEpochNs);
  EXPECT_EQ(refusal().kind, CloseKind::kNewerStream);
}

// An older attempt of the same process does not mean another process.
TEST_F(SpokenToTest, AnOlderAttemptIsRefusedWithoutAnEpoch) {
  Second second(bona_.links());
  const CloseReason reason =
      second.Greet({"seed", "Bona", PlayedNeighbour::kEpochNs, 0, kLinkProtocolVersion, 1});
  EXPECT_EQ(reason.kind, CloseKind::kNewerStream);
  EXPECT_EQ(reason.newer_epoch_ns, 0U);
}

}  // namespace
}  // namespace proxyherd::peer
