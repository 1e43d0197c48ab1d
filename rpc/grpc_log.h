// What gRPC has to say, in our log.
#pragma once

#include "server/log/logger.h"

namespace proxyherd {

// gRPC writes its errors to stderr on the thread that meets them, which may be one that serves; a
// reader of stderr that is stuck would stop it. As long as this exists they are lines of the log,
// and none afterwards. At most one at a time.
class GrpcLog {
 public:
  // `logger` outlives it.
  explicit GrpcLog(Logger& logger);
  ~GrpcLog();
  GrpcLog(const GrpcLog&) = delete;
  GrpcLog& operator=(const GrpcLog&) = delete;
};

}  // namespace proxyherd
