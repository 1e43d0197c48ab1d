// Replies of a connection that cannot leave yet, in the order of their commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/heap_bytes.h"
#include "gateway/protocol/command.h"
#include "gateway/session/session_context.h"

namespace proxyherd {

// Two things hold replies up: a WHATSAT waits for its places, and the reports that came in together
// wait until a neighbour has them. What comes after either queues behind it. Counts and logs what
// it completes. Not thread-safe.
class PendingReplies {
 public:
  // A wait costs this much beside its replies: counted as bytes, so that a client with very many
  // of them is soon no longer read from.
  static constexpr size_t kWaitBytes = 512;

  explicit PendingReplies(const SessionContext& context) : context_(context) {}

  bool Empty() const { return entries_.empty(); }
  size_t Bytes() const { return bytes_; }
  // Memory that it holds: Bytes and more, by what is reserved.
  size_t HeldBytes() const { return held_ + HeapBytes(entries_); }
  size_t Lookups() const { return lookups_; }

  // Where replies to later commands go, and what says that some were appended. REQUIRES: not Empty.
  std::string& Tail() { return entries_.back().behind; }
  void Appended(size_t bytes) {
    bytes_ += bytes;
    Recount(entries_.back());
  }

  // A WHATSAT whose AT line is known.
  void AddLookup(uint64_t ticket, int64_t started_ns, bool logged, std::string at_line);

  // Reports that came in together, each by AddReport, wait from here on.
  void AddWait(uint64_t ticket, int64_t started_ns);
  // A report's reply if it is confirmed; its line, if not. REQUIRES: `ticket` is of the last
  // AddWait.
  void AddReport(uint64_t ticket, const std::string& reply, std::string_view line,
                 RequestResult result, bool logged);

  // False: there is no such lookup, or no longer.
  bool CompleteLookup(uint64_t ticket, const PlacesAnswer& answer, int64_t now_ns);
  bool CompleteWait(uint64_t ticket, bool confirmed, int64_t now_ns);
  // Answers lookups that were started before; returns how many.
  int ExpireLookups(int64_t started_before_ns, const PlacesAnswer& answer, int64_t now_ns);

  // Answers every lookup, and every wait as not confirmed.
  void AnswerAll(const PlacesAnswer& answer, int64_t now_ns);

  // Moves what nothing holds up any more to the end of `out`.
  void Release(std::string& out);

  void Clear();
  // What is reserved and not used.
  void GiveBuffersBack();

 private:
  // A reply within `behind`, and the line that it answers within `lines`.
  struct HeldReport {
    size_t reply_begin;
    size_t reply_size;
    size_t line_size;
    RequestResult result;
    bool logged;
  };

  struct Entry {
    uint64_t ticket;
    int64_t started_ns;
    bool is_lookup;
    bool logged;
    bool answered;
    std::string reply;   // of a lookup: the AT line, later all of it
    std::string behind;  // replies to the commands after it, up to the next entry

    // Reports in `behind` that wait, all by one ticket.
    uint64_t wait;
    std::vector<HeldReport> reports;
    std::string lines;

    size_t held = 0;  // its part of held_
  };

  void Answer(Entry& lookup, const PlacesAnswer& answer, int64_t now_ns);
  void Settle(Entry& entry, bool confirmed);
  void Recount(Entry& entry);

  const SessionContext& context_;
  std::vector<Entry> entries_;
  size_t bytes_ = 0;
  size_t lookups_ = 0;  // not answered
  size_t held_ = 0;     // of the heap by the entries' buffers, and kWaitBytes for each open wait
};

}  // namespace proxyherd
