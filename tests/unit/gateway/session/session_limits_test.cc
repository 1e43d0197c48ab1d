// Tests the behaviour at each limit of a connection.
#include <string>

#include "tests/support/session_fixture.h"

namespace proxyherd::gateway {
namespace {

std::string Line(size_t size) { return std::string(size, 'x'); }

TEST_F(SessionTest, ALineAtTheLimitIsALine) {
  const std::string line = Line(4096);
  EXPECT_EQ(Ask(line + "\n"), "? " + line + "\n");
  EXPECT_EQ(Ask(line + "\r\n"), "? " + line + "\n");
  SendByteByByte(line + "\r\n");
  EXPECT_EQ(Read(), "? " + line + "\n");
  EXPECT_FALSE(session().Finished());
}

TEST_F(SessionTest, ALastLineAtTheLimitIsALine) {
  Send(Line(4096) + "\r");
  EXPECT_TRUE(session().WantsInput());
  HalfClose();
  EXPECT_EQ(Read(), "? " + Line(4096) + "\n");
}

// However the bytes are cut, the answer is the same, and comes before the end of the line.
void ExpectTooLong(Session& session, uint64_t hits) {
  EXPECT_FALSE(session.WantsInput());
  EXPECT_EQ(session.Unsent(), "? " + Line(64) + "\n");
  EXPECT_EQ(hits, 1U);
  session.Sent(session.Unsent().size());
  EXPECT_TRUE(session.Finished());
}

TEST_F(SessionTest, ALineOverTheLimitShowsItsHeadAndFinishes) {
  Send(Line(4097));
  ExpectTooLong(session(), Hits(GatewayLimit::kLineBytes));
}

TEST_F(SessionTest, ALineOverTheLimitThatEndsIsTooLongAllTheSame) {
  Send(Line(4097) + "\nIAMAT c +0+0 1\n");
  ExpectTooLong(session(), Hits(GatewayLimit::kLineBytes));
}

TEST_F(SessionTest, ALineOverTheLimitByteByByteIsTooLongAtItsLastByte) {
  SendByteByByte(Line(4096));
  EXPECT_TRUE(session().WantsInput());
  Send("x");
  ExpectTooLong(session(), Hits(GatewayLimit::kLineBytes));
}

TEST_F(SessionTest, ASecondCarriageReturnCountsAsPartOfTheLine) {
  Send(Line(4096) + "\r");
  Send("\r\n");
  ExpectTooLong(session(), Hits(GatewayLimit::kLineBytes));
}

TEST_F(SessionTest, ATooLongLineIsAnsweredInItsTurn) {
  Ask(kKiwi);
  Send("WHATSAT kiwi.cs.ucla.edu 1 1\n" + Line(5000));
  EXPECT_EQ(Read(), "");
  Answer(0, "{}");
  EXPECT_EQ(Read(), std::string(kKiwiAt) + "{}\n\n? " + Line(64) + "\n");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, TooMuchUnsentStopsReadingUntilItIsTaken) {
  limits_.max_unsent_bytes = 10;
  Send("a\nb\nc\nd\ne\n");
  EXPECT_FALSE(session().WantsInput());
  EXPECT_EQ(session().Unsent(), "? a\n? b\n? c\n");
  EXPECT_EQ(Hits(GatewayLimit::kUnsentBytes), 1U);
  session().Sent(1);
  EXPECT_FALSE(session().WantsInput());
  session().Sent(3);
  EXPECT_EQ(session().Unsent(), "? b\n? c\n? d\n") << "as much as there is room for";
  EXPECT_EQ(Read(), "? b\n? c\n? d\n? e\n");
  EXPECT_TRUE(session().WantsInput());
}

TEST_F(SessionTest, WhatWaitedIsAnsweredAfterTheHalfCloseToo) {
  limits_.max_unsent_bytes = 4;
  Send("a\nb\nc");
  HalfClose();
  EXPECT_EQ(session().Unsent(), "? a\n");
  EXPECT_EQ(Read(), "? a\n? b\n? c\n");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, RepliesBehindAWhatsatCountAsUnsent) {
  limits_.max_unsent_bytes = 200;
  Ask(kKiwi);
  Send("WHATSAT kiwi.cs.ucla.edu 1 1\n");
  EXPECT_TRUE(session().WantsInput());
  Send(Line(200) + "\nlast\n");
  EXPECT_FALSE(session().WantsInput());
  Answer(0, "{}");
  EXPECT_EQ(Read(), std::string(kKiwiAt) + "{}\n\n? " + Line(200) + "\n? last\n");
  EXPECT_TRUE(session().WantsInput());
}

TEST_F(SessionTest, TooManyLookupsStopReadingUntilOneIsAnswered) {
  limits_.max_pending_lookups = 2;
  Ask(kKiwi);
  const std::string whatsat = "WHATSAT kiwi.cs.ucla.edu 1 1\n";
  Send(whatsat + whatsat + whatsat + "x\n");
  EXPECT_EQ(Lookups(), 2U);
  EXPECT_FALSE(session().WantsInput());
  EXPECT_EQ(Hits(GatewayLimit::kPendingLookups), 1U);
  Answer(0, "{1}");
  EXPECT_EQ(Lookups(), 3U);
  Answer(1, "{2}");
  Answer(2, "{3}");
  const std::string kiwi(kKiwiAt);
  EXPECT_EQ(Read(), kiwi + "{1}\n\n" + kiwi + "{2}\n\n" + kiwi + "{3}\n\n? x\n");
}

TEST_F(SessionTest, ALookupThatNeverAnswersIsAnsweredForIt) {
  Ask(kKiwi);
  Send("WHATSAT kiwi.cs.ucla.edu 1 1\nx\n");
  Pass(limits_.lookup_timeout_ns - 1);
  EXPECT_EQ(Read(), "");
  Pass(1);
  const std::string reply = Read();
  EXPECT_THAT(reply, testing::StartsWith(std::string(kKiwiAt) + "{\"error\": {\"code\": 504, "));
  EXPECT_THAT(reply, testing::EndsWith("\"status\": \"DEADLINE_EXCEEDED\"}}\n\n? x\n"));
  EXPECT_EQ(Hits(GatewayLimit::kLookupTimeout), 1U);
  Answer(0, "{}");
  EXPECT_EQ(Read(), "") << "too late";
}

// Covers every kind of bytes that a client can make a session hold.
TEST_F(SessionTest, WhatItHoldsIsCounted) {
  Ask(kKiwi);
  session().ReleaseBuffers();
  EXPECT_EQ(session().HeldBytes(), 0U);
  Send(Line(3000));
  EXPECT_GE(session().HeldBytes(), 3000U) << "the rest of a line";
  Send("\n");
  EXPECT_GE(session().HeldBytes(), 6000U) << "its answer too";
  Read();
  Send("WHATSAT kiwi.cs.ucla.edu 1 1\n");
  Send(Line(2000) + "\n");
  session().ReleaseBuffers();
  EXPECT_GE(session().HeldBytes(), kKiwiAt.size() + 2000) << "what waits behind a lookup";
  Answer(0, std::string(100'000, 'j'));
  EXPECT_GE(session().HeldBytes(), 102'000U) << "places that are not read";
  Read();
  session().ReleaseBuffers();
  EXPECT_EQ(session().HeldBytes(), 0U);
}

TEST_F(SessionTest, PlacesThatWaitForEarlierOnesAreHeld) {
  Ask(kKiwi);
  Send("WHATSAT kiwi.cs.ucla.edu 1 1\nWHATSAT kiwi.cs.ucla.edu 1 1\n");
  Answer(1, std::string(100'000, 'j'));
  EXPECT_EQ(session().Unsent(), "");
  EXPECT_GE(session().HeldBytes(), 100'000U);
}

TEST_F(SessionTest, ReportsThatWaitForANeighbourAreHeld) {
  ack_after_neighbour_ = true;
  Send(kKiwi);
  session().ReleaseBuffers();
  const size_t held = session().HeldBytes();
  EXPECT_GE(held, kKiwi.size() + kKiwiAt.size() + PendingReplies::kWaitBytes);
  Confirm(0);
  EXPECT_LT(session().HeldBytes(), held);
  Read();
  session().ReleaseBuffers();
  EXPECT_EQ(session().HeldBytes(), 0U);
}

TEST_F(SessionTest, AClientThatDoesNotReadHoldsNoMoreThanItMust) {
  for (int i = 0; i < 15; ++i) Send(Line(4000) + "\n");
  const size_t unsent = session().Unsent().size();
  Pass(kSecond);
  Pass(kSecond);
  EXPECT_EQ(session().Unsent().size(), unsent);
  EXPECT_EQ(session().HeldBytes(), unsent + 1);
}

TEST_F(SessionTest, AnEvictedOneHoldsNothingAndIsFinished) {
  Ask(kKiwi);
  Send("WHATSAT kiwi.cs.ucla.edu 1 1\n" + Line(4000) + "\n");
  Send("half a li");
  session().Evict();
  EXPECT_EQ(session().HeldBytes(), 0U);
  EXPECT_TRUE(session().Finished());
  EXPECT_TRUE(session().GivenUp());
  EXPECT_EQ(Hits(GatewayLimit::kUnsentTotalBytes), 1U);
  Answer(0, "{}");
  EXPECT_EQ(Read(), "") << "too late";
  EXPECT_EQ(session().HeldBytes(), 0U);
}

TEST_F(SessionTest, WithoutAFirstLineItFinishesWithoutAnAnswer) {
  Send("half a li");
  Pass(limits_.first_line_timeout_ns - 1);
  EXPECT_FALSE(session().Finished());
  Send("n");
  Pass(1);
  EXPECT_TRUE(session().Finished());
  EXPECT_EQ(Read(), "");
  EXPECT_EQ(Hits(GatewayLimit::kFirstLineTimeout), 1U);
}

TEST_F(SessionTest, AfterItsFirstLineItMayBeIdleForLong) {
  Ask("x\n");
  Pass(kSecond);
  Pass(limits_.idle_timeout_ns - 1);
  EXPECT_FALSE(session().Finished());
  Pass(1);
  EXPECT_TRUE(session().Finished());
  EXPECT_EQ(Hits(GatewayLimit::kIdleTimeout), 1U);
}

TEST_F(SessionTest, AnyByteShowsThatTheClientIsThere) {
  Ask("x\n");
  Pass(kSecond);
  Pass(limits_.idle_timeout_ns - 1);
  Send("y");
  Pass(1);
  Pass(limits_.idle_timeout_ns - 1);
  EXPECT_FALSE(session().Finished());
}

TEST_F(SessionTest, AClientThatTakesNothingIsGivenUp) {
  Send("x\n");
  Pass(kSecond);
  Pass(limits_.write_stall_timeout_ns - 1);
  EXPECT_FALSE(session().Finished());
  session().Sent(1);
  Pass(kSecond);
  Pass(limits_.write_stall_timeout_ns - 1);
  EXPECT_FALSE(session().Finished()) << "a byte is progress";
  Pass(1);
  EXPECT_TRUE(session().Finished());
  EXPECT_EQ(Hits(GatewayLimit::kWriteStallTimeout), 1U);
}

TEST_F(SessionTest, AStalledClientThatHasHalfClosedIsGivenUpToo) {
  Send("x\n");
  HalfClose();
  Pass(kSecond);
  Pass(limits_.write_stall_timeout_ns);
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, ATickOfAnIdleSessionKeepsItsPartialLine) {
  Ask("x\n");
  Send("par");
  Pass(kSecond);
  Pass(kSecond);
  EXPECT_EQ(Ask("tial\n"), "? partial\n");
}

}  // namespace
}  // namespace proxyherd::gateway
