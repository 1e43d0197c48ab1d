// The words for a stop.
#include "node/stop_log.h"

#include "absl/strings/str_cat.h"

namespace proxyherd {

void LogStop(const GatewayStop& gateway, const LinksStop& links, int64_t flush_ns, uint64_t records,
             Logger& logger) {
  if (gateway.cut_off > 0) {
    logger.Warning(absl::StrCat("I cut off ", gateway.cut_off, " of ", gateway.connections,
                                " connections, which did not take their replies in time"));
  } else if (gateway.connections > 0) {
    logger.Info(absl::StrCat("I have answered and closed ", gateway.connections, " connections"));
  }
  if (records == 0) return;
  if (links.neighbours == 0) {
    logger.Warning(absl::StrCat("No neighbour is linked: what nobody else knows of my ", records,
                                " clients is gone"));
  } else if (!links.flushed) {
    logger.Warning(absl::StrCat("Not every neighbour has acknowledged all that I know within ",
                                flush_ns / kSecond, " s; reports may be lost if no other one has"));
  } else {
    logger.Info("My neighbours have acknowledged all that I know");
  }
}

}  // namespace proxyherd
