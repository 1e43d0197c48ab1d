// A client's report of its location, and the form in which the herd remembers it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace proxyherd {

// A report as received. Views into the caller's buffer; nothing is copied or checked here.
struct Report {
  std::string_view client;    // any run of non-white-space bytes
  std::string_view location;  // ISO 6709, see core/iso6709.h
  std::string_view time;      // POSIX seconds, see core/exact_time.h
};

// A client's newest report, copied out of the table.
struct StoredReport {
  std::string location;
  std::string time;
  std::string server;          // the node that took the report
  int64_t client_time_ns = 0;  // the value of `time`
  int64_t received_ns = 0;     // when `server` took it, by its clock
};

// Appends "AT <server> <delta> <client> <location> <time>", without a line end.
void AppendAtLine(std::string_view server, int64_t received_ns, int64_t client_time_ns,
                  const Report& report, std::string& out);

}  // namespace proxyherd
