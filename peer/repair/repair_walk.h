// The asking end of repair: one walk from the whole table down to the records that differ.
//
// A walk asks about ranges: first groups of buckets, then parts of those that differ, until few
// enough records are left to compare one by one. So its cost is proportional to the difference.
// Nothing is kept between walks: an interrupted walk begins again, and finds only what still
// differs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/record_batch.h"
#include "core/table.h"
#include "peer/protocol/link_messages.h"

namespace proxyherd::peer {

// No I/O; accessed by the links thread only.
class RepairWalk {
 public:
  // The table must outlive the walk.
  explicit RepairWalk(const Table& table) : table_(table) {}

  // Abandons the present walk, and begins one over these ranges (by default over the whole table).
  void Begin(int64_t tick, const std::vector<HashRange>& ranges = {HashRange{}});
  void Stop();

  bool running() const { return running_; }
  // Returns true if nothing is left to ask or to send, and no answer is pending.
  bool Exhausted() const { return tasks_.empty() && wanted_.empty() && asked_.empty(); }
  bool CanWrite() const { return running_ && asked_.empty(); }

  // Appends records that the neighbour lacks, until the batch is full.
  void CopyWanted(RecordBatch& out);
  // Returns the next question, which takes about `max_bytes` at most, as does its answer; nullopt
  // if nothing is left to ask or an answer is pending.
  std::optional<RepairRequest> Ask(size_t max_bytes);
  // Number of records visited for the last question.
  size_t looked_at() const { return looked_at_; }
  // The neighbour has answered, and the records of the answer have been merged. Returns false if
  // the answer does not fit the question.
  bool OnReply(const RepairReply& reply);
  // An answer has brought a record that was missing here.
  void OnMissingHere(uint64_t record_hash) { AddDifference(record_hash); }

  // Differences found so far: their number, the hashes of at most kMaxDifferencesKept, and the
  // ranges that contain them.
  uint64_t differences() const { return differences_; }
  const std::vector<uint64_t>& different_hashes() const { return different_hashes_; }
  const std::vector<HashRange>& different_ranges() const { return different_ranges_; }

 private:
  struct Task {
    HashRange range;
    size_t records_there;  // the neighbour's records in the range, as far as known
  };
  struct Wanted {
    HashRange range;
    bool all;
    absl::flat_hash_set<uint64_t> hashes;  // all: hashes to leave out; otherwise hashes to send
  };

  // Cost and size of a question, and size of its answer, so far.
  struct Extent {
    size_t looked_at = 0;
    size_t values = 0;
    size_t records = 0;  // records that the answer may bring
  };
  void AskAbout(const Task& task, RepairRequest& request, Extent& extent);
  size_t CopyWantedOf(Wanted& wanted, RecordBatch& out, bool& left_over);
  bool OnVerdict(const RepairRange& asked, const RangeVerdict& verdict);
  void AddDifference(uint64_t record_hash);

  const Table& table_;
  bool running_ = false;
  int64_t tick_ = 0;
  std::vector<Task> tasks_;  // a stack: deeper ranges first, so that it stays short
  std::vector<Wanted> wanted_;
  std::vector<RepairRange> asked_;
  size_t looked_at_ = 0;
  uint64_t differences_ = 0;
  std::vector<uint64_t> different_hashes_;
  std::vector<HashRange> different_ranges_;
};

}  // namespace proxyherd::peer
