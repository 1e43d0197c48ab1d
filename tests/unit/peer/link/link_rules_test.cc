// Tests the rules of the handshake, of readiness, and of merging a neighbour's records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "peer/link/readiness.h"
#include "peer/protocol/handshake.h"
#include "peer/protocol/link_timing.h"
#include "peer/protocol/merge_batch.h"

namespace proxyherd::peer {
namespace {

using ::testing::HasSubstr;

LinkIdentity Clark() { return {"seed", "Clark", 100, 42, {"Bona", "Jaquez"}}; }
Hello Bona() { return {"seed", "Bona", 200, 1, kLinkProtocolVersion, 42}; }

TEST(Handshake, AcceptsANeighbourWhateverItsTopology) {
  Hello hello = Bona();
  EXPECT_TRUE(CheckHello(Clark(), hello).ok());
  hello.topology_hash = 43;
  EXPECT_TRUE(CheckHello(Clark(), hello).ok());
}

TEST(Handshake, RefusesOthersWithAReason) {
  const auto refusal = [](auto change) {
    Hello hello = Bona();
    change(hello);
    return CheckHello(Clark(), hello);
  };
  EXPECT_THAT(std::string(refusal([](Hello& h) { h.herd = "other"; }).message()),
              HasSubstr("Clark is of the herd seed, not of other"));
  EXPECT_THAT(std::string(refusal([](Hello& h) { h.node = "Bailey"; }).message()),
              HasSubstr("Bailey is not linked with Clark"));
  EXPECT_THAT(std::string(refusal([](Hello& h) { h.protocol_version = 1; }).message()),
              HasSubstr(absl::StrCat("version ", kLinkProtocolVersion, ", Bona speaks 1")));
  EXPECT_THAT(std::string(refusal([](Hello& h) { h.node = "a\nb"; }).message()),
              HasSubstr("a malformed name"));
  EXPECT_EQ(refusal([](Hello& h) { h.node = "Clark"; }).code(),
            absl::StatusCode::kPermissionDenied);
}

TEST(Handshake, RefusesAnAnswerOfAnotherNodeThanWasDialled) {
  EXPECT_TRUE(CheckAnswer(Clark(), "Bona", Bona()).ok());
  EXPECT_THAT(std::string(CheckAnswer(Clark(), "Jaquez", Bona()).message()),
              HasSubstr("the address of Jaquez is answered by Bona"));
}

class ReadinessTest : public ::testing::Test {
 protected:
  Readiness readiness_{{"Bona", "Jaquez"}, 0};
};

TEST_F(ReadinessTest, IsReadyAtOnceWithoutNeighbours) { EXPECT_TRUE(Readiness({}, 0).Ready(0)); }

TEST_F(ReadinessTest, IsReadyWhenAServingNeighbourHasToldAll) {
  readiness_.OnGreeted("Bona");
  readiness_.OnGreeted("Jaquez");
  EXPECT_FALSE(readiness_.Ready(1));
  readiness_.OnRepairDone("Bona", true);
  EXPECT_TRUE(readiness_.Ready(1));
}

TEST_F(ReadinessTest, DoesNotTrustOneThatIsNotReadyItselfWhileAnotherIsSending) {
  readiness_.OnGreeted("Bona");
  readiness_.OnGreeted("Jaquez");
  readiness_.OnRepairDone("Bona", false);
  EXPECT_FALSE(readiness_.Ready(kAloneAfterNs * 2)) << "Jaquez may know more";
  readiness_.OnClosed("Jaquez");
  EXPECT_TRUE(readiness_.Ready(kAloneAfterNs * 2));
}

TEST_F(ReadinessTest, WaitsAWhileForNeighboursThatAreNotLinkedYet) {
  readiness_.OnGreeted("Bona");
  readiness_.OnRepairDone("Bona", false);
  EXPECT_FALSE(readiness_.Ready(kGatherTimeNs - 1));
  EXPECT_TRUE(readiness_.Ready(kGatherTimeNs));
}

TEST_F(ReadinessTest, WaitsForWhoIsANeighbourNow) {
  readiness_.OnGreeted("Bona");
  readiness_.OnRepairDone("Bona", false);
  readiness_.SetNeighbours({"Bona", "Zoe"});
  readiness_.OnGreeted("Zoe");
  EXPECT_FALSE(readiness_.Ready(kGatherTimeNs)) << "Zoe may know more";
  readiness_.SetNeighbours({"Bona"});
  EXPECT_TRUE(readiness_.Ready(1)) << "Bona's word still counts, and Jaquez is not waited for";
}

TEST_F(ReadinessTest, IsReadyAtOnceWhenAllHaveToldAll) {
  for (const char* name : {"Bona", "Jaquez"}) {
    readiness_.OnGreeted(name);
    readiness_.OnRepairDone(name, false);
  }
  EXPECT_TRUE(readiness_.Ready(1));
  EXPECT_EQ(readiness_.Reason(), "");
}

TEST_F(ReadinessTest, IsReadyAfterAWhileWhenNobodyIsThere) {
  EXPECT_FALSE(readiness_.Ready(kAloneAfterNs - 1));
  EXPECT_EQ(readiness_.NextTimer(0), kGatherTimeNs);
  EXPECT_EQ(readiness_.NextTimer(kGatherTimeNs), kAloneAfterNs);
  EXPECT_THAT(readiness_.Reason(), HasSubstr("waiting for the neighbours"));
  EXPECT_TRUE(readiness_.Ready(kAloneAfterNs));
}

TEST_F(ReadinessTest, ANeighbourThatHasToldAllNeedNotSayItAgainOnANewStream) {
  for (const char* name : {"Bona", "Jaquez"}) readiness_.OnGreeted(name);
  readiness_.OnRepairDone("Bona", false);
  readiness_.OnClosed("Bona");
  readiness_.OnGreeted("Bona");
  readiness_.OnRepairDone("Jaquez", false);
  EXPECT_TRUE(readiness_.Ready(1));
}

TEST_F(ReadinessTest, WaitsForNobodyForEver) {
  readiness_.OnGreeted("Bona");
  EXPECT_FALSE(readiness_.Ready(kMaxWaitingNs - 1));
  EXPECT_TRUE(readiness_.Ready(kMaxWaitingNs));
}

TEST_F(ReadinessTest, ALinkThatClosesAfterItsRepairHasToldAllTheSame) {
  readiness_.OnGreeted("Bona");
  readiness_.OnRepairDone("Bona", false);
  readiness_.OnClosed("Bona");
  EXPECT_TRUE(readiness_.Ready(kGatherTimeNs));
}

class MergeBatchTest : public ::testing::Test {
 protected:
  void Add(OriginIndex origin, const std::string& client, const std::string& location,
           int64_t time_ns) {
    const std::string time = std::to_string(time_ns / 1'000'000'000);
    const RecordView record = {origin, time_ns, 1, client, location, time};
    std::string block(record.Bytes(), '\0');
    EncodeRecord(record, block.data());
    batch_.records += block;
  }
  absl::Status Merge() {
    counts_ = {};
    return MergeBatch(batch_, 0, table_, counts_, [this](const RecordView&, MergeOutcome outcome) {
      told_ += outcome == MergeOutcome::kWon ? 1 : 0;
    });
  }

  Table table_{{.herd = "seed", .node = "Clark", .probe_seed = 1}};
  Batch batch_{1, {{7, "Bona"}, {9, "no name!"}}, ""};
  MergeCounts counts_;
  int told_ = 0;
};

TEST_F(MergeBatchTest, MergesAndCounts) {
  Add(7, "a", "+1-1", 5'000'000'000);
  Add(7, "a", "+1-1", 5'000'000'000);
  Add(7, "a", "+1-1", 4'000'000'000);
  EXPECT_TRUE(Merge().ok());
  EXPECT_EQ(counts_.won, 1U);
  EXPECT_EQ(counts_.equal, 1U);
  EXPECT_EQ(counts_.stale, 1U);
  EXPECT_EQ(told_, 1);
  StoredReport report;
  ASSERT_TRUE(table_.Find("a", report));
  EXPECT_EQ(report.server, "Bona");
}

TEST_F(MergeBatchTest, SkipsAndCountsInvalidRecordsAndGoesOn) {
  Add(7, "bad location", "+1-1", 5'000'000'000);
  Add(7, "a", "nowhere", 5'000'000'000);
  Add(9, "malformed-origin", "+1-1", 5'000'000'000);
  Add(8, "unnamed-origin", "+1-1", 5'000'000'000);
  Add(7, "good", "+1-1", 5'000'000'000);
  EXPECT_TRUE(Merge().ok());
  EXPECT_EQ(counts_.invalid, 4U);
  EXPECT_EQ(counts_.won, 1U);
  EXPECT_EQ(table_.Records(), 1U);
}

TEST_F(MergeBatchTest, MalformedFramingEndsTheBatch) {
  Add(7, "good", "+1-1", 5'000'000'000);
  batch_.records += "rubbish";
  EXPECT_THAT(std::string(Merge().message()), HasSubstr("malformed record at byte"));
  EXPECT_EQ(counts_.won, 1U);
}

}  // namespace
}  // namespace proxyherd::peer
