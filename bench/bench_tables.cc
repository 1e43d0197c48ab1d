#include "bench/bench_tables.h"

#include <string>

#include "absl/strings/str_format.h"
#include "base/env.h"

namespace proxyherd::bench {
namespace {

constexpr int64_t kFirstTime = 1'621'464'827'959'498'503;

}  // namespace

void MergeClients(Table& table, uint64_t first, uint64_t count, uint64_t step, int64_t round) {
  RecordView record;
  record.origin = table.origins().Intern("Clark").value();
  record.effective_ns = kFirstTime + round * kSecond;
  record.received_ns = record.effective_ns + 263'873'386;
  for (uint64_t i = first; i < first + count; i += step) {
    const std::string client = absl::StrFormat("client-%09d", i);
    const std::string location =
        absl::StrFormat("+34.%06d-118.%06d", i % 1'000'000, i * 7 % 1'000'000);
    record.client = client;
    record.location = location;
    table.Merge(record, 0);
  }
}

void MakeDifferent(Table& a, Table& b, uint64_t clients, uint64_t differences, int64_t round) {
  const uint64_t newer = differences / 3;
  MergeClients(a, 0, newer, 1, round);
  MergeClients(b, newer, newer, 1, round);
  // Client numbers that no other round uses.
  const uint64_t missing = differences - 2 * newer;
  const uint64_t fresh = clients + static_cast<uint64_t>(round) * 10'000'000;
  MergeClients(a, fresh, missing, 2, round);
  if (missing > 1) MergeClients(b, fresh + 1, missing - 1, 2, round);
}

}  // namespace proxyherd::bench
