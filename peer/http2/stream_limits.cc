#include "peer/http2/stream_limits.h"

namespace proxyherd::peer {

std::string_view NameOf(StreamLimit limit) {
  switch (limit) {
    case StreamLimit::kConnections:
      return "connections";
    case StreamLimit::kConnectionsPerAddress:
      return "connections_per_address";
    case StreamLimit::kGreetingTime:
      return "greeting_time";
    case StreamLimit::kGreetingBytes:
      return "greeting_bytes";
    case StreamLimit::kHeaderBytes:
      return "header_bytes";
    case StreamLimit::kMessageBytes:
      return "message_bytes";
    case StreamLimit::kStreams:
      return "streams";
    case StreamLimit::kControlFrames:
      return "control_frames";
  }
  return "";
}

}  // namespace proxyherd::peer
