// Takes any strings as the fields of the calls for people: a refusal names the field; an accepted
// report is found by every call, as it was written.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/env.h"
#include "base/escaped_text.h"
#include "core/exact_time.h"
#include "peer/calls/location_calls.h"
#include "peer/calls/watch.h"
#include "tests/support/check.h"

namespace proxyherd {
namespace {

constexpr int64_t kNowNs = 1'621'464'828'000'000'000;
// A watch of one client reads each bucket once, several per turn.
constexpr uint32_t kMaxTurns = kBuckets + 2;

// The fuzzer's bytes: a line for each string, then the numbers.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  std::string Text() {
    const size_t end = rest_.find('\n');
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return text;
  }
  template <typename Number>
  Number Take() {
    Number number{};
    const size_t size = rest_.copy(reinterpret_cast<char*>(&number), sizeof(number));
    rest_.remove_prefix(size);
    return number;
  }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

void CheckRefusal(const absl::Status& status) {
  FUZZ_CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  FUZZ_CHECK(!status.message().empty());
}

void CheckLocation(const peer::v1::Location& location, const std::string& client) {
  FUZZ_CHECK(UnescapeBytes(location.client_id()) == client);
  FUZZ_CHECK(location.latitude() >= -90 && location.latitude() <= 90);
  FUZZ_CHECK(location.longitude() >= -180 && location.longitude() <= 180);
  FUZZ_CHECK(ParseTimeNs(location.time()).has_value());
  FUZZ_CHECK(location.report_time().nanos() >= 0 && location.report_time().nanos() < kSecond);
  FUZZ_CHECK(location.at_line().substr(0, 9) == "AT Clark ");
  // Only valid UTF-8 can go over the wire.
  FUZZ_CHECK(peer::v1::Location().ParseFromString(location.SerializeAsString()));
}

// Takes changes from a watch until there are no more.
std::vector<std::string> Watched(const Table& table, peer::WatchFilter filter) {
  peer::WatchLimitHits hits;
  peer::WatchMemory memory;
  peer::Watch watch(table, std::move(filter), hits, memory);
  std::vector<std::string> clients;
  for (uint32_t turn = 0; turn < kMaxTurns; ++turn) {
    const std::optional<peer::WatchEvent> event = watch.Next();
    if (!event.has_value() && !watch.Searching()) return clients;
    if (!event.has_value()) continue;
    if (const auto* found = std::get_if<peer::WatchedClient>(&*event))
      clients.push_back(found->client);
  }
  FUZZ_CHECK(false);
  return clients;
}

void CheckKnown(Table& table, const std::string& id_text, const peer::v1::Location& reported) {
  const std::string client = *UnescapeBytes(id_text);
  CheckLocation(reported, client);
  peer::v1::GetLocationRequest get;
  get.set_client_id(reported.client_id());
  peer::v1::GetLocationResponse got;
  FUZZ_CHECK(peer::GetLocation(table, get, got).ok());
  FUZZ_CHECK(got.location().SerializeAsString() == reported.SerializeAsString());
  peer::v1::ListLocationsResponse listed;
  FUZZ_CHECK(peer::ListLocations(table, {}, listed).ok());
  FUZZ_CHECK(listed.locations_size() == 1 && listed.next_page_token().empty());
  peer::v1::WatchLocationsRequest named;
  named.add_client_ids(id_text);
  FUZZ_CHECK(Watched(table, *peer::ReadWatchFilter(named)) == std::vector<std::string>{client});
}

void Run(Input input) {
  Table table({.herd = "seed", .node = "Clark", .probe_seed = 1});
  peer::v1::ReportLocationRequest report;
  report.set_client_id(input.Text());
  report.set_location(input.Text());
  report.set_time(input.Text());
  peer::v1::ReportLocationResponse receipt;
  FeedPosition held;
  const absl::Status taken = peer::ReportLocation(table, kNowNs, report, receipt, held);
  if (taken.ok()) {
    FUZZ_CHECK(receipt.newest() && table.Records() == 1);
    CheckKnown(table, report.client_id(), receipt.location());
  } else {
    CheckRefusal(taken);
    FUZZ_CHECK(table.Records() == 0);
  }

  peer::v1::ListLocationsRequest list;
  list.set_page_token(input.Text());
  list.set_page_size(input.Take<int32_t>());
  peer::v1::ListLocationsResponse page;
  if (const absl::Status status = peer::ListLocations(table, list, page); !status.ok()) {
    CheckRefusal(status);
  }

  peer::v1::WatchLocationsRequest watch;
  if (!input.empty()) {
    watch.mutable_area()->set_latitude(input.Take<double>());
    watch.mutable_area()->set_longitude(input.Take<double>());
    watch.mutable_area()->set_radius_meters(input.Take<double>());
  }
  while (!input.empty()) watch.add_client_ids(input.Text());
  absl::StatusOr<peer::WatchFilter> filter = peer::ReadWatchFilter(watch);
  if (filter.ok()) {
    FUZZ_CHECK(Watched(table, *std::move(filter)).size() <= peer::kMaxWatchedIds);
  } else {
    CheckRefusal(filter.status());
  }
}

}  // namespace
}  // namespace proxyherd

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  proxyherd::Run({data, size});
  return 0;
}
