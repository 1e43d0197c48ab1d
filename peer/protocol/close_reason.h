// The reason why a stream of a link ended, or was never opened: a kind, which stays the same while
// a fault lasts, and a text for operators, which may vary.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace proxyherd::peer {

// Faults are distinguished by their kind, never by the text: gRPC's texts vary between attempts.
enum class CloseKind : uint8_t {
  // There is no connection to the neighbour's address.
  kConnectionRefused,
  kUnresolvable,  // its host has no address
  kUnreachable,   // no route, or not permitted
  kNoConnection,  // timed out; also a port that accepts and never answers
  kBroken,        // closed or reset; timing decides which
  kNotALink,      // the peer speaks another protocol
  // A stream was ended.
  kSilent,      // nothing heard
  kEnded,       // in order, by the other end
  kOverLimit,   // the other end sent more than it may
  kUnexpected,  // the other end sent what it may not
  // The handshake failed.
  kOtherHerd,
  kOtherVersion,    // of the link protocol
  kOtherNode,       // another node than the one dialled has answered
  kNotANeighbour,   // according to the herd file
  kNewerStream,     // a newer stream of the same node is up
  kNotServing,      // starting or stopping
  kTooManyStreams,  // without a hello
  kMismatch,        // the other end refuses this node's herd or protocol version
  kReplaced,        // by a newer stream of the same node
  // This node ended it.
  kHerdFile,  // the link is no longer in the herd file, or its address has changed
  kStopped,   // this process is stopping
  kOther,
};
inline constexpr int kCloseKinds = static_cast<int>(CloseKind::kOther) + 1;

struct CloseReason {
  CloseKind kind = CloseKind::kOther;
  std::string text;
  // Only with kNewerStream: the neighbour has just heard from a process of this node's name with
  // this greater epoch. 0: not known, e.g. because the neighbour is of an earlier release.
  uint64_t newer_epoch_ns = 0;
};

// Returns the text `what` followed by a time in seconds, e.g. "nothing heard for 2 s".
CloseReason TimeOut(CloseKind kind, const char* what, int64_t passed_ns);

// Returns kUnexpected with the neighbour's name followed by `what`.
CloseReason UnexpectedFrom(const std::string& neighbour, const char* what);

// Returns the status that ends a stream because of a fault. Other programs see its code; ReasonOf
// returns the exact kind.
absl::Status CloseStatus(CloseKind kind, const std::string& text);

// Returns CloseStatus of kNewerStream with that epoch; 0: without one.
absl::Status NewerStreamStatus(const std::string& text, uint64_t newer_epoch_ns);

// Returns the reason in a status with which this node ends a stream. If CloseStatus did not make
// it, the kind follows from the code.
CloseReason ReasonOf(const absl::Status& status);

// Returns the reason in the status of a gRPC call that the neighbour or gRPC itself has ended; OK:
// the neighbour ended it in order. `newer_epoch_ns`: the epoch that came with it; 0: none.
CloseReason ReasonOfCall(const absl::Status& status, uint64_t newer_epoch_ns);

// Key of the trailing metadata of a refusal that carries newer_epoch_ns as a decimal number.
inline constexpr char kNewerEpochKey[] = "proxyherd-newer-epoch-ns";

}  // namespace proxyherd::peer
