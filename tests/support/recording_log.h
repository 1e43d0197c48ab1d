// A traffic log that remembers its lines.
#pragma once

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "gateway/session/traffic_log.h"

namespace proxyherd {

// Thread-safe.
class RecordingLog : public gateway::TrafficLog {
 public:
  void Received(std::string_view line) override { Add("< " + std::string(line)); }
  void Replied(std::string_view reply) override { Add("> " + std::string(reply)); }
  void LeftOut(uint64_t lines) override { Add("left out " + std::to_string(lines)); }

  std::vector<std::string> Lines() {
    MutexLock lock(&mu_);
    return lines_;
  }

 private:
  void Add(std::string line) {
    MutexLock lock(&mu_);
    lines_.push_back(std::move(line));
  }

  Mutex mu_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mu_);
};

}  // namespace proxyherd
