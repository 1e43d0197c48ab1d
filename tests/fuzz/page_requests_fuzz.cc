// Sends requests of a page: any query and any line of the console. Results stay within their bounds
// and can be answered.
#include <cstdint>
#include <string_view>

#include "page/page_model.h"
#include "page/requests.h"
#include "tests/support/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace proxyherd;
  static const page::MapSnapshot* const map = [] {
    page::GridBuilder builder(true);
    for (int i = 0; i < 500; ++i) builder.Add({-80.0 + i * 0.3, -170.0 + i * 0.6}, "client");
    return new page::MapSnapshot(builder.Build(1));
  }();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto question = page::ReadMapQuestion(input)) {
    FUZZ_CHECK(question->level >= 0 && question->level <= page::kMaxGridLevel);
    FUZZ_CHECK(question->box.west <= question->box.east);
    const std::string answer = page::MapAnswer(*map, question->box, question->level);
    FUZZ_CHECK(!answer.empty() && answer.back() == '}');
  }
  if (const auto spot = page::ReadSpotQuestion(input)) {
    FUZZ_CHECK(spot->at.latitude >= -90 && spot->at.latitude <= 90);
    FUZZ_CHECK(spot->at.longitude >= -180 && spot->at.longitude <= 180);
    FUZZ_CHECK(spot->radius_m > 0 && spot->radius_m <= 50'000);
  }
  page::QueryValue(input, "id");
  if (page::IsConsoleLine(input)) {
    FUZZ_CHECK(size <= page::kMaxConsoleLineBytes);
    FUZZ_CHECK(input.find('\n') == std::string_view::npos);
  }
  return 0;
}
