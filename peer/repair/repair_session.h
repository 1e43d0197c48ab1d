// Repair of a link, seen from the end that asks: when to look at every record, when to look again,
// and what to tell the neighbour.
//
// One end of each link asks, the one whose name is the lesser: its questions repair both
// directions, so two askers would do everything twice. A session is *needed* when either end has
// begun a new epoch; and when roots differ for longer than what is on its way explains. It begins
// with a heartbeat that was sent after the need arose: equal roots then need no further look.
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

namespace proxyherd {

// The batch was filled: records that the neighbour lacks.
struct RepairRecords {};

// Pure; of the links thread, like the sender that owns it. Times are monotonic.
class RepairSession {
 public:
  using Step = std::variant<std::monostate, RepairRecords, RepairRequest, RepairDone>;

  // References outlive it.
  RepairSession(const Table& table, Agreement& agreement)
      : agreement_(agreement), walk_(table), table_(table) {}

  // The stream is up; what was under way on an older one begins again. So does a session whose
  // result may have been lost with the older stream: the neighbour may be waiting for it.
  void OnStreamUp(bool new_epoch);
  // One of the two has begun a new epoch: what it was told before is not to be relied on.
  // `beats_written` on the present stream; `incoming_attempt` numbers the neighbour's latest one.
  void Need(uint64_t beats_written, uint64_t incoming_attempt);

  // The answer to one of our heartbeats.
  void OnBeat(const Heartbeat& answer, int64_t now_ns);
  // The answer to a question, after its records were merged. False: it breaks the rules.
  bool OnReply(const RepairReply& reply);
  void OnMissingHere(uint64_t record_hash) { walk_.OnMissingHere(record_hash); }

  // What to write next. `all_acknowledged`: the neighbour has merged all that was sent of this
  // session.
  Step Next(RecordBatch& batch, bool serving, bool all_acknowledged, int64_t now_ns);
  // How long to write nothing after a question, for what it cost.
  int64_t PauseAfterQuestion() const {
    return static_cast<int64_t>(walk_.looked_at()) * kPausePerRecordNs;
  }
  // Next would find something.
  bool CanWrite(bool all_acknowledged) const;
  // A RepairDone of Next was written, after so many heartbeats of the present stream.
  void OnDoneWritten(uint64_t beats_written) { done_after_beat_ = beats_written; }

  // A session is needed or under way because of a new epoch.
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
  uint64_t needed_after_beat_ = 0;      // an answer to a later one counts
  bool first_of_epoch_ = false;         // the walk under way is for a need
  uint64_t incoming_attempt_ = 0;       // the neighbour's latest stream
  uint64_t covers_attempt_ = 0;         // that stream when the session began
  bool awaiting_reply_ = false;         // one question is out at a time
  bool reply_is_stale_ = false;         // the walk that asked was given up
  std::optional<RepairDone> result_;    // to be told
  int64_t look_again_at_ns_ = -1;       // -1: no second look is due
  bool second_look_ = false;            // the walk under way is one
  std::vector<uint64_t> first_hashes_;  // what the look before found, sorted
  std::vector<HashRange> first_ranges_;
  // The last result was written after this heartbeat of the stream, and no answer to a later one
  // has shown yet that the neighbour has read it.
  std::optional<uint64_t> done_after_beat_;
  uint64_t walks_ = 0;
};

}  // namespace proxyherd
