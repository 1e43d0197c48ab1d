// The command line of herdctl. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/drain.h"
#include "tools/rolling_restart_command.h"

namespace proxyherd {

// What herdctl is asked to do.
struct Options {
  enum class Command { kStatus, kHealth, kClient, kNodes, kFindNode, kNotice, kDrain, kRolling };
  Command command = Command::kStatus;

  // All but health: the herd file.
  std::string herd_path = "deploy/herd.conf";

  // status: how long to wait for everything to be up, in seconds; 0 looks once.
  double wait_s = 0;
  // status, nodes, find-node, notice: JSON instead of a table.
  bool json = false;

  // health: whom to ask, HOST:PORT, and for which service; empty means the whole server.
  std::string address;
  std::string service;

  // client: a node of the herd file, or HOST:PORT.
  std::string target;

  // nodes, find-node, notice: the node to ask; empty: the first of the herd file that answers.
  std::string node;

  // find-node: where the client is, ISO 6709, and how many nodes to show. client: likewise, in
  // place of a target.
  std::string place;
  int most = 3;

  // notice: the words, and how long they are worth reading, in seconds.
  std::string text;
  int64_t lifetime_s = 3600;

  // drain: `node`, and this. rolling-restart: all of it, and nodes.
  DrainCommand drain;
  RollingCommand rolling;
};

// Either options, or a text to print and the exit code to end with: 0 for --help and --version, 2
// for a wrong command line (1 for `health`, as grpc_health_probe has it).
struct ParsedOptions {
  std::optional<Options> options;
  std::string text;
  int exit_code = 0;
};

// `arguments` do not include the program's name.
ParsedOptions ParseOptions(const std::vector<std::string>& arguments);

}  // namespace proxyherd
