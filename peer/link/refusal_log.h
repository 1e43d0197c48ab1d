// Selects the refusals of incoming streams to log: the first of each node and kind, then one line a
// minute with their number while they continue.
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

namespace proxyherd::peer {

// Maximum number of refusals that are distinguished, by the kind of the reason and the node's name;
// with one line a minute each, invented names cannot fill the log. The metric counts all.
inline constexpr size_t kMaxRefusalsLogged = 16;

// Pure. Accessed by the links thread only.
class RefusalLog {
 public:
  struct Line {
    std::string reason;  // the latest
    uint64_t more = 0;   // refusals since the last line; 0: the first of its kind
    int64_t in_ns = 0;   // time since that line
  };

  // `node`: the name in the stream's hello, if well-formed; else empty. Returns the line to write
  // now, if any.
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

  // An entry ends a minute after its last line if there was no refusal since.
  std::map<Key, Entry> entries_;
};

}  // namespace proxyherd::peer
