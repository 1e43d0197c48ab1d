// Which refusals of incoming streams are worth a line of the log: the first of each node and kind,
// then one line a minute with their number while they go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "peer/link/state_log.h"
#include "peer/protocol/close_reason.h"

namespace proxyherd {

// Refusals that are distinguished at a time, by the kind of the reason and the node's name; with
// one line a minute each, names that a stranger makes up do not fill the log. The metric counts
// all.
inline constexpr size_t kMaxRefusalsSaid = 16;

// Pure. Of the links thread.
class RefusalLog {
 public:
  struct Line {
    std::string reason;  // the latest
    uint64_t more = 0;   // refusals since the last line; 0: the first of its kind
    int64_t in_ns = 0;   // how long ago that line was
  };

  // `node`: the name that the stream's hello gave, if it is well-formed; empty: none. Returns the
  // line to write now, if any.
  std::optional<Line> OnRefused(const CloseReason& reason, const std::string& node, int64_t now_ns);
  // Lines that are due.
  std::vector<Line> Tick(int64_t now_ns);
  int64_t NextTimer() const;

 private:
  struct Entry {
    std::string reason;
    uint64_t more = 0;
    int64_t said_ns = 0;
  };
  using Key = std::pair<CloseKind, std::string>;

  // Ends a minute after the last line without a refusal since.
  std::map<Key, Entry> entries_;
};

}  // namespace proxyherd
