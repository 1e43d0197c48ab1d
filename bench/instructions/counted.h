// The part of a path that callgrind counts: its runs, without the preparation.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace proxyherd::bench {

// The function that callgrind counts, selected by name.
extern "C" void Counted(const std::function<void()>& run);

// A hot path with fixed inputs. Everything it does must be the same in every run of the program, so
// that its number of instructions is the same.
class HotPath {
 public:
  virtual ~HotPath() = default;

  // Runs the path repeatedly, each time through Counted. Returns the number of operations.
  virtual uint64_t Run() = 0;
};

// By name. A path is constructed only when it is to run.
using HotPaths = std::map<std::string, std::function<std::unique_ptr<HotPath>()>>;

void AddSessionPaths(HotPaths& paths);
void AddFloodPaths(HotPaths& paths);

}  // namespace proxyherd::bench
