// Repair of a link at the asking end: decides when to look at every record, when to look again, and
// what to send to the neighbour.
//
// The end with the lesser name asks; its questions repair both directions, so two askers would do
// everything twice. A session is *needed* if either end has begun a new epoch; a walk also begins
// if roots differ for longer than changes in flight explain. A session begins with a heartbeat sent
// after the need arose; if the roots are equal then, no look is needed.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/record_batch.h"
#include "core/table.h"
#include "peer/protocol/link_messages.h"
#include "peer/repair/agreement.h"
#include "peer/repair/repair_rules.h"
#include "peer/repair/repair_walk.h"

namespace proxyherd::peer {

// The batch was filled with records that the neighbour lacks.
struct RepairRecords {};

// No I/O; accessed by the links thread only, like the sender that owns it. Times are monotonic.
class RepairSession {
 public:
  using Step = std::variant<std::monostate, RepairRecords, RepairRequest, RepairDone>;

  // References must outlive this object.
  RepairSession(const Table& table, Agreement& agreement)
      : agreement_(agreement), walk_(table), table_(table) {}

  // The stream is up. Repeats a session that was under way on an older stream, or whose result may
  // have been lost with it: the neighbour may be waiting for that result.
  void OnStreamUp(bool new_epoch);
  // One of the ends has begun a new epoch, so it has lost the records received before.
  // `beats_written`: number of heartbeats on the present stream; `incoming_attempt`: number of the
  // neighbour's latest stream.
  void Need(uint64_t beats_written, uint64_t incoming_attempt);

  // The neighbour has answered a heartbeat.
  void OnBeat(const Heartbeat& answer, int64_t now_ns);
  // The neighbour has answered a question, and the records of the answer have been merged. Returns
  // false if the answer breaks the rules.
  bool OnReply(const RepairReply& reply);
  void OnMissingHere(uint64_t record_hash) { walk_.OnMissingHere(record_hash); }

  // Returns what to write next. RepairRecords: `batch` was filled. `all_acknowledged`: the
  // neighbour has all batches of this session.
  Step Next(RecordBatch& batch, bool serving, bool all_acknowledged, int64_t now_ns);
  // How long to write nothing after a question, to compensate for its cost.
  int64_t PauseAfterQuestion() const {
    return static_cast<int64_t>(walk_.looked_at()) * kPausePerRecordNs;
  }
  // Returns true if Next would return something to write.
  bool CanWrite(bool all_acknowledged) const;
  // The RepairDone that Next returned is being written, after that many heartbeats of the stream.
  void OnDoneWritten(uint64_t beats_written) { done_after_beat_ = beats_written; }

  // Returns true if a session is needed or under way because of a new epoch.
  bool repairing() const { return needed_ || first_of_epoch_; }
  uint64_t walks() const { return walks_; }

 private:
  void Begin(int64_t tick, int64_t now_ns);
  void End(int64_t now_ns);
  void GiveUpWalk();

  Agreement& agreement_;
  RepairWalk walk_;
  const Table& table_;

  bool needed_ = false;
  uint64_t needed_after_beat_ = 0;      // only answers to later heartbeats begin a session
  bool first_of_epoch_ = false;         // the present walk is for a needed session
  uint64_t incoming_attempt_ = 0;       // the neighbour's latest stream
  uint64_t covers_attempt_ = 0;         // incoming_attempt_ when the session began
  bool awaiting_reply_ = false;         // at most one question is open
  bool reply_is_stale_ = false;         // the walk that has asked was abandoned
  std::optional<RepairDone> result_;    // to be sent
  int64_t look_again_at_ns_ = -1;       // -1: no second look is due
  bool second_look_ = false;            // the present walk is a second look
  std::vector<uint64_t> first_hashes_;  // found by the first look, sorted
  std::vector<HashRange> first_ranges_;
  // Number of the last heartbeat before the last result. Empty once the answer to a later heartbeat
  // has proven that the neighbour has read the result.
  std::optional<uint64_t> done_after_beat_;
  uint64_t walks_ = 0;
};

}  // namespace proxyherd::peer
