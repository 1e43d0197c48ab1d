// Finds what differs between the tables of several nodes: from the whole down to parts that have
// few clients, asking further only where sums differ, so that the cost is proportional to the
// difference. Pure; tools/herdctl/ask/digest_questions.h asks.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace proxyherd {

// See HashRange of digests.proto.
struct DigestRange {
  uint64_t first = 0;
  uint32_t bits = 0;

  auto operator<=>(const DigestRange&) const = default;
};

struct PartSum {
  DigestRange range;
  uint64_t sum = 0;
  uint64_t records = 0;

  bool operator==(const PartSum&) const = default;
};

// A client's report, as a node knows it.
struct KnownReport {
  int64_t reported_ns = 0;  // the client's time, since 1970
  int64_t received_ns = 0;
  std::string location;
  std::string time;  // as the client wrote it
  std::string server;

  bool operator==(const KnownReport&) const = default;
};

// What each node knows of a client about which they differ; by node, as the walk numbers them.
struct ClientStates {
  std::string client;
  std::vector<std::optional<KnownReport>> at;
};

// One look at all nodes.
struct DigestLook {
  std::vector<ClientStates> clients;
  bool complete = true;  // false: more may differ than was looked at
};

// What one node has in one range.
struct ListedClients {
  std::vector<std::pair<std::string, KnownReport>> clients;
  bool complete = true;
};

// What to ask all nodes next: the sums of the parts of ranges, or the clients of ranges.
struct DigestQuestion {
  bool for_clients = false;
  std::vector<DigestRange> ranges;
};

class DigestWalk {
 public:
  // Ends after so many clients that differ.
  static constexpr size_t kMaxClients = 10'000;
  // As digests.proto has it.
  static constexpr size_t kMaxRanges = 64;
  // Ranges whose clients are asked for together: as many calls at each node.
  static constexpr size_t kMaxListed = 16;
  // A part with so many clients or fewer is listed: about as much to send as two more levels of
  // sums, which come one after the other.
  static constexpr uint64_t kFewClients = 64;
  // Parts of more bits cannot be divided.
  static constexpr uint32_t kMaxDivisibleBits = 56;

  explicit DigestWalk(size_t nodes) : nodes_(nodes) { to_divide_.push_back({}); }

  // nullopt: the walk has ended.
  std::optional<DigestQuestion> Next();

  // The answers to a question for sums: by node, for each range of the question its parts; for the
  // last ranges they may be missing. False when the answers do not fit each other.
  bool OnSums(const DigestQuestion& question,
              const std::vector<std::vector<std::vector<PartSum>>>& by_node);

  // The answers to a question for clients: by range of the question, then by node.
  void OnClients(const std::vector<std::vector<ListedClients>>& by_range);

  DigestLook TakeLook() { return std::move(look_); }

 private:
  void CompareParts(const std::vector<const std::vector<PartSum>*>& by_node);

  const size_t nodes_;
  std::vector<DigestRange> to_divide_;  // a stack: deeper ranges first, so that it stays short
  std::vector<DigestRange> to_list_;
  DigestLook look_;
};

}  // namespace proxyherd
