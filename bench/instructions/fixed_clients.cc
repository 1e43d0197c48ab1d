#include "bench/instructions/fixed_clients.h"

namespace proxyherd::bench {
namespace {

std::string Padded(uint64_t number, size_t digits) {
  const std::string text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text;
}

}  // namespace

std::string FixedId(uint64_t client) { return "client-" + Padded(client, 9); }

std::string FixedTime(uint64_t round) {
  return std::to_string(kFirstSecond + static_cast<int64_t>(round)) + "." +
         Padded(round % 1'000'000'000, 9);
}

}  // namespace proxyherd::bench
