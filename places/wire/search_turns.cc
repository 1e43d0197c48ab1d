#include "places/wire/search_turns.h"

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::places {

SearchTurns::Turn SearchTurns::Next(v1::SearchStreamResponse& message) {
  if (finished_) return Turn::kNone;
  const bool something = owed_ || !answers_.empty();
  if (something && !writing_ && !beginning_ && !broken_) {
    message.Clear();
    size_t bytes = 0;
    while (!answers_.empty() && bytes < kMessageBytes) {
      bytes += answers_.front().ByteSizeLong();
      *message.add_answers() = std::move(answers_.front());
      answers_.pop_front();
    }
    unwritten_bytes_ -= bytes;
    being_written_ = static_cast<size_t>(message.answers_size());
    owed_ = false;
    writing_ = true;
    return Turn::kWrite;
  }
  if (MayRead()) {
    reading_ = true;
    return Turn::kRead;
  }
  if (!IsOver()) return Turn::kNone;
  finished_ = true;
  return Turn::kFinish;
}

bool SearchTurns::MayRead() const {
  return !reading_ && !beginning_ && !reads_over_ && !stopping_ && !broken_ &&
         unanswered_ < kMaxUnanswered && unwritten_bytes_ < kMaxUnwrittenBytes;
}

bool SearchTurns::IsOver() const {
  if (writing_ || beginning_) return false;
  return broken_ || ((reads_over_ || stopping_) && unanswered_ == 0);
}

const absl::Status& SearchTurns::status() const {
  assert(finished_);
  return status_;
}

bool SearchTurns::OnMessage(int searches) {
  reading_ = false;
  if (searches > kMaxSearchesInMessage) {
    Stop(absl::InvalidArgumentError(absl::StrCat("searches: at most ", kMaxSearchesInMessage,
                                                 " in a message, not ", searches)));
    return false;
  }
  beginning_ = true;
  owed_ = true;
  unanswered_ += static_cast<size_t>(searches);
  return true;
}

void SearchTurns::OnReadsOver() {
  reading_ = false;
  reads_over_ = true;
}

void SearchTurns::OnWritten(bool ok) {
  writing_ = false;
  unanswered_ -= std::exchange(being_written_, 0);
  broken_ = broken_ || !ok;
}

void SearchTurns::OnAnswer(v1::NumberedAnswer answer) {
  if (finished_ || broken_) return;
  unwritten_bytes_ += answer.ByteSizeLong();
  answers_.push_back(std::move(answer));
}

void SearchTurns::Stop(const absl::Status& status) {
  if (stopping_) return;
  stopping_ = true;
  status_ = status;
}

}  // namespace proxyherd::places
