#include "node/stop_log.h"

#include "absl/strings/str_cat.h"

namespace proxyherd::node {

void LogStop(const gateway::GatewayStop& gateway, const peer::LinksStop& links, int64_t flush_ns,
             uint64_t records, server::Logger& logger) {
  if (gateway.cut_off > 0) {
    logger.Warning(absl::StrCat("closed ", gateway.cut_off, " of ", gateway.connections,
                                " connections forcibly: they did not take their replies in time"));
  } else if (gateway.connections > 0) {
    logger.Info(absl::StrCat("answered and closed ", gateway.connections, " connections"));
  }
  if (records == 0) return;
  if (links.neighbours == 0) {
    logger.Warning(absl::StrCat("no neighbour is linked: reports of this node's ", records,
                                " clients that no other node has are lost"));
  } else if (!links.flushed) {
    logger.Warning(
        absl::StrCat("not every neighbour has acknowledged all records within ", flush_ns / kSecond,
                     " s; reports that no other neighbour has acknowledged may be lost"));
  } else {
    logger.Info("all neighbours have acknowledged all records");
  }
}

}  // namespace proxyherd::node
