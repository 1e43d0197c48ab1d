// What herdctl knows of a herd after asking all its members, and what follows from it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/herd_file.h"

namespace proxyherd {

// How a member answered.
enum class MemberState {
  kServing,   // Ready for clients.
  kStarting,  // Answers, but says that it is not ready.
  kUnready,   // Answers, but says that it is displaced, or hears others and cannot speak.
  kStopping,  // Answers, but says that it is ending.
  kStranger,  // Something else answers at its address.
  kSilent,    // No answer in time.
  kDown,      // Nothing listens at its address.
};

// One end of a link, as the member at that end sees it.
struct LinkEnd {
  std::string neighbour;
  bool outgoing_up = false;
  bool incoming_up = false;
  std::string reason = {};  // Why it is not up; may be empty.
  // Whether this end holds that both have the same, how many records its last look found to differ,
  // and how many of them in two looks; for how long it has (not) agreed.
  bool agrees = false;
  uint64_t differing = 0;
  uint64_t divergent = 0;
  double agreement_seconds = 0;
  // Records that the neighbour has not acknowledged yet, and the last heartbeat's round trip.
  uint64_t lag_records = 0;
  double round_trip_s = 0;
};

// What one member said. All but `state` and `problem` is meaningful only when it answered.
struct MemberReport {
  MemberState state = MemberState::kDown;
  std::string problem;     // Why it does not serve, for a person.
  int64_t started_ns = 0;  // When its process began, since 1970.
  uint64_t records = 0;
  std::string digest;
  std::vector<LinkEnd> links;
  uint64_t connections = 0;  // of clients, open
  // Since the process started: reports of clients, and user and system time.
  uint64_t reports = 0;
  double cpu_s = 0;
  uint64_t resident_bytes = 0;
  // Where it refuses new clients, by the least limits of the herd's nodes; 0: it did not say. Whose
  // limits are less than its own, in words; empty when none are.
  uint64_t max_records = 0;
  uint64_t table_bytes = 0;
  uint64_t max_table_bytes = 0;
  std::string bound_by;
};

// A member of the herd file with its report.
struct MemberView {
  std::string name;
  int text_port = 0;  // 0: it has none.
  int grpc_port = 0;
  int http_port = 0;
  MemberReport report;
  int links_up = 0;  // Of its links, those that are up seen from both ends.
  int links_configured = 0;
};

// A link of the herd file.
struct LinkHealth {
  std::string a;
  std::string b;
  bool up = false;       // Both streams are past the handshake, seen from both ends.
  bool has_ends = true;  // Both nodes answered; a link to a node that is down is no news.
  std::string reason;
};

// The whole herd.
struct HerdView {
  std::string herd;
  std::vector<MemberView> nodes;     // In the order of the herd file.
  std::optional<MemberView> places;  // The Places service, if the herd file has one.
  std::vector<LinkHealth> links;
};

// Puts the reports beside what the herd file says. REQUIRES: one report for each node of the file,
// in its order, and one for the Places service exactly when the file has one.
HerdView MakeHerdView(const HerdFile& file, std::vector<MemberReport> nodes,
                      std::optional<MemberReport> places);

// Whether the member told anything.
bool Answers(const MemberView& member);

// What `node` says of its link to `neighbour`; nullptr when it says nothing.
const LinkEnd* FindEnd(const MemberView& node, const std::string& neighbour);

// Everything serves, and every link is up.
bool AllUp(const HerdView& view);

int CountServing(const HerdView& view);
int CountLinksUp(const HerdView& view);

// What is missing, a sentence each; empty when all is up.
std::vector<std::string> Problems(const HerdView& view);

// Which nodes are near to refusing new clients, and whose limits hold for others, a sentence each.
std::vector<std::string> Bounds(const HerdView& view);

// One word for a state, e.g. "serving".
const char* StateName(MemberState state);

}  // namespace proxyherd
