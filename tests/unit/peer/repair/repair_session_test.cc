// Tests when a link is repaired, and the outcome: one end's session against a played neighbour.
#include "peer/repair/repair_session.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "peer/protocol/merge_batch.h"
#include "peer/repair/repair_answer.h"
#include "tests/support/repair_tables.h"

namespace proxyherd::peer {
namespace {

constexpr uint64_t kAttempt = 7;

class RepairSessionTest : public ::testing::Test {
 protected:
  using Step = RepairSession::Step;

  static void Put(Table& table, const std::string& client, const std::string& time) {
    ASSERT_EQ(table.TakeReport({client, "+1-1", time}, 1), MergeOutcome::kWon);
  }

  // Delivers the answer to a heartbeat, with the digests of the neighbour's present table.
  void Beat(uint64_t number) {
    now_ns_ += kSecond / 4;
    session_.OnBeat({number, theirs_.Digest(), theirs_.Records(), 0, true}, now_ns_);
  }
  // Roots stay different for `ns`.
  void Beats(int64_t ns) {
    for (const int64_t end_ns = now_ns_ + ns; now_ns_ < end_ns;) Beat(++beats_);
  }

  Step Next() {
    batch_.Clear();
    return session_.Next(batch_, true, true, now_ns_);
  }
  void DeliverRecords() {
    MergeCounts counts;
    EXPECT_TRUE(MergeBatch({1, OriginsOf(ours_, batch_), batch_.bytes()}, 0, theirs_, counts,
                           [](const RecordView&, MergeOutcome) {})
                    .ok());
  }
  bool Answer(const RepairRequest& request) {
    absl::StatusOr<RepairAnswer> answer = AnswerRepair(request, theirs_, scratch_);
    EXPECT_TRUE(answer.ok());
    MergeCounts counts;
    EXPECT_TRUE(MergeBatch({1, answer->reply.origins, answer->reply.records}, 0, ours_, counts,
                           [&](const RecordView& record, MergeOutcome outcome) {
                             if (outcome != MergeOutcome::kEqual) {
                               session_.OnMissingHere(ours_.HashOf(record));
                             }
                           })
                    .ok());
    return session_.OnReply(answer->reply);
  }
  static std::vector<BatchOrigin> OriginsOf(const Table& table, const RecordBatch& batch) {
    std::vector<BatchOrigin> origins;
    for (OriginIndex origin : batch.origins()) {
      origins.push_back({origin, std::string(table.origins().NameOf(origin))});
    }
    return origins;
  }

  // Runs until the session has nothing to write; returns the last RepairDone, if any.
  std::optional<RepairDone> RunToEnd(bool deliver = true) {
    std::optional<RepairDone> last;
    for (;;) {
      Step step = Next();
      if (std::holds_alternative<std::monostate>(step)) return last;
      if (std::holds_alternative<RepairRecords>(step) && deliver) DeliverRecords();
      if (const auto* request = std::get_if<RepairRequest>(&step)) {
        EXPECT_TRUE(Answer(*request));
      }
      if (const auto* done = std::get_if<RepairDone>(&step)) last = *done;
    }
  }

  Table ours_ = MakeTable("Bailey");
  Table theirs_ = MakeTable("Bona");
  int64_t now_ns_ = 100 * kSecond;
  uint64_t beats_ = 0;
  Agreement agreement_{now_ns_};
  RepairSession session_{ours_, agreement_};
  RecordBatch batch_{size_t{256} * 1024};
  RecordBatch scratch_{size_t{256} * 1024};
};

TEST_F(RepairSessionTest, HasNothingToSayOnItsOwn) {
  Put(ours_, "kiwi", "1");
  EXPECT_FALSE(session_.CanWrite(true));
  Beat(1);
  EXPECT_FALSE(session_.CanWrite(true));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(Next()));
}

TEST_F(RepairSessionTest, EqualRootsAfterANewEpochNeedNoWalk) {
  session_.OnStreamUp(true);
  EXPECT_TRUE(session_.repairing());
  Beat(1);
  EXPECT_FALSE(session_.repairing());
  const std::optional<RepairDone> done = RunToEnd();
  ASSERT_TRUE(done.has_value());
  EXPECT_TRUE(done->verified);
  EXPECT_TRUE(done->serving);
  EXPECT_EQ(session_.walks(), 0U);
  EXPECT_TRUE(agreement_.agrees());
}

TEST_F(RepairSessionTest, ABeatSentBeforeTheNeedDoesNotSaveTheWalk) {
  session_.OnStreamUp(false);
  session_.Need(/*beats_written=*/3, kAttempt);
  Beat(3);
  EXPECT_TRUE(session_.repairing()) << "the neighbour may have said so before it lost its memory";
  EXPECT_FALSE(session_.CanWrite(true));
  Put(ours_, "kiwi", "1");
  Beat(3);
  EXPECT_EQ(session_.walks(), 0U) << "the answer that is on its way may tell that nothing differs";
  Beat(4);
  EXPECT_EQ(session_.walks(), 1U);
}

TEST_F(RepairSessionTest, ABeatSentLaterCoversTheAttempt) {
  session_.OnStreamUp(false);
  session_.Need(3, kAttempt);
  Beat(4);
  const std::optional<RepairDone> done = RunToEnd();
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->covers_attempt, kAttempt);
  EXPECT_EQ(session_.walks(), 0U);
}

TEST_F(RepairSessionTest, AWalkRepairsBothEndsAndIsNotVerifiedYet) {
  Put(ours_, "here", "1");
  Put(theirs_, "there", "1");
  session_.OnStreamUp(true);
  Beat(1);
  const std::optional<RepairDone> done = RunToEnd();
  ASSERT_TRUE(done.has_value());
  EXPECT_FALSE(session_.repairing());
  EXPECT_FALSE(done->verified);
  EXPECT_EQ(done->differing, 2U);
  EXPECT_EQ(ours_.Records(), 2U);
  EXPECT_EQ(theirs_.Records(), 2U);
  EXPECT_EQ(session_.walks(), 1U);
  Beat(2);
  EXPECT_TRUE(agreement_.agrees()) << "by equal roots";
  Beats(3 * kSecondLookAfterNs);
  EXPECT_FALSE(session_.CanWrite(true)) << "equal roots need no second look";
}

TEST_F(RepairSessionTest, EndsOnlyWhenItsRecordsAreAcknowledged) {
  Put(ours_, "here", "1");
  session_.OnStreamUp(true);
  Beat(1);
  Step step = Next();
  ASSERT_TRUE(Answer(std::get<RepairRequest>(step)));
  ASSERT_TRUE(std::holds_alternative<RepairRecords>(Next()));
  EXPECT_FALSE(session_.CanWrite(/*all_acknowledged=*/false));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(session_.Next(batch_, true, false, now_ns_)));
  EXPECT_TRUE(session_.repairing());
  EXPECT_TRUE(session_.CanWrite(true));
  EXPECT_TRUE(std::holds_alternative<RepairDone>(Next()));
  EXPECT_FALSE(session_.repairing());
}

TEST_F(RepairSessionTest, TheSecondLookTellsDivergenceFromWhatIsOnItsWay) {
  Put(ours_, "never-arrives", "1");
  Put(ours_, "moves", "1");
  session_.OnStreamUp(true);
  Beat(1);
  std::optional<RepairDone> done = RunToEnd(/*deliver=*/false);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->differing, 2U);
  EXPECT_FALSE(session_.CanWrite(true)) << "a second look takes its time";
  Put(ours_, "moves", "2");
  Beats(kSecondLookAfterNs);
  done = RunToEnd(/*deliver=*/false);
  ASSERT_TRUE(done.has_value());
  EXPECT_TRUE(done->verified);
  EXPECT_EQ(done->differing, 2U);
  EXPECT_EQ(done->divergent, 1U) << "the one that is the same as before";
  EXPECT_FALSE(agreement_.agrees());
  EXPECT_EQ(agreement_.divergent(), 1U);
  // It is looked at repeatedly, and repaired as soon as possible.
  Beats(kSecondLookAfterNs);
  RunToEnd(/*deliver=*/true);
  Beat(++beats_);
  EXPECT_TRUE(agreement_.agrees());
}

TEST_F(RepairSessionTest, UnequalRootsAreLookedAtAfterAWhile) {
  session_.OnStreamUp(true);
  Beat(1);
  RunToEnd();
  Put(ours_, "kiwi", "1");
  Beats(kDisagreementTimeNs);
  EXPECT_EQ(session_.walks(), 0U);
  Beats(kSecond / 2);
  EXPECT_EQ(session_.walks(), 1U);
  EXPECT_FALSE(session_.repairing()) << "no new epoch is the reason";
  RunToEnd();
  EXPECT_EQ(theirs_.Records(), 1U);
}

TEST_F(RepairSessionTest, AStreamThatBreaksBeginsTheWalkAnew) {
  for (int i = 0; i < 50; ++i) Put(ours_, absl::StrCat("client", i), "1");
  session_.OnStreamUp(true);
  Beat(1);
  ASSERT_TRUE(std::holds_alternative<RepairRequest>(Next()));
  session_.OnStreamUp(false);
  EXPECT_TRUE(session_.repairing());
  EXPECT_FALSE(session_.CanWrite(true)) << "not before a beat of the new stream";
  Beat(1);
  ASSERT_TRUE(RunToEnd().has_value());
  EXPECT_EQ(theirs_.Records(), 50U);
}

TEST_F(RepairSessionTest, ASessionWhoseResultMayBeLostWithItsStreamIsRepeated) {
  session_.OnStreamUp(true);
  Beat(1);
  ASSERT_FALSE(session_.repairing());
  session_.OnStreamUp(false);
  EXPECT_TRUE(session_.repairing()) << "it was not even written";
  Beat(1);
  ASSERT_TRUE(RunToEnd().has_value());
  session_.OnDoneWritten(1);
  Beat(1);
  session_.OnStreamUp(false);
  EXPECT_TRUE(session_.repairing()) << "that beat was written before the result";
  Beat(1);
  ASSERT_TRUE(RunToEnd().has_value());
  session_.OnDoneWritten(1);
  Beat(2);
  session_.OnStreamUp(false);
  EXPECT_FALSE(session_.repairing()) << "the neighbour has read it";
  EXPECT_FALSE(RunToEnd().has_value());
}

TEST_F(RepairSessionTest, AnAnswerToAWalkThatWasGivenUpIsPassedOver) {
  Put(ours_, "kiwi", "1");
  session_.OnStreamUp(true);
  Beat(1);
  Step step = Next();
  ASSERT_TRUE(std::holds_alternative<RepairRequest>(step));
  session_.Need(1, kAttempt);
  Beat(2);
  EXPECT_FALSE(session_.CanWrite(true)) << "one question at a time, also of two walks";
  EXPECT_TRUE(Answer(std::get<RepairRequest>(step)));
  const std::optional<RepairDone> done = RunToEnd();
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->covers_attempt, kAttempt);
  EXPECT_EQ(theirs_.Records(), 1U);
}

TEST_F(RepairSessionTest, AnAnswerWithoutAQuestionBreaksTheRules) {
  session_.OnStreamUp(true);
  EXPECT_FALSE(session_.OnReply({}));
}

TEST_F(RepairSessionTest, ANeighbourWhoseSumsAreBeingMadeIsAskedLater) {
  Put(ours_, "kiwi", "1");
  session_.OnStreamUp(true);
  session_.OnBeat({1, std::nullopt, 0, 0, true}, now_ns_);
  EXPECT_FALSE(session_.CanWrite(true)) << "there is no tick to ask about";
  Beat(2);
  ASSERT_TRUE(std::holds_alternative<RepairRequest>(Next()));
  RepairReply no_tick;
  no_tick.knows_tick = false;
  EXPECT_TRUE(session_.OnReply(no_tick));
  EXPECT_TRUE(session_.repairing()) << "it is still needed";
  EXPECT_FALSE(session_.CanWrite(true));
  Beat(3);
  ASSERT_TRUE(RunToEnd().has_value());
  EXPECT_EQ(theirs_.Records(), 1U);
}

}  // namespace
}  // namespace proxyherd::peer
