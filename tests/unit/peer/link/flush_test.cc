// Tests when a stopping node may exit: once its neighbours have everything that it knew.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"

namespace proxyherd::peer {
namespace {

class FlushTest : public testing::Test {
 protected:
  FlushTest() {
    herd_.StartAll();
    herd_.Advance(10 * kSecond);
  }

  void Report(const std::string& node, const std::string& client) {
    herd_.table(node).TakeReport({client, "+1-1", absl::StrCat(++time_)}, herd_.clock().NowNs());
  }
  // Reports at Bona for `ns`, each of a new client, so that each record passes through Clark.
  void LetOthersReport(int64_t ns) {
    for (const int64_t until = herd_.clock().MonotonicNs() + ns;
         herd_.clock().MonotonicNs() < until;) {
      Report("Bona", absl::StrCat("passes-", time_));
      herd_.Advance(kMillisecond / 4);
    }
  }
  bool Knows(const std::string& node, const std::string& client) {
    StoredReport report;
    return herd_.table(node).Find(client, report);
  }
  LinkSet& Clark() { return herd_.links("Clark"); }

  SimHerd herd_{FiveNodes(), 1};
  int64_t time_ = 0;
};

TEST_F(FlushTest, ComesAboutWhileOthersReportsPassThrough) {
  for (int round = 0; round < 20; ++round) {
    LetOthersReport(20 * kMillisecond);
    const std::string mine = absl::StrCat("mine-", round);
    Report("Clark", mine);
    const FeedPositions ends = herd_.table("Clark").FeedEnds();
    EXPECT_FALSE(Clark().FlushedTo(ends)) << "it has just come in";
    Clark().Hurry();
    // Acknowledgements come every 20 ms.
    for (int ms = 0; !Clark().FlushedTo(ends); ++ms) {
      ASSERT_LT(ms, 60);
      LetOthersReport(kMillisecond);
    }
    EXPECT_TRUE(Knows("Bona", mine) && Knows("Jaquez", mine));
  }
}

// What has come from a neighbour is not sent back to it, but its link has to pass it, too.
TEST_F(FlushTest, AStoppingNodeWaitsForNoHeartbeat) {
  const struct {
    const char* what;
    std::vector<const char*> reported_at;  // one a millisecond
    int64_t then_ns;                       // until the stop
  } cases[] = {
      {"in flight", {"Clark"}, 5 * kMillisecond},
      {"then one of a neighbour", {"Clark", "Bona"}, 5 * kMillisecond},
      {"not sent yet", {"Clark", "Bona", "Clark", "Clark"}, 0},
  };
  for (const auto& one : cases) {
    for (const int64_t after_beat_ns : {3 * kMillisecond, 100 * kMillisecond, 200 * kMillisecond}) {
      SCOPED_TRACE(absl::StrCat(one.what, " ", after_beat_ns));
      SimHerd herd(FiveNodes(), 1);
      herd.StartAll();
      herd.Advance(10 * kSecond + after_beat_ns);
      for (const char* node : one.reported_at) {
        herd.Advance(kMillisecond);
        herd.table(node).TakeReport({absl::StrCat("client-", ++time_), "+1-1", "1"},
                                    herd.clock().NowNs());
      }
      herd.Advance(one.then_ns);
      const FeedPositions ends = herd.table("Clark").FeedEnds();
      EXPECT_FALSE(herd.links("Clark").FlushedTo(ends));
      herd.links("Clark").Hurry();
      herd.Advance(5 * kMillisecond);
      EXPECT_TRUE(herd.links("Clark").FlushedTo(ends));
      EXPECT_TRUE(herd.links("Clark").Flushed());
    }
  }
}

TEST_F(FlushTest, WhatNeighboursHaveOutlivesTheNode) {
  for (int i = 0; i < 500; ++i) Report("Clark", absl::StrCat("mine-", i));
  const FeedPositions ends = herd_.table("Clark").FeedEnds();
  while (!Clark().FlushedTo(ends)) LetOthersReport(kMillisecond);
  herd_.Crash("Clark");
  herd_.Advance(10 * kSecond);
  for (const std::string& name : herd_.Names()) {
    if (name == "Clark") continue;
    for (int i = 0; i < 500; ++i) EXPECT_TRUE(Knows(name, absl::StrCat("mine-", i))) << name;
  }
}

TEST_F(FlushTest, ANeighbourThatIsSilentIsWaitedForUntilItsLinkIsCutOff) {
  herd_.Cut("Bona", "Clark");
  Report("Clark", "mine");
  const FeedPositions ends = herd_.table("Clark").FeedEnds();
  herd_.Advance(kSecond);
  EXPECT_EQ(Clark().LinkedNeighbours(), 2U) << "nobody has noticed yet";
  EXPECT_FALSE(Clark().FlushedTo(ends));
  herd_.Advance(2 * kSecond);
  EXPECT_EQ(Clark().LinkedNeighbours(), 1U);
  EXPECT_TRUE(Clark().FlushedTo(ends));
}

TEST_F(FlushTest, ANeighbourThatIsNewHasNothingUntilItHasBeenToldAll) {
  for (int i = 0; i < 5000; ++i) Report("Clark", absl::StrCat("mine-", i));
  herd_.Advance(kSecond);
  herd_.Crash("Jaquez");
  herd_.Advance(5 * kSecond);
  herd_.Cut("Campbell", "Jaquez");  // so that it learns everything from Clark
  herd_.Start("Jaquez");
  const FeedPositions ends = herd_.table("Clark").FeedEnds();
  while (Clark().LinkedNeighbours() < 2) herd_.Advance(kMillisecond / 4);
  EXPECT_FALSE(Clark().FlushedTo(ends));
  for (int looks = 0; !Clark().FlushedTo(ends); ++looks) {
    ASSERT_LT(looks, 100'000);
    herd_.Advance(kMillisecond / 4);
  }
  EXPECT_EQ(herd_.table("Jaquez").Records(), 5000U);
}

}  // namespace
}  // namespace proxyherd::peer
