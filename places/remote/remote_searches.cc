#include "places/remote/remote_searches.h"

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/wire/search_messages.h"

namespace proxyherd::places {
namespace {

using State = RemoteSearches::State;

[[maybe_unused]] bool MayFollow(State from, State to) {
  switch (to) {
    case State::kIdle:
      return from == State::kOpen;
    case State::kConnecting:
      return from == State::kIdle || from == State::kWaiting;
    case State::kOpen:
    case State::kWaiting:
      return from == State::kConnecting;
    case State::kStopped:
      return from != State::kStopped;
  }
  return false;
}

}  // namespace

RemoteSearches::RemoteSearches(std::string address, Env& env, Effects& effects)
    : address_(std::move(address)), env_(env), effects_(effects) {}

void RemoteSearches::OnSearch(int64_t now_ns, const SearchRequest& request, int64_t budget_ns,
                              Done done) {
  const bool backs_off = state_ == State::kWaiting && now_ns < next_attempt_ns_;
  if (backs_off || state_ == State::kStopped) return effects_.Answer(std::move(done), reason_);
  if (budget_ns <= 0) return effects_.Answer(std::move(done), TooLate());
  if (pending_.IsFull()) {
    effects_.CountTooMany();
    return effects_.Answer(
        std::move(done),
        absl::ResourceExhaustedError(
            "this node waits for too many lookups of places already; try again in a moment"));
  }
  pending_.Add(request, now_ns + budget_ns, std::move(done));
  if (HasStream()) return WriteNext(now_ns);
  Open(now_ns);
}

void RemoteSearches::OnStop() {
  if (state_ == State::kStopped) return;
  if (HasStream()) effects_.Cancel();
  ChangeState(State::kStopped, absl::UnavailableError("this node is stopping; ask another one"));
  Fail(pending_.TakeAll(), reason_);
}

void RemoteSearches::OnTimer(int64_t now_ns) {
  timer_is_set_ = false;
  if (!HasStream()) return;
  Fail(pending_.TakeExpired(now_ns), TooLate());
  if (now_ns - heard_ns_ >= kMaxSilenceNs) {
    effects_.CountSilence();
    effects_.Cancel();
    const std::string text = absl::StrCat("has said nothing for ", kMaxSilenceNs / kSecond, " s");
    return LoseStream(now_ns, Error(absl::StatusCode::kUnavailable, text));
  }
  beat_due_ = true;
  WriteNext(now_ns);
  timer_is_set_ = true;
  effects_.SetTimer(kBeatNs);
}

void RemoteSearches::OnWritten(int64_t now_ns) {
  awaits_written_ = false;
  WriteNext(now_ns);
}

void RemoteSearches::OnMessage(int64_t now_ns,
                               proxyherd::places::v1::SearchStreamResponse& message) {
  assert(HasStream());
  heard_ns_ = now_ns;
  backoff_.Reset();
  if (state_ == State::kConnecting) ChangeState(State::kOpen, absl::OkStatus());
  for (auto& answer : *message.mutable_answers()) {
    if (Done done = pending_.Take(answer.number())) {
      effects_.Answer(std::move(done), ToSearchAnswer(answer));
    }
  }
}

void RemoteSearches::OnAnswered(int64_t now_ns) {
  awaits_answered_ = false;
  WriteNext(now_ns);
}

void RemoteSearches::OnEnded(int64_t now_ns, const absl::Status& status) {
  assert(HasStream());
  LoseStream(now_ns, status.ok() ? Error(absl::StatusCode::kUnavailable, "it ended the stream")
                                 : Error(status.code(), FromAbsl(status.message())));
}

void RemoteSearches::ChangeState(State to, absl::Status reason) {
  assert(MayFollow(state_, to));
  state_ = to;
  reason_ = std::move(reason);
}

void RemoteSearches::Open(int64_t now_ns) {
  ChangeState(State::kConnecting, absl::OkStatus());
  heard_ns_ = now_ns;
  awaits_written_ = awaits_answered_ = beat_due_ = false;
  effects_.Open();
  WriteNext(now_ns);
  if (!std::exchange(timer_is_set_, true)) effects_.SetTimer(kBeatNs);
}

void RemoteSearches::LoseStream(int64_t now_ns, const absl::Status& reason) {
  if (state_ == State::kConnecting) {
    ChangeState(State::kWaiting, reason);
    next_attempt_ns_ = now_ns + backoff_.Next(env_.Random());
    return Fail(pending_.TakeAll(), reason);
  }
  ChangeState(State::kIdle, reason);
  Fail(pending_.TakeSentTwice(), reason);
  if (pending_.HasUnsent()) Open(now_ns);
}

void RemoteSearches::WriteNext(int64_t now_ns) {
  if (!HasStream() || awaits_written_ || awaits_answered_) return;
  proxyherd::places::v1::SearchStreamRequest message;
  pending_.TakeMessage(now_ns, message);
  if (message.searches_size() == 0 && !beat_due_) return;
  beat_due_ = false;
  awaits_written_ = awaits_answered_ = true;
  effects_.Write(std::move(message));
}

void RemoteSearches::Fail(std::vector<Done> searches, const absl::Status& reason) {
  for (Done& done : searches) effects_.Answer(std::move(done), reason);
}

absl::Status RemoteSearches::Error(absl::StatusCode code, std::string_view text) const {
  return {code, absl::StrCat("the places service at ", address_, ": ", ToAbsl(text))};
}

absl::Status RemoteSearches::TooLate() const {
  return absl::DeadlineExceededError(
      absl::StrCat("the places service at ", address_, " has not answered in time"));
}

}  // namespace proxyherd::places
