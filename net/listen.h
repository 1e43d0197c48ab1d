// Opens listening sockets, for servers that accept with accept4 themselves.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "net/descriptor.h"

namespace proxyherd::net {

struct ListenOptions {
  std::string address;  // numeric
  uint16_t port = 0;    // 0: a free one, see LocalPort
  int backlog = 0;      // connections that may wait to be accepted; capped by net.core.somaxconn
  // Sizes of accepted sockets' buffers; 0: the system's.
  int send_buffer_bytes = 0;
  int receive_buffer_bytes = 0;
};

// Returns a TCP socket that listens and does not block. INVALID_ARGUMENT if the address is not
// numeric; FAILED_PRECONDITION, with what to do, if the system refuses.
absl::StatusOr<Descriptor> Listen(const ListenOptions& options);

// Returns true if accept4 failed with this errno for lack of descriptors or memory, which may be
// free again once connections close. Any other failure concerns one connection, which is gone.
bool IsOutOfResources(int error);

}  // namespace proxyherd::net
