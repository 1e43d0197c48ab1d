// Completing replies.
#include "gateway/session/pending_replies.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "gateway/protocol/reply.h"

namespace proxyherd {

void PendingReplies::AddLookup(uint64_t ticket, int64_t started_ns, bool logged,
                               std::string at_line) {
  bytes_ += at_line.size();
  ++lookups_;
  entries_.push_back({ticket, started_ns, true, logged, false, std::move(at_line), {}, 0, {}, {}});
  Recount(entries_.back());
}

void PendingReplies::AddWait(uint64_t ticket, int64_t started_ns) {
  bytes_ += kWaitBytes;
  entries_.push_back({ticket, started_ns, false, false, false, {}, {}, ticket, {}, {}});
  Recount(entries_.back());
}

void PendingReplies::AddReport(uint64_t ticket, const std::string& reply, std::string_view line,
                               RequestResult result, bool logged) {
  Entry& entry = entries_.back();
  entry.wait = ticket;
  entry.reports.push_back({entry.behind.size(), reply.size(), line.size(), result, logged});
  entry.behind.append(reply);
  entry.lines.append(line);
  bytes_ += reply.size() + line.size() + sizeof(HeldReport);
  Recount(entry);
}

bool PendingReplies::CompleteLookup(uint64_t ticket, const PlacesAnswer& answer, int64_t now_ns) {
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [ticket](const Entry& e) {
    return e.ticket == ticket && e.is_lookup && !e.answered;
  });
  if (entry == entries_.end()) return false;
  Answer(*entry, answer, now_ns);
  return true;
}

int PendingReplies::ExpireLookups(int64_t started_before_ns, const PlacesAnswer& answer,
                                  int64_t now_ns) {
  int expired = 0;
  for (Entry& entry : entries_) {
    if (!entry.is_lookup || entry.answered || entry.started_ns > started_before_ns) continue;
    Answer(entry, answer, now_ns);
    ++expired;
  }
  return expired;
}

void PendingReplies::Answer(Entry& lookup, const PlacesAnswer& answer, int64_t now_ns) {
  const size_t before = lookup.reply.size();
  AppendPlacesAnswer(answer, lookup.reply);
  bytes_ += lookup.reply.size() - before;
  lookup.answered = true;
  --lookups_;
  Recount(lookup);
  const bool found = std::holds_alternative<std::string>(answer);
  context_.counters
      .Requests(Verb::kWhatsat, found ? RequestResult::kOk : RequestResult::kPlacesError)
      .Add();
  context_.counters.Handling(Verb::kWhatsat).Observe(now_ns - lookup.started_ns, 1);
  if (lookup.logged) context_.backend.log.Replied(lookup.reply);
}

bool PendingReplies::CompleteWait(uint64_t ticket, bool confirmed, int64_t now_ns) {
  const auto wait = std::find_if(entries_.begin(), entries_.end(), [ticket](const Entry& e) {
    return e.ticket == ticket && !e.is_lookup && !e.answered;
  });
  if (wait == entries_.end()) return false;
  wait->answered = true;
  bytes_ -= kWaitBytes;
  size_t reports = 0;
  for (auto entry = wait; entry != entries_.end(); ++entry) {
    if (entry->wait != ticket) continue;
    reports += entry->reports.size();
    Settle(*entry, confirmed);
    Recount(*entry);
  }
  context_.counters.Handling(Verb::kIamat).Observe(now_ns - wait->started_ns, reports);
  return true;
}

void PendingReplies::AnswerAll(const PlacesAnswer& answer, int64_t now_ns) {
  ExpireLookups(std::numeric_limits<int64_t>::max(), answer, now_ns);
  std::vector<uint64_t> waits;
  for (const Entry& entry : entries_) {
    if (!entry.is_lookup && !entry.answered) waits.push_back(entry.ticket);
  }
  for (const uint64_t ticket : waits) CompleteWait(ticket, false, now_ns);
}

// What is not confirmed is answered as a line that was not taken; between the reports stand replies
// that nothing has to confirm.
void PendingReplies::Settle(Entry& entry, bool confirmed) {
  const std::string waited = std::exchange(entry.behind, {});
  const std::string lines = std::exchange(entry.lines, {});
  const std::vector<HeldReport> reports = std::exchange(entry.reports, {});
  bytes_ -= waited.size() + lines.size() + reports.size() * sizeof(HeldReport);
  size_t at = 0;
  size_t line_begin = 0;
  for (const HeldReport& report : reports) {
    entry.behind.append(waited, at, report.reply_begin - at);
    at = report.reply_begin;
    const size_t begin = entry.behind.size();
    if (confirmed) {
      entry.behind.append(waited, at, report.reply_size);
    } else {
      AppendEcho(std::string_view(lines).substr(line_begin, report.line_size), entry.behind);
    }
    at += report.reply_size;
    line_begin += report.line_size;
    const RequestResult result = confirmed ? report.result : RequestResult::kUnconfirmed;
    context_.counters.Requests(Verb::kIamat, result).Add();
    if (report.logged) context_.backend.log.Replied(std::string_view(entry.behind).substr(begin));
  }
  entry.behind.append(waited, at);
  bytes_ += entry.behind.size();
}

void PendingReplies::Release(std::string& out) {
  auto entry = entries_.begin();
  for (; entry != entries_.end() && entry->answered; ++entry) {
    out.append(entry->reply).append(entry->behind);
    bytes_ -= entry->reply.size() + entry->behind.size();
    held_ -= entry->held;
  }
  entries_.erase(entries_.begin(), entry);
}

void PendingReplies::Clear() {
  std::vector<Entry>().swap(entries_);  // with its memory
  bytes_ = 0;
  lookups_ = 0;
  held_ = 0;
}

void PendingReplies::GiveBuffersBack() {
  for (Entry& entry : entries_) {
    for (std::string* text : {&entry.reply, &entry.behind, &entry.lines}) text->shrink_to_fit();
    entry.reports.shrink_to_fit();
    Recount(entry);
  }
  entries_.shrink_to_fit();
}

void PendingReplies::Recount(Entry& entry) {
  const bool waits = !entry.is_lookup && !entry.answered;
  held_ -= entry.held;
  entry.held = HeapBytes(entry.reply) + HeapBytes(entry.behind) + HeapBytes(entry.lines) +
               HeapBytes(entry.reports) + (waits ? kWaitBytes : 0);
  held_ += entry.held;
}

}  // namespace proxyherd
