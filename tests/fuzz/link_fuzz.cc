// Any bytes as a message on a link: what parses is taken by a receiver past its handshake, which
// answers, refuses or merges, and leaves a table that holds valid records only.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/table.h"
#include "peer/link_receiver.h"
#include "peer/link_wire.h"
#include "tests/fuzz/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

namespace {

class StillEnv : public Env {
 public:
  int64_t NowNs() override { return 1'621'464'828'000'000'000; }
  int64_t MonotonicNs() override { return 0; }
  uint64_t Random() override { return 4; }
};

class Recorder : public LinkReceiver::Transport {
 public:
  void Write(ReceiverMessage /*message*/) override {
    FUZZ_CHECK(!writing);
    writing = true;
  }
  void Finish(const absl::Status& status) override {
    FUZZ_CHECK(!finished && !status.ok());
    finished = true;
  }
  bool writing = false;
  bool finished = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  peer::v1::LinkRequest wire;
  if (!wire.ParseFromArray(data, static_cast<int>(size))) return 0;

  const LinkIdentity clark = {"seed", "Clark", 1, 1, {"Bona"}};
  StillEnv env;
  Table table({.herd = "seed", .node = "Clark", .probe_seed = 1});
  Recorder transport;
  LinkReceiver::Owner owner;
  owner.admit = [](const Hello&) { return absl::OkStatus(); };
  owner.serving = [] { return true; };
  owner.repair_done = [](const RepairDone&) {};
  owner.split_horizon_mask = [] { return FollowerMask{0}; };
  owner.merged = [](const MergeCounts&, size_t) {};
  owner.flooded = [](int64_t) {};
  LinkReceiver receiver(clark, table, env, transport, owner, 0);
  receiver.OnMessage(Hello{"seed", "Bona", 1, 1, kLinkProtocolVersion, 1}, 0);
  FUZZ_CHECK(receiver.greeted() && transport.writing);
  transport.writing = false;
  receiver.OnWritten(0);

  receiver.OnMessage(FromWire(wire), 0);
  for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
    table.VisitBucket(bucket, [](const RecordView& record) { FUZZ_CHECK(IsValidRecord(record)); });
  }
  return 0;
}
