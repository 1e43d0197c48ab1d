// Takes any body as Google's answer: the result is an error for people, or JSON with no more places
// than requested.
#include <cstddef>
#include <cstdint>
#include <string>

#include "places/google/google_response.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  // The first two bytes choose the status and the bound.
  const int http_status = data[0] < 128 ? 200 : 300 + data[0];
  const int max_results = 1 + data[1] % 20;
  const std::string body(reinterpret_cast<const char*>(data + 2), size - 2);
  const auto answer = places::ReadGoogleResponse({http_status, body}, max_results);
  FUZZ_CHECK(answer.ok() || !answer.status().message().empty());
  return 0;
}
