// Converts membership entries to protobuf and back.
#pragma once

#include "peer/protocol/member.h"
#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd::peer {

void MembershipToWire(MembershipUpdate&& from, peer::v1::Notices& to);

// Moves strings out of `from`. If a list is longer than allowed (see kMaxMembersInUpdate,
// kMaxLinkClaims and kMaxAnnouncements), only one element beyond the limit is converted, which
// shows the violation.
MembershipUpdate MembershipFromWire(peer::v1::Notices& from);

void ClaimToWire(const LinkClaim& from, peer::v1::LinkClaim& to);

}  // namespace proxyherd::peer
