// The batches that a link's sender sends: what has changed in the table, and what repair has found.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/cursor.h"
#include "core/record_batch.h"
#include "core/table.h"
#include "peer/link/send_window.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_state.h"

namespace proxyherd {

// Reads the change feed as far as the window allows, packs what it finds, and moves the feed's
// cursor on with what the neighbour acknowledges. Of the links thread; times are monotonic.
class BatchSource {
 public:
  // `table` must outlive it; for `wake` see Cursor. Batches are counted in `counters`.
  BatchSource(Table& table, std::function<void()> wake, SenderCounters& counters);

  // The neighbour is dialled. If that reaches a process that is new, changes flow to it from here.
  void OnDial() { dialled_at_ = cursor_.MarkEnd(); }
  // A stream has come up. Goes on after what was acknowledged; with a new process, where it was
  // dialled.
  void OnStreamUp(bool new_process, int64_t now_ns);
  void OnStreamDown() { window_.OnStreamDown(); }
  // Something may have changed.
  void LookAgain() { idle_ = false; }
  // Nothing has changed that was not sent, until `wake`.
  bool idle() const { return idle_; }

  // The next batch of changes; nullopt when there are none. REQUIRES: window().MayWrite(now_ns).
  std::optional<Batch> NextChanges(int64_t now_ns);
  // An empty batch, as large as one may be, to be filled with records of repair and packed.
  RecordBatch& Begin();
  // REQUIRES: window().MayWrite(now_ns).
  Batch Pack(bool repair, int64_t now_ns);

  // See SendWindow.
  const SendWindow& window() const { return window_; }
  void OnQuestion(int64_t pause_ns, int64_t now_ns) { window_.OnQuestion(pause_ns, now_ns); }
  void OnAnswer(size_t bytes, int64_t now_ns) { window_.OnAnswer(bytes, now_ns); }
  // False when that was known. REQUIRES: window().WasSent(number).
  bool Acknowledge(uint64_t number, int64_t now_ns);

  // Everything that has changed was acknowledged.
  bool Flushed() const { return window_.Empty() && cursor_.Lag() == 0; }
  const Cursor& cursor() const { return cursor_; }

 private:
  Table& table_;
  SenderCounters& counters_;
  Cursor cursor_;
  FeedPositions dialled_at_{};  // the end of the feeds at the last dial
  bool idle_ = false;
  RecordBatch records_{kMaxBatchBytes};
  SendWindow window_;
};

}  // namespace proxyherd
