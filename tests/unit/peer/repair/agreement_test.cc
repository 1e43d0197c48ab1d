// Tests when neighbours agree, when they are divergent, and when to compare again.
#include "peer/repair/agreement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace proxyherd::peer {
namespace {

TEST(Agreement, BeginsAsUnknown) {
  const Agreement agreement(5);
  EXPECT_FALSE(agreement.agrees());
  EXPECT_EQ(agreement.since_ns(), 5);
  EXPECT_EQ(agreement.divergent(), 0U);
}

// Steps, one second apart, and the state expected after each.
struct Step {
  enum What { kSame, kUnequal, kLook, kUnknown } what;
  bool verified;  // of a look
  uint64_t differing;
  uint64_t divergent;
  bool agrees;
  int64_t since_s;
};

TEST(Agreement, FollowsBeatsAndLooks) {
  const struct {
    const char* what;
    std::vector<Step> steps;
  } cases[] = {
      {"equal roots are agreement", {{Step::kSame, false, 0, 0, true, 1}}},
      {"unequal roots say nothing",
       {{Step::kSame, false, 0, 0, true, 1}, {Step::kUnequal, false, 0, 0, true, 1}}},
      {"unequal roots from the start", {{Step::kUnequal, false, 0, 0, false, 0}}},
      {"a first look alone is no agreement", {{Step::kLook, false, 7, 0, false, 0}}},
      {"a second look that finds nothing of the first is",
       {{Step::kLook, false, 7, 0, false, 0}, {Step::kLook, true, 4, 0, true, 2}}},
      {"a first look does not end it",
       {{Step::kSame, false, 0, 0, true, 1}, {Step::kLook, false, 7, 0, true, 1}}},
      {"divergence does",
       {{Step::kSame, false, 0, 0, true, 1},
        {Step::kLook, false, 7, 0, true, 1},
        {Step::kLook, true, 7, 2, false, 3},
        {Step::kUnequal, false, 7, 2, false, 3},
        {Step::kLook, true, 2, 2, false, 3},
        {Step::kSame, false, 0, 0, true, 6}}},
      {"a link that goes down ends it",
       {{Step::kSame, false, 0, 0, true, 1}, {Step::kUnknown, false, 0, 0, false, 2}}},
      {"and forgets divergence",
       {{Step::kLook, true, 3, 3, false, 0}, {Step::kUnknown, false, 0, 0, false, 0}}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    Agreement agreement(0);
    int64_t now_ns = 0;
    for (const Step& step : one.steps) {
      now_ns += kSecond;
      switch (step.what) {
        case Step::kSame:
        case Step::kUnequal:
          agreement.OnBeat(step.what == Step::kSame, now_ns);
          break;
        case Step::kLook:
          agreement.OnLook(step.verified, step.differing, step.divergent, now_ns);
          EXPECT_EQ(agreement.differing(), step.differing);
          EXPECT_EQ(agreement.divergent(), step.divergent);
          break;
        case Step::kUnknown:
          agreement.OnUnknown(now_ns);
          EXPECT_EQ(agreement.divergent(), 0U);
      }
      EXPECT_EQ(agreement.agrees(), step.agrees);
      EXPECT_EQ(agreement.since_ns(), step.since_s * kSecond);
    }
  }
}

class AgreementLooks : public ::testing::Test {
 protected:
  // Returns the time until the next look is due, with unequal roots at every beat.
  int64_t UntilLook() {
    const int64_t begin_ns = now_ns_;
    while (!agreement_.LookDue(now_ns_)) {
      now_ns_ += kSecond / 4;
      agreement_.OnBeat(false, now_ns_);
    }
    return now_ns_ - begin_ns;
  }

  int64_t now_ns_ = 100 * kSecond;
  Agreement agreement_{0};
};

TEST_F(AgreementLooks, AreDueWhenRootsDifferedForAWhile) {
  EXPECT_FALSE(agreement_.LookDue(now_ns_));
  EXPECT_EQ(UntilLook(), kSecond / 4 + kDisagreementTimeNs);
  agreement_.OnBeat(true, now_ns_);
  EXPECT_FALSE(agreement_.LookDue(now_ns_ + 60 * kSecond));
  EXPECT_EQ(UntilLook(), kSecond / 4 + kDisagreementTimeNs) << "it begins anew";
}

TEST_F(AgreementLooks, AreTwiceAsFarApartEachTimeTheyFindOnlyWhatIsOnItsWay) {
  UntilLook();
  for (int64_t expected = 2 * kFirstWalkIntervalNs; expected <= 4 * kMaxWalkIntervalNs;
       expected *= 2) {
    agreement_.OnLook(true, 5, 0, now_ns_);
    EXPECT_EQ(UntilLook(), std::min(expected, kMaxWalkIntervalNs));
  }
  agreement_.OnLook(true, 5, 1, now_ns_);
  EXPECT_EQ(UntilLook(), kFirstWalkIntervalNs) << "a divergence is looked at often";
  agreement_.OnLook(true, 5, 0, now_ns_);
  agreement_.OnBeat(true, now_ns_);
  EXPECT_EQ(UntilLook(), std::max(kFirstWalkIntervalNs, kSecond / 4 + kDisagreementTimeNs));
}

TEST_F(AgreementLooks, AFirstLookDoesNotMakeTheNextLater) {
  UntilLook();
  agreement_.OnLook(false, 5, 0, now_ns_);
  EXPECT_EQ(UntilLook(), kFirstWalkIntervalNs);
}

}  // namespace
}  // namespace proxyherd::peer
