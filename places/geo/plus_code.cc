// Computes with integers: binary fractions cannot represent most decimals, and would move points on
// the edge of a cell to the neighbouring cell.
#include "places/geo/plus_code.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace proxyherd::places {
namespace {

constexpr std::string_view kDigits = "23456789CFGHJMPQRVWX";
constexpr size_t kPairs = 5;         // ten digits, alternating between latitude and longitude
constexpr int64_t kE7 = 10'000'000;  // units per degree of the input
constexpr int64_t kCellsPerDegree = 8000;
constexpr int64_t kE7PerCell = kE7 / kCellsPerDegree;
constexpr int64_t kRows = 180 * kCellsPerDegree;
constexpr int64_t kColumns = 360 * kCellsPerDegree;

}  // namespace

std::string PlusCode(double latitude, double longitude) {
  int64_t row = (std::llround(latitude * kE7) + 90 * kE7) / kE7PerCell;
  int64_t column = (std::llround(longitude * kE7) + 180 * kE7) / kE7PerCell;
  // The pole belongs to the cell south of it, and 180 degrees east is 180 degrees west.
  row = std::clamp<int64_t>(row, 0, kRows - 1);
  column %= kColumns;

  std::string code(2 * kPairs, ' ');
  for (size_t pair = kPairs; pair-- > 0;) {
    const auto base = static_cast<int64_t>(kDigits.size());
    code[2 * pair] = kDigits[row % base];
    code[2 * pair + 1] = kDigits[column % base];
    row /= base;
    column /= base;
  }
  code.insert(8, "+");
  return code;
}

}  // namespace proxyherd::places
