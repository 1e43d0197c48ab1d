// The command line of herd-bench. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/host_port.h"

namespace proxyherd::bench {

// The kind of requests.
enum class Work : uint8_t {
  kIamat,
  kWhatsat,
  kMixed,  // nine IAMAT, then a WHATSAT, on each connection
  kEcho,   // IAMAT lines to a server that sends them back
  kSet,    // Redis, from here on
  kGeoAdd,
  kHset,
  kGeoSearch,
};

// Which client the next request is about.
enum class Pick : uint8_t {
  kUniform,  // each as likely
  kHot,      // nine of ten requests are about the first hundredth of the clients
  kEach,     // in turn
};

// Where the times in reports come from.
enum class Stamp : uint8_t {
  kWall,     // the clock
  kCounter,  // a fixed start for each seed, so that the same requests are sent again
};

// Where a client is at its next report.
enum class Move : uint8_t {
  kNear,  // within 120 m of its home
  kFar,   // anywhere
};

struct BenchOptions {
  Work work = Work::kIamat;
  Pick pick = Pick::kUniform;
  Move move = Move::kNear;
  Stamp stamp = Stamp::kWall;
  std::string work_name = "iamat";
  // IPv4 addresses, or names that have one; connections are dealt out over them in turn.
  std::vector<net::HostPort> targets;
  std::vector<int> pids;  // processes whose CPU time is reported
  // Latitude and longitude in degrees: clients live within half a degree of there. Empty: anywhere.
  std::vector<int> around;
  double seconds = 3;
  double warmup_s = 0.5;
  uint64_t requests = 0;  // instead of seconds, and without a warm-up, when not 0
  double rate = 0;        // requests a second over all connections; 0: closed loop
  uint64_t clients = 10'000;
  uint64_t seed = 1;
  double radius_km = 0;  // of WHATSAT and GEOSEARCH
  int bound = 0;         // likewise; GEOSEARCH asks for at least one
  int connections = 50;  // in all
  int depth = 1;         // requests in flight on each; closed loop only
  int id_bytes = 16;
  int idle = 0;  // more connections, that say nothing
  bool idle_spoke = false;
  bool known = false;  // the clients are known to the servers: do not report them first
  bool json = false;
};

// Either options, or a text to print and the exit code to end with: 0 for --help, 2 for a wrong
// command line.
struct ParsedBenchOptions {
  std::optional<BenchOptions> options;
  std::string text;
  int exit_code = 0;
};

// `arguments` do not include the program's name.
ParsedBenchOptions ParseBenchOptions(const std::vector<std::string>& arguments);

}  // namespace proxyherd::bench
