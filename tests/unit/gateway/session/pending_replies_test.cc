// Tests that replies leave in the order of their commands, however they are completed, and that
// only held bytes are counted.
#include "gateway/session/pending_replies.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/recording_log.h"

namespace proxyherd::gateway {
namespace {

class PendingRepliesTest : public testing::Test {
 protected:
  void Lookup(uint64_t ticket) { pending_.AddLookup(ticket, 0, false, "AT\n"); }
  void Report(uint64_t ticket, const std::string& name) {
    pending_.AddReport(ticket, 0, {"AT " + name + "\n", name, RequestResult::kOk, false});
  }
  void ReplyAtOnce(const std::string& reply) {
    pending_.Tail() += reply;
    pending_.Appended(reply.size());
  }
  std::string Release() {
    pending_.CheckInvariants();
    std::string out;
    pending_.Release(out);
    pending_.CheckInvariants();
    return out;
  }
  uint64_t Iamats(RequestResult result) { return counters_.Requests(Verb::kIamat, result).Value(); }

  RecordingLog log_;
  TrafficBudget budget_{0};
  GatewayCounters counters_;
  RequestAccounting accounting_{log_, budget_, counters_};
  PendingReplies pending_{accounting_};
};

TEST_F(PendingRepliesTest, ALaterReplyQueuesBehindAWhatsat) {
  Lookup(1);
  ReplyAtOnce("? x\n");
  Lookup(2);
  ReplyAtOnce("? y\n");
  EXPECT_TRUE(pending_.CompleteLookup(2, std::string("{}"), 0));
  EXPECT_FALSE(pending_.CompleteLookup(2, std::string("{}"), 0));
  EXPECT_EQ(Release(), "");
  ReplyAtOnce("? z\n");
  EXPECT_TRUE(pending_.CompleteLookup(1, std::string("{}"), 0));
  EXPECT_EQ(Release(), "AT\n{}\n\n? x\nAT\n{}\n\n? y\n? z\n");
  EXPECT_TRUE(pending_.Empty());
  EXPECT_EQ(pending_.Bytes(), 0U);
}

TEST_F(PendingRepliesTest, AWhatsatAmongReportsSplitsTheirWait) {
  Report(1, "a");
  ReplyAtOnce("? x\n");
  Lookup(2);
  Report(1, "b");
  Report(1, "c");
  EXPECT_EQ(pending_.Bytes() / PendingReplies::kWaitBytes, 1U) << "there is one wait";
  EXPECT_TRUE(pending_.CompleteWait(1, false, 0));
  EXPECT_FALSE(pending_.CompleteWait(1, true, 0));
  EXPECT_EQ(Release(), "? a\n? x\n");
  EXPECT_TRUE(pending_.CompleteLookup(2, std::string("{}"), 0));
  EXPECT_EQ(Release(), "AT\n{}\n\n? b\n? c\n");
  EXPECT_EQ(Iamats(RequestResult::kUnconfirmed), 3U);
}

TEST_F(PendingRepliesTest, WaitsAreConfirmedOneByOne) {
  Report(1, "a");
  Report(2, "b");
  EXPECT_TRUE(pending_.CompleteWait(2, true, 0));
  EXPECT_EQ(Release(), "");
  EXPECT_TRUE(pending_.CompleteWait(1, true, 0));
  EXPECT_EQ(Release(), "AT a\nAT b\n");
  EXPECT_EQ(Iamats(RequestResult::kOk), 2U);
  EXPECT_EQ(pending_.Bytes(), 0U);
}

TEST_F(PendingRepliesTest, EverythingIsAnsweredAtAnEnd) {
  Report(1, "a");
  Lookup(2);
  Report(1, "b");
  Report(3, "c");
  pending_.AnswerAll(std::string("{}"), 0);
  EXPECT_EQ(Release(), "? a\nAT\n{}\n\n? b\n? c\n");
}

TEST_F(PendingRepliesTest, WhatIsHeldIsGivenBack) {
  Report(1, std::string(1000, 'a'));
  Lookup(2);
  ReplyAtOnce(std::string(1000, '?'));
  EXPECT_GE(pending_.HeldBytes(), pending_.Bytes());
  pending_.ReleaseBuffers();
  pending_.CheckInvariants();
  pending_.Clear();
  pending_.CheckInvariants();
  EXPECT_EQ(pending_.HeldBytes(), 0U);
}

}  // namespace
}  // namespace proxyherd::gateway
