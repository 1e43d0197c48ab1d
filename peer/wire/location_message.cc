#include "peer/wire/location_message.h"

#include <optional>
#include <string>

#include "base/env.h"
#include "base/escaped_text.h"
#include "core/iso6709.h"

namespace proxyherd::peer {
namespace {

void FillTimestamp(int64_t time_ns, google::protobuf::Timestamp& out) {
  out.set_seconds(time_ns / kSecond);
  out.set_nanos(static_cast<int32_t>(time_ns % kSecond));
}

}  // namespace

void FillLocation(std::string_view client, const StoredReport& report, peer::v1::Location& out) {
  out.set_client_id(EscapeBytes(client));
  out.set_location(report.location);
  out.set_time(report.time);
  if (const std::optional<Coordinates> at = ParseLocation(report.location)) {
    out.set_latitude(at->latitude);
    out.set_longitude(at->longitude);
  }
  FillTimestamp(report.client_time_ns, *out.mutable_report_time());
  FillTimestamp(report.received_ns, *out.mutable_receive_time());
  out.set_server(report.server);
  std::string at_line;
  AppendAtLine(report.server, report.received_ns, report.client_time_ns,
               {client, report.location, report.time}, at_line);
  out.set_at_line(EscapeBytes(at_line));
}

}  // namespace proxyherd::peer
