#include "places/place/countries.h"

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "places/data/embedded_tables.h"

namespace proxyherd::places {
namespace {

struct Tables {
  std::deque<Country> countries;  // a deque does not move its elements
  std::deque<CountryDivision> divisions;
  absl::flat_hash_map<std::string, const Country*> country_by_text;
  absl::flat_hash_map<std::pair<std::string, std::string>, const CountryDivision*> division_by_text;
};

Tables MakeTables() {
  Tables tables;
  for (const std::string_view line : CountryLines()) {
    const std::vector<std::string_view> fields = Split(line, '|');
    if (fields.size() != 4) continue;
    if (fields[0] == "C") {
      const Country& country =
          tables.countries.emplace_back(Country{fields[1], fields[2], fields[3]});
      for (size_t i = 1; i < fields.size(); ++i) {
        tables.country_by_text.try_emplace(absl::AsciiStrToUpper(ToAbsl(fields[i])), &country);
      }
    } else {
      const CountryDivision& division =
          tables.divisions.emplace_back(CountryDivision{fields[2], fields[3]});
      for (size_t i = 2; i < fields.size(); ++i) {
        tables.division_by_text.try_emplace(
            {std::string(fields[1]), absl::AsciiStrToUpper(ToAbsl(fields[i]))}, &division);
      }
    }
  }
  return tables;
}

const Tables& TheTables() {
  static const Tables* const tables = new Tables(MakeTables());
  return *tables;
}

}  // namespace

const Country* FindCountry(std::string_view text) {
  const auto& map = TheTables().country_by_text;
  const auto it = map.find(absl::AsciiStrToUpper(ToAbsl(text)));
  return it == map.end() ? nullptr : it->second;
}

const CountryDivision* FindDivision(std::string_view country_code, std::string_view text) {
  const auto& map = TheTables().division_by_text;
  const auto it = map.find({std::string(country_code), absl::AsciiStrToUpper(ToAbsl(text))});
  return it == map.end() ? nullptr : it->second;
}

}  // namespace proxyherd::places
