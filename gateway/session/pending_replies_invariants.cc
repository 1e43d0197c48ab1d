// The invariants of pending replies.
#include "base/check.h"
#include "gateway/session/pending_replies.h"

namespace proxyherd::gateway {

void PendingReplies::CheckInvariants() const {
  size_t bytes = 0;
  size_t held_bytes = 0;
  size_t lookups = 0;
  size_t waits = 0;
  uint64_t last_wait = 0;
  for (const Entry& entry : entries_) {
    bytes += BytesOf(entry.state);
    held_bytes += entry.held;
    PROXYHERD_INVARIANT(entry.held == HeapBytesOf(entry.state));
    if (std::holds_alternative<AwaitingPlaces>(entry.state)) ++lookups;
    const auto* const held = std::get_if<AwaitingNeighbour>(&entry.state);
    if (held == nullptr) continue;
    // Entries are in the order of their waits. Each reply lies within `replies`, after the one
    // before it, and the lines have no gaps.
    PROXYHERD_INVARIANT(held->ticket >= last_wait && held->ticket <= newest_wait_);
    if (held->ticket != last_wait) ++waits;
    last_wait = held->ticket;
    size_t replied = 0;
    size_t lines = 0;
    for (const HeldReport& report : held->reports) {
      PROXYHERD_INVARIANT(report.reply_begin >= replied);
      replied = report.reply_begin + report.reply_size;
      lines += report.line_size;
    }
    PROXYHERD_INVARIANT(!held->reports.empty() && replied <= held->replies.size());
    PROXYHERD_INVARIANT(lines == held->lines.size());
  }
  PROXYHERD_INVARIANT(lookups == lookups_ && waits == waits_);
  PROXYHERD_INVARIANT(bytes + waits * kWaitBytes == bytes_ && held_bytes == held_);
}

}  // namespace proxyherd::gateway
