// Tests which step follows on a stream of searches, event by event.
#include "places/wire/search_turns.h"

#include <gtest/gtest.h>

#include <string>

namespace proxyherd::places {
namespace {

using Turn = SearchTurns::Turn;

class SearchTurnsTest : public testing::Test {
 protected:
  Turn Next() { return turns_.Next(message_); }

  // Reads a message of `searches` searches, none of which is answered at once.
  void Read(int searches) {
    ASSERT_EQ(Next(), Turn::kRead);
    ASSERT_TRUE(turns_.OnMessage(searches));
    turns_.AllBegun();
  }
  // The same, and writes the empty message that is due.
  void ReadAndGreet(int searches) {
    Read(searches);
    ASSERT_EQ(Next(), Turn::kWrite);
    ASSERT_EQ(message_.answers_size(), 0);
    turns_.OnWritten(true);
  }
  void Answer(uint64_t number, size_t bytes = 2) {
    v1::NumberedAnswer answer;
    answer.set_number(number);
    answer.mutable_found()->set_json(std::string(bytes, ' '));
    turns_.OnAnswer(std::move(answer));
  }

  SearchTurns turns_;
  v1::SearchStreamResponse message_;
};

TEST_F(SearchTurnsTest, ReadsFirstAndOneAtATime) {
  EXPECT_EQ(Next(), Turn::kRead);
  EXPECT_EQ(Next(), Turn::kNone);
}

TEST_F(SearchTurnsTest, AnswersOfOneMessageAreOneMessageThatLeavesWhenAllHaveBegun) {
  EXPECT_EQ(Next(), Turn::kRead);
  ASSERT_TRUE(turns_.OnMessage(2));
  Answer(1);
  EXPECT_EQ(Next(), Turn::kNone);
  Answer(2);
  turns_.AllBegun();
  EXPECT_EQ(Next(), Turn::kWrite);
  ASSERT_EQ(message_.answers_size(), 2);
  EXPECT_EQ(message_.answers(0).number(), 1);
  EXPECT_EQ(message_.answers(1).number(), 2);
  EXPECT_EQ(Next(), Turn::kRead) << "while it is being written";
}

TEST_F(SearchTurnsTest, AMessageIsAnsweredAtOnceThoughNothingIsFoundYet) {
  Read(1);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(message_.answers_size(), 0);
  turns_.OnWritten(true);
  EXPECT_EQ(Next(), Turn::kRead);
  EXPECT_EQ(Next(), Turn::kNone);
  Answer(1);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(message_.answers_size(), 1);
}

TEST_F(SearchTurnsTest, AnswersThatComeDuringAWriteMakeTheNextMessage) {
  Read(3);
  EXPECT_EQ(Next(), Turn::kWrite);
  Answer(1);
  Answer(2);
  EXPECT_EQ(Next(), Turn::kRead);
  EXPECT_EQ(Next(), Turn::kNone);
  turns_.OnWritten(true);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(message_.answers_size(), 2);
}

TEST_F(SearchTurnsTest, AMessageEndsAtItsSize) {
  ReadAndGreet(3);
  for (uint64_t number = 1; number <= 3; ++number) Answer(number, SearchTurns::kMessageBytes / 2);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(message_.answers_size(), 2);
  turns_.OnWritten(true);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(message_.answers_size(), 1);
}

TEST_F(SearchTurnsTest, TooManyUnansweredHoldUpTheReading) {
  for (size_t i = 0; i < SearchTurns::kMaxUnanswered / kMaxSearchesInMessage; ++i) {
    ReadAndGreet(kMaxSearchesInMessage);
  }
  EXPECT_EQ(Next(), Turn::kNone);
  Answer(1);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(Next(), Turn::kNone) << "it is not written yet";
  turns_.OnWritten(true);
  EXPECT_EQ(Next(), Turn::kRead);
}

TEST_F(SearchTurnsTest, AnswersThatNobodyTakesHoldUpTheReading) {
  Read(3);
  EXPECT_EQ(Next(), Turn::kWrite);
  Answer(1, SearchTurns::kMaxUnwrittenBytes);
  EXPECT_EQ(Next(), Turn::kNone);
  turns_.OnWritten(true);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(Next(), Turn::kRead);
}

TEST_F(SearchTurnsTest, TooManySearchesInAMessageEndTheStream) {
  EXPECT_EQ(Next(), Turn::kRead);
  EXPECT_FALSE(turns_.OnMessage(kMaxSearchesInMessage + 1));
  EXPECT_EQ(Next(), Turn::kFinish);
  EXPECT_EQ(turns_.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(turns_.status().message(), "searches: at most 64 in a message, not 65");
  EXPECT_EQ(Next(), Turn::kNone);
}

TEST_F(SearchTurnsTest, EndsAfterTheLastAnswerWhenTheOtherSideSaysNoMore) {
  ReadAndGreet(1);
  EXPECT_EQ(Next(), Turn::kRead);
  turns_.OnReadsOver();
  EXPECT_EQ(Next(), Turn::kNone);
  Answer(1);
  EXPECT_EQ(Next(), Turn::kWrite);
  EXPECT_EQ(Next(), Turn::kNone) << "never over a write";
  turns_.OnWritten(true);
  EXPECT_EQ(Next(), Turn::kFinish);
  EXPECT_TRUE(turns_.status().ok());
}

TEST_F(SearchTurnsTest, StopsInOrderThoughAReadIsUnderWay) {
  ReadAndGreet(1);
  EXPECT_EQ(Next(), Turn::kRead);
  turns_.Stop(absl::UnavailableError("stopping"));
  EXPECT_EQ(Next(), Turn::kNone) << "a search has no answer yet";
  Answer(1);
  EXPECT_EQ(Next(), Turn::kWrite);
  turns_.OnWritten(true);
  EXPECT_EQ(Next(), Turn::kFinish);
  EXPECT_EQ(turns_.status(), absl::UnavailableError("stopping"));
}

TEST_F(SearchTurnsTest, ABrokenStreamEndsAtOnceAndLosesItsAnswers) {
  ReadAndGreet(2);
  Answer(1);
  turns_.OnBroken();
  EXPECT_EQ(Next(), Turn::kFinish);
  Answer(2);
  EXPECT_EQ(Next(), Turn::kNone);
}

TEST_F(SearchTurnsTest, AFailedWriteBreaksTheStream) {
  Read(1);
  EXPECT_EQ(Next(), Turn::kWrite);
  turns_.OnWritten(false);
  EXPECT_EQ(Next(), Turn::kFinish);
}

}  // namespace
}  // namespace proxyherd::places
