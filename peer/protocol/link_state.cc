#include "peer/protocol/link_state.h"

namespace proxyherd::peer {

const char* ToString(LinkState state) {
  switch (state) {
    case LinkState::kDown:
      return "down";
    case LinkState::kConnecting:
      return "connecting";
    case LinkState::kHandshaking:
      return "handshaking";
    case LinkState::kUp:
      return "up";
  }
  return "unknown";
}

}  // namespace proxyherd::peer
