// Why a connection to a neighbour has failed, as the system tells it.
#pragma once

#include "peer/protocol/close_reason.h"

namespace proxyherd::peer {

// `error`: as in errno.
CloseReason ReasonOfSocketError(int error);

}  // namespace proxyherd::peer
