// Tests the kinds of faults of links, which are the same for all of gRPC's strings.
#include "peer/protocol/close_reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proxyherd::peer {
namespace {

using ::testing::HasSubstr;

struct Case {
  absl::StatusCode code;
  const char* message;
  CloseKind kind;
  const char* text;
};

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

// Error messages of gRPC 1.51 for neighbours that are broken in these ways.
const Case kCases[] = {
    {kUnavailable,
     "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:11001: Failed to "
     "connect to remote host: Connection refused",
     CloseKind::kConnectionRefused, "connection refused"},
    {kUnavailable,
     "DNS resolution failed for no-host.invalid:27101: C-ares status is not ARES_SUCCESS "
     "qtype=AAAA "
     "name=no-host.invalid is_balancer=0: Domain name not found",
     CloseKind::kUnresolvable, "its host name has no address"},
    {kUnavailable,
     "DNS resolution failed for no-host.invalid:27101: C-ares status is not ARES_SUCCESS qtype=A "
     "name=no-host.invalid is_balancer=0: Timeout while contacting DNS servers",
     CloseKind::kUnresolvable, "its host name has no address"},
    {kUnavailable,
     "failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.1:1: Failed to connect "
     "to remote host: No route to host",
     CloseKind::kUnreachable, "no route to its host"},
    {kUnavailable,
     "failed to connect to all addresses; last error: UNAVAILABLE: ipv4:127.0.0.1:1: connection "
     "attempt timed out before receiving SETTINGS frame",
     CloseKind::kNoConnection, "it accepts and does not answer"},
    {kUnavailable,
     "failed to connect to all addresses; last error: UNAVAILABLE: ipv4:127.0.0.1:1: Socket closed",
     CloseKind::kBroken, "connection closed"},
    {kUnavailable, "recvmsg:Connection reset by peer", CloseKind::kBroken, "connection reset"},
    {kUnavailable,
     "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: Trying to connect "
     "an http1.x server",
     CloseKind::kNotALink, "its port speaks HTTP/1, not gRPC"},
    {absl::StatusCode::kInternal, "Failed parsing HTTP/2", CloseKind::kNotALink,
     "its port does not speak HTTP/2"},
    {kUnavailable, "Clark is stopping", CloseKind::kNotServing, "Clark is stopping"},
    {absl::StatusCode::kInternal, "Received RST_STREAM with error code 2", CloseKind::kBroken,
     "Received RST_STREAM with error code 2"},
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
  EXPECT_EQ(ReasonOfCall(absl::UnavailableError("Socket closed"), 7).newer_epoch_ns, 0U);
}

}  // namespace
}  // namespace proxyherd::peer
