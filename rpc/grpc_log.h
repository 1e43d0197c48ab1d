// Redirects gRPC's log lines to our log.
#pragma once

#include "server/log/logger.h"

namespace proxyherd::rpc {

// By default gRPC writes errors to stderr on the thread where they occur, which may be serving
// calls; a stuck reader of stderr would block it. While this object exists, gRPC's lines go to our
// log; after its destruction they are dropped. REQUIRES: at most one exists at a time.
class GrpcLog {
 public:
  // `logger` must outlive it.
  explicit GrpcLog(server::Logger& logger);
  ~GrpcLog();
  GrpcLog(const GrpcLog&) = delete;
  GrpcLog& operator=(const GrpcLog&) = delete;
};

}  // namespace proxyherd::rpc
