// Tests when a process considers itself displaced.
#include "peer/membership/displacement.h"

#include <gtest/gtest.h>

#include "peer/link/speech.h"

namespace proxyherd::peer {
namespace {

constexpr uint64_t kOwn = 1000;
constexpr uint64_t kNewer = 2000;

class DisplacementTest : public ::testing::Test {
 protected:
  bool Refused(const std::string& neighbour, uint64_t epoch_ns, int64_t at_ns) {
    displacement_.OnRefused(neighbour, epoch_ns, at_ns);
    return displacement_.by().has_value();
  }

  Displacement displacement_{kOwn};
};

TEST_F(DisplacementTest, TwoRefusalsFarEnoughApartByOneNeighbourDisplace) {
  EXPECT_FALSE(Refused("Bona", kNewer, 0));
  EXPECT_FALSE(Refused("Bona", kNewer, kSecond));
  EXPECT_FALSE(Refused("Bona", kNewer, kDisplacedAfterNs));
  EXPECT_TRUE(Refused("Bona", kNewer, kDisplacedAfterNs + 1));
  EXPECT_EQ(displacement_.by()->neighbour, "Bona");
  EXPECT_EQ(displacement_.by()->epoch_ns, kNewer);
}

TEST_F(DisplacementTest, TheTimeIsMoreThanADeadStreamLasts) {
  EXPECT_GT(kDisplacedAfterNs, kLivenessTimeoutNs);
}

TEST_F(DisplacementTest, AnEpochThatIsNotGreaterProvesNothing) {
  for (const uint64_t epoch : {uint64_t{0}, kOwn - 1, kOwn}) {
    EXPECT_FALSE(Refused("Bona", epoch, 0));
    EXPECT_FALSE(Refused("Bona", epoch, 100 * kSecond));
  }
}

TEST_F(DisplacementTest, AStreamThatIsTakenInBetweenResetsTheCount) {
  EXPECT_FALSE(Refused("Bona", kNewer, 0));
  displacement_.OnTaken("Bona");
  EXPECT_FALSE(Refused("Bona", kNewer, 100 * kSecond));
  EXPECT_TRUE(Refused("Bona", kNewer, 200 * kSecond));
}

TEST_F(DisplacementTest, AnotherNeighbourThatTakesStreamsDoesNotHelpTheOlderOne) {
  EXPECT_FALSE(Refused("Bona", kNewer, 0));
  displacement_.OnTaken("Jaquez");
  EXPECT_TRUE(Refused("Bona", kNewer, 100 * kSecond));
}

TEST_F(DisplacementTest, TwoNeighboursOnceEachAreNotOneTwice) {
  EXPECT_FALSE(Refused("Bona", kNewer, 0));
  EXPECT_FALSE(Refused("Jaquez", kNewer, 100 * kSecond));
}

TEST_F(DisplacementTest, TwoProcessesOnceEachAreNotOneTwice) {
  EXPECT_FALSE(Refused("Bona", kNewer, 0));
  EXPECT_FALSE(Refused("Bona", kNewer + 1, 100 * kSecond)) << "the first has ended since";
  EXPECT_TRUE(Refused("Bona", kNewer + 1, 200 * kSecond));
}

TEST_F(DisplacementTest, IsForEver) {
  EXPECT_FALSE(Refused("Bona", kNewer, 0));
  EXPECT_TRUE(Refused("Bona", kNewer, 100 * kSecond));
  displacement_.OnTaken("Bona");
  EXPECT_TRUE(Refused("Jaquez", kNewer + 7, 200 * kSecond));
  EXPECT_EQ(displacement_.by()->neighbour, "Bona");
}

class SpeechTest : public ::testing::Test {
 protected:
  Speech speech_;
};

TEST_F(SpeechTest, HearingWithoutSpeakingForLongIsMute) {
  speech_.Update(true, false, 5);
  EXPECT_EQ(speech_.MuteAt(), 5 + kMuteAfterNs);
  speech_.Update(true, false, kMuteAfterNs);
  EXPECT_FALSE(speech_.Mute(5 + kMuteAfterNs - 1));
  EXPECT_TRUE(speech_.Mute(5 + kMuteAfterNs));
}

TEST_F(SpeechTest, IsNotMuteWhenItSpeaksOrHearsNoNeighbour) {
  for (const auto& [hears, speaks] : {std::pair(true, true), {false, true}, {false, false}}) {
    speech_.Update(true, false, 0);
    EXPECT_TRUE(speech_.Mute(kMuteAfterNs));
    speech_.Update(hears, speaks, kMuteAfterNs);
    EXPECT_FALSE(speech_.Mute(100 * kMuteAfterNs)) << hears << speaks;
  }
}

TEST_F(SpeechTest, TheTimeStartsAgainOnceItHasSpoken) {
  speech_.Update(true, false, 0);
  speech_.Update(true, true, kMuteAfterNs - 1);
  speech_.Update(true, false, kMuteAfterNs);
  EXPECT_FALSE(speech_.Mute(2 * kMuteAfterNs - 1));
  EXPECT_TRUE(speech_.Mute(2 * kMuteAfterNs));
}

}  // namespace
}  // namespace proxyherd::peer
