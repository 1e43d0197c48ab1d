#include "peer/link/batch_source.h"

#include <cassert>
#include <string>
#include <utility>

namespace proxyherd::peer {

BatchSource::BatchSource(Table& table, std::function<void()> wake, SenderCounters& counters)
    : table_(table), counters_(counters), cursor_(table, std::move(wake)) {}

void BatchSource::OnStreamUp(bool new_process, bool late, int64_t now_ns) {
  if (new_process) {
    cursor_.GoTo(dialled_at_);
  } else {
    cursor_.Rewind();
  }
  idle_ = false;
  window_.OnStreamUp(late, now_ns);
}

void BatchSource::Acknowledge(uint64_t number, int64_t now_ns) {
  const std::optional<FeedPositions> arrived = window_.Acknowledge(number, now_ns);
  if (arrived.has_value()) cursor_.Acknowledge(*arrived);
}

std::optional<Batch> BatchSource::NextChanges(bool awaited, int64_t now_ns) {
  assert(window_.MayWrite(now_ns));
  if (idle_) return std::nullopt;
  RecordBatch& records = Begin();
  cursor_.Take(records);
  while (records.Empty()) {
    // Changes that were skipped because they came over this link are treated as acknowledged.
    if (window_.Empty()) cursor_.Acknowledge(cursor_.Position());
    idle_ = cursor_.GoIdle();
    if (idle_) return std::nullopt;
    cursor_.Take(records);
  }
  return Pack(false, awaited, now_ns);
}

RecordBatch& BatchSource::Begin() {
  records_.set_max_bytes(window_.batch_bytes());
  records_.Clear();
  return records_;
}

Batch BatchSource::Pack(bool repair, bool awaited, int64_t now_ns) {
  const size_t bytes = records_.bytes().size();
  const SendWindow::Numbered numbered =
      window_.OnBatch({cursor_.Position(), bytes, repair, records_.Full(), awaited}, now_ns);
  Batch batch;
  batch.number = numbered.number;
  batch.acknowledge_now = numbered.acknowledge_now;
  batch.records = records_.bytes();
  batch.repair = repair;
  for (const OriginIndex origin : records_.origins()) {
    batch.origins.push_back({origin, std::string(table_.origins().NameOf(origin))});
  }
  ++counters_.batches;
  counters_.records += records_.Records();
  if (repair) counters_.repair_records += records_.Records();
  counters_.record_bytes += bytes;
  return batch;
}

}  // namespace proxyherd::peer
