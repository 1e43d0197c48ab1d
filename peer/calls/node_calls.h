// Implements the calls about nodes; peer/calls/location_calls.h has those about clients.
//
// No I/O. INVALID_ARGUMENT names the malformed field.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "peer/membership/node_views.h"
#include "proxyherd/peer/v1/peer.pb.h"

namespace proxyherd::peer {

inline constexpr int32_t kDefaultFoundNodes = 3;
inline constexpr int32_t kMaxFoundNodes = 100;
inline constexpr int64_t kDefaultAnnouncementSeconds = 3600;
// More than a person reads, and few enough for the message limit of gRPC clients.
inline constexpr size_t kMaxAnnouncementsListed = 256;

// `wall_ns`: now, since 1970. Expired announcements are omitted.
void ListNodes(const std::vector<NodeView>& nodes, int64_t wall_ns,
               peer::v1::ListNodesResponse& response);

// Returns the location of the client that asks.
absl::StatusOr<Coordinates> ReadPlace(const peer::v1::FindNodeRequest& request);

absl::Status FindNode(const std::vector<NodeView>& nodes, const peer::v1::FindNodeRequest& request,
                      peer::v1::FindNodeResponse& response);

// Returns the lifetime of an announcement, in ns.
absl::StatusOr<int64_t> ReadLifetime(const peer::v1::PostNoticeRequest& request);

void FillAnnouncement(const std::string& node, const Announcement& announcement,
                      peer::v1::Announcement& out);

}  // namespace proxyherd::peer
