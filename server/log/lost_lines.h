// Says which lines the log has lost, once it can be written again. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace proxyherd {

// Owned by the thread that writes.
class LostLines {
 public:
  // While lines are dropped all the time, it is said no more often than this.
  static constexpr int64_t kTellEveryNs = 1'000'000'000;

  // A line could not be written, because of `error`, an errno.
  void WriteFailed(int error);

  // What is to be written ahead of the next line, which was logged at `now_ns`; empty: nothing.
  // `dropped`: lines that the queue has dropped since the start.
  std::string Words(uint64_t dropped, int64_t now_ns) const;

  // The words for the same arguments have been written.
  void Told(uint64_t dropped, int64_t now_ns);

 private:
  bool Soon(int64_t now_ns) const;

  uint64_t unwritten_ = 0;  // since the last words
  int error_ = 0;           // of the last of them
  uint64_t told_dropped_ = 0;
  bool told_ = false;  // of dropped lines, at told_at_ns_
  int64_t told_at_ns_ = 0;
};

}  // namespace proxyherd
