// The readable account of a run: one line for each event, written only if there is a sink.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace proxyherd::sim {

class Trace {
 public:
  // Without a sink nothing is written.
  explicit Trace(std::function<void(std::string_view line)> sink) : sink_(std::move(sink)) {}

  bool on() const { return sink_ != nullptr; }

  // Writes a line; costs one test if the trace is off. `at_ns`: since the run began.
  void Line(int64_t at_ns, const char* format, ...) __attribute__((format(printf, 3, 4)));

 private:
  const std::function<void(std::string_view)> sink_;
};

}  // namespace proxyherd::sim
