// Checks at the end of a run, when the herd has settled.
#include <optional>

#include "tests/sim/model.h"

namespace proxyherd::sim {

void Model::CheckEnd(const std::vector<const Table*>& tables) {
  for (NodeId node = 0; node < tables.size(); ++node) {
    CheckContents(node, *tables[node], node == 0 ? nullptr : tables[0]);
    if (!world_.failure.empty()) return;
  }
  // If contents and digests are the same everywhere, it is enough to check one node's digests.
  CheckDigests(0, *tables[0]);
}

void Model::CheckContents(NodeId node, const Table& table, const Table* first) {
  uint64_t records = 0;
  for (uint32_t client = 0; client < clients(); ++client) {
    const TakeId held = Lookup(node, table, client);
    records += held == 0 ? 0 : 1;
    if (Compare(held, must_[client]) < 0 && !MayForget(client, must_[client], node)) {
      world_.Fail("lost: " + Describe(must_[client]) + "; " + NameOf(node) + " holds " +
                  Describe(held));
    }
    Shows(node, client, held, answered_[node], "a client");
    if (held != 0 && LongExpired(held, node)) {
      world_.Fail(NameOf(node) + " still knows " + Describe(held));
    }
    if (held != watched_[node][client] && !MayForget(client, watched_[node][client], node)) {
      world_.Fail("the watcher at " + NameOf(node) + " was told " +
                  Describe(watched_[node][client]) + " and not " + Describe(held));
    }
    const TakeId at_first = answered_[0][client];
    const bool forgotten = (held == 0 && MayForget(client, at_first, node)) ||
                           (at_first == 0 && MayForget(client, held, 0));
    if (first != nullptr && held != at_first && !forgotten) {
      world_.Fail("diverged: " + NameOf(0) + " holds " + Describe(answered_[0][client]) + ", " +
                  NameOf(node) + " holds " + Describe(held));
    }
  }
  if (records > table.Records() || (records != table.Records() && !plan_.expiry.Enabled())) {
    world_.Fail(NameOf(node) + " counts " + std::to_string(table.Records()) + " records and has " +
                std::to_string(records));
  }
  if (first == nullptr) return;
  const std::optional<TableDigest> digest = table.Digest();
  const std::optional<TableDigest> of_first = first->Digest();
  if (!digest.has_value() || !of_first.has_value()) return;
  const int64_t tick = CommonTick(*digest, *of_first).value_or(digest->tick);
  for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
    if (table.BucketDigest(bucket, tick) != first->BucketDigest(bucket, tick)) {
      world_.Fail("with the same contents " + NameOf(0) + " and " + NameOf(node) +
                  " have different digests of bucket " + std::to_string(bucket));
      return;
    }
  }
}

// Digests are updated with each change; a new table with the same records must have the same.
void Model::CheckDigests(NodeId node, const Table& table) {
  if (plan_.expiry.Enabled()) return;  // they count records that are not shown any more
  Table fresh({.herd = "simulated", .node = NameOf(node), .probe_seed = 1});
  for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
    table.VisitBucket(bucket, [&](const RecordView& record) {
      RecordView copy = record;
      copy.origin = *fresh.origins().Intern(table.origins().NameOf(record.origin));
      fresh.Merge(copy, 0);
    });
    if (fresh.BucketDigest(bucket, 0) != table.BucketDigest(bucket, 0)) {
      world_.Fail(NameOf(node) + " has a digest of bucket " + std::to_string(bucket) +
                  " that its records do not have");
      return;
    }
  }
  const std::optional<TableDigest> digest = table.Digest();
  const std::optional<TableDigest> expected = fresh.Digest();
  if (digest->sum != expected->sum) {
    world_.Fail(NameOf(node) + " has a root digest that its records do not have");
  }
}

void Model::CheckForgotten(const std::vector<const Table*>& tables) {
  for (NodeId node = 0; node < tables.size(); ++node) {
    if (tables[node]->Records() == 0) continue;
    world_.Fail(NameOf(node) + " still holds " + std::to_string(tables[node]->Records()) +
                " records that should have been deleted");
  }
}

void Model::CheckMemory(NodeId node, const Table& table) {
  // Each stripe's feed holds its minimum, or an entry for two records; and one more in progress.
  const uint64_t max_entries =
      kStripes * (plan_.feed_min_entries + 1) + table.Records() / 2 + kStripes;
  if (table.FeedEntries() > max_entries) {
    world_.Fail(NameOf(node) + " holds " + std::to_string(table.FeedEntries()) +
                " entries of its feed for " + std::to_string(table.Records()) + " records");
  }
  // One chunk for each stripe, plus at most four times the size of the largest records.
  const uint64_t most_bytes = kStripes * uint64_t{BlockArena::kChunkBytes} +
                              4 * table.Records() * (kRecordHeaderBytes + 120);
  if (table.MemoryBytes() > most_bytes) {
    world_.Fail(NameOf(node) + " needs " + std::to_string(table.MemoryBytes()) + " bytes for " +
                std::to_string(table.Records()) + " records");
  }
}

}  // namespace proxyherd::sim
