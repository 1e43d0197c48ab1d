// A conversation on a link, directed by the fuzzer's bytes: steps, and messages in their wire form.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "peer/wire/link_wire.h"
#include "tests/support/check.h"
#include "tests/support/played_neighbour.h"

namespace proxyherd {

// A step is one byte: the low half is its kind, the high half its argument. Two length bytes come
// before a message. Kinds beyond the known ones are messages, so that the fuzzer finds them easily.
enum class LinkStep : uint8_t { kPass, kRead, kReport, kConnect, kGreet, kBreakOff, kMessage };

inline constexpr size_t kMaxLinkSteps = 400;

// Longer than any conversation, so that ticks and expiry depend only on the messages.
inline constexpr int64_t kExpireAfterNs = 24 * 3600 * kSecond;

// Checks the table and the view of the links at the end of a conversation.
inline void CheckLinks(PlayedNeighbour& played) {
  const peer::LinkView view = played.view();
  FUZZ_CHECK(played.links().membership().nodes().size() <= peer::kMaxKnownNodes);
  for (const auto& [name, entry] : played.links().membership().nodes()) {
    FUZZ_CHECK(!entry.member.has_value() || peer::IsValidMember(*entry.member));
  }
  FUZZ_CHECK(view.lag_records <= played.table().Records());
  FUZZ_CHECK(view.received.records.no_origin <= view.received.records.invalid);
  const uint64_t won = view.received.records.won;
  FUZZ_CHECK(played.links().flood_ages().SumNs() <= won * uint64_t{peer::kOldestFloodNs});
  if (won == 0) return;
  for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
    played.table().VisitBucket(bucket,
                               [](const RecordView& record) { FUZZ_CHECK(IsValidRecord(record)); });
  }
}

// The first byte decides whether records expire, and whether the neighbour knows late
// acknowledgements. `send` takes each message that parses as a `Wire`.
template <typename Wire, typename SendMessage>
void PlayLink(const char* name, std::span<const uint8_t> bytes, SendMessage send) {
  if (bytes.empty()) return;
  PlayedNeighbour played(name, bytes[0] % 2 == 0 ? 0 : kExpireAfterNs);
  if (bytes[0] / 2 % 2 == 1) played.KnowLateAcknowledgements();
  bytes = bytes.subspan(1);
  played.Greet();
  played.AnswerHello();
  played.Report("kiwi");
  for (size_t step = 0; step < kMaxLinkSteps && !bytes.empty(); ++step) {
    const uint8_t kind = bytes[0] % 16;
    const uint8_t argument = bytes[0] / 16;
    bytes = bytes.subspan(1);
    switch (static_cast<LinkStep>(kind)) {
      case LinkStep::kPass:
        // From below a millisecond to longer than any time-out.
        played.Pass(peer::kBatchIntervalNs << argument);
        continue;
      case LinkStep::kRead:
        played.Read();
        played.ReadOutgoing();
        continue;
      case LinkStep::kReport:
        played.Report(absl::StrCat("client-", argument));
        continue;
      case LinkStep::kConnect:
        played.Connect();
        continue;
      case LinkStep::kGreet:
        played.Greet();
        played.AnswerHello();
        continue;
      case LinkStep::kBreakOff:
        played.BreakOff();
        continue;
      default:
        break;
    }
    if (bytes.size() < 2) break;
    const size_t size = std::min<size_t>(bytes[0] | bytes[1] << 8, bytes.size() - 2);
    Wire wire;
    if (wire.ParseFromArray(bytes.data() + 2, static_cast<int>(size)))
      send(played, peer::FromWire(wire));
    bytes = bytes.subspan(2 + size);
  }
  CheckLinks(played);
}

}  // namespace proxyherd
