// A second, straightforward implementation of the protocol: the reference for Session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace proxyherd {

// Takes the whole input at once and returns the whole output. There are no pieces, no passing time,
// one receive time, and copies instead of optimizations. Lookups are answered with `{"ticket N"}`.
// `unconfirmed`: no neighbour ever confirms a report.
class ReferenceSession {
 public:
  ReferenceSession(std::string node, int64_t received_ns, size_t max_line_bytes, bool unconfirmed)
      : node_(std::move(node)),
        received_ns_(received_ns),
        max_line_bytes_(max_line_bytes),
        unconfirmed_(unconfirmed) {}

  // Returns everything that a client reads if it sends `input` and half-closes.
  std::string Converse(const std::string& input);

 private:
  struct Known {
    std::string location;
    std::string time;
    int64_t time_ns;
  };

  std::string Reply(const std::string& line);
  std::string AtLine(const std::string& client, const Known& known) const;

  const std::string node_;
  const int64_t received_ns_;
  const size_t max_line_bytes_;
  const bool unconfirmed_;
  std::map<std::string, Known> known_;
  int lookups_ = 0;
};

}  // namespace proxyherd
