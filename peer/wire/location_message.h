// Converts a client's report to the message of the Peer service.
#pragma once

#include <string_view>

#include "core/report.h"
#include "proxyherd/peer/v1/peer.pb.h"

namespace proxyherd::peer {

void FillLocation(std::string_view client, const StoredReport& report, peer::v1::Location& out);

}  // namespace proxyherd::peer
