// Tests how many messages a herd sends under light load, and that nothing else takes longer
// because acknowledgements wait for heartbeats.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"

namespace proxyherd::peer {
namespace {

constexpr int kClients = 50;

// A herd in which some nodes are of the last release, whose neighbours acknowledge each batch
// within 20 ms.
class MixedHerd {
 public:
  explicit MixedHerd(const std::vector<std::string>& old, bool await_neighbours = false) {
    for (const std::string& name : old) herd_.MakeOld(name);
    if (await_neighbours) herd_.AwaitNeighbours();
    herd_.StartAll();
    herd_.Advance(10 * kSecond);
  }
  SimHerd& operator*() { return herd_; }
  SimHerd* operator->() { return &herd_; }

  void Report(const std::string& node, const std::string& client, FeedPosition* position) {
    LoadSample load;
    load.reports = ++reports_;
    herd_.SetLoad(node, load);
    ASSERT_EQ(herd_.table(node).TakeReport({client, "+1-1", absl::StrCat(reports_)},
                                           herd_.clock().NowNs(), position),
              MergeOutcome::kWon);
  }
  void ReportMany(const std::string& node, const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) Report(node, absl::StrCat(prefix, i), nullptr);
  }

  // Returns the messages for each of one hundred reports a second at Clark, which cross each of the
  // six links at least once.
  double MessagesAReport() {
    constexpr int kReports = 20 * 100;
    herd_.Advance(3 * kMillisecond);  // so that no report coincides with the heartbeats
    const uint64_t before = herd_.messages_sent();
    for (int i = 0; i < kReports; ++i) {
      Report("Clark", absl::StrCat("client-", i % kClients), nullptr);
      herd_.Advance(kSecond / 100);
    }
    return static_cast<double>(herd_.messages_sent() - before) / kReports;
  }

  // Returns how long it takes until `holds`.
  int64_t Until(const std::function<bool()>& holds) {
    constexpr int64_t kStepNs = kMillisecond / 4;
    constexpr int64_t kMaxNs = 20 * kSecond;
    int64_t passed_ns = 0;
    for (; passed_ns < kMaxNs && !holds(); passed_ns += kStepNs) herd_.Advance(kStepNs);
    return passed_ns;
  }

  void ExpectAllArrived() {
    EXPECT_TRUE(herd_.Agree());
    for (const std::string& name : herd_.Names()) {
      EXPECT_TRUE(herd_.links(name).Flushed()) << name;
      for (const LinkView& link : herd_.links(name).View().links) {
        EXPECT_EQ(link.lag_records, 0U) << name << " to " << link.neighbour;
        EXPECT_EQ(link.sent.times_up, 1U) << name << " to " << link.neighbour;
      }
    }
  }

 private:
  SimHerd herd_{FiveNodes(), 1};
  uint64_t reports_ = 0;
};

const std::vector<std::string> kNoneOld;
const std::vector<std::string> kAllOld = {"Bailey", "Bona", "Campbell", "Clark", "Jaquez"};

TEST(FewMessages, AReportCostsLittleMoreThanItsBatches) {
  MixedHerd herd(kNoneOld);
  const double messages = herd.MessagesAReport();
  RecordProperty("messages_a_report", absl::StrCat(messages));
  EXPECT_LE(messages, 9.5);
  herd->Advance(2 * kHeartbeatIntervalNs);
  herd.ExpectAllArrived();
}

TEST(FewMessages, NodesOfTheLastReleaseGetTheAcknowledgementsThatTheyKnow) {
  MixedHerd herd(kAllOld);
  EXPECT_GE(herd.MessagesAReport(), 12.5);
  herd->Advance(20 * kMillisecond);
  for (const std::string& name : herd->Names()) {
    EXPECT_TRUE(herd->links(name).FlushedTo(herd->table(name).FeedEnds())) << name;
  }
}

TEST(FewMessages, BothReleasesLinkWithEachOther) {
  for (const std::vector<std::string>& old : std::vector<std::vector<std::string>>{
           {"Clark"}, {"Bona"}, {"Bona", "Jaquez"}, {"Bailey", "Clark", "Jaquez"}}) {
    SCOPED_TRACE(old.front());
    MixedHerd herd(old);
    const double messages = herd.MessagesAReport();
    EXPECT_GT(messages, 9.5);
    EXPECT_LT(messages, 13.4);
    herd->Advance(2 * kHeartbeatIntervalNs);
    herd.ExpectAllArrived();
  }
}

// Batches grow only with acknowledgements that come quickly.
TEST(FewMessages, AFullPushTakesNoLonger) {
  constexpr int kRecords = 100'000;
  const auto push_ns = [](const std::vector<std::string>& old) {
    MixedHerd herd(old);
    herd.ReportMany("Clark", "pushed-", kRecords);
    return herd.Until([&] { return herd->table("Jaquez").Records() == kRecords; });
  };
  const int64_t prompt_ns = push_ns(kAllOld);
  EXPECT_LT(prompt_ns, kSecond);
  EXPECT_LE(push_ns(kNoneOld), prompt_ns + 5 * kMillisecond);
}

// A session of repair ends when its records have been acknowledged.
TEST(FewMessages, ANodeThatReturnsEmptyIsReadyAsSoon) {
  const auto ready_ns = [](const std::vector<std::string>& old) {
    MixedHerd herd(old);
    herd.ReportMany("Clark", "repaired-", 20);
    herd->Cut("Campbell", "Jaquez");
    herd->Crash("Jaquez");
    herd->Advance(3 * kSecond + 100 * kMillisecond);
    herd->Start("Jaquez");
    const int64_t passed_ns = herd.Until([&] { return herd->links("Jaquez").ready(); });
    EXPECT_EQ(herd->table("Jaquez").Records(), 20U);
    return passed_ns;
  };
  const int64_t prompt_ns = ready_ns(kAllOld);
  EXPECT_LT(prompt_ns, 10 * kMillisecond);
  EXPECT_LE(ready_ns(kNoneOld), prompt_ns + 5 * kMillisecond);
}

TEST(FewMessages, ARepairOfManyRecordsTakesNoLonger) {
  constexpr int kRecords = 30'000;
  const auto repair_ns = [](const std::vector<std::string>& old) {
    MixedHerd herd(old);
    herd.ReportMany("Clark", "repaired-", kRecords);
    herd->Advance(kSecond);
    for (const char* neighbour : {"Bona", "Jaquez"}) herd->Cut("Clark", neighbour);
    herd->Advance(5 * kSecond);
    for (int i = 0; i < 300; ++i) {
      herd.Report("Bona", absl::StrCat("repaired-", 7 * i), nullptr);
      herd.Report("Clark", absl::StrCat("repaired-", 7 * i + 1), nullptr);
    }
    herd->Crash("Bona");  // so that changes are forgotten, and records are compared
    herd->Advance(3 * kSecond);
    herd->Start("Bona");
    herd->Mend("Clark", "Bona");
    return herd.Until([&] {
      return herd->links("Bona").ready() && herd->Agree() && herd->links("Clark").Flushed();
    });
  };
  const int64_t prompt_ns = repair_ns(kAllOld);
  EXPECT_LT(prompt_ns, 2 * kSecond);
  EXPECT_LE(repair_ns(kNoneOld), prompt_ns + 10 * kMillisecond);
}

TEST(FewMessages, AReplyThatWaitsForANeighbourWaitsForNoHeartbeat) {
  MixedHerd herd(kNoneOld, true);
  constexpr int kReports = 100;
  int confirmed = 0;
  for (int i = 0; i < kReports; ++i) {
    FeedPosition position;
    herd.Report("Clark", absl::StrCat("client-", i % kClients), &position);
    herd->Advance(i % 2 * kMillisecond);  // its batch leaves before the wait begins
    AwaitedPositions awaited;
    awaited.Add(position);
    herd->confirmations("Clark").Wait(
        awaited, herd->clock().MonotonicNs(),
        [&](Confirmation result) { confirmed += result == Confirmation::kConfirmed ? 1 : 0; });
    herd->Advance(37 * kMillisecond);
    EXPECT_EQ(confirmed, i + 1);
  }
}

}  // namespace
}  // namespace proxyherd::peer
