// Tests how a watch is shown.
#include "tools/herdctl/view/watch_lines.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxyherd::tools {
namespace {

constexpr int64_t kReportedNs = 1'795'687'849'500'000'000;

WatchedLocation At(const std::string& client, int64_t reported_ns = kReportedNs) {
  WatchedLocation location;
  location.client = client;
  location.location = "+34.068930-118.445127";
  location.time = "1795687849.5";
  location.latitude = 34.06893;
  location.longitude = -118.445127;
  location.reported_ns = reported_ns;
  location.received_ns = kReportedNs + 263'000'000;
  location.server = "Clark";
  return location;
}

TEST(WatchLinesTest, ALineSaysWhoIsWhereSinceWhen) {
  WatchLines lines(false);
  EXPECT_EQ(lines.Location(At("kiwi")),
            "2026-11-26 10:10:49.763  kiwi                      +34.068930-118.445127  "
            "Clark +0.263 s\n");
}

TEST(WatchLinesTest, AnIdCannotDriveTheTerminal) {
  WatchLines lines(false);
  const std::string line = lines.Location(At("\x1b[2J"));
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find("\\x1b[2J"), std::string::npos);
}

TEST(WatchLinesTest, WordsForPeople) {
  WatchLines lines(false);
  EXPECT_FALSE(lines.words_are_data());
  EXPECT_EQ(lines.Connected("Clark"), "");
  lines.Location(At("kiwi"));
  EXPECT_EQ(lines.CaughtUp("Clark", true), "(Clark knows 1 client; changes follow)\n");
  EXPECT_EQ(lines.CaughtUp("Clark", false), "(Clark knows 1 client)\n");
  EXPECT_EQ(lines.Lost("Clark", "Socket closed", "Bona"),
            "(Clark is lost: Socket closed; asking Bona)\n");
  EXPECT_EQ(lines.NobodyAnswers("Bona: away"), "(no node answers, asking again: Bona: away)\n");
  EXPECT_EQ(lines.Resync("Clark"),
            "(there were more changes than could be shown; what Clark knows now follows)\n");
}

TEST(WatchLinesTest, JsonIsAnObjectALine) {
  WatchLines lines(true);
  EXPECT_TRUE(lines.words_are_data());
  const std::string events[] = {lines.Connected("Clark"),
                                lines.Location(At("kiwi")),
                                lines.CaughtUp("Clark", true),
                                lines.Resync("Clark"),
                                lines.Lost("Clark", "gone", "Bona"),
                                lines.NobodyAnswers("Bona: away")};
  std::vector<std::string> names;
  for (const std::string& line : events) {
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    names.push_back(nlohmann::json::parse(line)["event"]);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"connected", "location", "caught_up", "resync", "lost",
                                             "nobody_answers"}));
  const auto location = nlohmann::json::parse(events[1]);
  EXPECT_EQ(location["client_id"], "kiwi");
  EXPECT_EQ(location["receive_time"], "2026-11-26T10:10:49.763Z");
  EXPECT_EQ(location["latitude"], 34.06893);
  EXPECT_EQ(nlohmann::json::parse(events[2])["clients"], 1);
  EXPECT_EQ(nlohmann::json::parse(events[4])["reason"], "gone");
}

TEST(WatchLinesTest, BytesThatAreNoTextBreakNoJson) {
  WatchLines lines(true);
  EXPECT_TRUE(nlohmann::json::accept(lines.Location(At("\xff"))));
}

TEST(WatchLinesTest, WhatHasBeenShownIsNotShownAgain) {
  for (const bool by_resync : {false, true}) {
    WatchLines lines(false);
    lines.Connected("Clark");
    EXPECT_NE(lines.Location(At("kiwi")), "");
    EXPECT_NE(lines.Location(At("pear")), "");
    lines.CaughtUp("Clark", true);
    by_resync ? lines.Resync("Clark") : lines.Connected("Bona");
    EXPECT_EQ(lines.Location(At("kiwi")), "");
    EXPECT_EQ(lines.Location(At("pear", kReportedNs - 1)), "") << "Bona is behind";
    EXPECT_NE(lines.Location(At("pear", kReportedNs + 1)), "");
    EXPECT_NE(lines.Location(At("plum")), "");
    EXPECT_EQ(lines.CaughtUp("Bona", true), "(Bona knows 4 clients; changes follow)\n");
  }
}

TEST(WatchLinesTest, EveryChangeIsShownOnceItHasCaughtUp) {
  WatchLines lines(false);
  lines.Connected("Clark");
  lines.Location(At("kiwi"));
  lines.CaughtUp("Clark", true);
  // The herd's order is not that of the clients' times alone, e.g. with --max_future.
  EXPECT_NE(lines.Location(At("kiwi", kReportedNs - 1)), "");
}

}  // namespace
}  // namespace proxyherd::tools
