// Tests that statuses keep their code and message on the way through gRPC.
#include "rpc/grpc_status.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace proxyherd::rpc {
namespace {

constexpr std::pair<absl::StatusCode, grpc::StatusCode> kCodes[] = {
    {absl::StatusCode::kOk, grpc::StatusCode::OK},
    {absl::StatusCode::kCancelled, grpc::StatusCode::CANCELLED},
    {absl::StatusCode::kUnknown, grpc::StatusCode::UNKNOWN},
    {absl::StatusCode::kInvalidArgument, grpc::StatusCode::INVALID_ARGUMENT},
    {absl::StatusCode::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED},
    {absl::StatusCode::kNotFound, grpc::StatusCode::NOT_FOUND},
    {absl::StatusCode::kAlreadyExists, grpc::StatusCode::ALREADY_EXISTS},
    {absl::StatusCode::kPermissionDenied, grpc::StatusCode::PERMISSION_DENIED},
    {absl::StatusCode::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED},
    {absl::StatusCode::kFailedPrecondition, grpc::StatusCode::FAILED_PRECONDITION},
    {absl::StatusCode::kAborted, grpc::StatusCode::ABORTED},
    {absl::StatusCode::kOutOfRange, grpc::StatusCode::OUT_OF_RANGE},
    {absl::StatusCode::kUnimplemented, grpc::StatusCode::UNIMPLEMENTED},
    {absl::StatusCode::kInternal, grpc::StatusCode::INTERNAL},
    {absl::StatusCode::kUnavailable, grpc::StatusCode::UNAVAILABLE},
    {absl::StatusCode::kDataLoss, grpc::StatusCode::DATA_LOSS},
    {absl::StatusCode::kUnauthenticated, grpc::StatusCode::UNAUTHENTICATED},
};

TEST(GrpcStatusTest, EachCodeHasItsNamesake) {
  for (const auto& [ours, theirs] : kCodes) {
    EXPECT_EQ(ToGrpc(absl::Status(ours, "x")).error_code(), theirs) << ours;
    EXPECT_EQ(FromGrpc(grpc::Status(theirs, "x")).code(), ours) << ours;
  }
}

TEST(GrpcStatusTest, TheMessageIsKept) {
  const std::string message("no\0thing\xff", 9);
  EXPECT_EQ(ToGrpc(absl::NotFoundError(message)).error_message(), message);
  EXPECT_EQ(FromGrpc(grpc::Status(grpc::StatusCode::NOT_FOUND, message)),
            absl::NotFoundError(message));
}

TEST(GrpcStatusTest, OkHasNoMessage) {
  EXPECT_EQ(FromGrpc(grpc::Status(grpc::StatusCode::OK, "x")), absl::OkStatus());
  EXPECT_EQ(ToGrpc(absl::OkStatus()).error_message(), "");
}

}  // namespace
}  // namespace proxyherd::rpc
