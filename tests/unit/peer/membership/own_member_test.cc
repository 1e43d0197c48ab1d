// Tests when a node publishes its own entry.
#include "peer/membership/own_member.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace proxyherd::peer {
namespace {

constexpr int64_t kWall = 1'600'000'000 * kSecond;

class OwnMemberTest : public ::testing::Test {
 protected:
  // Calls Look `after_ns` later; returns true if the node publishes.
  bool Speaks(int64_t after_ns) {
    now_ns_ += after_ns;
    auto notice = own_.Look(state_, load_, links_, repeat_, now_ns_, kWall + now_ns_);
    if (notice.has_value()) last_ = *std::move(notice);
    return last_.has_value() && notice.has_value();
  }
  // Returns the number of publications in `seconds` calls of Look, one second apart.
  int Times(int seconds) {
    int times = 0;
    for (int i = 0; i < seconds; ++i) times += Speaks(kSecond) ? 1 : 0;
    return times;
  }

  OwnMember own_{"Clark", 5, {"127.0.0.1", 1, 2, 3, "+1+1", "1.0"}};
  NodeState state_ = NodeState::kStarting;
  LoadSample load_;
  std::vector<LinkClaim> links_ = {{"Bona", false, false}};
  bool repeat_ = false;
  int64_t now_ns_ = 0;
  std::optional<MemberEntry> last_;
};

TEST_F(OwnMemberTest, TheFirstSaysAllThatIsKnown) {
  ASSERT_TRUE(Speaks(0));
  EXPECT_EQ(last_->node, "Clark");
  EXPECT_EQ(last_->version.epoch_ns, 5U);
  EXPECT_EQ(last_->address.http_port, 3U);
  EXPECT_EQ(last_->links, links_);
}

TEST_F(OwnMemberTest, NobodySpeaksWhenNothingChanges) {
  EXPECT_TRUE(Speaks(0));
  EXPECT_EQ(Times(1000), 0);
}

TEST_F(OwnMemberTest, AChangeOfStateDoesNotWait) {
  EXPECT_TRUE(Speaks(0));
  state_ = NodeState::kServing;
  EXPECT_TRUE(Speaks(1));
  state_ = NodeState::kDraining;
  EXPECT_TRUE(Speaks(1));
  EXPECT_FALSE(Speaks(1));
}

TEST_F(OwnMemberTest, LinksWaitForTheirSecond) {
  EXPECT_TRUE(Speaks(0));
  links_[0].outgoing_up = true;
  EXPECT_FALSE(Speaks(kSecond / 2));
  EXPECT_EQ(own_.NextLook(), kSecond);
  EXPECT_TRUE(Speaks(kSecond / 2));
  links_[0].outgoing_up = false;
  own_.LookSoon(now_ns_);
  EXPECT_EQ(own_.NextLook(), 2 * kSecond);
}

TEST_F(OwnMemberTest, AnotherHerdFileIsTold) {
  own_.SetTopology(7);
  EXPECT_TRUE(Speaks(0));
  EXPECT_EQ(last_->topology_hash, 7U);
  EXPECT_FALSE(Speaks(kSecond));
  own_.SetTopology(8);
  EXPECT_TRUE(Speaks(kSecond));
  EXPECT_EQ(last_->topology_hash, 8U);
}

TEST_F(OwnMemberTest, LookSoonIsAtOnceWhenTheLastOneIsLongAgo) {
  Speaks(0);
  Times(10);
  own_.LookSoon(now_ns_ + 3);
  EXPECT_EQ(own_.NextLook(), now_ns_ + 3);
}

TEST_F(OwnMemberTest, LoadIsToldWhenItHasMovedEnoughOrSettled) {
  load_.connections = 100;
  EXPECT_TRUE(Speaks(0));
  load_.connections = 110;
  EXPECT_EQ(Times(9), 0);
  EXPECT_EQ(Times(1), 1) << "after ten seconds";
  load_.connections = 130;
  EXPECT_EQ(Times(1), 1) << "at once";
  EXPECT_EQ(last_->load.connections, 130U);
}

TEST_F(OwnMemberTest, ReportsASecondAreAveraged) {
  EXPECT_TRUE(Speaks(0));
  for (int i = 0; i < 60; ++i) {
    load_.reports += 1000;
    Speaks(kSecond);
  }
  EXPECT_NEAR(static_cast<double>(last_->load.reports_per_second), 1000, 5);
  Times(60);
  EXPECT_EQ(last_->load.reports_per_second, 0U);
  EXPECT_EQ(Times(60), 0);
}

TEST_F(OwnMemberTest, LooksAtFullSecondsAndALateLookDelaysNoMeasurement) {
  EXPECT_TRUE(Speaks(0));
  EXPECT_FALSE(Speaks(kSecond + kMillisecond));
  EXPECT_EQ(own_.NextLook(), 2 * kSecond);
  load_.reports = 1000;
  EXPECT_TRUE(Speaks(kSecond - kMillisecond)) << "the rate of nearly a second tells enough";
  EXPECT_GT(last_->load.reports_per_second, 100U);
  EXPECT_EQ(own_.NextLook(), 3 * kSecond);
}

TEST_F(OwnMemberTest, ANodeWithoutLinksLooksSeldom) {
  links_.clear();
  Speaks(0);
  Speaks(11 * kSecond);
  EXPECT_EQ(own_.NextLook(), 20 * kSecond);
  own_.LookSoon(now_ns_);
  EXPECT_EQ(own_.NextLook(), now_ns_);
}

TEST_F(OwnMemberTest, ARepetitionIsSpokenThoughNothingChanged) {
  EXPECT_TRUE(Speaks(0));
  repeat_ = true;
  EXPECT_FALSE(Speaks(kSecond / 2)) << "not more often for that";
  EXPECT_TRUE(Speaks(kSecond));
}

TEST_F(OwnMemberTest, WordsForPeopleEndWithTheirLifetime) {
  EXPECT_TRUE(Speaks(0));
  const auto posted = own_.Post("maintenance at 22:00", 5 * kSecond, kWall + now_ns_);
  ASSERT_TRUE(posted.ok());
  EXPECT_TRUE(Speaks(kSecond));
  ASSERT_EQ(last_->people.size(), 1U);
  EXPECT_EQ(last_->people[0], *posted);
  EXPECT_EQ(Times(3), 0);
  EXPECT_EQ(Times(1), 1);
  EXPECT_TRUE(last_->people.empty());
}

TEST_F(OwnMemberTest, WordsForPeopleAreJudgedAndCounted) {
  const auto code = [this](const std::string& text, int64_t lifetime_ns) {
    return own_.Post(text, lifetime_ns, kWall).status().code();
  };
  EXPECT_EQ(code("", kSecond), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("two\nlines", kSecond), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("words", 0), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("words", kMaxAnnouncementLifetimeNs + 1), absl::StatusCode::kInvalidArgument);
  for (size_t i = 0; i < kMaxAnnouncements; ++i) {
    EXPECT_EQ(code(absl::StrCat("words ", i), kSecond), absl::StatusCode::kOk);
  }
  EXPECT_EQ(code("words", kSecond), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(own_.posts_refused(), 1U);
  EXPECT_TRUE(Speaks(0));
  MemberEntry notice = *last_;
  notice.version.sequence = 1;
  EXPECT_TRUE(IsValidMember(notice)) << "each has an id of its own, though all came at one time";
  EXPECT_TRUE(own_.Post("words", kSecond, kWall + 2 * kSecond).ok());
}

}  // namespace
}  // namespace proxyherd::peer
