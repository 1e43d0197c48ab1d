// The paths of batches that neighbours send and receive.
#include <optional>
#include <vector>

#include "bench/instructions/counted.h"
#include "bench/instructions/fixed_clients.h"
#include "core/cursor.h"
#include "peer/protocol/merge_batch.h"
#include "peer/wire/link_wire.h"

namespace proxyherd::bench {
namespace {

constexpr uint64_t kClients = 10'000;
constexpr uint64_t kBatchRecords = 256;
constexpr int kBatches = 16;

// The records of a node whose clients report in rounds, in batches as links send them.
class Sender {
 public:
  peer::Batch NextBatch() {
    ++round_;
    for (uint64_t i = 0; i < kBatchRecords; ++i) {
      const std::string id = FixedId(order_.Next());
      const std::string time = FixedTime(round_);
      table_.TakeReport({id, kFixedLocation, time}, kFirstSecond * kSecond);
    }
    taken_.Clear();
    while (cursor_.Take(taken_)) {
    }
    cursor_.Acknowledge(cursor_.Position());
    return {round_, {{0, "Bailey"}}, taken_.bytes(), false};
  }

 private:
  Table table_{{.herd = "seed", .node = "Bailey", .probe_seed = 7}};
  Cursor cursor_{table_, [] {}};
  RecordBatch taken_{262'144};
  FixedOrder order_{kClients};
  uint64_t round_ = 0;
};

// A table that knows all clients, the neighbour that sends batches, and another that sleeps.
class Receiver {
 public:
  Receiver() {
    for (uint64_t client = 0; client < kClients; ++client) {
      const std::string id = FixedId(client);
      const std::string time = FixedTime(0);
      table_.TakeReport({id, kFixedLocation, time}, kFirstSecond * kSecond);
    }
    neighbour_.emplace(table_, [] {});
    other_.emplace(table_, [] {});
  }

  void Merge(const peer::Batch& batch) {
    peer::MergeCounts counts;
    peer::MergeBatch(batch, neighbour_->Mask(), table_, counts,
                     [](const RecordView& /*record*/, MergeOutcome /*outcome*/) {})
        .IgnoreError();
  }

  // Makes the other neighbour take and acknowledge the changes, and sleep again.
  void Forward() {
    taken_.Clear();
    while (other_->Take(taken_)) {
    }
    other_->Acknowledge(other_->Position());
    other_->GoIdle();
  }
  // The same for the neighbour that sent the changes, to which nothing goes back.
  void Skip() {
    while (neighbour_->Take(taken_)) {
    }
    neighbour_->Acknowledge(neighbour_->Position());
    neighbour_->GoIdle();
  }

 private:
  Table table_{{.herd = "seed", .node = "Clark", .probe_seed = 42}};
  std::optional<Cursor> neighbour_;
  std::optional<Cursor> other_;
  RecordBatch taken_{262'144};
};

// Each path is an operation on a batch. Operations are counted per record, or per batch.
class FloodPath : public HotPath {
 public:
  explicit FloodPath(uint64_t operations_per_batch) : per_batch_(operations_per_batch) {}

  uint64_t Run() override {
    for (int i = 0; i < kBatches; ++i) Go(sender_.NextBatch());
    return kBatches * per_batch_;
  }

 private:
  virtual void Go(peer::Batch batch) = 0;

  const uint64_t per_batch_;
  Sender sender_;
};

class MergePath : public FloodPath {
 public:
  MergePath() : FloodPath(kBatchRecords) {}

 private:
  void Go(peer::Batch batch) override {
    receiver_.Forward();
    receiver_.Skip();
    Counted([&] { receiver_.Merge(batch); });
  }
  Receiver receiver_;
};

// Duplicates: the same batch has already arrived over the other link.
class MergeEqualPath : public FloodPath {
 public:
  MergeEqualPath() : FloodPath(kBatchRecords) {}

 private:
  void Go(peer::Batch batch) override {
    receiver_.Merge(batch);
    Counted([&] { receiver_.Merge(batch); });
    receiver_.Forward();
    receiver_.Skip();
  }
  Receiver receiver_;
};

class TakePath : public FloodPath {
 public:
  TakePath() : FloodPath(kBatchRecords) {}

 private:
  void Go(peer::Batch batch) override {
    receiver_.Merge(batch);
    Counted([&] { receiver_.Forward(); });
    receiver_.Skip();
  }
  Receiver receiver_;
};

class EncodePath : public FloodPath {
 public:
  EncodePath() : FloodPath(1) {}

 private:
  void Go(peer::Batch batch) override {
    peer::v1::LinkRequest message;
    Counted([&] { peer::ToWire(std::move(batch), message); });
  }
};

class DecodePath : public FloodPath {
 public:
  DecodePath() : FloodPath(1) {}

 private:
  void Go(peer::Batch batch) override {
    peer::v1::LinkRequest message;
    peer::ToWire(std::move(batch), message);
    Counted([&] { peer::FromWire(message); });
  }
};

template <typename Path>
std::unique_ptr<HotPath> Make() {
  return std::make_unique<Path>();
}

}  // namespace

void AddFloodPaths(HotPaths& paths) {
  paths["merge_batch"] = Make<MergePath>;
  paths["merge_equal"] = Make<MergeEqualPath>;
  paths["take_changes"] = Make<TakePath>;
  paths["batch_to_wire"] = Make<EncodePath>;
  paths["batch_from_wire"] = Make<DecodePath>;
}

}  // namespace proxyherd::bench
