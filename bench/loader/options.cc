// CLI11 parses the words and checks the ranges. Names are converted to enumerators here.
#include "bench/loader/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

#include "absl/strings/str_cat.h"

namespace proxyherd::bench {
namespace {

constexpr int kUsageError = 2;

constexpr char kAbout[] =
    "Loads servers that speak the herd's text protocol, or Redis, and tells what a request costs.\n"
    "\n"
    "Closed loop (--rate=0): each connection sends --depth requests in one write, and the next "
    "ones\n"
    "when all of these are answered. Open loop: requests go out at --rate whether or not earlier\n"
    "ones are answered, and the time of each runs from when it should have been sent.\n"
    "\n"
    "iamat, whatsat, mixed (nine IAMAT, then a WHATSAT) and echo (to line-echo) are lines; set,\n"
    "geoadd, hset and geosearch are for Redis, with the same ids, positions and times. Before\n"
    "whatsat, mixed and geosearch every client is reported once, unless --known.";

constexpr char kFooter[] =
    "Example: herd-bench --depth=16 --seconds=5 --pids=$(cat run/Clark.pid) 127.0.0.1:10003\n"
    "Exit code: 0 no errors, 1 a reply of the wrong kind, a lost connection or none, 2 wrong "
    "usage.";

const std::map<std::string, Work> kWorks = {
    {"iamat", Work::kIamat}, {"whatsat", Work::kWhatsat},
    {"mixed", Work::kMixed}, {"echo", Work::kEcho},
    {"set", Work::kSet},     {"geoadd", Work::kGeoAdd},
    {"hset", Work::kHset},   {"geosearch", Work::kGeoSearch}};
const std::map<std::string, Pick> kPicks = {
    {"uniform", Pick::kUniform}, {"hot", Pick::kHot}, {"each", Pick::kEach}};
const std::map<std::string, Move> kMoves = {{"near", Move::kNear}, {"far", Move::kFar}};
const std::map<std::string, Stamp> kStamps = {{"wall", Stamp::kWall}, {"counter", Stamp::kCounter}};

// Half a degree away from these, latitude and longitude are still below 90 and 180.
constexpr int kMaxAroundLatitude = 88;
constexpr int kMaxAroundLongitude = 178;

// Options that are converted after parsing; CLI11 stores the others in BenchOptions.
struct Words {
  std::string pick = "uniform";
  std::string move = "near";
  std::string stamp = "wall";
  std::vector<std::string> targets;
};

template <typename T>
void AddChoice(CLI::App& app, const std::string& name, std::string& word,
               const std::map<std::string, T>& choices, const std::string& help) {
  std::vector<std::string> words;
  words.reserve(choices.size());
  for (const auto& [choice, value] : choices) words.push_back(choice);
  app.add_option(name, word, help)->capture_default_str()->check(CLI::IsMember(words));
}

template <typename T>
void AddNumber(CLI::App& app, const std::string& name, T& value, T min, T max,
               const std::string& help) {
  app.add_option(name, value, help)->capture_default_str()->check(CLI::Range(min, max));
}

void AddOptions(CLI::App& app, BenchOptions& options, Words& words) {
  AddChoice(app, "--work", options.work_name, kWorks, "What is asked");
  AddNumber(app, "--connections", options.connections, 1, 100'000, "Connections that ask, in all");
  AddNumber(app, "--depth", options.depth, 1, 4096, "Requests in one write; closed loop only");
  AddNumber(app, "--seconds", options.seconds, 0.01, 86'400.0, "How long to measure");
  AddNumber(app, "--warmup", options.warmup_s, 0.0, 3600.0, "Seconds of load before that");
  AddNumber(app, "--requests", options.requests, uint64_t{0}, uint64_t{1} << 40,
            "Send so many instead, from the start; 0: by time");
  AddNumber(app, "--rate", options.rate, 0.0, 1e7,
            "Open loop: requests a second over all connections; 0: closed loop");
  AddNumber(app, "--clients", options.clients, uint64_t{1}, uint64_t{99'999'999},
            "How many clients the requests are about");
  AddChoice(app, "--pick", words.pick, kPicks,
            "Which client is next; hot: 90 % of requests are about 1 % of them; each: in turn");
  AddChoice(app, "--move", words.move, kMoves,
            "Where a client is at its next report: within 120 m, or anywhere");
  app.add_option(
         "--around", options.around,
         "LAT,LON in whole degrees: clients live within half a degree of there, not anywhere")
      ->delimiter(',')
      ->expected(2)
      ->allow_extra_args(false)
      ->check(CLI::Range(-kMaxAroundLongitude, kMaxAroundLongitude));
  AddNumber(app, "--id_bytes", options.id_bytes, 9, 200, "Bytes of a client's id");
  AddNumber(app, "--idle", options.idle, 0, 100'000, "More connections, that say nothing");
  app.add_flag("--idle_spoke", options.idle_spoke, "Those have sent one request, and are answered");
  AddNumber(app, "--radius_km", options.radius_km, 0.0, 50.0, "Radius of WHATSAT and GEOSEARCH");
  AddNumber(app, "--bound", options.bound, 0, 20,
            "Bound of WHATSAT, count of GEOSEARCH (which asks for at least one)");
  app.add_flag("--known", options.known, "The servers know the clients: do not report them first");
  AddNumber(app, "--seed", options.seed, uint64_t{1}, uint64_t{100'000},
            "Of the random numbers; a greater one gives --stamp=counter later times");
  app.add_option("--pids", options.pids, "Processes whose CPU time is told: PID,PID")
      ->delimiter(',')
      ->allow_extra_args(false);
  AddChoice(app, "--stamp", words.stamp, kStamps,
            "Times in reports: the clock, or a count, so that a seed repeats its requests");
  app.add_flag("--json", options.json, "Print one JSON object");
  app.add_option("targets", words.targets, "HOST:PORT of each server, by IPv4")->required();
}

ParsedBenchOptions WrongUsage(const std::string& what) {
  return {std::nullopt, absl::StrCat("herd-bench: ", what, "\nSee herd-bench --help.\n"),
          kUsageError};
}

}  // namespace

ParsedBenchOptions ParseBenchOptions(const std::vector<std::string>& arguments) {
  BenchOptions options;
  Words words;
  CLI::App app(kAbout, "herd-bench");
  app.footer(kFooter);
  AddOptions(app, options, words);
  try {
    // CLI11 expects the arguments in reverse order.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& success) {
    return {std::nullopt, app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return WrongUsage(error.what());
  }
  options.work = kWorks.at(options.work_name);
  options.pick = kPicks.at(words.pick);
  options.move = kMoves.at(words.move);
  options.stamp = kStamps.at(words.stamp);
  for (const std::string& text : words.targets) {
    const absl::StatusOr<net::HostPort> target = net::SplitHostPort(text);
    if (!target.ok()) return WrongUsage(absl::StrCat(text, ": expected HOST:PORT"));
    options.targets.push_back(*target);
  }
  if (options.rate > 0 && options.depth != 1) {
    return WrongUsage("--depth is for the closed loop; with --rate all that is due is sent");
  }
  if (!options.around.empty() && std::abs(options.around[0]) > kMaxAroundLatitude) {
    return WrongUsage(absl::StrCat("--around: the latitude must be within ", kMaxAroundLatitude));
  }
  return {options, "", 0};
}

}  // namespace proxyherd::bench
