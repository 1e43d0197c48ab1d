#include "tests/fuzz/reference_session.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace proxyherd {
namespace {

constexpr size_t kShownOfTooLong = 64;
constexpr uint64_t kLastTimeNs = INT64_MAX;

std::vector<std::string> Fields(const std::string& line) {
  const std::string spaces = " \t\r\n\f\v";
  std::vector<std::string> fields;
  size_t at = line.find_first_not_of(spaces);
  while (at != std::string::npos) {
    const size_t end = line.find_first_of(spaces, at);
    fields.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(spaces, end);
  }
  return fields;
}

bool IsDigits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// An unsigned decimal number: its whole part without leading zeros and its fraction without
// trailing zeros.
struct Decimal {
  std::string whole;
  std::string fraction;
};

std::optional<Decimal> ReadDecimal(const std::string& text) {
  const size_t point = text.find('.');
  Decimal decimal{text.substr(0, point), ""};
  if (!IsDigits(decimal.whole)) return std::nullopt;
  if (point != std::string::npos) {
    decimal.fraction = text.substr(point + 1);
    if (!IsDigits(decimal.fraction)) return std::nullopt;
  }
  while (decimal.whole.size() > 1 && decimal.whole[0] == '0') decimal.whole.erase(0, 1);
  while (!decimal.fraction.empty() && decimal.fraction.back() == '0') decimal.fraction.pop_back();
  return decimal;
}

bool IsAtMost(const Decimal& decimal, int limit) {
  if (decimal.whole.size() > 3) return false;
  const int whole = std::stoi(decimal.whole);
  return whole < limit || (whole == limit && decimal.fraction.empty());
}

bool IsDegrees(const std::string& text, int limit) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const auto decimal = ReadDecimal(text.substr(1));
  return decimal.has_value() && IsAtMost(*decimal, limit);
}

bool IsLocation(const std::string& text) {
  const size_t second = text.find_first_of("+-", 1);
  if (second == std::string::npos) return false;
  return IsDegrees(text.substr(0, second), 90) && IsDegrees(text.substr(second), 180);
}

std::optional<int64_t> ReadTime(const std::string& text) {
  auto decimal = ReadDecimal(text);
  if (!decimal.has_value() || decimal->whole.size() > 10) return std::nullopt;
  decimal->fraction.resize(9, '0');
  const uint64_t ns = std::stoull(decimal->whole + decimal->fraction);  // 19 digits fit
  if (ns > kLastTimeNs) return std::nullopt;
  return static_cast<int64_t>(ns);
}

std::string Delta(int64_t ns) {
  const std::string sign = ns < 0 ? "-" : "+";
  std::string digits = std::to_string(std::abs(ns));
  if (digits.size() < 10) digits.insert(0, 10 - digits.size(), '0');
  return sign + digits.substr(0, digits.size() - 9) + "." + digits.substr(digits.size() - 9);
}

bool IsZero(const std::string& text) { return text.find_first_not_of("0.") == std::string::npos; }

}  // namespace

std::string ReferenceSession::AtLine(const std::string& client, const Known& known) const {
  return "AT " + node_ + " " + Delta(received_ns_ - known.time_ns) + " " + client + " " +
         known.location + " " + known.time + "\n";
}

std::string ReferenceSession::Reply(const std::string& line) {
  std::string refusal = "? " + line + "\n";
  const std::vector<std::string> fields = Fields(line);
  if (fields.size() != 4) return refusal;
  if (fields[0] == "IAMAT") {
    const auto time_ns = ReadTime(fields[3]);
    if (!IsLocation(fields[2]) || !time_ns.has_value()) return refusal;
    const Known report{fields[2], fields[3], *time_ns};
    const auto [known, is_new] = known_.try_emplace(fields[1], report);
    // Received at the same time by the same node: the greater location, then the greater time text.
    const auto rank = [](const Known& k) { return std::tie(k.time_ns, k.location, k.time); };
    if (!is_new && rank(report) > rank(known->second)) known->second = report;
    return unconfirmed_ ? refusal : AtLine(fields[1], report);
  }
  if (fields[0] == "WHATSAT") {
    const auto radius = ReadDecimal(fields[2]);
    const auto bound = ReadDecimal(fields[3]);
    const auto known = known_.find(fields[1]);
    if (!radius.has_value() || !IsAtMost(*radius, 50)) return refusal;
    if (!bound.has_value() || !IsAtMost(*bound, 20) || !IsDigits(fields[3])) return refusal;
    if (known == known_.end()) return refusal;
    const bool asks = !IsZero(fields[2]) && !IsZero(fields[3]);
    const std::string places = asks ? "{\"ticket " + std::to_string(++lookups_) + "\"}" : "{}";
    return AtLine(fields[1], known->second) + places + "\n\n";
  }
  return refusal;
}

std::string ReferenceSession::Converse(const std::string& input) {
  std::string output;
  size_t at = 0;
  while (at < input.size()) {
    const size_t end = std::min(input.find('\n', at), input.size());
    std::string line = input.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.size() > max_line_bytes_) {
      return output + "? " + line.substr(0, kShownOfTooLong) + "\n";
    }
    output += Reply(line);
    at = end + 1;
  }
  return output;
}

}  // namespace proxyherd
