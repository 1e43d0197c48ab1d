// Makes the batches that a link sends: changes of the table, and records that repair has found.
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

namespace proxyherd::peer {

// Reads the change feed as far as the window allows, packs the records, and advances the cursor
// when the neighbour acknowledges them. Accessed by the links thread only; times are monotonic.
class BatchSource {
 public:
  // References must outlive this object. `wake`: see Cursor. Batches are counted in `counters`.
  BatchSource(Table& table, std::function<void()> wake, SenderCounters& counters);

  // The neighbour is being dialled. A new process that answers gets the changes from this feed
  // position on.
  void OnDial() { dialled_at_ = cursor_.MarkEnd(); }
  // A stream has come up. Continues after the last acknowledged batch or, if the neighbour's
  // process is new, at the position of the dial. `late`: see SendWindow.
  void OnStreamUp(bool new_process, bool late, int64_t now_ns);
  void OnStreamDown() { window_.OnStreamDown(); }
  // Ends the idle state: there may be changes to send.
  void LookAgain() { idle_ = false; }
  // Returns true if all changes have been sent. When there are new ones, `wake` is called.
  bool idle() const { return idle_; }

  // Returns the next batch of changes; nullopt if there is no change to send. `awaited`: see
  // SendWindow::Batch. REQUIRES: window().MayWrite(now_ns).
  std::optional<Batch> NextChanges(bool awaited, int64_t now_ns);
  // Returns an empty batch of the present maximum size. The caller adds records of repair, then
  // calls PackRepair.
  RecordBatch& Begin();
  // Returns the message for the batch that Begin returned. REQUIRES: window().MayWrite(now_ns).
  Batch PackRepair(int64_t now_ns) { return Pack(true, false, now_ns); }

  // See SendWindow.
  const SendWindow& window() const { return window_; }
  void OnQuestion(int64_t pause_ns, int64_t now_ns) { window_.OnQuestion(pause_ns, now_ns); }
  void OnAnswer(size_t bytes, int64_t now_ns) { window_.OnAnswer(bytes, now_ns); }
  // REQUIRES: window().WasSent(number).
  void Acknowledge(uint64_t number, int64_t now_ns);

  // Returns true if all changes have been acknowledged.
  bool Flushed() const { return window_.Empty() && cursor_.Lag() == 0; }
  const Cursor& cursor() const { return cursor_; }

 private:
  Batch Pack(bool repair, bool awaited, int64_t now_ns);

  Table& table_;
  SenderCounters& counters_;
  Cursor cursor_;
  FeedPositions dialled_at_{};  // ends of the feeds at the last dial
  bool idle_ = false;
  RecordBatch records_{kMaxBatchBytes};
  SendWindow window_;
};

}  // namespace proxyherd::peer
