// Tests conversations: lines of a client and the replies to them.
#include <string>

#include "tests/support/session_fixture.h"

namespace proxyherd::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(SessionTest, AnswersIamatWithTheExactDelta) { EXPECT_EQ(Ask(kKiwi), kKiwiAt); }

TEST_F(SessionTest, AnswersAClientAheadOfTheNodeWithANegativeDelta) {
  EXPECT_EQ(Ask("IAMAT c +0-0 1621464828.000000001\n"),
            "AT Clark -0.000000001 c +0-0 1621464828.000000001\n");
}

TEST_F(SessionTest, KeepsTheClientsOwnTexts) {
  EXPECT_EQ(Ask("\t IAMAT  \xFF\x01\xC2\xA0 \v+007.0-0118 \f 1621464828.00000000000\r\n"),
            "AT Clark +0.000000000 \xFF\x01\xC2\xA0 +007.0-0118 1621464828.00000000000\n");
}

TEST_F(SessionTest, EchoesWhatIsNoCommand) {
  EXPECT_EQ(Ask("\n"), "? \n");
  EXPECT_EQ(Ask("\r\n"), "? \n");
  EXPECT_EQ(Ask("\r\r\n"), "? \r\n");
  EXPECT_EQ(Ask("  hello  world \n"), "?   hello  world \n");
  EXPECT_EQ(Ask("iamat c +0+0 1\n"), "? iamat c +0+0 1\n");
  EXPECT_EQ(Ask(kKiwiAt), "? " + std::string(kKiwiAt));
  EXPECT_EQ(Ask("IAMAT c +91+0 1\n"), "? IAMAT c +91+0 1\n");
  EXPECT_EQ(Ask("IAMAT c 34.0-118.0 1\n"), "? IAMAT c 34.0-118.0 1\n");
  EXPECT_EQ(Ask("WHATSAT nobody 10 5\n"), "? WHATSAT nobody 10 5\n");
  EXPECT_EQ(Requests(Verb::kOther, RequestResult::kInvalid), 6U);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kInvalid), 2U);
  EXPECT_EQ(Requests(Verb::kWhatsat, RequestResult::kUnknownClient), 1U);
}

TEST_F(SessionTest, AnOldReportGetsItsReceiptButChangesNothing) {
  Ask("IAMAT c +1+1 100\n");
  EXPECT_EQ(Ask("IAMAT c +2+2 99\n"), "AT Clark +1621464729.000000000 c +2+2 99\n");
  EXPECT_EQ(Ask("WHATSAT c 0 0\n"), "AT Clark +1621464728.000000000 c +1+1 100\n{}\n\n");
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kStale), 1U);
}

TEST_F(SessionTest, ANewClientBeyondTheLimitIsRefusedAKnownOneIsNot) {
  table_options_.max_clients = 1;
  Ask("IAMAT known +1+1 100\n");
  EXPECT_EQ(Ask("IAMAT new +1+1 100\n"), "? IAMAT new +1+1 100\n");
  EXPECT_EQ(Ask("IAMAT known +1+1 101\n"), "AT Clark +1621464727.000000000 known +1+1 101\n");
  EXPECT_EQ(Hits(GatewayLimit::kClients), 1U);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kRefused), 1U);
}

TEST_F(SessionTest, BytesMayComeInAnyPieces) {
  const std::string all = std::string(kKiwi) + "\r\nx\r\n" + std::string(kKiwi);
  const std::string replies = std::string(kKiwiAt) + "? \n? x\n" + std::string(kKiwiAt);
  for (size_t cut = 0; cut <= all.size(); ++cut) {
    Send(std::string_view(all).substr(0, cut));
    Send(std::string_view(all).substr(cut));
    ASSERT_EQ(Read(), replies) << "cut at " << cut;
  }
  SendByteByByte(all);
  EXPECT_EQ(Read(), replies);
}

TEST_F(SessionTest, LinesReadTogetherAreOneBatchWithOneReceiveTime) {
  EXPECT_EQ(Ask("IAMAT a +0+0 1\nIAMAT b +0+0 1\n"),
            "AT Clark +1621464827.000000000 a +0+0 1\nAT Clark +1621464827.000000000 b +0+0 1\n");
}

TEST_F(SessionTest, WhatsatComesWithItsPlacesInOnePiece) {
  Ask(kKiwi);
  EXPECT_EQ(Ask("WHATSAT kiwi.cs.ucla.edu 10 5\n"), "") << "nothing before the places are there";
  ASSERT_EQ(Lookups(), 1U);
  EXPECT_EQ(Lookup(0).latitude, 34.068930);
  EXPECT_EQ(Lookup(0).longitude, -118.445127);
  EXPECT_EQ(Lookup(0).radius_m, 10'000);
  EXPECT_EQ(Lookup(0).bound, 5);
  Answer(0, "{\n\n\"places\": []\n}\n");
  EXPECT_EQ(session().Unsent(), std::string(kKiwiAt) + "{\n\"places\": []\n}\n\n");
  EXPECT_EQ(Requests(Verb::kWhatsat, RequestResult::kOk), 1U);
}

TEST_F(SessionTest, NobodyIsAskedForNothing) {
  Ask(kKiwi);
  const std::string nothing = std::string(kKiwiAt) + "{}\n\n";
  EXPECT_EQ(Ask("WHATSAT kiwi.cs.ucla.edu 0 5\n"), nothing);
  EXPECT_EQ(Ask("WHATSAT kiwi.cs.ucla.edu 10 0\n"), nothing);
  EXPECT_EQ(Ask("WHATSAT kiwi.cs.ucla.edu 0.000 00\n"), nothing);
  EXPECT_EQ(Lookups(), 0U);
}

TEST_F(SessionTest, WithoutPlacesTheAtLineStillComes) {
  Ask(kKiwi);
  Ask("WHATSAT kiwi.cs.ucla.edu 10 5\n");
  Answer(0, PlacesFailure{429, "RESOURCE_EXHAUSTED", "The day's budget is used up."});
  EXPECT_EQ(Read(),
            std::string(kKiwiAt) +
                "{\"error\": {\"code\": 429, \"message\": \"The day's budget is used up.\", "
                "\"status\": \"RESOURCE_EXHAUSTED\"}}\n\n");
  EXPECT_EQ(Requests(Verb::kWhatsat, RequestResult::kPlacesError), 1U);
}

TEST_F(SessionTest, RepliesKeepTheOrderOfTheCommands) {
  const std::string kiwi(kKiwiAt);
  EXPECT_EQ(Ask(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 1 1\nx\n"
                                     "WHATSAT kiwi.cs.ucla.edu 2 2\ny\n"),
            kiwi);
  ASSERT_EQ(Lookups(), 2U) << "the second is not kept waiting by the first";
  EXPECT_EQ(Ask("IAMAT later +0+0 1621464828\n"), "");
  Answer(1, "{2}");
  EXPECT_EQ(Read(), "");
  Answer(0, "{1}");
  EXPECT_EQ(Read(), kiwi + "{1}\n\n? x\n" + kiwi +
                        "{2}\n\n? y\nAT Clark +0.000000000 later +0+0 1621464828\n");
}

TEST_F(SessionTest, CommandsAreHandledWhileAWhatsatWaits) {
  Ask(kKiwi);
  Ask("WHATSAT kiwi.cs.ucla.edu 1 1\nIAMAT kiwi.cs.ucla.edu +1+1 1621464828\n"
      "WHATSAT kiwi.cs.ucla.edu 0 1\n");
  Answer(0, "{1}");
  const std::string moved = "AT Clark +0.000000000 kiwi.cs.ucla.edu +1+1 1621464828\n";
  EXPECT_EQ(Read(), std::string(kKiwiAt) + "{1}\n\n" + moved + moved + "{}\n\n");
}

TEST_F(SessionTest, AfterTheHalfCloseEverythingIsAnsweredThenItFinishes) {
  Send(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 1 1\nlast");
  HalfClose();
  EXPECT_FALSE(session().WantsInput());
  EXPECT_EQ(Read(), kKiwiAt);
  EXPECT_FALSE(session().Finished());
  Answer(0, "{}");
  EXPECT_FALSE(session().Finished());
  EXPECT_EQ(Read(), std::string(kKiwiAt) + "{}\n\n? last\n");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, AnUnterminatedLastLineIsACommand) {
  Send(std::string(kKiwi.substr(0, kKiwi.size() - 1)) + "\r");
  HalfClose();
  EXPECT_EQ(Read(), kKiwiAt);
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, EndOfInputWithoutDataIsAnsweredWithNothing) {
  HalfClose();
  EXPECT_EQ(Read(), "");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, AfterALineEndThereIsNoLastLine) {
  Send("x\n");
  HalfClose();
  EXPECT_EQ(Read(), "? x\n");
}

TEST_F(SessionTest, ALastLineOfBlanksIsAnswered) {
  Send(" ");
  HalfClose();
  EXPECT_EQ(Read(), "?  \n");
}

TEST_F(SessionTest, ALastLineThatIsOnlyATerminatorIsAnswered) {
  Send("\r");
  HalfClose();
  EXPECT_EQ(Read(), "? \n");
}

TEST_F(SessionTest, WithTheFlagItFinishesAfterTheFirstReply) {
  limits_.close_after_first_reply = true;
  EXPECT_EQ(Ask("x\ny\nz"), "? x\n");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, WithTheFlagItWaitsForTheFirstLine) {
  limits_.close_after_first_reply = true;
  Send("x");
  EXPECT_FALSE(session().Finished());
  Send("y\n");
  EXPECT_FALSE(session().Finished());
  EXPECT_EQ(Read(), "? xy\n");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, WhenTheServerStopsWholeLinesAreAnsweredPartsAreNot) {
  Send("x\npart");
  session().StopInput();
  EXPECT_FALSE(session().WantsInput());
  EXPECT_EQ(Read(), "? x\n");
  EXPECT_TRUE(session().Finished());
}

TEST_F(SessionTest, WhenTheServerCannotWaitWhatWasTakenIsAnsweredAndNothingElseIsTaken) {
  limits_.max_pending_lookups = 1;
  Ask(kKiwi);
  Send("WHATSAT kiwi.cs.ucla.edu 1 1\nIAMAT late +1-1 1\n");
  session().StopInput();
  EXPECT_EQ(Read(), "");
  session().GiveUpWaiting();
  const std::string answer = Read();
  EXPECT_THAT(answer, StartsWith(std::string(kKiwiAt) + "{"));
  EXPECT_THAT(answer, HasSubstr("This node is stopping; ask another one."));
  EXPECT_THAT(answer, Not(HasSubstr("late"))) << "it was waiting to be handled";
  EXPECT_EQ(table().Records(), 1U);
  EXPECT_TRUE(session().Finished());
  Answer(0, "{}");
  EXPECT_EQ(Read(), "") << "an answer that comes too late";
}

TEST_F(SessionTest, WhenTheServerCannotWaitReportsWithoutANeighbourAreAnsweredAsNotTaken) {
  ack_after_neighbour_ = true;
  Send("IAMAT kiwi +1-1 1\nx\n");
  session().StopInput();
  EXPECT_EQ(Read(), "");
  session().GiveUpWaiting();
  EXPECT_EQ(Read(), "? IAMAT kiwi +1-1 1\n? x\n");
  EXPECT_TRUE(session().Finished());
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kUnconfirmed), 1U);
  Confirm(0);
  EXPECT_EQ(Read(), "") << "a confirmation that comes too late";
}

TEST_F(SessionTest, LogsWhatCameInAndWhatWentOut) {
  log_lines_ = 6;
  Ask(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 1 1\nx\ny\n");
  Answer(0, "{}");
  EXPECT_THAT(log_.Lines(),
              ElementsAre("< " + std::string(kKiwi.substr(0, kKiwi.size() - 1)),
                          "> " + std::string(kKiwiAt), "< WHATSAT kiwi.cs.ucla.edu 1 1", "< x",
                          "> ? x\n", "> " + std::string(kKiwiAt) + "{}\n\n"))
      << "and nothing of y: the budget was used up";
}

}  // namespace
}  // namespace proxyherd::gateway
