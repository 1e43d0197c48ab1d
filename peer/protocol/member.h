// What a node tells of itself to the herd: see MemberEntry in proto/proxyherd/peer/v1/link.proto,
// which documents every field. peer/wire/membership_wire.h converts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"

namespace proxyherd {

// The numbers of the wire. A node tells the first four of itself; the last two follow from what
// others tell, see peer/membership/node_views.h.
enum class NodeState : int32_t {
  kUnspecified = 0,
  kStarting = 1,
  kServing = 2,
  kDraining = 3,
  kStopped = 4,
  kDown = 5,
  kUnreachable = 6,
};
inline constexpr size_t kNodeStates = 7;

// A name for the outside, e.g. a value of a metric's label.
std::string_view NameOf(NodeState state);

// NOLINTBEGIN(modernize-use-nullptr): it sees one in what the compiler writes for each <=>
struct LinkClaim {
  std::string neighbour;
  bool outgoing_up = false;
  bool incoming_up = false;
  auto operator<=>(const LinkClaim&) const = default;
};

struct Announcement {
  uint64_t id = 0;          // when it was posted, in ns since 1970
  uint64_t expires_ns = 0;  // likewise
  std::string text;
  auto operator<=>(const Announcement&) const = default;
};

struct NodeLoad {
  uint64_t connections = 0;
  uint64_t max_connections = 0;  // 0: not known
  uint64_t reports_per_second = 0;
  uint64_t max_clients = 0;  // 0: not known
  auto operator<=>(const NodeLoad&) const = default;
};

// How others reach a node, and what does not change while it runs.
struct NodeAddress {
  std::string host;
  uint32_t text_port = 0;
  uint32_t grpc_port = 0;
  uint32_t http_port = 0;
  std::string location;
  std::string version;
  auto operator<=>(const NodeAddress&) const = default;
};

// Which notice of a node it is: the greater counts. Two processes of a node may come to the same
// one, see MemberEntry.
struct MemberVersion {
  uint64_t epoch_ns = 0;
  uint64_t sequence = 0;
  auto operator<=>(const MemberVersion&) const = default;
};

// Of two notices of a node the greater wins, at all nodes: by version, then by the other members in
// order. Two notices of one version can differ: a process that continues from the version of an
// earlier one cannot know how far that one got, because its last notices may be behind a cut.
//
// Unset fields are the least, so a copy that passed a node of an older version, which drops fields
// that it does not know, never beats the original. New members go last, so that nodes of different
// versions agree on the order of what both know.
struct MemberEntry {
  std::string node;
  MemberVersion version;
  NodeState state = NodeState::kUnspecified;
  NodeAddress address;
  NodeLoad load;
  uint64_t topology_hash = 0;        // of its herd file; 0: not known
  std::vector<LinkClaim> links;      // by neighbour
  std::vector<Announcement> people;  // by id
  uint64_t max_table_bytes = 0;      // 0: not known
  auto operator<=>(const MemberEntry&) const = default;
};
// NOLINTEND(modernize-use-nullptr)

// A message of a link with some of them.
struct MembershipUpdate {
  std::vector<MemberEntry> nodes;
};

// What a notice may hold, so that all that a node keeps of the herd is bounded: some 24 KiB each.
inline constexpr uint64_t kMaxMemberNumber = uint64_t{1} << 62;  // the refutation needs room above
inline constexpr size_t kMaxHostBytes = 255;                     // of a name in the DNS
inline constexpr size_t kMaxMemberLocationBytes = 64;
inline constexpr size_t kMaxVersionBytes = 64;
inline constexpr size_t kMaxLinkClaims = 32;  // one more than a herd file allows
// MembershipUpdate for people are read by people: so few, so short, and none for ever.
inline constexpr size_t kMaxAnnouncements = 16;
inline constexpr size_t kMaxAnnouncementBytes = 1024;
inline constexpr int64_t kMaxAnnouncementLifetimeNs = int64_t{30} * 24 * 3600 * kSecond;

// Whether people may be shown this text: 1 byte to kMaxAnnouncementBytes of UTF-8 without control
// characters, of which no terminal makes more.
bool IsAnnouncementText(std::string_view text);

// The one rule for what is kept and passed on.
bool IsValidMember(const MemberEntry& notice);

// About the memory it takes, and not less than its wire form.
size_t MemberBytes(const MemberEntry& notice);

// Whether a notice for people is still worth showing, by a wall clock.
inline bool IsCurrent(const Announcement& notice, int64_t wall_ns) {
  return static_cast<int64_t>(notice.expires_ns) > wall_ns;
}

}  // namespace proxyherd
