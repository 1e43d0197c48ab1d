#include "gateway/session/lines_ahead.h"

#include <variant>

namespace proxyherd::gateway {
namespace {

// Prefetching for fewer lines than this gains nothing.
constexpr size_t kFewLines = 4;

std::string_view ClientOf(const Command& command) {
  if (const auto* iamat = std::get_if<Iamat>(&command)) return iamat->report.client;
  if (const auto* whatsat = std::get_if<Whatsat>(&command)) return whatsat->client;
  return {};
}

}  // namespace

ParsedLine ParseLine(const Line& line, const Table& table) {
  const Command command = ParseCommand(line.text);
  return {line.text, line.consumed, command, table.KeyOf(ClientOf(command))};
}

void LinesAhead::Read(std::string_view bytes, size_t max_line_bytes, const Table& table) {
  std::array<ClientKey, kMax> keys;
  for (count_ = 0; count_ < kMax; ++count_) {
    stop_ = ReadLine(bytes, max_line_bytes);
    if (stop_.status != LineStatus::kComplete) break;
    bytes.remove_prefix(stop_.consumed);
    lines_[count_] = ParseLine(stop_, table);
    keys[count_] = lines_[count_].key;
  }
  if (count_ >= kFewLines) table.Prefetch(std::span(keys).first(count_));
}

}  // namespace proxyherd::gateway
