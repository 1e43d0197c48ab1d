// Reads any bytes as a cache of places: it is refused, or its places can be searched. No input of a
// fuzzer passes the checksums, so the store behind them is also tried on its own.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "places/osm/osm_cache_format.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of few functions

namespace {

void Use(const places::OsmStore& store) {
  const places::TypeFilter wanted = {{"cafe", "atm"}, {}, {}, {}};
  for (const auto& hit : store.Nearest({48.1, 11.5}, 50'000, 20, {})) {
    FUZZ_CHECK(hit.index < store.size());
  }
  store.Nearest({48.1, 11.5}, 50'000, 20, wanted);
  for (uint32_t i = 0; i < store.size(); ++i) store.MakePlace(i, "de", "DE");
}

void TryAsFile(const uint8_t* data, size_t size) {
  places::OsmCacheHeader header;
  if (size < sizeof(header)) return;
  std::memcpy(&header, data, sizeof(header));
  if (!places::CheckOsmCacheHeader(header, size, header.source).ok()) return;
  const std::string rest(reinterpret_cast<const char*>(data) + sizeof(header),
                         size - sizeof(header));
  FUZZ_CHECK(rest.size() == header.store_bytes);
  if (const auto extract = places::DecodeOsmCache(header, rest); extract.ok()) Use(extract->store);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  TryAsFile(data, size);
  const auto store =
      places::OsmStore::Parse(std::string(reinterpret_cast<const char*>(data), size));
  if (store.ok()) Use(*store);
  return 0;
}
