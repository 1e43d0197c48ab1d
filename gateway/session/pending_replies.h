// Holds the replies of a connection that cannot be sent yet, in the order of their commands.
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

namespace proxyherd::gateway {

// Two kinds of replies wait: that of a WHATSAT for its places, and those of reports that arrived
// together until a neighbour has all of these reports. Later replies queue behind both. Accounts
// for the requests that it completes. Not thread-safe.
class PendingReplies {
 public:
  // Added to Bytes for each open wait, for its cost beside the replies, so that the server soon
  // stops reading from a client with very many waits.
  static constexpr size_t kWaitBytes = 512;

  // `accounting` outlives this object.
  explicit PendingReplies(RequestAccounting& accounting) : accounting_(accounting) {}

  bool Empty() const { return entries_.empty(); }
  size_t Bytes() const { return bytes_; }
  // The memory held: Bytes, and capacity that is reserved beyond it.
  size_t HeldBytes() const { return held_ + waits_ * kWaitBytes + HeapBytes(entries_); }
  size_t Lookups() const { return lookups_; }

  // The text to which replies to later commands are appended; call Appended after that. REQUIRES:
  // not Empty.
  std::string& Tail();
  void Appended(size_t bytes);

  // Adds a WHATSAT, of which only the AT line is known.
  void AddLookup(uint64_t ticket, int64_t started_ns, bool logged, std::string at_line);

  struct Report {
    std::string_view reply;  // sent if the report is confirmed
    std::string_view line;   // repeated as refused otherwise
    RequestResult result;
    bool logged;
  };
  // Adds a report that waits. Reports that arrived together share a ticket; the first of them
  // begins the wait. REQUIRES: `ticket` is not less than that of an earlier wait.
  void AddReport(uint64_t ticket, int64_t started_ns, const Report& report);

  // Both return false if the ticket is unknown or no longer open.
  bool CompleteLookup(uint64_t ticket, const PlacesAnswer& answer, int64_t now_ns);
  bool CompleteWait(uint64_t ticket, bool confirmed, int64_t now_ns);
  // Answers lookups that were started by `started_before_ns`; returns their number.
  int ExpireLookups(int64_t started_before_ns, const PlacesAnswer& answer, int64_t now_ns);

  // Answers every lookup, and answers every wait as not confirmed.
  void AnswerAll(const PlacesAnswer& answer, int64_t now_ns);

  // Moves to `out` the replies at the front that no longer wait.
  void Release(std::string& out);

  void Clear();
  // Releases reserved memory that is not used.
  void ReleaseBuffers();

  // Asserts that the totals equal the sums over the entries, and that each entry is consistent.
  void CheckInvariants() const;

 private:
  // Complete replies that only wait for those before them.
  struct Ready {
    std::string text;
  };

  // A WHATSAT that waits for its places.
  struct AwaitingPlaces {
    uint64_t ticket;
    int64_t started_ns;
    bool logged;
    std::string at_line;
    std::string behind;  // replies to the commands after it, up to the next entry
  };

  // A reply within `replies`, and its line within `lines`.
  struct HeldReport {
    size_t reply_begin;
    size_t reply_size;
    size_t line_size;
    RequestResult result;
    bool logged;
  };

  // Reports of one wait, up to the next entry; a WHATSAT among them splits them into several
  // entries.
  struct AwaitingNeighbour {
    uint64_t ticket;
    int64_t started_ns;
    std::string replies;  // including others between them
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
  uint64_t newest_wait_ = 0;  // the ticket of the newest wait
  size_t held_ = 0;           // heap bytes of the entries' buffers
};

}  // namespace proxyherd::gateway
