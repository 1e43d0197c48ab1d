// Tests repair on one link, whose other end the test plays: how both ends learn of a session's end.
#include <gtest/gtest.h>

#include <cstdint>
#include <variant>

#include "tests/support/played_neighbour.h"

namespace proxyherd::peer {
namespace {

// Longer than Clark's back-off after a stream that was up.
constexpr int64_t kUntilDialledNs = kSecond / 5;

// Reads Clark's messages to a neighbour that it asks, and answers its heartbeats as if tables were
// equal. Returns true once Clark says that a session has ended, false if not within `ns`.
bool EndsSession(PlayedNeighbour& neighbour, int64_t ns) {
  constexpr int64_t kStepNs = kSecond / 100;
  for (int64_t passed_ns = 0; passed_ns < ns; passed_ns += kStepNs) {
    for (;;) {
      const SenderMessage message = neighbour.ReadOutgoing();
      if (std::holds_alternative<std::monostate>(message)) break;
      if (std::holds_alternative<RepairDone>(message)) return true;
      if (const auto* beat = std::get_if<Heartbeat>(&message)) {
        neighbour.Answer(Heartbeat{beat->number, neighbour.table().Digest(), 0, 0, true});
      }
    }
    neighbour.Pass(kStepNs);
  }
  return false;
}

TEST(RepairLinks, ASessionWhoseEndIsLostWithItsStreamIsRepeated) {
  PlayedNeighbour jaquez("Jaquez");
  jaquez.AnswerHello();
  ASSERT_TRUE(EndsSession(jaquez, kSecond));
  for (int i = 0; i < 3; ++i) {
    jaquez.BreakOff();
    jaquez.Pass(kUntilDialledNs);
    jaquez.AnswerHello();
    EXPECT_TRUE(EndsSession(jaquez, kSecond)) << "no answer shows that the last one was read";
  }
}

TEST(RepairLinks, ASessionWhoseEndWasReadIsNotRepeated) {
  PlayedNeighbour jaquez("Jaquez");
  jaquez.AnswerHello();
  ASSERT_TRUE(EndsSession(jaquez, kSecond));
  EXPECT_FALSE(EndsSession(jaquez, kSecond)) << "once is enough on one stream";
  jaquez.BreakOff();
  jaquez.Pass(kUntilDialledNs);
  jaquez.AnswerHello();
  EXPECT_FALSE(EndsSession(jaquez, kSecond));
}

// The two streams of a link are two connections: messages of one may overtake those of the other.
class EndBeforeHello : public ::testing::Test {
 protected:
  // Clark takes a report that reaches Bona only through repair, and dials Bona.
  EndBeforeHello() {
    bona_.BreakOff();
    bona_.Report("kiwi");
    ends_ = bona_.table().FeedEnds();
    bona_.Pass(kUntilDialledNs);
    attempt_ = std::get<Hello>(bona_.ReadOutgoing()).attempt;
    bona_.Greet();
  }
  // Bona ends a session that began after this dial, and has not sent its hello yet.
  void End(uint64_t attempt) {
    RepairDone done;
    done.covers_attempt = attempt;
    bona_.Send(done);
  }
  // Returns true if Clark knows that Bona has the report, though a newer one is in flight.
  bool IsKnown() {
    bona_.AnswerHello();
    bona_.Report("fig");
    return bona_.links().FlushedTo(ends_);
  }

  PlayedNeighbour bona_;
  FeedPositions ends_{};
  uint64_t attempt_ = 0;
};

TEST_F(EndBeforeHello, Counts) {
  End(attempt_);
  EXPECT_TRUE(IsKnown());
}

TEST_F(EndBeforeHello, OfAnEarlierDialDoesNotCount) {
  End(attempt_ - 1);
  EXPECT_FALSE(IsKnown());
}

TEST_F(EndBeforeHello, OfAnotherProcessDoesNotCount) {
  End(attempt_);
  bona_.Disconnect();
  bona_.Answer(Hello{"seed", "Bona", PlayedNeighbour::kEpochNs + 1, 0, kLinkProtocolVersion, 1});
  bona_.Report("fig");
  EXPECT_FALSE(bona_.links().FlushedTo(ends_));
}

}  // namespace
}  // namespace proxyherd::peer
