// The reason why a stream of a link ended or was never opened: a kind, which stays the same while a
// fault lasts, and a text for operators, which may vary.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace proxyherd::peer {

// Faults are distinguished by kind, never by text, because texts may vary between attempts.
enum class CloseKind : uint8_t {
  // There is no connection to the neighbour's address.
  kConnectionRefused,
  kUnresolvable,  // its host has no address
  kUnreachable,   // no route, or not permitted
  kNoConnection,  // timed out, e.g. the port accepts but never answers
  kBroken,        // closed or reset, depending on the timing
  kNotALink,      // the peer speaks another protocol
  // A stream was ended.
  kSilent,      // nothing heard
  kEnded,       // the other end has ended it in order
  kOverLimit,   // the other end sent more than it may
  kUnexpected,  // the other end sent what it may not
  // The handshake failed.
  kOtherHerd,
  kOtherVersion,    // of the link protocol
  kOtherNode,       // another node than the one dialled has answered
  kNotANeighbour,   // not a neighbour in the herd file
  kNewerStream,     // a newer stream of the same node is up
  kNotServing,      // starting or stopping
  kTooManyStreams,  // too many have sent no hello yet
  kMismatch,        // the other end refuses this node's herd or protocol version
  kReplaced,        // by a newer stream of the same node
  // This node ended the stream.
  kHerdFile,  // the link is no longer in the herd file, or its address has changed
  kStopped,   // this process is stopping
  kOther,
};
inline constexpr int kCloseKinds = static_cast<int>(CloseKind::kOther) + 1;

struct CloseReason {
  CloseKind kind = CloseKind::kOther;
  std::string text;
  // Only with kNewerStream: the greater epoch of another process with this node's name, from which
  // the neighbour has just heard. 0: not known, e.g. because the neighbour runs an earlier release.
  uint64_t newer_epoch_ns = 0;
};

// Returns a reason with the text `what` and the time in seconds, e.g. "nothing heard for 2 s".
CloseReason TimeOut(CloseKind kind, const char* what, int64_t passed_ns);

// Returns a reason of kind kUnexpected, with the text `neighbour` + `what`; `what` begins with a
// space, e.g. " sent an unexpected message".
CloseReason UnexpectedFrom(const std::string& neighbour, const char* what);

// Returns the status that ends a stream because of a fault. Other programs see only its code;
// ReasonOf returns the exact kind.
absl::Status CloseStatus(CloseKind kind, const std::string& text);

// Returns CloseStatus of kNewerStream with that epoch, or without an epoch if it is 0.
absl::Status NewerStreamStatus(const std::string& text, uint64_t newer_epoch_ns);

// Returns the reason in a status with which this node ends a stream. If the status does not come
// from CloseStatus, the code determines the kind.
CloseReason ReasonOf(const absl::Status& status);

// Returns the reason in the status with which the neighbour has ended a stream (OK: in order).
// `newer_epoch_ns`: the epoch that came with the status; 0: none.
CloseReason ReasonOfCall(const absl::Status& status, uint64_t newer_epoch_ns);

// Key in the trailing metadata of a refusal; its value is newer_epoch_ns as a decimal number.
inline constexpr char kNewerEpochKey[] = "proxyherd-newer-epoch-ns";

}  // namespace proxyherd::peer
