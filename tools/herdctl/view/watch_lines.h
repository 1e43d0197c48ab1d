// What a watch of clients shows: a line for each event. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace proxyherd {

// A client's newest report, as a node told it.
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

// Lines for a person, or JSON objects for a program. A watch that goes on at another node, or that
// a node begins anew, is told everything again; what has been shown already is left out then.
// Not thread-safe.
class WatchLines {
 public:
  // Clients of which is remembered what was shown; others are shown again. Some 50 MB.
  static constexpr size_t kMaxRemembered = 1'000'000;

  explicit WatchLines(bool json) : json_(json) {}

  // Each returns a line with its end, or nothing. All but locations are words for people, not data,
  // unless JSON is wanted (see words_are_data).
  std::string Location(const WatchedLocation& location);
  std::string Connected(const std::string& node);
  std::string CaughtUp(const std::string& node, bool goes_on);
  std::string Resync(const std::string& node);
  // `next`: whom it asks now.
  std::string Lost(const std::string& node, const std::string& reason, const std::string& next);
  std::string NobodyAnswers(const std::string& reasons);

  bool words_are_data() const { return json_; }

 private:
  std::string Word(std::string_view event, const std::string& node, const std::string& text) const;

  const bool json_;
  bool caught_up_ = false;
  uint64_t present_ = 0;                       // clients told since the watch began, or began anew
  std::unordered_map<size_t, int64_t> shown_;  // hash of the client -> the time of its report
};

}  // namespace proxyherd
