#include "server/memory/memory_limit.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "config/text_file.h"

namespace proxyherd::server {
namespace {

using Lines = std::vector<std::string>;

// Memory that stacks and the allocator map but never touch is included in the address space, and
// that of stacks also in the data size. An idle node with 21 threads mapped 1.0 GiB, 180 MiB of it
// as data, and used 42 MiB; under load the allocator maps more.
constexpr uint64_t kUntouchedAddressSpace = uint64_t{1536} << 20;
constexpr uint64_t kUntouchedData = uint64_t{256} << 20;

Lines ReadLines(const std::string& path) {
  const absl::StatusOr<std::string> text = config::ReadTextFile(path);
  if (!text.ok()) return {};
  return absl::StrSplit(*text, '\n', absl::SkipEmpty());
}

Lines Words(const std::string& line) {
  return absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
}

// Lowers the limit to `bytes` if that is less.
void Limit(uint64_t bytes, const std::string& source, MemoryLimit& lowest) {
  if (lowest.bytes == 0 || bytes < lowest.bytes) lowest = {bytes, source};
}

void LimitByMachine(const std::string& root, MemoryLimit& lowest) {
  for (const std::string& line : ReadLines(root + "/proc/meminfo")) {
    const Lines words = Words(line);
    uint64_t kibibytes = 0;
    if (words.size() >= 2 && words[0] == "MemTotal:" && absl::SimpleAtoi(words[1], &kibibytes)) {
      Limit(kibibytes * 1024, "the machine's memory", lowest);
    }
  }
}

// Lines like "Max address space   4294967296   unlimited   bytes"; the first number is in force.
void LimitByResources(const std::string& root, MemoryLimit& lowest) {
  struct Resource {
    std::string_view name;
    const char* source;
    uint64_t untouched;
  };
  constexpr std::array<Resource, 2> kResources = {{
      {"Max address space", "RLIMIT_AS, ulimit -v", kUntouchedAddressSpace},
      {"Max data size", "RLIMIT_DATA, ulimit -d", kUntouchedData},
  }};
  for (const std::string& line : ReadLines(root + "/proc/self/limits")) {
    for (const Resource& resource : kResources) {
      if (!absl::StartsWith(line, ToAbsl(resource.name))) continue;
      const Lines words = Words(line.substr(resource.name.size()));
      uint64_t bytes = 0;
      if (words.empty() || !absl::SimpleAtoi(words[0], &bytes)) continue;  // "unlimited"
      Limit(std::max(bytes, resource.untouched + 1) - resource.untouched, resource.source, lowest);
    }
  }
}

// A mounted hierarchy of control groups that counts memory.
struct Hierarchy {
  bool v2 = false;
  std::string mount_root;   // the group that is visible at the mount point
  std::string mount_point;  // as the process sees it
};

// Lines like "36 35 0:30 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory".
std::vector<Hierarchy> ReadHierarchies(const std::string& root) {
  std::vector<Hierarchy> found;
  for (const std::string& line : ReadLines(root + "/proc/self/mountinfo")) {
    const std::vector<std::string> halves = absl::StrSplit(line, absl::MaxSplits(" - ", 1));
    const Lines words = Words(halves[0]);
    if (halves.size() < 2 || words.size() < 5) continue;
    const Lines system = Words(halves[1]);
    if (system.size() < 3) continue;
    const bool v2 = system[0] == "cgroup2";
    const Lines options = absl::StrSplit(system[2], ',');
    bool memory = false;
    for (const std::string& option : options) memory |= option == "memory";
    if (v2 || (system[0] == "cgroup" && memory)) found.push_back({v2, words[3], words[4]});
  }
  return found;
}

// The process's group in a hierarchy: lines like "4:memory:/docker/abc", "0::/system.slice/x".
std::string ReadGroup(const std::string& root, bool v2) {
  for (const std::string& line : ReadLines(root + "/proc/self/cgroup")) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() < 3) continue;
    const Lines controllers = absl::StrSplit(parts[1], ',');
    bool memory = false;
    for (const std::string& controller : controllers) memory |= controller == "memory";
    if (v2 ? parts[0] == "0" && parts[1].empty() : memory) return parts[2];
  }
  return "/";
}

// The folder of the group below the mount point. In a container the path may be the host's, of
// which the mount shows only the end or nothing.
std::string PathBelowMount(const Hierarchy& hierarchy, const std::string& group) {
  if (hierarchy.mount_root == "/") return group;
  if (absl::StartsWith(group, hierarchy.mount_root)) {
    return group.substr(hierarchy.mount_root.size());
  }
  return "";
}

void LimitByGroups(const std::string& root, const Hierarchy& hierarchy, MemoryLimit& lowest) {
  const std::vector<const char*> files = hierarchy.v2
                                             ? std::vector<const char*>{"memory.max", "memory.high"}
                                             : std::vector<const char*>{"memory.limit_in_bytes"};
  std::string group = PathBelowMount(hierarchy, ReadGroup(root, hierarchy.v2));
  while (absl::EndsWith(group, "/")) group.pop_back();
  // A group is also bound by the limits of its parents.
  for (;;) {
    for (const char* file : files) {
      const Lines lines = ReadLines(absl::StrCat(root, hierarchy.mount_point, group, "/", file));
      uint64_t bytes = 0;
      if (lines.empty() || !absl::SimpleAtoi(lines[0], &bytes)) continue;  // "max"
      Limit(bytes,
            absl::StrCat(file, " of the control group ", group.empty() ? "/" : group.c_str()),
            lowest);
    }
    if (group.empty()) return;
    group.resize(group.rfind('/'));
  }
}

}  // namespace

MemoryLimit FindMemoryLimit(const std::string& root) {
  MemoryLimit lowest;
  LimitByMachine(root, lowest);
  LimitByResources(root, lowest);
  for (const Hierarchy& hierarchy : ReadHierarchies(root)) {
    LimitByGroups(root, hierarchy, lowest);
  }
  return lowest;
}

}  // namespace proxyherd::server
