// Takes any bytes as tags, one KEY=VALUE per line: they make JSON, and the tags that are kept make
// the same JSON.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/split.h"
#include "places/osm/osm_place.h"
#include "places/place/place_json.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<places::OsmTag> tags;
  std::vector<places::OsmTag> kept;
  for (const std::string_view line : Split(text, '\n')) {
    const std::pair<std::string_view, std::string_view> halves =
        Split(line, absl::MaxSplits('=', 1));
    tags.push_back({halves.first, halves.second});
    if (places::IsKeptOsmTag(halves.first)) kept.push_back(tags.back());
  }
  places::OsmObject object;
  object.tags = tags;
  const std::string json = places::RenderPlaces({places::MakeOsmPlace(object, "de-AT", "DE")});
  FUZZ_CHECK(nlohmann::json::accept(json));
  object.tags = kept;
  FUZZ_CHECK(places::RenderPlaces({places::MakeOsmPlace(object, "de-AT", "DE")}) == json);
  return 0;
}
