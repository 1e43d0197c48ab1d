// Decodes any bytes as a peer's record: nothing beyond them is read, and a decoded record encodes
// to the same bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/exact_time.h"
#include "core/iso6709.h"
#include "core/record.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A heap block of exactly this size, so that a read beyond it is detected.
  const std::unique_ptr<char[]> copy(new char[size]);
  std::copy(data, data + size, copy.get());
  const std::string_view bytes(copy.get(), size);
  const std::optional<RecordView> record = DecodeRecord(bytes);
  if (!record.has_value()) return 0;

  FUZZ_CHECK(record->Bytes() <= size && record->Bytes() <= kMaxRecordBytes);
  std::string encoded(record->Bytes(), '\0');
  EncodeRecord(*record, encoded.data());
  FUZZ_CHECK(encoded == bytes.substr(0, encoded.size()));
  FUZZ_CHECK(CompareRecords(*record, "a", *record, "a") == 0);
  if (IsValidRecord(*record)) {
    FUZZ_CHECK(ParseLocation(record->location).has_value());
    FUZZ_CHECK(ParseTimeNs(TimeText(*record).text()) == ClientTimeNs(*record));
    FUZZ_CHECK(!record->client.empty());
  }
  return 0;
}
