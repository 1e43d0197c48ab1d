// Converts the links' messages (link_messages.h) to protobuf and back; membership_wire.h converts
// their membership entries. The streams carry protobuf messages, but read none of their fields.
#pragma once

#include "peer/protocol/link_messages.h"
#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd::peer {

// All four functions move strings and records where possible, instead of copying them.
void ToWire(SenderMessage message, peer::v1::LinkRequest& out);
void ToWire(ReceiverMessage message, peer::v1::LinkResponse& out);

SenderMessage FromWire(peer::v1::LinkRequest& message);
ReceiverMessage FromWire(peer::v1::LinkResponse& message);

}  // namespace proxyherd::peer
