// Tests that the gateway and Redis accept requests, and that their times increase.
#include "bench/loader/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/env.h"
#include "bench/loader/report_source.h"
#include "core/iso6709.h"
#include "gateway/protocol/command.h"

namespace proxyherd::bench {
namespace {

constexpr int64_t kWallNs = 1'700'000'000 * kSecond + 123'456'789;

BenchOptions OptionsOf(Work work) {
  BenchOptions options;
  options.work = work;
  options.clients = 1000;
  return options;
}

std::string Write(const RequestTemplate& request, const ClientReport& report) {
  std::string out(request.size(), '?');
  EXPECT_EQ(request.Write(report, out.data()), out.data() + out.size());
  return out;
}

TEST(RequestTest, IamatIsFormattedExactly) {
  ClientReport report{42, 34'068'930'001, -118'445'127'002, kWallNs};
  const RequestTemplate request = MakeRequest(OptionsOf(Work::kIamat));
  EXPECT_EQ(Write(request, report),
            "IAMAT c000000000000042 +34.068930001-118.445127002 1700000000.123456789\n");
  report = {99'999'999, -5, 7, 1};
  EXPECT_EQ(Write(request, report),
            "IAMAT c000000099999999 -00.000000005+000.000000007 0000000000.000000001\n");
}

TEST(RequestTest, EveryLineIsACommandOfTheGateway) {
  for (const Move move : {Move::kNear, Move::kFar}) {
    BenchOptions options = OptionsOf(Work::kMixed);
    options.move = move;
    options.id_bytes = 40;
    options.radius_km = 12.5;
    options.bound = 7;
    ReportSource reports(options);
    reports.SetTime(kWallNs);
    const RequestTemplate iamat = MakeRequest(options);
    const RequestTemplate whatsat = MakeWhatsat(options);
    for (int i = 0; i < 10'000; ++i) {
      const ClientReport report = reports.Next();
      std::string line = Write(iamat, report);
      ASSERT_EQ(line.back(), '\n');
      line.pop_back();
      const gateway::Command command = gateway::ParseCommand(line);
      const auto* parsed = std::get_if<gateway::Iamat>(&command);
      ASSERT_NE(parsed, nullptr) << line;
      EXPECT_EQ(parsed->client_time_ns, report.time_ns);
      EXPECT_EQ(parsed->report.client.size(), 40U);
      const auto location = ParseLocation(parsed->report.location);
      ASSERT_TRUE(location.has_value()) << line;
      std::string query = Write(whatsat, report);
      query.pop_back();
      const gateway::Command asked = gateway::ParseCommand(query);
      const auto* parsed_query = std::get_if<gateway::Whatsat>(&asked);
      ASSERT_NE(parsed_query, nullptr) << query;
      EXPECT_EQ(parsed_query->client, parsed->report.client);
      EXPECT_EQ(parsed_query->radius_m, 12'500);
      EXPECT_EQ(parsed_query->bound, 7);
    }
  }
}

// Returns the words of a command in Redis' protocol; fails the test if lengths or counts are wrong.
std::vector<std::string> Words(const std::string& bytes) {
  const std::vector<std::string> lines = absl::StrSplit(bytes, "\r\n");
  std::vector<std::string> words;
  EXPECT_TRUE(lines.back().empty()) << "no CR LF at the end";
  for (size_t i = 1; i + 1 < lines.size(); i += 2) {
    EXPECT_EQ(lines[i], "$" + std::to_string(lines[i + 1].size()));
    words.push_back(lines[i + 1]);
  }
  EXPECT_EQ(lines[0], "*" + std::to_string(words.size()));
  return words;
}

TEST(RequestTest, RedisGetsTheSameIdsPlacesAndTimes) {
  const ClientReport report{42, 34'068'930'001, -118'445'127'002, kWallNs};
  const auto words = [&](Work work) {
    BenchOptions options = OptionsOf(work);
    options.radius_km = 0.5;
    return Words(Write(MakeRequest(options), report));
  };
  using testing::ElementsAre;
  const std::string id = "c000000000000042";
  EXPECT_THAT(words(Work::kSet), ElementsAre("SET", id,
                                             "IAMAT +34.068930001-118.445127002 "
                                             "1700000000.123456789"));
  EXPECT_THAT(words(Work::kGeoAdd),
              ElementsAre("GEOADD", "geo", "-118.445127002", "+34.068930001", id));
  EXPECT_THAT(words(Work::kHset), ElementsAre("HSET", "times", id, "1700000000.123456789"));
  EXPECT_THAT(words(Work::kGeoSearch),
              ElementsAre("GEOSEARCH", "geo", "FROMLONLAT", "-118.445127002", "+34.068930001",
                          "BYRADIUS", "0.5", "km", "COUNT", "1"));
}

TEST(RequestTest, ASetHasSeventyBytesOfKeyAndValue) {
  const std::vector<std::string> words = Words(Write(MakeRequest(OptionsOf(Work::kSet)), {}));
  EXPECT_EQ(words[1].size() + words[2].size(), 70U);
}

TEST(ReportSourceTest, EachReportIsNewerThanTheOneBefore) {
  for (const Stamp stamp : {Stamp::kWall, Stamp::kCounter}) {
    BenchOptions options = OptionsOf(Work::kIamat);
    options.stamp = stamp;
    ReportSource reports(options);
    int64_t last_ns = 0;
    for (int i = 0; i < 1000; ++i) {
      // The wall clock also stands still and steps back.
      reports.SetTime(kWallNs + (i % 3) - 1);
      const ClientReport report = reports.Next();
      EXPECT_GT(report.time_ns, last_ns);
      last_ns = report.time_ns;
    }
  }
}

TEST(ReportSourceTest, TheWallClockIsTheTime) {
  ReportSource reports(OptionsOf(Work::kIamat));
  reports.SetTime(kWallNs);
  EXPECT_EQ(reports.Next().time_ns, kWallNs + 1);
}

TEST(ReportSourceTest, ASeedRepeatsItsReportsAndALaterOneIsNewer) {
  BenchOptions options = OptionsOf(Work::kIamat);
  options.stamp = Stamp::kCounter;
  ReportSource once(options);
  ReportSource again(options);
  options.seed = 2;
  ReportSource later(options);
  const int64_t later_ns = later.Next().time_ns;
  const RequestTemplate request = MakeRequest(options);
  for (int i = 0; i < 1000; ++i) {
    again.SetTime(kWallNs + i);
    const ClientReport report = once.Next();
    EXPECT_EQ(Write(request, report), Write(request, again.Next()));
    EXPECT_LT(report.time_ns, later_ns);
  }
}

// Counts how many times each client is picked.
std::map<uint32_t, int> Picked(Pick pick, uint64_t clients, int count) {
  BenchOptions options = OptionsOf(Work::kIamat);
  options.pick = pick;
  options.clients = clients;
  ReportSource reports(options);
  std::map<uint32_t, int> picked;
  for (int i = 0; i < count; ++i) ++picked[reports.Next().client];
  return picked;
}

TEST(ReportSourceTest, UniformReachesAllAlike) {
  const std::map<uint32_t, int> picked = Picked(Pick::kUniform, 100, 100'000);
  EXPECT_EQ(picked.size(), 100U);
  EXPECT_EQ(picked.rbegin()->first, 99U);
  for (const auto& [client, count] : picked) EXPECT_NEAR(count, 1000, 200) << client;
}

TEST(ReportSourceTest, HotGivesNineTenthsToAHundredth) {
  const std::map<uint32_t, int> picked = Picked(Pick::kHot, 1000, 100'000);
  int hot = 0;
  for (uint32_t client = 0; client < 10; ++client) hot += picked.at(client);
  EXPECT_NEAR(hot, 90'000, 1000);
  EXPECT_GT(picked.size(), 990U);
  EXPECT_LT(picked.rbegin()->first, 1000U);
}

TEST(ReportSourceTest, EachTakesTurns) {
  for (const auto& [client, count] : Picked(Pick::kEach, 7, 70)) EXPECT_EQ(count, 10) << client;
}

TEST(ReportSourceTest, OneClientIsEnough) {
  for (const Pick pick : {Pick::kUniform, Pick::kHot, Pick::kEach}) {
    EXPECT_EQ(Picked(pick, 1, 100).size(), 1U);
  }
}

TEST(ReportSourceTest, ClientsLiveAroundAPointWhenThereIsOne) {
  BenchOptions options;
  options.around = {34, -118};
  ReportSource source(options);
  for (int i = 0; i < 1000; ++i) {
    const ClientReport report = source.Next();
    EXPECT_NEAR(static_cast<double>(report.latitude) / 1e9, 34, 0.502);
    EXPECT_NEAR(static_cast<double>(report.longitude) / 1e9, -118, 0.502);
  }
}

TEST(ReportSourceTest, NearClientsStayAndFarOnesDoNot) {
  for (const Move move : {Move::kNear, Move::kFar}) {
    BenchOptions options = OptionsOf(Work::kIamat);
    options.clients = 1;
    options.move = move;
    ReportSource reports(options);
    std::set<int64_t> latitudes;
    for (int i = 0; i < 1000; ++i) latitudes.insert(reports.Next().latitude);
    EXPECT_GT(latitudes.size(), 900U) << "every report is another place";
    const int64_t spread = *latitudes.rbegin() - *latitudes.begin();
    if (move == Move::kNear) {
      EXPECT_LT(spread, 1 << 20);
    } else {
      EXPECT_GT(spread, 100'000'000'000);
    }
  }
}

}  // namespace
}  // namespace proxyherd::bench
