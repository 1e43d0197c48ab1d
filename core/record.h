// The record of one client: one compact block that is stored, sent and received as it is.
//
// Layout, little-endian, without padding:
//
//     offset  size  field
//          0     2  origin: number of the node that took the report, see core/origins.h
//          2     2  size of the whole block in bytes
//          4     2  size of the client id
//          6     2  size of the location text
//          8     8  effective time in ns: orders the reports of one client
//         16     8  receive time in ns at the origin
//         24        client id, location text, time text, back to back
//
// The time text is omitted if it is the usual text of the effective time (core/exact_time.h), as it
// nearly always is; this saves a fifth of a usual record.
//
// The effective time is the client's own, unless the node that took the report found the client's
// clock to be wrong; it is never later than the client's own time.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/text_scan.h"
#include "core/exact_time.h"
#include "core/report.h"

namespace proxyherd {

using OriginIndex = uint16_t;

struct RecordHeader {
  OriginIndex origin;
  uint16_t size;
  uint16_t client_size;
  uint16_t location_size;
  int64_t effective_ns;
  int64_t received_ns;
};
static_assert(std::endian::native == std::endian::little,
              "blocks are copied to the wire as they are");

inline constexpr size_t kRecordHeaderBytes = 24;
static_assert(sizeof(RecordHeader) == kRecordHeaderBytes);

// Twice the default line limit: no report that fits in a line is refused for its size, and a peer
// cannot make a record grow without bound.
inline constexpr size_t kMaxRecordBytes = 8192;

// A decoded block; the views point into it.
struct RecordView {
  OriginIndex origin = 0;
  int64_t effective_ns = 0;
  int64_t received_ns = 0;
  std::string_view client;
  std::string_view location;
  std::string_view time;  // empty: see TimeText

  size_t Bytes() const {
    return kRecordHeaderBytes + client.size() + location.size() + time.size();
  }
};

inline RecordHeader HeaderOf(const char* block) {
  RecordHeader header;
  std::memcpy(&header, block, sizeof(header));
  return header;
}

// Views a block without checks: it must be well-formed.
inline RecordView ViewRecord(const char* block) {
  const RecordHeader header = HeaderOf(block);
  const char* const location = block + kRecordHeaderBytes + header.client_size;
  const char* const time = location + header.location_size;
  return {header.origin,
          header.effective_ns,
          header.received_ns,
          {block + kRecordHeaderBytes, header.client_size},
          {location, header.location_size},
          {time, static_cast<size_t>(block + header.size - time)}};
}

// The text of a record's time as the client wrote it.
class TimeText {
 public:
  // The text refers to this object, or to the bytes that `record` refers to.
  explicit TimeText(const RecordView& record) : text_(record.time) {
    if (!text_.empty()) return;
    char* const end = room_ + sizeof(room_);
    const char* const begin = WriteTimeBefore(end, record.effective_ns);
    text_ = {begin, static_cast<size_t>(end - begin)};
  }
  TimeText(const TimeText&) = delete;
  TimeText& operator=(const TimeText&) = delete;

  std::string_view text() const { return text_; }

 private:
  char room_[kMaxTimeBytes];
  std::string_view text_;
};

// Returns the time text that a record stores: empty if the effective time implies it.
inline std::string_view StoredTimeText(std::string_view text, int64_t client_time_ns,
                                       int64_t effective_ns) {
  return client_time_ns == effective_ns && IsUsualTimeText(text) ? std::string_view() : text;
}

// Returns the client's time of a valid record, in ns since 1970.
inline int64_t ClientTimeNs(const RecordView& record) {
  return record.time.empty() ? record.effective_ns : ParseTimeNs(record.time).value_or(0);
}

// Decodes the block at the start of `bytes`. Returns nullopt if the framing is malformed: sizes
// that contradict each other, exceed kMaxRecordBytes, or run past the end of `bytes`. Does not
// check the contents: see IsValidRecord.
std::optional<RecordView> DecodeRecord(std::string_view bytes);

// Writes the block. REQUIRES: `out` has room for record.Bytes() <= kMaxRecordBytes.
void EncodeRecord(const RecordView& record, char* out);

// Returns true if the record is valid. This one rule applies at ingress and to records from peers:
// an id of at least one byte without white space, a location, a time that is omitted if possible, 0
// <= effective time <= the value of the time, 0 <= receive time, and at most kMaxRecordBytes. The
// origin is checked separately: see IsNodeName.
bool IsValidRecord(const RecordView& record);
// The same for callers that know the value of the time, and that its text is omitted if possible.
bool IsValidRecord(const RecordView& record, int64_t client_time_ns);

// Returns true for a well-formed node name: 1 to 64 letters, digits, `-`, `_` or `.`.
bool IsNodeName(std::string_view name);

// The total order over reports of one client: the greater effective time wins; then the *earlier*
// receive time (so a retry changes nothing), then the greater origin name, location and time text,
// as unsigned bytes. Returns > 0 if `a` wins, 0 if they are equal, < 0 if `b` wins.
int CompareRecords(const RecordView& a, std::string_view a_origin, const RecordView& b,
                   std::string_view b_origin);

}  // namespace proxyherd
