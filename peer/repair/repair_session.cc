#include "peer/repair/repair_session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "peer/repair/repair_rules.h"

namespace proxyherd::peer {

void RepairSession::OnStreamUp(bool new_epoch) {
  // Batches of a walk may be lost with the stream; a new walk finds their records again.
  const bool unreported = result_.has_value() || done_after_beat_.has_value();
  needed_ |= new_epoch || walk_.running() || unreported;
  needed_after_beat_ = 0;
  GiveUpWalk();
  awaiting_reply_ = reply_is_stale_ = false;
  result_.reset();
  done_after_beat_.reset();
}

void RepairSession::GiveUpWalk() {
  reply_is_stale_ = awaiting_reply_;
  walk_.Stop();
  first_of_epoch_ = false;
  look_again_at_ns_ = -1;
}

void RepairSession::Need(uint64_t beats_written, uint64_t incoming_attempt) {
  needed_ = true;
  needed_after_beat_ = beats_written;
  incoming_attempt_ = incoming_attempt;
  GiveUpWalk();
}

void RepairSession::OnBeat(const Heartbeat& answer, int64_t now_ns) {
  const std::optional<TableDigest> ours = table_.Digest();
  const bool both = ours.has_value() && answer.digest.has_value();
  const std::optional<int64_t> tick = both ? CommonTick(*ours, *answer.digest) : std::nullopt;
  const bool same = tick.has_value() && SameContents(*ours, *answer.digest);
  agreement_.OnBeat(same, now_ns);
  if (done_after_beat_.has_value() && answer.number > *done_after_beat_) done_after_beat_.reset();
  if (same) look_again_at_ns_ = -1;
  // The neighbour may have answered before it lost its records; waits for a later answer.
  if (needed_ && answer.number <= needed_after_beat_) return;
  if (same && (needed_ || walk_.running())) {
    // Equal tables need no further look, even if a walk has found differences.
    if (std::exchange(needed_, false)) covers_attempt_ = incoming_attempt_;
    GiveUpWalk();
    result_ = RepairDone{.verified = true, .covers_attempt = covers_attempt_};
  } else if (walk_.running() || result_.has_value()) {
    return;
  } else if (tick.has_value()) {
    Begin(*tick, now_ns);
  } else if (needed_ && both && TicksFarApart(*ours, *answer.digest)) {
    // Expiry settings differ, or clocks differ by hours. A new process still gets all records.
    Begin(kEveryTick, now_ns);
  }
}

// Begins a walk, if one is due.
void RepairSession::Begin(int64_t tick, int64_t now_ns) {
  if (needed_ || (look_again_at_ns_ < 0 && agreement_.LookDue(now_ns))) {
    first_of_epoch_ = std::exchange(needed_, false);
    covers_attempt_ = incoming_attempt_;
    second_look_ = false;
    look_again_at_ns_ = -1;
    walk_.Begin(tick);
    ++walks_;
  } else if (look_again_at_ns_ >= 0 && now_ns >= look_again_at_ns_) {
    second_look_ = true;
    look_again_at_ns_ = -1;
    if (first_ranges_.size() > kMaxQuestionRanges) {
      walk_.Begin(tick);
    } else {
      walk_.Begin(tick, first_ranges_);
    }
  }
}

bool RepairSession::OnReply(const RepairReply& reply) {
  if (!std::exchange(awaiting_reply_, false)) return false;
  if (std::exchange(reply_is_stale_, false)) return true;
  if (reply.knows_tick) return walk_.OnReply(reply);
  // The neighbour's clock has just jumped. The next heartbeats show when it can answer.
  needed_ |= first_of_epoch_;
  GiveUpWalk();
  return true;
}

bool RepairSession::CanWrite(bool all_acknowledged) const {
  if (result_.has_value()) return true;
  return !awaiting_reply_ && walk_.CanWrite() && (!walk_.Exhausted() || all_acknowledged);
}

RepairSession::Step RepairSession::Next(RecordBatch& batch, bool serving, bool all_acknowledged,
                                        int64_t now_ns) {
  while (!awaiting_reply_ && walk_.CanWrite() && !walk_.Exhausted()) {
    walk_.CopyWanted(batch);
    if (!batch.Empty()) return RepairRecords{};
    if (std::optional<RepairRequest> request = walk_.Ask(batch.max_bytes())) {
      awaiting_reply_ = true;
      return *std::move(request);
    }
  }
  if (walk_.running() && walk_.Exhausted() && all_acknowledged) End(now_ns);
  if (!result_.has_value()) return std::monostate{};
  RepairDone done = *std::exchange(result_, std::nullopt);
  done.serving = serving;
  return done;
}

// Called when every record has been compared and those that differed have arrived.
void RepairSession::End(int64_t now_ns) {
  std::vector<uint64_t> hashes = walk_.different_hashes();
  std::sort(hashes.begin(), hashes.end());
  std::vector<uint64_t> still;
  if (second_look_) {
    std::set_intersection(hashes.begin(), hashes.end(), first_hashes_.begin(), first_hashes_.end(),
                          std::back_inserter(still));
  }
  const uint64_t differing = walk_.differences();
  RepairDone done;
  done.verified = second_look_ || differing == 0;
  done.differing = differing;
  done.divergent = still.size();
  done.covers_attempt = covers_attempt_;
  agreement_.OnLook(done.verified, differing, done.divergent, now_ns);
  if (!done.verified || done.divergent > 0) {
    look_again_at_ns_ = now_ns + kSecondLookAfterNs;
    first_hashes_ = std::move(hashes);
    first_ranges_ = walk_.different_ranges();
  }
  first_of_epoch_ = false;
  walk_.Stop();
  result_ = done;
}

}  // namespace proxyherd::peer
