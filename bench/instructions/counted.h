// The part of a path that callgrind counts: its runs, without their preparation.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace proxyherd::bench {

// The function that callgrind counts, selected by name.
extern "C" void Counted(const std::function<void()>& run);

// A hot path with fixed inputs. Everything that it does is the same in every run of the program, so
// that its instructions are, too.
class HotPath {
 public:
  virtual ~HotPath() = default;

  // Goes the path again and again, each time through Counted. Returns how many operations that was.
  virtual uint64_t Run() = 0;
};

// By name; made only when it is to run.
using HotPaths = std::map<std::string, std::function<std::unique_ptr<HotPath>()>>;

void AddSessionPaths(HotPaths& paths);
void AddFloodPaths(HotPaths& paths);

}  // namespace proxyherd::bench
