#include "peer/protocol/close_reason.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/env.h"

namespace proxyherd::peer {
namespace {

constexpr std::string_view kKindPayload = "type.proxyherd/close-kind";
constexpr std::string_view kEpochPayload = "type.proxyherd/newer-epoch";

absl::StatusCode CodeOf(CloseKind kind) {
  switch (kind) {
    case CloseKind::kOtherHerd:
    case CloseKind::kOtherVersion:
    case CloseKind::kOtherNode:
    case CloseKind::kMismatch:
      return absl::StatusCode::kFailedPrecondition;
    case CloseKind::kNotANeighbour:
    case CloseKind::kHerdFile:
      return absl::StatusCode::kPermissionDenied;
    case CloseKind::kNewerStream:
    case CloseKind::kReplaced:
      return absl::StatusCode::kAborted;
    case CloseKind::kOverLimit:
    case CloseKind::kTooManyStreams:
      return absl::StatusCode::kResourceExhausted;
    case CloseKind::kUnexpected:
      return absl::StatusCode::kInvalidArgument;
    case CloseKind::kSilent:
      return absl::StatusCode::kDeadlineExceeded;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

template <typename Number>
std::optional<Number> PayloadOf(const absl::Status& status, std::string_view key) {
  const auto payload = status.GetPayload(ToAbsl(key));
  Number number = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &number)) {
    return std::nullopt;
  }
  return number;
}

// Returns the reason of an end that the neighbour, or something between, has not explained by a
// code.
CloseReason ReasonOfUnavailable(const std::string& message) {
  // A node that is starting or stopping refuses streams with its own message.
  if (absl::EndsWith(message, " is stopping") || absl::EndsWith(message, " is starting")) {
    return {CloseKind::kNotServing, message};
  }
  return {CloseKind::kBroken, message};
}

}  // namespace

CloseReason TimeOut(CloseKind kind, const char* what, int64_t passed_ns) {
  return {kind, absl::StrCat(what, passed_ns / kSecond, " s")};
}

CloseReason UnexpectedFrom(const std::string& neighbour, const char* what) {
  return {CloseKind::kUnexpected, absl::StrCat(neighbour, what)};
}

absl::Status CloseStatus(CloseKind kind, const std::string& text) {
  absl::Status status(CodeOf(kind), text);
  status.SetPayload(ToAbsl(kKindPayload), absl::Cord(absl::StrCat(static_cast<int>(kind))));
  return status;
}

absl::Status NewerStreamStatus(const std::string& text, uint64_t newer_epoch_ns) {
  absl::Status status = CloseStatus(CloseKind::kNewerStream, text);
  if (newer_epoch_ns != 0)
    status.SetPayload(ToAbsl(kEpochPayload), absl::Cord(absl::StrCat(newer_epoch_ns)));
  return status;
}

CloseReason ReasonOfCall(const absl::Status& status, uint64_t newer_epoch_ns) {
  const std::string message(status.message());
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return {CloseKind::kEnded, "the neighbour ended the stream"};
    case absl::StatusCode::kFailedPrecondition:
      return {CloseKind::kMismatch, message};
    case absl::StatusCode::kPermissionDenied:
      return {CloseKind::kNotANeighbour, message};
    case absl::StatusCode::kAborted:
      return {CloseKind::kNewerStream, message, newer_epoch_ns};
    case absl::StatusCode::kResourceExhausted:
      return {CloseKind::kOverLimit, message};
    case absl::StatusCode::kInvalidArgument:
      return {CloseKind::kUnexpected, message};
    case absl::StatusCode::kDeadlineExceeded:
      return {CloseKind::kSilent, message};
    case absl::StatusCode::kUnimplemented:
      return {CloseKind::kNotALink, message};
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
      return ReasonOfUnavailable(message);
    default:
      return {CloseKind::kOther, message};
  }
}

CloseReason ReasonOf(const absl::Status& status) {
  CloseReason reason = ReasonOfCall(status, PayloadOf<uint64_t>(status, kEpochPayload).value_or(0));
  if (const std::optional<int> kind = PayloadOf<int>(status, kKindPayload)) {
    reason.kind = static_cast<CloseKind>(*kind);
  }
  return reason;
}

}  // namespace proxyherd::peer
