// What herdctl may be asked to do, filled in from the command line by rows of its table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/herdctl/ask/drain.h"
#include "tools/herdctl/ask/option_values.h"
#include "tools/herdctl/ask/rolling_restart_command.h"

namespace proxyherd {

struct Options {
  // All commands that look at a herd: its file.
  std::string herd_path = "deploy/herd.conf";
  // JSON instead of text.
  bool json = false;

  // status: how long to wait for everything to be up, in seconds; 0 looks once.
  double wait_s = 0;

  // health: whom to ask, HOST:PORT, and for which service; empty means the whole server.
  std::string address;
  std::string service;

  // client: a node of the herd file, or HOST:PORT. completion: the shell.
  std::string target;

  // The node to ask; empty: the first of the herd file that answers.
  std::string node;

  // find-node: where the client is, ISO 6709. client: likewise, in place of a target.
  std::string place;
  // find-node: how many nodes to show; digest: how many clients to name. 0: the command's own.
  int most = 0;

  // notice: the words, and how long they are worth reading, in seconds.
  std::string text;
  int64_t lifetime_s = 3600;

  // watch: these clients, or those inside an area; all when neither is given.
  std::vector<std::string> clients;
  std::optional<WatchedArea> area;
  // watch: end when the present has been told. top: one table instead of a live one.
  bool once = false;

  // top: seconds between two looks.
  double interval_s = 2;

  // drain: `node`, and this. rolling-restart: all of it.
  DrainCommand drain;
  RollingCommand rolling;
};

}  // namespace proxyherd
