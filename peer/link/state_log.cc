#include "peer/link/state_log.h"

#include <limits>
#include <utility>

namespace proxyherd::peer {

StateLog::Line StateLog::LeaveOut(bool changed) {
  if (changed) ++unsaid_changes_;
  if (state_ == State::kDown) ++unsaid_attempts_;
  return {};
}

StateLog::Line StateLog::Write(Say say, bool changed, int64_t now_ns) {
  if (!budget_.Take(now_ns)) return LeaveOut(changed);
  if (state_ == State::kUp) said_kinds_.reset();
  if (state_ == State::kDown) said_kinds_.set(static_cast<size_t>(kind_));
  const bool first = said_ == State::kNone;
  // If the change that this line reports had to wait, it was counted as unsaid.
  const uint64_t own = !changed && said_ != state_ ? 1 : 0;
  said_ = state_;
  const int64_t before_ns = std::exchange(last_line_ns_, now_ns);
  const uint64_t changes = std::exchange(unsaid_changes_, 0) - own;
  const uint64_t attempts = std::exchange(unsaid_attempts_, 0);
  return {say, say == Say::kStill ? attempts : changes, first ? 0 : now_ns - before_ns,
          now_ns - since_ns_};
}

StateLog::Line StateLog::OnUp(int64_t now_ns) {
  const bool changed = state_ != State::kUp;
  state_ = State::kUp;
  since_ns_ = now_ns;
  return said_ == State::kUp ? LeaveOut(changed) : Write(Say::kChange, changed, now_ns);
}

StateLog::Line StateLog::OnDown(CloseKind kind, int64_t now_ns) {
  const bool changed = state_ != State::kDown;
  if (changed) since_ns_ = now_ns;
  state_ = State::kDown;
  kind_ = kind;
  // A link that is already logged as down gets no line when this process stops.
  if (said_ == State::kDown && kind == CloseKind::kStopped) return LeaveOut(changed);
  if (said_ != State::kDown || !said_kinds_.test(static_cast<size_t>(kind))) {
    return Write(Say::kChange, changed, now_ns);
  }
  if (now_ns < last_line_ns_ + kLogIntervalNs) return LeaveOut(changed);
  return Write(since_ns_ > last_line_ns_ ? Say::kChange : Say::kStill, changed, now_ns);
}

StateLog::Line StateLog::Tick(int64_t now_ns) {
  return now_ns < NextTimer() ? Line{} : Write(Say::kChange, false, now_ns);
}

int64_t StateLog::NextTimer() const {
  return said_ == state_ ? std::numeric_limits<int64_t>::max() : budget_.NextAt();
}

}  // namespace proxyherd::peer
