// The asking end of repair: one walk from the whole table down to the records that differ.
//
// It asks about ranges, first groups of buckets, then parts of those that differ, until few enough
// records are left to compare them one by one. So its cost is proportional to the difference. It
// remembers nothing between walks: one that was broken off begins again, and finds only what is
// still different.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/record_batch.h"
#include "core/table.h"
#include "peer/protocol/link_messages.h"

namespace proxyherd {

// Pure; of the links thread.
class RepairWalk {
 public:
  // The table outlives it.
  explicit RepairWalk(const Table& table) : table_(table) {}

  // Forgets what was under way. At these ranges, or at everything.
  void Begin(int64_t tick, const std::vector<HashRange>& ranges = {HashRange{}});
  void Stop();

  bool running() const { return running_; }
  // Nothing is left to ask or to send, and no answer is awaited.
  bool Exhausted() const { return tasks_.empty() && wanted_.empty() && asked_.empty(); }
  bool CanWrite() const { return running_ && asked_.empty(); }

  // Appends records that the neighbour lacks, until the batch is full.
  void CopyWanted(RecordBatch& out);
  // The next question, of about `most_bytes`, and as many in the answer; nullopt when there is
  // none, or an answer is awaited.
  std::optional<RepairRequest> Ask(size_t most_bytes);
  // Records that the last question looked at.
  size_t looked_at() const { return looked_at_; }
  // The answer, after its records were merged; false when it does not fit the question.
  bool OnReply(const RepairReply& reply);
  // A record came with an answer that was missing here.
  void OnMissingHere(uint64_t record_hash) { AddDifference(record_hash); }

  // Differences found so far: how many, the hashes of (at most kMaxDifferencesKept of) them, and
  // the ranges they are in.
  uint64_t differences() const { return differences_; }
  const std::vector<uint64_t>& different_hashes() const { return different_hashes_; }
  const std::vector<HashRange>& different_ranges() const { return different_ranges_; }

 private:
  struct Task {
    HashRange range;
    size_t records_there;  // as far as is known: as many as the neighbour has in it
  };
  struct Wanted {
    HashRange range;
    bool all;
    absl::flat_hash_set<uint64_t> hashes;  // all: those that were sent; else those to send
  };

  // What a question has cost and may bring so far.
  struct Extent {
    size_t looked_at = 0;
    size_t values = 0;
    size_t records = 0;  // that the answer may bring
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

}  // namespace proxyherd
