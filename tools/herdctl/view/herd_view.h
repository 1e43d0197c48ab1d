// The state of a herd, collected from all its members. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/herd_file.h"

namespace proxyherd::tools {

// The state of a member.
enum class MemberState {
  kServing,   // ready for clients
  kStarting,  // answers, but is not ready yet
  kUnready,   // answers, but is displaced, or cannot send to its neighbours
  kStopping,  // answers, but is stopping
  kStranger,  // another process answers at its address
  kSilent,    // no answer in time
  kDown,      // nothing listens at its address
};

// One end of a link, as reported by the member at that end.
struct LinkEnd {
  std::string neighbour;
  bool outgoing_up = false;
  bool incoming_up = false;
  std::string reason = {};  // why the link is not up; may be empty
  // Whether this end considers both tables equal, and for how long (`agreement_seconds`); records
  // that differed in its last comparison, and those of them that differed in two comparisons.
  bool agrees = false;
  uint64_t differing = 0;
  uint64_t divergent = 0;
  double agreement_seconds = 0;
  // Records that the neighbour has not acknowledged yet, and the round trip of the last heartbeat.
  uint64_t lag_records = 0;
  double round_trip_s = 0;
};

// The report of one member. Fields other than `state` and `problem` are valid only if it answered.
struct MemberReport {
  MemberState state = MemberState::kDown;
  std::string problem;     // why it is not serving, for people
  int64_t started_ns = 0;  // start of its process, since 1970
  uint64_t records = 0;
  std::string digest;
  std::vector<LinkEnd> links;
  uint64_t connections = 0;  // of clients, open
  // Since the start of the process: clients' reports, and user plus system time.
  uint64_t reports = 0;
  double cpu_s = 0;
  uint64_t resident_bytes = 0;
  // The limits beyond which it refuses new clients: the minimum over the herd's nodes; 0 if
  // unknown. Then, for people, the nodes whose limits are lower than its own, if any.
  uint64_t max_records = 0;
  uint64_t table_bytes = 0;
  uint64_t max_table_bytes = 0;
  std::string bound_by;
};

// A member of the herd file with its report.
struct MemberView {
  std::string name;
  int text_port = 0;  // 0 if it has none
  int grpc_port = 0;
  int http_port = 0;
  int link_port = 0;  // 0 if it has none
  MemberReport report;
  int links_up = 0;  // links that are up according to both ends
  int links_configured = 0;
};

// A link of the herd file.
struct LinkHealth {
  std::string a;
  std::string b;
  bool up = false;  // both streams have completed the handshake, according to both ends
  bool has_ends =
      true;  // both nodes answered; a link to a node that is down is expected to be down
  std::string reason;
};

// The whole herd.
struct HerdView {
  std::string herd;
  std::vector<MemberView> nodes;     // in the order of the herd file
  std::optional<MemberView> places;  // the Places service, if the herd file has one
  std::vector<LinkHealth> links;
};

// Combines the reports with the herd file. REQUIRES: one report per node of the file, in its order,
// and one for the Places service if and only if the file has one.
HerdView MakeHerdView(const config::HerdFile& file, std::vector<MemberReport> nodes,
                      std::optional<MemberReport> places);

// Returns true if the member answered.
bool Answers(const MemberView& member);

// Returns what `node` reports about its link to `neighbour`; nullptr if it reports nothing.
const LinkEnd* FindEnd(const MemberView& node, const std::string& neighbour);

// Returns true if every member is serving and every link is up.
bool AllUp(const HerdView& view);

int CountServing(const HerdView& view);
int CountLinksUp(const HerdView& view);

// Returns a sentence per member or link that is not up; empty if all are up.
std::vector<std::string> Problems(const HerdView& view);

// Returns a sentence per node that will soon refuse new clients, and per node that limits others.
std::vector<std::string> Bounds(const HerdView& view);

// The name of a state, e.g. "serving".
const char* StateName(MemberState state);

}  // namespace proxyherd::tools
