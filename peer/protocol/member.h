// A node's membership entry, which the node publishes to the herd. NodeNotice and its parts in
// proto/proxyherd/peer/v1/link.proto document every field; peer/wire/membership_wire.h converts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"

namespace proxyherd::peer {

// The numbers are the same on the wire. A node publishes kStarting to kStopped about itself; kDown
// and kUnreachable are derived from other nodes' entries (see peer/membership/node_views.h).
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

// Returns a name for users, e.g. for the value of a metric label.
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

// The addresses of a node, and other facts that do not change while it runs.
struct NodeAddress {
  std::string host;
  uint32_t text_port = 0;
  uint32_t grpc_port = 0;
  uint32_t http_port = 0;
  std::string location;
  std::string version;
  auto operator<=>(const NodeAddress&) const = default;
};

// The version of an entry; the greater one wins. Two processes may use the same one (see
// MemberEntry).
struct MemberVersion {
  uint64_t epoch_ns = 0;
  uint64_t sequence = 0;
  auto operator<=>(const MemberVersion&) const = default;
};

// Of two entries of a node the greater one wins at every node; they are compared by version, then
// by the other fields in order. Entries with the same version can differ: a process that continues
// from an earlier one's version may not know its last entry, which a network cut can hide.
//
// Unset fields compare lowest, so a copy that passed through a node of an older release, which
// drops unknown fields, never beats the original. New fields go last, so that nodes of different
// releases agree on the order of the fields that both know.
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

// A message of a link with membership entries.
struct MembershipUpdate {
  std::vector<MemberEntry> nodes;
};

// Limits on an entry, so that the memory of the whole membership is bounded: some 24 KiB per entry.
inline constexpr uint64_t kMaxMemberNumber = uint64_t{1}
                                             << 62;  // leaves room above for a refutation
inline constexpr size_t kMaxHostBytes = 255;         // limit of DNS names
inline constexpr size_t kMaxMemberLocationBytes = 64;
inline constexpr size_t kMaxVersionBytes = 64;
inline constexpr size_t kMaxLinkClaims = 32;  // one more than a herd file allows
// Announcements are read by people, so they are few, short, and expire.
inline constexpr size_t kMaxAnnouncements = 16;
inline constexpr size_t kMaxAnnouncementBytes = 1024;
inline constexpr int64_t kMaxAnnouncementLifetimeNs = int64_t{30} * 24 * 3600 * kSecond;

// Returns true if the text may be an announcement: 1 byte to kMaxAnnouncementBytes of UTF-8 without
// control characters, so that it is safe to print on a terminal.
bool IsAnnouncementText(std::string_view text);

// Returns true if the entry may be kept and forwarded. This is the only rule for that.
bool IsValidMember(const MemberEntry& member);

// Returns the approximate memory of an entry, in bytes; never less than its wire form.
size_t MemberBytes(const MemberEntry& member);

// Returns true until the announcement expires, by the wall clock.
inline bool IsCurrent(const Announcement& announcement, int64_t wall_ns) {
  return static_cast<int64_t>(announcement.expires_ns) > wall_ns;
}

}  // namespace proxyherd::peer
