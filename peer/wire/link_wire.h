// Converts the links' messages (link_messages.h) to protobuf and back; membership_wire.h converts
// their membership entries. The streams carry the protobuf form only and read none of its fields.
#pragma once

#include "peer/protocol/link_messages.h"
#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd::peer {

// All four move texts and records instead of copying them where they can.
void ToWire(SenderMessage message, peer::v1::LinkRequest& out);
void ToWire(ReceiverMessage message, peer::v1::LinkResponse& out);

SenderMessage FromWire(peer::v1::LinkRequest& message);
ReceiverMessage FromWire(peer::v1::LinkResponse& message);

}  // namespace proxyherd::peer
