// The rules of notices.
#include "peer/protocol/member.h"

#include <algorithm>
#include <limits>

#include "base/escaped_text.h"
#include "core/iso6709.h"
#include "core/record.h"

namespace proxyherd {
namespace {

bool IsVisible(std::string_view text, size_t most) {
  return text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool IsValidAddress(const NodeAddress& address) {
  constexpr uint32_t kMaxPort = std::numeric_limits<uint16_t>::max();
  const std::string& location = address.location;
  return IsVisible(address.host, kMaxHostBytes) && address.text_port <= kMaxPort &&
         address.grpc_port <= kMaxPort && address.http_port <= kMaxPort &&
         IsVisible(address.version, kMaxVersionBytes) &&
         (location.empty() || (location.size() <= kMaxMemberLocationBytes && IsLocation(location)));
}

bool AreValidLinks(const MemberEntry& notice) {
  if (notice.links.size() > kMaxLinkClaims) return false;
  const std::string* last = nullptr;
  for (const LinkClaim& link : notice.links) {
    if (!IsNodeName(link.neighbour) || link.neighbour == notice.node) return false;
    if (last != nullptr && *last >= link.neighbour) return false;
    last = &link.neighbour;
  }
  return true;
}

bool AreValidAnnouncements(const std::vector<Announcement>& people) {
  if (people.size() > kMaxAnnouncements) return false;
  uint64_t last = 0;
  for (const Announcement& notice : people) {
    if (notice.id <= last || notice.id > kMaxMemberNumber || !IsAnnouncementText(notice.text)) {
      return false;
    }
    if (notice.expires_ns <= notice.id ||
        notice.expires_ns - notice.id > kMaxAnnouncementLifetimeNs) {
      return false;
    }
    last = notice.id;
  }
  return true;
}

}  // namespace

std::string_view NameOf(NodeState state) {
  switch (state) {
    case NodeState::kUnspecified:
      break;
    case NodeState::kStarting:
      return "starting";
    case NodeState::kServing:
      return "serving";
    case NodeState::kDraining:
      return "draining";
    case NodeState::kStopped:
      return "stopped";
    case NodeState::kDown:
      return "down";
    case NodeState::kUnreachable:
      return "unreachable";
  }
  return "unknown";
}

bool IsAnnouncementText(std::string_view text) {
  if (text.empty() || text.size() > kMaxAnnouncementBytes) return false;
  // What is printable as it is grows by its backslashes only.
  const auto backslashes = static_cast<size_t>(std::count(text.begin(), text.end(), '\\'));
  return Printable(text).size() == text.size() + backslashes;
}

bool IsValidMember(const MemberEntry& notice) {
  const auto in_range = [](uint64_t number) { return number >= 1 && number <= kMaxMemberNumber; };
  return IsNodeName(notice.node) && in_range(notice.version.epoch_ns) &&
         in_range(notice.version.sequence) && notice.state >= NodeState::kStarting &&
         notice.state <= NodeState::kStopped && IsValidAddress(notice.address) &&
         AreValidLinks(notice) && AreValidAnnouncements(notice.people);
}

size_t MemberBytes(const MemberEntry& notice) {
  // Fields of fixed size, and what the wire form adds to each text.
  constexpr size_t kFixed = 128;
  constexpr size_t kPerLink = 16;
  constexpr size_t kPerText = 32;
  const NodeAddress& address = notice.address;
  size_t bytes = kFixed + notice.node.size() + address.host.size() + address.location.size() +
                 address.version.size();
  for (const LinkClaim& link : notice.links) bytes += kPerLink + link.neighbour.size();
  for (const Announcement& one : notice.people) bytes += kPerText + one.text.size();
  return bytes;
}

}  // namespace proxyherd
