// The unacknowledged batches on one stream, and how much more may be sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

#include "core/cursor.h"
#include "peer/link/batch_size.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

// Numbers the batches of a stream and knows which of them the neighbour has not acknowledged. The
// next one may be written if fewer than kMaxUnacknowledged are on their way, and not before the
// pace allows it; its maximum size follows from how quickly earlier ones arrived.
//
// Pure; times are monotonic. Between streams nothing is on its way.
class SendWindow {
 public:
  struct Batch {
    FeedPositions feed{};  // position of the feed's reader when it was written
    size_t bytes = 0;      // of its records
    bool repair = false;
    bool full = false;  // there is more to send: the next one follows immediately
  };

  // A stream has come up: batches are numbered from 1 again, and begin small.
  void OnStreamUp(int64_t now_ns);
  // The stream has ended; batches on their way may be lost.
  void OnStreamDown();

  // The time at which the next batch may be written; never while too many are on their way.
  int64_t NextWrite() const {
    return sent_.size() < kMaxUnacknowledged ? next_write_ns_ : std::numeric_limits<int64_t>::max();
  }
  bool MayWrite(int64_t now_ns) const { return now_ns >= NextWrite(); }
  // Maximum bytes of records in a batch.
  size_t batch_bytes() const { return batch_size_.bytes(); }

  // A batch is being written. Returns its number. REQUIRES: MayWrite(now_ns).
  uint64_t OnBatch(const Batch& batch, int64_t now_ns);
  // A repair question is being written, after which nothing follows for `pause_ns`.
  void OnQuestion(int64_t pause_ns, int64_t now_ns);
  // The answer has arrived, with that many bytes of records, which also measure the speed of the
  // network.
  void OnAnswer(size_t bytes, int64_t now_ns);

  // Returns true if a batch of that number, or a later one, was written on this stream.
  bool WasSent(uint64_t number) const { return number < next_number_; }
  // All batches up to that one have arrived. Returns the position of the feed's reader when the
  // last of them was written; nullopt if they were already acknowledged. REQUIRES: WasSent(number).
  std::optional<FeedPositions> Acknowledge(uint64_t number, int64_t now_ns);

  // All batches have arrived.
  bool Empty() const { return sent_.empty(); }
  // All batches of repair have arrived.
  bool RepairArrived() const { return repair_batches_ == 0; }

  // Asserts what holds between any two calls. Checked builds call it after each change.
  void CheckInvariants() const;

 private:
  struct Sent {
    uint64_t number;
    FeedPositions feed;
    size_t bytes;
    bool repair;
    int64_t written_at_ns;
  };

  uint64_t next_number_ = 1;
  std::deque<Sent> sent_;      // unacknowledged, by number
  size_t repair_batches_ = 0;  // of them
  int64_t next_write_ns_ = 0;
  int64_t asked_at_ns_ = 0;  // the last question of repair
  BatchSize batch_size_;
};

}  // namespace proxyherd::peer
