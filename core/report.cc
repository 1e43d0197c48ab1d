#include "core/report.h"

#include <iterator>

#include "core/exact_time.h"

namespace proxyherd {

void AppendAtLine(std::string_view server, int64_t received_ns, int64_t client_time_ns,
                  const Report& report, std::string& out) {
  char room[kMaxDeltaBytes];
  char* const room_end = room + sizeof(room);
  const char* const begin = WriteDeltaBefore(room_end, received_ns, client_time_ns);
  const std::string_view delta(begin, static_cast<size_t>(room_end - begin));

  const std::string_view fields[] = {"AT",          server,          delta,
                                     report.client, report.location, report.time};
  size_t size = std::size(fields) - 1;
  for (std::string_view field : fields) size += field.size();
  // Grows the output once, filled with spaces; those between the fields stay.
  out.append(size, ' ');
  char* at = out.data() + out.size() - size;
  for (std::string_view field : fields) at += field.copy(at, field.size()) + 1;
}

}  // namespace proxyherd
