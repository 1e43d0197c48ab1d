// Tests that requests are counted by verb and result, measured, and logged within the budget.
#include "gateway/session/request_accounting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recording_log.h"

namespace proxyherd::gateway {
namespace {

class RequestAccountingTest : public testing::Test {
 protected:
  uint64_t Requests(Verb verb, RequestResult result) {
    return counters_.Requests(verb, result).Value();
  }
  uint64_t Handled(Verb verb) {
    uint64_t sum = 0;
    for (size_t i = 0; i <= LatencyHistogram::kBoundsNs.size(); ++i) {
      sum += counters_.Handling(verb).InBucket(i);
    }
    return sum;
  }

  RecordingLog log_;
  TrafficBudget budget_{2 * RequestAccounting::kLogLinesPerRequest};
  GatewayCounters counters_;
  RequestAccounting accounting_{log_, budget_, counters_};
};

TEST_F(RequestAccountingTest, CountsRepliesByVerbAndResult) {
  accounting_.Replied(Verb::kIamat, RequestResult::kOk, false, "AT\n");
  accounting_.Replied(Verb::kIamat, RequestResult::kOk, false, "AT\n");
  accounting_.Replied(Verb::kOther, RequestResult::kInvalid, false, "? x\n");
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kOk), 2U);
  EXPECT_EQ(Requests(Verb::kOther, RequestResult::kInvalid), 1U);
  EXPECT_EQ(Requests(Verb::kIamat, RequestResult::kStale), 0U);
}

TEST_F(RequestAccountingTest, LogsALineAndItsReply) {
  const bool logged = accounting_.Received("x");
  EXPECT_TRUE(logged);
  accounting_.Replied(Verb::kOther, RequestResult::kInvalid, logged, "? x\n");
  EXPECT_THAT(log_.Lines(), testing::ElementsAre("< x", "> ? x\n"));
}

TEST_F(RequestAccountingTest, CountsTheLinesLeftOutPastTheBudget) {
  EXPECT_TRUE(accounting_.Received("1"));
  EXPECT_TRUE(accounting_.Received("2"));
  EXPECT_EQ(counters_.log_lines_left_out.Value(), 0U);
  const bool logged = accounting_.Received("3");
  EXPECT_FALSE(logged);
  accounting_.Replied(Verb::kOther, RequestResult::kInvalid, logged, "? 3\n");
  EXPECT_EQ(log_.Lines().size(), 2U);
  EXPECT_EQ(counters_.log_lines_left_out.Value(), 2U);
  EXPECT_EQ(Requests(Verb::kOther, RequestResult::kInvalid), 1U);
}

TEST_F(RequestAccountingTest, MeasuresRequestsAnsweredTogetherAlike) {
  RequestAccounting::ByVerb counts{};
  counts[static_cast<size_t>(Verb::kIamat)] = 3;
  counts[static_cast<size_t>(Verb::kOther)] = 1;
  accounting_.Handled(1000, counts);
  EXPECT_EQ(Handled(Verb::kIamat), 3U);
  EXPECT_EQ(counters_.Handling(Verb::kIamat).SumNs(), 3000U);
  EXPECT_EQ(Handled(Verb::kWhatsat), 0U);
  EXPECT_EQ(counters_.Handling(Verb::kOther).SumNs(), 1000U);
}

}  // namespace
}  // namespace proxyherd::gateway
