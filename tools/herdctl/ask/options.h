// The options of herdctl. The rows of the table of commands set them from the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/herdctl/ask/drain.h"
#include "tools/herdctl/ask/option_values.h"
#include "tools/herdctl/ask/rolling_restart_command.h"

namespace proxyherd::tools {

struct Options {
  // The herd file, for all commands that inspect a herd.
  std::string herd_path = "deploy/herd.conf";
  // JSON instead of text.
  bool json = false;

  // status: longest time in seconds to wait until everything is up; 0 checks once.
  double wait_s = 0;

  // health: the server, HOST:PORT, and the service (if empty, the whole server).
  std::string address;
  std::string service;

  // client: a node of the herd file, or HOST:PORT. completion: the shell.
  std::string target;

  // The node to ask. If empty, the first node of the herd file that answers.
  std::string node;

  // find-node: location of the client, ISO 6709. client: location to find a node for.
  std::string place;
  // find-node: maximum nodes to show; digest: maximum clients to list. 0: the default.
  int max_count = 0;

  // notice: the text, and its lifetime in seconds.
  std::string text;
  int64_t lifetime_s = 3600;

  // watch: these clients, or clients inside an area. If neither is given, all clients.
  std::vector<std::string> clients;
  std::optional<WatchedArea> area;
  // watch: end after the present locations. top: show one table instead of a live one.
  bool once = false;

  // top: seconds between two samples.
  double interval_s = 2;

  // drain: `node` and these. rolling-restart: these.
  DrainCommand drain;
  RollingCommand rolling;
};

}  // namespace proxyherd::tools
