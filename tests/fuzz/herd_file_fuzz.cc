// Parses any text as a herd file: the result is errors with their lines, or a consistent herd.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "config/herd_file.h"
#include "core/record.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const config::HerdFileResult result =
      config::ParseHerdFile(std::string_view(reinterpret_cast<const char*>(data), size), "f");
  for (const std::string& error : result.errors) FUZZ_CHECK(error.substr(0, 2) == "f:");
  if (!result.errors.empty()) return 0;
  FUZZ_CHECK(IsNodeName(result.herd.herd) && !result.herd.nodes.empty());
  for (const auto& [lesser, greater] : result.herd.links) {
    FUZZ_CHECK(lesser < greater);
    FUZZ_CHECK(result.herd.Find(lesser) != nullptr && result.herd.Find(greater) != nullptr);
  }
  return 0;
}
