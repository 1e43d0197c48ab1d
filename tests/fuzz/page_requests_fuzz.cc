// Requests of a page: any query and any line of the console. Results stay in their bounds,
// and can be answered.
#include <cstdint>
#include <string_view>

#include "page/page_model.h"
#include "page/requests.h"
#include "tests/support/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace proxyherd;
  static const MapSnapshot* const map = [] {
    GridBuilder builder(true);
    for (int i = 0; i < 500; ++i) builder.Add({-80.0 + i * 0.3, -170.0 + i * 0.6}, "client");
    return new MapSnapshot(builder.Build(1));
  }();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto question = ReadMapQuestion(input)) {
    FUZZ_CHECK(question->level >= 0 && question->level <= kMaxGridLevel);
    FUZZ_CHECK(question->box.west <= question->box.east);
    const std::string answer = MapAnswer(*map, question->box, question->level);
    FUZZ_CHECK(!answer.empty() && answer.back() == '}');
  }
  if (const auto spot = ReadSpotQuestion(input)) {
    FUZZ_CHECK(spot->at.latitude >= -90 && spot->at.latitude <= 90);
    FUZZ_CHECK(spot->at.longitude >= -180 && spot->at.longitude <= 180);
    FUZZ_CHECK(spot->radius_m > 0 && spot->radius_m <= 50'000);
  }
  QueryValue(input, "id");
  if (IsConsoleLine(input)) {
    FUZZ_CHECK(size <= kMaxConsoleLineBytes);
    FUZZ_CHECK(input.find('\n') == std::string_view::npos);
  }
  return 0;
}
