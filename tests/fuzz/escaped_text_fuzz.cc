// Takes any bytes as the text of a client id, and as a client id.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/escaped_text.h"
#include "core/table.h"
#include "peer/calls/listing.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FUZZ_CHECK(UnescapeBytes(EscapeBytes(bytes)) == std::string(bytes));
  if (const std::optional<std::string> client = UnescapeBytes(bytes)) {
    FUZZ_CHECK(UnescapeBytes(EscapeBytes(*client)) == client);
  }
  const Table table({.herd = "seed", .node = "Clark", .probe_seed = 1});
  peer::ReadPage(table, bytes, 10);
  return 0;
}
