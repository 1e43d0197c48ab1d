#include "peer/calls/location_calls.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/env.h"
#include "base/escaped_text.h"
#include "core/exact_time.h"
#include "core/iso6709.h"
#include "peer/calls/listing.h"
#include "peer/wire/location_message.h"

namespace proxyherd::peer {
namespace {

// An error text is sent as a header, and all headers of a call together may have 8 KiB.
constexpr size_t kMaxEchoedBytes = 256;

absl::StatusOr<std::string> ReadClientId(const std::string& text) {
  std::optional<std::string> bytes = UnescapeBytes(text);
  if (!bytes.has_value()) {
    return absl::InvalidArgumentError(
        "client_id: contains an invalid escape; only \\\\ and \\xNN are valid");
  }
  if (bytes->empty()) return absl::InvalidArgumentError("client_id: must not be empty");
  // A longer id cannot be in the table, so a watch need not keep it.
  if (bytes->size() > kMaxRecordBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("client_id: too long, it may have ", kMaxRecordBytes, " bytes"));
  }
  if (std::any_of(bytes->begin(), bytes->end(), IsWhiteSpace)) {
    return absl::InvalidArgumentError("client_id: must not contain white space");
  }
  return *std::move(bytes);
}

std::string TimeText(int64_t now_ns) {
  return absl::StrFormat("%d.%09d", now_ns / kSecond, now_ns % kSecond);
}

absl::StatusOr<WatchFilter::Circle> ReadArea(const peer::v1::Area& area) {
  // The condition is written so that NaN fails it.
  if (!(std::abs(area.latitude()) <= 90)) {
    return absl::InvalidArgumentError("area.latitude: must be in [-90, 90]");
  }
  if (!(std::abs(area.longitude()) <= 180)) {
    return absl::InvalidArgumentError("area.longitude: must be in [-180, 180]");
  }
  if (!(area.radius_meters() > 0 && area.radius_meters() <= kMaxWatchRadius)) {
    return absl::InvalidArgumentError("area.radius_meters: must be in (0, 20040000]");
  }
  return WatchFilter::Circle{{area.latitude(), area.longitude()}, area.radius_meters()};
}

absl::StatusOr<StoredReport> ReadReport(const Table& table, int64_t received_ns,
                                        const peer::v1::ReportLocationRequest& request) {
  StoredReport report;
  report.location = request.location();
  report.time = request.time().empty() ? TimeText(received_ns) : request.time();
  report.server = table.node();
  report.received_ns = received_ns;
  if (!IsLocation(report.location)) {
    return absl::InvalidArgumentError(
        "location: expected decimal degrees with signs, like +34.068930-118.445127");
  }
  const std::optional<int64_t> client_time_ns = ParseTimeNs(report.time);
  if (!client_time_ns.has_value()) {
    return absl::InvalidArgumentError(
        "time: expected POSIX seconds, digits with an optional fraction");
  }
  report.client_time_ns = *client_time_ns;
  return report;
}

}  // namespace

absl::Status ReportLocation(Table& table, int64_t received_ns,
                            const peer::v1::ReportLocationRequest& request,
                            peer::v1::ReportLocationResponse& response, FeedPosition& held) {
  const absl::StatusOr<std::string> client = ReadClientId(request.client_id());
  if (!client.ok()) return client.status();
  const absl::StatusOr<StoredReport> report = ReadReport(table, received_ns, request);
  if (!report.ok()) return report.status();
  switch (table.TakeReport({*client, report->location, report->time}, received_ns, &held)) {
    case MergeOutcome::kTooManyClients:
      return absl::ResourceExhaustedError(
          "the herd's smallest node can know no more clients (--max_clients)");
    case MergeOutcome::kNoMemory:
      return absl::ResourceExhaustedError(
          "the table of the herd's smallest node is full (--max_table_bytes)");
    case MergeOutcome::kInvalid:
    case MergeOutcome::kExpired:  // never for reports of clients
      return absl::InvalidArgumentError(
          absl::StrCat("client_id, location and time are too long together; a report may have ",
                       kMaxRecordBytes - kRecordHeaderBytes, " bytes"));
    case MergeOutcome::kWon:
    case MergeOutcome::kEqual:
      response.set_newest(true);
      break;
    case MergeOutcome::kStale:
      response.set_newest(false);
      break;
  }
  FillLocation(*client, *report, *response.mutable_location());
  return absl::OkStatus();
}

absl::Status GetLocation(const Table& table, const peer::v1::GetLocationRequest& request,
                         peer::v1::GetLocationResponse& response) {
  const absl::StatusOr<std::string> client = ReadClientId(request.client_id());
  if (!client.ok()) return client.status();
  StoredReport report;
  if (!table.Find(*client, report)) {
    const std::string& text = request.client_id();
    const std::string subject =
        text.size() <= kMaxEchoedBytes ? absl::StrCat("the client ", text) : "this client";
    return absl::NotFoundError(
        absl::StrCat("no report of ", subject, " is known at ", table.node()));
  }
  FillLocation(*client, report, *response.mutable_location());
  return absl::OkStatus();
}

absl::Status ListLocations(const Table& table, const peer::v1::ListLocationsRequest& request,
                           peer::v1::ListLocationsResponse& response) {
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("page_size: must be in [0, ", kMaxPageSize, "]"));
  }
  const int32_t page_size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  const HashRange range{request.range().first(), request.range().bits()};
  if (!range.IsValid()) {
    return absl::InvalidArgumentError("range: at most 60 bits, and 0 after them in first");
  }
  std::optional<Page> page =
      ReadPage(table, request.page_token(), static_cast<size_t>(page_size), range);
  if (!page.has_value()) {
    return absl::InvalidArgumentError("page_token: not a next_page_token of an earlier answer");
  }
  for (const ListedClient& listed : page->clients) {
    FillLocation(listed.client, listed.report, *response.add_locations());
  }
  response.set_next_page_token(std::move(page->next_token));
  return absl::OkStatus();
}

absl::StatusOr<WatchFilter> ReadWatchFilter(const peer::v1::WatchLocationsRequest& request) {
  if (request.client_ids_size() > kMaxWatchedIds) {
    return absl::InvalidArgumentError(absl::StrCat("client_ids: at most ", kMaxWatchedIds));
  }
  WatchFilter filter;
  for (const std::string& text : request.client_ids()) {
    absl::StatusOr<std::string> client = ReadClientId(text);
    if (!client.ok()) return client.status();
    filter.clients.push_back(*std::move(client));
  }
  if (!request.has_area()) return filter;
  if (!filter.clients.empty()) {
    return absl::InvalidArgumentError("area: may not be given together with client_ids");
  }
  const absl::StatusOr<WatchFilter::Circle> area = ReadArea(request.area());
  if (!area.ok()) return area.status();
  filter.area = *area;
  return filter;
}

}  // namespace proxyherd::peer
