#include "gateway/session/pending_replies.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>
#include <utility>

#include "base/check.h"
#include "gateway/protocol/reply.h"

namespace proxyherd::gateway {

std::string& PendingReplies::TailOf(State& state) {
  if (auto* const lookup = std::get_if<AwaitingPlaces>(&state)) return lookup->behind;
  if (auto* const held = std::get_if<AwaitingNeighbour>(&state)) return held->replies;
  return std::get<Ready>(state).text;
}

std::string& PendingReplies::Tail() {
  assert(!Empty());
  return TailOf(entries_.back().state);
}

void PendingReplies::Appended(size_t bytes) {
  assert(!Empty());
  bytes_ += bytes;
  Recount(entries_.back());
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void PendingReplies::AddLookup(uint64_t ticket, int64_t started_ns, bool logged,
                               std::string at_line) {
  bytes_ += at_line.size();
  ++lookups_;
  entries_.push_back({AwaitingPlaces{ticket, started_ns, logged, std::move(at_line), {}}});
  Recount(entries_.back());
  PROXYHERD_CHECK_INVARIANTS(*this);
}

// Returns the last entry, if it holds reports of this wait; otherwise adds a new entry.
PendingReplies::AwaitingNeighbour& PendingReplies::NeighbourEntry(uint64_t ticket,
                                                                  int64_t started_ns) {
  auto* last = Empty() ? nullptr : std::get_if<AwaitingNeighbour>(&entries_.back().state);
  if (last != nullptr && last->ticket == ticket) return *last;
  entries_.push_back({AwaitingNeighbour{ticket, started_ns, {}, {}, {}}});
  return std::get<AwaitingNeighbour>(entries_.back().state);
}

void PendingReplies::AddReport(uint64_t ticket, int64_t started_ns, const Report& report) {
  assert(ticket >= newest_wait_);
  if (ticket > newest_wait_) {
    newest_wait_ = ticket;
    ++waits_;
    bytes_ += kWaitBytes;
  }
  AwaitingNeighbour& held = NeighbourEntry(ticket, started_ns);
  held.reports.push_back(
      {held.replies.size(), report.reply.size(), report.line.size(), report.result, report.logged});
  held.replies.append(report.reply);
  held.lines.append(report.line);
  bytes_ += report.reply.size() + report.line.size() + sizeof(HeldReport);
  Recount(entries_.back());
  PROXYHERD_CHECK_INVARIANTS(*this);
}

bool PendingReplies::CompleteLookup(uint64_t ticket, const PlacesAnswer& answer, int64_t now_ns) {
  for (Entry& entry : entries_) {
    auto* const lookup = std::get_if<AwaitingPlaces>(&entry.state);
    if (lookup == nullptr || lookup->ticket != ticket) continue;
    Answer(entry, *lookup, answer, now_ns);
    PROXYHERD_CHECK_INVARIANTS(*this);
    return true;
  }
  return false;
}

int PendingReplies::ExpireLookups(int64_t started_before_ns, const PlacesAnswer& answer,
                                  int64_t now_ns) {
  int expired = 0;
  for (Entry& entry : entries_) {
    auto* const lookup = std::get_if<AwaitingPlaces>(&entry.state);
    if (lookup == nullptr || lookup->started_ns > started_before_ns) continue;
    Answer(entry, *lookup, answer, now_ns);
    ++expired;
  }
  PROXYHERD_CHECK_INVARIANTS(*this);
  return expired;
}

void PendingReplies::Answer(Entry& entry, AwaitingPlaces& lookup, const PlacesAnswer& answer,
                            int64_t now_ns) {
  const bool found = std::holds_alternative<std::string>(answer);
  std::string reply = std::move(lookup.at_line);
  const size_t before = reply.size();
  AppendPlacesAnswer(answer, reply);
  bytes_ += reply.size() - before;
  --lookups_;
  accounting_.Replied(Verb::kWhatsat, found ? RequestResult::kOk : RequestResult::kPlacesError,
                      lookup.logged, reply);
  accounting_.Handled(Verb::kWhatsat, now_ns - lookup.started_ns, 1);
  reply.append(lookup.behind);
  BecomesReady(entry, std::move(reply));
}

bool PendingReplies::CompleteWait(uint64_t ticket, bool confirmed, int64_t now_ns) {
  std::optional<int64_t> started_ns;
  size_t reports = 0;
  for (Entry& entry : entries_) {
    auto* const held = std::get_if<AwaitingNeighbour>(&entry.state);
    if (held == nullptr || held->ticket != ticket) continue;
    started_ns = held->started_ns;
    reports += held->reports.size();
    Settle(entry, *held, confirmed);
  }
  if (!started_ns.has_value()) return false;
  --waits_;
  bytes_ -= kWaitBytes;
  accounting_.Handled(Verb::kIamat, now_ns - *started_ns, reports);
  PROXYHERD_CHECK_INVARIANTS(*this);
  return true;
}

void PendingReplies::AnswerAll(const PlacesAnswer& answer, int64_t now_ns) {
  ExpireLookups(std::numeric_limits<int64_t>::max(), answer, now_ns);
  std::vector<uint64_t> waits;
  for (const Entry& entry : entries_) {
    const auto* const held = std::get_if<AwaitingNeighbour>(&entry.state);
    if (held != nullptr && (waits.empty() || waits.back() != held->ticket)) {
      waits.push_back(held->ticket);
    }
  }
  for (const uint64_t ticket : waits) CompleteWait(ticket, false, now_ns);
}

// A report that is not confirmed is answered as a refused line; the replies between the reports
// need no confirmation.
void PendingReplies::Settle(Entry& entry, AwaitingNeighbour& held, bool confirmed) {
  bytes_ -= BytesOf(entry.state);
  std::string text;
  size_t at = 0;
  size_t line_begin = 0;
  for (const HeldReport& report : held.reports) {
    text.append(held.replies, at, report.reply_begin - at);
    at = report.reply_begin;
    const size_t begin = text.size();
    if (confirmed) {
      text.append(held.replies, at, report.reply_size);
    } else {
      AppendEcho(std::string_view(held.lines).substr(line_begin, report.line_size), text);
    }
    at += report.reply_size;
    line_begin += report.line_size;
    accounting_.Replied(Verb::kIamat, confirmed ? report.result : RequestResult::kUnconfirmed,
                        report.logged, std::string_view(text).substr(begin));
  }
  text.append(held.replies, at);
  bytes_ += text.size();
  BecomesReady(entry, std::move(text));
}

void PendingReplies::BecomesReady(Entry& entry, std::string text) {
  entry.state = Ready{std::move(text)};
  Recount(entry);
}

void PendingReplies::Release(std::string& out) {
  auto entry = entries_.begin();
  for (; entry != entries_.end(); ++entry) {
    const auto* const ready = std::get_if<Ready>(&entry->state);
    if (ready == nullptr) break;
    out.append(ready->text);
    bytes_ -= ready->text.size();
    held_ -= entry->held;
  }
  entries_.erase(entries_.begin(), entry);
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void PendingReplies::Clear() {
  std::vector<Entry>().swap(entries_);  // also releases its memory
  bytes_ = 0;
  lookups_ = 0;
  waits_ = 0;
  held_ = 0;
}

void PendingReplies::ReleaseBuffers() {
  for (Entry& entry : entries_) {
    ShrinkToFit(entry.state);
    Recount(entry);
  }
  entries_.shrink_to_fit();
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void PendingReplies::ShrinkToFit(State& state) {
  TailOf(state).shrink_to_fit();
  if (auto* const lookup = std::get_if<AwaitingPlaces>(&state)) lookup->at_line.shrink_to_fit();
  if (auto* const held = std::get_if<AwaitingNeighbour>(&state)) {
    held->lines.shrink_to_fit();
    held->reports.shrink_to_fit();
  }
}

size_t PendingReplies::HeapBytesOf(const State& state) {
  if (const auto* const lookup = std::get_if<AwaitingPlaces>(&state)) {
    return HeapBytes(lookup->at_line) + HeapBytes(lookup->behind);
  }
  if (const auto* const held = std::get_if<AwaitingNeighbour>(&state)) {
    return HeapBytes(held->replies) + HeapBytes(held->lines) + HeapBytes(held->reports);
  }
  return HeapBytes(std::get<Ready>(state).text);
}

// Excludes kWaitBytes, because several entries may share a wait.
size_t PendingReplies::BytesOf(const State& state) {
  if (const auto* const lookup = std::get_if<AwaitingPlaces>(&state)) {
    return lookup->at_line.size() + lookup->behind.size();
  }
  if (const auto* const held = std::get_if<AwaitingNeighbour>(&state)) {
    return held->replies.size() + held->lines.size() + held->reports.size() * sizeof(HeldReport);
  }
  return std::get<Ready>(state).text.size();
}

void PendingReplies::Recount(Entry& entry) {
  held_ -= entry.held;
  entry.held = HeapBytesOf(entry.state);
  held_ += entry.held;
}

}  // namespace proxyherd::gateway
