// Why a stream of a link ended, or was never opened: a kind that stays the same while a fault
// lasts, and a text for people, which may vary.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace proxyherd {

// Faults are distinguished by these, never by texts: those of gRPC vary between attempts.
enum class CloseKind : uint8_t {
  // No connection to the neighbour's address.
  kConnectionRefused,
  kUnresolvable,  // its host has no address
  kUnreachable,   // no route, or not permitted
  kNoConnection,  // not in time; also a port that accepts and never answers
  kBroken,        // closed or reset; which of the two is a matter of timing
  kNotALink,      // something there speaks another protocol
  // On a stream.
  kSilent,      // nothing heard
  kEnded,       // in order, by the other end
  kOverLimit,   // the other end sent more than it may
  kUnexpected,  // the other end sent what it may not
  // Of the handshake.
  kOtherHerd,
  kOtherVersion,    // of the link protocol
  kOtherNode,       // another node answers than was dialled
  kNotANeighbour,   // by the herd file
  kNewerStream,     // one of the same node is there already
  kNotServing,      // starting or stopping
  kTooManyStreams,  // without a hello
  kMismatch,        // the other end refuses this node's herd or protocol version
  kReplaced,        // by a newer stream of the same node
  // Here.
  kHerdFile,  // the link has left the herd file, or has moved there
  kStopped,   // this process stops
  kOther,
};
inline constexpr int kCloseKinds = static_cast<int>(CloseKind::kOther) + 1;

struct CloseReason {
  CloseKind kind = CloseKind::kOther;
  std::string text;
  // Only with kNewerStream: the neighbour has just heard from a process of this node's name with
  // this greater epoch. 0: not known, as from neighbours of a release that does not tell it.
  uint64_t newer_epoch_ns = 0;
};

// "WHAT2 s", for a time that has passed.
CloseReason TimeOut(CloseKind kind, const char* what, int64_t passed_ns);

// "NEIGHBOURWHAT", for a message.
CloseReason UnexpectedFrom(const std::string& neighbour, const char* what);

// The status that a stream is ended with for a fault; its code says the kind to other programs, and
// ReasonOf to this one.
absl::Status CloseStatus(CloseKind kind, const std::string& text);

// CloseStatus of kNewerStream with that epoch; 0: without.
absl::Status NewerStreamStatus(const std::string& text, uint64_t newer_epoch_ns);

// What a status says with which this node ends a stream; the kind is by its code when CloseStatus
// did not make it.
CloseReason ReasonOf(const absl::Status& status);

// What the status of a call over gRPC says, with which the neighbour or gRPC itself has ended it;
// OK: the neighbour ended it in order. `newer_epoch_ns` is what came with it, 0: nothing.
CloseReason ReasonOfCall(const absl::Status& status, uint64_t newer_epoch_ns);

// The metadata behind a refusal that carries newer_epoch_ns, as a decimal number.
inline constexpr char kNewerEpochKey[] = "proxyherd-newer-epoch-ns";

}  // namespace proxyherd
