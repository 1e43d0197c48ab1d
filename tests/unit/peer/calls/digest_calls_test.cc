// Tests digests for callers, and the clients of a range.
#include "peer/calls/digest_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "peer/calls/location_calls.h"

namespace proxyherd::peer {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNowNs = 1'000'000 * kSecond;

TableOptions Options(const std::string& node, int64_t expire_after_ns = 0) {
  TableOptions options{.herd = "seed", .node = node, .probe_seed = 1};
  options.expiry.after_ns = expire_after_ns;
  return options;
}

void Add(Table& table, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    table.TakeReport({"client" + std::to_string(i), "+1-1", "1"}, kNowNs);
  }
}

peer::v1::GetDigestsResponse Ask(const Table& table, const std::vector<HashRange>& ranges = {}) {
  peer::v1::GetDigestsRequest request;
  for (const HashRange& range : ranges) {
    request.add_ranges()->set_first(range.first);
    request.mutable_ranges()->rbegin()->set_bits(range.bits);
  }
  peer::v1::GetDigestsResponse response;
  const absl::Status status = GetDigests(table, request, response);
  EXPECT_TRUE(status.ok()) << status;
  return response;
}

std::set<std::string> ClientsOf(const Table& table, const peer::v1::HashRange& range,
                                int32_t page_size = 7) {
  std::set<std::string> clients;
  peer::v1::ListLocationsRequest request;
  *request.mutable_range() = range;
  request.set_page_size(page_size);
  do {
    peer::v1::ListLocationsResponse page;
    const absl::Status status = ListLocations(table, request, page);
    EXPECT_TRUE(status.ok()) << status;
    for (const auto& location : page.locations()) {
      EXPECT_TRUE(clients.insert(location.client_id()).second) << "twice: " << location.client_id();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return clients;
}

TEST(DigestCallsTest, PartsOfTheWholeAddUpToTheRootDigest) {
  Table table(Options("Clark"));
  Add(table, 0, 1000);
  const auto response = Ask(table);
  ASSERT_EQ(response.ranges_size(), 1);
  uint64_t sum = 0;
  uint64_t records = 0;
  for (const auto& part : response.ranges(0).parts()) {
    sum += part.digest();
    records += part.records();
  }
  EXPECT_EQ(sum, table.RootDigest());
  EXPECT_EQ(records, 1000U);
}

TEST(DigestCallsTest, EveryLevelAddsUpToTheOneAbove) {
  Table table(Options("Clark"));
  Add(table, 0, 5000);
  HashRange range;
  std::vector<uint32_t> bits;
  // Ranges of 56 bits or more have no parts.
  while (range.bits < 56) {
    const auto response = Ask(table, {range});
    const auto& first = response.ranges(0).parts(0);
    bits.push_back(range.bits);
    const auto below = Ask(table, {HashRange{first.range().first(), first.range().bits()}});
    uint64_t below_sum = 0;
    for (const auto& part : below.ranges(0).parts()) below_sum += part.digest();
    EXPECT_EQ(below_sum, first.digest()) << range.bits;
    range = {first.range().first(), first.range().bits()};
  }
  EXPECT_EQ(bits, (std::vector<uint32_t>{0, 6, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52}));
}

TEST(DigestCallsTest, OneChangeIsFoundByGoingDown) {
  // A record's hash includes the node that took it: these are copies of one node's reports.
  Table clark(Options("Clark"));
  Table bona(Options("Clark"));
  Add(clark, 0, 3000);
  Add(bona, 0, 77);
  Add(bona, 78, 3000 - 78);
  HashRange range;
  for (int level = 0; level < 3; ++level) {
    const auto at_clark = Ask(clark, {range});
    const auto at_bona = Ask(bona, {range});
    std::vector<HashRange> differ;
    for (int i = 0; i < at_clark.ranges(0).parts_size(); ++i) {
      const auto& part = at_clark.ranges(0).parts(i);
      if (part.digest() == at_bona.ranges(0).parts(i).digest()) continue;
      differ.push_back({part.range().first(), part.range().bits()});
    }
    ASSERT_EQ(differ.size(), 1U) << level;
    range = differ[0];
  }
  peer::v1::HashRange wire;
  wire.set_first(range.first);
  wire.set_bits(range.bits);
  const std::set<std::string> clients = ClientsOf(clark, wire);
  EXPECT_TRUE(clients.contains("client77"));
  EXPECT_LT(clients.size(), 10U);
  EXPECT_FALSE(ClientsOf(bona, wire).contains("client77"));
}

TEST(DigestCallsTest, EveryClientIsInExactlyOnePart) {
  Table table(Options("Clark"));
  Add(table, 0, 1000);
  std::multiset<std::string> seen;
  const auto response = Ask(table);
  for (const auto& part : response.ranges(0).parts()) {
    const std::set<std::string> clients = ClientsOf(table, part.range());
    EXPECT_EQ(clients.size(), part.records());
    seen.insert(clients.begin(), clients.end());
  }
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 1000U);
}

TEST(DigestCallsTest, RefusesRangesThatNoAnswerNames) {
  Table table(Options("Clark"));
  const HashRange refused[] = {{0, 1},  {0, 5},  {0, 61}, {0, 4'000'000'000},     {1, 0},
                               {1, 12}, {0, 57}, {0, 60}, {uint64_t{1} << 51, 12}};
  for (const HashRange& range : refused) {
    peer::v1::GetDigestsRequest request;
    request.add_ranges()->set_first(range.first);
    request.mutable_ranges(0)->set_bits(range.bits);
    peer::v1::GetDigestsResponse response;
    const absl::Status status = GetDigests(table, request, response);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << range.bits;
    EXPECT_THAT(std::string(status.message()), HasSubstr("ranges: "));
  }
  peer::v1::GetDigestsRequest many;
  for (int i = 0; i <= kMaxDigestRanges; ++i) many.add_ranges();
  peer::v1::GetDigestsResponse response;
  EXPECT_EQ(GetDigests(table, many, response).code(), absl::StatusCode::kInvalidArgument);
}

TEST(DigestCallsTest, RefusesToListAMalformedRange) {
  Table table(Options("Clark"));
  for (const HashRange& range : {HashRange{0, 61}, HashRange{1, 12}}) {
    peer::v1::ListLocationsRequest request;
    request.mutable_range()->set_first(range.first);
    request.mutable_range()->set_bits(range.bits);
    peer::v1::ListLocationsResponse page;
    EXPECT_EQ(ListLocations(table, request, page).code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(DigestCallsTest, TicksThatAreNotKnownAreSaidSo) {
  constexpr int64_t kExpireAfterNs = 3600 * kSecond;
  Table table(Options("Clark", kExpireAfterNs));
  peer::v1::GetDigestsRequest request;
  peer::v1::GetDigestsResponse response;
  EXPECT_EQ(GetDigests(table, request, response).code(), absl::StatusCode::kFailedPrecondition)
      << "before the first sweep";
  Add(table, 0, 10);
  table.Expire(kNowNs);
  ASSERT_TRUE(GetDigests(table, request, response).ok());
  request.set_tick(response.tick());
  EXPECT_TRUE(GetDigests(table, request, response).ok());
  request.set_tick(response.tick() - 1);
  EXPECT_TRUE(GetDigests(table, request, response).ok()) << "the tick before is kept";
  for (const int64_t tick : {response.tick() + 7, response.tick() - 7, kEveryTick}) {
    request.set_tick(tick);
    EXPECT_EQ(GetDigests(table, request, response).code(), absl::StatusCode::kFailedPrecondition);
  }
}

}  // namespace
}  // namespace proxyherd::peer
