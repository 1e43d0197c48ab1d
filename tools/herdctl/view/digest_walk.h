// Finds the differences between the tables of several nodes: starts from the whole table and
// descends, only where digests differ, to ranges with few clients. So the cost is proportional to
// the difference. No I/O; tools/herdctl/ask/digest_questions.h makes the calls.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace proxyherd::tools {

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

// A client's report, as stored by a node.
struct KnownReport {
  int64_t reported_ns = 0;  // the client's time, since 1970
  int64_t received_ns = 0;
  std::string location;
  std::string time;  // as the client wrote it
  std::string server;

  bool operator==(const KnownReport&) const = default;
};

// A client that differs, and its report at each node, as numbered by the walk.
struct ClientStates {
  std::string client;
  std::vector<std::optional<KnownReport>> at;
};

// The result of one comparison of all nodes.
struct DigestLook {
  std::vector<ClientStates> clients;
  bool complete = true;  // false: the comparison ended early; more clients may differ
};

// The content of one range at one node.
struct ListedClients {
  std::vector<std::pair<std::string, KnownReport>> clients;
  bool complete = true;
};

// The next question to all nodes: for the digests of the parts of ranges, or for their clients.
struct DigestQuestion {
  bool for_clients = false;
  std::vector<DigestRange> ranges;
};

class DigestWalk {
 public:
  // The walk ends after this number of differing clients.
  static constexpr size_t kMaxClients = 10'000;
  // The limit in digests.proto.
  static constexpr size_t kMaxRanges = 64;
  // Maximum ranges whose clients are requested together, in as many concurrent calls to each node.
  static constexpr size_t kMaxListed = 16;
  // A part with at most this number of clients is listed. This takes about as many bytes as two
  // more levels of digests, and saves their round trips.
  static constexpr uint64_t kFewClients = 64;
  // Ranges with more bits cannot be divided.
  static constexpr uint32_t kMaxDivisibleBits = 56;

  explicit DigestWalk(size_t nodes) : nodes_(nodes) { to_divide_.push_back({}); }

  // Returns the next question; nullopt if the walk has ended.
  std::optional<DigestQuestion> Next();

  // Takes the answers to a question for digests: for each node, the parts of each range of the
  // question. The last ranges may be missing. Returns false if the answers are inconsistent.
  bool OnSums(const DigestQuestion& question,
              const std::vector<std::vector<std::vector<PartSum>>>& by_node);

  // Takes the answers to a question for clients: for each range of the question, by node.
  void OnClients(const std::vector<std::vector<ListedClients>>& by_range);

  DigestLook TakeLook() { return std::move(look_); }

 private:
  void CompareParts(const std::vector<const std::vector<PartSum>*>& by_node);

  const size_t nodes_;
  std::vector<DigestRange> to_divide_;  // a stack: deeper ranges first, so that it stays short
  std::vector<DigestRange> to_list_;
  DigestLook look_;
};

}  // namespace proxyherd::tools
