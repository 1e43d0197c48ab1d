// The options of the two servers, after parsing and validation.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/env.h"
#include "config/herd_file.h"
#include "gateway/server/tcp_server.h"
#include "node/options/memory_budget.h"
#include "places/assembly/make_provider.h"
#include "server/log/logger.h"
#include "server/memory/memory_limit.h"

namespace proxyherd::node {

// The options that herd-node and herd-places share.
struct CommonOptions {
  std::string herd_path;
  config::HerdFile herd;
  std::string listen = "127.0.0.1";  // address of the gRPC and HTTP ports
  bool insecure_peers = false;
  places::ProviderOptions provider;
  std::string log_format = "auto";
  server::LogLevel log_level = server::LogLevel::kInfo;
  server::MemoryLimit memory;  // bytes that the process may use
  std::string log_file;        // empty: stderr
  // Used to compare configurations: the value of each option by name, and the files that may be
  // incomplete because their last line has no newline.
  std::map<std::string, std::string> values;
  std::vector<std::string> unfinished_files;
};

struct NodeOptions {
  CommonOptions common;
  std::string name;
  gateway::GatewayOptions gateway;
  int64_t max_clients = 10'000'000;
  MemoryBudget memory;
  int64_t max_future_ns = 0;    // 0: any client time is accepted
  int64_t expire_after_ns = 0;  // 0: never
  bool ack_after_neighbour = false;
  int64_t ack_timeout_ns = 2 * kSecond;
  bool exit_when_displaced = false;
  std::string places_address;  // empty: embedded
  bool page = true;
  bool page_details = false;
  bool page_console = false;
};

// Either options, or a text to print and an exit code: 0 for --help and the like (printed to
// stdout), 2 for errors (printed to stderr). All errors are reported together.
template <typename Options>
struct OptionsOr {
  std::optional<Options> options;
  std::string text;
  int exit_code = 0;
  std::vector<std::string> errors = {};  // the errors that `text` contains, one by one
};

}  // namespace proxyherd::node
