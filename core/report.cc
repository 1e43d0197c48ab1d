// The AT line.
#include "core/report.h"

#include "core/exact_time.h"

namespace proxyherd {

void AppendAtLine(std::string_view server, int64_t received_ns, int64_t client_time_ns,
                  const Report& report, std::string& out) {
  out.append("AT ").append(server).append(" ");
  AppendDelta(received_ns, client_time_ns, out);
  for (std::string_view field : {report.client, report.location, report.time}) {
    out.append(" ").append(field);
  }
}

}  // namespace proxyherd
