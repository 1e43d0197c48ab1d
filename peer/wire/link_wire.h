// Converts between the links' messages and their wire form. The only file of the links that knows
// both.
#pragma once

#include "peer/protocol/link_messages.h"
#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd {

// Both take what they can by moving it.
void ToWire(SenderMessage message, peer::v1::LinkRequest& out);
void ToWire(ReceiverMessage message, peer::v1::LinkResponse& out);

SenderMessage FromWire(peer::v1::LinkRequest& message);
ReceiverMessage FromWire(peer::v1::LinkResponse& message);

}  // namespace proxyherd
