// Tests which searches are sent, answered, sent again and given up.
#include "places/remote/pending_searches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "places/wire/search_turns.h"

namespace proxyherd::places {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr int64_t kDeadlineNs = 5 * kSecond;

class PendingSearchesTest : public testing::Test {
 protected:
  // A search that is identified by its radius.
  void Add(int name, int64_t deadline_ns = kDeadlineNs) {
    SearchRequest request;
    request.radius_m = name;
    searches_.Add(request, deadline_ns,
                  [this, name](const absl::StatusOr<SearchAnswer>&) { ended_.push_back(name); });
  }

  // Returns the names of the searches in the next message.
  std::vector<int> Send(int64_t now_ns = 0) {
    searches_.TakeMessage(now_ns, message_);
    std::vector<int> names;
    for (const auto& search : message_.searches()) {
      names.push_back(static_cast<int>(search.search().radius_meters()));
    }
    return names;
  }

  std::vector<int> Ended(const std::vector<PendingSearches::Done>& done) {
    ended_.clear();
    for (const auto& each : done) each(absl::UnknownError("ended"));
    return ended_;
  }

  PendingSearches searches_;
  places::v1::SearchStreamRequest message_;
  std::vector<int> ended_;
};

TEST_F(PendingSearchesTest, AreSentOnceInOrder) {
  Add(1);
  Add(2);
  EXPECT_TRUE(searches_.HasUnsent());
  EXPECT_THAT(Send(), ElementsAre(1, 2));
  EXPECT_FALSE(searches_.HasUnsent());
  EXPECT_THAT(Send(), IsEmpty());
}

TEST_F(PendingSearchesTest, TellTheServiceTheTimeThatIsLeftWithAMargin) {
  Add(1);
  Add(2, 3 * kSecond + kMillisecond);
  Send(3 * kSecond);
  ASSERT_EQ(message_.searches_size(), 2);
  EXPECT_EQ(message_.searches(0).time_left_ms(), 1980);
  EXPECT_EQ(message_.searches(1).time_left_ms(), 1) << "0 would mean: as long as you like";
}

TEST_F(PendingSearchesTest, AMessageHasNoMoreThanItMay) {
  for (int name = 0; name <= kMaxSearchesInMessage; ++name) Add(name);
  EXPECT_EQ(Send().size(), kMaxSearchesInMessage);
  EXPECT_THAT(Send(), ElementsAre(kMaxSearchesInMessage));
}

TEST_F(PendingSearchesTest, AnAnswerIsForOneAndOnlyOnce) {
  Add(1);
  Send();
  const uint64_t number = message_.searches(0).number();
  EXPECT_THAT(Ended({searches_.Take(number)}), ElementsAre(1));
  EXPECT_EQ(searches_.Take(number), nullptr);
  EXPECT_EQ(searches_.Take(12345), nullptr);
}

TEST_F(PendingSearchesTest, ThoseOverTheirTimeAreGivenUpAndNotSentAnyMore) {
  Add(1, 10);
  Add(2, 20);
  EXPECT_THAT(Ended(searches_.TakeExpired(9)), IsEmpty());
  EXPECT_THAT(Ended(searches_.TakeExpired(10)), ElementsAre(1));
  EXPECT_THAT(Send(15), ElementsAre(2));
}

TEST_F(PendingSearchesTest, AreFullAtTheBoundUntilOneIsAnswered) {
  for (size_t i = 0; i < PendingSearches::kMax; ++i) {
    ASSERT_FALSE(searches_.IsFull());
    Add(1);
  }
  EXPECT_TRUE(searches_.IsFull());
  Send();
  searches_.Take(message_.searches(0).number());
  EXPECT_FALSE(searches_.IsFull());
}

TEST_F(PendingSearchesTest, AreSentOnceMoreAfterAStreamThatWorked) {
  Add(1);
  Add(2);
  Send();
  Add(3);
  EXPECT_THAT(Ended(searches_.TakeSentTwice()), IsEmpty());
  EXPECT_THAT(Send(), ElementsAre(1, 2, 3));
  EXPECT_THAT(Ended(searches_.TakeSentTwice()), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Send(), ElementsAre(3));
}

TEST_F(PendingSearchesTest, AreAllTakenWhenTheNodeStops) {
  Add(1);
  Send();
  Add(2);
  EXPECT_THAT(Ended(searches_.TakeAll()), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Send(), IsEmpty());
}

}  // namespace
}  // namespace proxyherd::places
