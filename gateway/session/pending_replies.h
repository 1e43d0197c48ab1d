// Replies of a connection that cannot leave yet, in the order of their commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/heap_bytes.h"
#include "gateway/session/backend.h"
#include "gateway/session/counters.h"
#include "gateway/session/request_accounting.h"

namespace proxyherd {

// Two things hold replies up: a WHATSAT waits for its places, and the reports that came in together
// wait until a neighbour has them. What comes after either queues behind it. Accounts for what it
// completes. Not thread-safe.
class PendingReplies {
 public:
  // A wait costs this much beside its replies: counted as bytes, so that a client with very many
  // of them is soon no longer read from.
  static constexpr size_t kWaitBytes = 512;

  // `accounting` outlives it.
  explicit PendingReplies(RequestAccounting& accounting) : accounting_(accounting) {}

  bool Empty() const { return entries_.empty(); }
  size_t Bytes() const { return bytes_; }
  // Memory that it holds: Bytes and more, by what is reserved.
  size_t HeldBytes() const { return held_ + waits_ * kWaitBytes + HeapBytes(entries_); }
  size_t Lookups() const { return lookups_; }

  // Where replies to later commands go, and what says that some were appended. REQUIRES: not Empty.
  std::string& Tail();
  void Appended(size_t bytes);

  // A WHATSAT whose AT line is known.
  void AddLookup(uint64_t ticket, int64_t started_ns, bool logged, std::string at_line);

  struct Report {
    std::string_view reply;  // if it is confirmed
    std::string_view line;   // that is answered as refused if it is not
    RequestResult result;
    bool logged;
  };
  // A report waits. Those that came in together have one ticket, and the first of them begins the
  // wait. REQUIRES: `ticket` is not less than that of an earlier wait.
  void AddReport(uint64_t ticket, int64_t started_ns, const Report& report);

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

  // Asserts that the totals are the sums over the entries, and that each entry is sound.
  void CheckInvariants() const;

 private:
  // Replies that only wait for those before them.
  struct Ready {
    std::string text;
  };

  // A WHATSAT.
  struct AwaitingPlaces {
    uint64_t ticket;
    int64_t started_ns;
    bool logged;
    std::string at_line;
    std::string behind;  // replies to the commands after it, up to the next entry
  };

  // A reply within `replies`, and the line that it answers within `lines`.
  struct HeldReport {
    size_t reply_begin;
    size_t reply_size;
    size_t line_size;
    RequestResult result;
    bool logged;
  };

  // Reports of one wait, up to the next entry; a WHATSAT among them splits them into several.
  struct AwaitingNeighbour {
    uint64_t ticket;
    int64_t started_ns;
    std::string replies;  // others between them included
    std::string lines;
    std::vector<HeldReport> reports;
  };

  using State = std::variant<Ready, AwaitingPlaces, AwaitingNeighbour>;
  struct Entry {
    State state;
    size_t held = 0;  // its part of held_
  };

  static std::string& TailOf(State& state);
  static size_t HeapBytesOf(const State& state);
  static size_t BytesOf(const State& state);
  static void ShrinkToFit(State& state);
  AwaitingNeighbour& NeighbourEntry(uint64_t ticket, int64_t started_ns);
  void Answer(Entry& entry, AwaitingPlaces& lookup, const PlacesAnswer& answer, int64_t now_ns);
  void Settle(Entry& entry, AwaitingNeighbour& held, bool confirmed);
  void BecomesReady(Entry& entry, std::string text);
  void Recount(Entry& entry);

  RequestAccounting& accounting_;
  std::vector<Entry> entries_;
  size_t bytes_ = 0;
  size_t lookups_ = 0;        // that wait
  size_t waits_ = 0;          // that are open
  uint64_t newest_wait_ = 0;  // its ticket
  size_t held_ = 0;           // of the heap by the entries' buffers
};

}  // namespace proxyherd
