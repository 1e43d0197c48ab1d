#include "peer/transport/socket_error.h"

#include <cerrno>
#include <cstring>

namespace proxyherd::peer {

CloseReason ReasonOfSocketError(int error) {
  switch (error) {
    case ECONNREFUSED:
      return {CloseKind::kConnectionRefused, "connection refused"};
    case EHOSTUNREACH:
      return {CloseKind::kUnreachable, "no route to its host"};
    case ENETUNREACH:
      return {CloseKind::kUnreachable, "its network is unreachable"};
    case EACCES:
    case EPERM:
      return {CloseKind::kUnreachable, std::strerror(error)};
    case ETIMEDOUT:
      return {CloseKind::kNoConnection, "connection timed out"};
    case ECONNRESET:
      return {CloseKind::kBroken, "connection reset"};
    case EPIPE:
      return {CloseKind::kBroken, "connection closed"};
    default:
      return {CloseKind::kBroken, std::strerror(error)};
  }
}

}  // namespace proxyherd::peer
