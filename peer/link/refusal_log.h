// Selects which refusals of incoming streams to log: the first of each node and kind, then one line
// a minute with the number of refusals, as long as they continue.
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

// Maximum number of pairs (kind of the reason, node's name) that are distinguished. With one line a
// minute for each, invented names cannot fill the log. The metric counts all refusals.
inline constexpr size_t kMaxRefusalsLogged = 16;

// No I/O. Accessed by the links thread only.
class RefusalLog {
 public:
  struct Line {
    std::string reason;  // the latest
    uint64_t more = 0;   // refusals since the last line; 0 in the first line of an entry
    int64_t in_ns = 0;   // time since the last line
  };

  // `node`: the name in the stream's hello, if well-formed; otherwise empty. Returns the line to
  // write now, if any.
  std::optional<Line> OnRefused(const CloseReason& reason, const std::string& node, int64_t now_ns);
  // Returns the lines that are due.
  std::vector<Line> Tick(int64_t now_ns);
  int64_t NextTimer() const;

 private:
  struct Entry {
    std::string reason;
    uint64_t more = 0;
    int64_t said_ns = 0;
  };
  using Key = std::pair<CloseKind, std::string>;

  // An entry is dropped a minute after its last line if there was no refusal in between.
  std::map<Key, Entry> entries_;
};

}  // namespace proxyherd::peer
