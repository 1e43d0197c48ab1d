// hot-paths NAME: runs one hot path on fixed inputs, so that callgrind can count what it costs, and
// prints the number of its operations. Without a name it lists the paths; `--compiler` prints which
// compiler built it.
#include <cstdio>
#include <string>

#include "bench/instructions/counted.h"

namespace proxyherd::bench {

extern "C" {
[[gnu::noinline]] void Counted(const std::function<void()>& run) { run(); }
}

namespace {

int Main(int argc, char** argv) {
  HotPaths paths;
  AddSessionPaths(paths);
  AddFloodPaths(paths);
  if (argc == 1) {
    for (const auto& [name, make] : paths) std::puts(name.c_str());
    return 0;
  }
  const std::string name = argv[1];
  if (name == "--compiler") {
    std::puts(PROXYHERD_COMPILER);
    return 0;
  }
  const auto path = paths.find(name);
  if (path == paths.end()) {
    std::fprintf(stderr, "hot-paths: there is no path '%s'\n", name.c_str());
    return 1;
  }
  std::printf("%llu\n", static_cast<unsigned long long>(path->second()->Run()));
  return 0;
}

}  // namespace
}  // namespace proxyherd::bench

int main(int argc, char** argv) { return proxyherd::bench::Main(argc, argv); }
