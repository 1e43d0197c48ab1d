// Renders the events of a watch of clients, one line each. No I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace proxyherd::tools {

// A client's newest report, as received from a node.
struct WatchedLocation {
  std::string client;
  std::string location;
  std::string time;  // as the client wrote it
  double latitude = 0;
  double longitude = 0;
  int64_t reported_ns = 0;  // the client's time, since 1970
  int64_t received_ns = 0;  // since 1970
  std::string server;
};

// Renders lines for people, or JSON objects for programs. A watch that continues at another node,
// or that a node restarts, receives everything again; reports that were already shown are then
// omitted. Not thread-safe.
class WatchLines {
 public:
  // Maximum clients whose last shown report is remembered, in some 50 MB; others are shown again.
  static constexpr size_t kMaxRemembered = 1'000'000;

  explicit WatchLines(bool json) : json_(json) {}

  // Each returns a line with its line end, or "". Lines other than locations are messages for
  // people, not data, unless the output is JSON (see words_are_data).
  std::string Location(const WatchedLocation& location);
  std::string Connected(const std::string& node);
  std::string CaughtUp(const std::string& node, bool goes_on);
  std::string Resync(const std::string& node);
  // `next` is the node that is asked next.
  std::string Lost(const std::string& node, const std::string& reason, const std::string& next);
  std::string NobodyAnswers(const std::string& reasons);

  bool words_are_data() const { return json_; }

 private:
  std::string Word(std::string_view event, const std::string& node, const std::string& text) const;

  const bool json_;
  bool caught_up_ = false;
  uint64_t present_ = 0;  // clients received since the watch began or restarted
  std::unordered_map<size_t, int64_t> shown_;  // hash of the client -> the time of its report
};

}  // namespace proxyherd::tools
