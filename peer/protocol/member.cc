#include "peer/protocol/member.h"

#include <algorithm>
#include <limits>

#include "base/escaped_text.h"
#include "core/iso6709.h"
#include "core/record.h"

namespace proxyherd::peer {
namespace {

bool IsVisible(std::string_view text, size_t max_bytes) {
  return text.size() <= max_bytes &&
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

bool AreValidLinks(const MemberEntry& member) {
  if (member.links.size() > kMaxLinkClaims) return false;
  const std::string* last = nullptr;
  for (const LinkClaim& link : member.links) {
    if (!IsNodeName(link.neighbour) || link.neighbour == member.node) return false;
    if (last != nullptr && *last >= link.neighbour) return false;
    last = &link.neighbour;
  }
  return true;
}

bool AreValidAnnouncements(const std::vector<Announcement>& people) {
  if (people.size() > kMaxAnnouncements) return false;
  uint64_t last = 0;
  for (const Announcement& announcement : people) {
    if (announcement.id <= last || announcement.id > kMaxMemberNumber ||
        !IsAnnouncementText(announcement.text)) {
      return false;
    }
    if (announcement.expires_ns <= announcement.id ||
        announcement.expires_ns - announcement.id > kMaxAnnouncementLifetimeNs) {
      return false;
    }
    last = announcement.id;
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
  // Printable escapes nothing but backslashes in a text without control characters.
  const auto backslashes = static_cast<size_t>(std::count(text.begin(), text.end(), '\\'));
  return Printable(text).size() == text.size() + backslashes;
}

bool IsValidMember(const MemberEntry& member) {
  const auto in_range = [](uint64_t number) { return number >= 1 && number <= kMaxMemberNumber; };
  return IsNodeName(member.node) && in_range(member.version.epoch_ns) &&
         in_range(member.version.sequence) && member.state >= NodeState::kStarting &&
         member.state <= NodeState::kStopped && IsValidAddress(member.address) &&
         AreValidLinks(member) && AreValidAnnouncements(member.people);
}

size_t MemberBytes(const MemberEntry& member) {
  // Bytes of the fixed fields, and the wire form's overhead per link and announcement.
  constexpr size_t kFixed = 128;
  constexpr size_t kPerLink = 16;
  constexpr size_t kPerText = 32;
  const NodeAddress& address = member.address;
  size_t bytes = kFixed + member.node.size() + address.host.size() + address.location.size() +
                 address.version.size();
  for (const LinkClaim& link : member.links) bytes += kPerLink + link.neighbour.size();
  for (const Announcement& one : member.people) bytes += kPerText + one.text.size();
  return bytes;
}

}  // namespace proxyherd::peer
