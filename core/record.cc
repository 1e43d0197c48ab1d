#include "core/record.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "core/exact_time.h"
#include "core/iso6709.h"

namespace proxyherd {
namespace {

constexpr size_t kMaxNodeNameBytes = 64;

int CompareBytes(std::string_view a, std::string_view b) {
  const int common = std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
  if (common != 0) return common;
  return a.size() == b.size() ? 0 : (a.size() > b.size() ? 1 : -1);
}

}  // namespace

std::optional<RecordView> DecodeRecord(std::string_view bytes) {
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  const RecordHeader header = HeaderOf(bytes.data());
  const size_t texts = kRecordHeaderBytes + header.client_size + header.location_size;
  if (header.size < texts || header.size > kMaxRecordBytes || header.size > bytes.size()) {
    return std::nullopt;
  }
  return ViewRecord(bytes.data());
}

void EncodeRecord(const RecordView& record, char* out) {
  assert(record.Bytes() <= kMaxRecordBytes);
  const RecordHeader header = {record.origin,
                               static_cast<uint16_t>(record.Bytes()),
                               static_cast<uint16_t>(record.client.size()),
                               static_cast<uint16_t>(record.location.size()),
                               record.effective_ns,
                               record.received_ns};
  std::memcpy(out, &header, sizeof(header));
  out += sizeof(header);
  for (std::string_view text : {record.client, record.location, record.time}) {
    out += text.copy(out, text.size());
  }
}

bool IsValidRecord(const RecordView& record, int64_t client_time_ns) {
  if (record.client.empty() || record.Bytes() > kMaxRecordBytes) return false;
  const char* const client_end = record.client.data() + record.client.size();
  if (FieldEnd(record.client.data(), client_end) != client_end) return false;
  return IsLocation(record.location) && record.effective_ns >= 0 &&
         record.effective_ns <= client_time_ns && record.received_ns >= 0;
}

bool IsValidRecord(const RecordView& record) {
  if (record.time.empty()) return IsValidRecord(record, record.effective_ns);
  const std::optional<int64_t> client_time_ns = ParseTimeNs(record.time);
  // A time text that could be omitted but is not would give the same report another hash.
  return client_time_ns.has_value() &&
         !StoredTimeText(record.time, *client_time_ns, record.effective_ns).empty() &&
         IsValidRecord(record, *client_time_ns);
}

bool IsNodeName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNodeNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

int CompareRecords(const RecordView& a, std::string_view a_origin, const RecordView& b,
                   std::string_view b_origin) {
  if (a.effective_ns != b.effective_ns) return a.effective_ns > b.effective_ns ? 1 : -1;
  if (a.received_ns != b.received_ns) return a.received_ns < b.received_ns ? 1 : -1;
  if (const int order = CompareBytes(a_origin, b_origin); order != 0) return order;
  if (const int order = CompareBytes(a.location, b.location); order != 0) return order;
  if (a.time.empty() && b.time.empty()) return 0;
  return CompareBytes(TimeText(a).text(), TimeText(b).text());
}

}  // namespace proxyherd
