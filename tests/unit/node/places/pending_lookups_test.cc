// Which lookups are sent, answered, sent again and given up.
#include "node/places/pending_lookups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "places/wire/search_turns.h"

namespace proxyherd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr int64_t kDeadlineNs = 5 * kSecond;

class PendingLookupsTest : public testing::Test {
 protected:
  // A lookup that is told by its radius.
  bool Add(int name, int64_t deadline_ns = kDeadlineNs) {
    PlacesQuery query;
    query.radius_m = name;
    query.bound = 5;
    return lookups_.Add(query, deadline_ns,
                        [this, name](const PlacesAnswer&) { ended_.push_back(name); });
  }

  // The names of the searches of the next message.
  std::vector<int> Send(int64_t now_ns = 0) {
    lookups_.TakeMessage(now_ns, message_);
    std::vector<int> names;
    for (const auto& search : message_.searches()) {
      names.push_back(static_cast<int>(search.search().radius_meters()));
    }
    return names;
  }

  std::vector<int> Ended(const std::vector<PendingLookups::Done>& done) {
    ended_.clear();
    for (const auto& each : done) each(PlacesFailure{});
    return ended_;
  }

  PendingLookups lookups_;
  places::v1::SearchStreamRequest message_;
  std::vector<int> ended_;
};

TEST_F(PendingLookupsTest, AreSentOnceInOrder) {
  Add(1);
  Add(2);
  EXPECT_TRUE(lookups_.HasUnsent());
  EXPECT_THAT(Send(), ElementsAre(1, 2));
  EXPECT_FALSE(lookups_.HasUnsent());
  EXPECT_THAT(Send(), IsEmpty());
}

TEST_F(PendingLookupsTest, TellTheServiceTheTimeThatIsLeftWithAMargin) {
  Add(1);
  Add(2, 3 * kSecond + kMillisecond);
  Send(3 * kSecond);
  ASSERT_EQ(message_.searches_size(), 2);
  EXPECT_EQ(message_.searches(0).time_left_ms(), 1980);
  EXPECT_EQ(message_.searches(1).time_left_ms(), 1) << "0 would mean: as long as you like";
}

TEST_F(PendingLookupsTest, AMessageHasNoMoreThanItMay) {
  for (int name = 0; name <= kMaxSearchesInMessage; ++name) Add(name);
  EXPECT_EQ(Send().size(), kMaxSearchesInMessage);
  EXPECT_THAT(Send(), ElementsAre(kMaxSearchesInMessage));
}

TEST_F(PendingLookupsTest, AnAnswerIsForOneAndOnlyOnce) {
  Add(1);
  Send();
  const uint64_t number = message_.searches(0).number();
  EXPECT_THAT(Ended({lookups_.Take(number)}), ElementsAre(1));
  EXPECT_EQ(lookups_.Take(number), nullptr);
  EXPECT_EQ(lookups_.Take(12345), nullptr);
}

TEST_F(PendingLookupsTest, ThoseOverTheirTimeAreGivenUpAndNotSentAnyMore) {
  Add(1, 10);
  Add(2, 20);
  EXPECT_THAT(Ended(lookups_.TakeExpired(9)), IsEmpty());
  EXPECT_THAT(Ended(lookups_.TakeExpired(10)), ElementsAre(1));
  EXPECT_THAT(Send(15), ElementsAre(2));
}

TEST_F(PendingLookupsTest, ThereIsAMost) {
  for (size_t i = 0; i < PendingLookups::kMax; ++i) ASSERT_TRUE(Add(1));
  EXPECT_FALSE(Add(2));
  Send();
  lookups_.Take(message_.searches(0).number());
  EXPECT_TRUE(Add(3));
}

TEST_F(PendingLookupsTest, AreSentOnceMoreAfterAStreamThatWorked) {
  Add(1);
  Add(2);
  Send();
  Add(3);
  EXPECT_THAT(Ended(lookups_.OnStreamEnded(true)), IsEmpty());
  EXPECT_THAT(Send(), ElementsAre(1, 2, 3));
  EXPECT_THAT(Ended(lookups_.OnStreamEnded(true)), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Send(), ElementsAre(3));
}

TEST_F(PendingLookupsTest, AllFailWithAStreamThatNeverWorked) {
  Add(1);
  Send();
  Add(2);
  EXPECT_THAT(Ended(lookups_.OnStreamEnded(false)), UnorderedElementsAre(1, 2));
  EXPECT_FALSE(lookups_.HasUnsent());
}

TEST_F(PendingLookupsTest, AreAllTakenWhenTheNodeStops) {
  Add(1);
  Send();
  Add(2);
  EXPECT_THAT(Ended(lookups_.TakeAll()), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Send(), IsEmpty());
}

}  // namespace
}  // namespace proxyherd
