// The rule for lines about a link.
#include "peer/state_log.h"

#include <limits>
#include <utility>

namespace proxyherd {

StateLog::Line StateLog::Write(Say say, int64_t now_ns) {
  if (!budget_.Take(now_ns)) {
    ++unsaid_;
    return {};
  }
  if (state_ == State::kUp) said_kinds_.reset();
  if (state_ == State::kDown) said_kinds_.set(static_cast<size_t>(kind_));
  const bool first = said_ == State::kNone;
  said_ = state_;
  const int64_t before_ns = std::exchange(last_line_ns_, now_ns);
  return {say, std::exchange(unsaid_, 0), first ? 0 : now_ns - before_ns, now_ns - since_ns_};
}

StateLog::Line StateLog::OnUp(int64_t now_ns) {
  state_ = State::kUp;
  since_ns_ = now_ns;
  if (said_ != State::kUp) return Write(Say::kChange, now_ns);
  ++unsaid_;
  return {};
}

StateLog::Line StateLog::OnDown(CloseKind kind, int64_t now_ns) {
  if (state_ != State::kDown) since_ns_ = now_ns;
  state_ = State::kDown;
  kind_ = kind;
  if (said_ != State::kDown || !said_kinds_.test(static_cast<size_t>(kind))) {
    return Write(Say::kChange, now_ns);
  }
  if (now_ns >= last_line_ns_ + kLogInterval) {
    return Write(since_ns_ > last_line_ns_ ? Say::kChange : Say::kStill, now_ns);
  }
  ++unsaid_;
  return {};
}

StateLog::Line StateLog::Tick(int64_t now_ns) {
  if (now_ns < NextTimer()) return {};
  // The change itself was counted when it had to wait.
  --unsaid_;
  return Write(Say::kChange, now_ns);
}

int64_t StateLog::NextTimer() const {
  return said_ == state_ ? std::numeric_limits<int64_t>::max() : budget_.NextAt();
}

}  // namespace proxyherd
