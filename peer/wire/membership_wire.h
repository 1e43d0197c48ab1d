// Converts notices between their own form and the wire's.
#pragma once

#include "peer/protocol/member.h"
#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd {

void MembershipToWire(MembershipUpdate&& from, peer::v1::Notices& to);

// Moves texts out of `from`. Of a list that is longer than allowed no more is converted than shows
// it: see kMaxMembersInUpdate, kMaxLinkClaims and kMaxAnnouncements.
MembershipUpdate MembershipFromWire(peer::v1::Notices& from);

void ClaimToWire(const LinkClaim& from, peer::v1::LinkClaim& to);

}  // namespace proxyherd
