#include "peer/link/send_window.h"

#include <algorithm>
#include <cassert>

#include "base/check.h"

namespace proxyherd::peer {

void SendWindow::OnStreamUp(bool late, int64_t now_ns) {
  OnStreamDown();
  late_ = late;
  next_number_ = 1;
  next_write_ns_ = now_ns;
  batch_size_.OnStreamUp();
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void SendWindow::OnStreamDown() {
  sent_.clear();
  repair_batches_ = 0;
  sent_bytes_ = 0;
  PROXYHERD_CHECK_INVARIANTS(*this);
}

bool SendWindow::MustAsk(const Batch& batch) const {
  return batch.full || batch.repair || batch.awaited || sent_.size() >= kMaxUnacknowledged / 2 ||
         sent_bytes_ + batch.bytes >= kMaxLateBytes;
}

SendWindow::Numbered SendWindow::OnBatch(const Batch& batch, int64_t now_ns) {
  assert(MayWrite(now_ns));
  const bool ask = MustAsk(batch);
  sent_.push_back({next_number_, batch.feed, batch.bytes, batch.repair, ask || !late_, now_ns});
  if (batch.repair) ++repair_batches_;
  sent_bytes_ += batch.bytes;
  next_write_ns_ = batch.full ? now_ns : now_ns + kBatchIntervalNs;
  ++next_number_;
  PROXYHERD_CHECK_INVARIANTS(*this);
  return {sent_.back().number, ask};
}

void SendWindow::OnQuestion(int64_t pause_ns, int64_t now_ns) {
  asked_at_ns_ = now_ns;
  next_write_ns_ = std::max(next_write_ns_, now_ns + pause_ns);
}

void SendWindow::OnAnswer(size_t bytes, int64_t now_ns) {
  batch_size_.OnAcknowledged(bytes, now_ns - asked_at_ns_);
}

std::optional<FeedPositions> SendWindow::Acknowledge(uint64_t number, int64_t now_ns) {
  assert(WasSent(number));
  std::optional<FeedPositions> arrived;
  std::optional<Sent> measured;
  while (!sent_.empty() && sent_.front().number <= number) {
    const Sent& first = sent_.front();
    arrived = first.feed;
    if (first.prompt) measured = first;
    if (first.repair) --repair_batches_;
    sent_bytes_ -= first.bytes;
    sent_.pop_front();
  }
  if (measured.has_value()) {
    batch_size_.OnAcknowledged(measured->bytes, now_ns - measured->written_at_ns);
  }
  PROXYHERD_CHECK_INVARIANTS(*this);
  return arrived;
}

void SendWindow::CheckInvariants() const {
  PROXYHERD_INVARIANT(sent_.size() <= kMaxUnacknowledged);
  PROXYHERD_INVARIANT(sent_.size() < next_number_);
  PROXYHERD_INVARIANT(batch_bytes() >= kMinBatchBytes && batch_bytes() <= kMaxBatchBytes);
  uint64_t number = next_number_ - sent_.size();
  int64_t written_at_ns = std::numeric_limits<int64_t>::min();
  size_t repair_batches = 0;
  size_t sent_bytes = 0;
  for (const Sent& sent : sent_) {
    PROXYHERD_INVARIANT(sent.number == number++);
    PROXYHERD_INVARIANT(sent.written_at_ns >= written_at_ns);
    written_at_ns = sent.written_at_ns;
    repair_batches += sent.repair ? 1 : 0;
    sent_bytes += sent.bytes;
    PROXYHERD_INVARIANT(sent.prompt || late_);
  }
  PROXYHERD_INVARIANT(repair_batches == repair_batches_);
  PROXYHERD_INVARIANT(sent_bytes == sent_bytes_);
}

}  // namespace proxyherd::peer
