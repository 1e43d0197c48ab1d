// Counts and logs the requests of clients; no other file does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/limits/traffic_budget.h"
#include "gateway/protocol/command.h"
#include "gateway/session/counters.h"
#include "gateway/session/traffic_log.h"

namespace proxyherd::gateway {

// For each request Received is called first, then Replied, and Handled for its latency. Not
// thread-safe: each session has one, with the counters of its loop.
class RequestAccounting {
 public:
  // A logged request takes two lines: the line received, and the reply.
  static constexpr int64_t kLogLinesPerRequest = 2;

  // The number of requests answered immediately, by verb.
  using ByVerb = std::array<uint64_t, kVerbs>;

  // All three arguments outlive this object.
  RequestAccounting(TrafficLog& log, TrafficBudget& budget, GatewayCounters& counters)
      : log_(log), budget_(budget), counters_(counters) {}

  // Logs a received line if the budget allows. Returns true if so; then its reply is also logged.
  bool Received(std::string_view line) {
    if (budget_.Take(kLogLinesPerRequest)) {
      log_.Received(line);
      return true;
    }
    counters_.log_lines_left_out.Add(kLogLinesPerRequest);
    return false;
  }

  // Counts a complete reply, and logs it if `logged`, the result of Received.
  void Replied(Verb verb, RequestResult result, bool logged, std::string_view reply) {
    counters_.Requests(verb, result).Add();
    if (logged) log_.Replied(reply);
  }

  // Observes that `count` requests were answered `took_ns` after their receipt.
  void Handled(Verb verb, int64_t took_ns, uint64_t count) {
    if (count != 0) counters_.Handling(verb).Observe(took_ns, count);
  }
  void Handled(int64_t took_ns, const ByVerb& counts) {
    for (const Verb verb : {Verb::kIamat, Verb::kWhatsat, Verb::kOther}) {
      Handled(verb, took_ns, counts[static_cast<size_t>(verb)]);
    }
  }

 private:
  TrafficLog& log_;
  TrafficBudget& budget_;
  GatewayCounters& counters_;
};

}  // namespace proxyherd::gateway
