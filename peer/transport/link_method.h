// The names of the peer service and of its method that a link's streams call, see peer.proto.
#pragma once

#include <string_view>

namespace proxyherd::peer {

inline constexpr std::string_view kPeerService = "proxyherd.peer.v1.PeerService";
inline constexpr std::string_view kLinkPath = "/proxyherd.peer.v1.PeerService/Link";

}  // namespace proxyherd::peer
