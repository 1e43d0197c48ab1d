#include "peer/protocol/close_reason.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
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

// Faults that gRPC reports only in its message, each with the part of the message that identifies
// it; the first match wins. A kind that needs no details has a fixed text.
struct Pattern {
  std::string_view part;  // of the message, in lower case
  CloseKind kind;
  std::string_view text;  // empty: the end of gRPC's message
};
constexpr Pattern kPatterns[] = {
    {"connection refused", CloseKind::kConnectionRefused, "connection refused"},
    {"dns resolution failed", CloseKind::kUnresolvable, "its host name has no address"},
    {"no route to host", CloseKind::kUnreachable, "no route to its host"},
    {"network is unreachable", CloseKind::kUnreachable, "its network is unreachable"},
    {"permission denied", CloseKind::kUnreachable, ""},
    {"before receiving settings", CloseKind::kNoConnection, "it accepts and does not answer"},
    {"timed out", CloseKind::kNoConnection, ""},
    {"timeout", CloseKind::kNoConnection, ""},
    {"http1", CloseKind::kNotALink, "its port speaks HTTP/1, not gRPC"},
    {"failed parsing http/2", CloseKind::kNotALink, "its port does not speak HTTP/2"},
    {"http2 header with status", CloseKind::kNotALink, ""},
    {"connection reset", CloseKind::kBroken, "connection reset"},
    {"socket closed", CloseKind::kBroken, "connection closed"},
    {"broken pipe", CloseKind::kBroken, "connection closed"},
    {"endpoint closing", CloseKind::kBroken, "connection closed"},
    {"goaway", CloseKind::kBroken, "connection closed"},
};

// Returns the last words, useful to an operator, of gRPC's "failed to connect to all addresses;
// last error: UNKNOWN: ipv4:127.0.0.1:11001: Failed to connect to remote host: Connection refused".
std::string LastWords(std::string message) {
  if (!absl::StrContains(message, "last error: ")) return message;
  return message.substr(message.rfind(": ") + 2);
}

CloseReason ReasonOfUnavailable(const std::string& message) {
  const std::string lower = absl::AsciiStrToLower(message);
  for (const Pattern& pattern : kPatterns) {
    if (!absl::StrContains(lower, ToAbsl(pattern.part))) continue;
    return {pattern.kind, pattern.text.empty() ? LastWords(message) : std::string(pattern.text)};
  }
  // A node that is starting or stopping refuses streams with its own message.
  if (absl::EndsWith(message, " is stopping") || absl::EndsWith(message, " is starting")) {
    return {CloseKind::kNotServing, message};
  }
  return {CloseKind::kBroken, LastWords(message)};
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
