#include "server/http/http_budget.h"

#include <algorithm>

namespace proxyherd::server {
namespace {

constexpr uint64_t kMinOfDescriptors = 64;
constexpr uint64_t kPartOfDescriptors = 16;

// Enough for scrapers, health checks and a page or two on the smallest machines.
constexpr uint64_t kMinOfMemory = 16;

// Enough for hundreds of answers in a herd of five nodes, or the largest one in a herd of 64.
constexpr uint64_t kAnswerBytes = uint64_t{64} << 20;
constexpr uint64_t kMinAnswerBytes = uint64_t{4} << 20;

}  // namespace

HttpBudget MakeHttpBudget(uint64_t descriptors, uint64_t memory_bytes) {
  uint64_t connections = std::clamp<uint64_t>(descriptors / kPartOfDescriptors, kMinOfDescriptors,
                                              kMaxHttpConnections);
  uint64_t answer_bytes = kAnswerBytes;
  if (memory_bytes != 0) {
    // Half of the memory for connections, half for answers.
    const uint64_t half = memory_bytes / 2;
    connections = std::min(connections, std::max(kMinOfMemory, half / kHttpConnectionBytes));
    answer_bytes = std::clamp(half, kMinAnswerBytes, kAnswerBytes);
  }
  HttpBudget budget;
  budget.connections = connections;
  budget.viewers = connections * 10 / 11;
  budget.answer_bytes = answer_bytes;
  return budget;
}

}  // namespace proxyherd::server
