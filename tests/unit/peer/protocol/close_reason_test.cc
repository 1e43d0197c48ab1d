// Tests the kinds of faults of links.
#include "peer/protocol/close_reason.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proxyherd::peer {
namespace {

struct Case {
  absl::StatusCode code;
  const char* message;
  CloseKind kind;
  const char* text;
};

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

const Case kCases[] = {
    {kUnavailable, "Clark is stopping", CloseKind::kNotServing, "Clark is stopping"},
    {kUnavailable, "Clark is starting", CloseKind::kNotServing, "Clark is starting"},
    {kUnavailable, "a proxy's words", CloseKind::kBroken, "a proxy's words"},
    {absl::StatusCode::kInternal, "some fault", CloseKind::kBroken, "some fault"},
    {absl::StatusCode::kUnimplemented, "another path", CloseKind::kNotALink, "another path"},
    {absl::StatusCode::kCancelled, "cancelled", CloseKind::kOther, "cancelled"},
    {absl::StatusCode::kOk, "", CloseKind::kEnded, "the neighbour ended the stream"},
};

TEST(CloseReason, KindsOfCallsAreThoseOfTheFault) {
  for (const Case& one : kCases) {
    const CloseReason reason = ReasonOfCall(absl::Status(one.code, one.message), 0);
    EXPECT_EQ(reason.kind, one.kind) << one.message;
    EXPECT_EQ(reason.text, one.text) << one.message;
    EXPECT_EQ(reason.newer_epoch_ns, 0U);
  }
}

// A kind travels to the other end as a code, and unchanged within this process.
TEST(CloseReason, AStatusKeepsItsKindHereAndItsCodeThere) {
  struct {
    CloseKind kind;
    absl::StatusCode code;
    CloseKind there;
  } const cases[] = {
      {CloseKind::kOtherHerd, absl::StatusCode::kFailedPrecondition, CloseKind::kMismatch},
      {CloseKind::kOtherVersion, absl::StatusCode::kFailedPrecondition, CloseKind::kMismatch},
      {CloseKind::kNotANeighbour, absl::StatusCode::kPermissionDenied, CloseKind::kNotANeighbour},
      {CloseKind::kReplaced, absl::StatusCode::kAborted, CloseKind::kNewerStream},
      {CloseKind::kUnexpected, absl::StatusCode::kInvalidArgument, CloseKind::kUnexpected},
      {CloseKind::kTooManyStreams, absl::StatusCode::kResourceExhausted, CloseKind::kOverLimit},
      {CloseKind::kSilent, absl::StatusCode::kDeadlineExceeded, CloseKind::kSilent},
  };
  for (const auto& one : cases) {
    const absl::Status status = CloseStatus(one.kind, "words");
    EXPECT_EQ(status.code(), one.code);
    EXPECT_EQ(ReasonOf(status).kind, one.kind);
    EXPECT_EQ(ReasonOf(status).text, "words");
    const absl::Status there(status.code(), status.message());
    EXPECT_EQ(ReasonOfCall(there, 0).kind, one.there);
  }
}

TEST(CloseReason, AStatusWithoutAKindHasThatOfItsCode) {
  EXPECT_EQ(ReasonOf(absl::InvalidArgumentError("odd")).kind, CloseKind::kUnexpected);
}

TEST(CloseReason, OnlyARefusalForANewerStreamCarriesAnEpoch) {
  EXPECT_EQ(ReasonOf(NewerStreamStatus("newer", 7)).newer_epoch_ns, 7U);
  EXPECT_EQ(ReasonOf(NewerStreamStatus("newer", 0)).newer_epoch_ns, 0U);
  EXPECT_EQ(ReasonOfCall(absl::AbortedError("newer"), 7).newer_epoch_ns, 7U);
  EXPECT_EQ(ReasonOfCall(absl::UnavailableError("closed"), 7).newer_epoch_ns, 0U);
}

}  // namespace
}  // namespace proxyherd::peer
