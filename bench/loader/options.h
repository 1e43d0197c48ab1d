// The command line of herd-bench. No I/O.
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
  kMixed,  // on each connection, nine IAMAT, then a WHATSAT
  kEcho,   // IAMAT lines to a server that sends them back
  kSet,    // this and the following: Redis
  kGeoAdd,
  kHset,
  kGeoSearch,
};

// Which client the next request is about.
enum class Pick : uint8_t {
  kUniform,  // each is equally likely
  kHot,      // nine of ten requests are about the first 1 % of the clients
  kEach,     // in turn
};

// Where the times in reports come from.
enum class Stamp : uint8_t {
  kWall,     // the clock
  kCounter,  // a fixed start per seed, so that requests are reproducible
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
  // IPv4 addresses, or names that have one. Connections are distributed over the targets in turn.
  std::vector<net::HostPort> targets;
  std::vector<int> pids;  // processes whose CPU time is reported
  // Latitude and longitude in degrees; clients live within half a degree of it. If empty, anywhere.
  std::vector<int> around;
  double seconds = 3;
  double warmup_s = 0.5;
  uint64_t requests = 0;  // if not 0: instead of seconds, and without a warm-up
  double rate = 0;        // requests a second over all connections; 0: closed loop
  uint64_t clients = 10'000;
  uint64_t seed = 1;
  double radius_km = 0;  // of WHATSAT and GEOSEARCH
  int bound = 0;         // of WHATSAT and GEOSEARCH; GEOSEARCH asks for at least one
  int connections = 50;  // in all
  int depth = 1;         // requests in flight on each; closed loop only
  int id_bytes = 16;
  int idle = 0;  // additional connections that send nothing
  bool idle_spoke = false;
  bool known = false;  // the servers know the clients: do not report them first
  bool json = false;
};

// Either options, or a text to print and the exit code: 0 for --help, 2 for a wrong command line.
struct ParsedBenchOptions {
  std::optional<BenchOptions> options;
  std::string text;
  int exit_code = 0;
};

// `arguments` do not include the program's name.
ParsedBenchOptions ParseBenchOptions(const std::vector<std::string>& arguments);

}  // namespace proxyherd::bench
