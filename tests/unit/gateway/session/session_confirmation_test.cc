// Tests replies that wait until a neighbour has the reports.
#include <algorithm>
#include <string>

#include "core/cursor.h"
#include "tests/support/session_fixture.h"

namespace proxyherd::gateway {
namespace {

using testing::ElementsAre;

class SessionConfirmationTest : public SessionTest {
 protected:
  SessionConfirmationTest() { ack_after_neighbour_ = true; }

  static constexpr std::string_view kNearKiwi = "WHATSAT kiwi.cs.ucla.edu 10 3\n";
  static std::string Refused(std::string_view line) { return "? " + std::string(line); }
};

TEST_F(SessionConfirmationTest, AReplyWaitsForANeighbour) {
  EXPECT_EQ(Ask(kKiwi), "");
  ASSERT_EQ(Waits(), 1U);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kOk), 0U);
  Confirm(0);
  EXPECT_EQ(Read(), kKiwiAt);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kOk), 1U);
}

TEST_F(SessionConfirmationTest, WithoutANeighbourAReportIsAnsweredAsNotTaken) {
  // The line comes back unchanged, white space included.
  const std::string line = "  IAMAT\tkiwi +1-1   5 ";
  Ask(line + "\r\n");
  Confirm(0, Confirmation::kTimedOut);
  EXPECT_EQ(Read(), Refused(line + "\n"));
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kUnconfirmed), 1U);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kOk), 0U);
  EXPECT_EQ(Hits(GatewayLimit::kAckTimeout), 1U);
  StoredReport report;
  EXPECT_TRUE(table().Find("kiwi", report)) << "it may spread all the same";
}

TEST_F(SessionConfirmationTest, TooManyWaitsAreCountedByThemselves) {
  Ask(kKiwi);
  Confirm(0, Confirmation::kRefused);
  EXPECT_EQ(Read(), Refused(kKiwi));
  EXPECT_EQ(Hits(GatewayLimit::kAckWaits), 1U);
  EXPECT_EQ(Hits(GatewayLimit::kAckTimeout), 0U);
}

TEST_F(SessionConfirmationTest, LinesThatComeTogetherWaitTogether) {
  Send("IAMAT a +1-1 1\nfoo\nIAMAT b +1-1 x\nIAMAT b +1-1 2\n");
  EXPECT_EQ(Waits(), 1U);
  EXPECT_EQ(Read(), "");
  Confirm(0, Confirmation::kTimedOut);
  EXPECT_EQ(Read(), "? IAMAT a +1-1 1\n? foo\n? IAMAT b +1-1 x\n? IAMAT b +1-1 2\n");
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kUnconfirmed), 2U);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kInvalid), 1U);
}

TEST_F(SessionConfirmationTest, WhatConcernsNoReportWaitsForNobody) {
  EXPECT_EQ(Ask("foo\nWHATSAT kiwi 1 1\n"), "? foo\n? WHATSAT kiwi 1 1\n");
  EXPECT_EQ(Waits(), 0U);
}

TEST_F(SessionConfirmationTest, RepliesKeepTheOrderOfTheCommands) {
  Send(kKiwi);
  Send("foo\n");
  Send("IAMAT b +1-1 1621464828\n");
  EXPECT_EQ(Waits(), 2U);
  Confirm(1);
  EXPECT_EQ(Read(), "") << "an earlier one is still waiting";
  Confirm(0, Confirmation::kTimedOut);
  EXPECT_EQ(Read(), Refused(kKiwi) + "? foo\nAT Clark +0.000000000 b +1-1 1621464828\n");
}

TEST_F(SessionConfirmationTest, PlacesAndNeighboursComeInAnyOrder) {
  const std::string at(kKiwiAt);
  const std::string other = "AT Clark +0.000000000 b +1-1 1621464828\n";
  const std::string batch =
      std::string(kKiwi) + std::string(kNearKiwi) + "IAMAT b +1-1 1621464828\n";
  Send(batch);
  ASSERT_EQ(Waits(), 1U);
  Answer(0, "{}");
  EXPECT_EQ(Read(), "") << "what stands behind a report that waits, waits";
  Confirm(0);
  EXPECT_EQ(Read(), at + at + "{}\n\n" + other);

  Send(batch);
  Confirm(1, Confirmation::kTimedOut);
  EXPECT_EQ(Read(), Refused(kKiwi));
  Answer(1, "{}");
  EXPECT_EQ(Read(), at + "{}\n\n? IAMAT b +1-1 1621464828\n");
}

TEST_F(SessionConfirmationTest, AHalfClosedClientIsAnsweredInFull) {
  Send("IAMAT a +1-1 1621464828\nIAMAT b +1-1 1621464828");
  HalfClose();
  EXPECT_EQ(Waits(), 2U);
  EXPECT_FALSE(session().Finished());
  Confirm(0);
  Confirm(1);
  EXPECT_EQ(Read(),
            "AT Clark +0.000000000 a +1-1 1621464828\nAT Clark +0.000000000 b +1-1 1621464828\n");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionConfirmationTest, AStopWaitsForTheNeighbourToo) {
  Send(kKiwi);
  session().StopInput();
  EXPECT_FALSE(session().Finished());
  Confirm(0, Confirmation::kTimedOut);
  EXPECT_EQ(Read(), Refused(kKiwi));
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionConfirmationTest, WhatWaitsCountsAsUnsent) {
  limits_.max_unsent_bytes = 4096;
  int sent = 0;
  for (; session().WantsInput(); ++sent) {
    ASSERT_LT(sent, 100);
    Send("IAMAT a +1-1 1621464828\n");
  }
  EXPECT_LE(static_cast<size_t>(sent), 4096 / PendingReplies::kWaitBytes);
  EXPECT_EQ(Hits(GatewayLimit::kUnsentBytes), 1U);
  for (int wait = 0; wait < sent; ++wait) Confirm(wait);
  Read();
  EXPECT_TRUE(session().WantsInput());
}

TEST_F(SessionConfirmationTest, ABatchThatHadToPauseGoesOnWithAnotherWait) {
  limits_.max_unsent_bytes = 4096;
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "IAMAT a +1-1 1621464828\n";
  Send(lines);
  std::string replies;
  for (size_t wait = 0; wait < Waits(); ++wait) {
    Confirm(wait);
    replies += Read();
  }
  EXPECT_GT(Waits(), 1U);
  EXPECT_EQ(std::count(replies.begin(), replies.end(), '\n'), 100);
}

TEST_F(SessionConfirmationTest, AReportThatLosesWaitsForTheGreaterOne) {
  session();
  Cursor neighbour(table(), [] {});
  Send("IAMAT a +1-1 7\n");
  Send("IAMAT a +1-1 6\n");
  ASSERT_EQ(Waits(), 2U);
  EXPECT_FALSE(Awaited(1).HeldBy(neighbour.Held()));
  RecordBatch batch(1000);
  neighbour.Take(batch);
  neighbour.Acknowledge(neighbour.Position());
  EXPECT_TRUE(Awaited(1).HeldBy(neighbour.Held()));
  Confirm(0);
  Confirm(1);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kStale), 1U);
}

TEST_F(SessionConfirmationTest, TheLogTellsWhatWasAnsweredInTheEnd) {
  Send("IAMAT a +1-1 1621464828\n");
  EXPECT_THAT(log_.Lines(), ElementsAre("< IAMAT a +1-1 1621464828"));
  Confirm(0, Confirmation::kTimedOut);
  EXPECT_THAT(log_.Lines(),
              ElementsAre("< IAMAT a +1-1 1621464828", "> ? IAMAT a +1-1 1621464828\n"));
}

TEST_F(SessionConfirmationTest, AnAnswerThatComesTwiceIsIgnored) {
  Send(kKiwi);
  Confirm(0);
  Confirm(0, Confirmation::kTimedOut);
  EXPECT_EQ(Read(), kKiwiAt);
  EXPECT_EQ(Hits(GatewayLimit::kAckTimeout), 0U);
}

TEST_F(SessionConfirmationTest, ALineOverTheLimitIsAnsweredBehindWhatWaits) {
  limits_.max_line_bytes = 64;
  const std::string line(70, 'x');
  EXPECT_EQ(Ask("IAMAT a +1-1 1621464828\n" + line + "\n"), "");
  Confirm(0);
  EXPECT_EQ(Read(), "AT Clark +0.000000000 a +1-1 1621464828\n? " + line.substr(0, 64) + "\n");
  EXPECT_TRUE(session().Finished());
}

}  // namespace
}  // namespace proxyherd::gateway
