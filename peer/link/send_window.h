// Tracks the unacknowledged batches on one stream, and how much more may be sent.
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

// Numbers the batches of a stream and tracks which ones the neighbour has not acknowledged. The
// next batch may be written if fewer than kMaxUnacknowledged are in flight, but not before the pace
// allows it. Its maximum size depends on how quickly earlier batches arrived.
//
// No I/O; times are monotonic. Between streams no batch is in flight.
class SendWindow {
 public:
  struct Batch {
    FeedPositions feed{};  // position of the feed's reader when the batch was written
    size_t bytes = 0;      // of its records
    bool repair = false;
    bool full = false;     // there is more to send: the next batch follows immediately
    bool awaited = false;  // something waits for the acknowledgement
  };
  struct Numbered {
    uint64_t number;
    bool acknowledge_now;  // the batch must ask for an acknowledgement at once
  };

  // A stream has come up: batches are numbered from 1 again, and begin small. `late`: the neighbour
  // acknowledges at once only if a batch asks for that; otherwise it always does.
  void OnStreamUp(bool late, int64_t now_ns);
  // The stream has ended; batches in flight may be lost.
  void OnStreamDown();

  // Returns when the next batch may be written; the maximum int64_t while too many are in flight.
  int64_t NextWrite() const {
    return sent_.size() < kMaxUnacknowledged ? next_write_ns_ : std::numeric_limits<int64_t>::max();
  }
  bool MayWrite(int64_t now_ns) const { return now_ns >= NextWrite(); }
  // Maximum bytes of records in a batch.
  size_t batch_bytes() const { return batch_size_.bytes(); }

  // Called when a batch is written. It asks for an acknowledgement if the sender, repair or a reply
  // to a client would have to wait for it, or if much is in flight. REQUIRES: MayWrite(now_ns).
  Numbered OnBatch(const Batch& batch, int64_t now_ns);
  // A repair question is being written. No batch may follow for `pause_ns`.
  void OnQuestion(int64_t pause_ns, int64_t now_ns);
  // The answer has arrived with `bytes` bytes of records; the time that it took also measures the
  // network's speed.
  void OnAnswer(size_t bytes, int64_t now_ns);

  // Returns true if the batch of that number has been written on this stream.
  bool WasSent(uint64_t number) const { return number < next_number_; }
  // The neighbour has all batches up to that number. Returns the position of the feed's reader when
  // the last one was written; nullopt if they were already acknowledged. Only a batch whose
  // acknowledgement did not wait for a heartbeat measures the network's speed. REQUIRES:
  // WasSent(number).
  std::optional<FeedPositions> Acknowledge(uint64_t number, int64_t now_ns);

  // Returns true if all batches have been acknowledged.
  bool Empty() const { return sent_.empty(); }
  // Returns true if all batches of repair have been acknowledged.
  bool RepairArrived() const { return repair_batches_ == 0; }

  // Asserts the invariants that hold between calls. Checked builds call it after each change.
  void CheckInvariants() const;

 private:
  struct Sent {
    uint64_t number;
    FeedPositions feed;
    size_t bytes;
    bool repair;
    bool prompt;  // its acknowledgement comes at once
    int64_t written_at_ns;
  };

  bool MustAsk(const Batch& batch) const;

  uint64_t next_number_ = 1;
  std::deque<Sent> sent_;      // unacknowledged, by number
  size_t repair_batches_ = 0;  // of the unacknowledged batches
  size_t sent_bytes_ = 0;      // of their records
  bool late_ = false;          // see OnStreamUp
  int64_t next_write_ns_ = 0;
  int64_t asked_at_ns_ = 0;  // when the last question of repair was written
  BatchSize batch_size_;
};

}  // namespace proxyherd::peer
