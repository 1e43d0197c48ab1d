#include "core/cursor.h"

#include <utility>

#include "core/table.h"
#include "core/table_stripe.h"

namespace proxyherd {

Cursor::Cursor(Table& table, std::function<void()> wake)
    : table_(table), id_(table.followers_.Add(std::move(wake)).value()) {
  for (int i = 0; i < kStripes; ++i) {
    TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    stripe.feed.Join(id_);
    next_[i] = stripe.feed.NextPosition(id_);
    SetHeld(i, stripe.feed.Held(id_));
  }
}

Cursor::~Cursor() {
  for (int i = 0; i < kStripes; ++i) {
    TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    stripe.feed.Leave(id_);
  }
  // Must be last: another follower may get this number from here on.
  table_.followers_.Remove(id_);
}

bool Cursor::Take(RecordBatch& out) {
  // Each Take begins at another stripe, so that a busy stripe cannot starve the others. A stripe is
  // visited again only by the next Take, so one Take does a bounded amount of work.
  bool more = false;
  for (uint32_t i = 0; i < kStripes; ++i) {
    const uint32_t stripe = (first_stripe_ + i) % kStripes;
    if (next_[stripe] >= table_.stripes_[stripe].feed_end.load(std::memory_order_acquire)) continue;
    if (out.Full()) {
      more = true;
      break;
    }
    more |= table_.CopyChanges(stripe, id_, out, next_[stripe]);
  }
  first_stripe_ = (first_stripe_ + 1) % kStripes;
  return more;
}

void Cursor::SetHeld(int stripe, Feed::Span held) {
  held_.from[stripe] = held.from;
  held_.end[stripe] = held.end;
}

FeedPositions Cursor::Position() const { return next_; }

void Cursor::Acknowledge(const FeedPositions& positions) {
  for (int i = 0; i < kStripes; ++i) {
    if (positions[i] <= acknowledged_[i]) continue;
    acknowledged_[i] = positions[i];
    TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    stripe.feed.Acknowledge(id_, positions[i]);
    SetHeld(i, stripe.feed.Held(id_));
    ++progress_;
  }
}

void Cursor::Rewind() {
  for (int i = 0; i < kStripes; ++i) {
    TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    stripe.feed.Rewind(id_);
    next_[i] = stripe.feed.NextPosition(id_);
  }
}

FeedPositions Cursor::MarkEnd() {
  FeedPositions ends;
  for (int i = 0; i < kStripes; ++i) {
    TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    ends[i] = stripe.feed.MarkEnd(id_);
  }
  return ends;
}

void Cursor::GoTo(const FeedPositions& positions) {
  for (int i = 0; i < kStripes; ++i) {
    TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    stripe.feed.GoTo(id_, positions[i]);
    next_[i] = acknowledged_[i] = stripe.feed.NextPosition(id_);
    SetHeld(i, stripe.feed.Held(id_));
  }
  ++progress_;
}

bool Cursor::AnyChange() const {
  for (int i = 0; i < kStripes; ++i) {
    const TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    if (next_[i] < stripe.feed.End()) return true;
  }
  return false;
}

bool Cursor::GoIdle() {
  table_.followers_.SetIdle(id_);
  // AnyChange takes each stripe's lock. So a writer has either appended before, and its change is
  // seen here, or appends later and sees the flag that SetIdle has set.
  if (!AnyChange()) return true;
  table_.followers_.SetBusy(id_);
  return false;
}

uint64_t Cursor::Lag() const {
  uint64_t lag = 0;
  for (int i = 0; i < kStripes; ++i) {
    const TableStripe& stripe = table_.stripes_[i];
    MutexLock lock(&stripe.mu);
    lag += stripe.feed.Lag(id_);
  }
  return lag;
}

}  // namespace proxyherd
